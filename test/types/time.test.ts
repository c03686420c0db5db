import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { ValidationError } from '../../src/common/errors.ts';
import {
  parseDayTime,
  parseYearMonth,
  printDayTime,
  printYearMonth,
} from '../../src/types/interval.ts';
import {
  civilFromDays,
  daysFromCivil,
  parseDate,
  parseTime,
  parseTimestamp,
  printDate,
  printTime,
  printTimestamp,
  truncateNanos,
} from '../../src/types/time.ts';
import { instantToLocal, localToInstant, timeZone } from '../../src/types/time-zone.ts';

const day = fc.integer({ min: daysFromCivil(0, 1, 1), max: daysFromCivil(9999, 12, 31) });
const nanos = fc.bigInt({
  min: parseTimestamp('0001-01-01') ?? 0n,
  max: parseTimestamp('9999-12-30 23:59:59.999999999') ?? 0n,
});

describe('dates', () => {
  test('days and the calendar agree with Date and round-trip', () => {
    fc.assert(
      fc.property(day, (days) => {
        const { year, month, day: ofMonth } = civilFromDays(days);
        const date = new Date(days * 86_400_000);
        expect([year, month - 1, ofMonth]).toEqual([
          date.getUTCFullYear(),
          date.getUTCMonth(),
          date.getUTCDate(),
        ]);
        expect(daysFromCivil(year, month, ofMonth)).toBe(days);
        expect(parseDate(printDate(days))).toBe(days);
      }),
    );
  });

  test.each([
    ['2021-9-4', '2021-09-04'],
    ['2021', '2021-01-01'],
    ['2021-07', '2021-07-01'],
    ['2021-09-24 12:34:56', '2021-09-24'],
  ])('%s', (text, printed) => {
    const days = parseDate(text);
    expect(days).not.toBeNull();
    expect(printDate(days ?? 0)).toBe(printed);
  });

  test.each(['foo', '', '2021-02-29', '2021-13-01', '10000-01-01', '2021/09/01'])(
    '%s is no date',
    (text) => {
      expect(parseDate(text)).toBeNull();
    },
  );
});

describe('times', () => {
  test.each([
    ['12:34:56.123', 3, '12:34:56.123'],
    ['12:34:56.1', 3, '12:34:56.1'],
    ['12:34:56', 3, '12:34:56.0'],
    ['12:34:56.999', 0, '12:34:56'],
    ['23', 0, '23:00:00'],
    ['7:5', 0, '07:05:00'],
    ['00:00:00.0004', 3, '00:00:00.0'],
    ['12:00:00+02:00', 0, '10:00:00'],
  ])('%s as TIME(%i)', (text, precision, printed) => {
    expect(printTime(parseTime(text) ?? -1, precision)).toBe(printed);
  });

  test.each(['123', '24:00:00', '12:60', '2021-09-27 12:34:56', ''])('%s is no time', (text) => {
    expect(parseTime(text)).toBeNull();
  });
});

describe('timestamps', () => {
  test('print and parse round-trip', () => {
    fc.assert(
      fc.property(nanos, fc.integer({ min: 0, max: 9 }), (value, precision) => {
        const cut = truncateNanos(value, precision);
        const text = printTimestamp(cut, precision);
        expect(parseTimestamp(text)).toBe(cut);
        const exact = Temporal.PlainDateTime.from(text.replace(' ', 'T'));
        expect(exact.nanosecond).toBe(Number(((cut % 1000n) + 1000n) % 1000n));
      }),
    );
  });

  test.each(['2021-02-30', '2021-09-27 25:00:00', '2021-09-27 10', '2021/09/27', 'x'])(
    '%s is no timestamp',
    (text) => {
      expect(parseTimestamp(text)).toBeNull();
    },
  );
});

describe('intervals', () => {
  test('texts as Flink prints them', () => {
    expect(printDayTime(123_456_789n)).toBe('+1 10:17:36.789');
    expect(printDayTime(-1n)).toBe('-0 00:00:00.001');
    expect(printYearMonth(12334)).toBe('+1027-10');
    expect(printYearMonth(-3)).toBe('-0-03');
  });

  test('print and parse round-trip', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), (millis) => {
        expect(parseDayTime(printDayTime(millis), 'DAY TO SECOND')).toBe(millis);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: -99999, max: 99999 }), (months) => {
        expect(parseYearMonth(printYearMonth(months), 'YEAR TO MONTH')).toBe(months);
      }),
    );
  });

  test.each([
    ['90', 'MINUTE', 5_400_000n],
    ['-1:30', 'HOUR TO MINUTE', -5_400_000n],
    ['2 3', 'DAY TO HOUR', 183_600_000n],
    ['1.5', 'SECOND', 1500n],
    ['1.5', 'MINUTE', null],
    ['1 25', 'DAY TO HOUR', null],
    ['1:30', 'DAY TO HOUR', null],
  ] as const)('INTERVAL %s %s', (text, unit, millis) => {
    expect(parseDayTime(text, unit)).toBe(millis);
  });
});

describe('time zones', () => {
  const zones = [
    'UTC',
    'Asia/Shanghai',
    'America/Los_Angeles',
    'Europe/Berlin',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'Pacific/Apia',
    'Asia/Kolkata',
    '+08:00',
  ];
  const recent = fc.bigInt({
    min: parseTimestamp('1890-01-01') ?? 0n,
    max: parseTimestamp('2060-01-01') ?? 0n,
  });

  test('both directions agree with Temporal', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), recent, (name, value) => {
        const zone = timeZone(name);
        const local = new Temporal.Instant(value).toZonedDateTimeISO(name).toPlainDateTime();
        expect(instantToLocal(value, zone)).toBe(local.toZonedDateTime('UTC').epochNanoseconds);
        const clocks = new Temporal.Instant(value).toZonedDateTimeISO('UTC').toPlainDateTime();
        expect(localToInstant(value, zone)).toBe(clocks.toZonedDateTime(name).epochNanoseconds);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['2021-03-14 02:30:00', '2021-03-14 03:30:00'],
    ['2021-11-07 01:30:00', '2021-11-07 01:30:00'],
  ])('gap moves forward, overlap is the first: %s', (text, shown) => {
    const zone = timeZone('America/Los_Angeles');
    const instant = localToInstant(parseTimestamp(text) ?? 0n, zone);
    expect(printTimestamp(instantToLocal(instant, zone), 0)).toBe(shown);
    expect(zone.offsetAt(Number(instant / 1_000_000n))).toBe(-7 * 3_600_000);
  });

  test('offsets and unknown names', () => {
    expect(timeZone('GMT-08:00').offsetAt(0)).toBe(-8 * 3_600_000);
    expect(timeZone('UTC+5').offsetAt(0)).toBe(5 * 3_600_000);
    expect(timeZone('Z').offsetAt(0)).toBe(0);
    expect(() => timeZone('Mars/Base')).toThrow(ValidationError);
    expect(() => timeZone('')).toThrow(/Unknown time zone ''/);
  });
});
