import type { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import { concatBatches, copyBatch, takeBatch } from '../../columnar/batches.ts';
import { isMemoryLimit, type MemoryAccount } from '../memory.ts';
import type { TaskContext } from '../operator.ts';

/** Candidates are thinned out when there are twice as many as were left, but not below this. */
const CANDIDATES_MIN = 65_536;
/** The same where more than half of them were left: each time costs a sort of all. */
const GROWTH_POOR = 8;

/** Thinning out puts the rows together, orders them and copies what is left. */
const THINNING = 3;

/** The rows of a batch that may still be among the result, in memory of `scratch`. */
type Choice = (all: Batch, scratch: Region) => Int32Array;

/**
 * Rows that may be among the first ones of an order. They are copied, and thinned out from time
 * to time: about twice as many are held as are chosen.
 */
export class Candidates {
  /** For what is needed until the next batch. */
  readonly scratch: Region;
  readonly #choose: Choice;
  readonly #memory: MemoryAccount;
  /** Memory of the rows; the two take turns when they are thinned out. */
  #kept: Region;
  #spare: Region;
  #batches: Batch[] = [];
  #rows = 0;
  #rowsMax: number;
  #isPoor = false;

  /** `expected`: rows that are chosen at most, as far as that is known. */
  constructor(ctx: TaskContext, memory: MemoryAccount, expected: number, choose: Choice) {
    this.#memory = memory;
    this.#choose = choose;
    this.#rowsMax = Math.max(2 * expected, CANDIDATES_MIN);
    this.scratch = ctx.region.child();
    this.#kept = ctx.region.child();
    this.#spare = ctx.region.child();
  }

  get isEmpty(): boolean {
    return this.#rows === 0;
  }

  /** Bytes of the rows. */
  get bytes(): number {
    return this.#kept.pageBytes;
  }

  /** The rows as they lie now. */
  get batches(): readonly Batch[] {
    return this.#batches;
  }

  /** Whether more than half of the rows were left when they were last thinned out. */
  get isPoor(): boolean {
    return this.#isPoor;
  }

  /**
   * Adds the rows of a batch, which may lie in `scratch`. Whether memory still holds the rows and
   * what it takes to thin them out: if not, all of them are there, for another way to go on.
   */
  add(batch: Batch): boolean {
    if (batch.length > 0) this.#keep(copyBatch(batch, this.#kept));
    // Also after a batch of which nothing is left: choosing took memory.
    this.scratch.recycle();
    if (this.#rows > this.#rowsMax && this.tryThinOut() === null) return false;
    return this.#memory.fits(this.bytes, THINNING * this.bytes);
  }

  /** As `thinOut`; null when other tasks have taken the memory that this needs: all rows stay. */
  tryThinOut(): Batch | null {
    try {
      return this.thinOut();
    } catch (error) {
      if (!isMemoryLimit(error)) throw error;
      for (const region of [this.scratch, this.#spare]) {
        region.recycle();
        region.trim();
      }
      return null;
    }
  }

  /**
   * Drops what is not chosen, and returns what is, as it lies now. There are some rows.
   * Errors: ResourceError MEMORY_LIMIT.
   */
  thinOut(): Batch {
    const all = concatBatches(this.#batches, this.scratch);
    const chosen = copyBatch(
      takeBatch(all, this.#choose(all, this.scratch), this.scratch),
      this.#spare,
    );
    this.#batches = [];
    this.#rows = 0;
    this.#keep(chosen);
    this.#isPoor = chosen.length * 2 > all.length;
    const growth = this.#isPoor ? GROWTH_POOR : 2;
    this.#rowsMax = Math.max(growth * chosen.length, this.#rowsMax);
    this.scratch.recycle();
    this.scratch.trim();
    this.#kept.recycle();
    [this.#kept, this.#spare] = [this.#spare, this.#kept];
    return chosen;
  }

  /** Forgets the rows and gives their memory back: no others will come. */
  clear(): void {
    this.#batches = [];
    this.#rows = 0;
    this.dispose();
  }

  dispose(): void {
    for (const region of [this.scratch, this.#kept, this.#spare]) region.dispose();
  }

  #keep(batch: Batch): void {
    this.#batches.push(batch);
    this.#rows += batch.length;
  }
}
