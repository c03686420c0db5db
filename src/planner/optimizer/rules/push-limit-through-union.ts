import { limit } from '../../logical/build.ts';
import type { LogicalPlan } from '../../logical/nodes.ts';
import { defineRule } from '../rule.ts';

/** Limit(n, Union(a, b))  =>  Limit(n, Union(Limit(n, a), Limit(n, b))) */
export const pushLimitThroughUnion = defineRule({
  name: 'push-limit-through-union',
  on: 'Limit',
  rewrite(node) {
    const { input: union } = node;
    if (union.kind !== 'Union' || node.limit === null) return node;
    const rows = node.offset + node.limit;
    if (union.inputs.every((input) => isLimited(input, rows))) return node;
    const inputs = union.inputs.map((input) =>
      isLimited(input, rows) ? input : limit(input, 0, rows),
    );
    return { ...node, input: { ...union, inputs } };
  },
});

function isLimited(plan: LogicalPlan, rows: number): boolean {
  if (plan.kind === 'Project') return isLimited(plan.input, rows);
  if (plan.kind === 'Values') return plan.rows.length <= rows;
  return plan.kind === 'Limit' && plan.limit !== null && plan.limit <= rows;
}
