/** Milliseconds of a day. */
export const MILLIS_PER_DAY = 86_400_000;
/** Nanoseconds of a millisecond. */
export const NANOS_PER_MILLI = 1_000_000n;
/** Nanoseconds of a second. */
export const NANOS_PER_SECOND = 1_000_000_000n;
/** Nanoseconds of a day. */
export const NANOS_PER_DAY = 86_400_000_000_000n;

/** A day of the proleptic Gregorian calendar; months and days count from 1. */
export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/**
 * The number of a day, counted from 1970-01-01.
 *
 * Source: Howard Hinnant, chrono-Compatible Low-Level Date Algorithms.
 */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

/** The day of a number of days since 1970-01-01. */
export function civilFromDays(days: number): CivilDate {
  const z = days + 719468;
  const era = Math.floor(z / 146097);
  const dayOfEra = z - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36524) -
      Math.floor(dayOfEra / 146096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const mp = Math.floor((5 * dayOfYear + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * mp + 2) / 5) + 1,
  };
}

/** How many days a month has. */
export function daysInMonth(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** Whether a date is in the calendar and in SQL's years 0 to 9999. */
export function isValidDate(year: number, month: number, day: number): boolean {
  return (
    year >= 0 &&
    year <= 9999 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth(year, month)
  );
}

/** `a / b` rounded down; `b` is positive. */
export function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return quotient * b > a ? quotient - 1n : quotient;
}

/** Splits epoch nanoseconds into the day since 1970-01-01 and the nanoseconds of that day. */
export function splitDay(nanos: bigint): { readonly days: number; readonly nanosOfDay: bigint } {
  const days = floorDivide(nanos, NANOS_PER_DAY);
  return { days: Number(days), nanosOfDay: nanos - days * NANOS_PER_DAY };
}

/** Epoch nanoseconds cut to `precision` digits of a second. */
export function truncateNanos(nanos: bigint, precision: number): bigint {
  if (precision >= 9) return nanos;
  const unit = 10n ** BigInt(9 - precision);
  return floorDivide(nanos, unit) * unit;
}

/** Milliseconds of a day cut to `precision` digits of a second. */
export function truncateMillis(millis: number, precision: number): number {
  if (precision >= 3) return millis;
  const unit = 10 ** (3 - precision);
  return Math.floor(millis / unit) * unit;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** Prints a DATE: `2021-09-24`. */
export function printDate(days: number): string {
  const { year, month, day } = civilFromDays(days);
  const text = year < 0 ? `-${pad(-year, 4)}` : pad(year, 4);
  return `${text}-${pad(month, 2)}-${pad(day, 2)}`;
}

/**
 * Prints a TIME: `12:34:56`, and with a precision `12:34:56.1` at most that many digits, at least
 * one.
 */
export function printTime(millis: number, precision: number): string {
  const ms = ((millis % MILLIS_PER_DAY) + MILLIS_PER_DAY) % MILLIS_PER_DAY;
  const text = clock(Math.floor(ms / 1000));
  if (precision === 0) return text;
  const digits = pad(ms % 1000, 3).slice(0, precision);
  return `${text}.${digits.replace(/(?<=.)0+$/, '')}`;
}

function clock(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${pad(Math.floor(minutes / 60), 2)}:${pad(minutes % 60, 2)}:${pad(seconds % 60, 2)}`;
}

/** Prints a TIMESTAMP with all digits of its precision: `2021-09-24 12:34:56.100`. */
export function printTimestamp(nanos: bigint, precision: number): string {
  const { days, nanosOfDay } = splitDay(nanos);
  const ofDay = Number(nanosOfDay);
  const text = `${printDate(days)} ${clock(Math.floor(ofDay / 1e9))}`;
  if (precision === 0) return text;
  return `${text}.${pad(ofDay % 1e9, 9).slice(0, precision)}`;
}

/**
 * Parses a DATE: `2021-9-24`, `2021-09`, `2021`, or the date of a timestamp; null when it is none.
 */
export function parseDate(text: string): number | null {
  const match = /^\s*(\d{1,9})(?:-\s*(\d{1,9})\s*(?:-\s*(\d{1,9}))?)?(?:\s.*)?$/s.exec(text);
  if (match === null) return null;
  const [, year, month = '1', day = '1'] = match;
  return checkedDays(Number(year), Number(month), Number(day));
}

function checkedDays(year: number, month: number, day: number): number | null {
  return isValidDate(year, month, day) ? daysFromCivil(year, month, day) : null;
}

/**
 * Parses a TIME: `12:34:56.123`, `12:34`, `12`, all with an offset after it if there is one; null
 * when it is none. Digits after the third round half up.
 */
export function parseTime(text: string): number | null {
  const match =
    /^\s*(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?)?\s*(?:([+-])(\d{1,2})(?::(\d{1,2}))?)?\s*$/.exec(
      text,
    );
  if (match === null) return null;
  const [, hour, minute = '0', second = '0', fraction = '', sign, zoneHour, zoneMinute = '0'] =
    match;
  const seconds = clockSeconds(Number(hour), Number(minute), Number(second));
  if (seconds === null) return null;
  const shift = zoneHour === undefined ? 0 : Number(zoneHour) * 3600 + Number(zoneMinute) * 60;
  // The offset is taken off to get UTC, as Flink reads it.
  const utc = sign === '-' ? seconds + shift : seconds - shift;
  const millis = utc * 1000 + Math.round(Number(`0.${fraction || '0'}`) * 1000);
  return ((millis % MILLIS_PER_DAY) + MILLIS_PER_DAY) % MILLIS_PER_DAY;
}

function clockSeconds(hour: number, minute: number, second: number): number | null {
  if (hour > 23 || minute > 59 || second > 59) return null;
  return hour * 3600 + minute * 60 + second;
}

const TIMESTAMP =
  /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{0,9}))?)?)?\s*$/;

/**
 * Parses a TIMESTAMP: `2021-09-24`, `2021-09-24 12:34`, `2021-09-24 12:34:56.123456789`, with a
 * `T` for the blank too; null when it is none.
 *
 * Units: epoch nanoseconds, the text taken as UTC.
 * Deviation: Flink moves February 30th to the month's last day; here it is no timestamp.
 */
export function parseTimestamp(text: string): bigint | null {
  const match = TIMESTAMP.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = ''] = match;
  const days = checkedDays(Number(year), Number(month), Number(day));
  const seconds = clockSeconds(Number(hour), Number(minute), Number(second));
  if (days === null || seconds === null) return null;
  const nanos = BigInt(fraction.padEnd(9, '0'));
  return BigInt(days) * NANOS_PER_DAY + BigInt(seconds) * NANOS_PER_SECOND + nanos;
}
