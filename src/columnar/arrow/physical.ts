import zlib from 'node:zlib';
import type * as arrow from 'apache-arrow';
import { assert } from '../../common/assert.ts';
import type { DataType, TypeOfKind } from '../../types/data-type.ts';
import { allocBitmap, allocBytes, allocInt32, type Validity } from '../allocate.ts';
import type { Region } from '../arena/region.ts';
import type { Batch } from '../batch.ts';
import { compact } from '../batches.ts';
import { bitmapBytes } from '../bitmap.ts';
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
import { decodeDictionary } from '../concat.ts';
import { sliceColumn } from '../take.ts';
import { entryTypeOf, storageOf, storageWidth, viewOf } from '../values.ts';
import { type ArrowModule, requireArrow, TypeId } from './types.ts';

/** Fast rather than small: what is written is read once and soon. */
const ZSTD_LEVEL = 1;

/** What writing needs: the package, scratch memory, and numbers for dictionaries. */
interface Target {
  readonly module: ArrowModule;
  readonly scratch: Region;
  dictionaries: number;
}

/**
 * A batch as an Arrow IPC stream of one record batch, its buffers compressed (ZSTD). The types are
 * those of the layout, not those of SQL, so that every value comes back bit by bit: numbers by
 * their width, 16-byte values as FixedSizeBinary, all strings as Binary. Row kinds are left out.
 * `region` lends scratch memory. Errors: ResourceError MEMORY_LIMIT.
 */
export function writePhysical(batch: Batch, region: Region): Uint8Array {
  assert(batch.rowKinds === null, 'rows that are inserted');
  const module = requireArrow();
  registerCodec(module);
  using scratch = region.child();
  const { columns, length } = compact(batch, scratch);
  const target: Target = { module, scratch, dictionaries: 0 };
  const children = columns.map((column) => toData(target, column));
  const schema = new module.Schema(children.map(({ type }, i) => new module.Field(`${i}`, type)));
  const type = new module.Struct(schema.fields);
  const data = module.makeData({ type, length, nullCount: 0, children });
  const writer = new module.RecordBatchStreamWriter({
    autoDestroy: true,
    compressionType: module.CompressionType.ZSTD,
  });
  writer.write(new module.RecordBatch(schema, data));
  writer.finish();
  return writer.toUint8Array(true);
}

/**
 * The batch of a stream that `writePhysical` wrote, in memory of `region`. `types` are those of the
 * columns. Errors: ResourceError MEMORY_LIMIT.
 */
export function readPhysical(
  bytes: Uint8Array,
  types: readonly DataType[],
  region: Region,
): { readonly columns: Column[]; readonly length: number } {
  const module = requireArrow();
  registerCodec(module);
  const [batch] = module.RecordBatchReader.from(bytes);
  assert(batch !== undefined, 'a stream of one record batch');
  const columns = types.map((type, i) => fromData(batch.data.children[i]!, type, region));
  return { columns, length: batch.numRows };
}

