import type { Batch } from '../../columnar/batch.ts';
import { takeBatch } from '../../columnar/batches.ts';
import { sortRows } from '../../columnar/kernels/sort.ts';
import type { Sort } from '../../planner/physical/nodes.ts';
import type { Operator, TaskContext } from '../operator.ts';
import { HeldInput } from './held-input.ts';

/** Orders all rows; rows with equal keys keep their order. State: all rows. Blocking. */
export class SortOperator implements Operator {
  readonly readsSelection = false;
  readonly #node: Sort;
  readonly #ctx: TaskContext;
  readonly #input: HeldInput;

  constructor(node: Sort, ctx: TaskContext) {
    this.#node = node;
    this.#ctx = ctx;
    this.#input = new HeldInput(ctx);
  }

  process(batch: Batch): Iterable<Batch> {
    this.#input.add(batch);
    return [];
  }

  *finish(): Iterable<Batch> {
    const all = this.#input.join();
    if (all === null) return;
    const { arrived: scratch, joined } = this.#input;
    const order = sortRows(all.columns, this.#node.keys, all.length, joined);
    const { batchRows } = this.#ctx;
    for (let from = 0; from < order.length; from += batchRows) {
      this.#ctx.checkCancelled();
      scratch.recycle();
      yield takeBatch(all, order.subarray(from, from + batchRows), scratch);
    }
  }

  close(): void {
    this.#input.dispose();
  }
}
