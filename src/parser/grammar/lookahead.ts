import {
  getLookaheadPaths,
  type ILookaheadStrategy,
  type IParserErrorMessageProvider,
  type IToken,
  LLkLookaheadStrategy,
  type LookaheadProductionType,
  type Rule,
  type TokenType,
} from 'chevrotain';

import type { Expectation } from '../errors.ts';

type AlternationOptions = Parameters<ILookaheadStrategy['buildLookaheadForAlternation']>[0];
type OptionalOptions = Parameters<ILookaheadStrategy['buildLookaheadForOptional']>[0];

/** The tokens ahead, as a parser shows them. */
interface Ahead {
  LA(howMuch: number): IToken;
}

/**
 * The lookahead of parsers that have learnt their rules: builds each function on its first call.
 *
 * It can say what a text might have gone on with: while `watch` is on, every decision taken
 * before the token at `offset` notes the tokens it would have accepted.
 */
export class LazyLookahead implements ILookaheadStrategy {
  readonly #eager = new LLkLookaheadStrategy({ maxLookahead: 1 });
  #offset: number | null = null;
  #expected = new Set<TokenType>();
  #required: TokenType | null = null;

  /** Collects what is expected at the token that starts at `offset` while `parse` runs. */
  watch(offset: number, parse: () => void): Expectation {
    this.#offset = offset;
    this.#expected = new Set();
    this.#required = null;
    try {
      parse();
    } finally {
      this.#offset = null;
    }
    return { types: this.#expected, required: this.#required };
  }

  /** Notes expected tokens instead of writing messages: `errors.ts` writes those. */
  readonly messages: IParserErrorMessageProvider = {
    buildMismatchTokenMessage: ({ expected, actual }) => {
      if (this.#isWatched(actual)) this.#required = expected;
      return this.#note(actual, [expected]);
    },
    buildNotAllInputParsedMessage: () => '',
    buildNoViableAltMessage: ({ expectedPathsPerAlt, actual }) =>
      this.#note(
        actual[0],
        expectedPathsPerAlt.flat().map((path) => path[0]),
      ),
    buildEarlyExitMessage: ({ expectedIterationPaths, actual }) =>
      this.#note(
        actual[0],
        expectedIterationPaths.map((path) => path[0]),
      ),
  };

  #note(at: IToken | undefined, types: Iterable<TokenType | undefined>): string {
    if (!this.#isWatched(at)) return '';
    for (const type of types) if (type !== undefined) this.#expected.add(type);
    return '';
  }

  #isWatched(token: IToken | undefined): boolean {
    if (this.#offset === null || token === undefined) return false;
    // The end of the text has no offset: NaN.
    return Object.is(token.startOffset, this.#offset);
  }

  validate(
    options: Parameters<ILookaheadStrategy['validate']>[0],
  ): ReturnType<ILookaheadStrategy['validate']> {
    return this.#eager.validate(options);
  }

  buildLookaheadForAlternation(
    options: AlternationOptions,
  ): ReturnType<ILookaheadStrategy['buildLookaheadForAlternation']> {
    const strategy = this;
    let choose: ReturnType<ILookaheadStrategy['buildLookaheadForAlternation']> | null = null;
    return function (this: Ahead, alternatives) {
      choose ??= strategy.#eager.buildLookaheadForAlternation(options);
      return choose.call(this as never, alternatives);
    };
  }

  buildLookaheadForOptional(
    options: OptionalOptions,
  ): ReturnType<ILookaheadStrategy['buildLookaheadForOptional']> {
    const strategy = this;
    let enter: ReturnType<ILookaheadStrategy['buildLookaheadForOptional']> | null = null;
    return function (this: Ahead) {
      enter ??= strategy.#eager.buildLookaheadForOptional(options);
      if (strategy.#isWatched(this.LA(1))) strategy.#note(this.LA(1), firstTokens(options));
      return enter.call(this as never);
    };
  }
}

function firstTokens(options: OptionalOptions): (TokenType | undefined)[] {
  const [inside = []] = getLookaheadPaths({
    occurrence: options.prodOccurrence,
    rule: options.rule,
    prodType: options.prodType as LookaheadProductionType,
    maxLookahead: 1,
  });
  return inside.map((path) => path[0]);
}

/** The token types that may begin the alternatives of a rule that is one choice. */
export function firstOfChoice(rule: Rule): TokenType[] {
  const paths = getLookaheadPaths({
    occurrence: 0,
    rule,
    prodType: 'Alternation',
    maxLookahead: 1,
  });
  return paths.flat().flatMap((path) => path.slice(0, 1));
}
