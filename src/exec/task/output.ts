import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, rowCount } from '../../columnar/batch.ts';
import { compact, concatBatches, copyBatch } from '../../columnar/batches.ts';
import { describeBatch } from '../../columnar/descriptor.ts';
import type { SinkWriter } from '../../connectors/connector.ts';
import type { TaskContext } from '../operator.ts';
import { buildTable } from '../operators/join-table.ts';
import { Partitioner } from '../operators/partitioner.ts';
import type { BuiltUnit } from '../operators/table-build.ts';
import type { HeldBatch, SharedTable } from '../pool/protocol.ts';
import type { TableSpec } from './stage.ts';

/** What a task has made when it has ended. */
export interface TaskProduct {
  readonly held: readonly HeldBatch[];
  readonly table: SharedTable | null;
  readonly built: readonly BuiltUnit[];
  readonly part: unknown;
  readonly rowsWritten: number;
}

/** What a task without a product returns. */
export const NO_PRODUCT: TaskProduct = {
  held: [],
  table: null,
  built: [],
  part: null,
  rowsWritten: 0,
};

/** Where the rows of a task go. */
export interface TaskOutput {
  /** Takes the rows; the batch is borrowed. */
  write(split: number, batch: Batch): void | Promise<void>;
  finish(): TaskProduct;
  /** Gives up what was begun. */
  abort(): void;
}

/** Batches of fewer rows are put together before they are kept. */
const HELD_ROWS_MIN = 2048;

/** Keeps the rows in the arena, by partition of the keys. */
export class HoldOutput implements TaskOutput {
  readonly #region: Region;
  /** Where small batches wait, all of one split. */
  readonly #waiting: Region;
  #small: { readonly split: number; readonly batches: Batch[]; rows: number } | null = null;
  readonly #partitioner: Partitioner | null;
  readonly #held: HeldBatch[] = [];

  constructor(keys: readonly number[], partitions: number, ctx: TaskContext) {
    this.#region = ctx.region.child();
    this.#waiting = ctx.region.child();
    this.#partitioner = partitions > 1 ? new Partitioner(keys, partitions, ctx) : null;
  }

  write(split: number, batch: Batch): void {
    if (rowCount(batch) === 0) return;
    if (rowCount(batch) < HELD_ROWS_MIN) this.#wait(split, batch);
    else {
      this.#keepSmall();
      this.#hold(split, batch);
    }
  }

  finish(): TaskProduct {
    this.#keepSmall();
    this.#waiting.dispose();
    return { ...NO_PRODUCT, held: this.#held };
  }

  abort(): void {}

  #wait(split: number, batch: Batch): void {
    if (this.#small !== null && this.#small.split !== split) this.#keepSmall();
    this.#small ??= { split, batches: [], rows: 0 };
    this.#small.batches.push(copyBatch(batch, this.#waiting));
    this.#small.rows += rowCount(batch);
    if (this.#small.rows >= HELD_ROWS_MIN) this.#keepSmall();
  }

  #keepSmall(): void {
    if (this.#small === null) return;
    const { split, batches } = this.#small;
    this.#small = null;
    const all = batches.length === 1 ? batches[0]! : concatBatches(batches, this.#waiting);
    this.#hold(split, all);
    this.#waiting.recycle();
  }

  #hold(split: number, batch: Batch): void {
    if (this.#partitioner === null) {
      this.#keep(split, 0, batch);
      return;
    }
    for (const [partition, part] of this.#partitioner.partition(batch).entries()) {
      if (rowCount(part) > 0) this.#keep(split, partition, part);
    }
  }

  #keep(split: number, partition: number, batch: Batch): void {
    this.#held.push({ split, partition, batch: describeBatch(copyBatch(batch, this.#region)) });
  }
}

/** Makes the table of a join from the rows. */
export class TableOutput implements TaskOutput {
  readonly #join: TableSpec;
  readonly #rowsStay: boolean;
  readonly #ctx: TaskContext;
  readonly #region: Region;
  readonly #batches: Batch[] = [];

  /** With `rowsStay` the batches are not copied: they are not borrowed. */
  constructor(join: TableSpec, rowsStay: boolean, ctx: TaskContext) {
    this.#join = join;
    this.#rowsStay = rowsStay;
    this.#ctx = ctx;
    this.#region = ctx.region.child();
  }

  write(_split: number, batch: Batch): void {
    if (rowCount(batch) === 0) return;
    this.#batches.push(this.#rowsStay ? batch : copyBatch(batch, this.#region));
  }

  finish(): TaskProduct {
    const table = buildTable(this.#join, this.#batches, this.#ctx);
    this.#region.dispose();
    return { ...NO_PRODUCT, table };
  }

  abort(): void {}
}

/** Hands the rows to a writer of the statement's sink. */
export class WriteOutput implements TaskOutput {
  readonly #writer: SinkWriter;
  readonly #scratch: Region;
  #rowsWritten = 0;

  constructor(writer: SinkWriter, ctx: TaskContext) {
    this.#writer = writer;
    this.#scratch = ctx.region.child();
  }

  /** Rows written so far. */
  get rowsWritten(): number {
    return this.#rowsWritten;
  }

  write(_split: number, batch: Batch): void | Promise<void> {
    this.#scratch.recycle();
    const rows = compact(batch, this.#scratch);
    this.#rowsWritten += rows.length;
    return this.#writer.write(rows);
  }

  finish(): TaskProduct {
    const part = this.#writer.finish();
    return { ...NO_PRODUCT, part, rowsWritten: this.#rowsWritten };
  }

  abort(): void {
    this.#writer.abort();
  }
}
