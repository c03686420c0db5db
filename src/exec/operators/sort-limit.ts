import type { Batch } from '../../columnar/batch.ts';
import { sliceBatch, takeBatch } from '../../columnar/batches.ts';
import { sortRows } from '../../columnar/kernels/sort.ts';
import type { SortLimit } from '../../planner/physical/nodes.ts';
import { isMemoryLimit, type MemoryAccount } from '../memory.ts';
import type { Operator, TaskContext } from '../operator.ts';
import { Candidates } from './candidates.ts';
import { takeSlices } from './slices.ts';
import { SortOperator } from './sort.ts';
import { SortBound } from './sort-bound.ts';

/**
 * The first rows of an order. Of each batch only what may be among them is kept. State: about
 * twice the wanted rows; when memory does not hold those, all that come are sorted in files.
 * Blocking.
 */
export class SortLimitOperator implements Operator {
  readonly readsSelection = false;
  readonly #node: SortLimit;
  readonly #ctx: TaskContext;
  readonly #wanted: number;
  readonly #candidates: Candidates;
  readonly #bound: SortBound | null;
  readonly #memory: MemoryAccount;
  /** Sorts the rows once there are too many candidates. */
  #sort: SortOperator | null = null;

  constructor(node: SortLimit, ctx: TaskContext) {
    this.#node = node;
    this.#ctx = ctx;
    this.#memory = ctx.memory.open('SortLimit', ctx.metrics);
    this.#wanted = node.offset + node.limit;
    const [first] = node.keys;
    this.#bound = first === undefined ? null : new SortBound(first, ctx.region);
    this.#candidates = new Candidates(ctx, this.#wanted, (all, scratch) =>
      sortRows(all.columns, node.keys, all.length, scratch).subarray(0, this.#wanted),
    );
  }

  get done(): boolean {
    return this.#wanted === 0;
  }

  process(batch: Batch): Iterable<Batch> {
    if (batch.length === 0 || this.#wanted === 0) return [];
    if (this.#sort !== null) return this.#sort.process(batch);
    this.#candidates.add(this.#first(batch));
    if (!this.#candidates.fits(this.#memory)) this.#sortInFiles();
    return [];
  }

  finish(): Iterable<Batch> {
    const all = this.#sort === null ? this.#thinned() : null;
    if (this.#sort !== null) return this.#cut(this.#sort.finish());
    if (all === null) return [];
    const { offset, limit } = this.#node;
    const to = Math.min(offset + limit, all.length);
    return takeSlices(all, offset, to, this.#candidates.scratch, this.#ctx);
  }

  close(): void {
    this.#candidates.dispose();
    this.#sort?.close();
  }

  /** The wanted rows; null of none, or when other tasks have taken the memory meanwhile. */
  #thinned(): Batch | null {
    try {
      return this.#candidates.thinOut();
    } catch (error) {
      if (!isMemoryLimit(error)) throw error;
      this.#candidates.recycle();
      this.#sortInFiles();
      return null;
    }
  }

  #sortInFiles(): void {
    this.#sort = new SortOperator(this.#node.keys, { ...this.#ctx, inputStays: false });
    for (const batch of this.#candidates.batches) this.#sort.process(batch);
    this.#candidates.clear();
  }

  *#cut(sorted: Iterable<Batch>): Iterable<Batch> {
    using scratch = this.#ctx.region.child();
    let row = 0;
    for (const batch of sorted) {
      const from = Math.max(this.#node.offset - row, 0);
      const to = Math.min(this.#wanted - row, batch.length);
      scratch.recycle();
      if (from < to) yield sliceBatch(batch, from, to, scratch);
      row += batch.length;
      if (row >= this.#wanted) return;
    }
  }

  /** The rows of a batch that may be among the wanted ones. */
  #first(all: Batch): Batch {
    const { scratch } = this.#candidates;
    const near = this.#bound?.within(all, scratch) ?? null;
    const isCut = near !== null && near.length < all.length;
    const batch = isCut ? takeBatch(all, near, scratch) : all;
    if (batch.length <= this.#wanted && (isCut || !this.#candidates.isEmpty)) return batch;
    const order = sortRows(batch.columns, this.#node.keys, batch.length, scratch);
    if (order.length >= this.#wanted) this.#bound?.tighten(batch, order[this.#wanted - 1]!);
    return takeBatch(batch, order.subarray(0, this.#wanted), scratch);
  }
}
