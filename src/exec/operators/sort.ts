import type { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import { concatBatches, copyBatch, takeBatch } from '../../columnar/batches.ts';
import { sortRows } from '../../columnar/kernels/sort.ts';
import type { Sort } from '../../planner/physical/nodes.ts';
import type { Operator, TaskContext } from '../operator.ts';

/** Orders all rows; rows with equal keys keep their order. State: all rows. Blocking. */
export class SortOperator implements Operator {
  readonly readsSelection = false;
  readonly #node: Sort;
  readonly #ctx: TaskContext;
  /** Memory of the rows as they come. */
  readonly #arrived: Region;
  readonly #sorted: Region;
  readonly #batches: Batch[] = [];

  constructor(node: Sort, ctx: TaskContext) {
    this.#node = node;
    this.#ctx = ctx;
    this.#arrived = ctx.region.child();
    this.#sorted = ctx.region.child();
  }

  process(batch: Batch): Iterable<Batch> {
    const { inputStays } = this.#ctx;
    const kept = inputStays === true ? batch : copyBatch(batch, this.#arrived);
    if (batch.length > 0) this.#batches.push(kept);
    return [];
  }

  *finish(): Iterable<Batch> {
    if (this.#batches.length === 0) return;
    const sorted = this.#sorted;
    const all = concatBatches(this.#batches, sorted);
    this.#batches.length = 0;
    this.#arrived.recycle();
    this.#arrived.trim();
    const order = sortRows(all.columns, this.#node.keys, all.length, sorted);
    const scratch = this.#arrived;
    const { batchRows } = this.#ctx;
    for (let from = 0; from < order.length; from += batchRows) {
      this.#ctx.checkCancelled();
      scratch.recycle();
      yield takeBatch(all, order.subarray(from, from + batchRows), scratch);
    }
  }

  close(): void {
    this.#arrived.dispose();
    this.#sorted.dispose();
  }
}
