import { allocBitmap, allocBytes, allocInt32, type Validity } from './allocate.ts';
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
import { storageOf, viewOf } from './values.ts';

/**
 * The rows of a column in the order of `indices`; the index -1 makes a NULL row. A dictionary is
 * not copied: the result is valid as long as the source's dictionary is.
 * Errors: ResourceError MEMORY_LIMIT.
 */
export function take(column: Column, indices: Int32Array, region: Region): Column {
  const rows = indices.length;
  if (column.layout === 'null') return new NullColumn(column.type, rows);
  const { validity, nullCount } = takeValidity(column, indices, region);
  switch (column.layout) {
    case 'bool': {
      const bits = allocBitmap(region, rows, 0);
      takeBits(column.bits, indices, bits);
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
      const children = column.children.map((child) => take(child, indices, region));
      return new StructColumn(column.type, rows, children, validity, nullCount);
    }
    case 'dictionary': {
      const codes = allocInt32(region, rows);
      takeElements(column.codes, indices, codes);
      return new DictionaryColumn(column.type, rows, codes, column.dictionary, validity, nullCount);
    }
  }
}

/** The validity of taken rows: theirs, and NULL where the index is -1. */
function takeValidity(column: Column, indices: Int32Array, region: Region): Validity {
  const rows = indices.length;
  const source = column.nullCount === 0 ? null : column.validity;
  if (source === null && !hasNegative(indices)) return { validity: null, nullCount: 0 };
  const validity = allocBitmap(region, rows, 0);
  for (let i = 0; i < rows; i++) {
    const index = indices[i]!;
    if (index >= 0 && isValid(source, index)) setBit(validity, i);
  }
  const nullCount = rows - countBits(validity, rows);
  return nullCount === 0 ? { validity: null, nullCount } : { validity, nullCount };
}

function hasNegative(indices: Int32Array): boolean {
  let all = 0;
  for (let i = 0; i < indices.length; i++) all |= indices[i]!;
  return all < 0;
}

function takeBits(source: Uint8Array, indices: Int32Array, target: Uint8Array): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (index >= 0 && isValid(source, index)) setBit(target, i);
  }
}

function takeFixed(column: FixedColumn, indices: Int32Array, region: Region): FixedValues {
  const rows = indices.length;
  const { values, width } = column;
  const address = region.alloc(rows * width);
  const { buffer } = region.arena;
  if (width === 16)
    takePairs(values as BigInt64Array, indices, new BigInt64Array(buffer, address, 2 * rows));
  else if (width === 8) {
    const source = new Float64Array(values.buffer, values.byteOffset, column.length);
    takeElements(source, indices, new Float64Array(buffer, address, rows));
  } else if (width === 4) {
    const source = new Int32Array(values.buffer, values.byteOffset, column.length);
    takeElements(source, indices, new Int32Array(buffer, address, rows));
  } else if (width === 2)
    takeElements(values as Int16Array, indices, new Int16Array(buffer, address, rows));
  else takeElements(values as Int8Array, indices, new Int8Array(buffer, address, rows));
  return viewOf(buffer, storageOf(column.type) ?? 'i64', address, rows);
}

function takeElements<T extends Int8Array | Int16Array | Int32Array | Float64Array>(
  source: T,
  indices: Int32Array,
  target: T,
): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    target[i] = index < 0 ? 0 : source[index]!;
  }
}

function takePairs(source: BigInt64Array, indices: Int32Array, target: BigInt64Array): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    target[2 * i] = index < 0 ? 0n : source[2 * index]!;
    target[2 * i + 1] = index < 0 ? 0n : source[2 * index + 1]!;
  }
}

function takeBinary(
  column: BinaryColumn,
  indices: Int32Array,
  region: Region,
  { validity, nullCount }: Validity,
): BinaryColumn {
  const rows = indices.length;
  const source = column.offsets;
  const offsets = allocInt32(region, rows + 1);
  let end = 0;
  offsets[0] = 0;
  for (let i = 0; i < rows; i++) {
    const index = indices[i]!;
    if (index >= 0) end += source[index + 1]! - source[index]!;
    offsets[i + 1] = end;
  }
  const bytes = allocBytes(region, end);
  for (let i = 0; i < rows; i++) {
    const index = indices[i]!;
    if (index < 0) continue;
    bytes.set(column.bytes.subarray(source[index]!, source[index + 1]!), offsets[i]!);
  }
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
  const childIndices = new Int32Array(end);
  for (let i = 0; i < rows; i++) {
    const index = indices[i]!;
    const from = index < 0 ? 0 : column.offsets[index]!;
    for (let at = offsets[i]!, k = from; at < offsets[i + 1]!; at++, k++) childIndices[at] = k;
  }
  const child = take(column.child, childIndices, region);
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
      const step = column.width === 16 ? 2 : 1;
      const values = column.values.subarray(from * step, to * step);
      return new FixedColumn(type, rows, values, column.width, validity, nullCount);
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
