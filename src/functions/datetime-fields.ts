import { notImplemented } from '../common/errors.ts';
import type { DataType } from '../types/data-type.ts';
import {
  civilFromDays,
  daysFromCivil,
  floorDivide,
  MILLIS_PER_DAY,
  NANOS_PER_DAY,
  NANOS_PER_MILLI,
  NANOS_PER_SECOND,
  splitDay,
} from '../types/time.ts';
import { instantToLocal, localToInstant, timeZone } from '../types/time-zone.ts';
import type { StatementContext } from './definition.ts';

/** The units that EXTRACT, FLOOR and CEIL know. */
export const DATETIME_UNITS = [
  'MILLENNIUM',
  'CENTURY',
  'DECADE',
  'YEAR',
  'ISOYEAR',
  'QUARTER',
  'MONTH',
  'WEEK',
  'ISOWEEK',
  'DAY',
  'DOW',
  'DAYOFWEEK',
  'ISODOW',
  'DOY',
  'DAYOFYEAR',
  'HOUR',
  'MINUTE',
  'SECOND',
  'MILLISECOND',
  'MICROSECOND',
  'NANOSECOND',
  'EPOCH',
] as const;

/** One of `DATETIME_UNITS`. */
export type DatetimeUnit = (typeof DATETIME_UNITS)[number];

/** A conversion between the internal values of a type and local epoch nanoseconds. */
export interface LocalConversion {
  readonly toLocal: (value: never) => bigint;
  readonly fromLocal: (nanos: bigint) => unknown;
}

/** How DATE, TIME, TIMESTAMP and TIMESTAMP_LTZ values are local nanoseconds (of any day for TIME). */
export function localConversion(type: DataType, context: StatementContext): LocalConversion {
  switch (type.kind) {
    case 'DATE':
      return {
        toLocal: (days: number) => BigInt(days) * NANOS_PER_DAY,
        fromLocal: (nanos) => Number(floorDivide(nanos, NANOS_PER_DAY)),
      };
    case 'TIME':
      return {
        toLocal: (millis: number) => BigInt(millis) * NANOS_PER_MILLI,
        fromLocal: (nanos) => {
          const millis = Number((nanos % NANOS_PER_DAY) / NANOS_PER_MILLI);
          return millis < 0 ? millis + MILLIS_PER_DAY : millis;
        },
      };
    case 'TIMESTAMP_LTZ': {
      const zone = timeZone(context.timeZone);
      return {
        toLocal: (nanos: bigint) => instantToLocal(nanos, zone),
        fromLocal: (nanos) => localToInstant(nanos, zone),
      };
    }
    default:
      return { toLocal: (nanos: bigint) => nanos, fromLocal: (nanos) => nanos };
  }
}

/** Builds EXTRACT of a unit from local epoch nanoseconds. */
export function extractor(unit: DatetimeUnit): (nanos: bigint) => bigint {
  const ofDay = DAY_FIELDS[unit];
  if (ofDay !== undefined) return (nanos) => BigInt(ofDay(splitDay(nanos).days));
  const ofTime = TIME_FIELDS[unit];
  if (ofTime !== undefined) return (nanos) => ofTime(splitDay(nanos).nanosOfDay);
  return (nanos) => floorDivide(nanos, NANOS_PER_SECOND);
}

const TIME_FIELDS: Partial<Record<DatetimeUnit, (nanosOfDay: bigint) => bigint>> = {
  HOUR: (nanos) => nanos / (3600n * NANOS_PER_SECOND),
  MINUTE: (nanos) => (nanos / (60n * NANOS_PER_SECOND)) % 60n,
  SECOND: (nanos) => (nanos / NANOS_PER_SECOND) % 60n,
  MILLISECOND: (nanos) => (nanos % NANOS_PER_SECOND) / NANOS_PER_MILLI,
  MICROSECOND: (nanos) => (nanos % NANOS_PER_SECOND) / 1000n,
  NANOSECOND: (nanos) => nanos % NANOS_PER_SECOND,
};

const DAY_FIELDS: Partial<Record<DatetimeUnit, (days: number) => number>> = {
  MILLENNIUM: (days) => Math.ceil(civilFromDays(days).year / 1000),
  CENTURY: (days) => Math.ceil(civilFromDays(days).year / 100),
  DECADE: (days) => Math.floor(civilFromDays(days).year / 10),
  YEAR: (days) => civilFromDays(days).year,
  ISOYEAR: (days) => isoWeek(days).year,
  QUARTER: (days) => Math.ceil(civilFromDays(days).month / 3),
  MONTH: (days) => civilFromDays(days).month,
  WEEK: (days) => isoWeek(days).week,
  ISOWEEK: (days) => isoWeek(days).week,
  DAY: (days) => civilFromDays(days).day,
  DOW: (days) => (isoDayOfWeek(days) % 7) + 1,
  DAYOFWEEK: (days) => (isoDayOfWeek(days) % 7) + 1,
  ISODOW: isoDayOfWeek,
  DOY: dayOfYear,
  DAYOFYEAR: dayOfYear,
};

