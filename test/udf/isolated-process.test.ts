import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DataTypes, ptf, TableEnvironment } from '../../src/index.ts';
import type { ProcessOptions } from '../../src/udf/process-function.ts';
import { runSlt } from '../support/slt.ts';

const { DECIMAL, INT, STRING, TIMESTAMP } = DataTypes;
const PROCESS = { isolation: 'process' } as const;
/** What is denied here: Node 24 and older cannot deny the network. */
const SHUT_IN = process.allowedNodeEnvironmentFlags.has('--allow-net') ? {} : { net: true };

describe('the same results as in a worker', () => {
  const golden = path.join(import.meta.dirname, '../sql/process-tables.slt');

  test.each([
    { 'table.exec.batch-rows': '1' },
    { 'table.exec.batch-rows': '3', 'table.exec.inline-rows': '0', 'parallelism.default': '2' },
  ])(
    'golden file: %o',
    async (config) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'millrace-isolated-'));
      const file = path.join(folder, 'process-tables.slt');
      const text = await readFile(golden, 'utf8');
      const isolated = text.replaceAll('process-functions.ts#', 'isolated-process-functions.ts#');
      expect(isolated).not.toBe(text);
      await writeFile(file, isolated);
      const env = TableEnvironment.create({
        config: { 'table.local-time-zone': 'UTC', 'parallelism.default': '1', ...config },
      });
      try {
        expect(await runSlt(file, env, false)).toEqual([]);
      } finally {
        await env.close();
        await rm(folder, { recursive: true });
      }
    },
    90_000,
  );
});

const N = { input: { table: 'set', columns: { n: INT() }, optionalPartitionBy: true } } as const;
const COLUMNS = { resultTypes: [INT()], resultNames: ['made'] } as const;

let env: TableEnvironment;
beforeAll(async () => {
  env = TableEnvironment.create({
    config: { 'parallelism.default': '2', 'table.exec.batch-rows': '100' },
  });
  await env.executeSql('CREATE TABLE t (k INT, n INT)');
  await env
    .fromValues(Array.from({ length: 1000 }, (_, i) => ({ k: i % 3, n: i })))
    .executeInsert('t');
});
afterAll(() => env.close());

async function rows(sql: string): Promise<unknown[]> {
  return (await env.executeSql(sql)).toArray({ rowFormat: 'array' });
}

/** The error that a query with `eval` ends with. The environment must be as good as new. */
async function failure(
  code: (context: unknown, args: { readonly input: { readonly n: number | null } }) => unknown,
  options: Partial<ProcessOptions> = {},
  timeout = '30 s',
): Promise<unknown> {
  const f = ptf({ eval: code }, { arguments: N, ...COLUMNS, ...PROCESS, ...options });
  env.createTemporarySystemFunction('failing', f);
  const sql = 'SELECT COUNT(*) FROM failing(TABLE t PARTITION BY k)';
  env.getConfig().set('table.exec.udf.timeout', timeout);
  const error = await rows(sql).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  env.dropTemporarySystemFunction('failing');
  env.getConfig().set('table.exec.udf.timeout', '30 s');
  expect(await rows('SELECT MAX(made) FROM kept(TABLE t)')).toEqual([[1000]]);
  return error;
}

