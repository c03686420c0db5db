import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DataTypes, TableEnvironment, udaf } from '../../src/index.ts';
import { sortedRows } from './sorted-rows.ts';

// Scans of files leave row groups and partitions out by the keys of joins; those of the same rows in
// one part of memory do not: both must give the same.

const KEYS = ['i', 'b', 'd', 't', 'c', 's', 'f', 'p'] as const;

const ROWS = `SELECT CAST(id AS INT) AS id, CAST(n AS INT) AS i, CAST(n AS BIGINT) * 1000000007 - 30000000000 AS b,
  TIMESTAMPADD(DAY, n, DATE '1999-12-20') AS d,
  CAST(TIMESTAMPADD(HOUR, n * 5, TIMESTAMP '1969-12-31 00:00:00') AS TIMESTAMP(3)) AS t,
  CAST(n * 1.25 - 20 AS DECIMAL(10, 2)) AS c, CONCAT('k', LPAD(CAST(n AS STRING), 3, '0')) AS s,
  CASE WHEN n = 9 THEN CAST('NaN' AS DOUBLE) ELSE n / 4e0 END AS f,
  CAST(n / 8 AS STRING) AS p FROM numbers`;

const SHAPES: readonly ((table: string, key: string) => string)[] = [
  (t, k) => `SELECT a.id, m.v FROM ${t} AS a JOIN m ON a.${k} = m.${k}`,
  (t, k) => `SELECT a.id, m.v FROM m JOIN ${t} AS a ON a.${k} = m.${k} AND a.p = m.p`,
  (t, k) => `SELECT a.id, m.v FROM ${t} AS a JOIN m ON a.${k} = m.${k} AND a.id < 4 * m.v`,
  (t, k) => `SELECT a.id, m.v FROM ${t} AS a JOIN m ON a.${k} IS NOT DISTINCT FROM m.${k}`,
  (t, k) => `SELECT a.id, m.v FROM ${t} AS a LEFT JOIN m ON a.${k} = m.${k}`,
  (t, k) => `SELECT a.id, m.v FROM ${t} AS a RIGHT JOIN m ON a.${k} = m.${k}`,
  (t, k) => `SELECT a.id, m.v FROM m LEFT JOIN ${t} AS a ON a.${k} = m.${k}`,
  (t, k) => `SELECT a.id, m.v FROM ${t} AS a FULL JOIN m ON a.${k} = m.${k}`,
  (t, k) => `SELECT a.id FROM ${t} AS a WHERE ${k} IN (SELECT ${k} FROM m)`,
  (t, k) => `SELECT a.id FROM ${t} AS a WHERE ${k} NOT IN (SELECT ${k} FROM m)`,
  (t, k) => `SELECT a.id FROM ${t} AS a WHERE NOT EXISTS (SELECT 1 FROM m WHERE m.${k} = a.${k})`,
  (t, k) => `SELECT v FROM m WHERE EXISTS (SELECT 1 FROM ${t} AS a WHERE m.${k} = a.${k})`,
  (t, k) => `SELECT v FROM m WHERE NOT EXISTS (SELECT 1 FROM ${t} AS a WHERE m.${k} = a.${k})`,
  (t, k) =>
    `SELECT n, m.v FROM (SELECT ${k}, COUNT(*) AS n FROM ${t} GROUP BY ${k}) AS a JOIN m ON a.${k} = m.${k}`,
  (t, k) =>
    `SELECT a.id, z.id, m.v FROM ${t} AS a LEFT JOIN ${t} AS z ON a.id = z.id + 1 JOIN m ON a.${k} = m.${k}`,
  (t, k) =>
    `SELECT a.id, z.id, m.v FROM ${t} AS a LEFT JOIN ${t} AS z ON a.id = z.id + 1 JOIN m ON z.${k} = m.${k}`,
  (t, k) =>
    `SELECT a.id, z.id, m.v FROM ${t} AS a JOIN ${t} AS z ON a.${k} = z.${k} JOIN m ON a.${k} = m.${k}`,
  (t, k) =>
    `SELECT a.id, m.v FROM (SELECT id, ${k} FROM ${t} UNION ALL SELECT -id, ${k} FROM ${t}) AS a JOIN m ON a.${k} = m.${k}`,
  (t, k) =>
    `SELECT a.id, m.v FROM (SELECT * FROM ${t} ORDER BY id LIMIT 9) AS a JOIN m ON a.${k} = m.${k}`,
  (t, k) =>
    `SELECT a.id, r, m.v FROM (SELECT id, ${k}, ROW_NUMBER() OVER (PARTITION BY ${k} ORDER BY id) AS r FROM ${t}) AS a JOIN m ON a.${k} = m.${k}`,
  (t, k) =>
    `SELECT a.id, r, m.v FROM (SELECT id, ${k}, ROW_NUMBER() OVER (ORDER BY id) AS r FROM ${t}) AS a JOIN m ON a.${k} = m.${k}`,
];

