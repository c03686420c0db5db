import { expect, test } from 'vitest';
import { Region } from '../../src/columnar/arena/region.ts';
import { batchOf } from '../../src/columnar/batch.ts';
import { MemorySource } from '../../src/connectors/memory/memory-source.ts';
import { MemoryTable, Storage } from '../../src/connectors/memory/memory-table.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { field, schemaOf } from '../../src/types/schema.ts';
import { ARENA, columnOf } from '../columnar/arbitrary.ts';

const INT: DataType = { kind: 'INT', nullable: true };
const COLUMNS = 100;

test('the splits of the latest lists of columns are kept, and no others', () => {
  const schema = schemaOf(Array.from({ length: COLUMNS }, (_, i) => field(`c${i}`, INT)));
  const region = new Region(ARENA);
  const columns = schema.fields.map(() => columnOf(INT, [1, 2], region));
  const table = new MemoryTable(schema, () => ARENA);
  table.publish(
    table.prepare([{ batch: batchOf(schema, columns), storage: new Storage(region) }], []),
  );
  const splitsOf = (column: number) =>
    new MemorySource(table, { columns: [column], conditions: [] }, null).splits(1);
  const first = splitsOf(0);
  expect(splitsOf(1)).not.toBe(first);
  expect(splitsOf(0)).toBe(first);
  for (let column = 1; column < COLUMNS; column++) splitsOf(column);
  expect(splitsOf(0)).toEqual(first);
  expect(splitsOf(0)).not.toBe(first);
});
