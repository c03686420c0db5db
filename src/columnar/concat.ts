import { assert } from '../common/assert.ts';
import { notImplemented } from '../common/errors.ts';
import type { DataType } from '../types/data-type.ts';
import {
  ALL_VALID,
  allocBitmap,
  allocBytes,
  allocInt32,
  copyBits,
  type Validity,
} from './allocate.ts';
import type { Region } from './arena/region.ts';
import { isValid } from './bitmap.ts';
import {
  BinaryColumn,
  BoolColumn,
  type Column,
  DictionaryColumn,
  FixedColumn,
  ListColumn,
  NullColumn,
  StructColumn,
  type ValueRange,
} from './column.ts';
import { addressOf, kernelsFor } from './kernels/library.ts';
import { sliceColumn, take } from './take.ts';
import { storageOf, viewOf } from './values.ts';

/** The largest offset of strings and lists. */
const OFFSET_MAX = 2 ** 31 - 1;

/**
 * The rows of several columns of one type, one after the other, in memory of `region` alone (a
 * dictionary is copied too, if it has no more values than there are rows). Columns of different
 * layouts come out in the plain layout of the type. There is at least one column. Errors: ResourceError MEMORY_LIMIT.
 */
export function concatColumns(columns: readonly Column[], region: Region): Column {
  if (haveOneLayout(columns)) return concatUniform(columns, region);
  using scratch = region.child();
  return concatUniform(plainColumns(columns, scratch), region);
}

function concatUniform(parts: readonly Column[], region: Region): Column {
  const type = parts[0]!.type;
  const rows = parts.reduce((sum, part) => sum + part.length, 0);
  if (every(parts, NullColumn)) return new NullColumn(type, rows);
  const validity = concatValidity(parts, rows, region);
  if (every(parts, FixedColumn)) return concatFixed(parts, type, rows, region, validity);
  if (every(parts, BoolColumn)) {
    const bits = allocBitmap(region, rows, 0);
    let row = 0;
    for (const part of parts) {
      copyBits(part.bits, 0, bits, row, part.length);
      row += part.length;
    }
    return new BoolColumn(type, rows, bits, validity.validity, validity.nullCount);
  }
  if (every(parts, BinaryColumn)) return concatBinary(parts, type, rows, region, validity);
  if (every(parts, ListColumn)) return concatLists(parts, type, rows, region, validity);
  if (every(parts, StructColumn)) {
    const children = parts[0]!.children.map((_, i) =>
      concatColumns(
        parts.map((part) => part.children[i]!),
        region,
      ),
    );
    return new StructColumn(type, rows, children, validity.validity, validity.nullCount);
  }
  assert(every(parts, DictionaryColumn), 'columns of one type have one layout');
  if (isMostlyUnused(parts[0]!.dictionary, rows)) {
    using scratch = region.child();
    return concatUniform(plainColumns(parts, scratch), region);
  }
  return concatDictionaries(parts, type, rows, region, validity);
}

/** A copy of a column that lies in memory of `region` alone. Errors: ResourceError MEMORY_LIMIT. */
export function copyColumn(column: Column, region: Region): Column {
  return concatColumns([column], region);
}

/** A column whose own buffers lie in `region`, with its dictionaries there too, or without them. */
export function ownDictionary(column: Column, region: Region): Column {
  const { type, length, validity, nullCount } = column;
  switch (column.layout) {
    case 'dictionary': {
      if (isMostlyUnused(column.dictionary, length)) {
        const values = decodeDictionary(column, region);
        region.free(addressOf(column.codes));
        return values;
      }
      const dictionary = copyColumn(column.dictionary, region);
      return new DictionaryColumn(type, length, column.codes, dictionary, validity, nullCount);
    }
    case 'list': {
      const child = ownDictionary(column.child, region);
      return new ListColumn(type, length, column.offsets, child, validity, nullCount);
    }
    case 'struct': {
      const children = column.children.map((child) => ownDictionary(child, region));
      return new StructColumn(type, length, children, validity, nullCount);
    }
    default:
      return column;
  }
}

/** Whether so many rows take less memory without their dictionary. */
function isMostlyUnused(dictionary: Column, rows: number): boolean {
  return dictionary.length > rows;
}

/** A dictionary column as its plain values; other columns as they are. */
export function decodeDictionary(column: Column, region: Region): Column {
  if (column.layout !== 'dictionary') return column;
  if (column.nullCount === 0) return take(column.dictionary, column.codes, region);
  const indices = allocInt32(region, column.length);
  indices.set(column.codes);
  for (let row = 0; row < column.length; row++)
    if (!isValid(column.validity, row)) indices[row] = -1;
  const values = take(column.dictionary, indices, region);
  region.free(indices.byteOffset);
  return values;
}

function every<T extends Column>(
  parts: readonly Column[],
  layout: new (...args: never[]) => T,
): parts is readonly T[] {
  return parts.every((part) => part instanceof layout);
}

/** Whether columns can be joined as they are: of dictionaries there may be only one. */
function haveOneLayout(columns: readonly Column[]): boolean {
  const first = columns[0];
  assert(first !== undefined, 'at least one column');
  return columns.every(
    (c) =>
      c.layout === first.layout &&
      (c.layout !== 'dictionary' ||
        first.layout !== 'dictionary' ||
        sameMemory(c.dictionary, first.dictionary)),
  );
}

