import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DataTypes, type FunctionContext, ptf, TableEnvironment, udtf } from '../../src/index.ts';

const { INT } = DataTypes;

const envs: { readonly name: string; readonly env: TableEnvironment }[] = [];
beforeAll(async () => {
  for (const [name, execution, parallelism, batchRows] of [
    ['a worker', 'worker', '1', '65536'],
    ['workers', 'worker', '2', '65536'],
    ['batches of a row', 'worker', '2', '1'],
    ['the calling thread', 'inline', '1', '65536'],
    ['a process', 'process', '1', '65536'],
    ['processes, batches of a row', 'process', '2', '1'],
  ] as const) {
    const env = TableEnvironment.create({
      config: {
        'parallelism.default': parallelism,
        'table.exec.batch-rows': batchRows,
        'table.exec.udf.timeout': '20 s',
      },
    });
    const options = {
      open: (context: { getMetricGroup(): { counter(name: string): { inc(): void } } }) => {
        Object.assign(globalThis, { ended: context.getMetricGroup().counter('ended') });
      },
    };
    const placed =
      execution === 'inline'
        ? { execution }
        : execution === 'process'
          ? { isolation: execution }
          : {};
    const target = {
      open: options.open,
      *eval(n: number | null) {
        try {
          for (let i = 0; ; i++) yield [n, i];
        } finally {
          Reflect.get(globalThis, 'ended').inc();
        }
      },
    };
    const types = { inputTypes: [INT()], resultTypes: [INT(), INT()], resultNames: ['made', 'i'] };
    env.createTemporarySystemFunction('endless', udtf(target, { ...types, ...placed }));
    for (const [made, table] of [
      ['by_row', { table: 'row' as const }],
      ['sets', { table: 'set' as const, optionalPartitionBy: true }],
    ] as const) {
      const process = {
        open: options.open,
        *eval(_: unknown, { input }: { input: Readonly<Record<string, unknown>> }) {
          try {
            for (let i = 0; ; i++) yield [input['n'], i];
          } finally {
            Reflect.get(globalThis, 'ended').inc();
          }
        },
      };
      env.createTemporarySystemFunction(
        made,
        ptf(process, {
          name: 'endless',
          arguments: { input: table },
          resultTypes: [INT(), INT()],
          resultNames: ['made', 'i'],
          ...placed,
        }),
      );
    }
    await env.executeSql('CREATE TABLE t (n INT)');
    await env.executeSql('INSERT INTO t VALUES (1), (2), (3)');
    envs.push({ name, env });
  }
});
afterAll(async () => {
  for (const { env } of envs) await env.close();
});

describe.each([0, 1, 2, 3, 4, 5])('LIMIT ends functions without end, place %i', (i) => {
  test.each([
    [
      'SELECT made, i FROM by_row(TABLE t) LIMIT 3',
      [
        [1, 0],
        [1, 1],
        [1, 2],
      ],
    ],
    [
      'SELECT made, i FROM sets(TABLE t) LIMIT 2',
      [
        [1, 0],
        [1, 1],
      ],
    ],
    ['SELECT made, i FROM sets(TABLE t PARTITION BY n) WHERE i > 70000 LIMIT 1', [[1, 70_001]]],
    [
      'SELECT made, i FROM LATERAL TABLE(endless(7)) LIMIT 2',
      [
        [7, 0],
        [7, 1],
      ],
    ],
    [
      'SELECT n, i FROM t, LATERAL TABLE(endless(n)) LIMIT 2 OFFSET 100000',
      [
        [1, 100_000],
        [1, 100_001],
      ],
    ],
    [
      'SELECT n, i FROM t LEFT JOIN LATERAL TABLE(endless(n)) ON TRUE FETCH FIRST 1 ROW ONLY',
      [[1, 0]],
    ],
  ])('%s', async (sql, expected) => {
    const { env } = envs[i]!;
    const result = await env.executeSql(sql);
    expect(await result.toArray({ rowFormat: 'array' })).toEqual(expected);
    await expect
      .poll(() => {
        const readings = Object.entries(result.metrics());
        return readings.filter(([name]) => name.endsWith('.ended')).map(([, r]) => r);
      })
      .toEqual([{ kind: 'counter', count: 1 }]);
  });

  test('so do EXISTS and a reader that goes away', async () => {
    const { env } = envs[i]!;
    const exists = await env.executeSql('SELECT EXISTS(SELECT * FROM LATERAL TABLE(endless(1)))');
    expect(await exists.toArray({ rowFormat: 'array' })).toEqual([[true]]);
    const read: unknown[] = [];
    const all = await env.executeSql('SELECT i FROM t, LATERAL TABLE(endless(n))');
    for await (const row of all.collect({ rowFormat: 'array' })) {
      read.push(row);
      if (read.length === 3) break;
    }
    expect(read).toEqual([[0], [1], [2]]);
    expect(
      await (await env.executeSql('SELECT COUNT(*) FROM t')).toArray({ rowFormat: 'array' }),
    ).toEqual([[3n]]);
  });
});

