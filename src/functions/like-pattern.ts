import { runtimeError } from '../common/errors.ts';

/** One place of a LIKE pattern: a character, `_` or `%`. */
type Token = string | typeof ONE | typeof MANY;
const ONE = Symbol('_');
const MANY = Symbol('%');

/**
 * The escape character of a LIKE; null when there is none or it is empty.
 *
 * Errors: TableRuntimeError INVALID_PATTERN when it is not one character.
 */
export function likeEscape(escapeWith: string | undefined): string | null {
  if (escapeWith === undefined || escapeWith === '') return null;
  if ([...escapeWith].length !== 1 || escapeWith === '\0') {
    throw runtimeError('INVALID_PATTERN', {
      pattern: escapeWith,
      reason: 'the escape must be one character',
    });
  }
  return escapeWith;
}

/**
 * Compiles a LIKE pattern to a test, which takes time linear in the text for patterns of common
 * shapes and at most the product of both lengths for others.
 *
 * Errors: TableRuntimeError INVALID_PATTERN for an escape character that escapes nothing special.
 */
export function compileLike(
  pattern: string,
  escapeWith: string | null,
): (value: string) => boolean {
  const tokens = tokenize(pattern, escapeWith);
  const literal = tokens.every((token) => typeof token === 'string');
  if (literal) {
    const text = tokens.join('');
    return (value) => value === text;
  }
  return simpleShape(tokens) ?? ((value) => matchTokens([...value], tokens));
}

function tokenize(pattern: string, escapeWith: string | null): readonly Token[] {
  const tokens: Token[] = [];
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    if (character === escapeWith) {
      const next = characters[++i];
      if (next !== '%' && next !== '_' && next !== escapeWith) {
        throw runtimeError('INVALID_PATTERN', {
          pattern,
          reason: `'${escapeWith}' must stand before %, _ or itself`,
        });
      }
      tokens.push(next);
    } else if (character === '_') tokens.push(ONE);
    else if (character !== '%') tokens.push(character);
    else if (tokens.at(-1) !== MANY) tokens.push(MANY);
  }
  return tokens;
}

/** The test for `abc%`, `%abc` and `%abc%`; null for other shapes. */
function simpleShape(tokens: readonly Token[]): ((value: string) => boolean) | null {
  const first = tokens[0] === MANY;
  const last = tokens.at(-1) === MANY;
  const inner = tokens.slice(first ? 1 : 0, last && tokens.length > 1 ? -1 : undefined);
  if (!inner.every((token) => typeof token === 'string')) return null;
  const text = inner.join('');
  if (first && last) return (value) => value.includes(text);
  return first ? (value) => value.endsWith(text) : (value) => value.startsWith(text);
}

/** Greedy matching: after a mismatch only the last `%` takes one character more. */
function matchTokens(value: readonly string[], tokens: readonly Token[]): boolean {
  let v = 0;
  let t = 0;
  let manyToken = -1;
  let manyValue = 0;
  while (v < value.length) {
    const token = tokens[t];
    if (token === MANY) {
      manyToken = t++;
      manyValue = v;
    } else if (token === ONE || token === value[v]) {
      v++;
      t++;
    } else if (manyToken >= 0) {
      t = manyToken + 1;
      v = ++manyValue;
    } else return false;
  }
  while (tokens[t] === MANY) t++;
  return t === tokens.length;
}
