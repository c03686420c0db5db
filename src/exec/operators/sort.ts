import type { Batch } from '../../columnar/batch.ts';
import { takeBatch } from '../../columnar/batches.ts';
import { type SortKey, sortRows } from '../../columnar/kernels/sort.ts';
import type { MemoryAccount } from '../memory.ts';
import { cancellationOf, type Operator, type TaskContext } from '../operator.ts';
import { SortedRuns } from '../spill/sorted-runs.ts';
import { HeldInput } from './held-input.ts';

/** Bytes of the words and the order of a row while it is sorted. */
const ROW_BYTES = 28;

/**
 * Orders all rows; rows with equal keys keep their order. State: all rows; what memory does not
 * hold is sorted apart, in files, and merged. Blocking.
 */
export class SortOperator implements Operator {
  readonly readsSelection = false;
  readonly #keys: readonly SortKey[];
  readonly #ctx: TaskContext;
  readonly #memory: MemoryAccount;
  readonly #input: HeldInput;
  readonly #runs: SortedRuns;

  constructor(keys: readonly SortKey[], ctx: TaskContext) {
    this.#keys = keys;
    this.#ctx = ctx;
    this.#memory = ctx.memory.open('Sort', ctx.metrics);
    this.#input = new HeldInput(ctx);
    this.#runs = new SortedRuns(keys, this.#memory, ctx);
  }

  process(batch: Batch): Iterable<Batch> {
    this.#input.add(batch);
    const { bytes, rows } = this.#input;
    if (!this.#memory.fits(bytes, bytes + rows * ROW_BYTES)) this.#spill();
    return [];
  }

  *finish(): Iterable<Batch> {
    if (this.#runs.isEmpty) yield* this.#sorted();
    else {
      this.#spill();
      yield* this.#runs.merge();
    }
  }

  close(): void {
    this.#input.dispose();
    this.#runs.dispose();
  }

  #spill(): void {
    const all = this.#input.join();
    if (all !== null) this.#runs.add(all, this.#input.joined);
    this.#input.clear();
  }

  *#sorted(): Iterable<Batch> {
    const all = this.#input.join();
    if (all === null) return;
    const { arrived: scratch, joined } = this.#input;
    const cancellation = cancellationOf(this.#ctx);
    const order = sortRows(all.columns, this.#keys, all.length, joined, cancellation);
    const { batchRows } = this.#ctx;
    for (let from = 0; from < order.length; from += batchRows) {
      this.#ctx.checkCancelled();
      scratch.recycle();
      yield takeBatch(all, order.subarray(from, from + batchRows), scratch);
    }
  }
}
