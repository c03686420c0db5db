import type { DayTimeUnit, YearMonthUnit } from './data-type.ts';

/** Prints months as an INTERVAL: `+10-03` is ten years and three months. */
export function printYearMonth(months: number): string {
  const size = Math.abs(months);
  const rest = String(size % 12).padStart(2, '0');
  return `${months < 0 ? '-' : '+'}${Math.floor(size / 12)}-${rest}`;
}

/** Prints milliseconds as an INTERVAL: `+1 10:17:36.789`. */
export function printDayTime(millis: bigint): string {
  const size = millis < 0n ? -millis : millis;
  const two = (value: bigint) => String(value).padStart(2, '0');
  const seconds = size / 1000n;
  const clock = [(seconds / 3600n) % 24n, (seconds / 60n) % 60n, seconds % 60n].map(two).join(':');
  const fraction = String(size % 1000n).padStart(3, '0');
  return `${millis < 0n ? '-' : '+'}${seconds / 86400n} ${clock}.${fraction}`;
}

/** Parses the text of an INTERVAL literal: `10-3` YEAR TO MONTH, `5` MONTH. Null when malformed. */
export function parseYearMonth(text: string, unit: YearMonthUnit): number | null {
  const match = /^\s*([+-]?)\s*(\d{1,9})(?:-(\d{1,9}))?\s*$/.exec(text);
  if (match === null) return null;
  const [, sign, first, second] = match;
  if ((unit === 'YEAR TO MONTH') !== (second !== undefined)) return null;
  if (second !== undefined && Number(second) > 11) return null;
  const months = unit === 'MONTH' ? Number(first) : Number(first) * 12 + Number(second ?? 0);
  return sign === '-' ? -months : months;
}

/** Milliseconds of the units of a day-time INTERVAL, greatest first. */
const UNIT_MILLIS = { DAY: 86_400_000n, HOUR: 3_600_000n, MINUTE: 60_000n, SECOND: 1000n } as const;
type Unit = keyof typeof UNIT_MILLIS;
const UNITS: readonly Unit[] = ['DAY', 'HOUR', 'MINUTE', 'SECOND'];
/** The greatest value of a unit that is not the first of its interval. */
const UNIT_LAST = { DAY: 0, HOUR: 23, MINUTE: 59, SECOND: 59 } as const;

/** The units of `DAY TO SECOND`, as a list from the first to the last. */
function unitsOf(unit: DayTimeUnit): readonly Unit[] {
  const [from = '', to = from] = unit.split(' TO ');
  const names: readonly string[] = UNITS;
  return UNITS.slice(names.indexOf(from), names.indexOf(to) + 1);
}

/**
 * Parses the text of an INTERVAL literal: `1 10:17:36.789` DAY TO SECOND, `90` MINUTE. Null when
 * malformed. Units: milliseconds; digits after the third of a second are cut off.
 */
export function parseDayTime(text: string, unit: DayTimeUnit): bigint | null {
  const match = /^\s*([+-]?)\s*(\d+(?:[ :]\d+)*)(?:\.(\d{0,9}))?\s*$/.exec(text);
  if (match === null) return null;
  const [, sign, body = '', fraction] = match;
  const units = unitsOf(unit);
  const values = body.split(/[ :]/);
  const separators = body.replaceAll(/\d/g, '');
  const expected = units.slice(1).map((_, i) => (i === 0 && units[0] === 'DAY' ? ' ' : ':'));
  if (values.length !== units.length || separators !== expected.join('')) return null;
  if (fraction !== undefined && units.at(-1) !== 'SECOND') return null;
  let millis = BigInt((fraction ?? '').padEnd(3, '0').slice(0, 3));
  for (const [i, name] of units.entries()) {
    const value = BigInt(values[i] ?? '0');
    if (i > 0 && value > BigInt(UNIT_LAST[name])) return null;
    millis += value * UNIT_MILLIS[name];
  }
  return sign === '-' ? -millis : millis;
}

/** Milliseconds of the last unit of a day-time INTERVAL: what one of it is worth as a number. */
export function millisOfUnit(unit: DayTimeUnit): bigint {
  return UNIT_MILLIS[unitsOf(unit).at(-1) ?? 'SECOND'];
}

/** Months of the last unit of a year-month INTERVAL: what one of it is worth as a number. */
export function monthsOfUnit(unit: YearMonthUnit): number {
  return unit === 'YEAR' ? 12 : 1;
}

/** An ISO 8601 duration in the units of SQL intervals. */
export interface IsoDuration {
  readonly months: number;
  /** Milliseconds of the weeks, days and times. */
  readonly millis: bigint;
}

const ISO_DURATION =
  /^([+-]?)P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d{1,9}))?S)?)?$/i;

/** Parses `P1Y2M`, `P3DT4H`, `-PT1.5S`; null when malformed. */
export function parseIsoDuration(text: string): IsoDuration | null {
  const match = ISO_DURATION.exec(text.trim());
  if (match === null) return null;
  const [, sign, years, months, weeks, days, hours, minutes, seconds, fraction = ''] = match;
  const inMonths = Number(years ?? 0) * 12 + Number(months ?? 0);
  const inDays = BigInt(weeks ?? 0) * 7n + BigInt(days ?? 0);
  const millis =
    inDays * UNIT_MILLIS.DAY +
    BigInt(hours ?? 0) * UNIT_MILLIS.HOUR +
    BigInt(minutes ?? 0) * UNIT_MILLIS.MINUTE +
    BigInt(seconds ?? 0) * UNIT_MILLIS.SECOND +
    BigInt(fraction.padEnd(3, '0').slice(0, 3));
  return sign === '-' ? { months: -inMonths, millis: -millis } : { months: inMonths, millis };
}
