import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, batchOf } from '../../columnar/batch.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import type { Column } from '../../columnar/column.ts';
import type { FunctionContext } from '../../udf/function-context.ts';
import type { Pulse } from '../../udf/pulse.ts';
import { type MadeRow, type ProcessPartition, ProcessRunner } from '../../udf/run-process.ts';
import { processRows } from '../operators/process-rows.ts';
import { columnsSchema } from './columns.ts';
import type { IsolatedProcessCall, Request } from './protocol.ts';

/** Rows that took so long go out, although more could go with them: their reader may need no more. */
const PIECE_MS = 50;

/** A process table function, with the states and timers of the partition that it is at. */
export class HostedProcess {
  readonly abilities = null;
  readonly #runner: ProcessRunner;
  readonly #call: IsolatedProcessCall;
  /** The memory of the rows that are at work. */
  readonly #held: Region;
  /** The partition whose rows have not all come. */
  #partition: ProcessPartition | null = null;
  /** What the function makes of the rows that came, as far as it has not gone out. */
  #made: Iterator<MadeRow> | null = null;

  private constructor(runner: ProcessRunner, call: IsolatedProcessCall, held: Region) {
    this.#runner = runner;
    this.#call = call;
    this.#held = held;
  }

  /** Keeps memory of `held` until it is closed. Errors: UdfError. */
  static async open(
    call: IsolatedProcessCall,
    context: FunctionContext,
    held: Region,
    pulse: Pulse,
  ): Promise<HostedProcess> {
    return new HostedProcess(await ProcessRunner.open(call, context, pulse), call, held);
  }

  /** How often the function was called. */
  get calls(): number {
    return this.#runner.calls;
  }

  /** Whether the function may make more of the rows that came. */
  get hasMore(): boolean {
    return this.#made !== null;
  }

  /** Ends what is left of the rows that came before. The memory for those that come now. */
  next(): Region {
    this.#stop();
    this.#held.recycle();
    return this.#held;
  }

  /** Begins with rows, which lie in the memory of `next`. Errors: UdfError. */
  begin({ at, ends }: Extract<Request, { op: 'process' }>, columns: readonly Column[]): void {
    const schema = columnsSchema(columns.map(({ type }) => type));
    this.#made = this.#madeOf(batchOf(schema, columns, at.length), at, ends)[Symbol.iterator]();
  }

  /** Some of the rows that the function makes. Errors: UdfError. */
  take(rowsMax: number, region: Region): Column {
    const builder = builderFor(this.#call.result, region);
    const start = performance.now();
    for (let count = 0; count < rowsMax && performance.now() - start < PIECE_MS; count++) {
      const next = this.#made?.next() ?? { done: true };
      if (next.done === true) {
        this.#made = null;
        break;
      }
      const { values, time, at } = next.value;
      builder.append([values, time, at]);
    }
    return builder.finish();
  }

  /** Errors: UdfError UDF_FAILED. */
  async close(): Promise<void> {
    try {
      this.#stop();
    } finally {
      await this.#runner.close().finally(() => this.#held.dispose());
    }
  }

  /** The reader may have left: a partition that it did not see the end of is over. */
  #stop(): void {
    const made = this.#made;
    this.#made = null;
    if (made === null) return;
    this.#partition = null;
    made.return?.();
  }

  *#madeOf(batch: Batch, at: Int32Array, ends: readonly number[]): Iterable<MadeRow> {
    let from = 0;
    for (const end of [...ends, batch.length]) {
      const rows = Int32Array.from({ length: end - from }, (_, i) => from + i);
      const isWhole = end !== batch.length || ends.at(-1) === end;
      if (rows.length === 0) continue;
      from = end;
      this.#partition ??= this.#runner.begin();
      for (const row of processRows(this.#call.input, batch, rows)) {
        yield* this.#partition.row({ ...row, at: at[row.at]! });
      }
      if (!isWhole) return;
      yield* this.#partition.end();
      this.#partition = null;
    }
  }
}
