import { unreachable } from '../common/assert.ts';
import { ValidationError, validationError } from '../common/errors.ts';
import { bitmapOf, readBitmap } from '../types/bitmap-value.ts';
import type { DataType, TypeOfKind } from '../types/data-type.ts';
import { decimalToNumber, fitDecimal } from '../types/decimal.ts';
import { decimalDigits } from '../types/decimal-value.ts';
import { printType } from '../types/print.ts';
import { showValue } from './show-value.ts';
import {
  dateToInternal,
  dayTimeToInternal,
  instantToInternal,
  timestampToInternal,
  timeToInternal,
  yearMonthToInternal,
} from './temporal-to-internal.ts';

/** Turns a JavaScript value into an internal value. */
export type ToInternal = (value: unknown) => unknown;

/**
 * Reads one value that is neither null nor undefined; undefined says that it does not fit. (null
 * is a value: NULL inside VARIANT.)
 */
type Reader = (value: unknown) => unknown;

/**
 * The function that turns the JavaScript values of a SQL type (see the table of the API) into
 * internal values. `where` names the place for the error: `column 'price'`.
 *
 * Lenient where nothing is lost: a Date for a timestamp, ISO text for dates and times, numbers for
 * BIGINT and DECIMAL. null and undefined are NULL. DECIMALs are rounded half up, times are cut to
 * their precision.
 *
 * Errors: the function throws ValidationError INVALID_VALUE.
 */
export function toInternal(type: DataType, where: string): ToInternal {
  const read = reader(type, where);
  const { nullable } = type;
  return (value) => {
    if (value === null || value === undefined) {
      if (nullable) return null;
      throw misfit(null, type, where);
    }
    const result = read(value);
    if (result === undefined) throw misfit(value, type, where);
    return result;
  };
}

/** The error for a value that a type cannot hold. */
export function misfit(value: unknown, type: DataType, where: string): ValidationError {
  return validationError('INVALID_VALUE', {
    value: showValue(value),
    type: printType(type),
    where: where === '' ? '' : ` (${where})`,
  });
}

/**
 * The error of a value that does not fit, with the row that it is in, counted from 1. Other errors
 * as they are.
 */
export function inRow(error: unknown, row: unknown, number: number): unknown {
  if (!(error instanceof ValidationError) || error.code !== 'INVALID_VALUE') return error;
  if (error.hint !== null) return error;
  const hint = `It is in row ${number}: ${showValue(row)}.`;
  return new ValidationError(error.code, error.sentence, { hint });
}

function reader(type: DataType, where: string): Reader {
  switch (type.kind) {
    case 'NULL':
      return () => undefined;
    case 'BOOLEAN':
      return (value) => (typeof value === 'boolean' ? value : undefined);
    case 'TINYINT':
      return (value) => integer(value, 0x7f);
    case 'SMALLINT':
      return (value) => integer(value, 0x7fff);
    case 'INT':
      return (value) => integer(value, 0x7fffffff);
    case 'BIGINT':
      return bigint;
    case 'FLOAT':
      return float;
    case 'DOUBLE':
      return double;
    case 'DECIMAL':
      return (value) => decimal(value, type);
    case 'CHAR':
    case 'VARCHAR':
      return (value) => (typeof value === 'string' ? value : undefined);
    case 'BINARY':
    case 'VARBINARY':
      return bytes;
    case 'DATE':
      return dateToInternal;
    case 'TIME':
      return (value) => timeToInternal(value, type.precision);
    case 'TIMESTAMP':
      return (value) => timestampToInternal(value, type.precision);
    case 'TIMESTAMP_LTZ':
      return (value) => instantToInternal(value, type.precision);
    case 'INTERVAL_YEAR_MONTH':
      return yearMonthToInternal;
    case 'INTERVAL_DAY_TIME':
      return dayTimeToInternal;
    case 'ARRAY':
      return arrayReader(type, where);
    case 'MULTISET':
      return multisetReader(type, where);
    case 'MAP':
      return mapReader(type, where);
    case 'ROW':
      return rowReader(type, where);
    case 'BITMAP':
      return bitmap;
    case 'VARIANT':
      return (value) => variant(value, 0);
    default:
      return unreachable(type);
  }
}

function integer(value: unknown, max: number): number | undefined {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) return undefined;
  // Adding 0 turns -0 into 0.
  return number >= -max - 1 && number <= max ? number + 0 : undefined;
}

function bigint(value: unknown): bigint | undefined {
  let number: bigint | null = null;
  if (typeof value === 'bigint') number = value;
  else if (typeof value === 'number' && Number.isSafeInteger(value)) number = BigInt(value);
  else if (typeof value === 'string' && /^[+-]?\d{1,20}$/.test(value)) {
    number = BigInt(value.replace('+', ''));
  }
  return number !== null && BigInt.asIntN(64, number) === number ? number : undefined;
}

function double(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') {
    const number = Number(value);
    return BigInt(number) === value ? number : undefined;
  }
  const digits = typeof value === 'object' ? decimalDigits(value) : null;
  return digits === null ? undefined : decimalToNumber(digits.unscaled, digits.scale);
}

function float(value: unknown): number | undefined {
  const number = double(value);
  if (number === undefined) return undefined;
  const rounded = Math.fround(number);
  return Number.isFinite(number) && !Number.isFinite(rounded) ? undefined : rounded;
}

function decimal(value: unknown, type: TypeOfKind<'DECIMAL'>): bigint | undefined {
  const digits = decimalDigits(value);
  if (digits === null) return undefined;
  return fitDecimal(digits.unscaled, digits.scale, type) ?? undefined;
}

