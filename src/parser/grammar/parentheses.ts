import type { IToken } from 'chevrotain';
import { K, LParen, RParen } from '../vocabulary.ts';

/** What may follow the closing parenthesis of a query inside a larger query. */
const QUERY_CONTINUES = new Set([
  RParen,
  K.UNION,
  K.INTERSECT,
  K.EXCEPT,
  K.MINUS,
  K.ORDER,
  K.LIMIT,
  K.OFFSET,
  K.FETCH,
]);

/**
 * Tells the parenthesis of a query from that of an expression or a join, by looking past the
 * parentheses that follow: the only unbounded lookahead of the grammar. Each parenthesis is
 * decided once.
 */
export class QueryParentheses {
  readonly #tokens: readonly IToken[];
  /** For each opening parenthesis the index of the closing one; filled on the first question. */
  #closing: Int32Array | null = null;
  /** 0 unknown, 1 query, 2 not. */
  readonly #decided: Uint8Array;

  constructor(tokens: readonly IToken[]) {
    this.#tokens = tokens;
    this.#decided = new Uint8Array(tokens.length);
  }

  /** Whether the parenthesis at `index` encloses a query. */
  opensQuery(index: number): boolean {
    if (this.#decided[index] === 0) this.#decide(index);
    return this.#decided[index] === 1;
  }

  #decide(index: number): void {
    const tokens = this.#tokens;
    let last = index;
    while (tokens[last + 1]?.tokenType === LParen) last++;
    let query = startsQuery(tokens, last + 1);
    this.#decided[last] = query ? 1 : 2;
    // From the innermost outwards: a parenthesis around a query is one too if the query goes on.
    for (let i = last - 1; i >= index; i--) {
      if (query) {
        const after = tokens[this.#closingOf(i + 1) + 1]?.tokenType;
        query = after !== undefined && QUERY_CONTINUES.has(after);
      }
      this.#decided[i] = query ? 1 : 2;
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
