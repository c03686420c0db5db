import type { DataType } from '../../types/data-type.ts';
import { allocBitmap, allocBytes, allocInt32 } from '../allocate.ts';
import type { Arena } from '../arena/arena.ts';
import type { Region } from '../arena/region.ts';
import { BinaryColumn, BoolColumn, type Column, DictionaryColumn, FixedColumn } from '../column.ts';
import { take } from '../take.ts';
import { addressOf, kernelsFor } from './library.ts';
import type { LikePattern } from './like-pattern.ts';

/** A comparison of strings by their UTF-8 bytes. */
export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** The orders (less 1, equal 2, greater 4) that make a comparison true. */
const WANTED: Readonly<Record<Comparison, number>> = {
  '<': 1,
  '=': 2,
  '<=': 3,
  '>': 4,
  '<>': 5,
  '>=': 6,
};

/** A column of strings or of binary strings. */
export type StringColumn = BinaryColumn | DictionaryColumn;

/** Columns that the functions of this file take: plain strings, or a dictionary of them. */
export function isStringColumn(column: Column): column is StringColumn {
  return (
    column.layout === 'binary' ||
    (column.layout === 'dictionary' && column.dictionary.layout === 'binary')
  );
}

/**
 * Compares the strings of a column with one, given as bytes. NULL rows are NULL.
 * Errors of all functions here: ResourceError MEMORY_LIMIT.
 */
export function compareWithConstant(
  column: StringColumn,
  comparison: Comparison,
  text: Uint8Array,
  type: DataType,
  region: Region,
): Column {
  return onValues(column, region, (values) => {
    const kernels = kernelsFor(region.arena);
    const constant = constantOf(text, region);
    const bits = allocBitmap(region, values.length, 0);
    kernels.compareConstant(
      addressOf(values.offsets),
      addressOf(values.bytes),
      values.length,
      constant,
      text.length,
      WANTED[comparison],
      addressOf(bits),
    );
    region.free(constant);
    return new BoolColumn(type, values.length, bits, values.validity, values.nullCount);
  });
}

/** Compares the strings of two columns of one length, row by row; NULL if either is. */
export function compareStrings(
  a: BinaryColumn,
  comparison: Comparison,
  b: BinaryColumn,
  type: DataType,
  region: Region,
): BoolColumn {
  const rows = a.length;
  const kernels = kernelsFor(region.arena);
  const bits = allocBitmap(region, rows, 0);
  kernels.compareColumns(
    addressOf(a.offsets),
    addressOf(a.bytes),
    addressOf(b.offsets),
    addressOf(b.bytes),
    rows,
    WANTED[comparison],
    addressOf(bits),
  );
  if (a.nullCount === 0) return new BoolColumn(type, rows, bits, b.validity, b.nullCount);
  if (b.nullCount === 0) return new BoolColumn(type, rows, bits, a.validity, a.nullCount);
  const validity = allocBitmap(region, rows, 0);
  kernels.andBits(
    addressOf(a.validity),
    addressOf(b.validity),
    validity.length,
    addressOf(validity),
  );
  const nullCount = rows - kernels.popcount(addressOf(validity), rows);
  return new BoolColumn(type, rows, bits, validity, nullCount);
}

/** Whether the strings of a column match a pattern; NULL rows are NULL. */
export function matchLike(
  column: StringColumn,
  pattern: LikePattern,
  type: DataType,
  region: Region,
): Column {
  return onValues(column, region, (values) => {
    const kernels = kernelsFor(region.arena);
    const rows = values.length;
    const bits = allocBitmap(region, rows, pattern.kind === 'any' ? 1 : 0);
    if (pattern.kind !== 'any') {
      const { bytes: text } = pattern;
      const constant = constantOf(text, region);
      const offsets = addressOf(values.offsets);
      const bytes = addressOf(values.bytes);
      const out = addressOf(bits);
      if (pattern.kind === 'equals') {
        kernels.compareConstant(offsets, bytes, rows, constant, text.length, WANTED['='], out);
      } else kernels[KERNELS[pattern.kind]](offsets, bytes, rows, constant, text.length, out);
      region.free(constant);
    }
    return new BoolColumn(type, rows, bits, values.validity, values.nullCount);
  });
}

const KERNELS = {
  contains: 'contains',
  prefix: 'startsWith',
  suffix: 'endsWith',
  general: 'like',
} as const satisfies Record<Exclude<LikePattern['kind'], 'any' | 'equals'>, string>;

