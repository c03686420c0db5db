import { assert } from '../../common/assert.ts';
import { notImplemented } from '../../common/errors.ts';
import { allocInt32 } from '../allocate.ts';
import type { Region } from '../arena/region.ts';
import { type Cancellation, NEVER_CANCELLED } from '../cancellation.ts';
import type { BinaryColumn, BoolColumn, Column, FixedColumn, NullColumn } from '../column.ts';
import { decodeDictionary } from '../concat.ts';
import { addressOf, type KernelLibrary, kernelsFor } from './library.ts';

/** One column of an ORDER BY. */
export interface SortKey {
  /** Index into the columns. */
  readonly column: number;
  readonly descending: boolean;
  /** Where NULLs go, whatever the direction. */
  readonly nullsFirst: boolean;
}

/** How the values of a sort key lie: their bytes as signed integers, or one of these. */
const FLOAT32 = 20;
const FLOAT64 = 21;
const BITS = 22;
const LOW = 23;
const HIGH = 24;
const FIRST = 25;
const RANK = 26;

/** Bytes of the counters of a radix sort: 256 for each of eight digits. */
const COUNTS_BYTES = 8192;

/** The arrays that a sort works on, in memory of its own. */
interface Work {
  readonly kernels: KernelLibrary;
  /** Where the segments start that are sorted by themselves, and the end; null: all is one. */
  readonly starts: Int32Array | null;
  readonly scratch: Region;
  readonly cancellation: Cancellation;
  readonly count: number;
  readonly counts: number;
  words: number;
  otherWords: number;
  order: number;
  otherOrder: number;
}

/**
 * The row numbers in the order of the keys, in memory of `region`; rows with equal keys stay in
 * their order. Numbers and times are ordered as such (-0 before 0, NaN last), false before true,
 * strings and binary strings by their bytes. `rows` is the length of the columns.
 * Errors: NotImplementedError for nested types; ResourceError MEMORY_LIMIT; CancelledError.
 */
export function sortRows(
  columns: readonly Column[],
  keys: readonly SortKey[],
  rows: number,
  region: Region,
  cancellation: Cancellation = NEVER_CANCELLED,
): Int32Array {
  const kernels = kernelsFor(region.arena);
  const result = allocInt32(region, rows);
  kernels.iota(rows, result.byteOffset);
  if (rows < 2 || keys.length === 0) return result;
  const scratch = region.child();
  try {
    const work = workOn(result, null, scratch, cancellation);
    for (const key of keys.toReversed()) sortBy(work, columnOf(key, columns), key);
    if (work.order !== result.byteOffset) result.set(region.int32(work.order, rows));
    return result;
  } finally {
    scratch.dispose();
  }
}

/**
 * Sorts the row numbers in `order`, which lies in the arena, within segments: from `starts[i]` to
 * `starts[i + 1]`. Otherwise as `sortRows`.
 */
export function sortSegments(
  columns: readonly Column[],
  keys: readonly SortKey[],
  order: Int32Array,
  starts: Int32Array,
  region: Region,
  cancellation: Cancellation = NEVER_CANCELLED,
): void {
  if (order.length < 2 || keys.length === 0) return;
  const scratch = region.child();
  try {
    const work = workOn(order, starts, scratch, cancellation);
    for (const key of keys.toReversed()) sortSegmentsBy(work, columnOf(key, columns), key);
  } finally {
    scratch.dispose();
  }
}

/**
 * The words that order rows by the most significant 64 bits of one key, NULLs included, as unsigned
 * numbers: words of other batches can be compared with them. Their address, for each row number in
 * `order`; null where values have no such words (strings, dictionaries).
 */
export function leadingWords(
  column: Column,
  { descending, nullsFirst }: SortKey,
  order: Int32Array,
  region: Region,
): number | null {
  if (column.layout !== 'fixed' && column.layout !== 'bool') return null;
  const kernels = kernelsFor(region.arena);
  const form = formsOf(column).at(-1)!;
  const values = (column.layout === 'bool' ? column.bits : column.values).byteOffset;
  const words = region.alloc(order.length * 8);
  const down = descending ? 1 : 0;
  kernels.sortWords(values, form, 0, order.byteOffset, order.length, down, words, 0);
  if (column.nullCount > 0) {
    const validity = addressOf(column.validity);
    kernels.levelNulls(words, order.byteOffset, order.length, validity, nullsFirst ? 0 : 1);
  }
  return words;
}

function workOn(
  order: Int32Array,
  starts: Int32Array | null,
  scratch: Region,
  cancellation: Cancellation,
): Work {
  const count = order.length;
  return {
    kernels: kernelsFor(scratch.arena),
    starts,
    scratch,
    cancellation,
    count,
    counts: scratch.alloc(COUNTS_BYTES),
    words: scratch.alloc(count * 8),
    otherWords: scratch.alloc(count * 8),
    order: order.byteOffset,
    otherOrder: scratch.alloc(count * 4),
  };
}

function columnOf({ column: index }: SortKey, columns: readonly Column[]): Column {
  const column = columns[index];
  assert(column !== undefined, 'a sort key is a column');
  return column;
}

/** Sorts segments by one key: first the values, those of NULLs taken for equal, then the NULLs. */
function sortSegmentsBy(work: Work, column: Column, { descending, nullsFirst }: SortKey): void {
  if (column.layout === 'null') return;
  sortValid(work, column, descending);
  if (column.nullCount === 0) return;
  sortByWords(work, addressOf(column.validity), BITS, 0, !nullsFirst);
}

