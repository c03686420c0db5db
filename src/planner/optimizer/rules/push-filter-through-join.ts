import { isOptional } from '../../../expr/join-type.ts';
import { joinConjunction, splitConjunction } from '../../../expr/simplify.ts';
import type { Join, LogicalPlan } from '../../logical/nodes.ts';
import { filtered, splitSides } from '../join-sides.ts';
import { defineRule } from '../rule.ts';

/**
 * Filter(p, Join)  =>  conditions on one side below the join, those on both in its condition
 *
 * A side whose rows appear with NULLs keeps its conditions above; where they reject NULLs
 * `narrow-outer-join` has made the join an inner one before.
 */
export const pushFilterThroughJoin = defineRule({
  name: 'push-filter-through-join',
  on: 'Filter',
  rewrite(node) {
    const { input: join, predicate } = node;
    if (join.kind !== 'Join') return node;
    const width = join.left.schema.fields.length;
    const parts = splitSides(predicate, width);
    const left = isOptional(join.joinType, 'left') ? [] : parts.left;
    const right = isOptional(join.joinType, 'right') ? [] : parts.right;
    const both = join.joinType === 'inner' ? parts.both : [];
    if (left.length + right.length + both.length === 0) return node;
    const pushed: Join = {
      ...join,
      left: filtered(join.left, left),
      right: filtered(join.right, right),
      condition: both.length === 0 ? join.condition : withConditions(join, both),
    };
    const stays = splitConjunction(predicate).filter((part) => {
      const own = splitSides(part, width);
      const moved =
        (own.left.length > 0 && left.length > 0) ||
        (own.right.length > 0 && right.length > 0) ||
        (own.both.length > 0 && both.length > 0);
      return !moved;
    });
    const result: LogicalPlan = filtered(pushed, stays);
    return result;
  },
});

function withConditions(join: Join, more: Parameters<typeof joinConjunction>[0]) {
  const own = join.condition === null ? [] : splitConjunction(join.condition);
  return joinConjunction([...own, ...more]);
}
