import { type IToken, type ParserMethod, type TokenType, tokenMatcher } from 'chevrotain';
import type { Span, SqlParserError } from '../../common/errors.ts';
import type { Expr } from '../ast/expressions.ts';
import type { Identifier } from '../ast/node.ts';
import type { OrderItem, Query, WindowName, WindowSpec } from '../ast/queries.ts';
import type { TypeName } from '../ast/types.ts';
import { depthError, nestingError, unexpectedToken } from '../errors.ts';
import { unquoteIdentifier, unquoteString } from '../literals.ts';
import { EXPRESSION_DEPTH_MAX, NESTING_MAX } from '../nesting.ts';
import {
  Comma,
  Dot,
  K,
  LParen,
  Name,
  NumberToken,
  QuotedIdentifier,
  QuotedString,
  RParen,
  Star,
  VOCABULARY,
} from '../vocabulary.ts';
import { DecidedParser } from './decided-parser.ts';
import { LazyLookahead } from './lookahead.ts';
import type { Nesting } from './operators.ts';
import { QueryParentheses } from './parentheses.ts';

/** A rule of the grammar: called through SUBRULE, it gives a node. */
export type Rule<R, Args extends unknown[] = []> = ParserMethod<Args, R>;

/**
 * How a parser knows its rules: it takes its decisions from a table, or it learns the structure of
 * its rules, to explain errors; the tests also have that checked for conflicts.
 */
export type Making = 'decided' | 'learnt' | 'validated';

/** Names, spans, and the rules that an early chapter needs of a later one. */
export abstract class BaseRules extends DecidedParser {
  protected abstract readonly query: Rule<Query>;
  protected abstract readonly expression: Rule<Expr, [minPrecedence?: number]>;
  protected abstract readonly typeName: Rule<TypeName>;
  protected abstract readonly over: Rule<WindowSpec | WindowName>;
  protected abstract readonly orderItem: Rule<OrderItem>;
  protected abstract readonly orderBy: Rule<OrderItem[]>;
  protected abstract readonly filter: Rule<Expr>;

  #depth = 0;
  /** The counter as operator stacks use it. */
  protected readonly nesting: Nesting = {
    enter: (weight) => this.enter(weight),
    leave: (weight) => this.leave(weight),
    checkDepth: (depth) => {
      if (depth > EXPRESSION_DEPTH_MAX) throw depthError(this.LA(1));
    },
  };
  /** The depth of the deepest expression that ended since this was set to 0. */
  protected innerDepth = 0;
  #parameters = 0;
  #parentheses: QueryParentheses | null = null;
  /** False inside a computed column or a watermark. */
  protected queriesAllowed = true;

  /** What `errors.ts` asks for the tokens that were expected. */
  readonly lookahead: LazyLookahead;

  constructor(making: Making) {
    const lookahead = new LazyLookahead();
    super(VOCABULARY, {
      maxLookahead: 1,
      skipValidations: making !== 'validated',
      lookaheadStrategy: lookahead,
      errorMessageProvider: lookahead.messages,
    });
    this.lookahead = lookahead;
  }

  /** Called when all rules are there. */
  protected complete(making: Making): void {
    if (making === 'decided') this.decideByTable();
    else this.performSelfAnalysis();
  }

  /** Gets ready for a text. */
  protected begin(tokens: IToken[]): void {
    this.input = tokens;
    this.#depth = 0;
    this.#parameters = 0;
    this.#parentheses = null;
    this.queriesAllowed = true;
    this.innerDepth = 0;
  }

  // ── identifiers ────────────────────────────────────────────────────────────────────────────

  /** One name. */
  protected readonly name = this.RULE('name', (): string => {
    const token = this.CONSUME(Name);
    return token.tokenType === QuotedIdentifier ? unquoteIdentifier(token.image) : token.image;
  });

