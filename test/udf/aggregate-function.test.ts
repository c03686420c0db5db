import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { AggregateFunction, DataTypes, TableEnvironment, udaf } from '../../src/index.ts';

const INT = DataTypes.INT();
const DOUBLE = DataTypes.DOUBLE();
const T = "(VALUES ('a', 1), ('b', 2), ('a', 3), ('b', CAST(NULL AS INT))) AS t(k, n)";

let env: TableEnvironment;
beforeAll(() => {
  env = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
  env.createTemporarySystemFunction(
    'product',
    udaf(
      {
        createAccumulator: () => ({ value: 1 }),
        accumulate(acc: { value: number }, n: number | null) {
          acc.value *= n ?? 1;
        },
        getValue: (acc: { value: number }) => acc.value,
      },
      { inputTypes: [INT], resultType: DOUBLE },
    ),
  );
});
afterAll(() => env.close());
// A test of time-outs sets a short one, in which a busy machine may not even start a thread.
afterEach(() => env.getConfig().set('table.exec.udf.timeout', '30 s'));

async function rows(sql: string): Promise<unknown[]> {
  return (await env.executeSql(sql)).toArray({ rowFormat: 'array' });
}

test('an object of methods: grouped, alone, of no rows, beside others', async () => {
  expect(await rows(`SELECT k, product(n), COUNT(n) FROM ${T} GROUP BY k ORDER BY k`)).toEqual([
    ['a', 3, 2n],
    ['b', 2, 1n],
  ]);
  expect(await rows(`SELECT product(n + 1) FROM ${T}`)).toEqual([[24]]);
  expect(await rows(`SELECT product(n) FROM ${T} WHERE k = 'c'`)).toEqual([[1]]);
  expect(
    await rows(`SELECT product(DISTINCT n), product(n) FILTER (WHERE n > 1) FROM ${T}`),
  ).toEqual([[6, 6]]);
});

test('with OVER: of the partition, up to the row, of the rows around it', async () => {
  const windows = `product(n) OVER (PARTITION BY k), product(n) OVER (ORDER BY k, n),
    product(n) OVER (ORDER BY k, n ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING)`;
  expect(await rows(`SELECT k, n, ${windows} FROM ${T} ORDER BY k, n`)).toEqual([
    ['a', 1, 3, 1, 3],
    ['a', 3, 3, 3, 3],
    ['b', null, 2, 3, 6],
    ['b', 2, 2, 6, 2],
  ]);
});

test('an instance of a class', async () => {
  class Longest extends AggregateFunction<{ text: string }> {
    readonly suffix: string;
    constructor(suffix: string) {
      super();
      this.suffix = suffix;
    }
    createAccumulator(): { text: string } {
      return { text: '' };
    }
    accumulate(acc: { text: string }, s: string): void {
      if (s.length > acc.text.length) acc.text = s;
    }
    getValue(acc: { text: string }): string {
      return acc.text + this.suffix;
    }
  }
  const types = { inputTypes: [DataTypes.STRING()], resultType: DataTypes.STRING() };
  env.createTemporarySystemFunction('longest', udaf(new Longest('!'), types));
  expect(await rows("SELECT longest(s) FROM (VALUES ('a'), ('abc'), ('ab')) AS t(s)")).toEqual([
    ['abc!'],
  ]);
});