function bytes(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return isDetached(value) ? undefined : value;
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
    return new Uint8Array(value);
  }
  if (!ArrayBuffer.isView(value) || isDetached(value)) return undefined;
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** Whether the memory of a view was handed to another thread: it is no empty one. */
export function isDetached({ byteLength, buffer }: ArrayBufferView): boolean {
  return byteLength === 0 && buffer instanceof ArrayBuffer && buffer.detached;
}

/** Integers, or the bytes of a bitmap in the portable format of Roaring. */
function bitmap(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return readBitmap(value) ?? undefined;
  const list = listOf(value);
  if (list === null) return undefined;
  const integers = Array.from(list, (item) => integer(item, INT32_MAX));
  return integers.includes(undefined) ? undefined : bitmapOf(integers as number[]);
}

const INT32_MAX = 2 ** 31 - 1;

function arrayReader(type: TypeOfKind<'ARRAY'>, where: string): Reader {
  const element = toInternal(type.element, inside(where, 'element'));
  return (value) => {
    const list = listOf(value);
    return list === null ? undefined : Array.from(list, element);
  };
}

/** More elements than a column of lists has room for: V8 cannot be stopped on its way over them. */
const LIST_MAX = 2 ** 28;

/** The elements of an array or a typed array; null for everything else. */
export function listOf(value: unknown): ArrayLike<unknown> | null {
  if (Array.isArray(value)) return value.length > LIST_MAX ? null : value;
  // Every view but DataView is a list of numbers.
  const isList = ArrayBuffer.isView(value) && 'length' in value && !isDetached(value);
  return isList ? (value as Uint8Array) : null;
}

function multisetReader(type: TypeOfKind<'MULTISET'>, where: string): Reader {
  const element = toInternal(type.element, inside(where, 'element'));
  return (value) => {
    const counts = new Map<unknown, number>();
    if (Array.isArray(value)) {
      if (listOf(value) === null) return undefined;
      for (const item of value) {
        const key = element(item);
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      return counts;
    }
    if (!isMap(value)) return undefined;
    for (const [item, count] of value) {
      const times = integer(count, 0x7fffffff);
      if (times === undefined || times < 1) return undefined;
      counts.set(element(item), times);
    }
    return counts;
  };
}

function mapReader(type: TypeOfKind<'MAP'>, where: string): Reader {
  const key = toInternal(type.key, inside(where, 'key'));
  const item = toInternal(type.value, inside(where, 'value'));
  return (value) => {
    const entries = new Map<unknown, unknown>();
    if (isMap(value)) {
      for (const [k, v] of value) entries.set(key(k), item(v));
      return entries;
    }
    if (!isPlainObject(value)) return undefined;
    for (const [k, v] of Object.entries(value))
      entries.set(key(fromProperty(k, type.key)), item(v));
    return entries;
  };
}

/** Property names are strings; where numbers are the keys, they are meant as numbers. */
export function fromProperty(name: string, key: DataType): unknown {
  switch (key.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'FLOAT':
    case 'DOUBLE':
      return name.trim() === '' ? name : Number(name);
    default:
      return name;
  }
}

function rowReader(type: TypeOfKind<'ROW'>, where: string): Reader {
  const names = type.fields.map((f) => f.name);
  const known = new Set(names);
  const fields = type.fields.map((f) =>
    toInternal(f.type, where === '' ? `column '${f.name}'` : inside(where, `field '${f.name}'`)),
  );
  return (value) => {
    if (Array.isArray(value)) {
      if (value.length !== fields.length) return undefined;
      return fields.map((field, i) => field(value[i]));
    }
    if (!isRowObject(value, known)) return undefined;
    return fields.map((field, i) => field(propertyOf(value, names[i]!)));
  };
}

/**
 * Whether a value is an object of fields by name, and of no others: a misspelt name would otherwise
 * be a silent NULL, and so would all of a Date or a Map.
 */
export function isRowObject(value: unknown, names: ReadonlySet<string>): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return isPlainObject(value)
    ? Object.keys(value).every((name) => names.has(name))
    : Object.prototype.toString.call(value) === '[object Object]';
}

/** The property of a row, own or of its class, but never one of Object.prototype. */
export function propertyOf(value: object, name: string): unknown {
  if (Object.hasOwn(value, name) || !(name in Object.prototype)) {
    return (value as Readonly<Record<string, unknown>>)[name];
  }
  return undefined;
}

/** Nesting that JSON-like values have at most; a cycle ends here too. */
const VARIANT_DEPTH_MAX = 500;

function variant(value: unknown, depth: number): unknown {
  if (depth > VARIANT_DEPTH_MAX) return undefined;
  switch (typeof value) {
    case 'boolean':
    case 'number':
      return Number.isSafeInteger(value) ? BigInt(Number(value)) : value;
    case 'string':
    case 'bigint':
      return value;
    case 'object': {
      if (value === null) return null;
      if (Array.isArray(value)) {
        if (value.length > LIST_MAX) return undefined;
        const items = value.map((item) => variant(item, depth + 1));
        return items.includes(undefined) ? undefined : items;
      }
      if (!isPlainObject(value)) return undefined;
      const entries = Object.entries(value).map(
        ([key, item]) => [key, variant(item, depth + 1)] as const,
      );
      return entries.some(([, item]) => item === undefined)
        ? undefined
        : Object.fromEntries(entries);
    }
    default:
      return undefined;
  }
}

function isMap(value: unknown): value is ReadonlyMap<unknown, unknown> {
  return value instanceof Map;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // The objects of another realm have another Object.prototype, which has no prototype either.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function inside(where: string, part: string): string {
  return where === '' ? part : `${where}, ${part}`;
}
