import type { Call, Expr } from '../../../expr/expr.ts';
import {
  callsUdf,
  contains,
  equalExprs,
  isDeterministic,
  mapChildren,
  remapInputs,
  shiftInputs,
  sideOf,
  substitute,
} from '../../../expr/tree.ts';
import {
  allColumns,
  columnNames,
  filter,
  inputRef,
  join,
  project,
  projectColumns,
} from '../../logical/build.ts';
import type { Join, LogicalPlan } from '../../logical/nodes.ts';
import { defineRule } from '../rule.ts';

/**
 * SELECT f(l.a) FROM (SELECT * FROM l WHERE f(a) > 1) JOIN r
 *   =>  SELECT x FROM (SELECT *, f(a) AS x FROM l WHERE f(a) > 1) JOIN r
 *
 * A filter below a join calls the function for its rows anyway: what it found goes through the
 * join as a column. A filter and a projection that nothing stands between share their calls when
 * they are lowered.
 *
 * Runs when filters have moved and joins have their order.
 */
export const reuseFilterCalls = defineRule({
  name: 'reuse-filter-calls',
  on: 'Project',
  rewrite(node) {
    let { input } = node;
    const known: { readonly call: Call; readonly column: number }[] = [];
    const columnOf = (call: Call): number | null => {
      const found = known.find((other) => equalExprs(other.call, call));
      if (found !== undefined) return found.column;
      const provided = withCall(input, call, false);
      if (provided === null) return null;
      input = provided;
      const column = provided.schema.fields.length - 1;
      known.push({ call, column });
      return column;
    };
    const replace = (expr: Expr): Expr => {
      if (!callsUdf(expr)) return expr;
      const column = isReusable(expr) ? columnOf(expr) : null;
      return column === null ? mapChildren(expr, replace) : inputRef(input.schema, column);
    };
    const exprs = node.exprs.map(replace);
    return known.length === 0 ? node : project(input, exprs, columnNames(node.schema));
  },
});

function isReusable(expr: Expr): expr is Call {
  return expr.kind === 'Call' && expr.definition.body.kind === 'udf' && isDeterministic(expr);
}

/**
 * The plan with the result of a call as its last column, from a filter below a join; null if there
 * is none that makes the call. `isJoined`: whether a join stands above the plan.
 */
function withCall(plan: LogicalPlan, call: Expr, isJoined: boolean): LogicalPlan | null {
  switch (plan.kind) {
    case 'Filter': {
      if (contains(plan.predicate, (expr) => equalExprs(expr, call))) {
        return isJoined ? withColumn(plan, call) : null;
      }
      const input = withCall(plan.input, call, isJoined);
      return input === null ? null : filter(input, plan.predicate);
    }
    case 'Project': {
      const below = substitute(call, (ref) => plan.exprs[ref.index]!);
      const input = isDeterministic(below) ? withCall(plan.input, below, isJoined) : null;
      if (input === null) return null;
      const found = inputRef(input.schema, input.schema.fields.length - 1);
      return project(input, [...plan.exprs, found], [...columnNames(plan.schema), CALL]);
    }
    case 'Join':
      return withCallOfSide(plan, call);
    default:
      return null;
  }
}

/** The same for a join that does not make the rows of the call's side NULL. */
function withCallOfSide(node: Join, call: Expr): LogicalPlan | null {
  const { left, right, joinType, condition } = node;
  const width = left.schema.fields.length;
  const side = sideOf(call, width);
  if (side === 'right') {
    if (joinType !== 'inner' && joinType !== 'right') return null;
    const input = withCall(right, shiftInputs(call, -width), true);
    return input === null ? null : join(left, input, joinType, condition);
  }
  if (side === null || joinType === 'right' || joinType === 'full') return null;
  const input = withCall(left, call, true);
  if (input === null) return null;
  const moved = condition && remapInputs(condition, (i) => (i < width ? i : i + 1));
  const joined = join(input, right, joinType, moved);
  const columns = joined.schema.fields.map((_, i) => i).filter((i) => i !== width);
  return projectColumns(joined, [...columns, width]);
}

function withColumn(plan: LogicalPlan, expr: Expr): LogicalPlan {
  return project(plan, [...allColumns(plan.schema), expr], [...columnNames(plan.schema), CALL]);
}

/** The name of the column that holds the result of a call. */
const CALL = '$call';
