import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  DataTypes,
  type FunctionContext,
  PlanReference,
  TableEnvironment,
  udaf,
  udf,
} from '../../src/index.ts';

let tEnv: TableEnvironment;
beforeEach(() => {
  tEnv = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
});
afterEach(() => tEnv.close());

async function run(...statements: readonly string[]): Promise<unknown[][]> {
  let rows: unknown[][] = [];
  for (const sql of statements) {
    rows = await (await tEnv.executeSql(sql)).toArray({ rowFormat: 'array' });
  }
  return rows;
}

const usedBytes = () => TableEnvironment.sessionOf(tEnv).engine.arena.usedBytes;

describe('iterables that fail', () => {
  const iterator = (next: () => unknown) => ({ [Symbol.iterator]: () => ({ next }) });
  const failing: readonly (readonly [string, unknown])[] = [
    [
      'throws an error',
      iterator(() => {
        throw new TypeError('broken');
      }),
    ],
    [
      'throws a number',
      iterator(() => {
        throw 5;
      }),
    ],
    [
      'throws nothing',
      iterator(() => {
        throw undefined;
      }),
    ],
    [
      'throws a proxy',
      iterator(() => {
        throw new Proxy(
          {},
          {
            get: () => {
              throw 1;
            },
            getPrototypeOf: () => {
              throw 2;
            },
          },
        );
      }),
    ],
    ['gives no result', iterator(() => 5)],
    ['is no iterator', { [Symbol.iterator]: () => 5 }],
    [
      'has a row with a getter',
      [
        {
          get a() {
            throw new Error('got');
          },
        },
      ].values(),
    ],
    [
      'has a revoked row',
      iterator(() => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return { done: false, value: proxy };
      }),
    ],
  ];

  test.each(failing)('%s', async (_, rows) => {
    tEnv.createTemporaryView('v', rows as never, '`a` INT');
    await run('SELECT 1 AS a');
    const before = usedBytes();
    await expect(run('SELECT a FROM v')).rejects.toMatchObject({
      name: 'TableRuntimeError',
      code: 'SOURCE_FAILED',
    });
    expect(usedBytes()).toBe(before);
  });

  test('wrong values of rows stay what they are', async () => {
    tEnv.createTemporaryView('v', [['x']].values() as never, '`a` INT');
    await expect(run('SELECT a FROM v')).rejects.toMatchObject({ name: 'ValidationError' });
  });
});

describe('tables that changed below', () => {
  test('a view of all columns', async () => {
    await run('CREATE TABLE base (a INT)', 'CREATE VIEW v AS SELECT * FROM base');
    await run('DROP TABLE base', 'CREATE TABLE base (a INT, b INT)');
    const changed = { code: 'VIEW_COLUMNS', span: { start: 14, end: 15 } };
    await expect(run('SELECT * FROM v')).rejects.toMatchObject(changed);
    await expect(run('CREATE VIEW w AS SELECT * FROM v')).rejects.toThrow('create the view again');
  });

  test('a materialized table', async () => {
    await run('CREATE TABLE base (a INT)', 'CREATE VIEW v AS SELECT * FROM base');
    await run('CREATE MATERIALIZED TABLE m AS SELECT * FROM base');
    await run('DROP TABLE base', 'CREATE TABLE base (z INT)');
    await expect(run('ALTER MATERIALIZED TABLE m REFRESH')).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });
});

describe('forged plans', () => {
  const forged = (writes: string): string => {
    const checksum = createHash('sha256').update(writes).digest('hex');
    const head = JSON.stringify({ format: 'millrace-plan', version: 1, checksum });
    return `${head.slice(0, -1)},"writes":${writes}}`;
  };
  const nested = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;

  test('no list of writes', () => {
    const bodies = ['null', '{}', '[null]', '[{}]', '[{"sink":"s","plan":5}]', '{"$bigint":"x"}'];
    for (const writes of [...bodies, nested]) {
      const load = () => tEnv.loadPlan(PlanReference.fromJsonString(forged(writes)));
      expect(load).toThrow(expect.objectContaining({ code: 'INVALID_PLAN' }));
    }
  });

  test('parts that do not fit together', async () => {
    await run('CREATE TABLE t (a INT)', 'INSERT INTO t VALUES (1)');
    const text = tEnv
      .compilePlanSql('INSERT INTO t SELECT a + 1 FROM t WHERE a > 0')
      .asJsonString();
    const { writes } = JSON.parse(text) as { writes: unknown };
    const changes: readonly ((json: string) => string)[] = [
      (json) => json.replaceAll('"Calc"', '"__proto__"'),
      (json) => json.replaceAll('"inputs":[', '"inputs":[5],"x":['),
      (json) => json.replaceAll('"fields":[', '"fields":[null],"x":['),
      (json) => json.replaceAll('"INT"', '"NONE"'),
    ];
    for (const change of changes) {
      const json = forged(change(JSON.stringify(writes)));
      const plan = tEnv.loadPlan(PlanReference.fromJsonString(json));
      await expect(plan.execute()).rejects.toMatchObject({ name: 'ValidationError' });
    }
    expect(await run('SELECT a FROM t')).toEqual([[1]]);
  });

  test('a version that is no number', () => {
    const text = '{"format":"millrace-plan","version":{"toString":1}}';
    const load = () => tEnv.loadPlan(PlanReference.fromJsonString(text));
    expect(load).toThrow(expect.objectContaining({ code: 'PLAN_VERSION' }));
  });
});

describe('jobs', () => {
  test('wait, then the job, then the rows', async () => {
    const result = await tEnv.executeSql('SELECT * FROM (VALUES 1, 2) AS v(a)');
    await result.wait();
    expect(await result.jobClient?.result).toMatchObject({ rows: 2 });
    await result.wait();
    expect(await result.toArray({ rowFormat: 'array' })).toEqual([[1], [2]]);
  });

  test('wait, then the job of a query that fails', async () => {
    const result = await tEnv.executeSql('SELECT 1 / (a - 1) FROM (VALUES 1, 2) AS v(a)');
    const failed = { code: 'DIVISION_BY_ZERO' };
    await expect(result.wait()).rejects.toMatchObject(failed);
    await expect(result.jobClient?.result).rejects.toMatchObject(failed);
  });
});

describe('functions', () => {
  const { INT, STRING, ARRAY } = DataTypes;

  test('a result that cannot be looked at', async () => {
    const first = udaf(
      {
        createAccumulator: () => [0],
        accumulate: () => {},
        getValue: () => {
          const { proxy, revoke } = Proxy.revocable({}, {});
          revoke();
          return proxy as string;
        },
      },
      { inputTypes: [INT()], resultType: STRING(), accumulatorType: ARRAY(INT()) },
    );
    tEnv.createTemporarySystemFunction('first_of', first);
    await expect(run('SELECT first_of(1)')).rejects.toMatchObject({ code: 'UDF_RESULT' });
  });

  test("a gauge that gives a promise has no value, and its rejection is nobody's", async () => {
    const lost: unknown[] = [];
    const listen = (reason: unknown) => lost.push(reason);
    process.on('unhandledRejection', listen);
    const measured = udf(
      {
        open: (context: FunctionContext) =>
          context.getMetricGroup().gauge('late', () => Promise.reject(new Error('late'))),
        eval: (x: number) => x,
      } as never,
      { inputTypes: [INT()], resultType: INT(), execution: 'inline' },
    );
    tEnv.createTemporarySystemFunction('measured', measured);
    await run('SELECT measured(1)');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listen);
    expect(lost).toEqual([]);
  });
});
