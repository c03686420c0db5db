import { requireText } from './arguments.ts';

/** A name in backticks where it needs them to be read back as the same identifier. */
export function quoteIdentifier(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A path of names in backticks: `` `cat`.`db`.`t` ``. */
export function quotePath(parts: readonly string[]): string {
  return parts.map(quoteIdentifier).join('.');
}

/** A path as messages and EXPLAIN show it: `cat.db.t`. */
export function printPath(parts: readonly string[]): string {
  return parts.join('.');
}

/**
 * Splits `a.b.c`, with backticks around parts that hold dots or backticks, into its names. Null
 * when the text is no such path. Errors: INVALID_ARGUMENT for what is no text.
 */
export function parsePath(text: string): readonly string[] | null {
  requireText('A path', text);
  const parts: string[] = [];
  let rest = text.trim();
  for (;;) {
    const match = /^(?:`((?:[^`]|``)+)`|([^`.\s]+))(?:\s*(\.)\s*|$)/.exec(rest);
    if (match === null) return null;
    parts.push(match[1]?.replaceAll('``', '`') ?? match[2] ?? '');
    rest = rest.slice(match[0].length);
    if (match[3] === undefined) return parts;
  }
}
