import { assert } from '../common/assert.ts';
import { notImplemented } from '../common/errors.ts';
import { ALL_VALID, allocBitmap, allocBytes, allocInt32, type Validity } from './allocate.ts';
import type { Region } from './arena/region.ts';
import { bitmapBytes, countBits, isValid, setBit } from './bitmap.ts';
import {
  BinaryColumn,
  BoolColumn,
  type Column,
  DictionaryColumn,
  FixedColumn,
  type FixedValues,
  ListColumn,
  NullColumn,
  StructColumn,
} from './column.ts';
import { addressOf, gatherFor, kernelsFor } from './kernels/library.ts';
import { Narrow } from './narrow.ts';
import { storageOf, viewOf } from './values.ts';

/**
 * The rows of a column in the order of `indices`; the index -1 makes a NULL row. A dictionary is
 * not copied: the result is valid as long as the source's dictionary is. Whoever takes rows of
 * several columns says whether there are `gaps`, so that nobody looks for them again.
 * Errors: ResourceError MEMORY_LIMIT.
 */
export function take(
  column: Column,
  indices: Int32Array,
  region: Region,
  gaps: boolean = hasGaps(indices, region),
): Column {
  if (indices.buffer === region.arena.buffer) return takeRows(column, indices, region, gaps);
  const copy = allocInt32(region, indices.length);
  copy.set(indices);
  const taken = takeRows(column, copy, region, gaps);
  region.free(addressOf(copy));
  return taken;
}

/** Whether some of the indices of rows are -1. */
export function hasGaps(indices: Int32Array, { arena }: Region): boolean {
  if (indices.buffer !== arena.buffer) return indices.some((index) => index < 0);
  return kernelsFor(arena).hasNegative(addressOf(indices), indices.length) !== 0;
}

/** As `take`, of indices that lie in the arena. */
function takeRows(column: Column, indices: Int32Array, region: Region, gaps: boolean): Column {
  const rows = indices.length;
  if (column.layout === 'null') return new NullColumn(column.type, rows);
  const kernels = kernelsFor(region.arena);
  const { validity, nullCount } = takeValidity(column, indices, region, gaps);
  switch (column.layout) {
    case 'bool': {
      const bits = allocBitmap(region, rows, 0);
      kernels.gatherBits(addressOf(column.bits), addressOf(indices), rows, addressOf(bits));
      return new BoolColumn(column.type, rows, bits, validity, nullCount);
    }
    case 'fixed': {
      const values = takeFixed(column, indices, region);
      return new FixedColumn(column.type, rows, values, column.width, validity, nullCount);
    }
    case 'binary':
      return takeBinary(column, indices, region, { validity, nullCount });
    case 'list':
      return takeList(column, indices, region, { validity, nullCount });
    case 'struct': {
      const children = column.children.map((child) => take(child, indices, region, gaps));
      return new StructColumn(column.type, rows, children, validity, nullCount);
    }
    case 'dictionary': {
      const codes = allocInt32(region, rows);
      kernels.gather4(addressOf(column.codes), addressOf(indices), rows, addressOf(codes));
      return new DictionaryColumn(column.type, rows, codes, column.dictionary, validity, nullCount);
    }
  }
}

/** The validity of taken rows: theirs, and NULL where the index is -1. */
function takeValidity(
  column: Column,
  indices: Int32Array,
  region: Region,
  gaps: boolean,
): Validity {
  const kernels = kernelsFor(region.arena);
  const rows = indices.length;
  const at = addressOf(indices);
  const source = column.nullCount === 0 ? null : column.validity;
  if (source === null && !gaps) return ALL_VALID;
  const validity = allocBitmap(region, rows, 0);
  const nullCount = rows - kernels.gatherBits(addressOf(source), at, rows, addressOf(validity));
  return nullCount === 0 ? ALL_VALID : { validity, nullCount };
}

function takeFixed(column: FixedColumn, indices: Int32Array, region: Region): FixedValues {
  const { narrow, width, type } = column;
  const rows = indices.length;
  const address = region.alloc(rows * width);
  const kernels = kernelsFor(region.arena);
  const at = addressOf(indices);
  if (narrow !== null) {
    const source = addressOf(narrow.values);
    kernels.gatherNarrow(source, narrow.width, width, at, rows, address);
  } else gatherFor(kernels, width)(addressOf(column.values), at, rows, address);
  const storage = storageOf(type);
  assert(storage !== null, 'a fixed-width type');
  return viewOf(region.arena.buffer, storage, address, rows);
}

