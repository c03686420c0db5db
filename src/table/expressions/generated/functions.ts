// Written by `npm run docs` from the definitions in `src/functions/builtin`.

import type { Temporal } from 'temporal-polyfill';
import { asExpression, BuiltExpression } from '../built-expression.ts';
import type { Expression } from '../expression.ts';
import type {
  AnyOperand,
  Datetime,
  Interval,
  Numeric,
  Operand,
  Timepoint,
  Untyped,
} from '../values.ts';

/** The angle of a point (x, y), in radians. */
export function atan2<C extends string = never>(
  y: Operand<Numeric | null, C>,
  x: Operand<Numeric | null, C>,
): Expression<number | null, C> {
  return asExpression(BuiltExpression.builtin('ATAN2', [y, x]));
}

/** The first argument that is not NULL. */
export function coalesce<C extends string = never>(
  ...value: readonly AnyOperand<C>[]
): Expression<Untyped, C> {
  return asExpression(BuiltExpression.builtin('COALESCE', [...value]));
}

/** Strings, one after the other; NULL if one is NULL. */
export function concat<C extends string = never>(
  string: Operand<string | null, C>,
  ...string2: readonly Operand<string | null, C>[]
): Expression<string | null, C> {
  return asExpression(BuiltExpression.builtin('CONCAT', [string, ...string2]));
}

/** Strings joined by a separator; those that are NULL are left out. */
export function concatWs<C extends string = never>(
  separator: Operand<string | null, C>,
  string: Operand<string | null, C>,
  ...string2: readonly Operand<string | null, C>[]
): Expression<string | null, C> {
  return asExpression(BuiltExpression.builtin('CONCAT_WS', [separator, string, ...string2]));
}

/** A time of one zone as the time of another; NULL if the text is no time. */
export function convertTz<C extends string = never>(
  text: Operand<string | null, C>,
  from: Operand<string | null, C>,
  to: Operand<string | null, C>,
): Expression<string | null, C> {
  return asExpression(BuiltExpression.builtin('CONVERT_TZ', [text, from, to]));
}

/** The share of the rows of the partition that come before the row or are its peers. */
export function cumeDist(): Expression<number, never> {
  return asExpression(BuiltExpression.builtin('CUME_DIST', []));
}

/** The name of the current database. */
export function currentDatabase(): Expression<string, never> {
  return asExpression(BuiltExpression.builtin('CURRENT_DATABASE', []));
}

/** The date in the session zone. */
export function currentDate(): Expression<Temporal.PlainDate, never> {
  return asExpression(BuiltExpression.builtin('CURRENT_DATE', []));
}

/** The instant at which the row is computed. */
export function currentRowTimestamp(): Expression<Temporal.Instant, never> {
  return asExpression(BuiltExpression.builtin('CURRENT_ROW_TIMESTAMP', []));
}

/** The time of day in the session zone. */
export function currentTime(): Expression<Temporal.PlainTime, never> {
  return asExpression(BuiltExpression.builtin('CURRENT_TIME', []));
}

/** The current instant. */
export function currentTimestamp(): Expression<Temporal.Instant, never> {
  return asExpression(BuiltExpression.builtin('CURRENT_TIMESTAMP', []));
}

/** The watermark that has arrived from all inputs, of the type of a rowtime attribute; NULL before the first one, and always in batch mode. */
export function currentWatermark<C extends string = never>(
  rowtime: Operand<Timepoint | null, C>,
): Expression<Untyped, C> {
  return asExpression(BuiltExpression.builtin('CURRENT_WATERMARK', [rowtime]));
}

/** A point in time as text, by a pattern of Java's DateTimeFormatter. */
export function dateFormat<C extends string = never>(
  value: Operand<Timepoint | Datetime | string | null, C>,
  pattern: Operand<string | null, C>,
): Expression<string | null, C> {
  return asExpression(BuiltExpression.builtin('DATE_FORMAT', [value, pattern]));
}

/** The rank of the row without gaps: one more than the different rows before it. */
export function denseRank(): Expression<bigint, never> {
  return asExpression(BuiltExpression.builtin('DENSE_RANK', []));
}

