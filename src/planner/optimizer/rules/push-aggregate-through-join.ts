import type { Expr } from '../../../expr/expr.ts';
import { PRESENT_SIDES } from '../../../expr/join-type.ts';
import { cannotFail } from '../../../expr/safety.ts';
import { splitConjunction } from '../../../expr/simplify.ts';
import {
  inputRef,
  inputsUsed,
  isCallOf,
  isDeterministic,
  remapInputs,
  TRUE,
} from '../../../expr/tree.ts';
import { isApproximate, isConstructed } from '../../../types/families.ts';
import { join } from '../../logical/build.ts';
import { estimateRows, GROUPS_MANY } from '../../logical/cardinality.ts';
import { columnSource, distinctValues } from '../../logical/column-source.ts';
import type { Aggregate, Join, LogicalPlan } from '../../logical/nodes.ts';
import { belowProjects, reducesRows, valuesMax } from '../grouping.ts';
import { PartialAggregates } from '../partial-aggregates.ts';
import { defineRule } from '../rule.ts';

/**
 * Aggregate(b.y, SUM(a.x), Join(a, b, on a.k = b.k))  =>
 * Aggregate(b.y, SUM(s), Join(Aggregate(a.k, SUM(x) AS s, a), b, on a.k = b.k))
 *
 * Rows with the same join key find the same rows of the other side, so they can be added up before
 * (Yan and Larson, "Eager Aggregation and Lazy Aggregation"). Worth it where few groups are left of
 * many rows, and the join does not drop most of them anyway.
 *
 * Many groups cost more than a join: 10 M rows that are joined with 1 M rows and summed up took
 * 223 ms with the rule and 27 ms without it, on 2 threads; 241 and 250 ms where the keys are far
 * apart. With 10,000 groups it is 28 and 27 ms, 37 and 69 ms where they are far apart.
 */
export const pushAggregateThroughJoin = defineRule({
  name: 'push-aggregate-through-join',
  on: 'Aggregate',
  rewrite: push,
});

/** A join that finds so many partners of a row does so much more work than to group it. */
const PAIRS_MANY = 4;

function push(node: Aggregate): LogicalPlan {
  const { plan, over } = belowProjects(node.input);
  if (plan.kind !== 'Join') return node;
  const partial = PartialAggregates.of(node);
  if (partial === null) return node;
  const keys = node.keys.map((key) => over(inputRef(key, node.input.schema.fields[key]!.type)));
  const exprs = partial.exprs.map(over);
  const condition = plan.condition === null ? [] : [plan.condition];
  if (![...keys, ...condition].every(isDeterministic)) return node;
  // Arguments are evaluated for rows, too, that the join would have dropped.
  if (!exprs.every((expr) => isDeterministic(expr) && cannotFail(expr))) return node;
  // All rows of these sides are found, or dropped, by their own columns.
  const sides = (['left', 'right'] as const).filter((side) => PRESENT_SIDES[plan.joinType][side]);
  for (const side of sides) {
    const grouping = groupingOf(plan, side, keys, exprs);
    if (grouping !== null) return grouped(plan, grouping, keys, partial, over);
  }
  return node;
}

/** A side of a join, and the columns by which its rows are grouped below it. */
interface Grouping {
  readonly side: 'left' | 'right';
  /** Columns of the join. */
  readonly columns: readonly number[];
}

/** Null where a side cannot be grouped, or need not. Without keys an empty side would have a group. */
function groupingOf(
  node: Join,
  side: Grouping['side'],
  keys: readonly Expr[],
  exprs: readonly Expr[],
): Grouping | null {
  const width = node.left.schema.fields.length;
  const isOwn = (column: number) => column < width === (side === 'left');
  if (!exprs.every((expr) => inputsUsed(expr).every(isOwn))) return null;
  const condition = node.condition === null ? [] : [node.condition];
  const columns = inputsUsed(...keys, ...condition).filter(isOwn);
  const plan = node[side];
  const offset = side === 'left' ? 0 : width;
  const own = columns.map((column) => column - offset);
  // Equal numbers that are not the same, as the two zeros, would become one.
  const isExact = own.every((column) => {
    const { type } = plan.schema.fields[column]!;
    return !isApproximate(type) && !isConstructed(type);
  });
  if (!isExact || own.length === 0 || estimateRows(node) < estimateRows(plan)) return null;
  const values = columns.map((column) => matchedValues(node, column));
  const groupsMax = estimateRows(node) < estimateRows(plan) * PAIRS_MANY ? GROUPS_MANY : undefined;
  return reducesRows(plan, values, groupsMax) ? { side, columns } : null;
}

/**
 * How many values a column of a join has: as it is known, else at most as many as the columns that
 * it is equal to.
 */
function matchedValues(node: Join, column: number): number {
  const width = node.left.schema.fields.length;
  const sourceOf = (index: number) =>
    index < width ? columnSource(node.left, index) : columnSource(node.right, index - width);
  const known = distinctValues(sourceOf(column));
  if (known !== null) return known;
  const equal = splitConjunction(node.condition ?? TRUE).flatMap((part) => {
    if (!isCallOf(part, '=') || !part.args.every((arg) => arg.kind === 'InputRef')) return [];
    const indexes = inputsUsed(part);
    return indexes.includes(column) ? indexes : [];
  });
  return Math.min(...[column, ...equal].map((index) => valuesMax(sourceOf(index))));
}

function grouped(
  node: Join,
  { side, columns }: Grouping,
  keys: readonly Expr[],
  partial: PartialAggregates,
  over: (expr: Expr) => Expr,
): LogicalPlan {
  const width = node.left.schema.fields.length;
  const offset = side === 'left' ? 0 : width;
  const plan = node[side];
  const groupKeys = columns.map((c) => inputRef(c - offset, plan.schema.fields[c - offset]!.type));
  const toSide = (expr: Expr) => remapInputs(over(expr), (index) => index - offset);
  const groups = push(partial.group(plan, groupKeys, toSide));
  const narrower = width - (columns.length + partial.count);
  const moved = (index: number): number => {
    const position = columns.indexOf(index);
    if (position >= 0) return offset + position;
    return side === 'left' ? index - narrower : index;
  };
  const left = side === 'left' ? groups : node.left;
  const right = side === 'right' ? groups : node.right;
  const condition = node.condition === null ? null : remapInputs(node.condition, moved);
  const joined = join(left, right, node.joinType, condition);
  return partial.total(
    joined,
    keys.map((key) => remapInputs(key, moved)),
    offset + columns.length,
  );
}