const folder = mkdtempSync(path.join(os.tmpdir(), 'narrowed-'));
const tEnv = TableEnvironment.create({
  config: { 'parallelism.default': 2, 'table.exec.inline-rows': 0 },
});

beforeAll(async () => {
  const numbers = Array.from({ length: 120 }, (_, id) => [id, id % 17 === 3 ? null : id >> 1]);
  tEnv.createTemporaryView('numbers', tEnv.fromValues(numbers, 'id INT, n INT'));
  await tEnv.executeSql(`CREATE TABLE held AS ${ROWS}`);
  const schema = `id INT, i INT, b BIGINT, d DATE, t TIMESTAMP(3), c DECIMAL(10, 2), s STRING, f DOUBLE, p STRING`;
  await tEnv.executeSql(`CREATE TABLE files (${schema}) PARTITIONED BY (p) WITH ('connector' = 'filesystem',
    'path' = '${folder}', 'format' = 'parquet', 'parquet.row-group.rows' = '4')`);
  await tEnv.executeSql('INSERT INTO files SELECT * FROM held ORDER BY id');
});

afterAll(async () => {
  await tEnv.close();
  rmSync(folder, { recursive: true, force: true });
});

/** `m` holds some of the rows, perhaps none, some of them twice or with NULL. */
async function hold(ids: readonly number[]): Promise<void> {
  tEnv.dropTemporaryView('picked');
  await tEnv.executeSql('DROP TABLE IF EXISTS m');
  const picked = ids.map((id, v) => [id, v]);
  tEnv.createTemporaryView('picked', tEnv.fromValues(picked, 'id INT, v INT'));
  await tEnv.executeSql(
    'CREATE TABLE m AS SELECT v, held.* FROM picked JOIN held ON picked.id = held.id',
  );
}

test('what joins leave out of scans is not needed', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 119 }), { maxLength: 6 }),
      fc.array(fc.tuple(fc.constantFrom(...SHAPES), fc.constantFrom(...KEYS)), {
        minLength: 6,
        maxLength: 6,
      }),
      async (ids, queries) => {
        await hold(ids);
        for (const [shape, key] of queries) {
          const shown = shape('files', key);
          const expected = await sortedRows(tEnv, shape('held', key));
          expect({ shown, rows: await sortedRows(tEnv, shown) }).toEqual({ shown, rows: expected });
        }
      },
    ),
    { numRuns: 25 },
  );
});

test('row groups and partitions are left out, also below an aggregate', async () => {
  await hold([20, 21, 100]);
  const leftOut = async (sql: string) => {
    const { plans } = await tEnv.explainAnalyze(sql);
    type Operator = (typeof plans)[number];
    const all = (operator: Operator): Operator[] => [operator, ...operator.inputs.flatMap(all)];
    return plans.flatMap(all).reduce((sum, { measured }) => sum + (measured?.partsLeftOut ?? 0), 0);
  };
  const join = 'SELECT a.id FROM files AS a JOIN m ON a.';
  // Eight files of sixteen rows, and one for NULL.
  expect(await leftOut(`${join}p = m.p`)).toBeGreaterThanOrEqual(6);
  for (const key of ['i', 'b', 'd', 't', 'c', 's']) {
    expect([key, (await leftOut(`${join}${key} = m.${key}`)) >= 6]).toEqual([key, true]);
  }
  const grouped =
    'SELECT n FROM (SELECT i, COUNT(*) AS n FROM files GROUP BY i) AS a JOIN m ON a.i = m.i';
  expect(await leftOut(grouped)).toBeGreaterThanOrEqual(6);
  // NaN is in no statistics.
  expect(await leftOut(`${join}f = m.f`)).toBe(0);
  expect(await leftOut('SELECT a.id FROM files AS a LEFT JOIN m ON a.i = m.i')).toBe(0);
  await hold([]);
  expect(await leftOut(`${join}f = m.f`)).toBeGreaterThanOrEqual(8);
});

test('errors for rows that are not needed stay', async () => {
  await hold([100]);
  const refuses = udaf([DataTypes.INT()], DataTypes.INT(), {
    createAccumulator: () => ({ n: 0 }),
    accumulate: (_, id: number | null) => {
      if (id === 20) throw new Error('twenty');
    },
    getValue: ({ n }) => n,
  });
  tEnv.createTemporarySystemFunction('refuses', refuses);
  const pairs = `SELECT a.id FROM files AS a LEFT JOIN held AS z ON a.id = z.id AND 9 / (a.id + z.id - 40) < 5
    JOIN m ON a.i = m.i`;
  await expect(sortedRows(tEnv, pairs)).rejects.toMatchObject({ code: 'DIVISION_BY_ZERO' });
  const partitions = `SELECT a.id, x FROM (SELECT id, i, refuses(id) OVER (PARTITION BY i ORDER BY id) AS x FROM files) AS a
    JOIN m ON a.i = m.i`;
  await expect(sortedRows(tEnv, partitions)).rejects.toMatchObject({ code: 'UDF_FAILED' });
});
