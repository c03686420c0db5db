import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { RowWriter } from '../../src/columnar/row-writer.ts';
import { arrayRows, objectRows, toExternal, typeMapping } from '../../src/columnar/rows.ts';
import { toInternal } from '../../src/columnar/to-internal.ts';
import { TableRuntimeError, ValidationError } from '../../src/common/errors.ts';
import { bitmapOf } from '../../src/types/bitmap-value.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { withNullable } from '../../src/types/data-type.ts';
import { Decimal } from '../../src/types/decimal-value.ts';
import { field, schemaOf } from '../../src/types/schema.ts';
import { parseTimestamp } from '../../src/types/time.ts';
import * as t from '../../src/types/types.ts';
import { ALL_TYPES, arbitraryTyped, arbitraryValue, withRegion } from './arbitrary.ts';

const nanos = (text: string) => parseTimestamp(text) ?? 0n;
const out = (type: DataType, value: unknown) => toExternal(type)(value);
const read = (type: DataType, value: unknown) => toInternal(type, "column 'a'")(value);
/** Durations end before BIGINT does. */
const fits = (value: unknown) =>
  typeof value !== 'bigint' || (value > -(2n ** 62n) && value < 2n ** 62n);

describe('values out and in again', () => {
  test('of every type are the same', () => {
    const types = ALL_TYPES.filter((type) => type.kind !== 'INTERVAL_DAY_TIME');
    fc.assert(
      fc.property(arbitraryTyped(types), ({ type, rows }) => {
        for (const value of rows) expect(read(type, out(type, value))).toEqual(value);
      }),
      { numRuns: 200 },
    );
    const interval = t.intervalDayTime('DAY TO SECOND');
    fc.assert(
      fc.property(arbitraryValue(interval).filter(fits), (value) => {
        expect(read(interval, out(interval, value))).toBe(value);
      }),
    );
  });

  test('whatever they are mapped to', () => {
    const mapped = fc.record({
      bigint: fc.constantFrom('bigint', 'number-if-safe', 'string'),
      decimal: fc.constantFrom('Decimal', 'string'),
      timestamp: fc.constantFrom('temporal', 'string'),
    } as const);
    const types = ALL_TYPES.filter((type) => type.kind !== 'INTERVAL_DAY_TIME');
    fc.assert(
      fc.property(arbitraryTyped(types), mapped, ({ type, rows }, mapping) => {
        const convert = toExternal(type, typeMapping(mapping));
        for (const value of rows) expect(read(type, convert(value))).toEqual(value);
      }),
      { numRuns: 200 },
    );
  });

  test('rows through batches', () => {
    const types = ALL_TYPES.filter((type) => type.kind !== 'INTERVAL_DAY_TIME');
    const schema = schemaOf(types.map((type, i) => field(`c${i}`, type)));
    const row = fc.tuple(...types.map((type) => arbitraryValue(type)));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 5 }), (rows) => {
        withRegion((region) => {
          const shown = rows.map((values) => values.map((v, i) => out(types[i] ?? t.NULL, v)));
          const writer = new RowWriter(schema, region);
          for (const values of shown) writer.append(values);
          const batch = writer.finish();
          expect(batch.length).toBe(rows.length);
          const again = new RowWriter(schema, region);
          for (const object of objectRows(schema)(batch)) again.append(object);
          const texts = (all: unknown) => JSON.stringify(all, bigintText);
          expect(texts(arrayRows(schema)(again.finish()))).toBe(texts(arrayRows(schema)(batch)));
        });
      }),
      { numRuns: 50 },
    );
  });
});

/** As JSON, but bigints and maps are seen. */
function bigintText(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  return value instanceof Map ? [...value] : value;
}

