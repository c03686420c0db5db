import type { Expr } from '../../expr/expr.ts';
import { substitute } from '../../expr/tree.ts';
import { estimateRows } from '../logical/cardinality.ts';
import { type ColumnSource, distinctValues } from '../logical/column-source.ts';
import type { LogicalPlan } from '../logical/nodes.ts';

/** Fewer rows are not worth grouping twice. */
const ROWS_MIN = 10_000;
/** Rows that a group must have on average. */
const GROUP_ROWS_MIN = 10;

/**
 * Whether few groups are left of many rows: at most `groupsMax`. `values`: at most how many values
 * each column has.
 */
export function reducesRows(
  plan: LogicalPlan,
  values: readonly number[],
  groupsMax = Number.POSITIVE_INFINITY,
): boolean {
  const rows = estimateRows(plan);
  const groups = values.reduce((product, count) => product * count, 1);
  return rows >= ROWS_MIN && groups <= groupsMax && groups * GROUP_ROWS_MIN <= rows;
}

/** At most how many values a column has: no more than the table that it comes from has rows. */
export function valuesMax(source: ColumnSource): number {
  const rows = estimateRows(source.plan);
  return Math.min(distinctValues(source) ?? rows, rows);
}

/** What projections compute their columns from. */
export interface BelowProjects {
  readonly plan: LogicalPlan;
  /** An expression over the projections, over that plan. */
  readonly over: (expr: Expr) => Expr;
}

/** The plan below projections; the plan itself if it is none. */
export function belowProjects(plan: LogicalPlan): BelowProjects {
  if (plan.kind !== 'Project') return { plan, over: (expr) => expr };
  const below = belowProjects(plan.input);
  return {
    plan: below.plan,
    over: (expr) => below.over(substitute(expr, (ref) => plan.exprs[ref.index]!)),
  };
}
