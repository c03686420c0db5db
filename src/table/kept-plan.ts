import type { LogicalPlan } from '../planner/logical/nodes.ts';
import type { PhysicalPlan } from '../planner/physical/nodes.ts';

/** A bound plan, which takes any parameter values, and what runs. */
export interface KeptPlan {
  readonly logical: LogicalPlan;
  /** What runs with any values; null: not planned yet. */
  readonly physical: PhysicalPlan | null;
  /** Whether each call is planned for its own values. */
  readonly perCall: boolean;
}
