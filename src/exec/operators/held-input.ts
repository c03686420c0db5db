import type { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import { bytesOfBatch, concatBatches, copyBatch } from '../../columnar/batches.ts';
import type { TaskContext } from '../operator.ts';

/** The input of an operator that needs many rows before it can yield the first one. */
export class HeldInput {
  readonly #region: Region;
  #arrived: Region;
  #joined: Region;
  readonly #stays: boolean;
  #batches: Batch[] = [];
  #bytes = 0;
  #rows = 0;

  constructor(ctx: TaskContext) {
    this.#region = ctx.region;
    this.#arrived = ctx.region.child();
    this.#joined = ctx.region.child();
    this.#stays = ctx.inputStays === true;
  }

  /** Memory of the rows as they come; free for what comes out, once they have been joined. */
  get arrived(): Region {
    return this.#arrived;
  }

  /** Memory of the joined rows, and of what is computed over them. */
  get joined(): Region {
    return this.#joined;
  }

  /** Bytes of the rows that were added. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Rows that were added. */
  get rows(): number {
    return this.#rows;
  }

  /** The batches that were added; they lie where they are until `join` or `clear`. */
  get batches(): readonly Batch[] {
    return this.#batches;
  }

  /** Keeps the rows of a batch; copies them unless their memory stays. */
  add(batch: Batch): void {
    if (batch.length === 0) return;
    this.#batches.push(this.#stays ? batch : copyBatch(batch, this.arrived));
    this.#bytes = this.#stays ? this.#bytes + bytesOfBatch(batch) : this.arrived.pageBytes;
    this.#rows += batch.length;
  }

  /** All rows as one batch, in `joined`; null when there are none. */
  join(): Batch | null {
    if (this.#batches.length === 0) return null;
    const all = concatBatches(this.#batches, this.joined);
    this.#forget();
    return all;
  }

  /** Forgets the rows, joined or not, and gives their memory back: for others to come. */
  clear(): void {
    this.#forget();
    this.#joined.dispose();
    this.#joined = this.#region.child();
  }

  dispose(): void {
    this.arrived.dispose();
    this.joined.dispose();
  }

  #forget(): void {
    this.#batches = [];
    this.#bytes = 0;
    this.#rows = 0;
    this.#arrived.dispose();
    this.#arrived = this.#region.child();
  }
}
