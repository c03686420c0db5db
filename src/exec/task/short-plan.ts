import type { PhysicalPlan } from '../../planner/physical/nodes.ts';
import { userFunctionsOf } from './udf-nodes.ts';

/** Rows that the nodes of a short plan make in all: about 50 ms of work. */
const SHORT_ROWS = 2 ** 21;
/** The same for a row that goes through code of the user. */
const USER_ROWS = 64;

/** Whether a plan seems to be done soon: its tasks then do not wait for those of others. */
export function isShort(plan: PhysicalPlan): boolean {
  return rowsMade(plan, new Set()) < SHORT_ROWS;
}

function rowsMade(plan: PhysicalPlan, seen: Set<number>): number {
  if (plan.kind === 'Shared') {
    if (seen.has(plan.id)) return 0;
    seen.add(plan.id);
  }
  const rows = plan.rows * (userFunctionsOf(plan).length > 0 ? USER_ROWS : 1);
  return plan.inputs.reduce((sum, input) => sum + rowsMade(input, seen), rows);
}