  /** `a.b.c` */
  protected readonly path = this.RULE('path', (): Identifier => {
    const start = this.LA(1);
    const parts = [this.SUBRULE(this.name)];
    this.MANY({
      GATE: () => this.LA(2).tokenType !== Star,
      DEF: () => {
        this.CONSUME(Dot);
        parts.push(this.SUBRULE2(this.name));
      },
    });
    return { kind: 'Identifier', parts, span: this.span(start) };
  });

  /** `(a, b)` */
  protected readonly nameList = this.RULE('nameList', (): string[] => {
    const names: string[] = [];
    this.CONSUME(LParen);
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => names.push(this.SUBRULE(this.name)) });
    this.CONSUME(RParen);
    return names;
  });

  /** `'text'` where the grammar wants a plain string. */
  protected readonly string = this.RULE('string', (): string =>
    unquoteString(this.CONSUME(QuotedString).image),
  );

  /** A number without sign or fraction. */
  protected readonly integer = this.RULE('integer', (): number => {
    const token = this.CONSUME(NumberToken);
    const value = Number(token.image);
    return this.ACTION(() => {
      if (Number.isSafeInteger(value) && /^\d+$/.test(token.image)) return value;
      throw this.unexpected(token, ['whole number']);
    });
  });

  protected readonly ifExists = this.RULE('ifExists', (): boolean => {
    this.CONSUME(K.IF);
    this.CONSUME(K.EXISTS);
    return true;
  });

  protected readonly ifNotExists = this.RULE('ifNotExists', (): boolean => {
    this.CONSUME(K.IF);
    this.CONSUME(K.NOT);
    this.CONSUME(K.EXISTS);
    return true;
  });

  // ── spans ──────────────────────────────────────────────────────────────────────────────────

  /** From a token to the last one consumed. */
  protected span(start: IToken): Span {
    return { start: start.startOffset, end: this.endOffset() };
  }

  /** The offset after the last token consumed. */
  protected endOffset(): number {
    const { startOffset, image } = this.LA(0);
    return startOffset + image.length;
  }

  // ── looking ahead ──────────────────────────────────────────────────────────────────────────

  /** Whether the token `ahead` is of `type`, or of the category `type`. */
  protected isNext(type: TokenType, ahead = 1): boolean {
    return tokenMatcher(this.LA(ahead), type);
  }

  /** Whether the next token opens the parenthesis of a query; `extra` as in `QueryParentheses`. */
  protected atQuery(extra = false): boolean {
    const token = this.LA(1);
    if (token.tokenType !== LParen) return false;
    this.#parentheses ??= new QueryParentheses(this.input);
    return this.#parentheses.opensQuery(token.payload, extra);
  }

  /** Whether the next tokens are `*` or `a.b.*`. */
  protected atStar(): boolean {
    let ahead = 1;
    while (this.isNext(Name, ahead) && this.LA(ahead + 1).tokenType === Dot) ahead += 2;
    return this.LA(ahead).tokenType === Star;
  }

  /** An alternative that is one keyword and gives its text. */
  protected word<W extends keyof typeof K>(word: W, index = 0): { ALT: () => W } {
    return {
      ALT: () => {
        this.consume(index, K[word]);
        return word;
      },
    };
  }

  // ── limits and errors ──────────────────────────────────────────────────────────────────────

  /** Counts a level of nesting. Errors: ResourceError NESTING_LIMIT. */
  protected enter(weight: number): void {
    this.#depth += weight;
    if (this.#depth > NESTING_MAX) throw nestingError(this.LA(1));
  }

  /** Leaves levels of nesting. */
  protected leave(weight: number): void {
    this.#depth -= weight;
  }

  /** The number of the next `?`. */
  protected nextParameter(): number {
    return this.#parameters++;
  }

  /** The error for a token that no rule wants here. */
  protected unexpected(token: IToken, expected: readonly string[]): SqlParserError {
    return unexpectedToken(token, expected);
  }
}
