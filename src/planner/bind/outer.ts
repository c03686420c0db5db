import type { Expr, InputRef } from '../../expr/expr.ts';
import { contains } from '../../expr/tree.ts';

/**
 * References from a subquery to the columns of the queries around it. While a subquery is being
 * bound they are InputRefs with negative indexes; joining the subquery to its query
 * (`subqueries.ts`) removes them, so no plan that leaves the binder holds one.
 */

/** More columns than any query has: separates the levels. */
const LEVEL = 2 ** 20;

/** A reference to a column of the query `level` levels further out (1: the one right around). */
export function outerRef(ref: InputRef, level: number): InputRef {
  return { ...ref, index: -1 - ref.index - (level - 1) * LEVEL };
}

/** Whether a reference leaves its query. */
export function isOuterRef(ref: InputRef): boolean {
  return ref.index < 0;
}

/** How far out a reference goes; 0 for a column of the query itself. */
export function levelOf(ref: InputRef): number {
  return ref.index < 0 ? Math.floor((-1 - ref.index) / LEVEL) + 1 : 0;
}

/** The same reference seen from one query further out: its level is one less. */
export function liftRef(ref: InputRef): InputRef {
  const index = ref.index < -LEVEL ? ref.index + LEVEL : -1 - ref.index;
  return { ...ref, index };
}

/** Whether an expression refers to columns outside its query. */
export function hasOuterRef(expr: Expr): boolean {
  return contains(expr, (e) => e.kind === 'InputRef' && e.index < 0);
}