/** The base of the natural logarithm. */
export function e(): Expression<number, never> {
  return asExpression(BuiltExpression.builtin('E', []));
}

/** A time in the session zone as text, from seconds since 1970. */
export function fromUnixtime<C extends string = never>(
  seconds: Operand<Numeric | null, C>,
  pattern?: Operand<string | null, C>,
): Expression<string | null, C> {
  return asExpression(BuiltExpression.builtin('FROM_UNIXTIME', [seconds, pattern]));
}

/** The greatest argument; NULL if one is NULL. */
export function greatest<C extends string = never>(
  ...value: readonly AnyOperand<C>[]
): Expression<Untyped, C> {
  return asExpression(BuiltExpression.builtin('GREATEST', [...value]));
}

/** Marks a text as JSON, for JSON_OBJECT and JSON_ARRAY. */
export function json<C extends string = never>(
  value: Operand<string | null, C>,
): Expression<string | null, C> {
  return asExpression(BuiltExpression.builtin('JSON', [value]));
}

/** A value of any type as JSON. */
export function jsonString<C extends string = never>(
  value: AnyOperand<C>,
): Expression<string | null, C> {
  return asExpression(BuiltExpression.builtin('JSON_STRING', [value]));
}

/** The value in the row that is `offset` rows (1 unless given) before the row in its partition; where there is none, the default or NULL. */
export function lag<C extends string = never>(
  value: AnyOperand<C>,
  offset?: Operand<number | bigint | null, C>,
  defaultValue?: AnyOperand<C>,
): Expression<Untyped, C> {
  return asExpression(BuiltExpression.builtin('LAG', [value, offset, defaultValue]));
}

/** The value in the row that is `offset` rows (1 unless given) behind the row in its partition; where there is none, the default or NULL. */
export function lead<C extends string = never>(
  value: AnyOperand<C>,
  offset?: Operand<number | bigint | null, C>,
  defaultValue?: AnyOperand<C>,
): Expression<Untyped, C> {
  return asExpression(BuiltExpression.builtin('LEAD', [value, offset, defaultValue]));
}

/** The least argument; NULL if one is NULL. */
export function least<C extends string = never>(
  ...value: readonly AnyOperand<C>[]
): Expression<Untyped, C> {
  return asExpression(BuiltExpression.builtin('LEAST', [...value]));
}

/** The time of day in the session zone. */
export function localTime(): Expression<Temporal.PlainTime, never> {
  return asExpression(BuiltExpression.builtin('LOCALTIME', []));
}

/** The time in the session zone. */
export function localTimestamp(): Expression<Temporal.PlainDateTime, never> {
  return asExpression(BuiltExpression.builtin('LOCALTIMESTAMP', []));
}

/** The natural logarithm of a number, or its logarithm to a base given first. */
export function log<C extends string = never>(
  value: Operand<Numeric | null, C>,
  number?: Operand<Numeric | null, C>,
): Expression<number | null, C> {
  return asExpression(BuiltExpression.builtin('LOG', [value, number]));
}

/** A map of an array of keys and an array of as many values. */
export function mapFromArrays<C extends string = never>(
  keys: Operand<readonly unknown[] | null, C>,
  values: Operand<readonly unknown[] | null, C>,
): Expression<Map<unknown, unknown> | null, C> {
  return asExpression(BuiltExpression.builtin('MAP_FROM_ARRAYS', [keys, values]));
}

/** A number or interval with the opposite sign. */
export function negative<C extends string = never>(
  value: Operand<Numeric | Interval | null, C>,
): Expression<Untyped, C> {
  return asExpression(BuiltExpression.builtin('NEGATE', [value]));
}

/** The current instant. */
export function now(): Expression<Temporal.Instant, never> {
  return asExpression(BuiltExpression.builtin('NOW', []));
}

/** The bucket of the row, from 1, when the partition is cut into so many buckets of about the same size. */
export function ntile<C extends string = never>(
  buckets: Operand<number | bigint | null, C>,
): Expression<bigint, C> {
  return asExpression(BuiltExpression.builtin('NTILE', [buckets]));
}

