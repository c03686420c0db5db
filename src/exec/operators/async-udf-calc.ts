import { setTimeout as sleep } from 'node:timers/promises';
import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, batchOf } from '../../columnar/batch.ts';
import type { AsyncUdfCalc } from '../../planner/physical/nodes.ts';
import { type AsyncRun, AsyncRunner } from '../../udf/run-async.ts';
import type { Operator, TaskContext } from '../operator.ts';
import { callArguments, functionContext, scalarCall, tickOf } from './udf-calls.ts';

/** How often a task that waits for async functions says that it lives and looks for its end. */
const WAIT_MS = 50;

/**
 * Appends the results of async user-defined functions, one column a call, in the order of the rows.
 * While calls are under way it yields batches without rows and says what it waits for.
 */
export class AsyncUdfCalcOperator implements Operator {
  readonly readsSelection = false;
  readonly #node: AsyncUdfCalc;
  readonly #ctx: TaskContext;
  /** The memory of the last batch's results. */
  readonly #results: Region;
  readonly #tick: () => void;
  readonly #runners: AsyncRunner[] = [];
  #pending: Promise<void> | null = null;

  constructor(node: AsyncUdfCalc, ctx: TaskContext) {
    this.#node = node;
    this.#ctx = ctx;
    this.#results = ctx.region.child();
    this.#tick = tickOf(ctx);
  }

  get pending(): Promise<void> | null {
    return this.#pending;
  }

  /** Loads and opens the functions. Errors: UdfError. */
  async open(): Promise<void> {
    const context = functionContext(this.#ctx.statement);
    for (const call of this.#node.calls) {
      this.#runners.push(await AsyncRunner.open(scalarCall(call), context));
    }
  }

  *process(batch: Batch): Iterable<Batch> {
    this.#results.recycle();
    const { calls, schema } = this.#node;
    const runs = calls.map((call, i) =>
      this.#runners[i]!.start(callArguments(call, batch), batch.length),
    );
    try {
      while (!runs.every((run) => run.isOver)) {
        this.#pending = Promise.race([allOver(runs), sleep(WAIT_MS)]);
        yield batchOf(schema, [], 0);
        this.#pending = null;
        this.#tick();
      }
    } finally {
      this.#pending = null;
      for (const run of runs) run.stop();
    }
    const columns = runs.map((run) => run.results(this.#results));
    yield { ...batch, schema, columns: [...batch.columns, ...columns] };
  }

  async close(): Promise<void> {
    this.#results.dispose();
    for (const runner of this.#runners.splice(0)) await runner.close();
  }
}

async function allOver(runs: readonly AsyncRun[]): Promise<void> {
  await Promise.all(runs.map((run) => run.over));
}
