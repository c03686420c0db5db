import type { IToken, TokenType } from 'chevrotain';
import { VOCABULARY } from '../vocabulary.ts';

/** What a parser shows of the tokens ahead. */
interface Ahead {
  LA(howMuch: number): IToken;
}

/** An alternative, with the condition that it is open under. */
interface Alternative {
  readonly GATE?: (this: unknown) => boolean;
}

/** Says by the next token which alternative to take, or whether to enter an optional part. */
export type Choice = (
  this: Ahead,
  alternatives: readonly Alternative[],
) => number | boolean | undefined;

/** In place of a token: an alternative that may be empty is open to all of them. */
export const ANY = '*';

let types: ReadonlyMap<string, TokenType> | null = null;

function typeOf(name: string): TokenType {
  types ??= new Map(VOCABULARY.map((type) => [type.name, type]));
  return types.get(name)!;
}

/** The choice of the first alternative that the next token, by its name in one of the lists, begins. */
export function choiceOf(alternatives: readonly string[], gated: boolean): Choice {
  if (gated || alternatives.includes(ANY)) return gatedChoice(alternatives);
  let choices: (number | undefined)[] | null = null;
  return function (this: Ahead) {
    choices ??= choicesOf(alternatives);
    return choices[this.LA(1).tokenTypeIdx];
  };
}

/** The choice to enter a part that a token of the list begins. */
export function entryOf(inside: string): Choice {
  let choices: (number | undefined)[] | null = null;
  return function (this: Ahead) {
    choices ??= choicesOf([inside]);
    return inside === ANY || choices[this.LA(1).tokenTypeIdx] === 0;
  };
}

function gatedChoice(alternatives: readonly string[]): Choice {
  const entries = alternatives.map(entryOf);
  return function (this: Ahead, given) {
    for (const [i, enters] of entries.entries()) {
      if (given[i]?.GATE?.call(this) !== false && enters.call(this, given) === true) return i;
    }
    return undefined;
  };
}

/** The first alternative for each number of a token type; a category stands for its members. */
function choicesOf(alternatives: readonly string[]): (number | undefined)[] {
  const choices: (number | undefined)[] = [];
  for (const [i, names] of alternatives.entries()) {
    for (const name of names === ANY ? [] : names.split(',')) {
      // Chevrotain has numbered the types when the parser was made.
      const { tokenTypeIdx, categoryMatches = [] } = typeOf(name);
      for (const index of [tokenTypeIdx!, ...categoryMatches]) choices[index] ??= i;
    }
  }
  return choices;
}
