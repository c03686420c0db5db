import { setTimeout as sleep } from 'node:timers/promises';
import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, batchOf } from '../../columnar/batch.ts';
import { takeBatch } from '../../columnar/batches.ts';
import { closeAll } from '../../common/close-all.ts';
import { printExpr } from '../../expr/print.ts';
import type { AsyncUdfCalc } from '../../planner/physical/nodes.ts';
import type { AsyncRun } from '../../udf/async-run.ts';
import { beat, type Pulse } from '../../udf/pulse.ts';
import { AsyncRunner } from '../../udf/run-async.ts';
import type { Operator, TaskContext } from '../operator.ts';
import { callMeter, functionContext } from './function-context.ts';
import { callArguments, pulseOfTask, scalarCall } from './udf-calls.ts';

/** How often a task that waits for async functions says that it lives and looks for its end. */
const WAIT_MS = 50;

/**
 * Appends the results of async user-defined functions, one column a call: in the order of the rows,
 * or, if no function asks for that, as they come.
 *
 * While calls are under way it yields batches without rows and says what it waits for.
 */
export class AsyncUdfCalcOperator implements Operator {
  readonly readsSelection = false;
  readonly #node: AsyncUdfCalc;
  readonly #ctx: TaskContext;
  /** The memory of the last batch's results. */
  readonly #results: Region;
  readonly #pulse: Pulse;
  readonly #runners: AsyncRunner[] = [];
  readonly #ordered: boolean;
  #pending: Promise<void> | null = null;

  constructor(node: AsyncUdfCalc, ctx: TaskContext) {
    this.#node = node;
    this.#ctx = ctx;
    this.#results = ctx.region.child();
    this.#pulse = pulseOfTask(ctx);
    for (const { call } of node.calls) {
      ctx.metrics?.evaluates('udf', (names) => printExpr(call, names));
    }
    this.#ordered = node.calls.some(
      ({
        call: {
          definition: { body },
        },
      }) => {
        return body.kind === 'udf' && body.async?.ordered === true;
      },
    );
  }

  get pending(): Promise<void> | null {
    return this.#pending;
  }

  /** Loads and opens the functions. Errors: UdfError. */
  async open(): Promise<void> {
    for (const call of this.#node.calls) {
      const context = functionContext(this.#ctx, call.name, call.call.args);
      this.#runners.push(
        await AsyncRunner.open(scalarCall(call), context, callMeter(this.#ctx, call.name)),
      );
    }
  }

  *process(batch: Batch): Iterable<Batch> {
    const { calls, schema } = this.#node;
    const finished = new FinishedRows(batch.length, calls.length);
    const runs = calls.map((call, i) =>
      this.#runners[i]!.start(callArguments(call, batch), batch.length, (row) => finished.add(row)),
    );
    try {
      while (!runs.every((run) => run.isOver)) {
        this.#pending = Promise.race([allOver(runs), sleep(WAIT_MS)]);
        yield batchOf(schema, [], 0);
        this.#pending = null;
        beat(this.#pulse);
        for (const run of runs) run.check();
        if (!this.#ordered) yield* this.#rows(batch, runs, finished.take());
      }
      for (const run of runs) run.check();
      yield* this.#rows(batch, runs, finished.take());
    } finally {
      this.#pending = null;
      for (const run of runs) run.stop();
    }
  }

  /** Rows whose calls have ended, in the order of the batch. */
  *#rows(batch: Batch, runs: readonly AsyncRun[], rows: Int32Array): Iterable<Batch> {
    if (rows.length === 0) return;
    this.#results.recycle();
    const taken = rows.length === batch.length ? batch : takeBatch(batch, rows, this.#results);
    const columns = runs.map((run) => run.results(rows, this.#results));
    yield { ...taken, schema: this.#node.schema, columns: [...taken.columns, ...columns] };
  }

  async close(): Promise<void> {
    this.#results.dispose();
    await closeAll(this.#runners.splice(0));
  }
}

async function allOver(runs: readonly AsyncRun[]): Promise<void> {
  await Promise.all(runs.map((run) => run.over));
}

/** The rows of a batch that no call is under way for. */
class FinishedRows {
  readonly #calls: number;
  /** Calls of each row that have ended. */
  readonly #ended: Uint16Array;
  #rows: number[] = [];

  constructor(rows: number, calls: number) {
    this.#calls = calls;
    this.#ended = new Uint16Array(rows);
  }

  add(row: number): void {
    if (++this.#ended[row]! === this.#calls) this.#rows.push(row);
  }

  /** Those that were not taken yet. */
  take(): Int32Array {
    const rows = Int32Array.from(this.#rows).sort();
    this.#rows = [];
    return rows;
  }
}