describe('what users see', () => {
  test.each<[DataType, unknown, string, string]>([
    [t.DATE, 18894, 'Temporal.PlainDate', '2021-09-24'],
    [t.time(3), 45_296_123, 'Temporal.PlainTime', '12:34:56.123'],
    [
      t.timestamp(9),
      nanos('2021-09-24 12:34:56.123456789'),
      'Temporal.PlainDateTime',
      '2021-09-24T12:34:56.123456789',
    ],
    [t.timestampLtz(3), nanos('1969-12-31 23:59:59'), 'Temporal.Instant', '1969-12-31T23:59:59Z'],
    [t.intervalYearMonth('YEAR'), -14, 'Temporal.Duration', '-P1Y2M'],
    [t.intervalDayTime('DAY'), 123_456_789n, 'Temporal.Duration', 'P1DT10H17M36.789S'],
    [t.decimal(5, 2), -5n, 'Decimal', '-0.05'],
  ])('%j', (type, value, tag, text) => {
    const seen = out(type, value) as object;
    expect(Object.prototype.toString.call(seen)).toBe(`[object ${tag}]`);
    expect(String(seen)).toBe(text);
  });

  test('by the mapping', () => {
    const as = (type: DataType, value: unknown, mapping: object) =>
      toExternal(type, typeMapping(mapping))(value);
    expect(as(t.BIGINT, 5n, { bigint: 'number-if-safe' })).toBe(5);
    expect(as(t.BIGINT, 2n ** 60n, { bigint: 'number-if-safe' })).toBe(2n ** 60n);
    expect(as(t.BIGINT, 5n, { bigint: 'string' })).toBe('5');
    expect(as(t.decimal(5, 2), 150n, { decimal: 'number' })).toBe(1.5);
    expect(as(t.decimal(5, 2), 150n, { decimal: 'string' })).toBe('1.50');
    expect(as(t.timestamp(3), 10n ** 9n, { timestamp: 'date' })).toEqual(new Date(1000));
    expect(as(t.DATE, 1, { timestamp: 'date' })).toEqual(new Date(86_400_000));
    expect(as(t.timestampLtz(3), 10n ** 9n, { timestamp: 'string' })).toBe(
      '1970-01-01T00:00:01.000Z',
    );
    expect(as(t.time(1), 1500, { timestamp: 'string' })).toBe('00:00:01.5');
    expect(as(t.array(t.BIGINT), [1n, null], { bigint: 'string' })).toEqual(['1', null]);
    expect(() => typeMapping({ bigint: 'float' } as never)).toThrow(
      "Invalid type mapping 'bigint': 'float'. Allowed are: bigint, number-if-safe, string.",
    );
    expect(() => typeMapping({ big: 'int' } as never)).toThrow(ValidationError);
  });

  test('columns may be called anything', () => {
    const type = t.row([field('__proto__', t.INT), field('constructor', t.INT)]);
    const seen = out(type, [1, null]) as object;
    expect(Object.getPrototypeOf(seen)).toBe(Object.prototype);
    expect(Object.entries(seen)).toEqual([
      ['__proto__', 1],
      ['constructor', null],
    ]);
    expect(read(type, seen)).toEqual([1, null]);
    expect(read(type, {})).toEqual([null, null]);
  });

  test('rows by selection, and with any number of columns', () => {
    withRegion((region) => {
      for (const count of [0, 1, 600]) {
        const fields = Array.from({ length: count }, (_, i) => field(`"${i}\n`, t.INT));
        const schema = schemaOf(fields);
        const writer = new RowWriter(schema, region);
        for (const n of [10, 20, 30]) writer.append(fields.map((_, i) => n + i));
        const batch = { ...writer.finish(), selection: Int32Array.of(0, 2) };
        const expected = [10, 30].map((n) => fields.map((f, i) => [f.name, n + i]));
        expect(objectRows(schema)(batch).map((row) => Object.entries(row))).toEqual(expected);
        expect(arrayRows(schema)(batch)).toEqual(expected.map((row) => row.map(([, v]) => v)));
      }
    });
  });

  test('dates that JavaScript cannot hold', () => {
    const far = 9_000_000_000_000_000_000_000n;
    expect(() => out(t.timestamp(6), far)).toThrow(TableRuntimeError);
    expect(() => out(t.timestampLtz(6), far)).toThrow(/outside the range/);
    expect(() => out(t.intervalDayTime('DAY'), 2n ** 63n - 1n)).toThrow(TableRuntimeError);
  });
});

