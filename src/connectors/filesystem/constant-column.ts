import { allocInt32 } from '../../columnar/allocate.ts';
import type { Region } from '../../columnar/arena/region.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import { type Column, DictionaryColumn, NullColumn } from '../../columnar/column.ts';
import { sliceColumn } from '../../columnar/take.ts';
import type { DataType } from '../../types/data-type.ts';
import { isCharacter } from '../../types/families.ts';

/** Makes columns of one value in every row: partition keys and metadata. */
export class ConstantColumn {
  readonly #type: DataType;
  readonly #value: unknown;
  readonly #region: Region;
  #longest: Column | null = null;

  constructor(type: DataType, value: unknown, region: Region) {
    this.#type = type;
    this.#value = value;
    this.#region = region;
  }

  /** The column of so many rows. */
  rows(count: number): Column {
    if (this.#value === null) return new NullColumn(this.#type, count);
    if (this.#longest === null || this.#longest.length < count) this.#longest = this.#make(count);
    return sliceColumn(this.#longest, 0, count, this.#region);
  }

  #make(count: number): Column {
    const builder = builderFor(this.#type, this.#region, count);
    if (isCharacter(this.#type)) {
      builder.append(this.#value);
      const codes = allocInt32(this.#region, count).fill(0);
      return new DictionaryColumn(this.#type, count, codes, builder.finish(), null, 0);
    }
    for (let row = 0; row < count; row++) builder.append(this.#value);
    return builder.finish();
  }
}
