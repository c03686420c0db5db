import type { Expr } from '../../../expr/expr.ts';
import { DROPPED_SIDES, isOptional, type JoinType } from '../../../expr/join-type.ts';
import { splitConjunction } from '../../../expr/simplify.ts';
import type { Join, LogicalPlan } from '../../logical/nodes.ts';
import { rejectsNulls } from '../join-sides.ts';
import type { Rule } from '../rule.ts';

/**
 * Filter(b.x > 1, LeftJoin(a, b))               =>  Filter(b.x > 1, InnerJoin(a, b))
 * Join(LeftJoin(a, b), c, on b.x = c.y)         =>  Join(InnerJoin(a, b), c, on b.x = c.y)
 *
 * Rows without a match have NULLs on a side; a condition that rejects them makes the join keep
 * matches alone on that side.
 */
export const narrowOuterJoin: Rule = {
  name: 'narrow-outer-join',
  rewrite(plan) {
    if (plan.kind === 'Filter') {
      const input = narrow(plan.input, splitConjunction(plan.predicate));
      return input === plan.input ? plan : { ...plan, input };
    }
    return plan.kind === 'Join' ? narrowInputs(plan) : plan;
  },
};

/** The outer joins below a join that its own condition narrows. */
function narrowInputs(join: Join): LogicalPlan {
  if (join.condition === null) return join;
  const parts = splitConjunction(join.condition);
  const width = join.left.schema.fields.length;
  const drops = DROPPED_SIDES[join.joinType];
  const left = drops.left ? narrow(join.left, parts) : join.left;
  const right = drops.right ? narrow(join.right, parts, width) : join.right;
  return left === join.left && right === join.right ? join : { ...join, left, right };
}

/** A plan of which only rows are read for which conditions over its columns are TRUE. */
function narrow(plan: LogicalPlan, conditions: readonly Expr[], offset = 0): LogicalPlan {
  if (plan.kind === 'Filter') {
    const input = narrow(plan.input, conditions, offset);
    return input === plan.input ? plan : { ...plan, input };
  }
  if (plan.kind !== 'Join') return plan;
  const width = plan.left.schema.fields.length;
  const total = plan.schema.fields.length;
  const rejects = (from: number, to: number) =>
    conditions.some((condition) => rejectsNulls(condition, offset + from, offset + to));
  const left = isOptional(plan.joinType, 'left') && rejects(0, width);
  const right = isOptional(plan.joinType, 'right') && rejects(width, total);
  if (!left && !right) return plan;
  // The schema keeps its nullable columns: what lies above has been bound to them.
  return { ...plan, joinType: narrowed(plan.joinType, left, right) };
}

/** The join that keeps no rows with NULLs on the given sides. */
function narrowed(joinType: JoinType, left: boolean, right: boolean): JoinType {
  if (joinType !== 'full' || (left && right)) return 'inner';
  return left ? 'left' : 'right';
}