/** The strings in capitals, or in small letters; null when some of them are not ASCII. */
export function changeAsciiCase(
  column: StringColumn,
  to: 'upper' | 'lower',
  type: DataType,
  region: Region,
): Column | null {
  const values = column.layout === 'dictionary' ? column.dictionary : column;
  if (values.layout !== 'binary') return null;
  const kernels = kernelsFor(region.arena);
  const all = values.offsets[values.length]! - values.offsets[0]!;
  if (kernels.isAscii(addressOf(values.bytes) + values.offsets[0]!, all) === 0) return null;
  // What is changed may be other values than those above: the rows of a large dictionary.
  return onValues(column, region, (strings) => {
    const { offsets, validity, nullCount, length: rows } = strings;
    const from = offsets[0]!;
    const length = offsets[rows]! - from;
    const bytes = allocBytes(region, length);
    const first = to === 'upper' ? 'a' : 'A';
    kernels.changeCase(
      addressOf(strings.bytes) + from,
      length,
      first.charCodeAt(0),
      addressOf(bytes),
    );
    let moved = offsets;
    if (from !== 0) {
      moved = allocInt32(region, rows + 1);
      for (let i = 0; i <= rows; i++) moved[i] = offsets[i]! - from;
    }
    return new BinaryColumn(type, rows, moved, bytes, validity, nullCount);
  });
}

/** The row of the least string of a column without NULLs, or of the greatest. */
export function extremeRow(column: BinaryColumn, greatest: boolean, arena: Arena): number {
  const { offsets, bytes, length } = column;
  const kernels = kernelsFor(arena);
  return kernels.extremeString(addressOf(offsets), addressOf(bytes), length, greatest ? 1 : 0);
}

/** The number of characters (code points) of each string, as INT. */
export function charLength(column: StringColumn, type: DataType, region: Region): Column {
  return onValues(column, region, (values) => {
    const { offsets, bytes, length, validity, nullCount } = values;
    const counts = allocInt32(region, length);
    kernelsFor(region.arena).charLengths(
      addressOf(offsets),
      addressOf(bytes),
      length,
      addressOf(counts),
    );
    return new FixedColumn(type, length, counts, 4, validity, nullCount);
  });
}

/**
 * The part of each string from character `start` of at most `length` characters. Characters count
 * from 1, negative ones from the end, and 0 is as 1; outside of the string the part is empty.
 */
export function substring(
  column: StringColumn,
  start: number,
  length: number,
  type: DataType,
  region: Region,
): Column {
  return onValues(column, region, (values) => {
    const kernels = kernelsFor(region.arena);
    const rows = values.length;
    const begins = allocInt32(region, rows);
    const offsets = allocInt32(region, rows + 1);
    const source = addressOf(values.bytes);
    const from = addressOf(values.offsets);
    const [begin, end] = [addressOf(begins), addressOf(offsets)];
    kernels.substringRanges(from, source, rows, start, Math.max(0, length), begin, end);
    const bytes = allocBytes(region, offsets[rows]!);
    kernels.copyRanges(begin, source, rows, end, addressOf(bytes));
    region.free(begin);
    return new BinaryColumn(type, rows, offsets, bytes, values.validity, values.nullCount);
  });
}

/** Applies a function to plain strings, or to each value of a dictionary once. */
function onValues(
  column: StringColumn,
  region: Region,
  apply: (values: BinaryColumn) => Column,
): Column {
  if (column.layout === 'binary') return apply(column);
  const { dictionary, length, codes, validity, nullCount } = column;
  if (dictionary.layout !== 'binary') return apply(dictionaryValues(column, region));
  if (dictionary.length > length) return apply(dictionaryValues(column, region));
  const mapped = apply(dictionary);
  if (mapped.layout === 'binary') {
    return new DictionaryColumn(mapped.type, length, codes, mapped, validity, nullCount);
  }
  const taken = take(mapped, codes, region);
  return withValidity(taken, validity, nullCount);
}

function dictionaryValues(column: DictionaryColumn, region: Region): BinaryColumn {
  const taken = take(column.dictionary, column.codes, region);
  if (taken.layout !== 'binary') throw new Error('Assertion failed: a dictionary of strings');
  const { validity, nullCount } = column;
  return new BinaryColumn(
    column.type,
    column.length,
    taken.offsets,
    taken.bytes,
    validity,
    nullCount,
  );
}

function withValidity(column: Column, validity: Uint8Array | null, nullCount: number): Column {
  if (column.layout === 'bool') {
    return new BoolColumn(column.type, column.length, column.bits, validity, nullCount);
  }
  if (column.layout !== 'fixed') throw new Error('Assertion failed: a column of flags or numbers');
  return new FixedColumn(
    column.type,
    column.length,
    column.values,
    column.width,
    validity,
    nullCount,
  );
}

/** The address of a copy of constant bytes. */
function constantOf(text: Uint8Array, region: Region): number {
  const address = region.alloc(text.length);
  region.bytes(address, text.length).set(text);
  return address;
}
