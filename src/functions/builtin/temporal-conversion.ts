import { runtimeError } from '../../common/errors.ts';
import type { DataType } from '../../types/data-type.ts';
import { decimalToNumber } from '../../types/decimal.ts';
import { isCharacter } from '../../types/families.ts';
import {
  floorDivide,
  NANOS_PER_DAY,
  NANOS_PER_MILLI,
  NANOS_PER_SECOND,
  parseDate,
  parseTimestamp,
  truncateNanos,
} from '../../types/time.ts';
import {
  findTimeZone,
  instantToLocal,
  localToInstant,
  type TimeZone,
  timeZone,
} from '../../types/time-zone.ts';
import { BIGINT, DATE, STRING, timestamp, timestampLtz } from '../../types/types.ts';
import { checkPattern } from '../check-pattern.ts';
import { datePattern } from '../date-pattern.ts';
import { localConversion } from '../datetime-fields.ts';
import { defineScalar } from '../define.ts';
import type { CallShape, CallSite, RowFunction } from '../definition.ts';
import {
  type ArgumentStrategy,
  arg,
  argOf,
  explicit,
  forceNullable,
  optionalFrom,
  or,
  sequence,
} from '../type-strategies.ts';

const DEFAULT_PATTERN = 'yyyy-MM-dd HH:mm:ss';
const text = arg('text', 'CHARACTER_STRING');
const pattern = literalChecked(arg('pattern', 'CHARACTER_STRING'));

/** A literal pattern is checked at once. */
function literalChecked(inner: ArgumentStrategy): ArgumentStrategy {
  return argOf(inner.text, (call, index) => {
    const literal = call.literals[index];
    if (typeof literal === 'string') checkPattern(() => datePattern(literal));
    return inner.infer(call, index);
  });
}

/** Reads a timestamp with a pattern, or as SQL writes it when the pattern does not fit. */
function readTimestamp(value: string, format: string): bigint | null {
  const parsed = datePattern(format).parse(value);
  if (parsed !== null) return parsed.nanos;
  return /^\s*\d{4}-\d{1,2}-\d{1,2}( \d{1,2}:\d{1,2}:\d{1,2}(\.\d{1,9})?)?\s*$/.test(value)
    ? parseTimestamp(value.trim())
    : null;
}

/** DATE_FORMAT(time, pattern). */
export const DATE_FORMAT = defineScalar({
  name: 'DATE_FORMAT',
  tableApi: { method: null, function: 'dateFormat' },
  doc: "A point in time as text, by a pattern of Java's DateTimeFormatter.",
  input: or(
    sequence(arg('time', 'TIMEPOINT'), pattern),
    sequence(arg('time', 'DATE', 'TIME'), pattern),
    sequence(text, pattern),
  ),
  output: forceNullable(explicit(STRING)),
  specialize: (site) => {
    const type = site.types[0]!;
    if (isCharacter(type)) {
      return (value: string, format: string) => {
        const nanos = parseTimestamp(value);
        return nanos === null ? null : datePattern(format).format(nanos);
      };
    }
    const zone = timeZone(site.context.timeZone);
    const { toLocal } = localConversion(type, site.context);
    return (value: never, format: string) => {
      const local = toLocal(value);
      const offset = type.kind === 'TIMESTAMP_LTZ' ? (local - value) / NANOS_PER_SECOND : 0n;
      return datePattern(format).format(local, Number(offset), zone.name);
    };
  },
  examples: [
    ["DATE_FORMAT(TIMESTAMP '2018-03-14 01:02:03', 'yyyy/MM/dd')", '2018/03/14'],
    ["DATE_FORMAT('2018-03-14 01:02:03', 'EEE d MMM')", 'Wed 14 Mar'],
  ],
});

/** TO_DATE(text [, pattern]). */
export const TO_DATE = defineScalar({
  name: 'TO_DATE',
  tableApi: { method: null, function: 'toDate' },
  doc: 'A date from text; NULL if it is none.',
  input: optionalFrom(1, text, pattern),
  output: forceNullable(explicit(DATE)),
  eval: (value: string, format?: string) => {
    if (format === undefined) return parseDate(value);
    const nanos = readTimestamp(value, format);
    return nanos === null ? null : Number(floorDivide(nanos, NANOS_PER_DAY));
  },
  examples: [
    ["TO_DATE('2017-09-15')", '2017-09-15'],
    ["TO_DATE('15.09.2017', 'dd.MM.yyyy')", '2017-09-15'],
    ["TO_DATE('x')", 'NULL'],
  ],
});

