import type { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import { closeAll } from '../../common/close-all.ts';
import type { UdfCalc } from '../../planner/physical/nodes.ts';
import { ScalarRunner } from '../../udf/run-scalar.ts';
import type { Operator, TaskContext } from '../operator.ts';
import { functionContext } from './function-context.ts';
import { callArguments, scalarCall, tickOf } from './udf-calls.ts';

/** Appends the results of user-defined functions, one column a call. */
export class UdfCalcOperator implements Operator {
  readonly readsSelection = false;
  readonly #node: UdfCalc;
  readonly #ctx: TaskContext;
  /** The memory of the last batch's results. */
  readonly #results: Region;
  readonly #tick: () => void;
  readonly #runners: ScalarRunner[] = [];

  constructor(node: UdfCalc, ctx: TaskContext) {
    this.#node = node;
    this.#ctx = ctx;
    this.#results = ctx.region.child();
    this.#tick = tickOf(ctx);
  }

  /** Loads and opens the functions. Errors: UdfError. */
  async open(): Promise<void> {
    for (const call of this.#node.calls) {
      const context = functionContext(this.#ctx, call.name, call.call.args);
      this.#runners.push(await ScalarRunner.open(scalarCall(call), context));
    }
  }

  *process(batch: Batch): Iterable<Batch> {
    this.#results.recycle();
    const { calls, schema } = this.#node;
    const columns = calls.map((call, i) =>
      this.#runners[i]!.run(callArguments(call, batch), batch.length, this.#results, this.#tick),
    );
    yield { ...batch, schema, columns: [...batch.columns, ...columns] };
  }

  async close(): Promise<void> {
    this.#results.dispose();
    await closeAll(this.#runners.splice(0));
  }
}