test.each(['none', 'process'] as const)(
  'without LIMIT they end by an error, although rows go on: isolation %s',
  async (isolation) => {
    await using env = TableEnvironment.create({
      config: { 'table.exec.udf.rows-per-call.max': '1000000' },
    });
    env.createTemporarySystemFunction(
      'endless',
      udtf(
        [INT()],
        [INT()],
        function* () {
          for (;;) yield [1];
        },
        { isolation },
      ),
    );
    await env.executeSql("CREATE TABLE nowhere (i INT) WITH ('connector' = 'blackhole')");
    const written = env.executeSql('INSERT INTO nowhere SELECT * FROM LATERAL TABLE(endless(1))');
    await expect(written).rejects.toMatchObject({
      name: 'UdfError',
      message: expect.stringMatching(/goes on after 1000000 rows of one call|no progress/),
    });
  },
);

test('a process makes no more rows than are asked for', async () => {
  await using env = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
  const target = {
    made: null as { inc(): void } | null,
    open(context: FunctionContext) {
      this.made = context.getMetricGroup().counter('made');
    },
    *eval() {
      for (;;) {
        this.made?.inc();
        yield [1];
      }
    },
  };
  const options = { inputTypes: [INT()], resultTypes: [INT()], isolation: 'process' } as const;
  env.createTemporarySystemFunction('endless', udtf(target, options));
  const result = await env.executeSql('SELECT * FROM LATERAL TABLE(endless(1)) LIMIT 100000');
  expect(await result.toArray()).toHaveLength(100_000);
  const { count } = result.metrics()['udf.endless.made'] as { readonly count: number };
  expect(count).toBeGreaterThanOrEqual(100_000);
  expect(count).toBeLessThan(400_000);
});

test.each([
  ['generators', 'none'],
  ['generators', 'process'],
  ['lists', 'none'],
  ['lists', 'process'],
] as const)(
  'how many rows a call may give is configured: %s, isolation %s',
  async (form, isolation) => {
    await using env = TableEnvironment.create();
    env.createTemporarySystemFunction(
      'up_to',
      udtf(
        [INT().notNull()],
        [INT()],
        form === 'lists'
          ? (n) => Array.from({ length: n }, (_, i) => [i + 1] as const)
          : function* (n) {
              for (let i = 1; i <= n; i++) yield [i] as const;
            },
        { resultNames: ['i'], isolation },
      ),
    );
    const last = async (n: number) => {
      const sql = `SELECT COUNT(*), MAX(i) FROM LATERAL TABLE(up_to(${n}))`;
      return (await env.executeSql(sql)).toArray({ rowFormat: 'array' });
    };
    const set = (rows: number) =>
      env.executeSql(`SET 'table.exec.udf.rows-per-call.max' = '${rows}'`);
    // More than go on at once.
    for (const rows of [10, 100_000]) {
      await set(rows);
      expect(await last(rows)).toEqual([[BigInt(rows), rows]]);
      await expect(last(rows + 1)).rejects.toMatchObject({
        code: 'UDF_FAILED',
        args: [rows + 1],
        message: expect.stringContaining(
          `goes on after ${rows} rows of one call ('table.exec.udf.rows-per-call.max')`,
        ),
        hint: expect.stringContaining('allows more'),
      });
      await set(rows + 1);
      expect(await last(rows + 1)).toEqual([[BigInt(rows) + 1n, rows + 1]]);
    }
    if (form === 'lists' || isolation === 'process') return;
    await set(2 ** 24 + 2);
    expect(await last(2 ** 24 + 1)).toEqual([[2n ** 24n + 1n, 2 ** 24 + 1]]);
  },
);

