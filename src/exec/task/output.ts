import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, rowCount } from '../../columnar/batch.ts';
import { bytesOfBatch, compact, concatBatches, copyBatch } from '../../columnar/batches.ts';
import { describeBatch } from '../../columnar/descriptor.ts';
import { assert } from '../../common/assert.ts';
import type { SinkWriter } from '../../connectors/connector.ts';
import { isMemoryLimit, type MemoryAccount } from '../memory.ts';
import type { TaskContext } from '../operator.ts';
import { buildTable, fitsTable } from '../operators/join-table.ts';
import { Partitioner } from '../operators/partitioner.ts';
import type { PartedRows } from '../operators/range-sort.ts';
import type { BuiltUnit } from '../operators/table-build.ts';
import type { HeldBatch, SharedTable } from '../pool/protocol.ts';
import type { SpillFile } from '../spill/spill-file.ts';
import { PARTITIONS, SpillPartitions } from '../spill/spill-partitions.ts';
import type { TableSpec } from './stage.ts';

/** What a task has made when it has ended. */
export interface TaskProduct {
  readonly held: readonly HeldBatch[];
  readonly table: SharedTable | null;
  readonly built: readonly BuiltUnit[];
  readonly parted: readonly PartedRows[];
  readonly part: unknown;
  readonly rowsWritten: number;
}

