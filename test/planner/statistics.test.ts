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
  test('guesses before, and the values of columns after ANALYZE TABLE', async () => {
    expect(await expected('SELECT * FROM t WHERE kind = 1')).toBe(100);
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

  test('joins on columns of few values keep most pairs', async () => {
    const rows = await expected('SELECT a.id FROM p AS a JOIN p AS b ON a.kind = b.kind');
    expect(rows).toBe(20_000_000);
  });
});
