import type { LogicalPlan } from '../logical/nodes.ts';
import { isRepeatable } from '../logical/repeatable.ts';
import { share, shared } from '../logical/shared.ts';
import { isClosed } from './outer.ts';

/**
 * A plan that is read in several places, all of which see the same rows: shared where computing it
 * again may give others. One that reads outer columns stays as it is.
 */
export function settled(name: string, plan: LogicalPlan): LogicalPlan {
  return isRepeatable(plan) || !isClosed(plan) ? plan : share(name, plan);
}

/** The same, shared also where computing it again is costly. */
export function settledOnce(name: string, plan: LogicalPlan): LogicalPlan {
  return isClosed(plan) ? shared(name, settled(name, plan)) : plan;
}
