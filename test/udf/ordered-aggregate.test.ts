import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  callSql,
  col,
  DataTypes,
  TableEnvironment,
  type UserFunction,
  udaf,
  udtaf,
} from '../../src/index.ts';

const { ARRAY, BIGINT, FIELD, ROW, STRING } = DataTypes;
const T = `(VALUES ('a', 'x', 3, 1.5), ('b', 'y', 1, CAST(NULL AS DOUBLE)), ('a', 'z', 1, 2e0),
  ('b', 'w', 5, 7e0), ('a', CAST(NULL AS STRING), 2, 0e0), ('a', 'x', 9, 9e0)) AS t(k, s, n, d)`;

/** Joins texts, by accumulators that could be merged. */
function joined(options: object): UserFunction {
  return udaf(
    [STRING()],
    STRING(),
    {
      createAccumulator: () => ({ parts: [] as string[] }),
      accumulate(acc, s) {
        acc.parts.push(s ?? '-');
      },
      merge(acc, others) {
        for (const { parts } of others) acc.parts.push(...parts);
      },
      getValue: ({ parts }) => parts.join(''),
    },
    { accumulatorType: ROW([FIELD('parts', ARRAY(STRING()))]), ...options },
  );
}

/** The same of columns. */
function joinedColumns(options: object): UserFunction {
  const join = (texts: Iterable<string | null>) => Array.from(texts, (s) => s ?? '-').join('');
  return udaf([STRING()], STRING(), join, { ...options, funcType: 'arrow' });
}

const KINDS: Readonly<Record<string, UserFunction>> = {
  joined: joined({}),
  joined_inline: joined({ execution: 'inline' }),
  joined_apart: joined({ isolation: 'process' }),
  joined_columns: joinedColumns({}),
  joined_columns_apart: joinedColumns({ isolation: 'process' }),
};

let env: TableEnvironment;
beforeAll(() => {
  env = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
  for (const [name, fn] of Object.entries(KINDS)) env.createTemporarySystemFunction(name, fn);
});
afterAll(() => env.close());

async function rows(sql: string, on: TableEnvironment = env): Promise<unknown[]> {
  return (await on.executeSql(sql)).toArray({ rowFormat: 'array' });
}

test.each(Object.keys(KINDS))('%s takes its rows in the order of each call', async (f) => {
  const calls = `${f}(s ORDER BY n DESC), ${f}(s ORDER BY d NULLS LAST, n) FILTER (WHERE n > 1),
    ${f}(s) WITHIN GROUP (ORDER BY s DESC, n), SUM(n), ARRAY_AGG(n ORDER BY n)`;
  expect(await rows(`SELECT k, ${calls} FROM ${T} GROUP BY k ORDER BY k`)).toEqual([
    ['a', 'xx-z', '-xx', 'zxx-', 15, [1, 2, 3, 9]],
    ['b', 'wy', 'w', 'yw', 6, [1, 5]],
  ]);
  expect(await rows(`SELECT ${f}(s ORDER BY s) FROM ${T}`)).toEqual([['-wxxyz']]);
  expect(await rows(`SELECT ${f}(s ORDER BY s) FROM ${T} WHERE n > 9`)).toEqual([['']]);
});

test.each(Object.keys(KINDS))(
  '%s with OVER takes the rows of the frame in its order',
  async (f) => {
    const over = 'OVER (PARTITION BY k ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)';
    expect(await rows(`SELECT k, ${f}(s ORDER BY n DESC) ${over} FROM ${T} ORDER BY k, n`)).toEqual(
      [
        ['a', 'z'],
        ['a', '-z'],
        ['a', 'x-'],
        ['a', 'xx'],
        ['b', 'y'],
        ['b', 'wy'],
      ],
    );
  },
);

test.each(Object.keys(KINDS))('%s takes -0 before 0, with and without OVER', async (f) => {
  const zeros = "(VALUES ('z', -0e0), ('q', 0e0), ('n', -0e0), ('a', 0e0)) AS t(s, d)";
  expect(await rows(`SELECT ${f}(s ORDER BY d, s) FROM ${zeros}`)).toEqual([['nzaq']]);
  const whole = 'ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING';
  const over = `SELECT DISTINCT ${f}(s ORDER BY d, s) OVER (ORDER BY s ${whole}) FROM ${zeros}`;
  expect(await rows(over)).toEqual([['nzaq']]);
});

test('with DISTINCT, only the arguments order the rows', async () => {
  const sql = `SELECT k, joined(DISTINCT s ORDER BY s DESC) FROM ${T} GROUP BY k ORDER BY k`;
  expect(await rows(sql)).toEqual([
    ['a', 'zx-'],
    ['b', 'yw'],
  ]);
  await expect(rows(`SELECT joined(DISTINCT s ORDER BY n) FROM ${T}`)).rejects.toThrow(
    'with DISTINCT, only its arguments order its rows',
  );
});

