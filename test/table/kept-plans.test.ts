import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DataTypes, TableEnvironment, udf } from '../../src/index.ts';
import { CallParameters, type StatementParameters } from '../../src/table/parameters.ts';
import { planKey } from '../../src/table/statements/query.ts';

const tEnv = TableEnvironment.create({ config: { 'parallelism.default': 1 } });

beforeAll(async () => {
  await tEnv.executeSql('CREATE TABLE t (id INT, name STRING, price DOUBLE)');
  await tEnv.executeSql(
    "INSERT INTO t VALUES (1, 'ab', 1.5E0), (2, 'b', 2.5E0), (3, 'abc', 4E0), (4, CAST(NULL AS STRING), 8E0)",
  );
  await tEnv.executeSql('CREATE TABLE other (id INT, label STRING)');
  await tEnv.executeSql("INSERT INTO other VALUES (1, 'one'), (3, 'three')");
});
afterAll(() => tEnv.close());

async function rows(sql: string, params: StatementParameters = []): Promise<object[]> {
  return (await tEnv.executeSql(sql, { params })).toArray();
}

function withLiterals(sql: string, params: readonly unknown[]): string {
  let next = 0;
  return sql.replace(/\?/g, () => {
    const value = params[next++];
    return typeof value === 'string' ? `'${value}'` : String(value);
  });
}

describe('the same text with other values gives what their literals give', () => {
  const cases: readonly (readonly [sql: string, ...calls: (readonly unknown[])[]])[] = [
    ['SELECT id, name FROM t WHERE id = ?', [1], [2], [null], [3], [9], [null]],
    ['SELECT id, COALESCE(price, ?) AS p, ? IS NULL AS n FROM t', [1, 2], [null, null], [2, null]],
    ['SELECT CASE WHEN id = ? THEN ? ELSE price END AS c FROM t', [1, 2.5], [1, null], [null, 1]],
    ['SELECT id FROM t WHERE id IN (1, ?) UNION ALL SELECT ?', [2, 3], [null, 4], [2, null]],
    ['SELECT ? + 1 AS x, ABS(?) AS y FROM t', [1, 2], [null, null]],
    ['SELECT id FROM t WHERE ? OR id > 2', [true], [null], [false]],
    ['SELECT * FROM (VALUES (1), (?)) AS v(x)', [2], [null]],
    ['SELECT id FROM t WHERE id > ? AND price < ?', [1, 5], [0, 9], [2, 3]],
    ['SELECT id FROM t WHERE name LIKE ? ORDER BY id', ['a%'], ['%b'], ['%'], ['x']],
    ['SELECT id FROM t WHERE id IN (?, ?)', [1, 2], [3, 3], [4, 7]],
    ['SELECT id FROM t WHERE CAST(? AS INT) = id', ['1'], ['2'], ['3']],
    ['SELECT ? + id AS x, ? AS y FROM t ORDER BY id', [1, 'p'], [10, 'q'], [-1, 'rest']],
    ['SELECT x + 1 AS y FROM (VALUES (?), (?)) AS v(x)', [1, 2], [5, 6], [7, 8]],
    ['SELECT SUM(price * ?) AS s, COUNT(*) AS n FROM t', [1], [2], [3]],
    [
      'SELECT k, MAX(price) AS m FROM (SELECT id > ? AS k, price FROM t) AS g GROUP BY k ORDER BY m',
      [1],
      [2],
      [3],
    ],
    ['SELECT t.id, label FROM t JOIN other AS o ON t.id = o.id AND price > ?', [0], [2], [9]],
    [
      'SELECT t.id, label FROM t LEFT JOIN other AS o ON o.id < t.id + ? ORDER BY 1, 2',
      [0],
      [-2],
      [5],
    ],
    [
      'SELECT id FROM t WHERE EXISTS (SELECT 1 FROM other AS o WHERE o.id = t.id AND o.id > ?)',
      [0],
      [1],
      [3],
    ],
    ['SELECT id FROM t ORDER BY price * ? LIMIT 2', [1], [-1], [2]],
    [
      'SELECT CASE WHEN id > ? THEN UPPER(name) ELSE ? END AS c FROM t ORDER BY id',
      [1, 'z'],
      [3, 'y'],
      [0, 'x'],
    ],
    [
      'SELECT id FROM t WHERE id = ? UNION ALL SELECT id FROM other WHERE id = ?',
      [1, 1],
      [2, 3],
      [4, 4],
    ],
    [
      'SELECT id, r FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY price DESC) AS r FROM t) AS w WHERE r <= ?',
      [1],
      [2],
      [3],
    ],
    ["SELECT LISTAGG(name, '-') AS l FROM t WHERE id < ?", [3], [4], [5]],
    [
      'WITH w AS (SELECT id, COUNT(*) AS n FROM t WHERE id > ? GROUP BY id) SELECT a.id FROM w AS a JOIN w AS b ON a.id = b.id + 1',
      [0],
      [1],
      [2],
    ],
  ];
  test.each(cases.map(([sql, ...calls]) => ({ sql, calls })))('$sql', async ({ sql, calls }) => {
    for (const params of calls) {
      expect(await rows(sql, params), String(params)).toEqual(
        await rows(withLiterals(sql, params)),
      );
    }
    const together = await Promise.all(calls.map((params) => rows(sql, params)));
    for (const [i, params] of calls.entries()) {
      expect(together[i]).toEqual(await rows(withLiterals(sql, params)));
    }
  });
});

