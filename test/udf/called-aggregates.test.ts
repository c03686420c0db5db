import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { DataTypes, TableEnvironment, udf } from '../../src/index.ts';
import type { DataType } from '../../src/types/data-type.ts';

const { BIGINT, BOOLEAN, DOUBLE, INT, SMALLINT, STRING } = DataTypes;
const tEnv = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
afterAll(() => tEnv.close());

async function rows(sql: string, signal?: AbortSignal): Promise<readonly unknown[][]> {
  const result = await tEnv.executeSql(sql, signal === undefined ? {} : { signal });
  return (await result.toArray({ rowFormat: 'array' })) as unknown[][];
}

async function failure(sql: string): Promise<unknown> {
  return rows(sql).then(
    () => new Error('no error'),
    (error: unknown) => error,
  );
}

/** Registers a function that runs on this thread, anew. */
function register(
  type: DataType,
  f: (value: never) => unknown,
  options: { readonly deterministic?: boolean; readonly argument?: DataType } = {},
): void {
  const { argument = type, deterministic = true } = options;
  const types = { inputTypes: [argument], resultType: type };
  const made = udf(f, { ...types, deterministic, execution: 'inline' });
  tEnv.createTemporarySystemFunction('f', made);
}

function view(given: readonly (readonly unknown[])[], columns: string): void {
  tEnv.createTemporaryView('t', tEnv.fromValues(given, columns));
}

beforeEach(async () => {
  tEnv.dropTemporaryView('t');
  tEnv.dropTemporarySystemFunction('f');
  await tEnv.executeSql('RESET');
});

const AGGREGATES = `SUM(f(a)), AVG(f(a)), MIN(f(a)), MAX(f(a)), COUNT(f(a)), COUNT(*), MAX(a),
  COUNT(*) FILTER (WHERE a IS NULL)`;

describe('aggregates of the results of a function are those of a column', () => {
  const nullable = <T>(values: fc.Arbitrary<T>) => fc.option(values, { freq: 4 });
  // Sums of these are exact, in any order.
  const doubles = fc.oneof(
    fc.integer({ min: -4000, max: 4000 }).map((n) => n / 4),
    fc.constantFrom(Number.NaN, Infinity, -Infinity, -0),
  );
  const cases: readonly (readonly [
    DataType,
    string,
    fc.Arbitrary<unknown>,
    (v: never) => unknown,
  ])[] = [
    [DOUBLE(), 'DOUBLE', nullable(doubles), (v: number) => (v < -900 ? null : v * 2 + 1)],
    [INT(), 'INT', nullable(fc.integer({ min: -(2 ** 29), max: 2 ** 29 })), (v: number) => v + 1],
    [
      SMALLINT(),
      'SMALLINT',
      nullable(fc.integer({ min: -300, max: 300 })),
      (v: number) => (v % 3 === 0 ? undefined : v),
    ],
    [
      BIGINT(),
      'BIGINT',
      nullable(fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n })),
      (v: bigint | null) => (v === null ? null : v * 4n),
    ],
  ];
  for (const [type, name, values, f] of cases) {
    test(`${name}, compiled and interpreted`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(values, { maxLength: 40 }),
          fc.constantFrom(1, 3, 16384),
          fc.constantFrom('', ' WHERE a > 0'),
          async (given, batchRows, where) => {
            view(
              given.map((value) => [value]),
              `a ${name}`,
            );
            register(type, f);
            const sql = `SELECT ${AGGREGATES} FROM t${where}`;
            await tEnv.executeSql(`SET 'table.exec.batch-rows' = '${batchRows}'`);
            await tEnv.executeSql("SET 'table.exec.compile' = 'off'");
            const interpreted = await rows(sql);
            await tEnv.executeSql("SET 'table.exec.compile' = 'auto'");
            expect(await rows(sql)).toEqual(interpreted);
          },
        ),
        { numRuns: 40 },
      );
    });
  }

  test('rounded alike', async () => {
    const given = Array.from({ length: 4999 }, (_, i) => [
      i % 5 === 2 ? null : Math.sin(i) * 10 ** (i % 20),
    ]);
    view(given, 'a DOUBLE');
    register(DOUBLE(), (v: number) => v * 1.1);
    await tEnv.executeSql('CREATE TABLE stored AS SELECT f(a) AS r FROM t');
    const [[sum]] = (await rows('SELECT SUM(r) FROM stored')) as [[number]];
    expect(await rows('SELECT SUM(f(a)) FROM t')).toEqual([[sum]]);
  });
});