test.each(['none', 'process'] as const)(
  'calls of many rows give them all, each call made once, and their errors: isolation %s',
  async (isolation) => {
    await using env = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
    env.createTemporarySystemFunction(
      'count_to',
      udtf(
        [INT(), INT().notNull()],
        [INT()],
        function* (n, end) {
          for (let i = 1; i <= end; i++) {
            if (i === n) throw new Error(`not ${i}`);
            yield [i];
          }
        },
        { resultNames: ['i'], isolation },
      ),
    );
    await env.executeSql('CREATE TABLE t (k STRING, n INT)');
    await env.executeSql(`INSERT INTO t VALUES ('a', 150000), ('b', 0), ('c', NULL), ('d', 65536),
    ('e', 1), ('f', 131072), ('g', 0), ('h', 63), ('i', 64)`);
    const sql = `SELECT k, COUNT(i), SUM(CAST(i AS BIGINT)), MAX(i)
    FROM t LEFT JOIN LATERAL TABLE(count_to(0, n)) ON TRUE GROUP BY k ORDER BY k`;
    const expected = [150_000, null, null, 65_536, 1, 131_072, null, 63, 64].map((n, i) => [
      'abcdefghi'[i],
      BigInt(n ?? 0),
      n === null ? null : (BigInt(n) * (BigInt(n) + 1n)) / 2n,
      n,
    ]);
    const found = await env.executeSql(sql);
    expect(await found.toArray({ rowFormat: 'array' })).toEqual(expected);
    // The row with NULL is passed over, and a call that is gone on with counts once.
    expect(found.metrics()['udf.count_to']).toMatchObject({ calls: 8, rows: 9 });
    const failing = await env.executeSql('SELECT i FROM LATERAL TABLE(count_to(100000, 200000))');
    await expect(failing.toArray()).rejects.toMatchObject({
      code: 'UDF_FAILED',
      args: [100_000, 200_000],
      message: expect.stringContaining('not 100000'),
    });
    // Values of a dictionary are called for once, unless their rows are too many.
    await env.executeSql('CREATE TABLE words (w STRING)');
    await env
      .fromValues(Array.from({ length: 12 }, (_, i) => ({ w: `w${i % 3}` })))
      .executeInsert('words');
    env.createTemporarySystemFunction(
      'times',
      udtf(
        [DataTypes.STRING()],
        [INT()],
        function* (word) {
          for (let i = 0; i < (word === 'w1' ? 70_000 : 1); i++) yield [i];
        },
        { resultNames: ['i'], isolation },
      ),
    );
    const many = await env.executeSql(
      "SELECT w, COUNT(*) FROM words, LATERAL TABLE(times(w)) WHERE w <> 'w1' OR i < 2 GROUP BY w ORDER BY w",
    );
    expect(await many.toArray({ rowFormat: 'array' })).toEqual([
      ['w0', 4n],
      ['w1', 8n],
      ['w2', 4n],
    ]);
  },
);

test.each(['none', 'process'] as const)(
  'pieces of large rows have few of them: isolation %s',
  async (isolation) => {
    await using env = TableEnvironment.create({
      config: {
        'parallelism.default': 1,
        'table.exec.memory.limit': '192 mb',
        'table.exec.udf.timeout': '120 s',
      },
    });
    env.createTemporarySystemFunction(
      'wide',
      udtf(
        [INT().notNull()],
        [DataTypes.STRING()],
        function* (n) {
          const text = 'x'.repeat(500_000);
          for (let i = 0; i < n; i++) yield [text];
        },
        { resultNames: ['s'], isolation },
      ),
    );
    // Together they are more than the memory.
    const sql = 'SELECT SUM(CAST(CHAR_LENGTH(s) AS BIGINT)) AS n FROM LATERAL TABLE(wide(600))';
    expect(await (await env.executeSql(sql)).toArray()).toEqual([{ n: 300_000_000n }]);
  },
);
