import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Arena } from '../../src/columnar/arena/arena.ts';
import { Region } from '../../src/columnar/arena/region.ts';
import { batchOf } from '../../src/columnar/batch.ts';
import { TaskMemory } from '../../src/exec/memory.ts';
import { TableOutput } from '../../src/exec/task/output.ts';
import { TableEnvironment } from '../../src/index.ts';
import { field, schemaOf } from '../../src/types/schema.ts';
import { columnOf } from '../columnar/arbitrary.ts';
import { contextOf } from '../exec/task-context.ts';

/** A few more than a hash table holds before it doubles: what it takes is then thought too low. */
const BUILD_ROWS = 131_100;
const PROBE_ROWS = 150_000;
/** Keys far from each other. */
const key = (i: number): string => String((BigInt(i) * 0x9e3779b97f4a7c15n) % 2n ** 62n);

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-outgrown-'));
  const lines = (rows: number) =>
    Array.from({ length: rows }, (_, i) => `${key(i)},${i % 1000}`).join('\n');
  writeFileSync(path.join(folder, 'build.csv'), lines(BUILD_ROWS));
  writeFileSync(path.join(folder, 'probe.csv'), lines(PROBE_ROWS));
});

afterAll(() => rmSync(folder, { recursive: true }));

const TABLE = (name: string): string => `
  CREATE TABLE ${name} (k BIGINT, v BIGINT)
  WITH ('connector' = 'filesystem', 'path' = '${folder}/${name}.csv', 'format' = 'csv')`;

test.each([1, 2])(
  'a build side that takes more than was thought goes on in files, %i tasks',
  {
    timeout: 60_000,
  },
  async (parallelism) => {
    for (const limit of ['20 mb', '22 mb', '24 mb']) {
      await using tEnv = TableEnvironment.create({
        config: { 'table.exec.memory.limit': limit, 'parallelism.default': parallelism },
      });
      for (const name of ['build', 'probe']) await tEnv.executeSql(TABLE(name));
      const sql = `SELECT COUNT(*) AS n, SUM(p.v + b.v) AS s FROM probe AS p JOIN build AS b ON p.k = b.k`;
      const rows = await (await tEnv.executeSql(sql)).toArray();
      const sum = Array.from({ length: BUILD_ROWS }, (_, i) => 2 * (i % 1000)).reduce(
        (a, b) => a + b,
      );
      expect(rows.map(({ n, s }) => [Number(n), Number(s)])).toEqual([[BUILD_ROWS, sum]]);
    }
  },
);

test('rows whose table memory does not hold when it is built are parted in files', () => {
  using region = new Region(Arena.create(32 * 1024 * 1024));
  const type = { kind: 'BIGINT', nullable: false } as const;
  const rows = 100_000;
  const values = Array.from({ length: rows }, (_, i) => BigInt(key(i)));
  const schema = schemaOf([field('k', type)]);
  const memory = new TaskMemory(region.arena, 1, () => path.join(folder, 'spill'));
  const output = new TableOutput(
    { schema, keys: [0], nullsMatch: false, marks: false },
    false,
    contextOf(region, { memory, batchRows: 1000 }),
  );
  output.write(0, batchOf(schema, [columnOf(type, values, region)], rows));
  using others = region.child();
  others.alloc(region.arena.freeBytes - 4 * 1024 * 1024);
  const { table, held } = output.finish();
  expect(table).toBeNull();
  expect(held.reduce((sum, { batch }) => sum + batch.length, 0)).toBe(rows);
});
