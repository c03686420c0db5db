import type { LogicalPlan } from '../../logical/nodes.ts';
import { withPushed } from '../../logical/pushed-down.ts';
import { defineRule } from '../rule.ts';

/** Limit(Scan), also with projections between  =>  the source may stop early; the limit stays. */
export const pushLimitIntoScan = defineRule({
  name: 'push-limit-into-scan',
  on: 'Limit',
  rewrite(node) {
    if (node.limit === null) return node;
    const input = limited(node.input, node.offset + node.limit);
    return input === node.input ? node : { ...node, input };
  },
});

function limited(plan: LogicalPlan, rows: number): LogicalPlan {
  if (plan.kind === 'Project') {
    const input = limited(plan.input, rows);
    return input === plan.input ? plan : { ...plan, input };
  }
  if (plan.kind !== 'Scan' || plan.source.applyLimit === undefined) return plan;
  return withPushed(plan, plan.source.applyLimit(rows), { kind: 'limit', rows });
}
