import type { Expr } from '../../expr/expr.ts';
import { substitute } from '../../expr/tree.ts';
import { estimateRows } from '../logical/cardinality.ts';
import { columnSource, distinctValues } from '../logical/column-source.ts';
import type { LogicalPlan } from '../logical/nodes.ts';

/** Fewer rows are not worth grouping twice. */
const ROWS_MIN = 10_000;
/** Rows that a group must have on average. */
const GROUP_ROWS_MIN = 10;

/** Whether few groups are left of many rows, as far as it is known how many values columns have. */
export function reducesRows(plan: LogicalPlan, columns: readonly number[]): boolean {
  const rows = estimateRows(plan);
  if (rows < ROWS_MIN) return false;
  let groups = 1;
  for (const column of columns) {
    const values = distinctValues(columnSource(plan, column));
    if (values === null) return false;
    groups *= values;
  }
  return groups * GROUP_ROWS_MIN <= rows;
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
