import { TIME_UNITS, type TimeUnit } from './ast/node.ts';

const UNITS: ReadonlyMap<string, TimeUnit> = new Map([
  ...TIME_UNITS.map((unit) => [unit, unit] as const),
  ...TIME_UNITS.map((unit) => [`${unit}S`, unit] as const),
  ['CENTURIES', 'CENTURY'],
  ['MILLENNIA', 'MILLENNIUM'],
  ['SQL_TSI_SECOND', 'SECOND'],
  ['SQL_TSI_MINUTE', 'MINUTE'],
  ['SQL_TSI_HOUR', 'HOUR'],
  ['SQL_TSI_DAY', 'DAY'],
  ['SQL_TSI_WEEK', 'WEEK'],
  ['SQL_TSI_MONTH', 'MONTH'],
  ['SQL_TSI_QUARTER', 'QUARTER'],
  ['SQL_TSI_YEAR', 'YEAR'],
]);

/** The unit of time that a word names, in the singular or the plural; null if none. */
export function timeUnit(word: string): TimeUnit | null {
  return UNITS.get(word.toUpperCase()) ?? null;
}
