import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TableRuntimeError, ValidationError } from '../../src/common/errors.ts';
import { castFunction, tryCastFunction } from '../../src/functions/cast/cast.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { withNullable } from '../../src/types/data-type.ts';
import { printDouble, printFloat } from '../../src/types/floating.ts';
import { field } from '../../src/types/schema.ts';
import { daysFromCivil, parseTimestamp } from '../../src/types/time.ts';
import * as t from '../../src/types/types.ts';

const context = { timeZone: 'Asia/Shanghai' };
const cast = (value: unknown, from: DataType, to: DataType) =>
  castFunction(from, to, context)(value);
const text = (value: unknown, from: DataType) => cast(value, from, t.STRING);
const nanos = (s: string) => parseTimestamp(s) ?? 0n;

describe('to numbers', () => {
  test.each<[unknown, DataType, DataType, unknown]>([
    [12345, t.SMALLINT, t.TINYINT, 57],
    [-12345678901n, t.BIGINT, t.INT, 539222987],
    [9234567891.12345, t.DOUBLE, t.INT, 2147483647],
    [123456.78, t.DOUBLE, t.SMALLINT, -7616],
    [1e300, t.DOUBLE, t.BIGINT, 9223372036854775807n],
    [Number.NaN, t.DOUBLE, t.BIGINT, 0n],
    [-9870n, t.decimal(5, 3), t.INT, -9],
    [true, t.BOOLEAN, t.decimal(3, 1), 10n],
    [' 1.234 ', t.STRING, t.INT, 1],
    ['-3276913443134', t.STRING, t.BIGINT, -3276913443134n],
    ['1.25', t.STRING, t.decimal(5, 1), 13n],
    ['1e3', t.STRING, t.DOUBLE, 1000],
    ['-Infinity', t.STRING, t.DOUBLE, Number.NEGATIVE_INFINITY],
    [3.123456, t.DOUBLE, t.decimal(8, 4), 31235n],
    [12345, t.INT, t.decimal(4, 0), null],
    [172_800_000n, t.intervalDayTime('DAY'), t.INT, 2],
    [30, t.intervalYearMonth('YEAR'), t.BIGINT, 2n],
    [42, t.VARIANT, t.INT, 42],
    [7, t.INT, t.intervalYearMonth('YEAR'), 84],
    [250n, t.decimal(3, 2), t.intervalDayTime('SECOND'), 2000n],
  ])('%s', (value, from, to, expected) => {
    expect(cast(value, from, to)).toEqual(expected);
  });

  test.each<[unknown, DataType]>([
    ['foo', t.INT],
    ['', t.INT],
    ['1e3', t.INT],
    ['-130', t.TINYINT],
    ['99999999999999999999', t.BIGINT],
    ['12345', t.decimal(4, 0)],
    ['one', t.DOUBLE],
    ['maybe', t.BOOLEAN],
    ['2021-13-01', t.DATE],
    ['123:45', t.time(0)],
    ['2021/09/27', t.timestamp(3)],
    ['x', t.timestampLtz(3)],
  ])('%s is not castable', (value, to) => {
    expect(() => cast(value, t.STRING, to)).toThrow(TableRuntimeError);
    expect(() => cast(value, t.STRING, to)).toThrow(`Cannot cast '${String(value)}' to`);
    expect(tryCastFunction(t.STRING, to, context)(value)).toBeNull();
  });

  test('a BIGINT becomes the nearest FLOAT', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 2n ** 24n, max: 2n ** 63n - 1n }), (value) => {
        const float = cast(value, t.BIGINT, t.FLOAT) as number;
        const error = (candidate: number) => {
          const difference = BigInt(candidate) - value;
          return difference < 0n ? -difference : difference;
        };
        const bits = new Int32Array(new Float32Array([float]).buffer);
        for (const step of [-1, 1]) {
          const near = new Float32Array(new Int32Array([(bits[0] ?? 0) + step]).buffer)[0] ?? 0;
          expect(error(float) <= error(Math.trunc(near))).toBe(true);
        }
      }),
    );
  });
});