describe('functions whose results are added up', () => {
  test('are called once for each row, and not for NULL', async () => {
    const given = Array.from({ length: 1000 }, (_, i) => [i % 10 === 0 ? null : i, `w${i % 3}`]);
    view(given, 'a INT, word STRING');
    let calls = 0;
    const counted = (v: number) => {
      calls++;
      return v;
    };
    register(INT(), counted, { deterministic: false, argument: INT().notNull() });
    const sum = (1000 * 999) / 2 - (100 * 990) / 2;
    const result = await tEnv.executeSql('SELECT SUM(f(a)) AS s FROM t');
    expect(await result.toArray()).toEqual([{ s: sum }]);
    expect(calls).toBe(900);
    expect(result.metrics()['udf.f']).toMatchObject({ calls: 900, rows: 1000 });
    calls = 0;
    await rows('SELECT SUM(f(a)), MAX(f(a)) FROM t');
    expect(calls).toBe(1800);
  });

  test('of one dictionary are called once for each of its values', async () => {
    await tEnv.executeSql('DROP TABLE IF EXISTS words');
    view(
      Array.from({ length: 1000 }, (_, i) => [`w${i % 3}`]),
      'word STRING',
    );
    await tEnv.executeSql('CREATE TABLE words AS SELECT word FROM t');
    register(INT(), (word: string) => Number(word.slice(1)), { argument: STRING() });
    const result = await tEnv.executeSql('SELECT SUM(f(word)) AS s, COUNT(*) AS n FROM words');
    expect(await result.toArray()).toEqual([{ s: 999, n: 1000n }]);
    expect(result.metrics()['udf.f']).toMatchObject({ calls: 3, rows: 1000 });
  });

  test('may be several, beside other aggregates', async () => {
    view(
      [
        [1, 2.5],
        [2, null],
        [3, -1],
      ],
      'a INT, b DOUBLE',
    );
    register(INT(), (v: number) => v * 10);
    const half = udf((v: number | null) => (v === null ? 100 : v / 2), {
      inputTypes: [DOUBLE()],
      resultType: DOUBLE(),
      execution: 'inline',
    });
    tEnv.createTemporarySystemFunction('half', half);
    expect(
      await rows(
        'SELECT MAX(half(b)), SUM(f(a)), COUNT(*), SUM(a * a), AVG(half(b)), MIN(f(a)) FROM t',
      ),
    ).toEqual([[100, 60, 3n, 14, (1.25 + 100 - 0.5) / 3, 10]]);
    expect(await rows('SELECT SUM(half(b)), MAX(f(a)) FROM t WHERE a > 5')).toEqual([[null, null]]);
  });

  test('are explained as work of the aggregate', async () => {
    view([[1], [2]], 'a INT');
    register(INT(), (v: number) => v + 1);
    const { plans, functions } = await tEnv.explainAnalyze('SELECT SUM(f(a)) FROM t');
    expect(functions).toMatchObject([{ name: 'f', calls: 2, rows: 2 }]);
    const all = JSON.stringify(plans);
    expect(all).toContain('{"form":"udf","text":"f(a)"}');
    expect(all).toMatch(/"operator":"UdfCalc"[^{}]*"note":"computed by #\d"/);
  });
});

describe('errors of functions whose results are added up', () => {
  test('tell the function and the row, as those of a column do', async () => {
    view([[1], [2], [3]], 'a INT');
    register(INT(), (v: number) => {
      if (v === 2) throw new RangeError('too large');
      return v;
    });
    expect(await failure('SELECT SUM(f(a)) FROM t')).toMatchObject({
      code: 'UDF_FAILED',
      functionName: 'f',
      args: [2],
    });
    for (const wrong of ['text', 1.5, 2 ** 31, true, Symbol('s'), {}]) {
      register(INT(), (v: number) => (v === 3 ? wrong : v));
      const stored = (await failure('SELECT f(a) FROM t')) as Error;
      expect(stored).toMatchObject({ code: 'UDF_RESULT', args: [3] });
      const summed = (await failure('SELECT SUM(f(a)) FROM t')) as Error;
      expect(summed).toMatchObject({ code: 'UDF_RESULT', args: [3], message: stored.message });
    }
  });

  test('of other expressions beside them tell what failed', async () => {
    view([['1'], ['x']], 's STRING');
    register(INT(), (s: string) => s.length, { argument: STRING() });
    const failed = (await failure('SELECT SUM(CAST(s AS INT)), SUM(f(s)) FROM t')) as Error;
    const alone = (await failure('SELECT SUM(CAST(s AS INT)), COUNT(*) FROM t')) as Error;
    expect(failed.message).toBe(alone.message);
  });

  test('a loop without end ends by its time-out and by an abort', async () => {
    await tEnv.executeSql("SET 'table.exec.udf.timeout' = '300 ms'");
    view([[1], [2]], 'a INT');
    const types = { inputTypes: [INT()], resultType: INT() };
    const endless = udf((v: number) => {
      while (v > 1);
      return v;
    }, types);
    tEnv.createTemporarySystemFunction('f', endless);
    expect(await failure('SELECT SUM(f(a)) FROM t')).toMatchObject({ code: 'UDF_TIMEOUT' });
    await tEnv.executeSql("SET 'table.exec.udf.timeout' = '1 min'");
    const slow = udf((v: number) => {
      const end = Date.now() + 5;
      while (Date.now() < end);
      return v;
    }, types);
    tEnv.createTemporarySystemFunction('f', slow);
    view(
      Array.from({ length: 100_000 }, (_, i) => [i]),
      'a INT',
    );
    const aborter = new AbortController();
    const running = rows('SELECT SUM(f(a)) FROM t', aborter.signal);
    setTimeout(() => aborter.abort(), 100);
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

test('results of types without totals are aggregated as columns', async () => {
  view([[1], [2], [3]], 'a INT');
  register(BOOLEAN(), (v: number) => v > 1, { argument: INT() });
  expect(await rows('SELECT COUNT(f(a)), MAX(f(a)) FROM t')).toEqual([[3n, true]]);
  register(INT(), (v: number) => v);
  expect(await rows('SELECT SUM(DISTINCT f(a)), SUM(f(a)) FILTER (WHERE a < 3) FROM t')).toEqual([
    [6, 3],
  ]);
});
