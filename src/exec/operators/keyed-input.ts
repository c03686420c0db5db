import type { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import type { MemoryAccount } from '../memory.ts';
import type { TaskContext } from '../operator.ts';
import { readKept } from '../spill/spill-file.ts';
import { LEVELS_MAX, SpillPartitions } from '../spill/spill-partitions.ts';
import { HeldInput } from './held-input.ts';

/** Bytes of the order, the groups and the results of a row, beside the row itself. */
const ROW_BYTES = 64;

/** Rows that hold together, and where what is computed over them goes. */
export interface KeyedRows {
  readonly all: Batch;
  /** Memory of what is computed over the rows. */
  readonly memory: Region;
  /** Memory for what comes out. */
  readonly scratch: Region;
}

/**
 * The input of an operator that takes the rows with equal keys together. When memory does not hold
 * all rows they are parted by a hash of the keys, in a file, and come back part by part.
 */
export class KeyedInput {
  readonly #keys: readonly number[];
  readonly #memory: MemoryAccount;
  readonly #ctx: TaskContext;
  readonly #level: number;
  readonly #held: HeldInput;
  #parts: SpillPartitions | null = null;

  /** `level`: how often the rows were parted before they come here. */
  constructor(keys: readonly number[], memory: MemoryAccount, ctx: TaskContext, level = 0) {
    this.#keys = keys;
    this.#memory = memory;
    this.#ctx = ctx;
    this.#level = level;
    this.#held = new HeldInput(ctx);
  }

  /** Keeps the rows of a batch. Errors: ResourceError SPILL_FAILED, MEMORY_LIMIT. */
  add(batch: Batch): void {
    if (this.#parts !== null) {
      this.#parts.add(batch);
      return;
    }
    const held = this.#held;
    held.add(batch);
    // Rows without keys hold together: no part of them would be less than all.
    if (this.#keys.length === 0 || this.#level === LEVELS_MAX) return;
    if (this.#memory.fits(held.bytes, 2 * held.bytes + held.rows * ROW_BYTES)) return;
    this.#parts = new SpillPartitions(this.#keys, this.#level + 1, this.#memory, this.#ctx);
    for (const kept of held.batches) this.#parts.add(kept);
    held.clear();
  }

  /**
   * The rows, all at once or part by part; their memory is used again for the next part.
   * Errors: ResourceError SPILL_FAILED, MEMORY_LIMIT.
   */
  *rows(): Generator<KeyedRows> {
    if (this.#parts === null) {
      const all = this.#held.join();
      const { joined: memory, arrived: scratch } = this.#held;
      if (all !== null) yield { all, memory, scratch };
      return;
    }
    const ctx = { ...this.#ctx, inputStays: false };
    const level = this.#level + 1;
    for (const part of this.#parts.finish()) {
      const input = new KeyedInput(this.#keys, this.#memory, ctx, level);
      try {
        for (const batch of readKept(part, ctx.region)) input.add(batch);
        yield* input.rows();
      } finally {
        input.dispose();
      }
    }
  }

  dispose(): void {
    this.#held.dispose();
    this.#parts?.dispose();
  }
}
