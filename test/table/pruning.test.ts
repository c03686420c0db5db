import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TableEnvironment } from '../../src/index.ts';

/** Files that are not read cannot fail: all but those of region 'eu', 2024, have wrong numbers. */
const folder = mkdtempSync(path.join(os.tmpdir(), 'millrace-pruning-'));
const env = TableEnvironment.create();

function write(region: string, year: string, text: string): void {
  const inner = path.join(folder, `region=${region}`, `y=${year}`);
  mkdirSync(inner, { recursive: true });
  writeFileSync(path.join(inner, 'a.csv'), text);
}

async function rowsOf(sql: string): Promise<readonly string[]> {
  const rows: string[] = [];
  for await (const row of (await env.executeSql(sql)).collect()) {
    rows.push(Object.values(row).join(' '));
  }
  return rows.sort();
}

beforeAll(async () => {
  write('eu', '2024', '1\n2\n');
  write('eu', '2023', '1\nwrong\n');
  write('us', '2024', '1\nwrong\n');
  write('__DEFAULT_PARTITION__', '2022', '9\n');
  await env.executeSql(
    `CREATE TABLE sales (v INT, region STRING, y INT) PARTITIONED BY (region, y) WITH ('connector' = 'filesystem', 'path' = '${folder}', 'format' = 'csv')`,
  );
  await env.executeSql('CREATE TABLE years (y INT, note STRING)');
  await env.executeSql("INSERT INTO years VALUES (2024, 'now'), (2023, 'then'), (2020, 'once')");
});

afterAll(async () => {
  await env.close();
  rmSync(folder, { recursive: true });
});

test.each([
  ["region = 'eu' AND y > 2023", ['1', '2']],
  ["region IN ('eu', 'asia') AND y BETWEEN 2024 AND 2030", ['1', '2']],
  ["region LIKE 'e%' AND MOD(y, 4) = 0", ['1', '2']],
  ["UPPER(region) = 'EU' AND NOT (y < 2024)", ['1', '2']],
  ["(region = 'eu' AND y = 2024) OR (region = 'us' AND y = 2000)", ['1', '2']],
  ['region IS NULL', ['9']],
  ["region = 'eu' AND y = 2024 AND v > 1", ['2']],
  ["region > 'x'", []],
])('WHERE %s', async (condition, expected) => {
  expect(await rowsOf(`SELECT v FROM sales WHERE ${condition}`)).toEqual(expected);
});

test('a filter on partitions is not evaluated for rows', async () => {
  const [plan] = await rowsOf("EXPLAIN SELECT v FROM sales WHERE region = 'eu' AND y = 2024");
  expect(plan).toContain("partitions=[(region = 'eu'), (y = 2024)]");
  expect(plan?.split('Optimized Physical Plan')[1]).not.toContain('where');
});

test('conditions follow from those of a join', async () => {
  const join = 'FROM sales AS s JOIN years AS x ON s.y = x.y';
  expect(await rowsOf(`SELECT v, note ${join} WHERE x.y = 2024 AND region = 'eu'`)).toEqual([
    '1 now',
    '2 now',
  ]);
  await expect(rowsOf(`SELECT v, note ${join} WHERE note = 'now'`)).rejects.toThrow('wrong');
});
