import type { Expr } from '../../../expr/expr.ts';
import { DROPPED_SIDES, PRESENT_SIDES } from '../../../expr/join-type.ts';
import { joinConjunction, splitConjunction } from '../../../expr/simplify.ts';
import { inputsUsed, isCallOf, isDeterministic, remapInputs } from '../../../expr/tree.ts';
import { join } from '../../logical/build.ts';
import { estimateRows } from '../../logical/cardinality.ts';
import type { Join, LogicalPlan, Shared } from '../../logical/nodes.ts';
import { readColumns, share } from '../../logical/shared.ts';
import { defineRule } from '../rule.ts';

/** Inputs of fewer rows are grouped before a semi join has been set up. */
const INPUT_ROWS_MIN = 10_000;
/** The other side is kept in memory: it must be this much smaller than what it reduces. */
const REDUCER_SHARE_MAX = 0.1;
/** The share of the rows that a semi join may leave to be worth its work. */
const REDUCED_SHARE_MAX = 0.25;

/**
 * Join(x, Aggregate(y by k), on x.a = k)  =>  Join(x, Aggregate(SemiJoin(y, x, on y.k = x.a) by k))
 *
 * Groups that no row of the other side asks for are not made: most of them where a subquery that
 * was correlated computes an aggregate for each value of a key, of which few are left. Whole groups
 * are left out, so the others keep all their rows. The other side is computed once for both places,
 * and the semi join goes down to the input that has the grouping keys.
 *
 * Only sides whose rows need a match are reduced, and only where the estimates say that few rows
 * are left.
 */
export const reduceAggregate = defineRule({
  name: 'reduce-aggregate',
  on: 'Join',
  rewrite: (plan) => reduceSide(plan, 'right') ?? reduceSide(plan, 'left') ?? plan,
});

function reduceSide(plan: Join, side: 'left' | 'right'): Join | null {
  if (!DROPPED_SIDES[plan.joinType][side]) return null;
  const reducer = side === 'left' ? plan.right : plan.left;
  if (plan.condition === null) return null;
  const width = plan.left.schema.fields.length;
  const offsets = side === 'left' ? { own: 0, other: width } : { own: width, other: 0 };
  const keys = splitConjunction(plan.condition)
    .map((part) => matchOf(part, side, width))
    .filter((match) => match !== null)
    .map(({ condition, column, other }) => ({
      condition,
      column: column - offsets.own,
      from: column,
      other,
    }));
  const kept: Shared = reducer.kind === 'Shared' ? reducer : share('reducer', reducer);
  const reduce = (input: LogicalPlan, columns: readonly (number | null)[]): LogicalPlan | null => {
    const used = keys.filter((_, i) => columns[i] !== null && columns[i] !== undefined);
    if (used.length === 0) return null;
    const read = inputsUsed(...used.map((key) => key.other)).map((index) => index - offsets.other);
    const inputWidth = input.schema.fields.length;
    const on = used.map((key) =>
      remapInputs(key.condition, (index) =>
        index === key.from
          ? columns[keys.indexOf(key)]!
          : inputWidth + read.indexOf(index - offsets.other),
      ),
    );
    const reduced = join(input, readColumns(kept, read), 'semi', joinConjunction(on));
    return pays(reduced) ? reduced : null;
  };
  const columns = keys.map((key) => key.column);
  const target = side === 'left' ? plan.left : plan.right;
  const rewritten = reduceBelow(target, columns, false, reduce);
  if (rewritten === null) return null;
  return side === 'left'
    ? { ...plan, left: rewritten, right: kept }
    : { ...plan, left: kept, right: rewritten };
}

function pays(reduced: Join): boolean {
  const rows = estimateRows(reduced.left);
  return (
    rows >= INPUT_ROWS_MIN &&
    estimateRows(reduced.right) <= rows * REDUCER_SHARE_MAX &&
    estimateRows(reduced) <= rows * REDUCED_SHARE_MAX
  );
}

/** An equality of a column of one side with an expression over the other. */
interface Match {
  readonly condition: Expr;
  readonly column: number;
  readonly other: Expr;
}

function matchOf(condition: Expr, side: 'left' | 'right', width: number): Match | null {
  if (!isCallOf(condition, '=') && !isCallOf(condition, 'IS NOT DISTINCT FROM')) return null;
  if (!isDeterministic(condition)) return null;
  const isOwn = (index: number) => index < width === (side === 'left');
  const [a, b] = condition.args as readonly [Expr, Expr];
  for (const [own, other] of [
    [a, b],
    [b, a],
  ] as const) {
    if (own.kind !== 'InputRef' || !isOwn(own.index)) continue;
    const used = inputsUsed(other);
    if (used.length > 0 && !used.some(isOwn)) return { condition, column: own.index, other };
  }
  return null;
}

/** Makes the semi join on columns of a plan, some of which the plan may not have; null: not worth it. */
type Reduce = (input: LogicalPlan, columns: readonly (number | null)[]) => LogicalPlan | null;

/**
 * The plan with the semi join at the lowest place that has the columns; null where that is above all
 * aggregates, or does not pay.
 */
function reduceBelow(
  plan: LogicalPlan,
  columns: readonly (number | null)[],
  isGrouped: boolean,
  reduce: Reduce,
): LogicalPlan | null {
  if (columns.every((column) => column === null)) return null;
  const here = () => (isGrouped ? reduce(plan, columns) : null);
  const below = (input: LogicalPlan, mapped: readonly (number | null)[]) => {
    const isComplete = mapped.every((column, i) => (column === null) === (columns[i] === null));
    // Keys that end here still count: all of them together leave fewer rows.
    return isComplete || !isGrouped ? reduceBelow(input, mapped, isGrouped, reduce) : null;
  };
  switch (plan.kind) {
    case 'Filter': {
      const input = below(plan.input, columns);
      return input === null ? here() : { ...plan, input };
    }
    case 'Project': {
      const mapped = columns.map((column) => {
        const expr = column === null ? null : plan.exprs[column]!;
        return expr?.kind === 'InputRef' ? expr.index : null;
      });
      const input = below(plan.input, mapped);
      return input === null ? here() : { ...plan, input };
    }
    case 'Aggregate': {
      const mapped = columns.map((column) =>
        column === null ? null : (plan.keys[column] ?? null),
      );
      const input = reduceBelow(plan.input, mapped, true, reduce);
      return input === null ? here() : { ...plan, input };
    }
    case 'Join': {
      if (!isGrouped) return null;
      const width = plan.left.schema.fields.length;
      const left = columns.map((column) => (column !== null && column < width ? column : null));
      const present = PRESENT_SIDES[plan.joinType];
      if (present.left) {
        const input = below(plan.left, left);
        if (input !== null) return { ...plan, left: input };
      }
      if (present.right) {
        const right = columns.map((column) =>
          column !== null && column >= width ? column - width : null,
        );
        const input = below(plan.right, right);
        if (input !== null) return { ...plan, right: input };
      }
      return here();
    }
    default:
      return here();
  }
}
