import { unreachable } from '../../common/assert.ts';
import type { Expr } from '../../expr/expr.ts';
import { splitConjunction } from '../../expr/simplify.ts';
import { isCallOf } from '../../expr/tree.ts';
import { columnSource, columnUnder, distinctValues } from './column-source.ts';
import type { Join, LogicalPlan } from './nodes.ts';
import { selectivity } from './selectivity.ts';

/** Rows of a table that does not know its size. */
const ROWS_UNKNOWN = 10_000;
/** Rows of a group on average. */
const GROUP_ROWS = 10;

const known = new WeakMap<LogicalPlan, number>();

/** The estimated number of rows of a plan; at least 1 unless it is known to be empty. */
export function estimateRows(plan: LogicalPlan): number {
  let rows = known.get(plan);
  if (rows === undefined) {
    rows = Math.round(estimate(plan));
    known.set(plan, rows);
  }
  return rows;
}

/** Elements that an array is expected to have. */
const ELEMENTS = 3;

function estimate(plan: LogicalPlan): number {
  switch (plan.kind) {
    case 'Scan':
      return plan.source.rowCount ?? plan.statistics?.rowCount ?? ROWS_UNKNOWN;
    case 'Values':
      return plan.rows.length;
    case 'Filter':
      return atLeastOne(estimateRows(plan.input) * selectivity(plan.predicate, plan.input));
    case 'Aggregate': {
      const input = estimateRows(plan.input);
      return plan.keys.length === 0 ? 1 : Math.min(input, atLeastOne(input / GROUP_ROWS));
    }
    case 'Join':
      return estimateJoin(plan);
    case 'Limit': {
      const rest = Math.max(0, estimateRows(plan.input) - plan.offset);
      return plan.limit === null ? rest : Math.min(rest, plan.limit);
    }
    case 'Union':
      return plan.inputs.reduce((sum, input) => sum + estimateRows(input), 0);
    case 'Unnest':
      return estimateRows(plan.input) * ELEMENTS;
    case 'Rank': {
      const input = estimateRows(plan.input);
      const partitions = plan.partition.length === 0 ? 1 : input / GROUP_ROWS;
      return Math.min(input, atLeastOne(partitions * plan.limit));
    }
    case 'Project':
    case 'Match':
    case 'Sort':
    case 'Window':
      return estimateRows(plan.input);
    case 'Shared':
      return estimateRows(plan.body.plan);
    case 'Sink':
      return 1;
    default:
      return unreachable(plan);
  }
}

/**
 * Each row of one side finds the rows of the other that have its key: as many as there are rows
 * for each distinct key. Several equalities are one key; it has no more values than the smaller of
 * the two tables has rows.
 */
function estimateJoin(join: Join): number {
  const { left, right, joinType, condition } = join;
  const a = estimateRows(left);
  const b = estimateRows(right);
  const width = left.schema.fields.length;
  const parts = condition === null ? [] : splitConjunction(condition);
  const keys = parts.map((part) => keyValues(part, left, right, width));
  const pairs = keys.filter((key) => key !== null);
  const values = pairs.reduce((product, key) => product * key.values, 1);
  const most = Math.min(
    Math.max(1, ...pairs.map((key) => key.left)),
    Math.max(1, ...pairs.map((key) => key.right)),
  );
  const rest = parts.filter((_, i) => keys[i] === null);
  const share = rest.reduce((s, part) => s * selectivity(part, join), 1 / Math.min(values, most));
  if (joinType === 'semi' || joinType === 'anti') {
    const found = Math.min(1, b * share);
    return atLeastOne(a * (joinType === 'semi' ? found : Math.max(0.1, 1 - found)));
  }
  const kept = (joinType === 'left' ? a : 0) || (joinType === 'right' ? b : 0);
  return atLeastOne(Math.max(a * b * share, joinType === 'full' ? a + b : kept));
}

/** An equality between the sides of a join. */
interface KeyValues {
  readonly values: number;
  /** Rows of the table that the column of the side comes from. */
  readonly left: number;
  readonly right: number;
}

/**
 * How many values the columns of an equality between the sides have; null for other conditions.
 * Where that is not known: at most the rows of the table they come from, before filters. Of two
 * columns that are equal the one of the smaller table is the key.
 */
function keyValues(
  part: Expr,
  left: LogicalPlan,
  right: LogicalPlan,
  width: number,
): KeyValues | null {
  if (!isCallOf(part, '=') && !isCallOf(part, 'IS NOT DISTINCT FROM')) return null;
  const x = columnUnder(part.args[0]!);
  const y = columnUnder(part.args[1]!);
  if (x === null || y === null || x < width === y < width) return null;
  const [l, r] = x < width ? [x, y] : [y, x];
  const own = columnSource(left, l);
  const other = columnSource(right, r - width);
  const known = [distinctValues(own), distinctValues(other)];
  const rows = {
    left: Math.max(1, estimateRows(own.plan)),
    right: Math.max(1, estimateRows(other.plan)),
  };
  // Values of one side that the other lacks find no row: the side with more of them decides.
  const values = known.every((count) => count !== null)
    ? Math.max(...known)
    : Math.min(rows.left, rows.right);
  return { ...rows, values };
}

function atLeastOne(rows: number): number {
  return Math.max(1, rows);
}