test('what goes wrong names the function', async () => {
  const broken = (part: object) =>
    udaf(
      { createAccumulator: () => [], accumulate: () => {}, getValue: () => 1, ...part },
      { inputTypes: [INT], resultType: INT },
    );
  const fail = (): never => {
    throw new RangeError('no');
  };
  env.createTemporarySystemFunction('g', broken({ accumulate: fail }));
  await expect(rows(`SELECT g(n) FROM ${T}`)).rejects.toMatchObject({
    code: 'UDF_FAILED',
    functionName: 'g',
    args: [1],
  });
  // `(acc, n) => acc + n` would lose every row.
  for (const createAccumulator of [() => 0, () => 'text', () => null, () => {}]) {
    env.createTemporarySystemFunction('g', broken({ createAccumulator }));
    for (const over of ['', ' OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)']) {
      await expect(rows(`SELECT g(n)${over} FROM ${T}`)).rejects.toMatchObject({
        code: 'UDF_ACCUMULATOR',
        message: expect.stringContaining("accumulator of function 'g' must be an object, but is"),
        hint: expect.stringContaining('keep { n: 0 }, not 0'),
      });
    }
  }
  env.createTemporarySystemFunction('g', broken({ getValue: () => 'x' }));
  await expect(rows(`SELECT g(n) FROM ${T}`)).rejects.toMatchObject({
    code: 'UDF_RESULT',
    functionName: 'g',
  });
  // Not by `async`, which is seen when the function is loaded.
  const later = () => Promise.reject(new Error('nobody waits'));
  for (const method of ['accumulate', 'retract']) {
    env.createTemporarySystemFunction('g', broken({ [method]: later }));
    const over = 'OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)';
    for (const call of method === 'retract' ? [over] : ['', over]) {
      await expect(rows(`SELECT g(n) ${call} FROM ${T}`)).rejects.toMatchObject({
        code: 'UDF_FAILED',
        message: expect.stringContaining('it returned a promise'),
      });
    }
  }
  env.createTemporarySystemFunction('g', broken({ getValue: later }));
  await expect(rows(`SELECT g(n) FROM ${T}`)).rejects.toMatchObject({
    code: 'UDF_RESULT',
    hint: expect.stringContaining('only scalar functions may return promises'),
  });
  // Such as a query builder, which does nothing until it is awaited.
  env.createTemporarySystemFunction(
    'g',
    broken({ accumulate: () => Object.fromEntries([['then', () => {}]]) }),
  );
  await expect(rows(`SELECT g(n) FROM ${T}`)).rejects.toThrow('it returned a promise');
  for (const method of ['createAccumulator', 'accumulate', 'retract', 'merge', 'getValue']) {
    expect(() =>
      env.createTemporarySystemFunction('g', broken({ [method]: async () => ({}) })),
    ).toThrow(`The method '${method}' of function 'g' is async`);
  }
  for (const method of ['createAccumulator', 'accumulate', 'getValue']) {
    expect(() => env.createTemporarySystemFunction('g', broken({ [method]: null }))).toThrow(
      `Function 'g' has no method '${method}'`,
    );
  }
  env.getConfig().set('table.exec.udf.timeout', '300 ms');
  env.createTemporarySystemFunction(
    'g',
    broken({
      accumulate: () => {
        for (;;);
      },
    }),
  );
  await expect(rows(`SELECT g(n) FROM ${T}`)).rejects.toMatchObject({
    code: 'UDF_TIMEOUT',
    functionName: 'g',
  });
  expect(await rows('SELECT 1')).toEqual([[1]]);
});

