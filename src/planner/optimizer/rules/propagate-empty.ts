import { emptyValues } from '../../logical/build.ts';
import type { LogicalPlan } from '../../logical/nodes.ts';
import type { Rule } from '../rule.ts';

/**
 * A node over no rows that has none itself  =>  no rows
 *
 * Union(a, no rows)  =>  Union(a)
 */
export const propagateEmpty: Rule = {
  name: 'propagate-empty',
  rewrite(plan) {
    switch (plan.kind) {
      case 'Project':
      case 'Filter':
      case 'Sort':
      case 'Window':
      case 'Rank':
      case 'Match':
      case 'ProcessTable':
      case 'Limit':
      case 'Unnest':
        return isEmpty(plan.input) ? emptyValues(plan.schema) : plan;
      case 'Aggregate':
        return plan.keys.length > 0 && isEmpty(plan.input) ? emptyValues(plan.schema) : plan;
      case 'Union': {
        const inputs = plan.inputs.filter((input) => !isEmpty(input));
        if (inputs.length === plan.inputs.length) return plan;
        return inputs.length === 0 ? emptyValues(plan.schema) : { ...plan, inputs };
      }
      case 'Join': {
        const left = isEmpty(plan.left);
        const right = isEmpty(plan.right);
        const none = {
          inner: left || right,
          semi: left || right,
          anti: left,
          left,
          right,
          full: left && right,
        }[plan.joinType];
        if (none) return emptyValues(plan.schema);
        return plan.joinType === 'anti' && right ? plan.left : plan;
      }
      default:
        return plan;
    }
  },
};

function isEmpty(plan: LogicalPlan): boolean {
  return plan.kind === 'Values' && plan.rows.length === 0;
}
