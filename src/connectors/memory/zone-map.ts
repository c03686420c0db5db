import type { Batch } from '../../columnar/batch.ts';
import type { FixedColumn } from '../../columnar/column.ts';
import { integerWidth } from '../../columnar/kernels/key-parts.ts';
import { storedValue } from '../../columnar/values.ts';
import type { ColumnCondition } from '../../formats/format.ts';
import { mayOverlap } from '../../formats/overlap.ts';
import { comparatorOf, isOrdered } from '../../functions/compare.ts';
import { columnIndex, type Schema } from '../../types/schema.ts';

/** Whether chunks know the range of the values of a column. */
export function hasRange(schema: Schema, column: string): boolean {
  const type = schema.fields.find(({ name }) => name === column)?.type;
  return type !== undefined && isOrdered(type) && integerWidth(type) !== null;
}

/** Whether rows of a chunk may fulfil conditions, as far as the ranges of its columns tell. */
export type RangeTest = (chunk: Batch) => boolean;

/** The test of the chunks of a table; null: there is no condition. */
export function rangeTest(
  schema: Schema,
  conditions: readonly ColumnCondition[],
): RangeTest | null {
  if (conditions.length === 0) return null;
  const tests = conditions.map((condition) => columnTest(schema, condition));
  return (chunk) => tests.every((test) => test(chunk));
}

function columnTest(schema: Schema, { column: name, ranges, orNull }: ColumnCondition): RangeTest {
  if (ranges.length === 0 && !orNull) return () => false;
  const index = columnIndex(schema, name);
  if (index === null) return () => true;
  const compare = comparatorOf(schema.fields[index]!.type);
  return ({ columns }) => {
    const column = columns[index]!;
    if (orNull && column.nullCount > 0) return true;
    if (column.nullCount === column.length) return false;
    if (column.layout !== 'fixed' || column.range === null) return true;
    const { min, max } = boundsOf(column, column.range);
    return ranges.some((range) => mayOverlap(range, min, max, compare));
  };
}

/** The range of a column as internal values of its type. */
function boundsOf(
  { type }: FixedColumn,
  { least, greatest }: NonNullable<FixedColumn['range']>,
): { readonly min: unknown; readonly max: unknown } {
  return { min: storedValue(type, least), max: storedValue(type, greatest) };
}
