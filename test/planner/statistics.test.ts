import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TableEnvironment } from '../../src/index.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'statistics-'));
const env = TableEnvironment.create();

/** The rows that EXPLAIN expects of the filter or join of a query. */
async function expected(query: string): Promise<number> {
  const result = await env.executeSql(`EXPLAIN ESTIMATED_COST ${query}`);
  for await (const row of result.collect()) {
    const plan = String(Object.values(row)[0]).split('== Optimized Physical Plan ==')[1] ?? '';
    return Number(/rows=(\d+)/.exec(plan)?.[1]);
  }
  return Number.NaN;
}

beforeAll(async () => {
  await env.executeSql('CREATE TABLE t (kind INT, at_ms BIGINT, note STRING)');
  const rows = Array.from(
    { length: 1000 },
    (_, i) => `(${i % 4}, ${i}, ${i % 5 === 0 ? "'x'" : 'CAST(NULL AS STRING)'})`,
  );
  await env.executeSql(`INSERT INTO t VALUES ${rows.join(', ')}`);
  const duckdb = await DuckDBInstance.create(':memory:');
  const connection = await duckdb.connect();
  await connection.run(
    `COPY (SELECT i AS id, 'kind ' || (i % 5) AS kind FROM range(10000) r(i))
     TO '${path.join(folder, 'p.parquet')}' (FORMAT parquet)`,
  );
  connection.closeSync();
  env.createTemporaryView('p', env.fromFile(path.join(folder, 'p.parquet')));
});

afterAll(async () => {
  await env.close();
  rmSync(folder, { recursive: true });
});

describe('estimated rows', () => {
  test('a sample of a table in memory', async () => {
    expect(await expected('SELECT * FROM t WHERE kind = 1')).toBe(250);
    expect(await expected('SELECT * FROM t WHERE at_ms < 500')).toBe(501);
    expect(await expected('SELECT * FROM t WHERE at_ms BETWEEN 400 AND 499')).toBe(99);
    expect(await expected('SELECT * FROM t WHERE note IS NULL')).toBe(800);
    expect(await expected('SELECT kind, COUNT(*) FROM t GROUP BY kind')).toBe(4);
    expect(await expected('SELECT kind % 2, COUNT(*) FROM t GROUP BY kind % 2')).toBe(100);
  });

  test('a sample of some rows of many', async () => {
    await env.executeSql('CREATE TABLE many (id BIGINT, kind BIGINT, half BIGINT)');
    await env.executeSql(
      `INSERT INTO many SELECT i, i % 4, i / 2 FROM (
         SELECT a.at_ms * 50 + b.at_ms AS i FROM t AS a JOIN t AS b ON b.at_ms < 50)`,
    );
    expect(await expected('SELECT id FROM many GROUP BY id')).toBeGreaterThan(40_000);
    expect(await expected('SELECT kind FROM many GROUP BY kind')).toBe(4);
    const halves = await expected('SELECT half FROM many GROUP BY half');
    expect(halves).toBeGreaterThan(10_000);
    await env.executeSql('INSERT INTO many SELECT id, 4, half FROM many WHERE kind = 3');
    expect(await expected('SELECT kind FROM many GROUP BY kind')).toBe(5);
  });

  test('groups by what they count and add up', async () => {
    const groups = (having: string) =>
      expected(`SELECT kind % 2 FROM t GROUP BY kind % 2 HAVING ${having}`);
    expect(await groups('COUNT(*) > 10')).toBe(37);
    expect(await groups('COUNT(*) > 50')).toBe(1);
    expect(await groups('COUNT(*) > -1')).toBe(100);
    expect(await groups('COUNT(*) <= 10')).toBe(63);
    expect(await groups('SUM(at_ms) >= 4995')).toBe(37);
    expect(await groups('4995 > SUM(at_ms)')).toBe(63);
    expect(await groups('SUM(at_ms) > 1000000')).toBe(1);
    // Of these nothing is known.
    expect(await groups('SUM(-at_ms) > 4995')).toBe(30);
    expect(await groups('COUNT(*) > SUM(at_ms)')).toBe(30);
    expect(await groups('MAX(at_ms) > 50')).toBe(30);
  });

  test('what ANALYZE TABLE counted', async () => {
    await env.executeSql('ANALYZE TABLE t COMPUTE STATISTICS FOR ALL COLUMNS');
    expect(await expected('SELECT * FROM t WHERE kind = 1')).toBe(250);
    expect(await expected('SELECT * FROM t WHERE kind <> 1')).toBe(750);
    expect(await expected('SELECT * FROM t WHERE at_ms < 500')).toBe(501);
    expect(await expected('SELECT * FROM t WHERE at_ms > 899')).toBe(100);
    expect(await expected('SELECT * FROM t WHERE at_ms > 5000')).toBe(1);
    expect(await expected('SELECT * FROM t WHERE note IS NULL')).toBe(800);
    expect(await expected('SELECT * FROM t WHERE note IS NOT NULL')).toBe(200);
  });

  test('the values that a Parquet file counts', async () => {
    expect(await expected("SELECT * FROM p WHERE kind = 'kind 1'")).toBe(2000);
  });

  test('the range that a Parquet file has', async () => {
    expect(await expected('SELECT * FROM p WHERE id < 1000')).toBeLessThan(1010);
    expect(await expected('SELECT id FROM p GROUP BY id')).toBe(10_000);
  });

  test('joins on columns of few values keep most pairs', async () => {
    const rows = await expected('SELECT a.id FROM p AS a JOIN p AS b ON a.kind = b.kind');
    expect(rows).toBe(20_000_000);
  });

  test('keys of two tables have the combinations that the table between them has', async () => {
    const made = [
      'parts AS SELECT at_ms AS part FROM t WHERE at_ms < 100',
      'suppliers AS SELECT at_ms AS supplier FROM t WHERE at_ms < 10',
      'offers AS SELECT at_ms % 100 AS part, at_ms / 100 AS supplier FROM t',
      'sold AS SELECT o.part, o.supplier FROM offers AS o JOIN suppliers AS s ON s.supplier < 10',
    ];
    for (const table of made) await env.executeSql(`CREATE TABLE ${table}`);
    const joined = await expected(
      `SELECT * FROM offers AS o JOIN parts AS p ON o.part = p.part
         JOIN suppliers AS s ON o.supplier = s.supplier
         JOIN sold ON p.part = sold.part AND s.supplier = sold.supplier`,
    );
    expect(joined).toBeGreaterThan(8_000);
    expect(joined).toBeLessThan(12_000);
  });
});
