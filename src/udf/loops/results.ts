import { allocBitmap, allocFixed } from '../../columnar/allocate.ts';
import type { Region } from '../../columnar/arena/region.ts';
import { clearBit, setBit } from '../../columnar/bitmap.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import { BinaryColumn, BoolColumn, type Column, FixedColumn } from '../../columnar/column.ts';
import { misfit, toInternal } from '../../columnar/to-internal.ts';
import { storageOf, storageWidth, writeFixed } from '../../columnar/values.ts';
import type { DataType, TypeOfKind } from '../../types/data-type.ts';
import { CHUNK_ROWS, PLACE_IN_CHUNK, placeInChunk } from './chunks.ts';
import { lengthCheck } from './length-check.ts';
import { StringEncoder } from './strings.ts';

/** Where the generated loop puts its results. */
export interface ResultWriter {
  /**
   * A statement that stores the result `r` of row `i` in `out` if it has the expected form, and
   * hands it to `other` if not.
   */
  readonly store: string;
  readonly out: unknown;
  /** Stores NULL for a row. */
  readonly absent: (row: number) => void;
  /** Takes NULL and results of another form. Errors: ValidationError for what does not fit. */
  readonly other: (row: number, result: unknown) => void;
  /** Takes note that the rows of a chunk are stored, in their order; null if that does not matter. */
  readonly chunkEnd: ((from: number, to: number) => void) | null;
  /** The column, when every row has been stored. */
  finish(): Column;
}

/** Turns a result into an internal value; null is NULL. Errors: ValidationError. */
export type ResultConverter = (result: unknown) => unknown;

/** What a result `r` must be for the loop to store it itself. */
export const IN_RANGE: Readonly<Partial<Record<DataType['kind'], string>>> = {
  // Operators of numbers throw for bigints and symbols.
  TINYINT: "typeof r === 'number' && (r << 24 >> 24) === r",
  SMALLINT: "typeof r === 'number' && (r << 16 >> 16) === r",
  INT: "typeof r === 'number' && (r | 0) === r",
  // What is too large is not stored as an infinity.
  FLOAT: "typeof r === 'number' && Number.isFinite(Math.fround(r))",
  DOUBLE: "typeof r === 'number'",
  BIGINT: "typeof r === 'bigint' && BigInt.asIntN(64, r) === r",
};

/** Makes the writer for `rows` results of a type, in memory of `region`. */
export function resultWriter(
  type: DataType,
  rows: number,
  region: Region,
  convert: ResultConverter,
): ResultWriter {
  const inRange = IN_RANGE[type.kind];
  if (inRange !== undefined) return fixedWriter(type, inRange, rows, region, convert);
  if (type.kind === 'BOOLEAN') return boolWriter(type, rows, region, convert);
  if (type.kind === 'VARCHAR' || type.kind === 'CHAR') {
    return textWriter(type, rows, region, convert);
  }
  const builder = builderFor(type, region, rows);
  return {
    store: 'other(i, r);',
    out: null,
    absent: () => builder.append(null),
    other: (_, result) => builder.append(convert(result)),
    chunkEnd: null,
    finish: () => builder.finish(),
  };
}

/**
 * The conversion of results of a type. undefined is NULL; texts and bytes, also inside of others,
 * must not be too long.
 */
export function resultConverter(type: DataType, name: string): ResultConverter {
  const convert = toInternal(type, name);
  const isTooLong = lengthCheck(type);
  if (isTooLong === null) return convert;
  return (result) => {
    const value = convert(result);
    if (isTooLong(value)) throw misfit(result, type, name);
    return value;
  };
}

/** The rows that are NULL, while a column is made. */
class NullRows {
  readonly #region: Region;
  readonly #rows: number;
  bitmap: Uint8Array | null = null;
  count = 0;

  constructor(region: Region, rows: number) {
    this.#region = region;
    this.#rows = rows;
  }

  add(row: number): void {
    this.bitmap ??= allocBitmap(this.#region, this.#rows, 1);
    clearBit(this.bitmap, row);
    this.count++;
  }
}

/** A branch for NULL: by the conversion it takes ten times as long. */
function storeNull({ nullable }: DataType): string {
  return nullable ? 'else if (r === null || r === undefined) absent(i); ' : '';
}

function fixedWriter(
  type: DataType,
  inRange: string,
  rows: number,
  region: Region,
  convert: ResultConverter,
): ResultWriter {
  const storage = storageOf(type)!;
  const width = storageWidth(storage);
  const out = allocFixed(region, storage, rows, width);
  const nulls = new NullRows(region, rows);
  const zero = type.kind === 'BIGINT' ? 0n : 0;
  const absent = (row: number): void => {
    nulls.add(row);
    out[row] = zero;
  };
  return {
    store: `if (${inRange}) out[i] = r; ${storeNull(type)}else other(i, r);`,
    out,
    absent,
    other: (row, result) => {
      const value = convert(result);
      if (value === null) absent(row);
      else writeFixed(type, out, row, value);
    },
    chunkEnd: null,
    finish: () => new FixedColumn(type, rows, out, width, nulls.bitmap, nulls.count),
  };
}

function boolWriter(
  type: DataType,
  rows: number,
  region: Region,
  convert: ResultConverter,
): ResultWriter {
  const out = allocBitmap(region, rows, 0);
  const nulls = new NullRows(region, rows);
  return {
    store: `if (r === true) out[i >> 3] |= 1 << (i & 7); ${storeNull(type)}else if (r !== false) other(i, r);`,
    out,
    absent: (row) => nulls.add(row),
    other: (row, result) => {
      const value = convert(result);
      if (value === null) nulls.add(row);
      else if (value === true) setBit(out, row);
    },
    chunkEnd: null,
    finish: () => new BoolColumn(type, rows, out, nulls.bitmap, nulls.count),
  };
}

function textWriter(
  type: TypeOfKind<'VARCHAR' | 'CHAR'>,
  rows: number,
  region: Region,
  convert: ResultConverter,
): ResultWriter {
  const out = new Array<string>(Math.min(rows, CHUNK_ROWS));
  const encoder = new StringEncoder(region, rows);
  const nulls = new NullRows(region, rows);
  const absent = (row: number): void => {
    nulls.add(row);
    out[placeInChunk(row)] = '';
  };
  return {
    store: `if (typeof r === 'string' && r.length <= ${type.length}) out[${PLACE_IN_CHUNK}] = r; ${storeNull(type)}else other(i, r);`,
    out,
    absent,
    other: (row, result) => {
      const value = convert(result);
      if (value === null) absent(row);
      // The conversion gives strings and null.
      else out[placeInChunk(row)] = value as string;
    },
    chunkEnd: (from, to) => encoder.append(out, to - from),
    finish: () => {
      const { offsets, bytes } = encoder.finish();
      return new BinaryColumn(type, rows, offsets, bytes, nulls.bitmap, nulls.count);
    },
  };
}
