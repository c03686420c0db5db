import { constantComparison } from '../../../expr/constant-comparison.ts';
import type { Expr } from '../../../expr/expr.ts';
import { splitConjunction } from '../../../expr/simplify.ts';
import { inputRef } from '../../../expr/tree.ts';
import { emptyValues, limit, rank, sort } from '../../logical/build.ts';
import type { LogicalPlan, RankFunction, Window } from '../../logical/nodes.ts';
import { filtered } from '../join-sides.ts';
import { defineRule } from '../rule.ts';

/**
 * Filter(n <= 3, Window(ROW_NUMBER AS n, x))  =>  Window(ROW_NUMBER AS n, Rank(3, x))
 *
 * Rows behind the limit change no number before it, so they need not be held. Where nothing reads
 * the number, the window goes when columns are pruned: what is left removes duplicates (limit 1).
 *
 * Runs once, when filters on partition columns have gone below the window.
 */
export const limitPartitions = defineRule({
  name: 'limit-partitions',
  on: 'Filter',
  rewrite(node) {
    const { input: window, predicate } = node;
    if (window.kind !== 'Window' || !window.calls.every((call) => isRank(call.definition.name))) {
      return node;
    }
    const parts = splitConjunction(predicate);
    const bounds = parts.map((part) => boundOf(part, window));
    const bound = bounds.find((found) => found !== null);
    if (bound === undefined || bound === null) return node;
    if (bound.limit < 1) return emptyValues(node.schema);
    const rest = parts.filter((_, i) => bounds[i] !== bound || !bound.exact);
    return filtered({ ...window, input: first(window, bound) }, rest);
  },
});

/** The rows that the window needs to number those within the bound. */
function first(window: Window, { by, limit: rows }: Bound): LogicalPlan {
  const { input, partition, order } = window;
  if (partition.length > 0 || by !== 'ROW_NUMBER') return rank(input, window, by, rows);
  const keys = order.map(({ column, ...direction }) => ({
    expr: inputRef(column, input.schema.fields[column]!.type),
    ...direction,
  }));
  return limit(sort(input, keys), 0, rows);
}

/** A condition on the number of a row. */
interface Bound {
  readonly by: RankFunction;
  /** The greatest number for which it is TRUE. */
  readonly limit: number;
  /** Whether it is TRUE for all numbers up to that one. */
  readonly exact: boolean;
}

function boundOf(condition: Expr, { calls, input }: Window): Bound | null {
  const comparison = constantComparison(condition);
  if (comparison === null || comparison.value.kind !== 'InputRef') return null;
  const by = calls[comparison.value.index - input.schema.fields.length]?.definition.name;
  if (by === undefined || !isRank(by)) return null;
  const numbers = comparison.constants.map(({ value }) => value);
  if (!numbers.every((value) => typeof value === 'bigint')) return null;
  const greatest = Math.max(...numbers.map(Number));
  switch (comparison.operator) {
    case '<=':
      return { by, limit: greatest, exact: true };
    case '<':
      return { by, limit: greatest - 1, exact: true };
    case '=':
    case 'IN':
      return { by, limit: greatest, exact: greatest === 1 && numbers.length === 1 };
    default:
      return null;
  }
}

function isRank(name: string): name is RankFunction {
  return name === 'ROW_NUMBER' || name === 'RANK' || name === 'DENSE_RANK';
}
