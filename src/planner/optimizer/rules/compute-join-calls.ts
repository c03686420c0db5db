import type { Expr } from '../../../expr/expr.ts';
import { splitConjunction } from '../../../expr/simplify.ts';
import {
  callsUdf,
  isCallOf,
  isDeterministic,
  mapChildren,
  remapInputs,
  shiftInputs,
  sideOf,
} from '../../../expr/tree.ts';
import { callBuiltin, nullOf } from '../../bind/coerce.ts';
import { rowNumber } from '../../bind/dependent-join.ts';
import {
  allColumns,
  columnNames,
  inputRef,
  join,
  project,
  projectColumns,
  union,
  window,
} from '../../logical/build.ts';
import type { Join, LogicalPlan, Shared } from '../../logical/nodes.ts';
import { share, transformShared } from '../../logical/shared.ts';
import type { Rule } from '../rule.ts';

/**
 * l JOIN r ON f(l.a) = r.b  =>  (SELECT *, f(a) AS x FROM l) JOIN r ON x = r.b
 *
 * Joins do not call the user's functions. A call that reads one side is computed below the join.
 * One that reads both filters the pairs of an inner join; an outer, semi or anti join finds its
 * rows among those pairs by their number.
 *
 * Runs when conditions have moved, on the whole statement: the numbered side is read twice.
 */
export const computeJoinCalls: Rule = {
  name: 'compute-join-calls',
  rewrite: (plan) =>
    transformShared(plan, (node) => {
      if (node.kind !== 'Join' || node.condition === null || !callsUdf(node.condition)) return node;
      if (node.joinType === 'inner') return hasKey(node) ? node : computeBelow(node);
      return computeBelow(node);
    }),
};

/** Whether an inner join can leave its calls to the pairs, which are few. */
function hasKey({ condition, left }: Join): boolean {
  const width = left.schema.fields.length;
  return splitConjunction(condition!).some((part) => {
    if (!isCallOf(part, '=') || callsUdf(part)) return false;
    const sides = part.args.map((arg) => sideOf(arg, width));
    return sides.includes('left') && sides.includes('right');
  });
}

type Side = 'left' | 'right';

/** Makes what calls user code and reads one side a column of that side. */
function computeBelow(node: Join): LogicalPlan {
  const { left, right, joinType } = node;
  const width = left.schema.fields.length;
  const computed: Record<Side, Expr[]> = { left: [], right: [] };
  const found: { readonly side: Side; readonly index: number; readonly expr: Expr }[] = [];
  // Stand-ins behind all columns, until it is known how many columns the left side has.
  const all = width + right.schema.fields.length;
  const replace = (expr: Expr): Expr => {
    if (!callsUdf(expr)) return expr;
    const side = isDeterministic(expr) ? sideOf(expr, width) : null;
    if (side === null) return mapChildren(expr, replace);
    const own = side === 'left' ? expr : shiftInputs(expr, -width);
    found.push({ side, index: computed[side].push(own) - 1, expr });
    return { kind: 'InputRef', type: expr.type, index: all + found.length - 1 };
  };
  const replaced = replace(node.condition!);
  if (found.length === 0) return onPairs(node);
  const added = computed.left.length;
  const condition = remapInputs(replaced, (index) => {
    if (index < width) return index;
    if (index < all) return index + added;
    const { side, index: at } = found[index - all]!;
    return side === 'left' ? width + at : all + added + at;
  });
  const joined = onPairs(
    join(withColumns(left, computed.left), withColumns(right, computed.right), joinType, condition),
  );
  const kept = node.schema.fields.map((_, i) => (i < width ? i : i + added));
  return project(
    joined,
    kept.map((column) => inputRef(joined.schema, column)),
    columnNames(node.schema),
  );
}

function withColumns(plan: LogicalPlan, exprs: readonly Expr[]): LogicalPlan {
  if (exprs.length === 0) return plan;
  const names = exprs.map((_, i) => `$call${i}`);
  return project(
    plan,
    [...allColumns(plan.schema), ...exprs],
    [...columnNames(plan.schema), ...names],
  );
}

/** A join whose condition may call user code with columns of both sides. */
function onPairs(node: Join): LogicalPlan {
  const { left, right, joinType, condition } = node;
  if (joinType === 'inner' || condition === null || !callsUdf(condition)) return node;
  switch (joinType) {
    case 'left':
    case 'semi':
    case 'anti':
      return keepLeft(numbered(left), right, joinType, condition);
    case 'right': {
      const swapped = keepLeft(numbered(right), left, 'left', swap(node));
      const width = right.schema.fields.length;
      const columns = swapped.schema.fields.map((_, i) => i);
      return projectColumns(swapped, [...columns.slice(width), ...columns.slice(0, width)]);
    }
    case 'full': {
      const sides = [share('join side', left), share('join side', right)] as const;
      const kept = keepLeft(numbered(sides[0]), sides[1], 'left', condition);
      const rest = keepLeft(numbered(sides[1]), sides[0], 'anti', swap(node));
      const missing = left.schema.fields.map((f) => nullOf(f.type));
      const unmatched = project(
        rest,
        [...missing, ...allColumns(rest.schema)],
        columnNames(node.schema),
      );
      return { ...union([kept, unmatched]), schema: node.schema };
    }
  }
}

/** The condition with the columns of the right side first. */
function swap({ left, right, condition }: Join): Expr {
  const width = left.schema.fields.length;
  const other = right.schema.fields.length;
  return remapInputs(condition!, (i) => (i < width ? i + other : i - width));
}

/** The rows of a plan with a number in front, to be read twice. */
function numbered(plan: LogicalPlan): Shared {
  const all = window(plan, [], [], [rowNumber()], ['$row']);
  const width = plan.schema.fields.length;
  return share('join side', projectColumns(all, [width, ...plan.schema.fields.map((_, i) => i)]));
}

/** The left rows, joined by their number with the pairs for which the condition is TRUE. */
function keepLeft(
  left: Shared,
  right: LogicalPlan,
  joinType: 'left' | 'semi' | 'anti',
  condition: Expr,
): LogicalPlan {
  const pairs = join(left, right, 'inner', shiftInputs(condition, 1));
  const width = left.schema.fields.length;
  const columns = pairs.schema.fields.map((_, i) => i);
  const found = projectColumns(pairs, [0, ...(joinType === 'left' ? columns.slice(width) : [])]);
  const same = callBuiltin('=', [
    inputRef(left.schema, 0),
    shiftInputs(inputRef(found.schema, 0), width),
  ]);
  const joined = join(left, found, joinType, same);
  const own = joined.schema.fields.map((_, i) => i);
  return projectColumns(
    joined,
    own.filter((i) => i !== 0 && i !== width),
  );
}