/** Adds ZSTD to the package, which brings no codec, unless the program has already done so. */
function registerCodec({ compressionRegistry, CompressionType }: ArrowModule): void {
  if (compressionRegistry.get(CompressionType.ZSTD) !== null) return;
  const params = { [zlib.constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL };
  compressionRegistry.set(CompressionType.ZSTD, {
    encode: (bytes) => zlib.zstdCompressSync(bytes, { params }),
    decode: (bytes) => zlib.zstdDecompressSync(bytes),
  });
}

function toData(target: Target, column: Column): arrow.Data {
  const { module } = target;
  const { length, nullCount } = column;
  const nullBitmap = nullCount === 0 ? null : column.validity;
  const make = (type: arrow.DataType, buffers: object): arrow.Data =>
    // `makeData` tells types apart by their class, which its overloads cannot see here.
    module.makeData({ type, length, nullCount, nullBitmap, ...buffers } as never);
  switch (column.layout) {
    case 'null':
      return module.makeData({ type: new module.Null(), length });
    case 'bool':
      return make(new module.Bool(), { data: column.bits });
    case 'fixed':
      return make(fixedType(module, column.width), { data: unsignedView(column) });
    case 'binary': {
      const { offsets, bytes } = column;
      const data = bytes.subarray(offsets[0], offsets[length]);
      return make(new module.Binary(), { valueOffsets: rebased(offsets), data });
    }
    case 'list': {
      const { offsets } = column;
      const entries = sliceColumn(column.child, offsets[0]!, offsets[length]!, target.scratch);
      const child = toData(target, entries);
      const type = new module.List(new module.Field('0', child.type));
      return make(type, { valueOffsets: rebased(offsets), child });
    }
    case 'struct': {
      const children = column.children.map((child) => toData(target, child));
      const type = new module.Struct(children.map((c, i) => new module.Field(`${i}`, c.type)));
      return make(type, { children });
    }
    case 'dictionary': {
      // A dictionary that few rows use would be written again with each of the batches.
      if (column.dictionary.length > length) {
        return toData(target, decodeDictionary(column, target.scratch));
      }
      const dictionary = toData(target, column.dictionary);
      const id = target.dictionaries++;
      const type = new module.Dictionary(dictionary.type, new module.Int32(), id);
      return make(type, { data: column.codes, dictionary: new module.Vector([dictionary]) });
    }
  }
}

function fixedType(module: ArrowModule, width: number): arrow.DataType {
  switch (width) {
    case 1:
      return new module.Uint8();
    case 2:
      return new module.Uint16();
    case 4:
      return new module.Uint32();
    case 8:
      return new module.Uint64();
    default:
      return new module.FixedSizeBinary(width);
  }
}

/** The values of a column as numbers of its width. */
function unsignedView({ values, width, length }: FixedColumn): ArrayBufferView {
  const { buffer, byteOffset } = values;
  switch (width) {
    case 2:
      return new Uint16Array(buffer, byteOffset, length);
    case 4:
      return new Uint32Array(buffer, byteOffset, length);
    case 8:
      return new BigUint64Array(buffer, byteOffset, length);
    default:
      return new Uint8Array(buffer, byteOffset, length * width);
  }
}

/** Offsets that start at 0. */
function rebased(offsets: Int32Array): Int32Array {
  const first = offsets[0]!;
  return first === 0 ? offsets : offsets.map((offset) => offset - first);
}

function fromData(data: arrow.Data, type: DataType, region: Region): Column {
  const { length } = data;
  const id = data.type.typeId as number;
  if (id === TypeId.Null) return new NullColumn(type, length);
  const { validity, nullCount } = readValidity(data, region);
  switch (id) {
    case TypeId.Bool: {
      const bits = readBits(data.values, length, region);
      return new BoolColumn(type, length, bits, validity, nullCount);
    }
    case TypeId.Int:
    case TypeId.FixedSizeBinary: {
      const storage = storageOf(type);
      assert(storage !== null, 'a fixed-width type');
      const width = storageWidth(storage);
      const address = region.alloc(length * width);
      region.bytes(address, length * width).set(bytesOf(data.values, length * width));
      const values = viewOf(region.arena.buffer, storage, address, length);
      return new FixedColumn(type, length, values, width, validity, nullCount);
    }
    case TypeId.Binary: {
      const offsets = readOffsets(data, region);
      const bytes = allocBytes(region, offsets[length]!);
      bytes.set(bytesOf(data.values, bytes.length));
      return new BinaryColumn(type, length, offsets, bytes, validity, nullCount);
    }
    case TypeId.List: {
      assert(isListed(type), 'a list is an array, a map or a multiset');
      const child = fromData(data.children[0]!, entryTypeOf(type), region);
      return new ListColumn(type, length, readOffsets(data, region), child, validity, nullCount);
    }
    case TypeId.Struct: {
      const { children } = data;
      const types = structTypes(type);
      const columns = types.map((child, i) => fromData(children[i]!, child, region));
      return new StructColumn(type, length, columns, validity, nullCount);
    }
    default: {
      const codes = allocInt32(region, length);
      codes.set((data.values as Int32Array).subarray(0, length));
      const dictionary = fromData(data.dictionary!.data[0]!, type, region);
      return new DictionaryColumn(type, length, codes, dictionary, validity, nullCount);
    }
  }
}

function isListed(type: DataType): type is TypeOfKind<'ARRAY' | 'MAP' | 'MULTISET'> {
  return type.kind === 'ARRAY' || type.kind === 'MAP' || type.kind === 'MULTISET';
}

function structTypes(type: DataType): readonly DataType[] {
  assert(type.kind === 'ROW', 'a struct is a row');
  return type.fields.map((field) => field.type);
}

function readValidity({ nullCount, nullBitmap, length }: arrow.Data, region: Region): Validity {
  if (nullCount === 0) return { validity: null, nullCount };
  return { validity: readBits(nullBitmap, length, region), nullCount };
}

function readBits(values: unknown, length: number, region: Region): Uint8Array {
  const bits = allocBitmap(region, length, 0);
  bits.set(bytesOf(values, bitmapBytes(length)));
  return bits;
}

function readOffsets({ valueOffsets, length }: arrow.Data, region: Region): Int32Array {
  const offsets = allocInt32(region, length + 1);
  if (length === 0) offsets[0] = 0;
  else offsets.set((valueOffsets as Int32Array).subarray(0, length + 1));
  return offsets;
}

/** The first bytes behind a view. */
function bytesOf(values: unknown, length: number): Uint8Array {
  const { buffer, byteOffset } = values as ArrayBufferView;
  return new Uint8Array(buffer, byteOffset, length);
}
