import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DataTypes, TableEnvironment, TableFunction, udtf } from '../../src/index.ts';

const INT = DataTypes.INT();
const STRING = DataTypes.STRING();

let env: TableEnvironment;
beforeAll(async () => {
  env = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
  await env.executeSql(
    "CREATE VIEW t AS SELECT * FROM (VALUES (1, 'a,b'), (2, ''), (3, 'c')) AS v(id, s)",
  );
  env.createTemporarySystemFunction(
    'split',
    udtf(
      function* (s: string) {
        yield* s.split(',').filter((part) => part !== '');
      },
      { inputTypes: [STRING], resultTypes: [STRING], resultNames: ['part'] },
    ),
  );
});
afterAll(() => env.close());

async function rows(sql: string): Promise<unknown[]> {
  return (await env.executeSql(sql)).toArray({ rowFormat: 'array' });
}

describe('table functions', () => {
  test('for each row, by comma, CROSS JOIN and LEFT JOIN', async () => {
    const inner = [
      [1, 'a'],
      [1, 'b'],
      [3, 'c'],
    ];
    expect(await rows('SELECT id, p FROM t, LATERAL TABLE(split(s)) AS x(p)')).toEqual(inner);
    expect(await rows('SELECT id, part FROM t CROSS JOIN LATERAL TABLE(split(s))')).toEqual(inner);
    expect(
      await rows('SELECT id, x.part FROM t LEFT JOIN LATERAL TABLE(split(s)) AS x ON TRUE'),
    ).toEqual([
      [1, 'a'],
      [1, 'b'],
      [2, null],
      [3, 'c'],
    ]);
    expect(
      await rows(
        "SELECT id, p FROM t JOIN LATERAL TABLE(split(s)) AS x(p) ON p <> 'b' WHERE id < 3",
      ),
    ).toEqual([[1, 'a']]);
    expect(await rows('SELECT COUNT(*) FROM t, LATERAL TABLE(split(s)) AS x(p)')).toEqual([[3n]]);
  });

  test('alone, in a function of rows, over another one', async () => {
    expect(await rows("SELECT * FROM TABLE(split('x,y')) AS t(p)")).toEqual([['x'], ['y']]);
    class Pairs extends TableFunction {
      *eval(n: number): Iterable<unknown> {
        for (let i = 1; i <= n; i++) yield i % 2 === 0 ? { a: i, b: 'even' } : [i, 'odd'];
      }
    }
    const types = DataTypes.ROW([DataTypes.FIELD('a', INT), DataTypes.FIELD('b', STRING)]);
    env.createTemporarySystemFunction(
      'pairs',
      udtf(new Pairs(), { inputTypes: [INT], resultTypes: types }),
    );
    expect(await rows('SELECT a, b FROM TABLE(pairs(2))')).toEqual([
      [1, 'odd'],
      [2, 'even'],
    ]);
    expect(
      await rows(
        'SELECT id, a, p FROM t, LATERAL TABLE(pairs(id)), LATERAL TABLE(split(b)) AS x(p) WHERE id = 2',
      ),
    ).toEqual([
      [2, 1, 'odd'],
      [2, 2, 'even'],
    ]);
  });

  test('what goes wrong', async () => {
    await expect(rows('SELECT split(s) FROM t')).rejects.toMatchObject({
      code: 'TABLE_FUNCTION_NOT_ALLOWED',
    });
    await expect(rows("SELECT * FROM TABLE(MD5('x'))")).rejects.toMatchObject({
      code: 'NOT_A_TABLE_FUNCTION',
    });
    await expect(rows('SELECT * FROM t, LATERAL TABLE(split(s)) AS x(a, b)')).rejects.toMatchObject(
      { code: 'ALIAS_COLUMNS' },
    );
    const bad = udtf(() => 5, { inputTypes: [], resultTypes: [INT] });
    env.createTemporarySystemFunction('bad', bad);
    await expect(rows('SELECT * FROM TABLE(bad())')).rejects.toMatchObject({
      code: 'UDF_RESULT',
      functionName: 'bad',
    });
  });
});

describe('UNNEST', () => {
  test('arrays, rows, maps, multisets', async () => {
    expect(await rows('SELECT x FROM UNNEST(ARRAY[1, 2, 3]) AS u(x)')).toEqual([[1], [2], [3]]);
    expect(
      await rows('SELECT id, x FROM t CROSS JOIN UNNEST(ARRAY[id, id * 10]) AS u(x) WHERE id > 1'),
    ).toEqual([
      [2, 2],
      [2, 20],
      [3, 3],
      [3, 30],
    ]);
    expect(
      await rows("SELECT a, b FROM UNNEST(ARRAY[ROW(1, 'x'), ROW(2, 'y')]) AS u(a, b)"),
    ).toEqual([
      [1, 'x'],
      [2, 'y'],
    ]);
    expect(await rows("SELECT k, v FROM UNNEST(MAP['a', 1, 'b', 2]) AS u(k, v)")).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    expect(
      await rows(
        'SELECT x FROM (SELECT COLLECT(id / 2) AS c FROM t), UNNEST(c) AS u(x) ORDER BY x',
      ),
    ).toEqual([[0], [1], [1]]);
    expect(await rows('SELECT x, i FROM UNNEST(ARRAY[5, 6]) WITH ORDINALITY AS u(x, i)')).toEqual([
      [5, 1],
      [6, 2],
    ]);
  });

  test('no array, no elements, many elements', async () => {
    await expect(rows('SELECT * FROM UNNEST(1)')).rejects.toMatchObject({ code: 'WRONG_ARGUMENT' });
    expect(
      await rows(
        'SELECT id, x FROM t LEFT JOIN UNNEST(CAST(NULL AS ARRAY<INT>)) AS u(x) ON TRUE WHERE id = 1',
      ),
    ).toEqual([[1, null]]);
    env.getConfig().set('table.exec.batch-rows', '3');
    const many = `ARRAY[${Array.from({ length: 100 }, (_, i) => i).join(', ')}]`;
    expect(await rows(`SELECT x FROM UNNEST(${many}) AS u(x)`)).toHaveLength(100);
  });
});