/** What a task without a product returns. */
export const NO_PRODUCT: TaskProduct = {
  held: [],
  table: null,
  built: [],
  parted: [],
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

/** Batches of fewer rows a partition are put together before they are kept, */
const HELD_ROWS_MIN = 2048;
/** as long as those that wait take less than this part of the memory. */
const WAITING_SHARE = 1 / 128;
/** Whoever reads rows that are held needs about so many times their bytes: for copies and tables. */
const READERS_SHARE = 2;

/** Rows that are kept in memory. */
interface KeptRows {
  readonly split: number;
  readonly partition: number;
  readonly batch: Batch;
}

/**
 * Keeps the rows, by partition of the keys: in the arena, or in a file when they would leave those
 * who read them too little of it.
 */
export class HoldOutput implements TaskOutput {
  readonly #ctx: TaskContext;
  readonly #memory: MemoryAccount;
  #region: Region;
  /** Where small batches wait, all of one split. */
  readonly #waiting: Region;
  #small: { readonly split: number; readonly batches: Batch[]; rows: number } | null = null;
  readonly #partitioner: Partitioner | null;
  readonly #rowsMin: number;
  /** The part of the rows that is read at a time. */
  readonly #readShare: number;
  #kept: KeptRows[] = [];
  #file: SpillFile | null = null;
  readonly #spilled: HeldBatch[] = [];

  /** With another `seed`, rows of one partition go to different ones. */
  constructor(keys: readonly number[], partitions: number, ctx: TaskContext, seed = 0) {
    this.#ctx = ctx;
    this.#memory = ctx.memory.open('Exchange', ctx.metrics);
    this.#region = ctx.region.child();
    this.#waiting = ctx.region.child();
    this.#partitioner = partitions > 1 ? new Partitioner(keys, partitions, ctx, seed) : null;
    this.#rowsMin = HELD_ROWS_MIN * Math.max(1, partitions / ctx.userCode.tasks);
    this.#readShare = Math.min(1, ctx.userCode.tasks / partitions);
  }

  write(split: number, batch: Batch): void {
    if (rowCount(batch) === 0) return;
    if (rowCount(batch) < this.#rowsMin) this.#wait(split, batch);
    else {
      this.#keepSmall();
      this.#hold(split, batch);
    }
    const { pageBytes } = this.#region;
    const read = READERS_SHARE * pageBytes * this.#readShare;
    if (!this.#memory.fits(pageBytes, read)) this.#spill();
  }

  finish(): TaskProduct {
    this.#keepSmall();
    this.#waiting.dispose();
    this.#file?.close();
    const kept = this.#kept.map((rows) => ({ ...rows, batch: describeBatch(rows.batch) }));
    return { ...NO_PRODUCT, held: [...this.#spilled, ...kept] };
  }

  abort(): void {
    this.#file?.remove();
  }

  #wait(split: number, batch: Batch): void {
    const isOther = this.#partitioner === null && this.#small?.split !== split;
    if (this.#small !== null && isOther) this.#keepSmall();
    this.#small ??= { split, batches: [], rows: 0 };
    this.#small.batches.push(copyBatch(batch, this.#waiting));
    this.#small.rows += rowCount(batch);
    const isLarge = this.#waiting.pageBytes > this.#memory.limitBytes * WAITING_SHARE;
    if (this.#small.rows >= this.#rowsMin || isLarge) this.#keepSmall();
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
    this.#kept.push({ split, partition, batch: copyBatch(batch, this.#region) });
  }

  /** Moves all kept rows to the file; those of a partition lie together there. */
  #spill(): void {
    this.#file ??= this.#memory.newFile();
    const order = this.#kept.toSorted((a, b) => a.partition - b.partition || a.split - b.split);
    for (let from = 0; from < order.length; ) {
      const { split, partition } = order[from]!;
      let to = from + 1;
      // The rows of one task come in the order of its splits; of partitions nobody asks for it.
      const together = (rows: KeptRows): boolean =>
        rows.partition === partition && (this.#partitioner !== null || rows.split === split);
      while (to < order.length && together(order[to]!)) to++;
      const batches = order.slice(from, to).map(({ batch }) => batch);
      for (const batch of this.#file.writeAll(batches, this.#ctx.region)) {
        this.#spilled.push({ split, partition, batch });
      }
      from = to;
    }
    this.#kept = [];
    this.#region.dispose();
    this.#region = this.#ctx.region.child();
  }
}

/** Keeps rows in the parts of a join whose build side is in files. */
export function partsOutput(keys: readonly number[], ctx: TaskContext): TaskOutput {
  return new HoldOutput(keys, PARTITIONS, ctx, 1);
}

/**
 * Makes the table of a join from the rows. Rows with keys that memory does not hold go to files
 * instead, in the parts in which the join will be done.
 */
export class TableOutput implements TaskOutput {
  readonly #join: TableSpec;
  readonly #rowsStay: boolean;
  readonly #ctx: TaskContext;
  readonly #memory: MemoryAccount;
  readonly #region: Region;
  #batches: Batch[] = [];
  #bytes = 0;
  #rows = 0;
  #parts: SpillPartitions | null = null;

  /** With `rowsStay` the batches are not copied: they are not borrowed. */
  constructor(join: TableSpec, rowsStay: boolean, ctx: TaskContext) {
    this.#join = join;
    this.#rowsStay = rowsStay;
    this.#ctx = ctx;
    this.#memory = ctx.memory.open('HashJoin', ctx.metrics);
    this.#region = ctx.region.child();
  }

  write(_split: number, batch: Batch): void {
    if (rowCount(batch) === 0) return;
    if (this.#parts !== null) this.#parts.add(batch);
    else if (!this.#keep(batch)) this.#spill().add(batch);
    else if (!this.#fits()) this.#spill();
  }

  finish(): TaskProduct {
    const table = this.#parts === null ? this.#build() : null;
    if (table !== null) {
      this.#region.dispose();
      return { ...NO_PRODUCT, table };
    }
    const held = this.#spill()
      .finish()
      .flatMap((part, partition) => part.map((batch) => ({ split: 0, partition, batch })));
    return { ...NO_PRODUCT, held };
  }

  abort(): void {
    this.#parts?.dispose();
  }

  /** Keeps the rows of a batch; false when memory does not hold them. */
  #keep(batch: Batch): boolean {
    try {
      this.#batches.push(this.#rowsStay ? batch : copyBatch(batch, this.#region));
    } catch (error) {
      this.#throwUnlessSpilled(error);
      return false;
    }
    this.#bytes += bytesOfBatch(batch);
    this.#rows += rowCount(batch);
    return true;
  }

  #fits(): boolean {
    const [bytes, rows] = [this.#bytes, this.#rows];
    if (this.#join.keys === null) return true;
    return fitsTable(this.#join, { bytes, held: bytes, rows }, this.#memory);
  }

  /** The table; null when it takes more memory than was thought, and than there is. */
  #build(): SharedTable | null {
    const memory = this.#ctx.region.child();
    try {
      return buildTable(this.#join, this.#batches, memory);
    } catch (error) {
      memory.dispose();
      this.#throwUnlessSpilled(error);
      return null;
    }
  }

  /** Missing memory is no error where the rows can go to files instead. */
  #throwUnlessSpilled(error: unknown): void {
    if (!isMemoryLimit(error) || this.#join.keys === null) throw error;
  }

  /** Moves the rows to files, if they are not there yet. */
  #spill(): SpillPartitions {
    if (this.#parts !== null) return this.#parts;
    const { keys } = this.#join;
    assert(keys !== null, 'rows are parted by keys');
    const parts = new SpillPartitions(keys, 1, this.#memory, this.#ctx);
    this.#parts = parts;
    for (const kept of this.#batches) parts.add(kept);
    this.#batches = [];
    this.#region.dispose();
    return parts;
  }
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
