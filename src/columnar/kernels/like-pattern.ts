/** Bytes that UTF-8 never has stand for the wildcards: see `strings.as.ts`. */
const ANY_STRING = 0xff;
const ANY_CHARACTER = 0xfe;

/** A LIKE pattern, sorted into the forms that have a kernel; `bytes` is UTF-8. */
export type LikePattern =
  | { readonly kind: 'any' }
  | {
      readonly kind: 'equals' | 'prefix' | 'suffix' | 'contains' | 'general';
      readonly bytes: Uint8Array;
    };

/**
 * Reads a LIKE pattern: `%` stands for any string, `_` for one character, `escapeBy` takes the
 * meaning of the one that follows. Null when the escape is not followed by a wildcard or itself.
 */
export function readLikePattern(pattern: string, escapeBy: string | null): LikePattern | null {
  const tokens: number[] = [];
  const encoder = new TextEncoder();
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    let character = characters[i]!;
    if (character === escapeBy) {
      const next = characters[++i];
      if (next !== '%' && next !== '_' && next !== escapeBy) return null;
      character = next;
    } else if (character === '%' || character === '_') {
      const wildcard = character === '%' ? ANY_STRING : ANY_CHARACTER;
      // Several of them in a row are as good as one.
      if (wildcard !== ANY_STRING || tokens.at(-1) !== ANY_STRING) tokens.push(wildcard);
      continue;
    }
    tokens.push(...encoder.encode(character));
  }
  return classify(Uint8Array.from(tokens));
}

function classify(tokens: Uint8Array): LikePattern {
  const last = tokens.length - 1;
  if (tokens.length === 1 && tokens[0] === ANY_STRING) return { kind: 'any' };
  const wildcards = tokens.filter((token) => token >= ANY_CHARACTER).length;
  if (wildcards === 0) return { kind: 'equals', bytes: tokens };
  const leading = tokens[0] === ANY_STRING;
  const trailing = tokens[last] === ANY_STRING;
  if (wildcards === 2 && leading && trailing) {
    return { kind: 'contains', bytes: tokens.subarray(1, last) };
  }
  if (wildcards === 1 && trailing) return { kind: 'prefix', bytes: tokens.subarray(0, last) };
  if (wildcards === 1 && leading) return { kind: 'suffix', bytes: tokens.subarray(1) };
  return { kind: 'general', bytes: tokens };
}
