import { joinConjunction } from '../../../expr/simplify.ts';
import { shiftInputs } from '../../../expr/tree.ts';
import type { JoinType } from '../../logical/nodes.ts';
import { filtered, splitSides } from '../join-sides.ts';
import { defineRule } from '../rule.ts';

/** The sides whose rows may be left out before the join when the ON condition rejects them. */
const PUSHED: Readonly<Record<JoinType, { readonly left: boolean; readonly right: boolean }>> = {
  inner: { left: true, right: true },
  semi: { left: true, right: true },
  left: { left: false, right: true },
  anti: { left: false, right: true },
  right: { left: true, right: false },
  full: { left: false, right: false },
};

/** Join(a, b, on a.x > 1 AND …)  =>  Join(Filter(x > 1, a), b, on …) */
export const pushJoinCondition = defineRule({
  name: 'push-join-condition',
  on: 'Join',
  rewrite(join) {
    const width = join.left.schema.fields.length;
    const parts = splitSides(join.condition, width);
    const pushed = PUSHED[join.joinType];
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
