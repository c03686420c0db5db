import type { Batch } from '../../columnar/batch.ts';
import type { FixedColumn } from '../../columnar/column.ts';
import { integerWidth } from '../../columnar/kernels/key-parts.ts';
import { storedValue } from '../../columnar/values.ts';
import type { ColumnCondition } from '../../formats/format.ts';
import { mayOverlap } from '../../formats/overlap.ts';
import { comparatorOf, isOrdered } from '../../functions/compare.ts';
import type { Schema } from '../../types/schema.ts';

/** Whether chunks know the range of the values of a column. */
export function hasRange(schema: Schema, column: string): boolean {
  const type = schema.fields.find(({ name }) => name === column)?.type;
  return type !== undefined && isOrdered(type) && integerWidth(type) !== null;
}

/** Whether rows of a chunk may fulfil all conditions, as far as the ranges of its columns tell. */
export function mayMatch(
  { schema, columns }: Batch,
  conditions: readonly ColumnCondition[],
): boolean {
  return conditions.every(({ column: name, ranges, orNull }) => {
    if (ranges.length === 0 && !orNull) return false;
    const column = columns[schema.fields.findIndex((field) => field.name === name)];
    if (column === undefined || (orNull && column.nullCount > 0)) return true;
    if (column.nullCount === column.length) return false;
    if (column.layout !== 'fixed' || column.range === null) return true;
    const { min, max } = boundsOf(column, column.range);
    const compare = comparatorOf(column.type);
    return ranges.some((range) => mayOverlap(range, min, max, compare));
  });
}

/** The range of a column as internal values of its type. */
function boundsOf(
  { type }: FixedColumn,
  { least, greatest }: NonNullable<FixedColumn['range']>,
): { readonly min: unknown; readonly max: unknown } {
  const [min, max] = [least, greatest].map((stored) => storedValue(type, stored));
  return { min, max };
}