/** TO_TIMESTAMP(text [, pattern]). */
export const TO_TIMESTAMP = defineScalar({
  name: 'TO_TIMESTAMP',
  tableApi: { method: null, function: 'toTimestamp' },
  doc: 'A TIMESTAMP(3) from text; NULL if it is none.',
  input: optionalFrom(1, text, pattern),
  output: forceNullable(explicit(timestamp(3))),
  eval: (value: string, format?: string) => {
    const nanos = format === undefined ? parseTimestamp(value) : readTimestamp(value, format);
    return nanos === null ? null : truncateNanos(nanos, 3);
  },
  examples: [
    ["TO_TIMESTAMP('2017-09-15 00:00:00')", '2017-09-15 00:00:00.000'],
    ["TO_TIMESTAMP('20170915000000', 'yyyyMMddHHmmss')", '2017-09-15 00:00:00.000'],
    ["TO_TIMESTAMP('abc')", 'NULL'],
  ],
});

/** TO_TIMESTAMP_LTZ(epoch [, precision]), TO_TIMESTAMP_LTZ(text [, pattern [, zone]]). */
export const TO_TIMESTAMP_LTZ = defineScalar({
  name: 'TO_TIMESTAMP_LTZ',
  tableApi: { method: null, function: 'toTimestampLtz' },
  doc: 'A TIMESTAMP_LTZ from a number of seconds (precision 0) or milliseconds (3) since 1970, or from text in UTC or a given zone; NULL if it is none.',
  input: or(
    optionalFrom(1, arg('epoch', 'NUMERIC'), arg('precision', 'INTEGER_NUMERIC')),
    optionalFrom(1, text, pattern, arg('zone', 'CHARACTER_STRING')),
  ),
  output: forceNullable((call) => timestampLtz(ltzPrecision(call))),
  specialize: (site) =>
    isCharacter(site.types[0]!) ? instantFromText(site) : instantFromNumber(site.types[0]!, site),
  examples: [
    ['TO_TIMESTAMP_LTZ(1234, 3)', '1970-01-01 00:00:01.234'],
    ["TO_TIMESTAMP_LTZ('2023-01-01 00:00:00')", '2023-01-01 00:00:00.000'],
  ],
});

function ltzPrecision(call: CallShape): number {
  const second = call.literals[1];
  if (typeof second === 'string')
    return Math.max(3, Math.min(9, datePattern(second).fractionDigits));
  if (typeof second === 'number' && second >= 0 && second <= 9) return Math.max(3, second);
  return 3;
}

/** The precision that was decided when the call was bound: arguments may be folded since then. */
function precisionOf(result: DataType): number {
  return result.kind === 'TIMESTAMP_LTZ' ? result.precision : 3;
}

/** The instants of the years 0 to 9999, in epoch nanoseconds. */
const INSTANT_MIN = -62_167_219_200n * NANOS_PER_SECOND;
const INSTANT_END = 253_402_300_800n * NANOS_PER_SECOND;

function instantFromNumber(type: DataType, site: CallSite): RowFunction {
  const scale = type.kind === 'DECIMAL' ? type.scale : 0;
  const resultPrecision = precisionOf(site.result);
  return (value: number | bigint, digits: number | bigint = 3) => {
    const precision = Number(digits);
    if (precision < 0 || precision > 9) {
      throw runtimeError('INVALID_FUNCTION_ARGUMENT', {
        function: 'TO_TIMESTAMP_LTZ',
        reason: `the precision must be between 0 and 9, not ${precision}`,
      });
    }
    const nanos = scaleToNanos(value, scale, precision);
    if (nanos === null || nanos < INSTANT_MIN || nanos >= INSTANT_END) return null;
    return truncateNanos(nanos, resultPrecision);
  };
}

function scaleToNanos(value: number | bigint, scale: number, precision: number): bigint | null {
  const unit = 10n ** BigInt(9 - precision);
  if (typeof value === 'bigint' && scale === 0) return value * unit;
  const number = typeof value === 'bigint' ? decimalToNumber(value, scale) : value;
  const nanos = number * Number(unit);
  if (!Number.isFinite(nanos) || Math.abs(nanos) > 1e21) return null;
  // Milliseconds are what Flink computes in.
  return BigInt(Math.trunc(nanos / 1e6)) * NANOS_PER_MILLI;
}

