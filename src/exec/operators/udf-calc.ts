import type { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import { closeAll } from '../../common/close-all.ts';
import { printExpr } from '../../expr/print.ts';
import type { UdfCalc } from '../../planner/physical/nodes.ts';
import type { CallMeter } from '../../udf/metrics.ts';
import type { Pulse } from '../../udf/pulse.ts';
import { ScalarRunner } from '../../udf/run-scalar.ts';
import { IsolatedScalar } from '../child/isolated-scalar.ts';
import type { Operator, TaskContext } from '../operator.ts';
import { callMeter, functionContext } from './function-context.ts';
import { callArguments, pulseOfTask, scalarCall } from './udf-calls.ts';

/** Appends the results of user-defined functions, one column a call. */
export class UdfCalcOperator implements Operator {
  readonly readsSelection = false;
  readonly #node: UdfCalc;
  readonly #ctx: TaskContext;
  /** The memory of the last batch's results. */
  readonly #results: Region;
  readonly #pulse: Pulse;
  readonly #runners: (ScalarRunner | IsolatedScalar)[] = [];
  readonly #meters: readonly CallMeter[];

  constructor(node: UdfCalc, ctx: TaskContext) {
    this.#node = node;
    this.#ctx = ctx;
    this.#results = ctx.region.child();
    this.#pulse = pulseOfTask(ctx);
    this.#meters = node.calls.map(({ name }) => callMeter(ctx, name));
    for (const { call } of node.calls) {
      ctx.metrics?.evaluates('udf', (names) => printExpr(call, names));
    }
  }

  /** Loads and opens the functions. Errors: UdfError. */
  async open(): Promise<void> {
    for (const call of this.#node.calls) {
      const { args } = call.call;
      const scalar = scalarCall(call);
      const runner =
        scalar.body.isolation === null
          ? await ScalarRunner.open(scalar, functionContext(this.#ctx, call.name, args))
          : await IsolatedScalar.open(scalar, args, this.#ctx);
      this.#runners.push(runner);
    }
  }

  *process(batch: Batch): Iterable<Batch> {
    this.#results.recycle();
    const { calls, schema } = this.#node;
    const columns = calls.map((call, i) => {
      const runner = this.#runners[i]!;
      const before = runner.calls;
      const start = performance.now();
      const args = callArguments(call, batch);
      const results = runner.run(args, batch.length, this.#results, this.#pulse);
      this.#meters[i]!.add(runner.calls - before, batch.length, start);
      return results;
    });
    yield { ...batch, schema, columns: [...batch.columns, ...columns] };
  }

  async close(): Promise<void> {
    this.#results.dispose();
    await closeAll(this.#runners.splice(0));
  }
}
