import { describe, expect, test } from 'vitest';
import { batchOf } from '../../src/columnar/batch.ts';
import type { Version } from '../../src/connectors/memory/memory-table.ts';
import { sampledSummary } from '../../src/connectors/memory/summary.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { field, schemaOf } from '../../src/types/schema.ts';
import { columnOf, withRegion } from '../columnar/arbitrary.ts';

const INT: DataType = { kind: 'INT', nullable: true };
const ROWS = 60_000;

/** How many values a column is said to have. */
function distinctOf(values: readonly (number | null)[]): number {
  return withRegion((region) => {
    const batch = batchOf(schemaOf([field('n', INT)]), [columnOf(INT, values, region)]);
    const version = { chunks: [{ batch }], rows: values.length } as unknown as Version;
    return sampledSummary(version, 0)!.distinctCount!;
  });
}

const column = (value: (row: number) => number | null): (number | null)[] =>
  Array.from({ length: ROWS }, (_, row) => value(row));

describe('the summary of a column by a sample', () => {
  test('unique values', () => {
    expect(distinctOf(column((row) => row))).toBe(ROWS);
  });

  test('values of which equal ones lie together', () => {
    const found = distinctOf(column((row) => Math.floor(row / 4)));
    expect(found).toBeGreaterThan(ROWS / 4 / 1.2);
    expect(found).toBeLessThan((ROWS / 4) * 1.2);
  });

  test('few values in turn', () => {
    expect(distinctOf(column((row) => row % 7))).toBe(7);
  });

  test('one value, and none', () => {
    expect(distinctOf(column(() => 5))).toBe(1);
    expect(distinctOf(column(() => null))).toBe(0);
  });
});
