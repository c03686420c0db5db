import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, rowCount } from '../../columnar/batch.ts';
import { sliceBatch } from '../../columnar/batches.ts';
import type { Limit } from '../../planner/physical/nodes.ts';
import type { Operator, TaskContext } from '../operator.ts';

/** Skips rows, then passes a number of rows; done when these have come. */
export class LimitOperator implements Operator {
  readonly readsSelection = true;
  readonly #scratch: Region;
  #skip: number;
  #left: number;

  constructor(node: Limit, ctx: TaskContext) {
    this.#skip = node.offset;
    this.#left = node.limit ?? Number.POSITIVE_INFINITY;
    this.#scratch = ctx.region.child();
  }

  get done(): boolean {
    return this.#left === 0;
  }

  *process(batch: Batch): Iterable<Batch> {
    const rows = rowCount(batch);
    const from = Math.min(this.#skip, rows);
    const to = Math.min(from + this.#left, rows);
    this.#skip -= from;
    this.#left -= to - from;
    if (from === to) return;
    if (batch.selection !== null) {
      yield { ...batch, selection: batch.selection.subarray(from, to) };
    } else {
      this.#scratch.recycle();
      yield sliceBatch(batch, from, to, this.#scratch);
    }
  }

  close(): void {
    this.#scratch.dispose();
  }
}
