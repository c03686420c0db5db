import type { AggregateCall, Expr, Literal } from '../../expr/expr.ts';
import { summaryValue } from '../../types/column-summary.ts';
import type { DataType } from '../../types/data-type.ts';
import { columnSource, columnSummary, columnUnder } from './column-source.ts';
import type { Aggregate, LogicalPlan } from './nodes.ts';

/** The estimated rows of a plan. */
export type RowEstimate = (plan: LogicalPlan) => number;

/**
 * The share of groups whose COUNT or SUM is greater than a constant; null for other conditions, and
 * where nothing is known of what is added up.
 *
 * Of the sizes of groups only the mean is known. They are taken to spread as waiting times do: a few
 * groups are several times the mean, hardly any is ten times it.
 */
export function shareAbove(
  total: Expr,
  constant: Literal,
  input: LogicalPlan,
  rowsOf: RowEstimate,
): number | null {
  const column = columnUnder(total);
  const at = summaryValue(constant.value);
  if (column === null || at === null) return null;
  const { plan, column: made } = columnSource(input, column);
  if (plan.kind !== 'Aggregate' || made < plan.keys.length) return null;
  const call = plan.calls[made - plan.keys.length]!;
  const rows = rowsOf(plan.input) / Math.max(1, rowsOf(plan));
  const mean = meanOf(call, plan, constant.type);
  if (mean === null) return null;
  return Number(at) <= 0 ? 1 : Math.exp(-Number(at) / Math.max(Number.MIN_VALUE, mean * rows));
}

/** What a row adds to the result of a call on average, as constants of a type are written. */
function meanOf(
  { definition, args, filter, distinct }: AggregateCall,
  { input }: Aggregate,
  constant: DataType,
): number | null {
  if (distinct || filter !== null) return null;
  if (definition.name === 'COUNT') return 1;
  const arg = args[0];
  if (definition.name !== 'SUM' || arg?.kind !== 'InputRef') return null;
  if (scaleOf(arg.type) !== scaleOf(constant)) return null;
  const summary = columnSummary(columnSource(input, arg.index));
  if (summary?.min == null || summary.max === null) return null;
  const [min, max] = [Number(summary.min), Number(summary.max)];
  return min < 0 ? null : ((min + max) / 2) * (1 - (summary.nullShare ?? 0));
}

function scaleOf(type: DataType): number {
  return type.kind === 'DECIMAL' ? type.scale : 0;
}