function instantFromText(site: CallSite): RowFunction {
  const precision = precisionOf(site.result);
  const hasZone = site.types.length === 3;
  const utc = timeZone('UTC');
  return (value: string, format = DEFAULT_PATTERN, zoneName?: string) => {
    const zone = hasZone ? timeZone(zoneName ?? 'UTC') : utc;
    const parsed = site.types.length === 1 ? null : datePattern(format).parse(value);
    const local = parsed?.nanos ?? fallback(value, site.types.length === 1);
    if (local === null) return null;
    const offset = parsed?.offsetSeconds ?? null;
    const nanos =
      offset === null ? localToInstant(local, zone) : local - BigInt(offset) * NANOS_PER_SECOND;
    return truncateNanos(nanos, precision);
  };
}

function fallback(value: string, plain: boolean): bigint | null {
  return plain ? parseTimestamp(value) : readTimestamp(value, DEFAULT_PATTERN);
}

/** UNIX_TIMESTAMP(), UNIX_TIMESTAMP(text [, pattern]). */
export const UNIX_TIMESTAMP = defineScalar({
  name: 'UNIX_TIMESTAMP',
  tableApi: { method: null, function: 'unixTimestamp' },
  doc: 'Seconds since 1970, of now or of a time in the session zone; the least BIGINT for a text that is no time.',
  input: optionalFrom(0, text, pattern),
  output: (call) => ({ ...BIGINT, nullable: call.types.some((type) => type.nullable) }),
  deterministic: false,
  specialize: ({ context }) => {
    const zone = timeZone(context.timeZone);
    const now = floorDivide(context.now, NANOS_PER_SECOND);
    return (value?: string, format = DEFAULT_PATTERN) => {
      if (value === undefined) return now;
      const local = readTimestamp(value, format);
      if (local === null) return -9223372036854775808n;
      return floorDivide(localToInstant(local, zone), NANOS_PER_SECOND);
    };
  },
  examples: [["UNIX_TIMESTAMP('1970-01-02 00:00:00')", '86400']],
});

/** FROM_UNIXTIME(seconds [, pattern]). */
export const FROM_UNIXTIME = defineScalar({
  name: 'FROM_UNIXTIME',
  tableApi: { method: null, function: 'fromUnixtime' },
  doc: 'A time in the session zone as text, from seconds since 1970.',
  input: optionalFrom(1, arg('seconds', 'NUMERIC'), pattern),
  output: forceNullable(explicit(STRING)),
  specialize: ({ context, types }) => {
    const zone = timeZone(context.timeZone);
    const type = types[0]!;
    const scale = type.kind === 'DECIMAL' ? type.scale : 0;
    return (value: number | bigint, format = DEFAULT_PATTERN) => {
      const seconds = typeof value === 'bigint' ? value / 10n ** BigInt(scale) : Math.trunc(value);
      return printInstant(BigInt(seconds) * NANOS_PER_SECOND, zone, format);
    };
  },
  examples: [
    ['FROM_UNIXTIME(44)', '1970-01-01 00:00:44'],
    ["FROM_UNIXTIME(44, 'yyyy')", '1970'],
  ],
});

function printInstant(nanos: bigint, zone: TimeZone, format: string): string {
  const local = instantToLocal(nanos, zone);
  return datePattern(format).format(local, Number((local - nanos) / NANOS_PER_SECOND), zone.name);
}

/** CONVERT_TZ(text, from, to). */
export const CONVERT_TZ = defineScalar({
  name: 'CONVERT_TZ',
  tableApi: { method: null, function: 'convertTz' },
  doc: 'A time of one zone as the time of another; NULL if the text is no time.',
  input: sequence(text, arg('from', 'CHARACTER_STRING'), arg('to', 'CHARACTER_STRING')),
  output: forceNullable(explicit(STRING)),
  eval: (value: string, from: string, to: string) => {
    const local = readTimestamp(value, DEFAULT_PATTERN);
    if (local === null) return null;
    // As Java does, an unknown zone is UTC.
    const source = findTimeZone(from) ?? timeZone('UTC');
    const target = findTimeZone(to) ?? timeZone('UTC');
    return printInstant(localToInstant(local, source), target, DEFAULT_PATTERN);
  },
  examples: [
    ["CONVERT_TZ('1970-01-01 00:00:00', 'UTC', 'America/Los_Angeles')", '1969-12-31 16:00:00'],
  ],
});
