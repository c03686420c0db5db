import type { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import { concatBatches, copyBatch, takeBatch } from '../../columnar/batches.ts';
import { sortRows } from '../../columnar/kernels/sort.ts';
import type { SortLimit } from '../../planner/physical/nodes.ts';
import type { Operator, TaskContext } from '../operator.ts';

/** Candidates are thinned out when there are twice as many as are wanted, but not below this. */
const CANDIDATES_MIN = 65_536;

/**
 * The first rows of an order. Of each batch only what may be among them is kept, and the kept rows
 * are thinned out from time to time. State: about twice the wanted rows. Blocking.
 */
export class SortLimitOperator implements Operator {
  readonly readsSelection = false;
  readonly #node: SortLimit;
  readonly #ctx: TaskContext;
  readonly #wanted: number;
  readonly #scratch: Region;
  /** Memory of the candidates; the two take turns when they are thinned out. */
  #kept: Region;
  #spare: Region;
  #candidates: Batch[] = [];
  #rows = 0;

  constructor(node: SortLimit, ctx: TaskContext) {
    this.#node = node;
    this.#ctx = ctx;
    this.#wanted = node.offset + node.limit;
    this.#scratch = ctx.region.child();
    this.#kept = ctx.region.child();
    this.#spare = ctx.region.child();
  }

  get done(): boolean {
    return this.#wanted === 0;
  }

  process(batch: Batch): Iterable<Batch> {
    if (batch.length === 0 || this.#wanted === 0) return [];
    this.#keep(this.#first(batch, this.#scratch, this.#kept));
    this.#scratch.recycle();
    if (this.#rows > Math.max(2 * this.#wanted, CANDIDATES_MIN)) this.#thinOut();
    return [];
  }

  *finish(): Iterable<Batch> {
    if (this.#rows === 0) return;
    this.#thinOut();
    const { offset, limit } = this.#node;
    const all = this.#candidates[0]!;
    const to = Math.min(offset + limit, all.length);
    const { batchRows } = this.#ctx;
    for (let from = offset; from < to; from += batchRows) {
      this.#scratch.recycle();
      const rows = Math.min(batchRows, to - from);
      const indices = this.#scratch.int32(this.#scratch.alloc(rows * 4), rows);
      for (let i = 0; i < rows; i++) indices[i] = from + i;
      yield takeBatch(all, indices, this.#scratch);
    }
  }

  close(): void {
    for (const region of [this.#scratch, this.#kept, this.#spare]) region.dispose();
  }

  /** The first wanted rows of a batch, in order, copied to `to`. */
  #first(batch: Batch, scratch: Region, to: Region): Batch {
    if (batch.length <= this.#wanted && this.#candidates.length > 0) return copyBatch(batch, to);
    const order = sortRows(batch.columns, this.#node.keys, batch.length, scratch);
    const first = takeBatch(batch, order.subarray(0, this.#wanted), scratch);
    return copyBatch(first, to);
  }

  #thinOut(): void {
    const all = concatBatches(this.#candidates, this.#scratch);
    this.#candidates = [];
    this.#rows = 0;
    const order = sortRows(all.columns, this.#node.keys, all.length, this.#scratch);
    const first = takeBatch(all, order.subarray(0, this.#wanted), this.#scratch);
    this.#keep(copyBatch(first, this.#spare));
    this.#scratch.recycle();
    this.#scratch.trim();
    this.#kept.recycle();
    [this.#kept, this.#spare] = [this.#spare, this.#kept];
  }

  #keep(batch: Batch): void {
    this.#candidates.push(batch);
    this.#rows += batch.length;
  }
}