/** The day of the week, Monday being 1. */
export function isoDayOfWeek(days: number): number {
  // 1970-01-01 was a Thursday.
  return ((((days + 3) % 7) + 7) % 7) + 1;
}

/** The day of the year, from 1. */
export function dayOfYear(days: number): number {
  return days - daysFromCivil(civilFromDays(days).year, 1, 1) + 1;
}

/** The week of the ISO calendar and the year it belongs to: that of its Thursday. */
export function isoWeek(days: number): { readonly year: number; readonly week: number } {
  const thursday = days - isoDayOfWeek(days) + 4;
  const { year } = civilFromDays(thursday);
  return { year, week: Math.floor((thursday - daysFromCivil(year, 1, 1)) / 7) + 1 };
}

/** Builds EXTRACT of a unit from an interval's internal value; null if it has no such unit. */
export function intervalExtractor(
  type: DataType,
  unit: DatetimeUnit,
): ((value: never) => bigint) | null {
  if (type.kind === 'INTERVAL_YEAR_MONTH') {
    const divide = (months: number, by: number) => Math.trunc(months / by);
    const fields: Partial<Record<DatetimeUnit, (months: number) => number>> = {
      MILLENNIUM: (months) => divide(months, 12_000),
      CENTURY: (months) => divide(months, 1200),
      DECADE: (months) => divide(months, 120),
      YEAR: (months) => divide(months, 12),
      QUARTER: (months) => divide(months % 12, 3) + 1,
      MONTH: (months) => months % 12,
      EPOCH: (months) => months * 30 * 86_400,
    };
    const field = fields[unit];
    return field === undefined ? null : (months: number) => BigInt(field(months));
  }
  const fields: Partial<Record<DatetimeUnit, (millis: bigint) => bigint>> = {
    DAY: (millis) => millis / 86_400_000n,
    HOUR: (millis) => (millis / 3_600_000n) % 24n,
    MINUTE: (millis) => (millis / 60_000n) % 60n,
    SECOND: (millis) => (millis / 1000n) % 60n,
    MILLISECOND: (millis) => millis % 1000n,
    MICROSECOND: (millis) => (millis % 1000n) * 1000n,
    NANOSECOND: (millis) => (millis % 1000n) * NANOS_PER_MILLI,
    EPOCH: (millis) => millis / 1000n,
  };
  return fields[unit] ?? null;
}

const UNIT_NANOS: Partial<Record<DatetimeUnit, bigint>> = {
  DAY: NANOS_PER_DAY,
  HOUR: 3600n * NANOS_PER_SECOND,
  MINUTE: 60n * NANOS_PER_SECOND,
  SECOND: NANOS_PER_SECOND,
  MILLISECOND: NANOS_PER_MILLI,
  MICROSECOND: 1000n,
  NANOSECOND: 1n,
};

/** Builds FLOOR or CEIL of local epoch nanoseconds to a unit. Errors: NOT_IMPLEMENTED. */
export function rounder(
  unit: DatetimeUnit,
  direction: 'FLOOR' | 'CEIL',
): (nanos: bigint) => bigint {
  const size = UNIT_NANOS[unit];
  const ceil = direction === 'CEIL';
  if (size !== undefined) {
    return (nanos) => floorDivide(ceil ? nanos + size - 1n : nanos, size) * size;
  }
  const start = UNIT_STARTS[unit];
  if (start === undefined) throw notImplemented(`${direction} to ${unit}`);
  return (nanos) => {
    const { days } = splitDay(nanos);
    const floor = start(days, 0);
    // As in Flink, the time of day does not count: the first day of a month is its own ceiling.
    return BigInt(ceil && floor < days ? start(days, 1) : floor) * NANOS_PER_DAY;
  };
}

/** The first day of the unit that a day is in, or of the unit `next` later. */
const UNIT_STARTS: Partial<Record<DatetimeUnit, (days: number, next: number) => number>> = {
  MILLENNIUM: (days, next) => startOfYears(days, 1000, 1, next),
  CENTURY: (days, next) => startOfYears(days, 100, 1, next),
  DECADE: (days, next) => startOfYears(days, 10, 0, next),
  YEAR: (days, next) => startOfYears(days, 1, 0, next),
  QUARTER: (days, next) => startOfMonths(days, 3, next),
  MONTH: (days, next) => startOfMonths(days, 1, next),
  WEEK: (days, next) => days - (isoDayOfWeek(days) % 7) + 7 * next,
};

function startOfYears(days: number, count: number, first: number, next: number): number {
  const { year } = civilFromDays(days);
  return daysFromCivil((Math.floor((year - first) / count) + next) * count + first, 1, 1);
}

function startOfMonths(days: number, count: number, next: number): number {
  const { year, month } = civilFromDays(days);
  const index = (Math.floor((month - 1) / count) + next) * count;
  return daysFromCivil(year + Math.floor(index / 12), (index % 12) + 1, 1);
}
