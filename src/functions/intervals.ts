import type { DataType } from '../types/data-type.ts';
import { decimalToNumber } from '../types/decimal.ts';
import { isInterval } from '../types/families.ts';
import {
  civilFromDays,
  daysFromCivil,
  daysInMonth,
  MILLIS_PER_DAY,
  NANOS_PER_MILLI,
  splitDay,
} from '../types/time.ts';
import { instantToLocal, localToInstant, timeZone } from '../types/time-zone.ts';
import { intervalDayTime, intervalYearMonth, timestamp } from '../types/types.ts';
import type { RowFunction, StatementContext } from './definition.ts';

/** The type of a point in time plus an interval; null when they cannot be added. */
export function plusIntervalType(time: DataType, interval: DataType): DataType | null {
  if (interval.kind === 'INTERVAL_YEAR_MONTH') return time.kind === 'TIME' ? null : time;
  if (interval.kind !== 'INTERVAL_DAY_TIME') return null;
  // A day has no hours: DATE + INTERVAL '1' HOUR is a timestamp.
  if (time.kind === 'DATE' && !interval.unit.startsWith('DAY')) return timestamp(6);
  return time;
}

/** The type of the sum of two intervals of one kind; without them, of a difference of times. */
export function intervalSumType(a: DataType | null, b: DataType | null): DataType {
  if (a === null || b === null) return intervalDayTime('DAY TO SECOND', 2, 3);
  if (a.kind === 'INTERVAL_YEAR_MONTH' && b.kind === 'INTERVAL_YEAR_MONTH') {
    return a.unit === b.unit ? a : intervalYearMonth('YEAR TO MONTH', a.yearPrecision);
  }
  if (a.kind === 'INTERVAL_DAY_TIME' && b.kind === 'INTERVAL_DAY_TIME') {
    return a.unit === b.unit ? a : intervalDayTime('DAY TO SECOND', 2, 3);
  }
  return a;
}

/** Builds `time + direction * interval`: a function of the two internal values and 1 or -1. */
export function addInterval(
  time: DataType,
  interval: DataType,
  result: DataType,
  context: StatementContext,
): (time: never, interval: never, direction: 1 | -1) => unknown {
  if (interval.kind === 'INTERVAL_YEAR_MONTH') {
    if (time.kind === 'DATE') {
      return (days: number, months: number, direction) => addMonths(days, direction * months);
    }
    const zone = time.kind === 'TIMESTAMP_LTZ' ? timeZone(context.timeZone) : null;
    return (nanos: bigint, months: number, direction) => {
      if (zone === null) return addMonthsToNanos(nanos, direction * months);
      const local = addMonthsToNanos(instantToLocal(nanos, zone), direction * months);
      return localToInstant(local, zone);
    };
  }
  switch (time.kind) {
    case 'DATE':
      if (result.kind === 'DATE') {
        return (days: number, millis: bigint, direction) =>
          days + direction * Number(millis / BigInt(MILLIS_PER_DAY));
      }
      return (days: number, millis: bigint, direction) =>
        (BigInt(days) * BigInt(MILLIS_PER_DAY) + BigInt(direction) * millis) * NANOS_PER_MILLI;
    case 'TIME':
      return (start: number, millis: bigint, direction) => {
        const moved =
          (start + direction * Number(millis % BigInt(MILLIS_PER_DAY))) % MILLIS_PER_DAY;
        return moved < 0 ? moved + MILLIS_PER_DAY : moved;
      };
    default:
      return (nanos: bigint, millis: bigint, direction) =>
        nanos + BigInt(direction) * millis * NANOS_PER_MILLI;
  }
}

/** Moves a day by months; a day that the month does not have becomes its last. */
export function addMonths(days: number, months: number): number {
  const { year, month, day } = civilFromDays(days);
  const count = year * 12 + month - 1 + months;
  const newYear = Math.floor(count / 12);
  const newMonth = count - newYear * 12 + 1;
  return daysFromCivil(newYear, newMonth, Math.min(day, daysInMonth(newYear, newMonth)));
}

/** Moves a point in time by months, keeping the time of day. */
export function addMonthsToNanos(nanos: bigint, months: number): bigint {
  const { days, nanosOfDay } = splitDay(nanos);
  return BigInt(addMonths(days, months)) * BigInt(MILLIS_PER_DAY) * NANOS_PER_MILLI + nanosOfDay;
}

/** Builds `a - b` of two points in time of one type: an interval in milliseconds. */
export function subtractDatetimes(type: DataType): RowFunction {
  switch (type.kind) {
    case 'DATE':
      return (a: number, b: number) => BigInt(a - b) * BigInt(MILLIS_PER_DAY);
    case 'TIME':
      return (a: number, b: number) => BigInt(a - b);
    default:
      return (a: bigint, b: bigint) => (a - b) / NANOS_PER_MILLI;
  }
}

/** Builds `interval * factor`. */
export function multiplyInterval(
  interval: DataType,
  factor: DataType,
): (interval: never, factor: never) => unknown {
  return scaleInterval(interval, factor, (value, by) => value * by);
}

/** Builds `interval / divisor`, cut towards zero. */
export function divideInterval(interval: DataType, divisor: DataType): RowFunction {
  return scaleInterval(interval, divisor, (value, by) => value / by);
}

function scaleInterval(
  interval: DataType,
  factor: DataType,
  scale: (value: number, by: number) => number,
): (interval: never, factor: never) => unknown {
  const digits = factor.kind === 'DECIMAL' ? factor.scale : 0;
  const isMonths = isInterval(interval) && interval.kind === 'INTERVAL_YEAR_MONTH';
  return (value: number | bigint, by: number | bigint) => {
    const number = typeof by === 'bigint' ? decimalToNumber(by, digits) : by;
    const scaled = Math.trunc(scale(Number(value), number));
    return isMonths ? scaled : BigInt(scaled);
  };
}
