import type { ValueRange as Bounds, Column } from '../columnar/column.ts';
import { integerWidth } from '../columnar/kernels/key-parts.ts';
import { storedValue } from '../columnar/values.ts';
import type { ColumnCondition, ValueRange } from '../formats/format.ts';
import { comparatorOf, compareStrings, isOrdered } from '../functions/compare.ts';
import type { DataType } from '../types/data-type.ts';

/** The values of so many rows are looked at one by one. */
const ROWS_FEW = 1024;
/** Ranges that values are told by: more cost more than they leave out. */
const RANGES_MAX = 32;

/**
 * The condition that a column is equal to a value of another one, which is of the same type and has
 * values in a range, if that is known; null: nothing short can be said. NULL is equal to nothing.
 */
export function equalsOneOf(
  name: string,
  values: Column,
  range: Bounds | null,
): ColumnCondition | null {
  const ranges = rangesOf(values, range);
  return ranges === null ? null : { column: name, ranges, orNull: false };
}

/** Ranges that have all values of a column, NULL apart; null: not known. */
function rangesOf(column: Column, range: Bounds | null): readonly ValueRange[] | null {
  const { type } = column;
  if (column.nullCount === column.length) return [];
  if (!isOrdered(type)) return null;
  const width = integerWidth(type);
  if (column.length > ROWS_FEW) {
    if (width === null || range === null) return null;
    return [rangeOf(storedValue(type, range.least), storedValue(type, range.greatest))];
  }
  if (width !== null) return rangesOfNumbers(valuesOf(column), type);
  return type.kind === 'VARCHAR' ? rangesOfTexts(valuesOf(column) as Set<string>) : null;
}

/** Neighbours are told by one range where they are too many. */
function rangesOfNumbers(values: ReadonlySet<unknown>, type: DataType): readonly ValueRange[] {
  const sorted = [...values].sort(comparatorOf(type)) as (number | bigint)[];
  const gaps = sorted.slice(1).map((value, i) => Number(value) - Number(sorted[i]));
  // A gap of this size or more parts two ranges.
  const least = gaps.toSorted((a, b) => b - a)[RANGES_MAX - 1] ?? 0;
  const ranges: ValueRange[] = [];
  let first = sorted[0]!;
  for (const [i, gap] of gaps.entries()) {
    if (gap <= least) continue;
    ranges.push(rangeOf(first, sorted[i]));
    first = sorted[i + 1]!;
  }
  return [...ranges, rangeOf(first, sorted.at(-1))];
}

function rangesOfTexts(values: ReadonlySet<string>): readonly ValueRange[] {
  if (values.size <= RANGES_MAX) return [...values].map((value) => rangeOf(value, value));
  const sorted = [...values].sort(compareStrings);
  return [rangeOf(sorted[0], sorted.at(-1))];
}

/** The different values of a column, NULL apart. */
function valuesOf(column: Column): ReadonlySet<unknown> {
  const values = new Set<unknown>();
  for (let row = 0; row < column.length; row++) values.add(column.get(row));
  values.delete(null);
  return values;
}

function rangeOf(min: unknown, max: unknown): ValueRange {
  return { min, max, minInclusive: true, maxInclusive: true };
}
