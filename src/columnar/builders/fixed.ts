import { assert } from '../../common/assert.ts';
import type { DataType } from '../../types/data-type.ts';
import type { Region } from '../arena/region.ts';
import { FixedColumn, type FixedValues } from '../column.ts';
import { type Storage, storageOf, storageWidth, viewOf, writeFixed } from '../values.ts';
import { BUILDER_ROWS, type ColumnBuilder, ValidityBuilder } from './builder.ts';

/** Builds columns of numbers, dates, times, decimals and intervals. */
export class FixedBuilder implements ColumnBuilder {
  readonly #type: DataType;
  readonly #storage: Storage;
  readonly #width: number;
  readonly #region: Region;
  readonly #validity: ValidityBuilder;
  #values: FixedValues;
  #capacity: number;
  #length = 0;

  constructor(type: DataType, region: Region, capacity: number = BUILDER_ROWS) {
    const storage = storageOf(type);
    assert(storage !== null, 'a fixed-width type');
    this.#type = type;
    this.#storage = storage;
    this.#width = storageWidth(storage);
    this.#region = region;
    this.#validity = new ValidityBuilder(region);
    const address = region.alloc(Math.max(1, capacity) * this.#width);
    this.#capacity = Math.floor(region.capacityOf(address) / this.#width);
    this.#values = viewOf(region.arena.buffer, storage, address, this.#capacity);
  }

  get length(): number {
    return this.#length;
  }

  append(value: unknown): void {
    const row = this.#length;
    if (row === this.#capacity) this.#grow();
    if (value === null) {
      this.#clear(row);
      this.#validity.appendNull(row);
    } else {
      writeFixed(this.#type, this.#values, row, value);
      this.#validity.appendValid(row);
    }
    this.#length = row + 1;
  }

  finish(): FixedColumn {
    const rows = this.#length;
    return new FixedColumn(
      this.#type,
      rows,
      viewOf(this.#region.arena.buffer, this.#storage, this.#values.byteOffset, rows),
      this.#width,
      this.#validity.finish(rows),
      this.#validity.nullCount,
    );
  }

  reset(): void {
    this.#length = 0;
    this.#validity.reset();
  }

  /** NULL rows hold 0, so that what is computed from them never traps or overflows. */
  #clear(row: number): void {
    const values = this.#values;
    if (!(values instanceof BigInt64Array)) values[row] = 0;
    else if (this.#width === 8) values[row] = 0n;
    else values.fill(0n, 2 * row, 2 * row + 2);
  }

  #grow(): void {
    const used = this.#capacity * this.#width;
    const address = this.#region.grow(this.#values.byteOffset, used, used + this.#width);
    this.#capacity = Math.floor(this.#region.capacityOf(address) / this.#width);
    this.#values = viewOf(this.#region.arena.buffer, this.#storage, address, this.#capacity);
  }
}
