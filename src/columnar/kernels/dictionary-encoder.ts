import type { DataType } from '../../types/data-type.ts';
import { allocBytes, allocInt32 } from '../allocate.ts';
import type { Region } from '../arena/region.ts';
import { BinaryColumn, DictionaryColumn } from '../column.ts';
import { IdTable, SKIP_NULLS } from './id-table.ts';
import { addressOf } from './library.ts';

/** Rows after which the number of distinct values is looked at again. */
const STEP = 4096;
/** Share of distinct values among the first rows above which a dictionary does not pay. */
const DISTINCT_SHARE_MAX = 0.5;

/**
 * Finds the dictionary of a column of strings that comes in several parts. Parts are encoded as
 * they come; the columns are made at the end, so that all parts have one dictionary.
 */
export class DictionaryEncoder {
  readonly #type: DataType;
  readonly #region: Region;
  readonly #table: IdTable;
  readonly #distinctMax: number;
  readonly #parts: { readonly codes: Int32Array; readonly source: BinaryColumn }[] = [];
  #rows = 0;

  /** The encoder gives up above `distinctMax` distinct values. Errors: ResourceError MEMORY_LIMIT. */
  constructor(type: DataType, region: Region, distinctMax: number) {
    this.#type = type;
    this.#region = region;
    this.#distinctMax = distinctMax;
    this.#table = IdTable.create(region, 'strings');
  }

  /** How many distinct values there are. */
  get distinct(): number {
    return this.#table.count;
  }

  /** Whether values repeat enough for a dictionary to be worth its codes. */
  get pays(): boolean {
    return this.distinct <= this.#rows * DISTINCT_SHARE_MAX;
  }

  /**
   * Encodes a part; its validity must stay where it is. False: there are too many distinct
   * values, and the encoder must be disposed of. Errors: ResourceError MEMORY_LIMIT.
   */
  add(column: BinaryColumn): boolean {
    const codes = allocInt32(this.#region, column.length);
    this.#parts.push({ codes, source: column });
    const validity = column.nullCount === 0 ? 0 : addressOf(column.validity);
    for (let from = 0; from < column.length; from += STEP) {
      const count = Math.min(STEP, column.length - from);
      this.#encode(column, validity, from, count, codes);
      this.#rows += count;
      if (this.distinct > this.#distinctMax) return false;
      if (this.#rows >= STEP && !this.pays) return false;
    }
    return true;
  }

  /** The parts as columns of one dictionary; the encoder's other memory is given back. */
  finish(): DictionaryColumn[] {
    const dictionary = dictionaryOf(this.#table, this.#type, this.#region);
    this.#table.free();
    return this.#parts.map(({ codes, source }) => {
      const { length, validity, nullCount } = source;
      return new DictionaryColumn(this.#type, length, codes, dictionary, validity, nullCount);
    });
  }

  /** Gives all memory back, instead of `finish`. */
  dispose(): void {
    this.#table.free();
    for (const { codes } of this.#parts) this.#region.free(addressOf(codes));
  }

  #encode(
    column: BinaryColumn,
    validity: number,
    from: number,
    count: number,
    codes: Int32Array,
  ): void {
    const part = codes.subarray(from, from + count);
    const source = {
      values: addressOf(column.bytes),
      width: 0,
      offsets: column.offsets.subarray(from, from + count + 1),
      // Steps are a multiple of eight, so that a part of the bitmap starts at a byte.
      validity: validity === 0 ? 0 : validity + (from >> 3),
      selection: null,
      count,
    };
    this.#table.ids(source, part, SKIP_NULLS);
    if (validity !== 0) for (let i = 0; i < count; i++) if (part[i]! < 0) part[i] = 0;
  }
}

/** The strings of a table in the order of their ids, in memory of `region`. Errors: MEMORY_LIMIT. */
export function dictionaryOf(table: IdTable, type: DataType, region: Region): BinaryColumn {
  const { count } = table;
  const offsets = allocInt32(region, count + 1);
  offsets.set(region.int32(table.keys, count + 1));
  const bytes = allocBytes(region, offsets[count]!);
  bytes.set(region.bytes(table.bytes, bytes.length));
  return new BinaryColumn(type, count, offsets, bytes, null, 0);
}

/**
 * A column of strings in dictionary encoding, with codes and dictionary in memory of `region`;
 * null when it has more than `distinctMax` distinct values or too few repetitions.
 * Errors: ResourceError MEMORY_LIMIT.
 */
export function encodeDictionary(
  column: BinaryColumn,
  region: Region,
  distinctMax: number,
): DictionaryColumn | null {
  const encoder = new DictionaryEncoder(column.type, region, distinctMax);
  if (encoder.add(column) && encoder.pays) return encoder.finish()[0] ?? null;
  encoder.dispose();
  return null;
}
