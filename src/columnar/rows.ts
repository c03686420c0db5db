import { unreachable } from '../common/assert.ts';
import { runtimeError, validationError } from '../common/errors.ts';
import { bitmapValues } from '../types/bitmap-value.ts';
import type { DataType, TypeOfKind } from '../types/data-type.ts';
import { decimalToNumber, printDecimal } from '../types/decimal.ts';
import { Decimal } from '../types/decimal-value.ts';
import { printType } from '../types/print.ts';
import type { Schema } from '../types/schema.ts';
import { temporal } from '../types/temporal.ts';
import {
  civilFromDays,
  floorDivide,
  MILLIS_PER_DAY,
  NANOS_PER_MILLI,
  printDate,
  printTimestamp,
} from '../types/time.ts';
import { type Batch, rowCount } from './batch.ts';
import { type ObjectRow, objectAssembler } from './row-objects.ts';

/** Which JavaScript values users get for some SQL types. */
export interface TypeMapping {
  readonly bigint: 'bigint' | 'number-if-safe' | 'string';
  readonly decimal: 'Decimal' | 'number' | 'string';
  /** DATE, TIME, TIMESTAMP and TIMESTAMP_LTZ; there is no `date` of a TIME, it stays Temporal. */
  readonly timestamp: 'temporal' | 'date' | 'string';
}

/** The values of the API's table. */
export const DEFAULT_TYPE_MAPPING: TypeMapping = {
  bigint: 'bigint',
  decimal: 'Decimal',
  timestamp: 'temporal',
};

const MAPPINGS: { readonly [K in keyof TypeMapping]: readonly TypeMapping[K][] } = {
  bigint: ['bigint', 'number-if-safe', 'string'],
  decimal: ['Decimal', 'number', 'string'],
  timestamp: ['temporal', 'date', 'string'],
};

/**
 * The mapping with the given choices, the others by default.
 *
 * Errors: ValidationError INVALID_TYPE_MAPPING.
 */
export function typeMapping(choices: Partial<TypeMapping>): TypeMapping {
  for (const key in choices) {
    const value = choices[key as keyof TypeMapping];
    const allowed: readonly string[] | null = Object.hasOwn(MAPPINGS, key)
      ? MAPPINGS[key as keyof TypeMapping]
      : null;
    if (value !== undefined && !allowed?.includes(value)) {
      throw validationError('INVALID_TYPE_MAPPING', {
        key,
        value: String(value),
        allowed: allowed ?? Object.keys(MAPPINGS),
      });
    }
  }
  return { ...DEFAULT_TYPE_MAPPING, ...choices };
}

/** Turns an internal value into what a user sees; null stays null. */
export type ToExternal = (value: unknown) => unknown;

/**
 * The function that turns internal values of a type into JavaScript values.
 *
 * Errors: the function throws TableRuntimeError VALUE_OUT_OF_RANGE for dates and times that
 * JavaScript cannot hold.
 */
export function toExternal(
  type: DataType,
  mapping: TypeMapping = DEFAULT_TYPE_MAPPING,
): ToExternal {
  const convert = converter(type, mapping);
  if (convert === null) return asItIs;
  return (value) => (value === null ? null : convert(value));
}

const asItIs: ToExternal = (value) => value;

/** The conversion of values that are not NULL; null when they are what users see already. */
function converter(type: DataType, mapping: TypeMapping): ToExternal | null {
  switch (type.kind) {
    case 'BIGINT':
      return bigintConverter(mapping);
    case 'DECIMAL':
      return decimalConverter(type, mapping);
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return datetimeConverter(type, mapping);
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
      return durationConverter(type);
    case 'ARRAY': {
      const element = toExternal(type.element, mapping);
      return (value) => (value as readonly unknown[]).map(element);
    }
    case 'MULTISET':
      return mapConverter(toExternal(type.element, mapping), asItIs);
    case 'MAP':
      return mapConverter(toExternal(type.key, mapping), toExternal(type.value, mapping));
    case 'ROW':
      return objectConverter(
        type.fields.map((f) => f.name),
        type.fields.map((f) => toExternal(f.type, mapping)),
      );
    case 'NULL':
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'FLOAT':
    case 'DOUBLE':
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return null;
    case 'VARIANT':
      return variantValue;
    case 'BITMAP':
      return (value) => Array.from(bitmapValues(value as Uint8Array), (item) => item | 0);
    default:
      return unreachable(type);
  }
}

