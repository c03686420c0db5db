import { WORDS } from './vocabulary.ts';

const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A name as SQL: in backticks unless it is a plain word without a meaning of its own. */
export function quoteIdentifier(name: string): string {
  if (PLAIN_NAME.test(name) && !WORDS.has(name.toUpperCase())) return name;
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A path as SQL: `a.b`. */
export function quotePath(parts: readonly string[]): string {
  return parts.map(quoteIdentifier).join('.');
}

/** A text as a string literal. */
export function quoteString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
