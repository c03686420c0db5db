import type { Region } from '../arena/region.ts';
import { bitmapBytes, setBit, setBits } from '../bitmap.ts';
import type { Column } from '../column.ts';

/** Rows a builder has room for at first, unless it is told otherwise. */
export const BUILDER_ROWS = 256;

/**
 * Builds one column from internal values, row by row, in the memory of a region.
 *
 * The column that `finish` returns looks at the builder's buffers: it is valid until `reset`
 * and as long as the region. Errors of all methods: ResourceError MEMORY_LIMIT.
 */
export interface ColumnBuilder {
  /** Rows appended since the start or the last `reset`. */
  readonly length: number;
  /** Appends an internal value, or null for NULL. */
  append(value: unknown): void;
  /** The column of all rows appended so far. */
  finish(): Column;
  /** Empties the builder; its buffers are used again, so that columns it made are void. */
  reset(): void;
}

/** The validity bitmap of a column under construction: exists from the first NULL on. */
export class ValidityBuilder {
  readonly #region: Region;
  #bitmap: Uint8Array | null = null;
  #used = false;
  #nullCount = 0;

  constructor(region: Region) {
    this.#region = region;
  }

  get nullCount(): number {
    return this.#nullCount;
  }

  /** Marks `row`, the next one, as NULL. */
  appendNull(row: number): void {
    this.#nullCount++;
    this.#ensure(row);
  }

  /** Marks `row`, the next one, as valid. */
  appendValid(row: number): void {
    if (!this.#used) return;
    this.#ensure(row);
    if (this.#bitmap !== null) setBit(this.#bitmap, row);
  }

  /** The bitmap of `rows` rows; null when all of them are valid. */
  finish(rows: number): Uint8Array | null {
    if (this.#nullCount === 0 || this.#bitmap === null) return null;
    return this.#bitmap.subarray(0, bitmapBytes(rows));
  }

  reset(): void {
    this.#used = false;
    this.#nullCount = 0;
  }

  /** Makes room for `row`, whose bit and all above it are then 0. */
  #ensure(row: number): void {
    const bytes = bitmapBytes(row + 1);
    const before = this.#bitmap;
    if (before === null || before.length < bytes) {
      const address = this.#region.alloc(Math.max(bytes * 2, BUILDER_ROWS / 8));
      this.#bitmap = this.#region.bytes(address, this.#region.capacityOf(address));
      const kept = before !== null && this.#used ? before.length : 0;
      if (before !== null) {
        if (kept > 0) this.#bitmap.set(before);
        this.#region.free(before.byteOffset);
      }
      this.#region.clear(address + kept, this.#bitmap.length - kept);
      if (!this.#used) setBits(this.#bitmap, row);
    } else if (!this.#used) {
      this.#region.clear(before.byteOffset, before.length);
      setBits(before, row);
    }
    this.#used = true;
  }
}
