import { allocBytes, allocInt32 } from '../../columnar/allocate.ts';
import type { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import { bytesOfBatch } from '../../columnar/batches.ts';
import type { Cancellation } from '../../columnar/cancellation.ts';
import type { Column } from '../../columnar/column.ts';
import { type BatchDescriptor, describeBatch, restoreBatch } from '../../columnar/descriptor.ts';
import { kernelsFor } from '../../columnar/kernels/library.ts';
import { type SortKey, sortRows, sortSegments } from '../../columnar/kernels/sort.ts';
import {
  planSortWords,
  type SortWords,
  writeSortWords,
} from '../../columnar/kernels/sort-words.ts';
import { Pieces, refShift } from '../../columnar/pieces.ts';
import { cancellationOf, type TaskContext } from '../operator.ts';

/** Rows of a range: their words are sorted in the second-level cache. */
const RANGE_ROWS = 32_768;
/** The most ranges that rows are parted into at once: more would miss the cache at every row. */
const RANGES_MAX = 256;
const RANGES_MIN = 4;
/** Rows of the sample that the bounds of a range are chosen by. */
const SAMPLE_ROWS = 64;
/** Rows that are parted at once: a column of them lies in the second-level cache. */
const UNIT_ROWS = 65_536;
/** Bytes of a row's word, and of what it takes to sort a range of them, beside the row itself. */
const ROW_BYTES = 28;
/** Cells of the table by which a range is found. */
const CELLS = 4096;
/** Bytes of the counters of a sort by digits. */
const COUNTS_BYTES = 8192;

/**
 * How held rows are sorted by several tasks. Their keys become words; rows are parted by ranges of
 * the words, and each range is then sorted by itself. Rows are moved when they are parted, and when
 * they come out: fetched from all over the memory only at the end, each value misses the cache and
 * the TLB. Plain data; addresses are of the arena.
 */
export interface RangeSort {
  readonly keys: readonly SortKey[];
  readonly words: SortWords;
  /** The address of the words that part the ranges: one fewer than there are. */
  readonly bounds: number;
  /** That of the table in which the words from `1 << shift` to the next multiple have a cell. */
  readonly cells: number;
  readonly shift: number;
  readonly ranges: number;
}

/** A piece of the work of parting: the batches from one number to another. */
export interface PartingUnit {
  readonly from: number;
  readonly to: number;
}

/** The rows of some batches by range. */
export interface PartedRows {
  /** The first of the batches. */
  readonly from: number;
  readonly rows: BatchDescriptor;
  /** The address of their words. */
  readonly words: number;
  /** Where each range begins, and the last one ends. */
  readonly starts: Int32Array;
  /** Rows whose word says less than the plan expected. */
  readonly others: number;
}

/** Everything that a task needs to read ranges. */
export interface SortedRanges {
  readonly sort: RangeSort;
  readonly parted: readonly PartedRows[];
}

/**
 * Plans the sort of rows that are held; null where keys have no words, or rows are changes. What is
 * shared lies in `region`. Errors: ResourceError MEMORY_LIMIT.
 */
export function planRangeSort(
  keys: readonly SortKey[],
  batches: readonly BatchDescriptor[],
  region: Region,
): RangeSort | null {
  const rows = batches.reduce((sum, { length }) => sum + length, 0);
  if (!Pieces.fit(batches) || batches.some(({ rowKinds }) => rowKinds !== 0)) return null;
  const wanted = 2 ** Math.ceil(Math.log2(rows / RANGE_ROWS));
  const ranges = Math.min(RANGES_MAX, Math.max(RANGES_MIN, wanted));
  using scratch = region.child();
  const pieces = new Pieces(restored(batches, region), scratch);
  const refs = sampleOf(batches, rows, ranges * SAMPLE_ROWS, scratch);
  const sample = keys.map(({ column }) => pieces.takeColumn(column, refs, scratch));
  const words = planSortWords(sample, keys, refs.length, region);
  if (words === null) return null;
  const address = scratch.alloc(refs.length * 8);
  writeSortWords(words, sample, refs.length, address, scratch);
  const sorted = new BigUint64Array(region.arena.buffer, address, refs.length).sort();
  const chosen = Array.from({ length: ranges - 1 }, (_, i) => sorted[(i + 1) * SAMPLE_ROWS]!);
  return { keys, words, ranges, ...boundsOf(chosen, region) };
}

/** Bounds in the memory of `region`, with the table of cells by which they are found. */
function boundsOf(
  chosen: readonly bigint[],
  region: Region,
): Pick<RangeSort, 'bounds' | 'cells' | 'shift'> {
  const bounds = region.alloc(chosen.length * 8);
  new BigUint64Array(region.arena.buffer, bounds, chosen.length).set(chosen);
  const least = chosen[0]!;
  let shift = 0;
  while ((chosen.at(-1)! - least) >> BigInt(shift) >= BigInt(CELLS)) shift++;
  const cells = allocBytes(region, CELLS + 1);
  let bound = 0;
  for (let cell = 0; cell <= CELLS; cell++) {
    cells[cell] = bound;
    const last = BigInt(cell);
    while (bound < chosen.length && (chosen[bound]! - least) >> BigInt(shift) <= last) bound++;
  }
  return { bounds, cells: cells.byteOffset, shift };
}

/** References of rows at random, but the same each time. */
function sampleOf(
  batches: readonly BatchDescriptor[],
  rows: number,
  count: number,
  region: Region,
): Int32Array {
  const shift = refShift(batches);
  const random = xorshift(rows);
  const picked = Float64Array.from({ length: count }, () => Math.floor(random() * rows)).sort();
  const refs = allocInt32(region, count);
  let piece = 0;
  let first = 0;
  for (const [i, row] of picked.entries()) {
    while (row >= first + batches[piece]!.length) first += batches[piece++]!.length;
    refs[i] = piece * 2 ** shift + (row - first);
  }
  return refs;
}

/** Numbers from 0 to 1 that look random. */
function xorshift(seed: number): () => number {
  let state = (seed | 0) === 0 ? 1 : seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Whether a sort by ranges pays for rows that are held, and memory holds what it takes. */
export function fitsRangeSort(
  batches: readonly BatchDescriptor[],
  { region, memory }: Pick<TaskContext, 'region' | 'memory'>,
): boolean {
  const rows = batches.reduce((sum, { length }) => sum + length, 0);
  if (rows < RANGES_MIN * RANGE_ROWS) return false;
  const bytes = restored(batches, region).reduce((sum, batch) => sum + bytesOfBatch(batch), 0);
  return bytes + rows * ROW_BYTES <= memory.freeBytes;
}

/** The work of parting batches, at least so many rows at once. */
export function partingUnits(
  batches: readonly BatchDescriptor[],
  unitRows: number = UNIT_ROWS,
): readonly PartingUnit[] {
  const units: PartingUnit[] = [];
  let from = 0;
  let rows = 0;
  for (const [i, { length }] of batches.entries()) {
    rows += length;
    if (rows < unitRows && i + 1 < batches.length) continue;
    units.push({ from, to: i + 1 });
    from = i + 1;
    rows = 0;
  }
  return units;
}

/** Parts the rows of some batches; the result lies in `region`. Errors: ResourceError MEMORY_LIMIT. */
export function partRows(
  sort: RangeSort,
  { from, to }: PartingUnit,
  all: readonly BatchDescriptor[],
  region: Region,
): PartedRows {
  using scratch = region.child();
  const kernels = kernelsFor(region.arena);
  const pieces = new Pieces(restored(all.slice(from, to), region), scratch);
  const rows = pieces.batches.reduce((sum, { length }) => sum + length, 0);
  const { words, rangeOf, heads, others } = rangesOf(sort, pieces.batches, rows, scratch);
  const starts = new Int32Array(sort.ranges + 1);
  for (let range = 0; range < sort.ranges; range++) {
    starts[range + 1] = starts[range]! + heads[range]!;
    heads[range] = starts[range]!;
  }
  const placed = region.alloc(rows * 8);
  const refs = allocInt32(scratch, rows);
  let row = 0;
  for (const [i, { length }] of pieces.batches.entries()) {
    const [ofWords, ofRanges, first] = [words + row * 8, rangeOf + row, i * 2 ** pieces.shift];
    kernels.placeWords(
      ...[ofWords, ofRanges, length, first, heads.byteOffset, placed, refs.byteOffset],
    );
    row += length;
  }
  const parted = describeBatch(pieces.take(refs, region));
  return { from, rows: parted, words: placed, starts, others };
}

/** The words and the range of each row of some batches, and how many rows each range has. */
function rangesOf(
  { keys, words: plan, bounds, cells, shift, ranges }: RangeSort,
  batches: readonly Batch[],
  rows: number,
  region: Region,
): {
  readonly words: number;
  readonly rangeOf: number;
  readonly heads: Int32Array;
  readonly others: number;
} {
  const kernels = kernelsFor(region.arena);
  const words = region.alloc(rows * 8);
  const rangeOf = region.alloc(rows);
  const heads = allocInt32(region, ranges).fill(0);
  let others = 0;
  let row = 0;
  for (const { columns, length } of batches) {
    const at = words + row * 8;
    const ofKeys = keys.map(({ column }) => columns[column]!);
    others += writeSortWords(plan, ofKeys, length, at, region);
    kernels.rangesOfWords(...[at, length, bounds, cells, shift, heads.byteOffset, rangeOf + row]);
    row += length;
  }
  return { words, rangeOf, heads, others };
}

/** What ranges are read with. */
type ReadContext = Pick<TaskContext, 'region' | 'batchRows' | 'checkCancelled' | 'progress'>;

/** Reads ranges of sorted rows, in any order. */
export class RangeReader {
  readonly #ctx: ReadContext;
  readonly #region: Region;
  readonly #pieces: Pieces;
  readonly #parted: readonly PartedRows[];
  /** Keys that rows with equal words may differ in. */
  readonly #restKeys: readonly SortKey[];

  constructor(ranges: SortedRanges, ctx: ReadContext) {
    this.#ctx = ctx;
    this.#region = ctx.region.child();
    this.#parted = ranges.parted.toSorted((a, b) => a.from - b.from);
    const batches = this.#parted.map(({ rows }) => rows);
    this.#pieces = new Pieces(restored(batches, ctx.region), this.#region);
    const { keys, words } = ranges.sort;
    const others = this.#parted.some((parted) => parted.others > 0);
    this.#restKeys = keys.slice(others ? 0 : words.wholeKeys);
  }

  /** The rows of a range, in order; borrowed. Errors: ResourceError MEMORY_LIMIT. */
  *read(range: number): Generator<Batch> {
    const { batchRows, checkCancelled } = this.#ctx;
    using scratch = this.#region.child();
    using out = this.#region.child();
    const refs = this.#sorted(range, scratch);
    for (let from = 0; from < refs.length; from += batchRows) {
      checkCancelled();
      out.recycle();
      yield this.#pieces.take(refs.subarray(from, from + batchRows), out);
    }
  }

  /** The references of the rows of a range, in order. */
  #sorted(range: number, region: Region): Int32Array {
    const count = this.#parted.reduce(
      (sum, { starts }) => sum + starts[range + 1]! - starts[range]!,
      0,
    );
    const refs = allocInt32(region, count);
    if (count === 0) return refs;
    using scratch = region.child();
    const kernels = kernelsFor(scratch.arena);
    const [words, otherWords] = [scratch.alloc(count * 8), scratch.alloc(count * 8)];
    let row = 0;
    for (const [i, parted] of this.#parted.entries()) {
      const start = parted.starts[range]!;
      const rows = parted.starts[range + 1]! - start;
      kernels.copyMemory(parted.words + start * 8, rows * 8, words + row * 8);
      kernels.series(i * 2 ** this.#pieces.shift + start, rows, refs.byteOffset + row * 4);
      row += rows;
    }
    const [otherRefs, counts] = [scratch.alloc(count * 4), scratch.alloc(COUNTS_BYTES)];
    kernels.sortWordRange(...[words, refs.byteOffset, otherWords, otherRefs, count, counts]);
    if (this.#restKeys.length > 0) this.#sortTied(words, refs, scratch);
    return refs;
  }

  /** Puts the rows in order that have the same words. */
  #sortTied(words: number, refs: Int32Array, scratch: Region): void {
    const kernels = kernelsFor(scratch.arena);
    const count = refs.length;
    const places = allocInt32(scratch, count);
    const starts = allocInt32(scratch, (count >> 1) + 1);
    const found = allocInt32(scratch, 2);
    kernels.tiedWords(...[words, count, places.byteOffset, starts.byteOffset, found.byteOffset]);
    const [tied, runs] = [found[0]!, found[1]!];
    if (tied === 0) return;
    const rows = allocInt32(scratch, tied);
    kernels.gather4(refs.byteOffset, places.byteOffset, tied, rows.byteOffset);
    const columns = this.#restKeys.map(({ column }) =>
      this.#pieces.takeColumn(column, rows, scratch),
    );
    const keys = this.#restKeys.map((key, column) => ({ ...key, column }));
    const order = sortRuns(columns, keys, starts, runs, tied, scratch, cancellationOf(this.#ctx));
    for (let i = 0; i < tied; i++) refs[places[i]!] = rows[order[i]!]!;
  }
}

/** The order of rows within runs that begin at `starts`. */
function sortRuns(
  columns: readonly Column[],
  keys: readonly SortKey[],
  starts: Int32Array,
  runs: number,
  rows: number,
  region: Region,
  cancellation: Cancellation,
): Int32Array {
  if (runs === 1) return sortRows(columns, keys, rows, region, cancellation);
  const order = allocInt32(region, rows);
  kernelsFor(region.arena).iota(rows, order.byteOffset);
  starts[runs] = rows;
  sortSegments(columns, keys, order, starts.subarray(0, runs + 1), region, cancellation);
  return order;
}

function restored(batches: readonly BatchDescriptor[], { arena }: Region): readonly Batch[] {
  return batches.map((batch) => restoreBatch(arena, batch));
}
