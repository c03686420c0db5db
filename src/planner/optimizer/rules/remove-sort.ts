import type { LogicalPlan } from '../../logical/nodes.ts';
import { mapInputs } from '../../logical/tree.ts';
import type { Rule } from '../rule.ts';

/**
 * Sort below a node that does not keep or see the order  =>  its input
 *
 * The functions that the compiler knows (COUNT, SUM, …) do not see the order of their rows; others
 * (LISTAGG, FIRST_VALUE) may.
 */
export const removeSort: Rule = {
  name: 'remove-sort',
  rewrite(plan) {
    switch (plan.kind) {
      case 'Aggregate':
        return plan.calls.every((call) => call.definition.compiled !== null)
          ? mapInputs(plan, withoutSort)
          : plan;
      case 'Join':
      case 'Sort':
        return mapInputs(plan, withoutSort);
      default:
        return plan;
    }
  },
};

/** The plan without the order of its rows: projections and filters keep it, a limit needs it. */
function withoutSort(plan: LogicalPlan): LogicalPlan {
  if (plan.kind === 'Sort') return withoutSort(plan.input);
  if (plan.kind === 'Project' || plan.kind === 'Filter') return mapInputs(plan, withoutSort);
  return plan;
}
