import { quotePath } from '../common/identifiers.ts';
import type { Expr } from '../parser/ast/expressions.ts';
import type { Identifier } from '../parser/ast/node.ts';
import { parseExpression } from '../parser/parser.ts';
import { printExpression } from '../parser/print.ts';

/** The text of an expression as catalogs store it: one line, columns in backticks. */
export function expressionText(expr: Expr): string {
  const text = printExpression(expr);
  const names: Identifier[] = [];
  collect(parseExpression(text), names);
  let quoted = '';
  let at = 0;
  for (const { parts, span } of names.sort((a, b) => start(a) - start(b))) {
    if (span === null) continue;
    quoted += text.slice(at, span.start) + quotePath(parts);
    at = span.end;
  }
  return quoted + text.slice(at);
}

/** The first names of the columns that the text of a stored expression reads. */
export function columnsOf(text: string): ReadonlySet<string> {
  const names: Identifier[] = [];
  collect(parseExpression(text), names);
  return new Set(names.map(({ parts }) => parts[0] ?? ''));
}

/** Finds the names of columns; those of functions are under the key `name` of their call. */
function collect(value: unknown, names: Identifier[]): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, names);
    return;
  }
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  const node = value as { readonly kind?: unknown };
  // A node of this kind is an Identifier.
  if (node.kind === 'Identifier') names.push(node as Identifier);
  for (const [key, item] of Object.entries(node)) {
    if (node.kind !== 'Call' || key !== 'name') collect(item, names);
  }
}

function start({ span }: Identifier): number {
  return span?.start ?? 0;
}