/** Integers of JSON are numbers where those hold them. */
function variantValue(value: unknown): unknown {
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
  if (Array.isArray(value)) return value.map(variantValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, variantValue(item)]));
}

function bigintConverter(mapping: TypeMapping): ToExternal | null {
  switch (mapping.bigint) {
    case 'bigint':
      return null;
    case 'string':
      return String;
    case 'number-if-safe':
      return (value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value);
    default:
      return unreachable(mapping.bigint);
  }
}

function decimalConverter(type: TypeOfKind<'DECIMAL'>, mapping: TypeMapping): ToExternal {
  const { scale } = type;
  switch (mapping.decimal) {
    case 'Decimal':
      return (value) => new Decimal(value as bigint, scale);
    case 'number':
      return (value) => decimalToNumber(value as bigint, scale);
    case 'string':
      return (value) => printDecimal(value as bigint, scale);
    default:
      return unreachable(mapping.decimal);
  }
}

function datetimeConverter(
  type: TypeOfKind<'DATE' | 'TIME' | 'TIMESTAMP' | 'TIMESTAMP_LTZ'>,
  mapping: TypeMapping,
): ToExternal {
  if (mapping.timestamp === 'string') return isoConverter(type);
  if (mapping.timestamp === 'date' && type.kind !== 'TIME') return dateConverter(type);
  switch (type.kind) {
    case 'DATE':
      return known(DATES, (value) => {
        const { year, month, day } = civilFromDays(value as number);
        return inRange(type, value, () => new (temporal().PlainDate)(year, month, day));
      });
    case 'TIME':
      return (value) => {
        const [hour, minute, second, milli] = clockOf(value as number);
        return new (temporal().PlainTime)(hour, minute, second, milli);
      };
    case 'TIMESTAMP':
      return known(TIMESTAMPS, (value) =>
        inRange(type, value, () => plainDateTime(value as bigint)),
      );
    case 'TIMESTAMP_LTZ':
      return known(INSTANTS, (value) =>
        inRange(type, value, () => new (temporal().Instant)(value as bigint)),
      );
    default:
      return unreachable(type);
  }
}

/** Values made last: Temporal values never change, and the polyfill takes 2 to 5 µs for each. */
const DATES = new Map<unknown, unknown>();
const TIMESTAMPS = new Map<unknown, unknown>();
const INSTANTS = new Map<unknown, unknown>();
const KNOWN_MAX = 16_384;

/** The conversion, which gives the same object for a value that came before. */
function known(made: Map<unknown, unknown>, make: ToExternal): ToExternal {
  return (value) => {
    let result = made.get(value);
    if (result === undefined) {
      result = make(value);
      if (made.size >= KNOWN_MAX) made.clear();
      made.set(value, result);
    }
    return result;
  };
}

function plainDateTime(nanos: bigint): object {
  // One division of bigints; everything else is done on numbers, which hold milliseconds exactly.
  const floor = floorDivide(nanos, NANOS_PER_MILLI);
  const rest = Number(nanos - floor * NANOS_PER_MILLI);
  const millis = Number(floor);
  const days = Math.floor(millis / MILLIS_PER_DAY);
  const { year, month, day } = civilFromDays(days);
  const [hour, minute, second, milli] = clockOf(millis - days * MILLIS_PER_DAY);
  return new (temporal().PlainDateTime)(
    year,
    month,
    day,
    hour,
    minute,
    second,
    milli,
    Math.floor(rest / 1000),
    rest % 1000,
  );
}

/** Hour, minute, second and millisecond of milliseconds of a day. */
function clockOf(millis: number): readonly [number, number, number, number] {
  const seconds = Math.floor(millis / 1000);
  const minutes = Math.floor(seconds / 60);
  return [Math.floor(minutes / 60), minutes % 60, seconds % 60, millis % 1000];
}

