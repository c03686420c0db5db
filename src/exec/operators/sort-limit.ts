import type { Batch } from '../../columnar/batch.ts';
import { sliceBatch, takeBatch } from '../../columnar/batches.ts';
import { sortRows } from '../../columnar/kernels/sort.ts';
import type { SortLimit } from '../../planner/physical/nodes.ts';
import { cancellationOf, type Operator, type TaskContext } from '../operator.ts';
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
  /** Sorts the rows once there are too many candidates. */
  #sort: SortOperator | null = null;

  constructor(node: SortLimit, ctx: TaskContext) {
    this.#node = node;
    this.#ctx = ctx;
    this.#wanted = node.offset + node.limit;
    const [first] = node.keys;
    this.#bound = first === undefined ? null : new SortBound(first, ctx.region);
    const memory = ctx.memory.open('SortLimit', ctx.metrics);
    const cancellation = cancellationOf(ctx);
    this.#candidates = new Candidates(ctx, memory, this.#wanted, (all, scratch) =>
      sortRows(all.columns, node.keys, all.length, scratch, cancellation).subarray(0, this.#wanted),
    );
  }

  get done(): boolean {
    return this.#wanted === 0;
  }

  process(batch: Batch): Iterable<Batch> {
    if (batch.length === 0 || this.#wanted === 0) return [];
    if (this.#sort !== null) return this.#sort.process(batch);
    if (!this.#candidates.add(this.#first(batch))) this.#sortInFiles();
    return [];
  }

  finish(): Iterable<Batch> {
    if (this.#sort !== null) return this.#cut(this.#sort.finish());
    if (this.#candidates.isEmpty) return [];
    const all = this.#candidates.tryThinOut();
    if (all === null) return this.#cut(this.#sortInFiles().finish());
    const { offset, limit } = this.#node;
    const to = Math.min(offset + limit, all.length);
    return takeSlices(all, offset, to, this.#candidates.scratch, this.#ctx);
  }

  close(): void {
    this.#candidates.dispose();
    this.#sort?.close();
  }

  #sortInFiles(): SortOperator {
    const sort = new SortOperator(this.#node.keys, { ...this.#ctx, inputStays: false });
    this.#sort = sort;
    for (const batch of this.#candidates.batches) sort.process(batch);
    this.#candidates.clear();
    return sort;
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
