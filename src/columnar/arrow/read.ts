import type * as arrow from 'apache-arrow';
import { assert } from '../../common/assert.ts';
import type { DataType } from '../../types/data-type.ts';
import type { Schema } from '../../types/schema.ts';
import { allocBitmap, allocBytes, allocInt32, copyBits, type Validity } from '../allocate.ts';
import type { Region } from '../arena/region.ts';
import type { Batch } from '../batch.ts';
import { countBits, isValid } from '../bitmap.ts';
import { builderFor } from '../builders/builder-for.ts';
import {
  BinaryColumn,
  BoolColumn,
  type Column,
  DictionaryColumn,
  FixedColumn,
  ListColumn,
  NullColumn,
  StructColumn,
} from '../column.ts';
import { concatColumns } from '../concat.ts';
import { fromStoredChecked, storageTypeOf } from '../stored-values.ts';
import { take } from '../take.ts';
import { entryTypeOf, storageOf, storageWidth, viewOf, writeFixed } from '../values.ts';
import { sameBytes, valueReader } from './read-fixed.ts';
import { fromArrowSchema, TypeId } from './types.ts';

/**
 * The batches of an Arrow table, copied to memory of `region`, one for each of its record
 * batches. `schema` says what the columns become (names are not compared); by default what
 * `fromArrowSchema` says. Errors: ValidationError NOT_SUPPORTED; TableRuntimeError INVALID_VALUE;
 * ResourceError MEMORY_LIMIT.
 */
export function fromArrowTable(table: arrow.Table, region: Region, schema?: Schema): Batch[] {
  const target = schema ?? fromArrowSchema(table.schema);
  return table.batches.map((batch) => fromRecordBatch(batch, region, target));
}

/** A record batch, copied to memory of `region`. Errors: as of `fromArrowTable`. */
export function fromRecordBatch(
  batch: arrow.RecordBatch,
  region: Region,
  schema: Schema = fromArrowSchema(batch.schema),
): Batch {
  const columns = schema.fields.map((f, i) => fromData(batch.data.children[i]!, f.type, region));
  return { schema, length: batch.numRows, columns, rowKinds: null, selection: null };
}

/** An Arrow vector as one column, copied to memory of `region`. Errors: as of `fromArrowTable`. */
export function fromArrowVector(vector: arrow.Vector, type: DataType, region: Region): Column {
  const parts = vector.data.map((data) => fromData(data, type, region));
  if (parts.length === 0) return builderFor(type, region, 0).finish();
  return parts.length === 1 ? parts[0]! : concatColumns(parts, region);
}

function fromData(data: arrow.Data, type: DataType, region: Region): Column {
  const { length } = data;
  const id = data.type.typeId as number;
  if (id === TypeId.Null) return nulls(type, length, region);
  const valid = readValidity(data, region);
  const { validity, nullCount } = valid;
  switch (id) {
    case TypeId.Dictionary:
      return readDictionary(data, type, region, valid);
    case TypeId.Bool: {
      const bits = allocBitmap(region, length, 0);
      copyBits(data.values as Uint8Array, data.offset, bits, 0, length);
      return new BoolColumn(type, length, bits, validity, nullCount);
    }
    case TypeId.Utf8:
    case TypeId.Binary:
    case TypeId.LargeUtf8:
    case TypeId.LargeBinary:
      return fromStorage(readBinary(data, storageTypeOf(type), region, valid), type, region);
    case TypeId.FixedSizeBinary: {
      const offsets = evenOffsets(region, length, (data.type as arrow.FixedSizeBinary).byteWidth);
      const bytes = allocBytes(region, offsets[length]!);
      bytes.set((data.values as Uint8Array).subarray(0, bytes.length));
      return new BinaryColumn(type, length, offsets, bytes, validity, nullCount);
    }
    case TypeId.Utf8View:
    case TypeId.BinaryView:
      return fromStorage(readViews(data, storageTypeOf(type), region), type, region);
    case TypeId.List:
    case TypeId.LargeList:
    case TypeId.FixedSizeList:
    case TypeId.Map:
      return readList(data, type, region, valid);
    case TypeId.Struct: {
      assert(type.kind === 'ROW', 'structs are read as rows');
      const children = type.fields.map((f, i) => fromData(data.children[i]!, f.type, region));
      return new StructColumn(type, length, children, validity, nullCount);
    }
    default:
      return readFixedData(data, type, region, valid);
  }
}

/** The values that stored ones stand for. Errors: TableRuntimeError INVALID_VALUE. */
function fromStorage(column: Column, type: DataType, region: Region): Column {
  if (storageTypeOf(type) === type) return column;
  const read = fromStoredChecked(type);
  const builder = builderFor(type, region, column.length);
  for (let row = 0; row < column.length; row++) {
    const value = column.get(row);
    builder.append(value === null ? null : read(value));
  }
  return builder.finish();
}

function nulls(type: DataType, length: number, region: Region): Column {
  if (type.kind === 'NULL') return new NullColumn(type, length);
  const builder = builderFor(type, region, length);
  for (let i = 0; i < length; i++) builder.append(null);
  return builder.finish();
}