test('keys may be expressions, lists and dates; sets of groups have their rows each', async () => {
  const keys = ['ARRAY[n, 1] DESC', '-n', "TIMESTAMPADD(DAY, n, DATE '2026-01-01') DESC"];
  const calls = keys.map((key) => `joined(s ORDER BY ${key})`).join(', ');
  const sql = `SELECT k, ${calls} FROM ${T} GROUP BY GROUPING SETS ((k), ()) ORDER BY k`;
  expect(await rows(sql)).toEqual([
    [null, 'xwx-yz', 'xwx-yz', 'xwx-yz'],
    ['a', 'xx-z', 'xx-z', 'xx-z'],
    ['b', 'wy', 'wy', 'wy'],
  ]);
});

test('a table aggregate function', async () => {
  const firsts = udtaf([STRING()], STRING(), {
    createAccumulator: (): string[] => [],
    accumulate(acc, s) {
      if (acc.length < 2) acc.push(s ?? '-');
    },
    *emitValue(acc) {
      yield* acc;
    },
  });
  env.createTemporarySystemFunction('firsts', firsts);
  const sql = `SELECT x.* FROM (SELECT firsts(s ORDER BY n) AS f FROM ${T}), UNNEST(f) AS x`;
  expect(await rows(sql)).toEqual([['y'], ['z']]);
});

test('the Table API says an order by callSql', async () => {
  const table = env.sqlQuery(`SELECT * FROM ${T}`);
  const joinedByN = callSql('joined(s ORDER BY n DESC)');
  const found = table
    .groupBy(col('k'))
    .select(col('k'), joinedByN.as('all'), col('n').sum().as('n'));
  expect(await found.orderBy(col('k')).toArray({ rowFormat: 'array' })).toEqual([
    ['a', 'xx-z', 15],
    ['b', 'wy', 6],
  ]);
});

test('open sees the constants of the function, and errors the arguments of its rows', async () => {
  class Cut {
    length = 0;
    open(context: { getConstantArgument(i: number): unknown }): void {
      this.length = Number(context.getConstantArgument(1));
    }
    createAccumulator(): { text: string } {
      return { text: '' };
    }
    accumulate(acc: { text: string }, s: string | null): void {
      if (s === 'w') throw new Error('no w');
      acc.text += s ?? '-';
    }
    getValue(acc: { text: string }): string {
      return acc.text.slice(0, this.length);
    }
  }
  const types = { inputTypes: [STRING(), BIGINT()], resultType: STRING() };
  env.createTemporarySystemFunction('cut', udaf(new Cut(), types));
  const sql = `SELECT cut(s, 3 ORDER BY n DESC) FROM ${T}`;
  expect(await rows(`${sql} WHERE k = 'a'`)).toEqual([['xx-']]);
  await expect(rows(sql)).rejects.toMatchObject({
    code: 'UDF_FAILED',
    message: expect.stringMatching(/'cut' failed for \('w', 3n?\).*no w/s),
  });
});

test('rows that memory does not hold are sorted in files', async () => {
  const small = TableEnvironment.create({
    config: { 'parallelism.default': 2, 'table.exec.memory.limit': '24mb' },
  });
  try {
    const rises = udaf([BIGINT().notNull()], BIGINT(), {
      createAccumulator: () => ({ last: -1n, rises: 0n }),
      accumulate(acc, x) {
        if (x >= acc.last) acc.rises++;
        acc.last = x;
      },
      getValue: (acc) => acc.rises,
    });
    small.createTemporarySystemFunction('rises', rises);
    await small.executeSql(`CREATE TABLE g (x BIGINT) WITH ('connector' = 'datagen',
      'number-of-rows' = '200000', 'fields.x.kind' = 'sequence', 'fields.x.start' = '1',
      'fields.x.end' = '200000')`);
    const numbers = '(SELECT x, MOD(x, 100) AS k, MOD(x * 7919, 1000003) AS v FROM g)';
    const sql = `SELECT SUM(r), SUM(d) FROM (SELECT k, rises(v ORDER BY v) AS r,
      rises(1000003 - v ORDER BY v DESC, x) AS d FROM ${numbers} GROUP BY k)`;
    expect(await rows(sql, small)).toEqual([[200000n, 200000n]]);
    const plan = String((await rows(`EXPLAIN ANALYZE ${sql}`, small)).join('\n'));
    expect(plan).toMatch(/HashAggregate .*[1-9][\d.]* [KM]iB\n/);
  } finally {
    await small.close();
  }
});

test('plans show the order, and stored ones keep it', async () => {
  await env.executeSql('CREATE TABLE sales (k STRING, s STRING, n INT)');
  await env.executeSql("INSERT INTO sales VALUES ('a', 'x', 2), ('a', 'y', 1)");
  await env.executeSql('CREATE TABLE found (k STRING, s STRING)');
  const query = 'SELECT k, joined(s ORDER BY n NULLS LAST, s DESC) FROM sales GROUP BY k';
  expect(await env.explainSql(query)).toContain(
    'joined(s ORDER BY n ASC NULLS LAST, s DESC): HashAggregate in workers',
  );
  const plan = env.compilePlanSql(`INSERT INTO found ${query}`);
  await (await plan.execute()).wait();
  expect(await rows('SELECT * FROM found')).toEqual([['a', 'yx']]);
});
