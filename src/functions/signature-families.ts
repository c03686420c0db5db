import type { DataType, TypeKind } from '../types/data-type.ts';
import * as types from '../types/types.ts';

/** The groups of type roots that signatures speak of, by Flink's names. */
export const FAMILIES = {
  CHARACTER_STRING: ['CHAR', 'VARCHAR'],
  BINARY_STRING: ['BINARY', 'VARBINARY'],
  NUMERIC: ['TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'FLOAT', 'DOUBLE', 'DECIMAL'],
  EXACT_NUMERIC: ['TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'DECIMAL'],
  INTEGER_NUMERIC: ['TINYINT', 'SMALLINT', 'INT', 'BIGINT'],
  APPROXIMATE_NUMERIC: ['FLOAT', 'DOUBLE'],
  DATETIME: ['DATE', 'TIME', 'TIMESTAMP', 'TIMESTAMP_LTZ'],
  TIMEPOINT: ['TIMESTAMP', 'TIMESTAMP_LTZ'],
  INTERVAL: ['INTERVAL_YEAR_MONTH', 'INTERVAL_DAY_TIME'],
  COLLECTION: ['ARRAY', 'MULTISET', 'MAP'],
} as const satisfies Record<string, readonly TypeKind[]>;

/** The name of a family. */
export type Family = keyof typeof FAMILIES;

/** The roots of families and roots, without repetition. */
export function rootsOf(names: readonly (Family | TypeKind)[]): readonly TypeKind[] {
  return names.flatMap((name) =>
    Object.hasOwn(FAMILIES, name) ? FAMILIES[name as Family] : [name as TypeKind],
  );
}

/** The nullable type that an argument becomes when a root or family wants a cast. */
export function defaultType(name: Family | TypeKind): DataType {
  return DEFAULTS[name];
}

const DEFAULTS: Readonly<Record<Family | TypeKind, DataType>> = {
  CHARACTER_STRING: types.STRING,
  BINARY_STRING: types.BYTES,
  NUMERIC: types.INT,
  EXACT_NUMERIC: types.INT,
  INTEGER_NUMERIC: types.INT,
  APPROXIMATE_NUMERIC: types.DOUBLE,
  DATETIME: types.timestamp(3),
  TIMEPOINT: types.timestamp(3),
  INTERVAL: types.intervalDayTime('DAY TO SECOND', 2, 3),
  COLLECTION: types.array(types.NULL),
  NULL: types.NULL,
  BOOLEAN: types.BOOLEAN,
  TINYINT: types.TINYINT,
  SMALLINT: types.SMALLINT,
  INT: types.INT,
  BIGINT: types.BIGINT,
  FLOAT: types.FLOAT,
  DOUBLE: types.DOUBLE,
  DECIMAL: types.decimal(10, 0),
  CHAR: types.char(1),
  VARCHAR: types.STRING,
  BINARY: types.binary(1),
  VARBINARY: types.BYTES,
  DATE: types.DATE,
  TIME: types.time(0),
  TIMESTAMP: types.timestamp(6),
  TIMESTAMP_LTZ: types.timestampLtz(6),
  INTERVAL_YEAR_MONTH: types.intervalYearMonth('YEAR TO MONTH'),
  INTERVAL_DAY_TIME: types.intervalDayTime('DAY TO SECOND', 2, 3),
  ARRAY: types.array(types.NULL),
  MULTISET: types.multiset(types.NULL),
  MAP: types.map(types.NULL, types.NULL),
  ROW: types.row([]),
  VARIANT: types.VARIANT,
  BITMAP: types.BITMAP,
};
