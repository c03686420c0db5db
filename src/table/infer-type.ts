import { showValue } from '../columnar/show-value.ts';
import { validationError } from '../common/errors.ts';
import { commonType } from '../types/common-type.ts';
import type { DataType } from '../types/data-type.ts';
import { Decimal } from '../types/decimal-value.ts';
import { field } from '../types/schema.ts';
import {
  array,
  BIGINT,
  BOOLEAN,
  BYTES,
  DATE,
  DOUBLE,
  decimal,
  INT,
  intervalDayTime,
  map,
  NULL,
  row,
  STRING,
  time,
  timestamp,
  timestampLtz,
} from '../types/types.ts';

/** Arrays and objects inside one another at most: deeper ones, and those in themselves, are refused. */
const DEPTH_MAX = 100;

/**
 * The type of JavaScript values: the least one that holds them all; `unknown` where all are null.
 * Errors: INVALID_VALUE.
 */
export function inferType(
  values: Iterable<unknown>,
  where: string,
  unknown: DataType = STRING,
  depth = 0,
): DataType {
  if (depth > DEPTH_MAX) {
    throw validationError('INVALID_VALUE', {
      value: `of more than ${DEPTH_MAX} levels, or in itself,`,
      type: 'any SQL type',
      where: ` (${where})`,
    });
  }
  let type: DataType = NULL;
  for (const value of values) {
    if (value === null || value === undefined) continue;
    const own = typeOfValue(value, where, unknown, depth);
    // Mostly they are alike, and plain types are one object each.
    if (own === type) continue;
    const common: DataType | null = type.kind === 'NULL' ? own : commonType([type, own]);
    if (common === null) {
      throw validationError('INVALID_VALUE', {
        value: showValue(value),
        type: `the type of the values before, ${type.kind}`,
        where: ` (${where})`,
      });
    }
    type = common;
  }
  return type.kind === 'NULL' ? unknown : type;
}

function typeOfValue(value: unknown, where: string, unknown: DataType, depth: number): DataType {
  switch (typeof value) {
    case 'string':
      return STRING;
    case 'boolean':
      return BOOLEAN;
    case 'bigint':
      return BIGINT;
    case 'number':
      return Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? INT : DOUBLE;
    case 'object':
      return typeOfObject(value as object, where, unknown, depth + 1);
    default:
      throw validationError('INVALID_VALUE', {
        value: showValue(value),
        type: 'any SQL type',
        where: ` (${where})`,
      });
  }
}

function typeOfObject(value: object, where: string, unknown: DataType, depth: number): DataType {
  if (value instanceof Uint8Array) return BYTES;
  if (value instanceof Date) return timestamp(3);
  if (value instanceof Decimal) {
    const digits = String(value.unscaled < 0n ? -value.unscaled : value.unscaled).length;
    return decimal(Math.max(digits, value.scale), value.scale);
  }
  if (Array.isArray(value)) return array(inferType(value, where, unknown, depth));
  if (value instanceof Map) {
    return map(
      inferType(value.keys(), where, STRING, depth),
      inferType(value.values(), where, unknown, depth),
    );
  }
  switch (Object.prototype.toString.call(value)) {
    case '[object Temporal.PlainDate]':
      return DATE;
    case '[object Temporal.PlainTime]':
      return time(3);
    case '[object Temporal.PlainDateTime]':
      return timestamp(9);
    case '[object Temporal.Instant]':
      return timestampLtz(9);
    case '[object Temporal.Duration]':
      return intervalDayTime('DAY TO SECOND');
    case '[object Object]':
      return row(
        Object.entries(value).map(([name, v]) =>
          field(name, inferType([v], where, unknown, depth)),
        ),
      );
    default:
      throw validationError('INVALID_VALUE', {
        value: showValue(value),
        type: 'any SQL type',
        where: ` (${where})`,
      });
  }
}
