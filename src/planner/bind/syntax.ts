import type { Expr } from '../../parser/ast/expressions.ts';
import type { Identifier } from '../../parser/ast/node.ts';

/** Calls `enter` for every expression node below `node`; stops where it says false, and at queries. */
export function visitSyntax(node: unknown, enter: (expr: Expr) => boolean): void {
  if (Array.isArray(node)) {
    for (const item of node) visitSyntax(item, enter);
    return;
  }
  if (typeof node !== 'object' || node === null || node instanceof Uint8Array) return;
  if ('kind' in node) {
    if (node.kind === 'Query') return;
    // Any node of a syntax tree has a kind; those that are no expressions are passed through.
    if (!enter(node as Expr)) return;
    if (node.kind === 'Identifier') return;
  }
  for (const value of Object.values(node)) {
    if (typeof value === 'object' && value !== null) visitSyntax(value, enter);
  }
}

/** A node, or a part of one that has no kind. */
interface SyntaxNode {
  readonly kind?: unknown;
  readonly [key: string]: unknown;
}

const QUERIES: ReadonlySet<Expr['kind']> = new Set([
  'Subquery',
  'InQuery',
  'Exists',
  'QuantifiedQuery',
  'CollectionQuery',
]);

/** Whether an expression contains a query. */
export function containsQuery(expr: Expr): boolean {
  let found = false;
  visitSyntax(expr, ({ kind }) => {
    if (QUERIES.has(kind)) found = true;
    return !found;
  });
  return found;
}

/**
 * Whether two pieces of syntax are the same, places aside. Names are compared by `sameName`, since
 * `t.a` and `a` may be one column.
 */
export function sameSyntax(
  a: unknown,
  b: unknown,
  sameName: (a: Identifier, b: Identifier) => boolean,
): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, i) => sameSyntax(item, b[i], sameName));
  }
  const left = a as SyntaxNode;
  const right = b as SyntaxNode;
  if (left.kind !== right.kind) return false;
  if (left.kind === 'Identifier') return sameName(a as Identifier, b as Identifier);
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => key === 'span' || sameSyntax(left[key], right[key], sameName));
}
