import type { DataType, DayTimeUnit, Field, TypeOfKind, YearMonthUnit } from './data-type.ts';
import { LENGTH_MAX } from './data-type.ts';

/** The type of a bare NULL literal. */
export const NULL = { kind: 'NULL', nullable: true } as const satisfies DataType;
/** BOOLEAN, nullable. */
export const BOOLEAN = { kind: 'BOOLEAN', nullable: true } as const satisfies DataType;
/** TINYINT, nullable: 8 bits. */
export const TINYINT = { kind: 'TINYINT', nullable: true } as const satisfies DataType;
/** SMALLINT, nullable: 16 bits. */
export const SMALLINT = { kind: 'SMALLINT', nullable: true } as const satisfies DataType;
/** INT, nullable: 32 bits. */
export const INT = { kind: 'INT', nullable: true } as const satisfies DataType;
/** BIGINT, nullable: 64 bits. */
export const BIGINT = { kind: 'BIGINT', nullable: true } as const satisfies DataType;
/** FLOAT, nullable: IEEE 754 single precision. */
export const FLOAT = { kind: 'FLOAT', nullable: true } as const satisfies DataType;
/** DOUBLE, nullable: IEEE 754 double precision. */
export const DOUBLE = { kind: 'DOUBLE', nullable: true } as const satisfies DataType;
/** DATE, nullable. */
export const DATE = { kind: 'DATE', nullable: true } as const satisfies DataType;
/** BITMAP, nullable: a set of 32-bit integers. */
export const BITMAP = { kind: 'BITMAP', nullable: true } as const satisfies DataType;
/** VARIANT, nullable: a JSON-like value. */
export const VARIANT = { kind: 'VARIANT', nullable: true } as const satisfies DataType;
/** STRING, nullable: VARCHAR of the greatest length. */
export const STRING = varchar(LENGTH_MAX);
/** BYTES, nullable: VARBINARY of the greatest length. */
export const BYTES = varbinary(LENGTH_MAX);

/** CHAR(length), nullable. */
export function char(length: number): TypeOfKind<'CHAR'> {
  return { kind: 'CHAR', nullable: true, length };
}

/** VARCHAR(length), nullable. */
export function varchar(length: number): TypeOfKind<'VARCHAR'> {
  return { kind: 'VARCHAR', nullable: true, length };
}

/** BINARY(length), nullable. */
export function binary(length: number): TypeOfKind<'BINARY'> {
  return { kind: 'BINARY', nullable: true, length };
}

/** VARBINARY(length), nullable. */
export function varbinary(length: number): TypeOfKind<'VARBINARY'> {
  return { kind: 'VARBINARY', nullable: true, length };
}

/** DECIMAL(precision, scale), nullable. */
export function decimal(precision: number, scale: number): TypeOfKind<'DECIMAL'> {
  return { kind: 'DECIMAL', nullable: true, precision, scale };
}

/** TIME(precision), nullable. */
export function time(precision: number): TypeOfKind<'TIME'> {
  return { kind: 'TIME', nullable: true, precision };
}

/** TIMESTAMP(precision), nullable. */
export function timestamp(precision: number): TypeOfKind<'TIMESTAMP'> {
  return { kind: 'TIMESTAMP', nullable: true, precision };
}

/** TIMESTAMP_LTZ(precision), nullable. */
export function timestampLtz(precision: number): TypeOfKind<'TIMESTAMP_LTZ'> {
  return { kind: 'TIMESTAMP_LTZ', nullable: true, precision };
}

/** A year-month INTERVAL, nullable. */
export function intervalYearMonth(
  unit: YearMonthUnit,
  yearPrecision = 2,
): TypeOfKind<'INTERVAL_YEAR_MONTH'> {
  return { kind: 'INTERVAL_YEAR_MONTH', nullable: true, unit, yearPrecision };
}

/** A day-time INTERVAL, nullable. */
export function intervalDayTime(
  unit: DayTimeUnit,
  dayPrecision = 2,
  fractionalPrecision = 6,
): TypeOfKind<'INTERVAL_DAY_TIME'> {
  return { kind: 'INTERVAL_DAY_TIME', nullable: true, unit, dayPrecision, fractionalPrecision };
}

/** ARRAY<element>, nullable. */
export function array(element: DataType): TypeOfKind<'ARRAY'> {
  return { kind: 'ARRAY', nullable: true, element };
}

/** MULTISET<element>, nullable. */
export function multiset(element: DataType): TypeOfKind<'MULTISET'> {
  return { kind: 'MULTISET', nullable: true, element };
}

/** MAP<key, value>, nullable. */
export function map(key: DataType, value: DataType): TypeOfKind<'MAP'> {
  return { kind: 'MAP', nullable: true, key, value };
}

/** ROW<fields>, nullable. */
export function row(fields: readonly Field[]): TypeOfKind<'ROW'> {
  return { kind: 'ROW', nullable: true, fields };
}
