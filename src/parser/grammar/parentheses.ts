import type { IToken } from 'chevrotain';
import { K, LParen, RParen } from '../vocabulary.ts';

/** What goes on with a query behind the closing parenthesis of its first part. */
const QUERY_CONTINUES = new Set([
  K.UNION,
  K.INTERSECT,
  K.EXCEPT,
  K.MINUS,
  K.ORDER,
  K.LIMIT,
  K.OFFSET,
  K.FETCH,
]);

const UNKNOWN = 0;
const QUERY = 1;
/** A parenthesis around nothing but a query in parentheses. */
const EXTRA = 2;
const OTHER = 3;

/**
 * Tells the parenthesis of a query from that of an expression or a join, by looking past the
 * parentheses that follow: the only unbounded lookahead of the grammar. Each parenthesis is
 * decided once.
 */
export class QueryParentheses {
  readonly #tokens: readonly IToken[];
  /** For each opening parenthesis the index of the closing one; filled on the first question. */
  #closing: Int32Array | null = null;
  readonly #decided: Uint8Array;

  constructor(tokens: readonly IToken[]) {
    this.#tokens = tokens;
    this.#decided = new Uint8Array(tokens.length);
  }

  /**
   * Whether the parenthesis at `index` encloses a query. `((SELECT 1))` is a value in parentheses
   * where `extra` parentheses are the expression's, and a query in parentheses elsewhere.
   */
  opensQuery(index: number, extra: boolean): boolean {
    if (this.#decided[index] === UNKNOWN) this.#decide(index);
    const decided = this.#decided[index];
    return decided === QUERY || (decided === EXTRA && !extra);
  }

  #decide(index: number): void {
    const tokens = this.#tokens;
    let last = index;
    while (tokens[last + 1]?.tokenType === LParen) last++;
    let decided: number = startsQuery(tokens, last + 1) ? QUERY : OTHER;
    this.#decided[last] = decided;
    // From the innermost outwards: a parenthesis around a query is one too if the query goes on.
    for (let i = last - 1; i >= index; i--) {
      if (decided !== OTHER) {
        const after = tokens[this.#closingOf(i + 1) + 1]?.tokenType;
        if (after === undefined) decided = OTHER;
        else if (after === RParen) decided = EXTRA;
        else decided = QUERY_CONTINUES.has(after) ? QUERY : OTHER;
      }
      this.#decided[i] = decided;
    }
  }

  #closingOf(index: number): number {
    this.#closing ??= matchParentheses(this.#tokens);
    return this.#closing[index] ?? this.#tokens.length;
  }
}

function startsQuery(tokens: readonly IToken[], index: number): boolean {
  switch (tokens[index]?.tokenType) {
    case K.SELECT:
    case K.WITH:
    case K.VALUES:
      return true;
    case K.TABLE:
      return tokens[index + 1]?.tokenType !== LParen;
    default:
      return false;
  }
}

function matchParentheses(tokens: readonly IToken[]): Int32Array {
  const closing = new Int32Array(tokens.length).fill(tokens.length);
  const open: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const type = tokens[i]?.tokenType;
    if (type === LParen) open.push(i);
    if (type === RParen) {
      const start = open.pop();
      if (start !== undefined) closing[start] = i;
    }
  }
  return closing;
}
