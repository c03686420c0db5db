import { describe, expect, test } from 'vitest';
import { canCast, canCastImplicitly, castKind, keepsValues } from '../../src/types/casts.ts';
import { commonType, comparisonType } from '../../src/types/common-type.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { withNullable } from '../../src/types/data-type.ts';
import {
  decimalAdd,
  decimalAverage,
  decimalDivide,
  decimalModulo,
  decimalMultiply,
  decimalRound,
  decimalSum,
} from '../../src/types/decimal-types.ts';
import { printType } from '../../src/types/print.ts';
import { field } from '../../src/types/schema.ts';
import * as t from '../../src/types/types.ts';

const show = (type: DataType | null) => (type === null ? null : printType(type));

describe('common type', () => {
  test.each<[readonly DataType[], string | null]>([
    [[t.INT, t.BIGINT, t.decimal(2, 2)], 'DECIMAL(21, 2)'],
    [[t.TINYINT, t.INT, t.SMALLINT], 'INT'],
    [[t.decimal(10, 2), t.decimal(5, 4)], 'DECIMAL(12, 4)'],
    [[t.decimal(38, 0), t.decimal(38, 38)], 'DECIMAL(38, 0)'],
    [[t.INT, t.FLOAT], 'FLOAT'],
    [[t.decimal(5, 2), t.FLOAT], 'DOUBLE'],
    [[t.FLOAT, t.DOUBLE], 'DOUBLE'],
    [[t.char(3), t.char(3)], 'CHAR(3)'],
    [[t.char(3), t.char(5)], 'VARCHAR(5)'],
    [[t.char(9), t.varchar(5)], 'VARCHAR(9)'],
    [[t.binary(2), t.BYTES], 'BYTES'],
    [[t.timestamp(3), t.timestamp(6)], 'TIMESTAMP(6)'],
    [[t.timestamp(3), t.timestampLtz(0)], 'TIMESTAMP_LTZ(3)'],
    [[t.DATE, t.timestamp(3)], 'TIMESTAMP(3)'],
    [[t.DATE, t.time(3)], null],
    [[t.NULL, t.INT], 'INT'],
    [[withNullable(t.INT, false), withNullable(t.BIGINT, false)], 'BIGINT NOT NULL'],
    [[t.NULL], null],
    [[t.INT, t.STRING], null],
    [[t.BOOLEAN, t.INT], null],
    [[t.array(t.INT), t.array(withNullable(t.BIGINT, false))], 'ARRAY<BIGINT>'],
    [[t.map(t.STRING, t.INT), t.map(t.STRING, t.DOUBLE)], 'MAP<STRING, DOUBLE>'],
    [[t.row([field('a', t.INT)]), t.row([field('b', t.BIGINT)])], 'ROW<`a` BIGINT>'],
    [[t.row([field('a', t.INT)]), t.row([])], null],
    [
      [t.intervalDayTime('DAY'), t.intervalDayTime('MINUTE TO SECOND')],
      'INTERVAL DAY(2) TO SECOND(6)',
    ],
    [[t.intervalYearMonth('YEAR'), t.intervalYearMonth('MONTH')], 'INTERVAL YEAR(2) TO MONTH'],
  ])('%j', (all, expected) => {
    expect(show(commonType(all))).toBe(expected);
  });

  test.each<[DataType, DataType, string | null]>([
    [t.INT, t.DOUBLE, 'DOUBLE'],
    [t.char(3), t.varchar(5), 'STRING'],
    [t.STRING, t.DATE, 'DATE'],
    [t.timestamp(3), t.char(10), 'TIMESTAMP(3)'],
    [t.DATE, t.timestamp(3), 'TIMESTAMP(3)'],
    [t.timestamp(3), t.timestampLtz(3), 'TIMESTAMP_LTZ(3)'],
    [t.STRING, t.INT, null],
    [t.BOOLEAN, t.STRING, null],
    [t.DATE, t.INT, null],
    [t.NULL, t.INT, 'INT'],
  ])('compared: %j %j', (a, b, expected) => {
    expect(show(comparisonType(a, b))).toBe(expected);
  });
});

describe('decimal result types', () => {
  const size = (s: { precision: number; scale: number }) => [s.precision, s.scale];
  test('follow SQL Server and Hive', () => {
    expect(size(decimalAdd(10, 2, 5, 4))).toEqual([13, 4]);
    expect(size(decimalAdd(38, 8, 32, 8))).toEqual([38, 7]);
    expect(size(decimalMultiply(10, 2, 5, 4))).toEqual([16, 6]);
    expect(size(decimalMultiply(38, 10, 38, 10))).toEqual([38, 6]);
    expect(size(decimalDivide(10, 2, 5, 0))).toEqual([16, 8]);
    expect(size(decimalModulo(10, 2, 5, 4))).toEqual([5, 4]);
    expect(size(decimalRound(10, 4, 2))).toEqual([9, 2]);
    expect(size(decimalRound(10, 4, -1))).toEqual([7, 0]);
    expect(size(decimalSum(3))).toEqual([38, 3]);
    expect(size(decimalAverage(2))).toEqual([38, 6]);
  });
});

describe('casts', () => {
  test.each<[DataType, DataType, 'implicit' | 'explicit' | null]>([
    [t.INT, t.BIGINT, 'implicit'],
    [t.BIGINT, t.INT, 'explicit'],
    [t.INT, t.decimal(5, 2), 'implicit'],
    [t.STRING, t.INT, 'explicit'],
    [t.DOUBLE, t.BOOLEAN, null],
    [t.BYTES, t.INT, null],
    [t.BYTES, t.STRING, 'explicit'],
    [t.timestamp(3), t.INT, null],
    [t.DATE, t.time(0), null],
    [t.NULL, t.array(t.INT), 'implicit'],
    [t.array(t.INT), t.STRING, 'explicit'],
    [t.array(t.INT), t.array(t.BIGINT), 'implicit'],
    [t.array(t.STRING), t.array(t.INT), 'explicit'],
    [t.array(t.INT), t.map(t.INT, t.INT), null],
    [t.row([field('a', t.BYTES)]), t.row([field('a', t.INT)]), null],
    [t.intervalDayTime('DAY'), t.BIGINT, 'explicit'],
    [t.intervalDayTime('DAY TO SECOND'), t.BIGINT, null],
    [t.INT, t.intervalYearMonth('MONTH'), 'explicit'],
  ])('%j to %j', (from, to, kind) => {
    expect(castKind(from, to)).toBe(kind);
    expect(canCast(from, to)).toBe(kind !== null);
    expect(canCastImplicitly(from, to)).toBe(kind === 'implicit');
  });

  test('casts that change no value', () => {
    expect(keepsValues(t.char(3), t.STRING)).toBe(true);
    expect(keepsValues(t.varchar(5), t.varchar(3))).toBe(false);
    expect(keepsValues(t.STRING, t.char(3))).toBe(false);
    expect(keepsValues(t.timestamp(3), t.timestamp(6))).toBe(true);
    expect(keepsValues(t.decimal(5, 2), t.decimal(7, 2))).toBe(true);
    expect(keepsValues(t.decimal(5, 2), t.decimal(7, 3))).toBe(false);
    expect(keepsValues(t.INT, t.BIGINT)).toBe(false);
    expect(keepsValues(t.array(t.char(2)), t.array(t.STRING))).toBe(true);
    expect(keepsValues(t.array(t.INT), t.array(withNullable(t.INT, false)))).toBe(false);
  });
});