/** An object of a class, by its fields: a row whose fields have the names of the keys. */
export function objectOf<C extends string = never>(
  className: Operand<string | null, C>,
  ...entries: readonly AnyOperand<C>[]
): Expression<Untyped, C> {
  return asExpression(BuiltExpression.builtin('OBJECT_OF', [className, ...entries]));
}

/** The rank of the row as a share of its partition, from 0 to 1: (rank - 1) / (rows - 1). */
export function percentRank(): Expression<number, never> {
  return asExpression(BuiltExpression.builtin('PERCENT_RANK', []));
}

/** The number pi. */
export function pi(): Expression<number, never> {
  return asExpression(BuiltExpression.builtin('PI', []));
}

/** The instant at which the row is computed, as a processing time attribute. */
export function proctime(): Expression<Temporal.Instant, never> {
  return asExpression(BuiltExpression.builtin('PROCTIME', []));
}

/** A random number from 0 (included) to 1 (excluded), the same ones for the same seed. */
export function rand<C extends string = never>(
  seed?: Operand<number | bigint | null, C>,
): Expression<number | null, C> {
  return asExpression(BuiltExpression.builtin('RAND', [seed]));
}

/** A random integer from 0 (included) to a bound (excluded), the same ones for the same seed. */
export function randInteger<C extends string = never>(
  value: Operand<number | bigint | null, C>,
  bound?: Operand<number | bigint | null, C>,
): Expression<number | null, C> {
  return asExpression(BuiltExpression.builtin('RAND_INTEGER', [value, bound]));
}

/** One more than the rows before the row and its peers: equal rows have one rank, and gaps follow. */
export function rank(): Expression<bigint, never> {
  return asExpression(BuiltExpression.builtin('RANK', []));
}

/** The number of the row in its partition, from 1. */
export function rowNumber(): Expression<bigint, never> {
  return asExpression(BuiltExpression.builtin('ROW_NUMBER', []));
}

/** In a WATERMARK clause: the watermark that the source itself gives. */
export function sourceWatermark(): Expression<Temporal.PlainDateTime, never> {
  return asExpression(BuiltExpression.builtin('SOURCE_WATERMARK', []));
}

/** A date from text; NULL if it is none. */
export function toDate<C extends string = never>(
  text: Operand<string | null, C>,
  pattern?: Operand<string | null, C>,
): Expression<Temporal.PlainDate | null, C> {
  return asExpression(BuiltExpression.builtin('TO_DATE', [text, pattern]));
}

/** A TIMESTAMP(3) from text; NULL if it is none. */
export function toTimestamp<C extends string = never>(
  text: Operand<string | null, C>,
  pattern?: Operand<string | null, C>,
): Expression<Temporal.PlainDateTime | null, C> {
  return asExpression(BuiltExpression.builtin('TO_TIMESTAMP', [text, pattern]));
}

/** A TIMESTAMP_LTZ from a number of seconds (precision 0) or milliseconds (3) since 1970, or from text in UTC or a given zone; NULL if it is none. */
export function toTimestampLtz<C extends string = never>(
  value: Operand<Numeric | string | null, C>,
  other?: Operand<number | bigint | string | null, C>,
  zone?: Operand<string | null, C>,
): Expression<Temporal.Instant | null, C> {
  return asExpression(BuiltExpression.builtin('TO_TIMESTAMP_LTZ', [value, other, zone]));
}

/** Seconds since 1970, of now or of a time in the session zone; the least BIGINT for a text that is no time. */
export function unixTimestamp<C extends string = never>(
  text?: Operand<string | null, C>,
  pattern?: Operand<string | null, C>,
): Expression<bigint | null, C> {
  return asExpression(BuiltExpression.builtin('UNIX_TIMESTAMP', [text, pattern]));
}

/** A random UUID (RFC 4122, version 4). */
export function uuid(): Expression<string, never> {
  return asExpression(BuiltExpression.builtin('UUID', []));
}
