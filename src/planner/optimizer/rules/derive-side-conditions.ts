import type { Expr } from '../../../expr/expr.ts';
import {
  joinConjunction,
  joinDisjunction,
  splitConjunction,
  splitDisjunction,
} from '../../../expr/simplify.ts';
import { equalExprs, isCallOf, isDeterministic } from '../../../expr/tree.ts';
import type { LogicalPlan } from '../../logical/nodes.ts';
import { filtered, splitSides } from '../join-sides.ts';
import { defineRule } from '../rule.ts';

/**
 * Join(on (a.x = 1 AND b.y = 2) OR (a.x = 3 AND b.y = 4))  =>  a is filtered by x = 1 OR x = 3, b by
 * y = 2 OR y = 4, and the condition stays
 *
 * What every alternative demands of one side leaves out rows of it before the join.
 */
export const deriveSideConditions = defineRule({
  name: 'derive-side-conditions',
  on: 'Join',
  rewrite(join) {
    if (join.condition === null || join.joinType !== 'inner') return join;
    const width = join.left.schema.fields.length;
    const alternatives = splitConjunction(join.condition).filter(
      (part) => isCallOf(part, 'OR') && isDeterministic(part),
    );
    const left = alternatives.flatMap((part) => demanded(part, 'left', width));
    const right = alternatives.flatMap((part) => demanded(part, 'right', width));
    const newLeft = left.filter((part) => !isKnown(join.left, part));
    const newRight = right.filter((part) => !isKnown(join.right, part));
    if (newLeft.length + newRight.length === 0) return join;
    return {
      ...join,
      left: filtered(join.left, newLeft),
      right: filtered(join.right, newRight),
    };
  },
});

/** What all alternatives of an OR demand of one side, as a condition on it. */
function demanded(condition: Expr, side: 'left' | 'right', width: number): readonly Expr[] {
  const parts = splitDisjunction(condition).map(
    (alternative) => splitSides(alternative, width)[side],
  );
  if (parts.some((part) => part.length === 0)) return [];
  return [joinDisjunction(parts.map(joinConjunction))];
}

/** Whether the plan filters by a condition already. */
function isKnown(plan: LogicalPlan, condition: Expr): boolean {
  return (
    plan.kind === 'Filter' &&
    splitConjunction(plan.predicate).some((part) => equalExprs(part, condition))
  );
}
