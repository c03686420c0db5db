import { DROPPED_SIDES } from '../../../expr/join-type.ts';
import { joinConjunction } from '../../../expr/simplify.ts';
import { shiftInputs } from '../../../expr/tree.ts';
import { filtered, splitSides } from '../join-sides.ts';
import { defineRule } from '../rule.ts';

/** Join(a, b, on a.x > 1 AND …)  =>  Join(Filter(x > 1, a), b, on …) */
export const pushJoinCondition = defineRule({
  name: 'push-join-condition',
  on: 'Join',
  rewrite(join) {
    const width = join.left.schema.fields.length;
    const parts = splitSides(join.condition, width);
    const pushed = DROPPED_SIDES[join.joinType];
    const left = pushed.left ? parts.left : [];
    const right = pushed.right ? parts.right : [];
    if (left.length + right.length === 0) return join;
    const rest = [
      ...parts.both,
      ...(pushed.left ? [] : parts.left),
      ...(pushed.right ? [] : parts.right.map((part) => shiftInputs(part, width))),
    ];
    return {
      ...join,
      left: filtered(join.left, left),
      right: filtered(join.right, right),
      condition: rest.length === 0 ? null : joinConjunction(rest),
    };
  },
});