function readValidity(data: arrow.Data, region: Region): Validity {
  const { length } = data;
  if (data.nullCount === 0 || data.nullBitmap.length === 0) return { validity: null, nullCount: 0 };
  const validity = allocBitmap(region, length, 0);
  copyBits(data.nullBitmap, data.offset, validity, 0, length);
  const nullCount = length - countBits(validity, length);
  return nullCount === 0 ? { validity: null, nullCount } : { validity, nullCount };
}

function readFixedData(
  data: arrow.Data,
  type: DataType,
  region: Region,
  { validity, nullCount }: Validity,
): FixedColumn {
  const storage = storageOf(type);
  assert(storage !== null, 'numbers and times are read as such');
  const { length } = data;
  const width = storageWidth(storage);
  const address = region.alloc(length * width);
  const values = viewOf(region.arena.buffer, storage, address, length);
  if (sameBytes(data.type, type)) {
    const source = data.values as ArrayBufferView;
    const bytes = new Uint8Array(source.buffer, source.byteOffset, length * width);
    region.bytes(address, length * width).set(bytes);
  } else {
    const valueAt = valueReader(data, type);
    region.clear(address, length * width);
    for (let i = 0; i < length; i++) {
      if (isValid(validity, i)) writeFixed(type, values, i, valueAt(i));
    }
  }
  return new FixedColumn(type, length, values, width, validity, nullCount);
}

/** The offsets of a variable-width type, as 32-bit integers from 0. */
function readOffsets(data: arrow.Data, region: Region): { offsets: Int32Array; first: number } {
  const source: ArrayLike<number | bigint> = data.valueOffsets;
  const offsets = allocInt32(region, data.length + 1);
  // A column without rows may come without offsets.
  const first = source.length === 0 ? 0 : Number(source[0]);
  offsets[0] = 0;
  for (let i = 1; i <= data.length; i++) offsets[i] = Number(source[i]) - first;
  return { offsets, first };
}

function readBinary(
  data: arrow.Data,
  type: DataType,
  region: Region,
  { validity, nullCount }: Validity,
): BinaryColumn {
  const { offsets, first } = readOffsets(data, region);
  const bytes = allocBytes(region, offsets[data.length]!);
  bytes.set((data.values as Uint8Array).subarray(first, first + bytes.length));
  return new BinaryColumn(type, data.length, offsets, bytes, validity, nullCount);
}

/** String views: 16 bytes a row, which hold short values and point to long ones. */
function readViews(data: arrow.Data, type: DataType, region: Region): Column {
  const bytes = data.values as Uint8Array;
  const views = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const builder = builderFor(type, region, data.length);
  for (let i = 0; i < data.length; i++) {
    if (!data.getValid(i)) {
      builder.append(null);
      continue;
    }
    const size = views.getInt32(i * 16, true);
    const inline = size <= 12;
    const source = inline ? bytes : data.variadicBuffers[views.getInt32(i * 16 + 8, true)]!;
    const from = inline ? i * 16 + 4 : views.getInt32(i * 16 + 12, true);
    const value = source.subarray(from, from + size);
    builder.append(type.kind === 'VARCHAR' || type.kind === 'CHAR' ? text(value) : value);
  }
  return builder.finish();
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function readList(
  data: arrow.Data,
  type: DataType,
  region: Region,
  { validity, nullCount }: Validity,
): ListColumn {
  assert(
    type.kind === 'ARRAY' || type.kind === 'MAP' || type.kind === 'MULTISET',
    'lists are read as arrays, maps as maps or multisets',
  );
  const source = data.children[0]!;
  if ((data.type.typeId as number) === TypeId.FixedSizeList) {
    const offsets = evenOffsets(region, data.length, (data.type as arrow.FixedSizeList).listSize);
    const elements = fromData(source, entryTypeOf(type), region);
    return new ListColumn(type, data.length, offsets, elements, validity, nullCount);
  }
  const { offsets, first } = readOffsets(data, region);
  const used = offsets[data.length]!;
  const cut = first === 0 && used === source.length ? source : source.slice(first, used);
  const child = fromData(cut, entryTypeOf(type), region);
  return new ListColumn(type, data.length, offsets, child, validity, nullCount);
}

function evenOffsets(region: Region, length: number, width: number): Int32Array {
  const offsets = allocInt32(region, length + 1);
  for (let i = 0; i <= length; i++) offsets[i] = i * width;
  return offsets;
}

function readDictionary(
  data: arrow.Data,
  type: DataType,
  region: Region,
  { validity, nullCount }: Validity,
): Column {
  const source = data.values as ArrayLike<number | bigint>;
  const codes = allocInt32(region, data.length);
  for (let i = 0; i < data.length; i++) codes[i] = isValid(validity, i) ? Number(source[i]) : 0;
  assert(data.dictionary !== undefined, 'a dictionary column has its dictionary');
  const dictionary = fromArrowVector(data.dictionary, type, region);
  const plain =
    dictionary.nullCount > 0 || dictionary.layout === 'dictionary' || type.kind === 'VARIANT';
  if (!plain && dictionary.length > 0) {
    return new DictionaryColumn(type, data.length, codes, dictionary, validity, nullCount);
  }
  // Dictionaries of ours hold no NULL, no VARIANT and no further dictionary: such values are written out.
  for (let i = 0; i < data.length; i++) if (!isValid(validity, i)) codes[i] = -1;
  return take(dictionary, codes, region);
}
