import {
  EarlyExitException,
  EmbeddedActionsParser,
  type IParserConfig,
  type IRecognitionException,
  NoViableAltException,
  type TokenVocabulary,
} from 'chevrotain';
import { DECISIONS, TOKEN_SETS } from './decisions.ts';
import { type Choice, choiceOf, entryOf } from './one-token.ts';

/** Of a parser of Chevrotain, what its types do not show. */
interface Internals {
  selfAnalysisDone: boolean;
  readonly fullRuleNameToShort: Readonly<Record<string, number>>;
  setLaFuncCache(rule: number, decision: number, choice: Choice): void;
  SAVE_ERROR(error: IRecognitionException): Error;
  raiseNoAltException: () => never;
  raiseEarlyExitException: () => never;
}

/** Numbers of decisions are the kind of production and, in the low bits, its number in the rule. */
const OCCURRENCE_BITS = 8;
const ALTERNATION = 1;

/**
 * A parser that decides by a committed table instead of running each of its rules once to learn its
 * structure, and computing from that what may follow where: half of the time to a first statement.
 * `npm run build:grammar` makes the table, from a parser that is made to learn (`performSelfAnalysis`).
 *
 * Without the structure of its rules it cannot say what it expected: whoever wants to know parses
 * again with one that has learnt.
 */
export abstract class DecidedParser extends EmbeddedActionsParser {
  #decided = false;

  constructor(vocabulary: TokenVocabulary, config: IParserConfig) {
    super(vocabulary, config);
  }

  /** Whether it has the structure of its rules, and so can explain errors. */
  get hasLearnt(): boolean {
    return !this.#decided;
  }

  /** Ends the definition of the rules, in place of `performSelfAnalysis`. */
  protected decideByTable(): void {
    this.#decided = true;
    const internals = this as unknown as Internals;
    const sets = TOKEN_SETS.trim().split(/\s+/);
    for (const rule of DECISIONS.trim().split(/\s*;\s*/)) {
      const [name = '', ...decisions] = rule.split(/\s+/);
      const number = internals.fullRuleNameToShort[name];
      // The table has the rules of the whole grammar.
      if (number === undefined) continue;
      for (const decision of decisions) {
        const [, key, gated, chosen = ''] = /^(\d+)(\??)=(.*)$/.exec(decision)!;
        const alternatives = chosen.split('.').map((set) => sets[Number(set)]!);
        const isChoice = Number(key) >> OCCURRENCE_BITS === ALTERNATION;
        const choice = isChoice ? choiceOf(alternatives, gated !== '') : entryOf(alternatives[0]!);
        internals.setLaFuncCache(number, Number(key), choice);
      }
    }
    // Chevrotain's look up what was expected.
    internals.raiseNoAltException = () => {
      throw internals.SAVE_ERROR(new NoViableAltException('', this.LA(1), this.LA(0)));
    };
    internals.raiseEarlyExitException = () => {
      throw internals.SAVE_ERROR(new EarlyExitException('', this.LA(1), this.LA(0)));
    };
    internals.selfAnalysisDone = true;
    toFastProperties(this);
  }
}

/** V8 keeps hundreds of properties in a hash table, unless the object is some other's prototype. */
function toFastProperties(object: object): void {
  Object.create(object);
}
