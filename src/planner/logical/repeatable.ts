import { isDeterministic } from '../../expr/tree.ts';
import type { LogicalPlan } from './nodes.ts';
import { exprsOf, inputsOf } from './tree.ts';

/** Whether a plan gives the same rows when it is computed again in a statement. */
export function isRepeatable(plan: LogicalPlan): boolean {
  return isRepeatableNode(plan) && inputsOf(plan).every(isRepeatable);
}

/** Whether a node gives the same rows again for the same input. */
export function isRepeatableNode(plan: LogicalPlan): boolean {
  switch (plan.kind) {
    case 'Scan':
      return plan.source.repeatable !== false;
    case 'Match':
    case 'ProcessTable':
    case 'Sink':
      return false;
    case 'Aggregate':
    case 'Window':
      if (!plan.calls.every(({ definition }) => definition.deterministic)) return false;
      break;
  }
  return exprsOf(plan).every(isDeterministic);
}