describe('by columns', () => {
  beforeAll(() => {
    env.createTemporarySystemFunction(
      'spread',
      udaf(
        [INT, INT],
        INT,
        (values, weights) => {
          let most = 0;
          for (const [i, value] of [...values].entries())
            most = Math.max(most, value * weights.get(i));
          return most;
        },
        { funcType: 'arrow' },
      ),
    );
  });

  test('grouped, DISTINCT, FILTER, OVER, of no rows', async () => {
    expect(
      await rows(
        `SELECT k, spread(n, 2), spread(DISTINCT n, n), spread(n, n) FILTER (WHERE n < 3) FROM ${T} GROUP BY k ORDER BY k`,
      ),
    ).toEqual([
      ['a', 6, 9, 1],
      ['b', 4, 4, 4],
    ]);
    expect(await rows(`SELECT spread(n, n) FROM ${T} WHERE FALSE`)).toEqual([[0]]);
    expect(
      await rows(
        `SELECT n, spread(n, 1) OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM ${T} WHERE n IS NOT NULL`,
      ),
    ).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  test('what goes wrong', async () => {
    const bad = (fn: () => unknown) =>
      env.createTemporarySystemFunction(
        'g',
        udaf(fn, { inputTypes: [INT], resultType: INT, funcType: 'arrow' }),
      );
    bad(() => 'x');
    await expect(rows(`SELECT g(n) FROM ${T}`)).rejects.toMatchObject({ code: 'UDF_RESULT' });
    bad(() => {
      throw new Error('no');
    });
    await expect(rows(`SELECT g(n) FROM ${T}`)).rejects.toMatchObject({ code: 'UDF_FAILED' });
  });
});

describe('in frames and windows', () => {
  let calls: string[] = [];
  const summing = (retracts: boolean) =>
    udaf(
      {
        createAccumulator: () => ({ sum: 0 }),
        accumulate(acc: { sum: number }, n: number) {
          calls.push(`+${n}`);
          acc.sum += n;
        },
        ...(retracts
          ? {
              retract(acc: { sum: number }, n: number) {
                calls.push(`-${n}`);
                acc.sum -= n;
              },
            }
          : {}),
        getValue: (acc: { sum: number }) => acc.sum,
      },
      { inputTypes: [INT.notNull()], resultType: INT, execution: 'inline' },
    );
  const numbers = '(VALUES (1), (2), (3), (4)) AS t(n)';
  const sliding = `SELECT total(n) OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM ${numbers}`;

  test('rows that leave a frame are retracted, where the function can', async () => {
    env.createTemporarySystemFunction('total', summing(true));
    calls = [];
    expect(await rows(sliding)).toEqual([[1], [3], [5], [7]]);
    expect(calls.join('')).toBe('+1+2-1+3-2+4');
    env.createTemporarySystemFunction('total', summing(false));
    calls = [];
    expect(await rows(sliding)).toEqual([[1], [3], [5], [7]]);
    expect(calls.join('')).toBe('+1+1+2+2+3+3+4');
    env.createTemporarySystemFunction('total', summing(true));
    expect(
      await rows(
        `SELECT total(n) OVER (ORDER BY n ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING) FROM ${numbers}`,
      ),
    ).toEqual([[5], [7], [4], [0]]);
    expect(
      await rows(
        `SELECT total(DISTINCT n / 2) OVER (ORDER BY n ROWS BETWEEN 2 PRECEDING AND CURRENT ROW),
           total(n) FILTER (WHERE n <> 2) OVER (ORDER BY n RANGE BETWEEN 1 PRECEDING AND CURRENT ROW)
         FROM ${numbers}`,
      ),
    ).toEqual([
      [0, 1],
      [1, 1],
      [1, 3],
      [3, 7],
    ]);
  });

  test('in windows of time', async () => {
    env.createTemporarySystemFunction('total', summing(true));
    await env.executeSql('CREATE TABLE timed (n INT, ts TIMESTAMP(3))');
    await env.executeSql(
      "INSERT INTO timed VALUES (1, TIMESTAMP '2020-01-01 00:00:01'), (2, TIMESTAMP '2020-01-01 00:00:30'), (3, TIMESTAMP '2020-01-01 00:01:05'), (NULL, TIMESTAMP '2020-01-01 00:09:00')",
    );
    const grouped = (window: string) =>
      rows(
        `SELECT total(n) FROM TABLE(${window}) GROUP BY window_start, window_end ORDER BY window_start, window_end`,
      );
    const of = 'TABLE timed, DESCRIPTOR(ts)';
    expect(await grouped(`TUMBLE(${of}, INTERVAL '1' MINUTE)`)).toEqual([[3], [3], [0]]);
    expect(await grouped(`HOP(${of}, INTERVAL '1' MINUTE, INTERVAL '2' MINUTE)`)).toEqual([
      [3],
      [6],
      [3],
      [0],
      [0],
    ]);
    expect(await grouped(`SESSION(${of}, INTERVAL '1' MINUTE)`)).toEqual([[6], [0]]);
  });
});

test('by batches and by rows alike: all forms of arguments, filters, many groups', async () => {
  const own = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
  own.createTemporarySystemFunction(
    'listed',
    udaf(
      {
        createAccumulator: () => ({ text: '' }),
        accumulate(acc: { text: string }, ...values: unknown[]) {
          acc.text = `${acc.text}${values.join('/')};`.slice(-60);
        },
        getValue: (acc: { text: string }) => acc.text,
      },
      { resultType: DataTypes.STRING() },
    ),
  );
  own.createTemporarySystemFunction(
    'present',
    udaf([INT.notNull(), DataTypes.STRING()], DataTypes.BIGINT(), {
      createAccumulator: () => ({ rows: 0n }),
      accumulate: (acc) => {
        acc.rows++;
      },
      getValue: (acc) => acc.rows,
    }),
  );
  await own.executeSql('CREATE TABLE t (k INT, n INT, s STRING, d DECIMAL(10, 2), b BOOLEAN)');
  const values = Array.from({ length: 500 }, (_, i) => {
    const n = i % 7 === 0 ? 'NULL' : i;
    return `(${i % 90}, ${n}, ${i % 5 === 0 ? 'NULL' : `'s${i % 3}'`}, ${i}.5, ${i % 2 === 0})`;
  });
  await own.executeSql(`INSERT INTO t VALUES ${values.join(', ')}`);
  const calls = `listed(n, s, d, b, 'x', 1), listed(n + 1), listed(), present(n, s),
    listed(n) FILTER (WHERE n > 100), present(n, s) FILTER (WHERE b), listed(DISTINCT b)`;
  const found: unknown[][] = [];
  for (const [compile, batchRows] of [
    ['auto', '65536'],
    ['auto', '3'],
    ['off', '65536'],
  ] as const) {
    own.getConfig().set('table.exec.compile', compile);
    own.getConfig().set('table.exec.batch-rows', batchRows);
    for (const sql of [
      `SELECT k, ${calls} FROM t GROUP BY k ORDER BY k`,
      `SELECT ${calls} FROM t`,
    ]) {
      found.push(await (await own.executeSql(sql)).toArray({ rowFormat: 'array' }));
    }
  }
  const [grouped, all, ...others] = found;
  expect(grouped).toHaveLength(90);
  expect(all?.[0]).toHaveProperty('3', 428n);
  expect(others).toEqual([grouped, all, grouped, all]);
  await own.close();
});