/** Sorts the rows by one key; what lies under a NULL must not order the NULLs. */
function sortBy(work: Work, column: Column, { descending, nullsFirst }: SortKey): void {
  const { nullCount } = column;
  if (column.layout === 'null') return;
  if (nullCount === 0) {
    sortValid(work, column, descending);
    return;
  }
  const { kernels, scratch, order, count, otherOrder } = work;
  kernels.partitionNulls(order, count, addressOf(column.validity), nullsFirst ? 1 : 0, otherOrder);
  const skipped = nullsFirst ? nullCount * 4 : 0;
  const [from, other] = [order + skipped, otherOrder + skipped];
  const rows = count - nullCount;
  const rest: Work = { ...work, count: rows, order: from, otherOrder: other };
  sortValid(rest, column, descending);
  if (rest.order !== from) scratch.int32(from, rows).set(scratch.int32(other, rows));
}

/** Sorts rows that are not NULL. */
function sortValid(work: Work, column: Exclude<Column, NullColumn>, descending: boolean): void {
  switch (column.layout) {
    case 'bool':
      sortByWords(work, column.bits.byteOffset, BITS, 0, descending, column);
      break;
    case 'fixed': {
      const values = column.values.byteOffset;
      for (const form of formsOf(column)) {
        sortByWords(work, values, form, 0, descending, column);
      }
      break;
    }
    case 'binary':
      if (work.starts === null) sortByStrings(work, column, descending);
      else sortByRanks(work, column, descending);
      break;
    case 'dictionary': {
      const { dictionary } = column;
      if (dictionary.layout !== 'binary' || dictionary.length > column.length) {
        const plain = decodeDictionary(column, work.scratch);
        if (plain.layout !== 'null') sortValid(work, plain, descending);
        return;
      }
      const ranks = ranksOf(dictionary, work);
      sortByWords(work, column.codes.byteOffset, RANK, ranks, descending, column);
      break;
    }
    default:
      throw notImplemented(`Sorting by ${column.type.kind}`);
  }
}

/** How the words lie that order a value, from the least significant. */
export function formsOf(column: FixedColumn | BoolColumn): readonly number[] {
  if (column.layout === 'bool') return [BITS];
  const { width } = column;
  const { kind } = column.type;
  if (kind === 'FLOAT') return [FLOAT32];
  if (kind === 'DOUBLE') return [FLOAT64];
  if (width < 16) return [width];
  // Decimals come low word first; timestamps as microseconds, then nanoseconds of them.
  return kind === 'DECIMAL' ? [LOW, HIGH] : [HIGH, FIRST];
}

function sortByWords(
  work: Work,
  values: number,
  form: number,
  ranks: number,
  descending: boolean,
  column: Column | null = null,
): void {
  const { kernels, order, count, words, starts, otherWords, otherOrder, counts } = work;
  const { address: stop } = work.cancellation;
  kernels.sortWords(values, form, ranks, order, count, descending ? 1 : 0, words, stop);
  work.cancellation.check();
  if (starts === null) {
    radix(work);
    return;
  }
  if (column !== null && column.nullCount > 0) {
    kernels.levelNulls(words, order, count, addressOf(column.validity), 0);
  }
  const segments = starts.length - 1;
  kernels.sortSegments(
    ...[words, order, otherWords, otherOrder, starts.byteOffset, segments, counts, stop],
  );
  work.cancellation.check();
}

/** Sorts by the places of the strings among all of them: words, which segments are sorted by. */
function sortByRanks(work: Work, column: BinaryColumn, descending: boolean): void {
  const codes = work.scratch.alloc(column.length * 4);
  work.kernels.iota(column.length, codes);
  sortByWords(work, codes, RANK, ranksOf(column, work), descending, column);
}

function sortByStrings(work: Work, column: BinaryColumn, descending: boolean): void {
  const { kernels, count, order, words, otherWords, otherOrder, counts } = work;
  const offsets = column.offsets.byteOffset;
  const bytes = column.bytes.byteOffset;
  const down = descending ? 1 : 0;
  const { address: stop } = work.cancellation;
  kernels.sortStrings(
    ...[offsets, bytes, order, count, down, words, otherWords, otherOrder, counts, stop],
  );
  work.cancellation.check();
}

/** Sorts words and order, and swaps the arrays if the result is in the others. */
function radix(work: Work): void {
  const { kernels, words, order, otherWords, otherOrder, count, counts, cancellation } = work;
  const swapped = kernels.radixSort(
    ...[words, order, otherWords, otherOrder, count, counts, cancellation.address],
  );
  cancellation.check();
  if (swapped === 0) return;
  work.words = otherWords;
  work.otherWords = words;
  work.order = otherOrder;
  work.otherOrder = order;
}

/** The address of the rank of each value of a dictionary. */
function ranksOf(dictionary: BinaryColumn, work: Work): number {
  const { kernels, scratch, cancellation } = work;
  const key = { column: 0, descending: false, nullsFirst: true };
  const order = sortRows([dictionary], [key], dictionary.length, scratch, cancellation);
  const ranks = scratch.alloc(dictionary.length * 4);
  const offsets = dictionary.offsets.byteOffset;
  const bytes = dictionary.bytes.byteOffset;
  const { address: stop } = cancellation;
  kernels.rankStrings(order.byteOffset, dictionary.length, offsets, bytes, ranks, stop);
  cancellation.check();
  return ranks;
}