describe('to strings', () => {
  test.each<[unknown, DataType, string]>([
    [true, t.BOOLEAN, 'TRUE'],
    [100n, t.decimal(10, 5), '0.00100'],
    [-5n, t.decimal(3, 2), '-0.05'],
    [daysFromCivil(2021, 9, 24), t.DATE, '2021-09-24'],
    [nanos('2021-09-24 12:34:56.1'), t.timestamp(3), '2021-09-24 12:34:56.100'],
    [nanos('2021-09-24 23:54:56.1'), t.timestampLtz(3), '2021-09-25 07:54:56.100'],
    [123_456_789n, t.intervalDayTime('DAY'), '+1 10:17:36.789'],
    [12334, t.intervalYearMonth('MONTH'), '+1027-10'],
    [[null, 456], t.array(t.INT), '[NULL, 456]'],
    [[null, 'abc'], t.row([field('a', t.INT), field('b', t.STRING)]), '(NULL, abc)'],
    [new Map([['k', 1]]), t.map(t.STRING, t.INT), '{k=1}'],
    [new Map([['e', 2]]), t.multiset(t.STRING), '{e=2}'],
    [Uint8Array.of(0x68, 0x69), t.BYTES, 'hi'],
    [{ a: [1n, 2] }, t.VARIANT, '{"a":[1,2.0]}'],
  ])('%s', (value, from, expected) => {
    expect(text(value, from)).toBe(expected);
  });

  test('lengths count code points', () => {
    expect(cast('😀😀😀', t.STRING, t.varchar(2))).toBe('😀😀');
    expect(cast('😀', t.STRING, t.char(3))).toBe('😀  ');
    expect(cast('foobar', t.STRING, t.char(3))).toBe('foo');
    expect(cast(12345, t.INT, t.varchar(3))).toBe('123');
  });

  test.each([
    [1, '1.0'],
    [-0, '-0.0'],
    [0.001, '0.001'],
    [0.0001, '1.0E-4'],
    [9999999, '9999999.0'],
    [1e7, '1.0E7'],
    [1.5e-10, '1.5E-10'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('DOUBLE %s', (value, expected) => {
    expect(printDouble(value)).toBe(expected);
  });

  test('numbers survive their texts', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        expect(cast(text(value, t.DOUBLE), t.STRING, t.DOUBLE)).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.float(), (value) => {
        expect(cast(printFloat(value), t.STRING, t.FLOAT)).toBe(value);
      }),
    );
    expect(printFloat(Math.fround(123.456))).toBe('123.456');
  });
});

describe('other casts', () => {
  test('binary strings', () => {
    expect(cast('foobar', t.STRING, t.varbinary(4))).toEqual(new TextEncoder().encode('foob'));
    expect(cast('a', t.STRING, t.binary(2))).toEqual(Uint8Array.of(97, 0));
    expect(cast(Uint8Array.of(1, 2, 3), t.BYTES, t.binary(2))).toEqual(Uint8Array.of(1, 2));
  });

  test('booleans', () => {
    expect(['T', 'yes', ' 1 ', 'FALSE', 'n'].map((s) => cast(s, t.STRING, t.BOOLEAN))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect([cast(0n, t.BIGINT, t.BOOLEAN), cast(-3, t.INT, t.BOOLEAN)]).toEqual([false, true]);
  });

  test('dates and times', () => {
    const ts = nanos('2021-09-24 12:34:56.1234567');
    expect(cast(ts, t.timestamp(9), t.DATE)).toBe(daysFromCivil(2021, 9, 24));
    expect(cast(ts, t.timestamp(9), t.time(3))).toBe(45_296_123);
    expect(cast(ts, t.timestamp(9), t.timestamp(4))).toBe(nanos('2021-09-24 12:34:56.1234'));
    const ltz = cast(ts, t.timestamp(9), t.timestampLtz(9));
    expect(ltz).toBe(nanos('2021-09-24 04:34:56.1234567'));
    expect(cast(ltz, t.timestampLtz(9), t.timestamp(9))).toBe(ts);
    expect(cast(ltz, t.timestampLtz(9), t.time(0))).toBe(45_296_000);
    expect(cast(0, t.DATE, t.timestampLtz(0))).toBe(-28_800_000_000_000n);
    expect(cast(1000, t.time(3), t.timestamp(0))).toBe(1_000_000_000n);
    expect(cast('2021-09-24 12:00:00', t.STRING, t.timestampLtz(0))).toBe(
      nanos('2021-09-24 04:00:00'),
    );
  });

  test('collections, element by element', () => {
    expect(cast([1, null], t.array(t.INT), t.array(t.BIGINT))).toEqual([1n, null]);
    expect(cast(new Map([[1, 2]]), t.map(t.INT, t.INT), t.map(t.STRING, t.STRING))).toEqual(
      new Map([['1', '2']]),
    );
    expect(cast(new Map([[1, 3]]), t.multiset(t.INT), t.multiset(t.STRING))).toEqual(
      new Map([['1', 3]]),
    );
    const from = t.row([field('a', t.INT), field('b', t.time(3))]);
    const to = t.row([field('x', t.BIGINT), field('y', t.STRING)]);
    expect(cast([7, null], from, to)).toEqual([7n, null]);
    const notNull = t.array(withNullable(t.INT, false));
    expect(() => cast([null], t.array(t.INT), notNull)).toThrow(/Cannot cast null/);
  });

  test('casts that do not exist', () => {
    expect(() => castFunction(t.BYTES, t.INT, context)).toThrow(ValidationError);
    expect(() => castFunction(t.DATE, t.time(0), context)).toThrow(
      'There is no cast from DATE to TIME(0).',
    );
    const lazily = castFunction(t.timestampLtz(3), t.STRING, { timeZone: 'nowhere' });
    // The zone is looked at when a value needs it.
    expect(() => lazily(0n)).toThrow(ValidationError);
  });
});