describe('a plan that is kept', () => {
  test.each([
    'SELECT id, name FROM t WHERE id = ?',
    'SELECT t.id, label FROM t JOIN other AS o ON t.id = o.id AND t.id > ?',
    'SELECT COUNT(*) AS n FROM t WHERE id < ?',
  ])('has its parameters open, so that no call plans it again: %s', async (sql) => {
    for (const id of [1, 2, 3]) await rows(sql, [id]);
    const session = TableEnvironment.sessionOf(tEnv);
    const statement = session.statementContext();
    const parameters = new CallParameters([1]);
    const kept = session.plans.get(planKey({ session, sql, statement, parameters, signal: null }));
    expect(kept).toMatchObject({ perCall: false, physical: { kind: expect.any(String) } });
  });

  test('takes NULL and values of other types', async () => {
    const sql = 'SELECT id FROM t WHERE id = ?';
    for (const one of [1, 1, 1n, 1.0, 1]) expect(await rows(sql, [one])).toEqual([{ id: 1 }]);
    await expect(rows(sql, ['1'])).rejects.toThrow("Function '=' does not take (INT, STRING)");
    expect(await rows(sql, [2])).toEqual([{ id: 2 }]);
    const cast = 'SELECT id FROM t WHERE id = CAST(? AS INT)';
    for (const value of ['1', null, '2', null]) {
      expect(await rows(cast, [value])).toEqual(value === null ? [] : [{ id: Number(value) }]);
    }
  });

  test('reads the table as it is at each call, also one that was replaced', async () => {
    await tEnv.executeSql('CREATE TABLE own (x INT)');
    const sql = 'SELECT x FROM own WHERE x > ?';
    for (let x = 1; x <= 4; x++) {
      await tEnv.executeSql(`INSERT INTO own VALUES (${x})`);
      expect(await rows(sql, [0])).toHaveLength(x);
    }
    await tEnv.executeSql('DROP TABLE own');
    await tEnv.executeSql('CREATE TABLE own (y STRING, x STRING)');
    await tEnv.executeSql("INSERT INTO own VALUES ('p', '7')");
    expect(await rows(sql, ['0'])).toEqual([{ x: '7' }]);
    await tEnv.executeSql('DROP TABLE own');
    await expect(rows(sql, ['0'])).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' });
  });

  test('of a table that has grown is made for each value again', async () => {
    const few = TableEnvironment.create({ config: { 'table.exec.inline-rows': 100 } });
    await few.executeSql('CREATE TABLE n (x INT)');
    await few.executeSql('INSERT INTO n VALUES (1), (2)');
    const count = async (limit: number) =>
      (
        await few.executeSql('SELECT COUNT(*) AS c FROM n WHERE x < ?', { params: [limit] })
      ).toArray();
    for (const limit of [2, 3]) expect(await count(limit)).toEqual([{ c: BigInt(limit - 1) }]);
    await few.executeSql('INSERT INTO n SELECT a.x FROM n AS a');
    const values = Array.from({ length: 50_000 }, (_, i) => ({ x: i + 10 }));
    few.createTemporaryView('numbers', few.fromValues(values));
    await few.executeSql('INSERT INTO n SELECT CAST(x AS INT) FROM numbers');
    for (const limit of [2, 3, 20]) {
      expect(await count(limit)).toEqual([{ c: limit === 20 ? 14n : BigInt(2 * (limit - 1)) }]);
    }
    await few.close();
  });

  test('sees temporary functions, options and the time of the call', async () => {
    tEnv.createTemporaryFunction(
      'plus',
      udf((x: number) => x + 1, { inputTypes: [DataTypes.INT()], resultType: DataTypes.INT() }),
    );
    const sql = 'SELECT plus(id) AS p FROM t WHERE id = ?';
    for (const id of [1, 2, 3]) expect(await rows(sql, [id])).toEqual([{ p: id + 1 }]);
    tEnv.dropTemporaryFunction('plus');
    await expect(rows(sql, [1])).rejects.toMatchObject({ code: 'FUNCTION_NOT_FOUND' });

    const zone = 'SELECT CAST(TO_TIMESTAMP_LTZ(?, 3) AS STRING) AS s';
    tEnv.getConfig().set('table.local-time-zone', 'UTC');
    const inUtc = await rows(zone, [0]);
    expect(await rows(zone, [0])).toEqual(inUtc);
    tEnv.getConfig().set('table.local-time-zone', 'Asia/Tokyo');
    expect(await rows(zone, [0])).not.toEqual(inUtc);

    const now = 'SELECT CAST(CURRENT_TIMESTAMP AS STRING) AS s, ? AS x';
    const seen = new Set<string>();
    for (let i = 0; i < 4; i++) {
      seen.add(JSON.stringify(await rows(now, [1])));
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    expect(seen.size).toBe(4);
  });
});

test('null and undefined are written into columns of every type', async () => {
  await tEnv.executeSql(
    'CREATE TABLE kinds (a BIGINT, b DATE, c ARRAY<INT>, d ROW<x INT>, e STRING)',
  );
  await tEnv.executeSql('INSERT INTO kinds VALUES (?, ?, ?, ?, ?)', {
    params: [null, undefined, null, null, 'e'],
  });
  await tEnv.executeSql('INSERT INTO kinds VALUES (:n, :n, :n, :n, :n)', { params: { n: null } });
  const none = { a: null, b: null, c: null, d: null };
  expect(await rows('SELECT * FROM kinds')).toEqual([
    { ...none, e: 'e' },
    { ...none, e: null },
  ]);
});

test('a list without values takes the type of its place', async () => {
  await tEnv.executeSql('CREATE TABLE longs (id BIGINT, d DATE)');
  await tEnv.executeSql("INSERT INTO longs VALUES (1, DATE '2024-01-01'), (2, NULL)");
  const list = 'SELECT x FROM UNNEST(:a) AS u(x)';
  const both = [{ id: 1n }, { id: 2n }];
  for (const a of [[], [null], [undefined, null]]) {
    const read = (sql: string) => rows(sql, { a });
    for (const column of ['id', 'd']) {
      expect(await read(`SELECT id FROM longs WHERE ${column} IN (${list})`)).toEqual([]);
    }
    const without = await read(`SELECT id FROM longs WHERE id NOT IN (${list})`);
    expect(without).toEqual(a.length === 0 ? both : []);
    expect(await read('SELECT SUM(x) AS s FROM UNNEST(:a) AS u(x)')).toEqual([{ s: null }]);
    expect(await read('SELECT id FROM longs WHERE ARRAY_CONTAINS(:a, id)')).toEqual([]);
    const found = await read('SELECT ARRAY_POSITION(:a, id) AS p, :a AS a FROM longs WHERE id = 1');
    expect(found).toEqual([{ p: 0, a: a.map(() => null) }]);
  }
  // A list with values in the same text, before and after.
  const kept = `SELECT id FROM longs WHERE id IN (${list}) ORDER BY id`;
  for (const a of [[1, 2], [], [1n, 2n], [null], [1, 2, null]]) {
    expect(await rows(kept, { a })).toEqual(a.length < 2 ? [] : both);
  }
  await tEnv.executeSql('CREATE TABLE lists (a ARRAY<BIGINT>, m MAP<STRING, DATE>, r ROW<x INT>)');
  await tEnv.executeSql('INSERT INTO lists VALUES (?, ?, ?), (?, ?, ?)', {
    params: [[], new Map(), { x: null }, [null], new Map([['k', null]]), null],
  });
  expect(await rows("SELECT a, m['k'] AS k, r FROM lists")).toEqual([
    { a: [], k: null, r: { x: null } },
    { a: [null], k: null, r: null },
  ]);
});

test('null moved by an interval is NULL', async () => {
  const sql = "SELECT TIMESTAMP '2024-01-02 00:00:00' > ? - INTERVAL '1' DAY AS later";
  const noon = new Date('2024-01-02T12:00:00Z');
  const seen: unknown[] = [];
  for (const value of [null, noon, null]) seen.push(...(await rows(sql, [value])));
  expect(seen).toEqual([{ later: null }, { later: true }, { later: null }]);
});

test('values without a place in the statement are an error', async () => {
  const unknown = { code: 'UNKNOWN_PARAMETER' };
  await expect(rows('SELECT ? AS a', [1, 2])).rejects.toMatchObject(unknown);
  await expect(rows("SELECT '?' AS a", [1])).rejects.toMatchObject(unknown);
  await expect(rows('SELECT :name AS a', [1])).rejects.toMatchObject({
    ...unknown,
    hint: 'Values of names are given as an object.',
  });
  await expect(rows('SELECT :name AS a', { name: 1, nmae: 2 })).rejects.toMatchObject({
    ...unknown,
    hint: "Did you mean 'name'?",
  });
  expect(() => tEnv.sqlQuery('SELECT 1 AS a', { params: [1] })).toThrow('parameter number 1');
  const where = '(SELECT MAX(id) FROM t WHERE id < :b OR id IN (:c, 1 + :c))';
  const used = await rows(`SELECT :a AS a FROM t WHERE id = ${where}`, {
    a: 1,
    b: 2,
    c: 2,
    absent: undefined,
  });
  expect(used).toEqual([{ a: 1 }]);
  // The values of a script are for all of its statements.
  const found: object[] = [];
  for await (const result of tEnv.executeScript('SELECT ? AS a; SELECT 2 AS a', { params: [1] })) {
    found.push(...(await result.toArray()));
  }
  expect(found).toEqual([{ a: 1 }, { a: 2 }]);
});
