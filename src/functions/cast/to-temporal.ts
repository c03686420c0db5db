import type { DataType, TypeOfKind } from '../../types/data-type.ts';
import {
  NANOS_PER_DAY,
  NANOS_PER_MILLI,
  parseDate,
  parseTime,
  parseTimestamp,
  splitDay,
  truncateMillis,
  truncateNanos,
} from '../../types/time.ts';
import { instantToLocal, localToInstant, type TimeZone } from '../../types/time-zone.ts';
import { castFailed } from './cast-failed.ts';
import type { Conversion } from './to-number.ts';

/** A type of dates and times. */
export type TemporalType = TypeOfKind<'DATE' | 'TIME' | 'TIMESTAMP' | 'TIMESTAMP_LTZ'>;

/**
 * The cast of `from` to a date or time; null when there is none. Digits beyond the precision are
 * cut off. The zone is where TIMESTAMP_LTZ shows its local time.
 *
 * Errors: TableRuntimeError CAST_FAILED for text that is no date or time.
 */
export function toTemporal(from: DataType, to: TemporalType, zone: TimeZone): Conversion | null {
  if (from.kind === 'CHAR' || from.kind === 'VARCHAR') return fromString(to, zone);
  if (to.kind === 'DATE') return toDate(from, zone);
  if (to.kind === 'TIME') return toTime(from, to.precision, zone);
  const local = localNanos(from, zone);
  if (to.kind === 'TIMESTAMP') {
    return local && ((value) => truncateNanos(local(value), to.precision));
  }
  if (from.kind === 'TIMESTAMP_LTZ') {
    return (value) => truncateNanos(value as bigint, to.precision);
  }
  return local && ((value) => localToInstant(truncateNanos(local(value), to.precision), zone));
}

/** What local clocks show for a value, in epoch nanoseconds; null for types without clocks. */
function localNanos(from: DataType, zone: TimeZone): ((value: unknown) => bigint) | null {
  switch (from.kind) {
    case 'DATE':
      return (value) => BigInt(value as number) * NANOS_PER_DAY;
    case 'TIME':
      return (value) => BigInt(value as number) * NANOS_PER_MILLI;
    case 'TIMESTAMP':
      return (value) => value as bigint;
    case 'TIMESTAMP_LTZ':
      return (value) => instantToLocal(value as bigint, zone);
    default:
      return null;
  }
}

function toDate(from: DataType, zone: TimeZone): Conversion | null {
  if (from.kind === 'DATE') return (value) => value;
  const local = from.kind === 'TIME' ? null : localNanos(from, zone);
  return local && ((value) => splitDay(local(value)).days);
}

function toTime(from: DataType, precision: number, zone: TimeZone): Conversion | null {
  if (from.kind === 'TIME') return (value) => truncateMillis(value as number, precision);
  const local = from.kind === 'DATE' ? null : localNanos(from, zone);
  if (local === null) return null;
  return (value) => {
    const { nanosOfDay } = splitDay(local(value));
    return truncateMillis(Number(nanosOfDay / NANOS_PER_MILLI), precision);
  };
}

function fromString(to: TemporalType, zone: TimeZone): Conversion {
  const parse = parser(to, zone);
  return (value) => {
    const parsed = parse(value as string);
    if (parsed === null) throw castFailed(value, to);
    return parsed;
  };
}

function parser(to: TemporalType, zone: TimeZone): (text: string) => number | bigint | null {
  if (to.kind === 'DATE') return parseDate;
  if (to.kind === 'TIME') {
    return (text) => {
      const millis = parseTime(text);
      return millis === null ? null : truncateMillis(millis, to.precision);
    };
  }
  return (text) => {
    const nanos = parseTimestamp(text);
    if (nanos === null) return null;
    const cut = truncateNanos(nanos, to.precision);
    return to.kind === 'TIMESTAMP' ? cut : localToInstant(cut, zone);
  };
}
