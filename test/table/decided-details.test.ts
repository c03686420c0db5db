import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CancelledError, Decimal, TableEnvironment, ValidationError } from '../../src/index.ts';

let tEnv: TableEnvironment;
beforeEach(() => {
  tEnv = TableEnvironment.create({
    config: { 'parallelism.default': 1, 'table.local-time-zone': 'UTC' },
  });
});
afterEach(() => tEnv.close());

async function rows(sql: string, params?: readonly unknown[]): Promise<unknown[][]> {
  const result = await tEnv.executeSql(sql, params === undefined ? {} : { params });
  return result.toArray({ rowFormat: 'array' });
}

/** A table that is read by workers, not on the calling thread. */
async function numbers(name: string, count: number): Promise<void> {
  await tEnv.executeSql(
    `CREATE TABLE ${name} (n BIGINT) WITH ('connector' = 'datagen', 'fields.n.kind' = 'sequence',
     'fields.n.start' = '1', 'fields.n.end' = '${count}')`,
  );
}

describe('statements', () => {
  test('a query started inside the loop of another one runs, five levels deep, on one worker', async () => {
    await numbers('big', 400_000);
    const level = async (depth: number): Promise<number> => {
      const result = await tEnv.executeSql('SELECT n FROM big WHERE MOD(n, 100000) = 0');
      let found = 0;
      for await (const _ of result.collect()) {
        found += depth === 1 ? 1 : await level(depth - 1);
        if (depth > 1) break;
      }
      return found;
    };
    expect(await level(5)).toBe(4);
  });

  test('a statement reads the table as it was at the call, also when it writes it', async () => {
    await tEnv.executeSql('CREATE TABLE t (a INT)');
    await tEnv.executeSql('INSERT INTO t VALUES (1), (2)');
    const before = await tEnv.executeSql('SELECT COUNT(*) FROM t');
    for (let i = 0; i < 3; i++) await tEnv.executeSql('INSERT INTO t SELECT a + 10 FROM t');
    expect(await before.toArray({ rowFormat: 'array' })).toEqual([[2n]]);
    expect(await rows('SELECT COUNT(*), MAX(a) FROM t')).toEqual([[16n, 32]]);
  });

  test('a SELECT that nobody reads runs nothing, and a result has one consumer', async () => {
    const result = await tEnv.executeSql('SELECT 1 / (a - 1) FROM (VALUES (1)) AS t(a)');
    await expect(result.toArray()).rejects.toMatchObject({ code: 'DIVISION_BY_ZERO' });
    await expect(result.toArray()).rejects.toMatchObject({ code: 'RESULT_CONSUMED' });
    await tEnv.executeSql('SELECT 1 / (a - 1) FROM (VALUES (1)) AS t(a)');
  });

  test('statements called without await change the catalog in the order of the calls', async () => {
    const calls = [
      tEnv.executeSql('CREATE TABLE a (x INT)'),
      tEnv.executeSql('CREATE VIEW v AS SELECT x FROM a'),
      tEnv.executeSql('DROP VIEW v'),
      tEnv.executeSql('CREATE TABLE v (y INT)'),
    ];
    await Promise.all(calls);
    expect(tEnv.listTables()).toEqual(['a', 'v']);
  });

  test('the same text is planned again when the catalog or the configuration changed', async () => {
    await tEnv.executeSql('CREATE TABLE t (a INT)');
    expect(await rows('SELECT * FROM t')).toEqual([]);
    await tEnv.executeSql('DROP TABLE t');
    await tEnv.executeSql('CREATE TABLE t (a INT, b INT)');
    await tEnv.executeSql('INSERT INTO t VALUES (1, 2)');
    expect(await rows('SELECT * FROM t')).toEqual([[1, 2]]);
  });

  test('parameters are values, whatever they hold', async () => {
    const texts = ["'; DROP TABLE t; --", '`', '\\', '?', ':name', 'é🦆', ''];
    for (const text of texts) expect(await rows('SELECT ?', [text])).toEqual([[text]]);
    const result = await tEnv.executeSql('SELECT :a + :b AS c', { params: { a: 1n, b: 2n } });
    expect(await result.toArray()).toEqual([{ c: 3n }]);
    const id = tEnv.id('t');
    await tEnv.executeSql('CREATE TABLE t (a INT)');
    await tEnv.sql`INSERT INTO ${id} VALUES (${7})`;
    expect(await (await tEnv.sql`SELECT a FROM ${id} WHERE a = ${7}`).toArray()).toEqual([
      { a: 7 },
    ]);
  });
});

