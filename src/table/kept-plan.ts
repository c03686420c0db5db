import type { LogicalPlan } from '../planner/logical/nodes.ts';
import type { PhysicalPlan } from '../planner/physical/nodes.ts';

/** A bound plan, which takes any parameter values, and what runs when it has no parameters. */
export interface KeptPlan {
  readonly logical: LogicalPlan;
  readonly physical: PhysicalPlan | null;
}
