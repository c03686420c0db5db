import { parseIsoDuration } from '../types/interval.ts';
import { isTemporal } from '../types/temporal.ts';
import {
  NANOS_PER_MILLI,
  parseDate,
  parseTime,
  parseTimestamp,
  truncateMillis,
  truncateNanos,
} from '../types/time.ts';

/**
 * Readers of dates and times: undefined says that the value does not fit. Temporal values are read
 * through their ISO text, so that every implementation and calendar is understood.
 */

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{1,2}:\d{2}(?::\d{2}(?:\.\d*)?)?$/;
/** Local date and time, then `Z` or an offset. */
const ZONED = /^(.*\d)(?:([zZ])|([+-])(\d{2}):?(\d{2})?)(?:\[[^\]]*\])?$/;

/** Epoch days of a PlainDate, of a Date at midnight UTC, or of `2021-09-24`. */
export function dateToInternal(value: unknown): number | undefined {
  if (typeof value === 'string') return DATE.test(value) ? found(parseDate(value)) : undefined;
  if (isTemporal(value, 'PlainDate')) {
    return found(parseDate(value.toString({ calendarName: 'never' })));
  }
  if (value instanceof Date) {
    const days = value.getTime() / 86_400_000;
    return Number.isInteger(days) ? days : undefined;
  }
  return undefined;
}

/** Milliseconds of the day of a PlainTime or of `12:34:56.123`. */
export function timeToInternal(value: unknown, precision: number): number | undefined {
  const text = isTemporal(value, 'PlainTime') ? value.toString() : value;
  if (typeof text !== 'string' || !TIME.test(text)) return undefined;
  // Cut before parsing, which would round digits after the third.
  const millis = parseTime(text.replace(/(\.\d{3})\d+$/, '$1'));
  return millis === null ? undefined : truncateMillis(millis, precision);
}

/** Epoch nanoseconds of a PlainDateTime, of a Date in UTC, or of `2021-09-24[T ]12:34:56.123`. */
export function timestampToInternal(value: unknown, precision: number): bigint | undefined {
  const nanos = localNanos(value);
  return nanos === null ? undefined : truncateNanos(nanos, precision);
}

function localNanos(value: unknown): bigint | null {
  if (typeof value === 'string') return parseTimestamp(value.replace(/(?<=\d)[zZ]$/, ''));
  if (value instanceof Date) return dateNanos(value);
  if (isTemporal(value, 'PlainDateTime')) {
    return parseTimestamp(value.toString({ calendarName: 'never' }));
  }
  return null;
}

/** Epoch nanoseconds of an Instant, a ZonedDateTime, a Date, or of text with `Z` or an offset. */
export function instantToInternal(value: unknown, precision: number): bigint | undefined {
  const nanos = instantNanos(value);
  if (nanos === null) return undefined;
  return isInYears(nanos) ? truncateNanos(nanos, precision) : undefined;
}

function instantNanos(value: unknown): bigint | null {
  if (typeof value === 'string') return zonedNanos(value);
  if (value instanceof Date) return dateNanos(value);
  if (isTemporal(value, 'Instant') || isTemporal(value, 'ZonedDateTime')) {
    return value.epochNanoseconds;
  }
  return null;
}

function zonedNanos(text: string): bigint | null {
  const match = ZONED.exec(text.trim());
  if (match === null) return null;
  const [, local = '', , sign, hours = '0', minutes = '0'] = match;
  const nanos = parseTimestamp(local);
  if (nanos === null) return null;
  const offset = BigInt(Number(hours) * 60 + Number(minutes)) * 60_000_000_000n;
  return sign === '-' ? nanos + offset : nanos - offset;
}

function dateNanos(date: Date): bigint | null {
  const millis = date.getTime();
  if (Number.isNaN(millis)) return null;
  const nanos = BigInt(millis) * NANOS_PER_MILLI;
  return isInYears(nanos) ? nanos : null;
}

const FIRST_INSTANT = -62_167_219_200_000_000_000n;
const LAST_INSTANT = 253_402_300_799_999_999_999n;

/** Whether an instant is in SQL's years 0 to 9999. */
function isInYears(nanos: bigint): boolean {
  return nanos >= FIRST_INSTANT && nanos <= LAST_INSTANT;
}

/** Months of a Duration of years and months, or of `P1Y2M`. */
export function yearMonthToInternal(value: unknown): number | undefined {
  const duration = monthsAndMillis(value);
  if (duration === null || duration.millis !== 0n) return undefined;
  return (duration.months | 0) === duration.months ? duration.months + 0 : undefined;
}

/** Milliseconds of a Duration of weeks, days and times, or of `P1DT2H`; smaller units are cut. */
export function dayTimeToInternal(value: unknown): bigint | undefined {
  const duration = monthsAndMillis(value);
  if (duration === null || duration.months !== 0) return undefined;
  return BigInt.asIntN(64, duration.millis) === duration.millis ? duration.millis : undefined;
}

function monthsAndMillis(
  value: unknown,
): { readonly months: number; readonly millis: bigint } | null {
  if (typeof value === 'string') return parseIsoDuration(value);
  if (!isTemporal(value, 'Duration')) return null;
  const seconds =
    ((BigInt(value.weeks) * 7n + BigInt(value.days)) * 24n + BigInt(value.hours)) * 3600n +
    BigInt(value.minutes) * 60n +
    BigInt(value.seconds);
  const small = BigInt(value.microseconds) * 1000n + BigInt(value.nanoseconds);
  const millis = seconds * 1000n + BigInt(value.milliseconds) + small / NANOS_PER_MILLI;
  return { months: value.years * 12 + value.months, millis };
}

function found(days: number | null): number | undefined {
  return days ?? undefined;
}
