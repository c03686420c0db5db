import type { Batch } from '../../columnar/batch.ts';
import { takeBatch } from '../../columnar/batches.ts';
import { sortRows } from '../../columnar/kernels/sort.ts';
import type { SortLimit } from '../../planner/physical/nodes.ts';
import type { Operator, TaskContext } from '../operator.ts';
import { Candidates } from './candidates.ts';
import { takeSlices } from './slices.ts';
import { SortBound } from './sort-bound.ts';

/**
 * The first rows of an order. Of each batch only what may be among them is kept. State: about
 * twice the wanted rows. Blocking.
 */
export class SortLimitOperator implements Operator {
  readonly readsSelection = false;
  readonly #node: SortLimit;
  readonly #ctx: TaskContext;
  readonly #wanted: number;
  readonly #candidates: Candidates;
  readonly #bound: SortBound | null;

  constructor(node: SortLimit, ctx: TaskContext) {
    this.#node = node;
    this.#ctx = ctx;
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
    if (batch.length > 0 && this.#wanted > 0) this.#candidates.add(this.#first(batch));
    return [];
  }

  finish(): Iterable<Batch> {
    const all = this.#candidates.thinOut();
    if (all === null) return [];
    const { offset, limit } = this.#node;
    const to = Math.min(offset + limit, all.length);
    return takeSlices(all, offset, to, this.#candidates.scratch, this.#ctx);
  }

  close(): void {
    this.#candidates.dispose();
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