describe('what ends its query with an error alone', () => {
  beforeAll(() => {
    const counting = {
      *eval(
        { state }: { state: { n: { value(): number | null; update(n: number): void } } },
        { input }: { input: { n: number | null } },
      ) {
        const n = (state.n.value() ?? 0) + 1;
        state.n.update(n);
        yield [input.n === null ? null : n];
      },
    };
    env.createTemporarySystemFunction(
      'kept',
      ptf(counting, { arguments: N, state: { n: { value: INT() } }, ...COLUMNS, ...PROCESS }),
    );
  });

  test('an error: the function, the row, the stack', async () => {
    const error = await failure((_, { input }) => {
      if (input.n === 707) throw new RangeError('not 707');
      return [];
    });
    expect(error).toMatchObject({
      name: 'UdfError',
      code: 'UDF_FAILED',
      functionName: 'failing',
      args: [{ n: 707 }],
      cause: expect.objectContaining({ name: 'RangeError', message: 'not 707' }),
    });
    expect((error as Error & { cause: Error }).cause.stack).toMatch(
      /at Object\.eval \(udf-\d+-failing\.js/,
    );
  });

  test('rows that do not fit, states that are replaced, timers without a method', async () => {
    expect(await failure(() => [['text']])).toMatchObject({ code: 'UDF_RESULT' });
    expect(
      await failure((context) => Object.assign((context as { state: object }).state, { n: 1 })),
    ).toMatchObject({ code: 'UDF_STATE_ASSIGNED' });
    expect(
      await failure((context) =>
        (context as { timeContext(): { registerOnTime(time: string): void } })
          .timeContext()
          .registerOnTime('2026-01-01T00:00:00Z'),
      ),
    ).toMatchObject({ code: 'UDF_PROCESS' });
  });

  test.each([
    ['process.exit', () => process.exit(3), 'it ended with exit code 3'],
    ['process.kill', () => process.kill(process.pid, 'SIGKILL'), 'the signal SIGKILL'],
  ])('%s', async (_, code, reason) => {
    expect(await failure(code)).toMatchObject({
      code: 'UDF_PROCESS_DIED',
      message: expect.stringContaining(reason),
    });
  });

  test.each([
    [
      'a loop',
      () => {
        for (;;);
      },
    ],
    [
      'a generator without end',
      function* () {
        for (;;) yield [1];
      },
    ],
  ])('%s', async (_, code) => {
    expect(await failure(code, {}, '400 ms')).toMatchObject({ code: 'UDF_TIMEOUT' });
  });

  test('an array that grows until memory is full', async () => {
    const fill = () => {
      let held = [1.5];
      for (;;) held = [...held, ...held];
    };
    expect(await failure(fill)).toMatchObject({ code: 'UDF_PROCESS_DIED' });
  }, 90_000);

  test('what is not permitted', async () => {
    const reads = () => process.getBuiltinModule('node:fs').readdirSync('/');
    expect(await failure(reads, { permissions: SHUT_IN })).toMatchObject({
      code: 'UDF_FAILED',
      hint: expect.stringContaining("'permissions'"),
    });
  });
});

test('LIMIT ends a function without end, whose finally runs', async () => {
  for (const table of ['row', 'set'] as const) {
    const endless = {
      ended: () => {},
      open(context: { getMetricGroup(): { counter(name: string): { inc(): void } } }) {
        this.ended = () => context.getMetricGroup().counter('ended').inc();
      },
      *eval(_: unknown, { input }: { input: { n: number | null } }) {
        try {
          for (let i = 0; ; i++) yield [i + (input.n ?? 0)];
        } finally {
          this.ended();
        }
      },
    };
    env.createTemporarySystemFunction(
      'endless',
      ptf(endless, {
        arguments: { input: { table, columns: { n: INT() } } },
        ...COLUMNS,
        ...PROCESS,
      }),
    );
    const by = table === 'set' ? ' PARTITION BY one' : '';
    const sql = `SELECT made FROM endless(input => (SELECT 1 AS one, 5 AS n)${by})`;
    const result = await env.executeSql(`${sql} WHERE made > 70000 LIMIT 2`);
    expect(await result.toArray({ rowFormat: 'array' })).toEqual([[70_001], [70_002]]);
    await expect
      .poll(() => result.metrics()['udf.endless.ended'])
      .toEqual({ kind: 'counter', count: 1 });
    env.dropTemporarySystemFunction('endless');
  }
});

test('values of every kind go there and back, with scalar arguments and times', async () => {
  const types = {
    arguments: {
      input: { table: 'set', columns: { d: DECIMAL(20, 3), s: STRING(), at: TIMESTAMP(6) } },
      from: TIMESTAMP(3),
      by: DECIMAL(5, 2),
    },
    resultTypes: [DECIMAL(20, 3), STRING(), TIMESTAMP(6), TIMESTAMP(3), DECIMAL(5, 2)],
    resultNames: ['d', 's', 'at2', 'from2', 'by2'],
  } as const;
  const echo = {
    eval: (
      _: unknown,
      {
        input,
        from,
        by,
      }: { input: { d: unknown; s: unknown; at: unknown }; from: unknown; by: unknown },
    ) => [[input.d, input.s, input.at, from, by]],
  };
  const sql = (name: string) => `SELECT * FROM ${name}(
    input => (SELECT * FROM (VALUES
      (1, 1.5, 'Grüße', TIMESTAMP '2026-01-01 00:00:00.123456'),
      (1, CAST(NULL AS DECIMAL(20, 3)), CAST(NULL AS STRING), TIMESTAMP '2026-01-02 00:00:00'),
      (2, 123456789012345.678, '', TIMESTAMP '2026-01-03 00:00:00')) AS v(k, d, s, \`at\`))
      PARTITION BY k ORDER BY \`at\`,
    \`from\` => TIMESTAMP '2026-01-01 00:00:00.5', \`by\` => 1.25, on_time => DESCRIPTOR(\`at\`))
    ORDER BY k, at2`;
  env.createTemporarySystemFunction('here', ptf(echo, types));
  env.createTemporarySystemFunction('there', ptf(echo, { ...types, ...PROCESS }));
  const expected = await rows(sql('here'));
  expect(expected).toHaveLength(3);
  expect(await rows(sql('there'))).toEqual(expected);
});

test('not on the calling thread', () => {
  const make = () =>
    ptf({ eval: () => [] }, { arguments: N, ...COLUMNS, ...PROCESS, execution: 'inline' });
  expect(make).toThrow('exclude each other');
});
