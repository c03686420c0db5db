import type { Expr, InputRef } from '../../expr/expr.ts';
import { contains, substitute } from '../../expr/tree.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import { exprsOf, inputsOf, mapExprs, transformUp } from '../logical/tree.ts';

/**
 * References from a subquery to the columns of the queries around it. While a subquery is being
 * bound they are InputRefs with negative indexes; joining the subquery to its query
 * (`subqueries.ts`) removes them, so no plan that leaves the binder holds one. The level of a
 * reference says how far out it goes: 0 for a column of the query itself, 1 for the query right
 * around it.
 */

/** More columns than any query has: separates the levels. */
const LEVEL = 2 ** 20;

/** A reference to a column of the query `level` levels further out. */
export function outerRef(ref: InputRef, level: number): InputRef {
  return { ...ref, index: -1 - ref.index - (level - 1) * LEVEL };
}

/** How far out a reference goes. */
export function levelOf(ref: InputRef): number {
  return ref.index < 0 ? Math.floor((-1 - ref.index) / LEVEL) + 1 : 0;
}

/** The column that a reference of level 1 means in the query around. */
export function outerIndex(ref: InputRef): number {
  return -1 - ref.index;
}

/** Whether an expression reads columns of the query right around. */
export function readsOuter(expr: Expr): boolean {
  return contains(expr, (e) => e.kind === 'InputRef' && levelOf(e) === 1);
}

/** Whether an expression reads columns of its own query. */
export function readsOwn(expr: Expr): boolean {
  return contains(expr, (e) => e.kind === 'InputRef' && e.index >= 0);
}

/** Whether a plan reads columns of the query right around. */
export function isCorrelated(plan: LogicalPlan): boolean {
  return exprsOf(plan).some(readsOuter) || inputsOf(plan).some(isCorrelated);
}

/** Whether a plan reads columns of no query around. */
export function isClosed(plan: LogicalPlan): boolean {
  const isOuter = (e: Expr) => e.kind === 'InputRef' && e.index < 0;
  return !exprsOf(plan).some((expr) => contains(expr, isOuter)) && inputsOf(plan).every(isClosed);
}

/** Gives the columns of the query itself new indexes; references outward stay. */
export function remapOwn(expr: Expr, indexOf: (index: number) => number): Expr {
  return substitute(expr, (ref) => (ref.index < 0 ? ref : { ...ref, index: indexOf(ref.index) }));
}

/** An expression of a query as a subquery of it sees it: every reference goes one level further. */
export function raise(expr: Expr): Expr {
  return substitute(expr, (ref) =>
    ref.index < 0 ? { ...ref, index: ref.index - LEVEL } : outerRef(ref, 1),
  );
}

/** A plan put into a subquery: references outward go one level further. */
export function raisePlan(plan: LogicalPlan): LogicalPlan {
  return mapRefs(plan, (ref) => (ref.index < 0 ? { ...ref, index: ref.index - LEVEL } : ref));
}

/** A subquery's reference beyond the query around, as that query sees it. */
export function lowerRef(ref: InputRef): InputRef {
  return levelOf(ref) > 1 ? { ...ref, index: ref.index + LEVEL } : ref;
}

/** A subquery's plan put into the query around; references of level 1 are gone before. */
export function lowerPlanRefs(plan: LogicalPlan): LogicalPlan {
  return mapRefs(plan, lowerRef);
}

function mapRefs(plan: LogicalPlan, f: (ref: InputRef) => InputRef): LogicalPlan {
  return transformUp(plan, (node) => mapExprs(node, (expr) => substitute(expr, f)));
}

/** The columns of the query right around that a plan reads, ascending. */
export function outerColumns(plan: LogicalPlan): readonly number[] {
  const found = new Set<number>();
  const collect = (node: LogicalPlan): void => {
    for (const expr of exprsOf(node)) {
      contains(expr, (e) => {
        if (e.kind === 'InputRef' && levelOf(e) === 1) found.add(outerIndex(e));
        return false;
      });
    }
    for (const input of inputsOf(node)) collect(input);
  };
  collect(plan);
  return [...found].sort((a, b) => a - b);
}
