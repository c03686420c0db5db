import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, batchOf } from '../../columnar/batch.ts';
import { takeBatch } from '../../columnar/batches.ts';
import type { Expr } from '../../expr/expr.ts';
import { withNullable } from '../../types/data-type.ts';
import { field } from '../../types/schema.ts';
import { row } from '../../types/types.ts';
import type { MadeRow, ProcessCall } from '../../udf/run-process.ts';
import type { TaskContext } from '../operator.ts';
import type { ProcessTables } from '../operators/process-rows.ts';
import { columnsSchema, GROUPS } from './columns.ts';
import { IsolatedFunction, type Replied } from './isolated-function.ts';

/** Rows that may come back together, however short batches are: the way there and back takes longer. */
const MADE_ROWS_MIN = 4096;

/** Rows that go to the child together. */
interface Chunk {
  /** Their places in the batch. */
  readonly rows: Int32Array;
  /** Behind which of them, by their number here, a partition ends. */
  readonly ends: readonly number[];
}

/** A process table function in a process of its own. */
export class IsolatedProcess {
  readonly #fn: IsolatedFunction;
  /** The columns of a batch that go there. */
  readonly #sent: readonly number[];
  readonly #rowsMax: number;
  readonly #rows: Region;
  readonly #results: Region;

  private constructor(fn: IsolatedFunction, sent: readonly number[], ctx: TaskContext) {
    this.#fn = fn;
    this.#sent = sent;
    this.#rowsMax = ctx.batchRows;
    this.#rows = ctx.region.child();
    this.#results = ctx.region.child();
  }

  /**
   * Loads and opens the function there; `constants` are its arguments, null for tables. Errors:
   * UdfError; as of `IsolatedFunction.open`.
   */
  static async open(
    call: ProcessCall,
    read: ProcessTables,
    constants: readonly (Expr | null)[],
    ctx: TaskContext,
  ): Promise<IsolatedProcess> {
    const { tables, tag, time } = read;
    const marks = [tag, time].filter((column) => column !== null);
    const sent = [...new Set([...tables.flatMap(({ columns }) => columns), ...marks])];
    const place = (column: number): number => sent.indexOf(column);
    const input: ProcessTables = {
      spec: call.spec,
      tables: tables.map((table) => ({ ...table, columns: table.columns.map(place) })),
      tag: tag === null ? null : place(tag),
      time: time === null ? null : place(time),
    };
    const result = row([
      field('row', call.spec.result),
      field('time', withNullable(call.timeType ?? GROUPS, true)),
      field('at', GROUPS),
    ]);
    const opened = { kind: 'process', call: { ...call, input, result } } as const;
    const { fn } = await IsolatedFunction.open(opened, constants, ctx);
    return new IsolatedProcess(fn, sent, ctx);
  }

  /** How often the function was called. */
  get calls(): number {
    return this.#fn.calls;
  }

  /**
   * What the function makes of some partitions of a batch; each row is valid until the next one.
   * Errors: UdfError, CancelledError, ResourceError.
   */
  *rows(batch: Batch, partitions: Iterable<Int32Array>): Iterable<MadeRow> {
    const columns = this.#sent.map((column) => batch.columns[column]!);
    const types = columns.map(({ type }) => type);
    const sent = batchOf(columnsSchema(types), columns, batch.length);
    const rowsMax = Math.max(this.#rowsMax, MADE_ROWS_MIN);
    for (const { rows, ends } of chunksOf(partitions, this.#rowsMax)) {
      this.#rows.recycle();
      const taken = takeBatch(sent, rows, this.#rows);
      const request = { op: 'process', types, at: rows, ends, rowsMax } as const;
      let replied = this.#fn.ask(request, taken.columns);
      yield* this.#made(replied, batch.length);
      while (replied.reply.hasMore) {
        replied = this.#fn.ask({ op: 'more', rowsMax }, []);
        yield* this.#made(replied, batch.length);
      }
    }
  }

  /** Calls the function's `close`. Errors: UdfError UDF_FAILED. */
  async close(): Promise<void> {
    this.#rows.dispose();
    this.#results.dispose();
    this.#fn.close();
  }

  *#made({ rows }: Replied, length: number): Iterable<MadeRow> {
    this.#results.recycle();
    const column = this.#fn.column(rows, null, this.#results);
    for (let i = 0; i < column.length; i++) {
      const made = column.get(i);
      const [values, time, at] = Array.isArray(made) ? made : [];
      if (!Array.isArray(values) || !Number.isInteger(at) || at < 0 || at >= length) {
        throw this.#fn.broken('a row of no row');
      }
      yield { values, time, at };
    }
  }
}

/** Partitions in chunks: several short ones together, or a part of a long one. */
function* chunksOf(partitions: Iterable<Int32Array>, rowsMax: number): Iterable<Chunk> {
  let rows = new Int32Array(rowsMax);
  let ends: number[] = [];
  let count = 0;
  for (const partition of partitions) {
    for (let from = 0; from < partition.length; ) {
      if (count === rowsMax) {
        yield { rows, ends };
        rows = new Int32Array(rowsMax);
        ends = [];
        count = 0;
      }
      const part = partition.subarray(from, from + rowsMax - count);
      rows.set(part, count);
      count += part.length;
      from += part.length;
    }
    // One that ends with a chunk ends there, not with the next one.
    if (partition.length > 0) ends.push(count);
  }
  if (count > 0) yield { rows: rows.subarray(0, count), ends };
}
