import type { DataType } from '../../types/data-type.ts';
import type { Region } from '../arena/region.ts';
import { DictionaryColumn } from '../column.ts';
import { BUILDER_ROWS, type ColumnBuilder, ValidityBuilder } from './builder.ts';

/** What a Map takes for 0 though it is not. */
const MINUS_ZERO = Symbol('-0');

/**
 * Builds dictionary-encoded columns of values that a JavaScript Map tells apart: strings,
 * numbers, bigints. `values` builds the dictionary and is empty at first.
 */
export class DictionaryBuilder implements ColumnBuilder {
  readonly #type: DataType;
  readonly #region: Region;
  readonly #values: ColumnBuilder;
  readonly #codeOf = new Map<unknown, number>();
  readonly #validity: ValidityBuilder;
  #codes: Int32Array;
  #length = 0;

  constructor(
    type: DataType,
    region: Region,
    values: ColumnBuilder,
    capacity: number = BUILDER_ROWS,
  ) {
    this.#type = type;
    this.#region = region;
    this.#values = values;
    this.#validity = new ValidityBuilder(region);
    this.#codes = this.#view(region.alloc(capacity * 4));
  }

  get length(): number {
    return this.#length;
  }

  /** How many values the dictionary has. */
  get distinct(): number {
    return this.#values.length;
  }

  append(value: unknown): void {
    const row = this.#length;
    if (row === this.#codes.length) {
      this.#codes = this.#view(this.#region.grow(this.#codes.byteOffset, row * 4, (row + 1) * 4));
    }
    if (value === null) {
      this.#codes[row] = 0;
      this.#validity.appendNull(row);
    } else {
      this.#codes[row] = this.#code(value);
      this.#validity.appendValid(row);
    }
    this.#length = row + 1;
  }

  finish(): DictionaryColumn {
    return new DictionaryColumn(
      this.#type,
      this.#length,
      this.#codes.subarray(0, this.#length),
      this.#values.finish(),
      this.#validity.finish(this.#length),
      this.#validity.nullCount,
    );
  }

  /** Empties the rows and the dictionary. */
  reset(): void {
    this.#length = 0;
    this.#validity.reset();
    this.#values.reset();
    this.#codeOf.clear();
  }

  #code(value: unknown): number {
    const key = Object.is(value, -0) ? MINUS_ZERO : value;
    const known = this.#codeOf.get(key);
    if (known !== undefined) return known;
    const code = this.#values.length;
    this.#values.append(value);
    this.#codeOf.set(key, code);
    return code;
  }

  #view(address: number): Int32Array {
    return this.#region.int32(address, this.#region.capacityOf(address) >> 2);
  }
}
