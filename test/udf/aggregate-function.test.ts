import { afterAll, beforeAll, expect, test } from 'vitest';
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
  env.createTemporarySystemFunction('g', broken({ getValue: () => 'x' }));
  await expect(rows(`SELECT g(n) FROM ${T}`)).rejects.toMatchObject({
    code: 'UDF_RESULT',
    functionName: 'g',
  });
  env.createTemporarySystemFunction('g', broken({ getValue: null }));
  await expect(rows(`SELECT g(n) FROM ${T}`)).rejects.toMatchObject({ code: 'UDF_LOAD_FAILED' });
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
