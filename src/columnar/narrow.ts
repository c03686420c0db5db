import { assert } from '../common/assert.ts';
import type { Region } from './arena/region.ts';
import type { FixedColumn, FixedValues, NarrowValues } from './column.ts';
import { kernelsFor } from './kernels/library.ts';
import { storageOf, viewOf } from './values.ts';

/** How the elements of so many bytes are viewed. */
const STORAGES = { 1: 'i8', 2: 'i16' } as const;

/** Integers of a table in fewer bytes than their type has. */
export class Narrow implements NarrowValues {
  readonly values: NarrowValues['values'];
  readonly width: number;
  readonly #region: Region | null;

  /** They are widened in `region`; null: nobody may read them before they are sliced. */
  constructor(values: NarrowValues['values'], region: Region | null) {
    this.values = values;
    this.width = values.BYTES_PER_ELEMENT;
    this.#region = region;
  }

  /** `length` integers of so many bytes at an address. */
  static at(
    address: number,
    width: number,
    length: number,
    { buffer }: { readonly buffer: ArrayBufferLike },
    region: Region | null,
  ): Narrow {
    const view = viewOf(buffer, STORAGES[width as keyof typeof STORAGES], address, length);
    return new Narrow(view as NarrowValues['values'], region);
  }

  widened({ type, length, width }: FixedColumn): FixedValues {
    assert(this.#region !== null, 'narrow integers of a table are sliced before they are read');
    const { arena } = this.#region;
    const address = this.#region.alloc(length * width);
    const { byteOffset } = this.values;
    kernelsFor(arena).widen(byteOffset, this.width, width, length, address);
    return viewOf(arena.buffer, storageOf(type) ?? 'i64', address, length);
  }
}
