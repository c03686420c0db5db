import type { Engine } from '../../exec/engine.ts';
import type { ExecuteOptions, Execution } from '../../exec/execution.ts';
import type { PhysicalPlan } from '../../planner/physical/nodes.ts';
import { numberNodes } from '../../planner/physical/number.ts';

/** A plan that runs or has run, with the numbers under which its nodes are measured. */
export interface RecordedRun {
  readonly plan: PhysicalPlan;
  readonly execution: Execution;
}

/** Runs the plans of one statement so that their operators are measured. */
export class Recorder {
  readonly #runs: RecordedRun[] = [];
  #next = 1;

  /** In the order in which they were started. */
  get runs(): readonly RecordedRun[] {
    return this.#runs;
  }

  /** Prepares a run, as `Engine.execute`. */
  execute(engine: Engine, plan: PhysicalPlan, options: ExecuteOptions): Execution {
    const { plan: numbered, next } = numberNodes(plan, this.#next);
    this.#next = next;
    const execution = engine.execute(numbered, { ...options, profile: true });
    this.#runs.push({ plan: numbered, execution });
    return execution;
  }
}
