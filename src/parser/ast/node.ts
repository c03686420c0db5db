import type { Span } from '../../common/errors.ts';

/** What every node has. */
export interface Node<K extends string> {
  readonly kind: K;
  readonly span: Span | null;
}

/** A name of one or more parts, without quotes: a column, a field path, a table, a function. */
export interface Identifier extends Node<'Identifier'> {
  readonly parts: readonly string[];
}

/** A unit of time, in the singular (`DAYS` is read as `DAY`). */
export type TimeUnit = (typeof TIME_UNITS)[number];

/** Every unit that EXTRACT, FLOOR, CEIL, TIMESTAMPADD and TIMESTAMPDIFF may name. */
export const TIME_UNITS = [
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
  'ISODOW',
  'DOY',
  'HOUR',
  'MINUTE',
  'SECOND',
  'MILLISECOND',
  'MICROSECOND',
  'NANOSECOND',
  'EPOCH',
] as const;

/** DAY, DAY(3), DAY TO SECOND(3), SECOND(2, 3). */
export interface IntervalQualifier {
  readonly from: TimeUnit;
  readonly to: TimeUnit | null;
  /** Digits of the leading field. */
  readonly precision: number | null;
  /** Digits of the fraction of a second. */
  readonly fraction: number | null;
}
