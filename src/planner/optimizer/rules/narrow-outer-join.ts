import { splitConjunction } from '../../../expr/simplify.ts';
import type { Join, JoinType } from '../../logical/nodes.ts';
import { isOptional, rejectsNulls } from '../join-sides.ts';
import { defineRule } from '../rule.ts';

/**
 * Filter(b.x > 1, LeftJoin(a, b))  =>  Filter(b.x > 1, InnerJoin(a, b))
 *
 * Rows without a match have NULLs on a side; a condition that rejects them makes the join keep
 * matches alone on that side.
 */
export const narrowOuterJoin = defineRule({
  name: 'narrow-outer-join',
  on: 'Filter',
  rewrite(node) {
    const { input: join, predicate } = node;
    if (join.kind !== 'Join') return node;
    const width = join.left.schema.fields.length;
    const total = join.schema.fields.length;
    const parts = splitConjunction(predicate);
    const rejects = (from: number, to: number) =>
      parts.some((part) => rejectsNulls(part, from, to));
    const left = isOptional(join.joinType, 'left') && rejects(0, width);
    const right = isOptional(join.joinType, 'right') && rejects(width, total);
    if (!left && !right) return node;
    // The schema keeps its nullable columns: what lies above has been bound to them.
    const narrow: Join = { ...join, joinType: narrowed(join.joinType, left, right) };
    return { ...node, input: narrow };
  },
});

/** The join that keeps no rows with NULLs on the given sides. */
function narrowed(joinType: JoinType, left: boolean, right: boolean): JoinType {
  if (joinType !== 'full' || (left && right)) return 'inner';
  return left ? 'left' : 'right';
}