describe('cancellation', () => {
  test('by a signal, before and while the query runs', async () => {
    await numbers('endless', 100_000_000_000);
    const aborted = await tEnv.executeSql('SELECT n FROM endless', { signal: AbortSignal.abort() });
    await expect(aborted.toArray()).rejects.toBeInstanceOf(CancelledError);
    const signal = AbortSignal.timeout(50);
    const sum = await tEnv.executeSql('SELECT SUM(n) FROM endless', { signal });
    await expect(sum.toArray()).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await rows('SELECT 1')).toEqual([[1]]);
  });

  test('by leaving the loop', async () => {
    await numbers('endless', 100_000_000_000);
    const result = await tEnv.executeSql('SELECT n FROM endless');
    for await (const row of result.collect()) {
      if (row['n'] === 3n) break;
    }
    expect(await rows('SELECT 1')).toEqual([[1]]);
  });

  test('by closing the environment, which is final and idempotent', async () => {
    await numbers('endless', 100_000_000_000);
    const result = await tEnv.executeSql('SELECT SUM(n) FROM endless');
    const pending = expect(result.toArray()).rejects.toMatchObject({ code: 'CANCELLED' });
    await tEnv.close();
    await pending;
    await tEnv.close();
    await expect(tEnv.executeSql('SELECT 1')).rejects.toMatchObject({ code: 'ENVIRONMENT_CLOSED' });
    expect(() => tEnv.sqlQuery('SELECT 1')).toThrow(ValidationError);
  });
});