/** The columns in the plain layout of their type. */
function plainColumns(columns: readonly Column[], region: Region): readonly Column[] {
  const plain = columns.map((c) => decodeDictionary(c, region));
  const model = plain.find((c) => c.layout !== 'null');
  if (model === undefined) return plain;
  return plain.map((c) =>
    c.layout === 'null' ? take(model, new Int32Array(c.length).fill(-1), region) : c,
  );
}

/** Whether two dictionaries are one: the same object, or views of the same bytes. */
function sameMemory(a: Column, b: Column): boolean {
  if (a === b) return true;
  return (
    a.layout === 'binary' &&
    b.layout === 'binary' &&
    a.length === b.length &&
    a.bytes.buffer === b.bytes.buffer &&
    a.bytes.byteOffset === b.bytes.byteOffset &&
    a.offsets.byteOffset === b.offsets.byteOffset
  );
}

function concatValidity(parts: readonly Column[], rows: number, region: Region): Validity {
  const nullCount = parts.reduce((sum, part) => sum + part.nullCount, 0);
  if (nullCount === 0) return ALL_VALID;
  const validity = allocBitmap(region, rows, 0);
  const longest = parts.reduce((most, { length }) => Math.max(most, length), 0);
  const ones = new Uint8Array((longest + 7) >> 3).fill(0xff);
  let row = 0;
  for (const part of parts) {
    const bits = part.nullCount === 0 ? ones : part.validity;
    if (bits !== null) copyBits(bits, 0, validity, row, part.length);
    row += part.length;
  }
  return { validity, nullCount };
}

function concatFixed(
  parts: readonly FixedColumn[],
  type: DataType,
  rows: number,
  region: Region,
  { validity, nullCount }: Validity,
): FixedColumn {
  const width = parts[0]!.width;
  const address = region.alloc(rows * width);
  const target = region.bytes(address, rows * width);
  let at = 0;
  for (const part of parts) {
    const bytes = part.length * width;
    if (part.narrow !== null) {
      const source = addressOf(part.narrow.values);
      const kernels = kernelsFor(region.arena);
      kernels.widen(source, part.narrow.width, width, part.length, address + at);
    } else target.set(new Uint8Array(part.values.buffer, part.values.byteOffset, bytes), at);
    at += bytes;
  }
  const values = viewOf(region.arena.buffer, storageOf(type) ?? 'i64', address, rows);
  return new FixedColumn(type, rows, values, width, validity, nullCount, rangeOfAll(parts));
}

/** Null where that of a part is not known. */
function rangeOfAll(parts: readonly FixedColumn[]): ValueRange | null {
  let range: ValueRange | null = null;
  for (const part of parts) {
    if (part.length === 0) continue;
    if (part.range === null) return null;
    const { least, greatest } = part.range;
    range = {
      least: range === null || least < range.least ? least : range.least,
      greatest: range === null || greatest > range.greatest ? greatest : range.greatest,
    };
  }
  return range;
}

/**
 * Writes the offsets of the parts one behind the other, starting from 0. Errors:
 * NotImplementedError when 32 bits do not hold them.
 */
function concatOffsets(
  parts: readonly { readonly length: number; readonly offsets: Int32Array }[],
  offsets: Int32Array,
): void {
  let row = 0;
  let end = 0;
  offsets[0] = 0;
  for (const part of parts) {
    const shift = end - part.offsets[0]!;
    for (let i = 1; i <= part.length; i++) offsets[row + i] = part.offsets[i]! + shift;
    row += part.length;
    end = part.offsets[part.length]! + shift;
    if (end > OFFSET_MAX) throw notImplemented('A batch with more than 2 GiB of strings');
  }
}

function concatBinary(
  parts: readonly BinaryColumn[],
  type: DataType,
  rows: number,
  region: Region,
  { validity, nullCount }: Validity,
): BinaryColumn {
  const offsets = allocInt32(region, rows + 1);
  concatOffsets(parts, offsets);
  const bytes = allocBytes(region, offsets[rows]!);
  let at = 0;
  for (const part of parts) {
    const from = part.offsets[0]!;
    const to = part.offsets[part.length]!;
    bytes.set(part.bytes.subarray(from, to), at);
    at += to - from;
  }
  return new BinaryColumn(type, rows, offsets, bytes, validity, nullCount);
}

function concatLists(
  parts: readonly ListColumn[],
  type: DataType,
  rows: number,
  region: Region,
  { validity, nullCount }: Validity,
): ListColumn {
  const offsets = allocInt32(region, rows + 1);
  concatOffsets(parts, offsets);
  const children = parts.map((part) =>
    sliceColumn(part.child, part.offsets[0]!, part.offsets[part.length]!, region),
  );
  return new ListColumn(type, rows, offsets, concatColumns(children, region), validity, nullCount);
}

function concatDictionaries(
  parts: readonly DictionaryColumn[],
  type: DataType,
  rows: number,
  region: Region,
  { validity, nullCount }: Validity,
): DictionaryColumn {
  const codes = allocInt32(region, rows);
  let row = 0;
  for (const part of parts) {
    codes.set(part.codes, row);
    row += part.length;
  }
  const dictionary = copyColumn(parts[0]!.dictionary, region);
  return new DictionaryColumn(type, rows, codes, dictionary, validity, nullCount);
}