function takeBinary(
  column: BinaryColumn,
  indices: Int32Array,
  region: Region,
  { validity, nullCount }: Validity,
): BinaryColumn {
  const kernels = kernelsFor(region.arena);
  const rows = indices.length;
  const at = addressOf(indices);
  const source = addressOf(column.offsets);
  const offsets = allocInt32(region, rows + 1);
  const size = kernels.gatherOffsets(source, at, rows, addressOf(offsets));
  if (size < 0) throw notImplemented('A batch with more than 2 GiB of strings');
  const bytes = allocBytes(region, size);
  const to = addressOf(bytes);
  kernels.gatherBytes(source, addressOf(column.bytes), at, rows, addressOf(offsets), to);
  return new BinaryColumn(column.type, rows, offsets, bytes, validity, nullCount);
}

function takeList(
  column: ListColumn,
  indices: Int32Array,
  region: Region,
  { validity, nullCount }: Validity,
): ListColumn {
  const rows = indices.length;
  const offsets = allocInt32(region, rows + 1);
  let end = 0;
  offsets[0] = 0;
  for (let i = 0; i < rows; i++) {
    const index = indices[i]!;
    if (index >= 0) end += column.offsets[index + 1]! - column.offsets[index]!;
    offsets[i + 1] = end;
  }
  const childIndices = allocInt32(region, end);
  for (let i = 0; i < rows; i++) {
    const index = indices[i]!;
    const from = index < 0 ? 0 : column.offsets[index]!;
    for (let at = offsets[i]!, k = from; at < offsets[i + 1]!; at++, k++) childIndices[at] = k;
  }
  const child = take(column.child, childIndices, region, false);
  region.free(addressOf(childIndices));
  return new ListColumn(column.type, rows, offsets, child, validity, nullCount);
}

/**
 * The rows from `from` to `to` of a column. Shares the source's memory; only bits that do not
 * start at a byte are copied to `region`.
 */
export function sliceColumn(column: Column, from: number, to: number, region: Region): Column {
  const rows = to - from;
  const { type } = column;
  if (from === 0 && to === column.length) return column;
  if (column.layout === 'null') return new NullColumn(type, rows);
  const validity = column.nullCount === 0 ? null : sliceBits(column.validity, from, to, region);
  const nullCount = validity === null ? 0 : rows - countBits(validity, rows);
  switch (column.layout) {
    case 'bool': {
      const bits = sliceBits(column.bits, from, to, region) ?? column.bits;
      return new BoolColumn(type, rows, bits, validity, nullCount);
    }
    case 'fixed': {
      const { width, range, narrow } = column;
      const step = width === 16 ? 2 : 1;
      const values =
        narrow === null
          ? column.values.subarray(from * step, to * step)
          : new Narrow(narrow.values.subarray(from, to), region);
      return new FixedColumn(type, rows, values, width, validity, nullCount, range);
    }
    case 'binary': {
      const offsets = column.offsets.subarray(from, to + 1);
      return new BinaryColumn(type, rows, offsets, column.bytes, validity, nullCount);
    }
    case 'list': {
      const offsets = column.offsets.subarray(from, to + 1);
      return new ListColumn(type, rows, offsets, column.child, validity, nullCount);
    }
    case 'struct': {
      const children = column.children.map((child) => sliceColumn(child, from, to, region));
      return new StructColumn(type, rows, children, validity, nullCount);
    }
    case 'dictionary': {
      const codes = column.codes.subarray(from, to);
      return new DictionaryColumn(type, rows, codes, column.dictionary, validity, nullCount);
    }
  }
}

function sliceBits(
  bits: Uint8Array | null,
  from: number,
  to: number,
  region: Region,
): Uint8Array | null {
  if (bits === null) return null;
  if ((from & 7) === 0) return bits.subarray(from >> 3, (from >> 3) + bitmapBytes(to - from));
  const sliced = allocBitmap(region, to - from, 0);
  for (let row = from; row < to; row++) if (isValid(bits, row)) setBit(sliced, row - from);
  return sliced;
}
