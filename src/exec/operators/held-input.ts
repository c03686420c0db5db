import type { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import { concatBatches, copyBatch } from '../../columnar/batches.ts';
import type { TaskContext } from '../operator.ts';

/** The input of an operator that needs all rows before it can yield the first one. */
export class HeldInput {
  /** Memory of the rows as they come; free for what comes out, once they have been joined. */
  readonly arrived: Region;
  /** Memory of the joined rows, and of what is computed over them. */
  readonly joined: Region;
  readonly #stays: boolean;
  readonly #batches: Batch[] = [];

  constructor(ctx: TaskContext) {
    this.arrived = ctx.region.child();
    this.joined = ctx.region.child();
    this.#stays = ctx.inputStays === true;
  }

  /** Keeps the rows of a batch; copies them unless their memory stays. */
  add(batch: Batch): void {
    const kept = this.#stays ? batch : copyBatch(batch, this.arrived);
    if (batch.length > 0) this.#batches.push(kept);
  }

  /** All rows as one batch, in `joined`; null when there are none. Called once. */
  join(): Batch | null {
    if (this.#batches.length === 0) return null;
    const all = concatBatches(this.#batches, this.joined);
    this.#batches.length = 0;
    this.arrived.recycle();
    this.arrived.trim();
    return all;
  }

  dispose(): void {
    this.arrived.dispose();
    this.joined.dispose();
  }
}
