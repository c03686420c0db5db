import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TableEnvironment } from '../../src/index.ts';

let tEnv: TableEnvironment;
beforeEach(() => {
  tEnv = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
});
afterEach(() => tEnv.close());

async function rows(sql: string): Promise<unknown[][]> {
  return (await tEnv.executeSql(sql)).toArray({ rowFormat: 'array' });
}

function usedBytes(): number {
  return TableEnvironment.sessionOf(tEnv).engine.arena.usedBytes;
}

describe('memory', () => {
  test('a write that breaks a constraint leaves nothing behind', async () => {
    await tEnv.executeSql('CREATE TABLE strict (a INT NOT NULL)');
    await tEnv.executeSql('CREATE TABLE source (a INT)');
    await tEnv.executeSql('INSERT INTO strict VALUES (1)');
    await tEnv.executeSql('INSERT INTO source VALUES (CAST(NULL AS INT))');
    const before = usedBytes();
    const insert = () => tEnv.executeSql('INSERT INTO strict SELECT a FROM source');
    await expect(insert()).rejects.toMatchObject({ code: 'NOT_NULL_VIOLATION' });
    expect(usedBytes()).toBe(before);
    expect(await rows('SELECT a FROM strict')).toEqual([[1]]);
  });

  test('what is committed to a dropped table is freed', async () => {
    const before = usedBytes();
    await tEnv.executeSql('CREATE TABLE t (a INT)');
    const insert = tEnv.executeSql('INSERT INTO t VALUES (1), (2)');
    await Promise.all([insert, tEnv.executeSql('DROP TABLE t')]);
    expect(usedBytes()).toBe(before);
  });

  test('a truncated table takes rows again', async () => {
    await tEnv.executeSql('CREATE TABLE t (a INT)');
    await tEnv.executeSql('INSERT INTO t VALUES (1)');
    await tEnv.executeSql('TRUNCATE TABLE t');
    await tEnv.executeSql('INSERT INTO t VALUES (2)');
    expect(await rows('SELECT a FROM t')).toEqual([[2]]);
  });
});

test('names in an UPDATE mean what they mean at its call', async () => {
  await tEnv.executeSql('CREATE DATABASE other');
  for (const table of ['t', 'other.t']) await tEnv.executeSql(`CREATE TABLE ${table} (a INT)`);
  await tEnv.executeSql('INSERT INTO t VALUES (1)');
  await tEnv.executeSql('INSERT INTO other.t VALUES (100)');
  const update = tEnv.executeSql('UPDATE t SET a = a + 1');
  await Promise.all([update, tEnv.executeSql('USE other')]);
  expect(await rows('SELECT a FROM default_catalog.default_database.t')).toEqual([[2]]);
});

test('NULLs that an expression makes are ordered by the next key', async () => {
  await tEnv.executeSql('CREATE TABLE t (a INT, b INT)');
  await tEnv.executeSql('INSERT INTO t VALUES (3, 1), (1, 2), (2, 0)');
  const sql = 'SELECT b FROM (SELECT NULLIF(a, a) AS x, b FROM t) ORDER BY x, b';
  expect(await rows(sql)).toEqual([[0], [1], [2]]);
});

test('a column of VALUES may be all NULL', async () => {
  await tEnv.executeSql('CREATE TABLE t (a INT, b STRING)');
  await tEnv.executeSql('INSERT INTO t VALUES (1, NULL), (2, NULL)');
  await tEnv.executeSql('INSERT INTO t VALUES (3, NULL)');
  expect(await rows('SELECT a, b FROM t')).toEqual([1, 2, 3].map((a) => [a, null]));
});

test('a plan that was made for an empty table is made anew when it has many rows', async () => {
  await tEnv.executeSql('CREATE TABLE t (a INT)');
  const some = Array.from({ length: 60_000 }, (_, i) => [i]);
  tEnv.createTemporaryView('batch_of_rows', tEnv.fromValues(some));
  const sql = 'SELECT COUNT(DISTINCT a) FROM t';
  expect(await rows(sql)).toEqual([[0n]]);
  for (let i = 0; i < 3; i++) await tEnv.executeSql('INSERT INTO t SELECT * FROM batch_of_rows');
  const { engine } = TableEnvironment.sessionOf(tEnv);
  expect(engine.workers).toBe(0);
  expect(await rows(sql)).toEqual([[60_000n]]);
  expect(engine.workers).toBe(1);
});
