import type { DataType, TypeOfKind } from '../types/data-type.ts';
import { DECIMAL_PRECISION_INT64, TIMESTAMP_PRECISION_INT64 } from '../types/data-type.ts';
import type { FixedValues } from './column.ts';
import { decodeUtf8 } from './utf8.ts';
import { decodeVariant } from './variant.ts';

/** How a fixed-width type is stored. */
export type Storage = 'i8' | 'i16' | 'i32' | 'i64' | 'f32' | 'f64' | 'i128' | 'timestamp128';

/** The element storage of a fixed-width type; null for types of other layouts. */
export function storageOf(type: DataType): Storage | null {
  switch (type.kind) {
    case 'TINYINT':
      return 'i8';
    case 'SMALLINT':
      return 'i16';
    case 'INT':
    case 'DATE':
    case 'TIME':
    case 'INTERVAL_YEAR_MONTH':
      return 'i32';
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return 'i64';
    case 'FLOAT':
      return 'f32';
    case 'DOUBLE':
      return 'f64';
    case 'DECIMAL':
      return type.precision <= DECIMAL_PRECISION_INT64 ? 'i64' : 'i128';
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return type.precision <= TIMESTAMP_PRECISION_INT64 ? 'i64' : 'timestamp128';
    default:
      return null;
  }
}

/** Bytes of an element of a storage. */
export function storageWidth(storage: Storage): number {
  return WIDTHS[storage];
}

const WIDTHS = {
  i8: 1,
  i16: 2,
  i32: 4,
  i64: 8,
  f32: 4,
  f64: 8,
  i128: 16,
  timestamp128: 16,
} as const satisfies Record<Storage, number>;

/** A view of `length` elements of a storage at an address. */
export function viewOf(
  buffer: ArrayBufferLike,
  storage: Storage,
  address: number,
  length: number,
): FixedValues {
  switch (storage) {
    case 'i8':
      return new Int8Array(buffer, address, length);
    case 'i16':
      return new Int16Array(buffer, address, length);
    case 'i32':
      return new Int32Array(buffer, address, length);
    case 'i64':
      return new BigInt64Array(buffer, address, length);
    case 'f32':
      return new Float32Array(buffer, address, length);
    case 'f64':
      return new Float64Array(buffer, address, length);
    default:
      return new BigInt64Array(buffer, address, length * 2);
  }
}

/** The internal value of a valid row of a fixed-width column. */
export function readFixed(
  column: { readonly type: DataType; readonly values: FixedValues; readonly width: number },
  row: number,
): unknown {
  const { type, values, width } = column;
  if (width === 16) {
    const low = values[2 * row] as bigint;
    const high = values[2 * row + 1] as bigint;
    return type.kind === 'DECIMAL' ? (high << 64n) | BigInt.asUintN(64, low) : low * 1000n + high;
  }
  if (type.kind === 'TIMESTAMP' || type.kind === 'TIMESTAMP_LTZ') {
    return (values[row] as bigint) * 1000n;
  }
  return values[row];
}

/** The internal value of an element that is an integer of up to 64 bits. */
export function storedValue(type: DataType, stored: bigint): unknown {
  if (type.kind === 'TIMESTAMP' || type.kind === 'TIMESTAMP_LTZ') return stored * 1000n;
  return storageWidth(storageOf(type) ?? 'i64') < 8 ? Number(stored) : stored;
}

/** Writes the internal value of a row into the elements of a fixed-width column. */
export function writeFixed(type: DataType, values: FixedValues, row: number, value: unknown): void {
  if (type.kind === 'DECIMAL' && type.precision > DECIMAL_PRECISION_INT64) {
    values[2 * row] = BigInt.asIntN(64, value as bigint);
    values[2 * row + 1] = (value as bigint) >> 64n;
  } else if (type.kind === 'TIMESTAMP' || type.kind === 'TIMESTAMP_LTZ') {
    const nanos = value as bigint;
    let micros = nanos / 1000n;
    if (micros * 1000n > nanos) micros -= 1n;
    if (type.precision <= TIMESTAMP_PRECISION_INT64) values[row] = micros;
    else {
      values[2 * row] = micros;
      values[2 * row + 1] = nanos - micros * 1000n;
    }
  } else {
    // The storage of `type` decides whether elements are numbers or bigints; the value agrees.
    (values as { [row: number]: unknown })[row] = value;
  }
}

/** The internal value of a valid row of a column of strings, bytes, BITMAP or VARIANT. */
export function readBinary(
  column: { readonly type: DataType; readonly offsets: Int32Array; readonly bytes: Uint8Array },
  row: number,
): unknown {
  const from = column.offsets[row]!;
  const to = column.offsets[row + 1]!;
  const { kind } = column.type;
  if (kind === 'BINARY' || kind === 'VARBINARY' || kind === 'BITMAP') {
    return column.bytes.slice(from, to);
  }
  if (kind === 'VARIANT') return decodeVariant(column.bytes, from);
  return decodeUtf8(column.bytes, from, to);
}

/** The type of the elements of an ARRAY, or of the entries of a MAP or MULTISET: a ROW of two. */
export function entryTypeOf(type: TypeOfKind<'ARRAY' | 'MAP' | 'MULTISET'>): DataType {
  if (type.kind === 'ARRAY') return type.element;
  if (type.kind === 'MAP') return entry('key', type.key, 'value', type.value);
  return entry('element', type.element, 'count', { kind: 'INT', nullable: false });
}

function entry(key: string, keyType: DataType, value: string, valueType: DataType): DataType {
  return {
    kind: 'ROW',
    nullable: false,
    fields: [
      { name: key, type: keyType, comment: null },
      { name: value, type: valueType, comment: null },
    ],
  };
}
