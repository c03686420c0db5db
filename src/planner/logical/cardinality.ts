import { unreachable } from '../../common/assert.ts';
import type { Expr } from '../../expr/expr.ts';
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

function estimate(plan: LogicalPlan): number {
  switch (plan.kind) {
    case 'Scan':
      return plan.source.rowCount ?? ROWS_UNKNOWN;
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
    case 'Project':
    case 'Sort':
      return estimateRows(plan.input);
    case 'Sink':
      return 1;
    default:
      return unreachable(plan);
  }
}

/** An equality is taken for a foreign key: each row of the larger side finds one of the smaller. */
function estimateJoin({ left, right, joinType, condition }: Join): number {
  const a = estimateRows(left);
  const b = estimateRows(right);
  if (joinType === 'semi' || joinType === 'anti') return atLeastOne(a * SELECTIVITY.other);
  const parts = condition === null ? [] : operandsOfAnd(condition);
  const equal = parts.some((part) => isCallOf(part, '='));
  const rest = parts.filter((part) => !isCallOf(part, '='));
  const pairs = (equal ? Math.max(a, b) : a * b) * rest.reduce((s, p) => s * selectivity(p), 1);
  const kept = (joinType === 'left' ? a : 0) || (joinType === 'right' ? b : 0);
  return atLeastOne(Math.max(pairs, joinType === 'full' ? a + b : kept));
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

function operandsOfAnd(expr: Expr): readonly Expr[] {
  return isCallOf(expr, 'AND') ? expr.args.flatMap(operandsOfAnd) : [expr];
}

function atLeastOne(rows: number): number {
  return Math.max(1, rows);
}