describe('what the user holds', () => {
  test('an Arrow table keeps its values over a thousand later queries', async () => {
    await numbers('several', 50_000);
    const table = await (
      await tEnv.executeSql("SELECT n, 'row ' || CAST(n AS STRING) AS s FROM several")
    ).toArrow();
    const before = tableToIPC(table);
    for (let i = 0; i < 1000; i++) await rows('SELECT ?, UPPER(?)', [i, `text ${i}`]);
    await rows('SELECT COUNT(*), SUM(n * 2) FROM several');
    expect(Buffer.compare(Buffer.from(tableToIPC(table)), Buffer.from(before))).toBe(0);
    expect(table.getChild('n')?.get(49_999)).toBe(50_000n);
    expect(String(table.getChild('s')?.get(0))).toBe('row 1');
  });

  test('an Arrow table that comes in is a table', async () => {
    const table = tableFromArrays({ a: Int32Array.of(1, 2, 3), s: ['x', 'y', 'x'] });
    tEnv.createTemporaryView('arrow', tEnv.fromArrow(table));
    expect(await rows('SELECT s, SUM(a) FROM arrow GROUP BY s ORDER BY s')).toEqual([
      ['x', 4],
      ['y', 2],
    ]);
  });

  test('values of every kind go in and come out', async () => {
    const values = [
      [
        1n,
        '1.50',
        true,
        'é',
        new Uint8Array([1, 2]),
        [1, null],
        { x: 1, y: 'b' },
        new Map([['k', 2]]),
      ],
    ];
    const table = tEnv.fromValues(
      values,
      'a BIGINT, d DECIMAL(10, 2), b BOOLEAN, s STRING, y BYTES, l ARRAY<INT>, r ROW<x INT, y STRING>, m MAP<STRING, INT>',
    );
    expect(await table.toArray({ rowFormat: 'array' })).toEqual([
      [
        1n,
        new Decimal(150n, 2),
        true,
        'é',
        new Uint8Array([1, 2]),
        [1, null],
        { x: 1, y: 'b' },
        new Map([['k', 2]]),
      ],
    ]);
    const mapped = await table.toArray({
      typeMapping: { bigint: 'number-if-safe', decimal: 'string' },
    });
    expect(mapped[0]).toMatchObject({ a: 1, d: '1.50' });
  });

  test('column names cannot reach the prototype', async () => {
    const result = await tEnv.executeSql('SELECT 1 AS `__proto__`, 2 AS `constructor`');
    const [row] = await result.toArray();
    expect(Object.keys(row ?? {})).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });

  test('a wrong value names the column and the value', () => {
    expect(() => tEnv.fromValues([['x']], 'a INT')).toThrow(/'x'.*INT.*'?a'?/);
  });

  test('an iterable is read when the query runs', async () => {
    let started = false;
    async function* source(): AsyncGenerator<unknown[]> {
      started = true;
      for (let i = 0; i < 5; i++) yield [i];
    }
    tEnv.createTemporaryView(
      'live',
      tEnv.fromIterable(source() as AsyncIterable<readonly unknown[]>, 'a INT'),
    );
    const result = await tEnv.executeSql('SELECT SUM(a) FROM live');
    expect(started).toBe(false);
    expect(await result.toArray({ rowFormat: 'array' })).toEqual([[10]]);
    await expect(rows('SELECT * FROM live')).rejects.toMatchObject({ code: 'SOURCE_CONSUMED' });
  });

  test('a script runs its statements one after the other', async () => {
    const script =
      "CREATE TABLE t (a INT); INSERT INTO t VALUES (1); -- the end\nSELECT ';' AS s, a FROM t;";
    const kinds: string[] = [];
    for await (const result of tEnv.executeScript(script)) kinds.push(result.resultKind);
    expect(kinds).toEqual(['SUCCESS', 'SUCCESS_WITH_CONTENT', 'SUCCESS_WITH_CONTENT']);
  });

  test('errors of a script count its lines', async () => {
    const failure = async (script: string): Promise<unknown> => {
      try {
        for await (const result of tEnv.executeScript(script)) await result.toArray();
      } catch (error) {
        return error;
      }
      return null;
    };
    const script = 'SELECT 1;\n-- then\nSELECT 2,\n  nope;\nSELECT 3';
    expect(await failure(script)).toMatchObject({
      code: 'COLUMN_NOT_FOUND',
      source: script,
      span: { start: script.indexOf('nope'), end: script.indexOf('nope') + 4 },
      message: expect.stringContaining('(line 4, column 3)\n  4 │   nope;\n        ^^^^'),
    });
    expect(await failure('SELECT 1;\n\n  SELECT FROM;')).toMatchObject({
      message: expect.stringContaining('(line 3, column 10)'),
    });
  });

  test('NULLs alone have no type', async () => {
    for (const sql of ['SELECT NULL + NULL', 'SELECT NULL = NULL', 'SELECT COALESCE(NULL, NULL)']) {
      await expect(tEnv.executeSql(sql)).rejects.toMatchObject({
        code: 'INVALID_ARGUMENTS',
        hint: expect.stringContaining('CAST(NULL AS INT)'),
      });
    }
  });

  test('an array of numbers is searched for those of another type', async () => {
    const ids = 'SELECT n, ARRAY_CONTAINS(:ids, n), ARRAY_POSITION(:ids, n) FROM ';
    const from = '(VALUES (CAST(1 AS BIGINT)), (2), (NULL)) AS t(n)';
    const result = await tEnv.executeSql(ids + from, { params: { ids: [null, 1] } });
    expect(await result.toArray({ rowFormat: 'array' })).toEqual([
      [1n, true, 2],
      [2n, false, 0],
      [null, true, null],
    ]);
  });
});

describe('memory', () => {
  test('ten thousand statements leave it as it was', async () => {
    await tEnv.executeSql('CREATE TABLE t (a INT, s STRING)');
    await tEnv.executeSql("INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, NULL)");
    const some = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) {
        await rows('SELECT s, COUNT(*), SUM(a) FROM t WHERE a > ? GROUP BY s', [i % 4]);
      }
    };
    await some(1000);
    const { engine } = TableEnvironment.sessionOf(tEnv);
    const used = engine.arena.usedBytes;
    await some(9000);
    expect(engine.arena.usedBytes).toBe(used);
  });

  test('past the limit a table is refused with what to do, and the environment lives', async () => {
    const small = TableEnvironment.create({ config: { 'table.exec.memory.limit': '16mb' } });
    try {
      await small.executeSql(
        `CREATE TABLE src (n BIGINT, s STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '400000')`,
      );
      await expect(small.executeSql('CREATE TABLE t AS SELECT * FROM src')).rejects.toMatchObject({
        code: 'MEMORY_LIMIT',
      });
      expect(await (await small.executeSql('SELECT 1 AS a')).toArray()).toEqual([{ a: 1 }]);
    } finally {
      await small.close();
    }
  });
});
