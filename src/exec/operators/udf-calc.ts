import type { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import { sliceBatch } from '../../columnar/batches.ts';
import { type Column, NullColumn } from '../../columnar/column.ts';
import { closeAll } from '../../common/close-all.ts';
import { configValue } from '../../common/options.ts';
import { printExpr } from '../../expr/print.ts';
import type { UdfCalc, UdfCall } from '../../planner/physical/nodes.ts';
import type { ResultTotals } from '../../udf/loops/result-totals.ts';
import type { CallMeter } from '../../udf/metrics.ts';
import { type Pulse, pulseOf } from '../../udf/pulse.ts';
import { RowsRunner } from '../../udf/run-rows.ts';
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
  /** The memory of the rows that are not done yet. */
  readonly #slices: Region;
  readonly #pulse: Pulse;
  /** That a call makes more rows is no progress: there may be no end of them. */
  readonly #noProgress: Pulse;
  /** Calls that may be left in the middle give their rows to the next Unnest, and to nobody else. */
  readonly #rowsMax: number | null;
  readonly #runners: (ScalarRunner | RowsRunner | IsolatedScalar)[] = [];
  readonly #meters: readonly CallMeter[];

  constructor(node: UdfCalc, ctx: TaskContext) {
    this.#node = node;
    this.#ctx = ctx;
    this.#results = ctx.region.child();
    this.#slices = ctx.region.child();
    this.#pulse = pulseOfTask(ctx);
    this.#noProgress = pulseOf(ctx.checkCancelled);
    const [only, ...others] = node.calls;
    const makesRows = only !== undefined && others.length === 0 && scalarCall(only).body.rows;
    const rowsMax = configValue(ctx.statement.config, 'table.exec.udf.rows-per-call.max');
    this.#rowsMax = makesRows ? rowsMax : null;
    this.#meters = node.calls.map(({ name }) => callMeter(ctx, name));
    for (const { call } of node.calls) {
      ctx.metrics?.evaluates('udf', (names) => printExpr(call, names));
    }
  }

  /** Loads and opens the functions. Errors: UdfError. */
  async open(): Promise<void> {
    for (const call of this.#node.calls) {
      this.#runners.push(await this.#open(call));
    }
  }

  *process(batch: Batch): Iterable<Batch> {
    const [only] = this.#runners;
    if (this.#rowsMax !== null && only !== undefined && 'hasMore' in only) {
      yield* this.#inPieces(batch, only);
      return;
    }
    this.#results.recycle();
    const { calls, schema } = this.#node;
    const columns = calls.map((_, i) => this.#run(i, batch));
    yield { ...batch, schema, columns: [...batch.columns, ...columns] };
  }

  /** The batch with the results of one call. Borrowed until the next results. */
  append(batch: Batch, call: number): Batch {
    this.#results.recycle();
    const { calls, schema } = this.#node;
    const columns = calls.map(({ call: { type } }, i) =>
      i === call ? this.#run(i, batch) : new NullColumn(type, batch.length),
    );
    return { ...batch, schema, columns: [...batch.columns, ...columns] };
  }

  /** Adds the results of one call to totals; false, as `ScalarRunner.total`. */
  total(batch: Batch, call: number, totals: ResultTotals): boolean {
    const runner = this.#runners[call]!;
    if (!(runner instanceof ScalarRunner)) return false;
    const before = runner.calls;
    const start = performance.now();
    const args = callArguments(this.#node.calls[call]!, batch);
    if (!runner.total(args, batch.length, totals, this.#pulse)) return false;
    this.#meters[call]!.add(runner.calls - before, batch.length, start);
    return true;
  }

  #run(call: number, batch: Batch): Column {
    const runner = this.#runners[call]!;
    const before = runner.calls;
    const start = performance.now();
    const args = callArguments(this.#node.calls[call]!, batch);
    const results = runner.run(args, batch.length, this.#results, this.#pulse);
    this.#meters[call]!.add(runner.calls - before, batch.length, start);
    return results;
  }

  /**
   * The rows of a table function, of which there may be more than are needed: the row of a call
   * that has many comes several times, each time with some of them.
   */
  *#inPieces(batch: Batch, runner: RowsRunner | IsolatedScalar): Iterable<Batch> {
    try {
      for (let from = 0; from < batch.length; ) {
        this.#slices.recycle();
        this.#results.recycle();
        const rest = from === 0 ? batch : sliceBatch(batch, from, batch.length, this.#slices);
        const made = this.#piece(rest, runner);
        if (!runner.hasMore) {
          yield made;
          return;
        }
        const left = lastWithRows(made);
        from += left + 1;
        yield sliceBatch(made, 0, left + 1, this.#results);
        const row = sliceBatch(batch, from - 1, from, this.#slices);
        while (runner.hasMore) {
          this.#results.recycle();
          const more = this.#piece(row, runner);
          if (lastWithRows(more) === 0) yield more;
        }
      }
    } finally {
      runner.stop();
    }
  }

  /** The rows with the next piece of a call, or of the calls up to one that is left. */
  #piece(batch: Batch, runner: RowsRunner | IsolatedScalar): Batch {
    const [call] = this.#node.calls;
    const isResumed = runner.hasMore;
    const pulse = isResumed ? this.#noProgress : this.#pulse;
    const before = runner.calls;
    const start = performance.now();
    const args = callArguments(call!, batch);
    const column = runner.run(args, batch.length, this.#results, pulse);
    const made = { ...batch, schema: this.#node.schema, columns: [...batch.columns, column] };
    const rows = runner.hasMore ? lastWithRows(made) + 1 : batch.length;
    this.#meters[0]!.add(runner.calls - before, isResumed ? 0 : rows, start);
    return made;
  }

  #open(call: UdfCall): Promise<ScalarRunner | RowsRunner | IsolatedScalar> {
    const { args } = call.call;
    const scalar = scalarCall(call);
    const rowsMax = this.#rowsMax;
    if (scalar.body.isolation !== null) {
      return IsolatedScalar.open(scalar, args, this.#ctx, rowsMax);
    }
    const context = functionContext(this.#ctx, call.name, args);
    return rowsMax === null
      ? ScalarRunner.open(scalar, context)
      : RowsRunner.open(scalar, context, rowsMax);
  }

  async close(): Promise<void> {
    this.#results.dispose();
    this.#slices.dispose();
    await closeAll(this.#runners.splice(0));
  }
}

/** The last row of a batch whose last column, of lists, is not empty; -1 if there is none. */
function lastWithRows({ columns, length }: Batch): number {
  const lists = columns.at(-1)!;
  if (lists.layout !== 'list') return -1;
  let row = length - 1;
  while (row >= 0 && lists.offsets[row] === lists.offsets[row + 1]) row--;
  return row;
}
