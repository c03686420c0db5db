import { afterAll, describe, expect, test } from 'vitest';
import { TableEnvironment } from '../../src/index.ts';

const tEnv = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
afterAll(() => tEnv.close());

async function rowsOf(sql: string): Promise<unknown[]> {
  return (await tEnv.executeSql(sql)).toArray({ rowFormat: 'array' });
}

describe('datagen', () => {
  test('makes a sequence once, whatever the number of threads', async () => {
    await tEnv.executeSql(`CREATE TABLE seq (n BIGINT) WITH ('connector' = 'datagen',
      'fields.n.kind' = 'sequence', 'fields.n.start' = '5', 'fields.n.end' = '300004')`);
    expect(await rowsOf('SELECT COUNT(*), SUM(n), MIN(n), MAX(n) FROM seq')).toEqual([
      [300_000n, 45_001_350_000n, 5n, 300_004n],
    ]);
  });

  test('keeps random numbers and strings within their limits', async () => {
    await tEnv.executeSql(`CREATE TABLE random_rows (a INT, s STRING, d DECIMAL(10, 2), b BOOLEAN)
      WITH ('connector' = 'datagen', 'number-of-rows' = '1000', 'fields.a.min' = '3',
            'fields.a.max' = '7', 'fields.s.length' = '4', 'fields.d.min' = '-1', 'fields.d.max' = '1')`);
    const [row] = (await rowsOf(`SELECT COUNT(*), MIN(a), MAX(a), MIN(CHAR_LENGTH(s)),
      MAX(CHAR_LENGTH(s)), MAX(ABS(d)) <= 1, COUNT(b) FROM random_rows`)) as unknown[][];
    expect(row).toEqual([1000n, 3, 7, 4, 4, true, 1000n]);
  });

  test('makes NULLs at the given rate', async () => {
    await tEnv.executeSql(`CREATE TABLE nulls (a INT) WITH ('connector' = 'datagen',
      'number-of-rows' = '100', 'fields.a.null-rate' = '1')`);
    expect(await rowsOf('SELECT COUNT(a), COUNT(*) FROM nulls')).toEqual([[0n, 100n]]);
  });

  test('obeys rows-per-second', async () => {
    await tEnv.executeSql(`CREATE TABLE slow (a INT) WITH ('connector' = 'datagen',
      'number-of-rows' = '30', 'rows-per-second' = '100')`);
    const started = Date.now();
    expect(await rowsOf('SELECT COUNT(*) FROM slow')).toEqual([[30n]]);
    expect(Date.now() - started).toBeGreaterThan(200);
  });

  test('rejects wrong field options when the table is used', async () => {
    await tEnv.executeSql(`CREATE TABLE wrong (a INT) WITH ('connector' = 'datagen',
      'number-of-rows' = '1', 'fields.a.min' = 'x')`);
    await expect(tEnv.executeSql('SELECT * FROM wrong')).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
  });
});

describe('blackhole', () => {
  test('takes rows and says how many', async () => {
    await tEnv.executeSql(`CREATE TABLE nowhere (n BIGINT) WITH ('connector' = 'blackhole')`);
    expect(await rowsOf('INSERT INTO nowhere SELECT n FROM seq')).toEqual([[300_000n]]);
  });

  test('cannot be read', async () => {
    await expect(tEnv.executeSql('SELECT * FROM nowhere')).rejects.toMatchObject({
      code: 'CONNECTOR_ABILITY',
    });
  });
});

test('the connector of fromIterable has no tables of SQL', async () => {
  await tEnv.executeSql("CREATE TABLE it (a INT) WITH ('connector' = 'iterable')");
  await expect(tEnv.executeSql('SELECT * FROM it')).rejects.toMatchObject({
    code: 'CONNECTOR_ABILITY',
  });
});
