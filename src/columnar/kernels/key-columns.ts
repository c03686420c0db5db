import type { DataType } from '../../types/data-type.ts';
import { allocBitmap, type Validity } from '../allocate.ts';
import type { Region } from '../arena/region.ts';
import { clearBit } from '../bitmap.ts';
import {
  BinaryColumn,
  BoolColumn,
  type Column,
  DictionaryColumn,
  FixedColumn,
  NullColumn,
} from '../column.ts';
import { storageOf, viewOf } from '../values.ts';
import type { IdTable } from './id-table.ts';
import { Form, type KeyPart, validityWithout } from './key-parts.ts';
import { kernelsFor } from './library.ts';
import type { StringIds } from './string-ids.ts';

/** A key of a table, with the ids of its strings; these are null for other types. */
export interface Key extends KeyPart {
  readonly strings: StringIds | null;
}

/**
 * The values of one key in the order of the ids. `stride`: bytes of a packed row, 0 if the key is
 * not packed. Errors: ResourceError MEMORY_LIMIT.
 */
export function keyColumn(part: Key, table: IdTable, stride: number, region: Region): Column {
  const rows = table.count;
  const { type } = part;
  const keys = table.keys;
  const { buffer } = region.arena;
  if (stride === 0 && part.strings !== null) {
    const offsets = new Int32Array(buffer, keys, rows + 1);
    const bytes = new Uint8Array(buffer, table.bytes, offsets[rows]!);
    const valid = validityWithout(table.nullId, rows, region);
    return new BinaryColumn(type, rows, offsets, bytes, valid.validity, valid.nullCount);
  }
  if (type.kind === 'NULL') return new NullColumn(type, rows);
  const step = stride === 0 ? 8 : stride;
  const values = region.alloc(rows * part.width);
  kernelsFor(region.arena).unstride(keys + part.offset, step, part.width, rows, values);
  if (part.strings !== null) {
    return codesColumn(type, part.strings.table, rows, values, region);
  }
  const valid =
    stride === 0
      ? validityWithout(table.nullId, rows, region)
      : unpackValidity(part, table, stride, region);
  if (part.form === Form.bits) {
    const bits = allocBitmap(region, rows, 1);
    const bytes = region.bytes(values, rows);
    for (let i = 0; i < rows; i++) if (bytes[i] === 0) clearBit(bits, i);
    return new BoolColumn(type, rows, bits, valid.validity, valid.nullCount);
  }
  const view = viewOf(buffer, storageOf(type) ?? 'i64', values, rows);
  return new FixedColumn(type, rows, view, part.width, valid.validity, valid.nullCount);
}

function unpackValidity(part: Key, table: IdTable, stride: number, region: Region): Validity {
  const rows = table.count;
  if (part.nullOffset < 0) return { validity: null, nullCount: 0 };
  const keys = region.bytes(table.keys, rows * stride);
  const validity = allocBitmap(region, rows, 1);
  let nullCount = 0;
  for (let i = 0; i < rows; i++) {
    if (keys[i * stride + part.nullOffset] === 0) continue;
    clearBit(validity, i);
    nullCount++;
  }
  return nullCount === 0 ? { validity: null, nullCount } : { validity, nullCount };
}

/** The strings of a key of several as a dictionary column: the ids at `address` are the codes. */
function codesColumn(
  type: DataType,
  table: IdTable,
  rows: number,
  address: number,
  region: Region,
): DictionaryColumn {
  const { buffer } = region.arena;
  const codes = new Int32Array(buffer, address, rows);
  const offsets = new Int32Array(buffer, table.keys, table.count + 1);
  const bytes = new Uint8Array(buffer, table.bytes, offsets[table.count]!);
  const dictionary = new BinaryColumn(type, table.count, offsets, bytes, null, 0);
  const { nullId } = table;
  let nullCount = 0;
  let validity: Uint8Array | null = null;
  if (nullId >= 0) {
    validity = allocBitmap(region, rows, 1);
    for (let i = 0; i < rows; i++) {
      if (codes[i] !== nullId) continue;
      clearBit(validity, i);
      codes[i] = 0;
      nullCount++;
    }
  }
  return new DictionaryColumn(type, rows, codes, dictionary, validity, nullCount);
}
