import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, rowCount } from '../../columnar/batch.ts';
import { copyBatch } from '../../columnar/batches.ts';
import type { MemoryAccount } from '../memory.ts';
import type { TaskContext } from '../operator.ts';
import { Partitioner } from '../operators/partitioner.ts';
import type { SpilledBatch, SpillFile } from './spill-file.ts';

/** Parts that rows are split into: each should fit where the whole did not. */
export const PARTITIONS = 16;
/** Rows that were parted so often and are still too many have few keys: no part of them is less. */
export const LEVELS_MAX = 4;
/** The part of the memory in which rows of all files of an operator wait to be written. */
const BUFFER_SHARE = 1 / 32;

/** Rows in a file, parted by a hash of their keys: rows with equal keys are in one part. */
export class SpillPartitions {
  readonly #ctx: TaskContext;
  readonly #file: SpillFile;
  readonly #partitioner: Partitioner;
  readonly #memory: MemoryAccount;
  #buffer: Region;
  #waiting: Batch[][] = emptyParts();
  readonly #written: SpilledBatch[][] = emptyParts();

  /** Each `level` of splitting goes by other bits of the hash, from 1. */
  constructor(keys: readonly number[], level: number, memory: MemoryAccount, ctx: TaskContext) {
    this.#ctx = ctx;
    this.#file = memory.newFile();
    this.#partitioner = new Partitioner(keys, PARTITIONS, ctx, level);
    this.#memory = memory;
    this.#buffer = ctx.region.child();
  }

  /** Adds the rows of a batch. Errors: ResourceError SPILL_FAILED, MEMORY_LIMIT. */
  add(batch: Batch): void {
    for (const [i, part] of this.#partitioner.partition(batch).entries()) {
      if (rowCount(part) > 0) this.#waiting[i]!.push(copyBatch(part, this.#buffer));
    }
    const { limitBytes, openFiles } = this.#memory;
    if (this.#buffer.pageBytes > (limitBytes * BUFFER_SHARE) / openFiles) this.#flush();
  }

  /** Ends the writing; returns the parts. Errors: ResourceError SPILL_FAILED, MEMORY_LIMIT. */
  finish(): readonly (readonly SpilledBatch[])[] {
    this.#flush();
    this.#file.close();
    this.#buffer.dispose();
    this.#partitioner.dispose();
    return this.#written;
  }

  /** Removes the file and gives the memory back. Idempotent. */
  dispose(): void {
    this.#file.remove();
    this.#buffer.dispose();
    this.#partitioner.dispose();
  }

  #flush(): void {
    for (const [i, batches] of this.#waiting.entries()) {
      this.#written[i]!.push(...this.#file.writeAll(batches, this.#ctx.region));
    }
    this.#waiting = emptyParts();
    this.#buffer.dispose();
    this.#buffer = this.#ctx.region.child();
  }
}

function emptyParts<T>(): T[][] {
  return Array.from({ length: PARTITIONS }, () => []);
}
