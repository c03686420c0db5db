import { isUtf8 } from 'node:buffer';
import type { Region } from '../../columnar/arena/region.ts';
import { bitmapBytes } from '../../columnar/bitmap.ts';
import type { ColumnBuilder } from '../../columnar/builders/builder.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import { BinaryColumn, type Column } from '../../columnar/column.ts';
import { isCharacter } from '../../types/families.ts';

/** A bitmap that is filled batch by batch. */
export class BatchBitmap {
  readonly #region: Region;
  #address = 0;
  #bytes = 0;

  constructor(region: Region) {
    this.#region = region;
  }

  get address(): number {
    return this.#address;
  }

  /** Makes room for `rows` bits, all 0, whole words. */
  clear(rows: number): void {
    const bytes = Math.ceil(bitmapBytes(rows) / 8) * 8;
    if (bytes > this.#bytes) {
      if (this.#address !== 0) this.#region.free(this.#address);
      this.#address = this.#region.alloc(bytes);
      this.#bytes = bytes;
    }
    this.#region.clear(this.#address, bytes);
  }

  /** The bits of `rows` rows. */
  view(rows: number): Uint8Array {
    return this.#region.bytes(this.#address, bitmapBytes(rows));
  }

  free(): void {
    if (this.#address !== 0) this.#region.free(this.#address);
    this.#address = 0;
    this.#bytes = 0;
  }
}

/** Memory that keeps what is in it when it grows. */
export class GrowingBytes {
  readonly #region: Region;
  #address = 0;

  constructor(region: Region) {
    this.#region = region;
  }

  get address(): number {
    return this.#address;
  }

  /** Makes room for `bytes` bytes; the first `used` ones are kept. */
  ensure(bytes: number, used: number): number {
    if (this.#address === 0) this.#address = this.#region.alloc(bytes);
    else if (this.#region.capacityOf(this.#address) < bytes) {
      this.#address = this.#region.grow(this.#address, used, bytes);
    }
    return this.#address;
  }

  free(): void {
    if (this.#address !== 0) this.#region.free(this.#address);
    this.#address = 0;
  }
}

/** Replaces ill-formed UTF-8 in columns of texts: the rest of the engine relies on it. */
export class TextRepair {
  readonly #region: Region;
  #builder: ColumnBuilder | null = null;

  constructor(region: Region) {
    this.#region = region;
  }

  /** The column, or one with U+FFFD where bytes are ill-formed. */
  checked(column: BinaryColumn): BinaryColumn {
    if (!isCharacter(column.type) || isUtf8(column.bytes)) return column;
    this.#builder ??= builderFor(column.type, this.#region, column.length);
    this.#builder.reset();
    for (let row = 0; row < column.length; row++) this.#builder.append(column.get(row));
    const repaired: Column = this.#builder.finish();
    return repaired instanceof BinaryColumn ? repaired : column;
  }
}
