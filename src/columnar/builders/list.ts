import type { DataType } from '../../types/data-type.ts';
import type { Region } from '../arena/region.ts';
import { ListColumn } from '../column.ts';
import { BUILDER_ROWS, type ColumnBuilder, ValidityBuilder } from './builder.ts';

/** Builds ARRAY columns, and MAP and MULTISET columns as lists of two-field rows. */
export class ListBuilder implements ColumnBuilder {
  readonly #type: DataType;
  readonly #region: Region;
  readonly #child: ColumnBuilder;
  readonly #validity: ValidityBuilder;
  #offsets: Int32Array;
  #length = 0;

  constructor(
    type: DataType,
    region: Region,
    child: ColumnBuilder,
    capacity: number = BUILDER_ROWS,
  ) {
    this.#type = type;
    this.#region = region;
    this.#child = child;
    this.#validity = new ValidityBuilder(region);
    this.#offsets = this.#view(region.alloc((capacity + 1) * 4));
    this.#offsets[0] = 0;
  }

  get length(): number {
    return this.#length;
  }

  append(value: unknown): void {
    const row = this.#length;
    if (value === null) this.#validity.appendNull(row);
    else {
      // ARRAY values are arrays, MAP and MULTISET values are Maps, which iterate as entries.
      for (const element of value as Iterable<unknown>) this.#child.append(element);
      this.#validity.appendValid(row);
    }
    const next = row + 1;
    if (next >= this.#offsets.length) {
      this.#offsets = this.#view(
        this.#region.grow(this.#offsets.byteOffset, next * 4, (next + 1) * 4),
      );
    }
    this.#offsets[next] = this.#child.length;
    this.#length = next;
  }

  finish(): ListColumn {
    return new ListColumn(
      this.#type,
      this.#length,
      this.#offsets.subarray(0, this.#length + 1),
      this.#child.finish(),
      this.#validity.finish(this.#length),
      this.#validity.nullCount,
    );
  }

  reset(): void {
    this.#length = 0;
    this.#validity.reset();
    this.#child.reset();
  }

  #view(address: number): Int32Array {
    return this.#region.int32(address, this.#region.capacityOf(address) >> 2);
  }
}