function inRange(type: DataType, value: unknown, make: () => unknown): unknown {
  try {
    return make();
  } catch (cause) {
    const range = { value: String(value), type: printType(type) };
    throw runtimeError('VALUE_OUT_OF_RANGE', range, { cause });
  }
}

function dateConverter(type: TypeOfKind<'DATE' | 'TIMESTAMP' | 'TIMESTAMP_LTZ'>): ToExternal {
  if (type.kind === 'DATE') return (value) => new Date((value as number) * MILLIS_PER_DAY);
  return (value) => new Date(Number(floorDivide(value as bigint, NANOS_PER_MILLI)));
}

function isoConverter(
  type: TypeOfKind<'DATE' | 'TIME' | 'TIMESTAMP' | 'TIMESTAMP_LTZ'>,
): ToExternal {
  switch (type.kind) {
    case 'DATE':
      return (value) => printDate(value as number);
    case 'TIME':
      return (value) =>
        printTimestamp(BigInt(value as number) * NANOS_PER_MILLI, type.precision).slice(11);
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      const zone = type.kind === 'TIMESTAMP' ? '' : 'Z';
      return (value) => printTimestamp(value as bigint, type.precision).replace(' ', 'T') + zone;
    }
    default:
      return unreachable(type);
  }
}

function durationConverter(
  type: TypeOfKind<'INTERVAL_YEAR_MONTH' | 'INTERVAL_DAY_TIME'>,
): ToExternal {
  if (type.kind === 'INTERVAL_YEAR_MONTH') {
    return (value) => {
      const months = value as number;
      return new (temporal().Duration)(Math.trunc(months / 12) + 0, (months % 12) + 0);
    };
  }
  return (value) => {
    const millis = value as bigint;
    const seconds = millis / 1000n;
    const part = (size: bigint, unit: bigint) => Number((seconds / size) % unit);
    const days = Number(seconds / 86_400n);
    const hours = part(3600n, 24n);
    return inRange(
      type,
      value,
      () =>
        new (temporal().Duration)(
          0,
          0,
          0,
          days,
          hours,
          part(60n, 60n),
          part(1n, 60n),
          Number(millis % 1000n),
        ),
    );
  };
}

function mapConverter(key: ToExternal, item: ToExternal): ToExternal {
  return (value) => {
    const result = new Map<unknown, unknown>();
    for (const [k, v] of value as ReadonlyMap<unknown, unknown>) result.set(key(k), item(v));
    return result;
  };
}

function objectConverter(names: readonly string[], fields: readonly ToExternal[]): ToExternal {
  const assemble = objectAssembler(names);
  return (value) => {
    const columns = fields.map((convert, i) => [convert((value as readonly unknown[])[i])]);
    return assemble(columns, 1)[0];
  };
}

/** Makes what users see of all rows of a batch that count, in order. */
export type RowReader<R> = (batch: Batch) => R[];

/** The reader that makes a plain object of each row. */
export function objectRows(
  schema: Schema,
  mapping: TypeMapping = DEFAULT_TYPE_MAPPING,
): RowReader<ObjectRow> {
  const converters = schema.fields.map((f) => toExternal(f.type, mapping));
  const assemble = objectAssembler(schema.fields.map((f) => f.name));
  return (batch) => assemble(externalColumns(batch, converters), rowCount(batch));
}

/** The reader that makes an array of each row. */
export function arrayRows(
  schema: Schema,
  mapping: TypeMapping = DEFAULT_TYPE_MAPPING,
): RowReader<unknown[]> {
  const converters = schema.fields.map((f) => toExternal(f.type, mapping));
  return (batch) => {
    const columns = externalColumns(batch, converters);
    return Array.from({ length: rowCount(batch) }, (_, row) => columns.map((c) => c[row]));
  };
}

/** The values of each column: a loop over one column meets one kind of value. */
function externalColumns(batch: Batch, converters: readonly ToExternal[]): unknown[][] {
  const rows = rowCount(batch);
  const { selection } = batch;
  return batch.columns.map((column, c) => {
    const convert = converters[c]!;
    const values = new Array<unknown>(rows);
    for (let i = 0; i < rows; i++) {
      values[i] = convert(column.get(selection === null ? i : selection[i]!));
    }
    return values;
  });
}