describe('what users may give', () => {
  test.each<[DataType, unknown, unknown]>([
    [t.BIGINT, 5, 5n],
    [t.BIGINT, '-9223372036854775808', -(2n ** 63n)],
    [t.INT, 7n, 7],
    [t.INT, -0, 0],
    [t.DOUBLE, 3n, 3],
    [t.DOUBLE, Decimal.from('1.5'), 1.5],
    [t.decimal(5, 2), '1.005', 101n],
    [t.decimal(5, 2), 1.5, 150n],
    [t.decimal(5, 2), 7n, 700n],
    [t.decimal(5, 2), { unscaled: 15n, scale: 1 }, 150n],
    [t.BYTES, new Uint8Array([1]).buffer, Uint8Array.of(1)],
    [t.DATE, '2021-09-24', 18894],
    [t.DATE, new Date('2021-09-24'), 18894],
    [t.time(3), '12:34:56.123999', 45_296_123],
    [t.time(0), Temporal.PlainTime.from('12:34:56.9'), 45_296_000],
    [t.timestamp(3), new Date(5), 5_000_000n],
    [t.timestamp(3), '2021-09-24 12:34:56.1239', nanos('2021-09-24 12:34:56.123')],
    [t.timestamp(3), '2021-09-24T12:34:56Z', nanos('2021-09-24 12:34:56')],
    [t.timestampLtz(3), '2021-09-24T12:34:56.5+02:00', nanos('2021-09-24 10:34:56.5')],
    [t.timestampLtz(3), new Date(-5), -5_000_000n],
    [
      t.timestampLtz(9),
      Temporal.ZonedDateTime.from('2021-09-24T12:00[Asia/Shanghai]'),
      nanos('2021-09-24 04:00:00'),
    ],
    [t.intervalYearMonth('YEAR TO MONTH'), 'P1Y2M', 14],
    [t.intervalDayTime('DAY'), '-P1DT0.5S', -86_400_500n],
    [t.intervalDayTime('DAY'), Temporal.Duration.from({ hours: 36 }), 129_600_000n],
    [t.array(t.INT), new Int32Array([1, 2]), [1, 2]],
    [
      t.multiset(t.STRING),
      ['a', 'b', 'a'],
      new Map([
        ['a', 2],
        ['b', 1],
      ]),
    ],
    [t.map(t.INT, t.STRING), { 1: 'x' }, new Map([[1, 'x']])],
    [t.row([field('a', t.INT), field('b', t.INT)]), { b: 2 }, [null, 2]],
    [t.row([field('a', t.INT), field('b', t.INT)]), [1, undefined], [1, null]],
    [t.VARIANT, { a: [1, null, 0.5, 'x'] }, { a: [1n, null, 0.5, 'x'] }],
    [t.BITMAP, [3, -1, 3], bitmapOf([-1, 3])],
  ])('%j from %s', (type, value, expected) => {
    expect(read(type, value)).toEqual(expected);
  });

  const cyclic: unknown[] = [];
  cyclic.push(cyclic);

  test.each<[DataType, unknown]>([
    [withNullable(t.INT, false), null],
    [t.NULL, 1],
    [t.BOOLEAN, 1],
    [t.TINYINT, 128],
    [t.INT, 1.5],
    [t.INT, Number.NaN],
    [t.INT, '5'],
    [t.BIGINT, 2 ** 53],
    [t.BIGINT, 2n ** 63n],
    [t.FLOAT, 1e300],
    [t.DOUBLE, 2n ** 60n + 1n],
    [t.decimal(3, 2), '10'],
    [t.decimal(3, 2), Number.POSITIVE_INFINITY],
    [t.STRING, 5],
    [t.BYTES, 'x'],
    [t.DATE, '2021-02-30'],
    [t.DATE, new Date(5)],
    [t.time(0), '25:00'],
    [t.timestamp(3), new Date(Number.NaN)],
    [t.timestamp(3), '2021-09-24T12:34:56+02:00'],
    [t.timestampLtz(3), '2021-09-24 12:34:56'],
    [t.intervalYearMonth('YEAR'), 'P1D'],
    [t.intervalDayTime('DAY'), 'P1M'],
    [t.array(t.INT), ['x']],
    [t.array(t.INT), 'abc'],
    [t.multiset(t.INT), new Map([[1, 0]])],
    [t.map(t.INT, t.INT), 5],
    [t.row([field('a', t.INT)]), { A: 1 }],
    [t.row([field('a', t.INT)]), [1, 2]],
    [t.row([field('a', t.INT)]), new Map()],
    [t.VARIANT, { a: Symbol('x') }],
    [t.VARIANT, cyclic],
    [t.BITMAP, [1.5]],
    [t.BITMAP, new Uint8Array(3)],
  ])('INVALID_VALUE: %j from %s', (type, value) => {
    expect(() => read(type, value)).toThrow(ValidationError);
    expect(() => read(type, value)).toThrow(/^The value .* does not fit .* \(column 'a'/);
  });

  test('the message names column and value', () => {
    withRegion((region) => {
      const nested = t.row([field('b', t.array(t.INT))]);
      const writer = new RowWriter(schemaOf([field('a', nested)]), region);
      expect(() => writer.append({ a: { b: ['oops'] } })).toThrow(
        "The value 'oops' does not fit INT (column 'a', field 'b', element).",
      );
      expect(() => writer.append({ c: 1 })).toThrow(
        'The value { c: 1 } does not fit ROW<`a` ROW<`b` ARRAY<INT>>> NOT NULL.',
      );
      expect(writer.length).toBe(0);
    });
  });
});
