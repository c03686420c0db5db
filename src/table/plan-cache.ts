import type { LogicalPlan } from '../planner/logical/nodes.ts';
import type { PhysicalPlan } from '../planner/physical/nodes.ts';

/** Plans that are kept: the ones used last. */
const PLANS_MAX = 256;

/** A bound plan, which takes any parameter values, and what runs when it has no parameters. */
export interface CachedPlan {
  readonly logical: LogicalPlan;
  readonly physical: PhysicalPlan | null;
}

/** Plans of statements by everything they depend on; the least recently used one gives way. */
export class PlanCache {
  readonly #plans = new Map<string, CachedPlan>();

  get(key: string): CachedPlan | null {
    const found = this.#plans.get(key);
    if (found === undefined) return null;
    this.#plans.delete(key);
    this.#plans.set(key, found);
    return found;
  }

  put(key: string, plan: CachedPlan): void {
    this.#plans.set(key, plan);
    if (this.#plans.size <= PLANS_MAX) return;
    for (const oldest of this.#plans.keys()) {
      this.#plans.delete(oldest);
      return;
    }
  }
}
