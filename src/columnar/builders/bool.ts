import type { DataType } from '../../types/data-type.ts';
import type { Region } from '../arena/region.ts';
import { bitmapBytes, clearBit, setBit } from '../bitmap.ts';
import { BoolColumn } from '../column.ts';
import { BUILDER_ROWS, type ColumnBuilder, ValidityBuilder } from './builder.ts';

/** Builds BOOLEAN columns. */
export class BoolBuilder implements ColumnBuilder {
  readonly #type: DataType;
  readonly #region: Region;
  readonly #validity: ValidityBuilder;
  #bits: Uint8Array;
  #length = 0;

  constructor(type: DataType, region: Region, capacity: number = BUILDER_ROWS) {
    this.#type = type;
    this.#region = region;
    this.#validity = new ValidityBuilder(region);
    const address = region.alloc(bitmapBytes(capacity));
    this.#bits = region.bytes(address, region.capacityOf(address));
  }

  get length(): number {
    return this.#length;
  }

  append(value: unknown): void {
    const row = this.#length;
    if (row >> 3 >= this.#bits.length) this.#grow();
    if (value === true) setBit(this.#bits, row);
    else clearBit(this.#bits, row);
    if (value === null) this.#validity.appendNull(row);
    else this.#validity.appendValid(row);
    this.#length = row + 1;
  }

  finish(): BoolColumn {
    const rows = this.#length;
    return new BoolColumn(
      this.#type,
      rows,
      this.#bits.subarray(0, bitmapBytes(rows)),
      this.#validity.finish(rows),
      this.#validity.nullCount,
    );
  }

  reset(): void {
    this.#length = 0;
    this.#validity.reset();
  }

  #grow(): void {
    const used = this.#bits.length;
    const address = this.#region.grow(this.#bits.byteOffset, used, used + 1);
    this.#bits = this.#region.bytes(address, this.#region.capacityOf(address));
  }
}
