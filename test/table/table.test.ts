import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TableEnvironment } from '../../src/index.ts';

let tEnv: TableEnvironment;
beforeEach(async () => {
  tEnv = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
  await tEnv.executeSql('CREATE TABLE t (x INT)');
  await tEnv.executeSql('INSERT INTO t VALUES (1), (2), (3)');
});
afterEach(() => tEnv.close());

async function rows(sql: string, params?: readonly unknown[]): Promise<unknown[][]> {
  const result = await tEnv.executeSql(sql, params === undefined ? {} : { params });
  return result.toArray({ rowFormat: 'array' });
}

/** A Table, and a view of it, whose query reads `t` twice. */
function twoReaders() {
  const table = tEnv.sqlQuery('WITH w AS (SELECT x FROM t) SELECT p.x FROM w p, w q');
  tEnv.createTemporaryView('v', table);
  return {
    table: async () => table.toArray({ rowFormat: 'array' }),
    view: () => rows('SELECT * FROM v'),
  };
}

describe('a Table', () => {
  test('keeps the values of its parameters', async () => {
    const table = tEnv.sqlQuery('SELECT x FROM t WHERE x > ?', { params: [1] });
    expect(await table.toArray({ rowFormat: 'array' })).toEqual([[2], [3]]);
    tEnv.createTemporaryView('v', table);
    expect(await rows('SELECT x FROM v WHERE x < ?', [3])).toEqual([[2]]);
  });

  test('reads the tables that its names stand for when it is executed', async () => {
    const { table, view } = twoReaders();
    await tEnv.executeSql('DROP TABLE t');
    await tEnv.executeSql('CREATE TABLE t (x INT)');
    await tEnv.executeSql('INSERT INTO t VALUES (7)');
    expect(await table()).toEqual([[7]]);
    expect(await view()).toEqual([[7]]);
  });

  test('fails when a table is gone or has other columns', async () => {
    const { table, view } = twoReaders();
    await tEnv.executeSql('DROP TABLE t');
    await expect(table()).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' });
    await expect(view()).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' });
    await tEnv.executeSql('CREATE TABLE t (x STRING)');
    await expect(table()).rejects.toMatchObject({ code: 'TABLE_CHANGED' });
    await expect(view()).rejects.toMatchObject({ code: 'TABLE_CHANGED' });
  });

  test('may be a view that hides the table it reads', async () => {
    tEnv.createTemporaryView('t', tEnv.sqlQuery('SELECT x FROM t WHERE x > 2'));
    expect(await rows('SELECT * FROM t')).toEqual([[3]]);
  });

  test('of a query that is nested too deep is refused in words', () => {
    const sql = `SELECT ${'x + '.repeat(200_000)}x FROM t`;
    expect(() => tEnv.sqlQuery(sql)).toThrow(/nested|deep/i);
  });
});
