import { unreachable } from '../../common/assert.ts';
import type { Expr } from '../../expr/expr.ts';
import { splitConjunction } from '../../expr/simplify.ts';
import { isCallOf } from '../../expr/tree.ts';
import type { Join, LogicalPlan } from './nodes.ts';

/** Rows of a table that does not know its size. */
const ROWS_UNKNOWN = 10_000;
/** Shares of the rows that conditions let pass, as planners without statistics guess them. */
const SELECTIVITY = { equal: 0.1, range: 0.3, like: 0.1, isNull: 0.1, other: 0.5 } as const;
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
      return atLeastOne(estimateRows(plan.input) * selectivity(plan.predicate));
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
function estimateJoin({ left, right, joinType, condition }: Join): number {
  const a = estimateRows(left);
  const b = estimateRows(right);
  const width = left.schema.fields.length;
  const parts = condition === null ? [] : splitConjunction(condition);
  const keys = parts.map((part) => keyValues(part, left, right, width));
  const pairs = keys.filter((key) => key !== null);
  const values = pairs.reduce((product, key) => product * Math.min(key.left, key.right), 1);
  const most = Math.min(
    Math.max(1, ...pairs.map((key) => key.left)),
    Math.max(1, ...pairs.map((key) => key.right)),
  );
  const rest = parts.filter((_, i) => keys[i] === null);
  const share = rest.reduce((s, part) => s * selectivity(part), 1 / Math.min(values, most));
  if (joinType === 'semi' || joinType === 'anti') {
    const found = Math.min(1, b * share);
    return atLeastOne(a * (joinType === 'semi' ? found : Math.max(0.1, 1 - found)));
  }
  const kept = (joinType === 'left' ? a : 0) || (joinType === 'right' ? b : 0);
  return atLeastOne(Math.max(a * b * share, joinType === 'full' ? a + b : kept));
}

/** How many values the columns of an equality between the sides have; null for other conditions. */
function keyValues(
  part: Expr,
  left: LogicalPlan,
  right: LogicalPlan,
  width: number,
): { readonly left: number; readonly right: number } | null {
  if (!isCallOf(part, '=') && !isCallOf(part, 'IS NOT DISTINCT FROM')) return null;
  const x = columnUnder(part.args[0]!);
  const y = columnUnder(part.args[1]!);
  if (x === null || y === null || x < width === y < width) return null;
  const [l, r] = x < width ? [x, y] : [y, x];
  return {
    left: Math.max(1, distinctValues(left, l)),
    right: Math.max(1, distinctValues(right, r - width)),
  };
}

/** The column that an expression is, casts aside. */
function columnUnder(expr: Expr): number | null {
  if (expr.kind === 'InputRef') return expr.index;
  return expr.kind === 'Cast' ? columnUnder(expr.input) : null;
}

/**
 * At most so many values does a column have: the rows of the table it comes from, before filters.
 * Of two columns that are equal the one of the smaller table is the key.
 */
function distinctValues(plan: LogicalPlan, column: number): number {
  switch (plan.kind) {
    case 'Filter':
    case 'Sort':
    case 'Limit':
      return distinctValues(plan.input, column);
    case 'Project': {
      const source = columnUnder(plan.exprs[column]!);
      return source === null ? estimateRows(plan) : distinctValues(plan.input, source);
    }
    case 'Aggregate':
      return column < plan.keys.length
        ? distinctValues(plan.input, plan.keys[column]!)
        : estimateRows(plan);
    case 'Window':
      return column < plan.input.schema.fields.length
        ? distinctValues(plan.input, column)
        : estimateRows(plan);
    case 'Join': {
      const width = plan.left.schema.fields.length;
      return column < width
        ? distinctValues(plan.left, column)
        : distinctValues(plan.right, column - width);
    }
    case 'Shared':
      return distinctValues(plan.body.plan, plan.columns[column]!);
    default:
      return estimateRows(plan);
  }
}

function selectivity(predicate: Expr): number {
  if (predicate.kind !== 'Call') return SELECTIVITY.other;
  const { definition, args } = predicate;
  switch (definition.name) {
    case 'AND':
      return args.reduce((share, arg) => share * selectivity(arg), 1);
    case 'OR':
      return Math.min(
        1,
        args.reduce((share, arg) => share + selectivity(arg), 0),
      );
    case 'NOT':
      return 1 - selectivity(args[0]!);
    case '=':
      return SELECTIVITY.equal;
    case 'IN':
      return Math.min(SELECTIVITY.other, SELECTIVITY.equal * (args.length - 1));
    case '<':
    case '<=':
    case '>':
    case '>=':
      return SELECTIVITY.range;
    case 'LIKE':
      return SELECTIVITY.like;
    case 'IS NULL':
      return SELECTIVITY.isNull;
    case 'IS NOT NULL':
    case '<>':
      return 1 - SELECTIVITY.isNull;
    default:
      return SELECTIVITY.other;
  }
}

function atLeastOne(rows: number): number {
  return Math.max(1, rows);
}
