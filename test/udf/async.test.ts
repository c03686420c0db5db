import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  AsyncScalarFunction,
  asyncUdf,
  DataTypes,
  TableEnvironment,
  udf,
} from '../../src/index.ts';
import type { AsyncOptions } from '../../src/udf/options.ts';

const INT = DataTypes.INT();
const NUMBERS = '(VALUES (1), (2), (3), (4), (5), (6)) AS t(a)';

let env: TableEnvironment;
beforeAll(() => {
  env = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
});
afterAll(() => env.close());
// A test of time-outs sets a short one, in which a busy machine may not even start a thread.
afterEach(() => env.getConfig().set('table.exec.udf.timeout', '30 s'));

async function rows(sql: string, signal?: AbortSignal): Promise<unknown[]> {
  const result = await env.executeSql(sql, signal === undefined ? {} : { signal });
  return result.toArray({ rowFormat: 'array' });
}

function register(
  name: string,
  fn: (n: number) => Promise<unknown>,
  options: Partial<AsyncOptions> = {},
): void {
  const types = { inputTypes: [INT], resultType: INT };
  env.createTemporarySystemFunction(name, asyncUdf(fn, { ...types, ...options }));
}

test('results come in the order of the rows', async () => {
  register('later', async (n) => {
    await new Promise((resolve) => setTimeout(resolve, 30 - n * 3));
    return n === 4 ? null : n * 10;
  });
  env.createTemporarySystemFunction(
    'plus_one',
    udf((n: number) => n + 1, { inputTypes: [INT], resultType: INT }),
  );
  expect(await rows(`SELECT a, later(a) FROM ${NUMBERS} WHERE a > 1`)).toEqual([
    [2, 20],
    [3, 30],
    [4, null],
    [5, 50],
    [6, 60],
  ]);
  expect(await rows(`SELECT later(plus_one(a)), plus_one(a) FROM ${NUMBERS} LIMIT 2`)).toEqual([
    [20, 2],
    [30, 3],
  ]);
  expect(await rows(`SELECT SUM(later(later(1))) FROM ${NUMBERS} WHERE later(a) > 40`)).toEqual([
    [200],
  ]);
});

test('so many calls are under way as concurrency says', async () => {
  const most = async (n: number): Promise<number> => {
    const global = globalThis as unknown as { running?: number; most?: number };
    global.running = (global.running ?? 0) + 1;
    global.most = Math.max(global.most ?? 0, global.running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    global.running--;
    return n > 5 ? global.most : 0;
  };
  register('most', most, { concurrency: 3 });
  expect(await rows(`SELECT MAX(most(a)) FROM ${NUMBERS}`)).toEqual([[3]]);
});

test('a failed call is made again', async () => {
  class Flaky extends AsyncScalarFunction {
    failures = 0;
    async eval(n: number): Promise<number> {
      if (this.failures++ < 2) throw new Error('not yet');
      return n;
    }
  }
  const options = { inputTypes: [INT], resultType: INT };
  env.createTemporarySystemFunction(
    'flaky',
    asyncUdf(new Flaky(), { ...options, retry: { attempts: 3, delayMs: 1 } }),
  );
  expect(await rows('SELECT flaky(7)')).toEqual([[7]]);
  env.createTemporarySystemFunction('flaky', asyncUdf(new Flaky(), options));
  await expect(rows('SELECT flaky(7)')).rejects.toMatchObject({
    code: 'UDF_FAILED',
    functionName: 'flaky',
    args: [7],
  });
});

test('a call that takes too long, a wrong result, a thread that hangs', async () => {
  register('silent', () => new Promise(() => {}), { timeoutMs: 30 });
  await expect(rows('SELECT silent(1)')).rejects.toMatchObject({
    code: 'UDF_CALL_TIMEOUT',
    functionName: 'silent',
    args: [1],
  });
  register('wrong', async () => 'x');
  await expect(rows('SELECT wrong(1)')).rejects.toMatchObject({ code: 'UDF_RESULT', args: [1] });
  env.getConfig().set('table.exec.udf.timeout', '300 ms');
  register('hangs', async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    for (;;);
  });
  await expect(rows('SELECT hangs(1)')).rejects.toMatchObject({ code: 'UDF_TIMEOUT' });
  expect(await rows('SELECT 1')).toEqual([[1]]);
});

test('waiting for the outside world is no hanging, and can be cancelled', async () => {
  env.getConfig().set('table.exec.udf.timeout', '200 ms');
  register('slow', async (n) => {
    await new Promise((resolve) => setTimeout(resolve, 700));
    return n;
  });
  expect(await rows('SELECT slow(1)')).toEqual([[1]]);
  register('silent', () => new Promise(() => {}));
  const signal = AbortSignal.timeout(50);
  await expect(rows('SELECT silent(1)', signal)).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('on the calling thread', async () => {
  const seen: number[] = [];
  register(
    'here',
    async (n) => {
      seen.push(n);
      return n;
    },
    { execution: 'inline' },
  );
  expect(await rows(`SELECT here(a) FROM ${NUMBERS} LIMIT 2`)).toEqual([[1], [2]]);
  expect(seen.slice(0, 2)).toEqual([1, 2]);
});

test('equal arguments: one call of a deterministic function, each its own of another', async () => {
  const sql = 'SELECT counted(a) FROM (VALUES (1), (2), (1), (1), (2), (NULL), (NULL)) AS t(a)';
  for (const [deterministic, calls] of [
    [true, 3],
    [false, 7],
  ] as const) {
    let made = 0;
    const fn = async (n: number) => {
      made++;
      await new Promise((resolve) => setTimeout(resolve, 1));
      return n;
    };
    register('counted', fn, { deterministic, execution: 'inline', concurrency: 2 });
    expect(await rows(sql)).toEqual([[1], [2], [1], [1], [2], [null], [null]]);
    expect(made).toBe(calls);
  }
});

test('the pauses between attempts grow up to the longest', async () => {
  const times: number[] = [];
  const fn = async (): Promise<number> => {
    times.push(performance.now());
    throw new Error('not yet');
  };
  const retry = { attempts: 4, delayMs: 10, backoff: 3, maxDelayMs: 40 };
  register('failing', fn, { retry, execution: 'inline' });
  await expect(rows('SELECT failing(1)')).rejects.toMatchObject({ code: 'UDF_FAILED' });
  const pauses = times.slice(1).map((time, i) => time - times[i]!);
  expect(pauses).toHaveLength(3);
  for (const [i, least] of [9, 29, 39].entries()) expect(pauses[i]).toBeGreaterThanOrEqual(least);
});

test.each([
  ['worker', {}],
  ['process', { isolation: 'process' }],
] as const)('attempts end after a time, however many are left: %s', async (_, place) => {
  const failing = async (n: number) => {
    if (n === 2) throw new Error('never');
    // Nobody waits for it when another row has failed.
    return n === 3 ? new Promise(() => {}) : n;
  };
  const retry = { attempts: 1e9, delayMs: 1, backoff: 2, totalMs: 100 };
  register('failing', failing, { retry, ...place });
  await expect(rows(`SELECT failing(a) FROM ${NUMBERS}`)).rejects.toMatchObject({
    code: 'UDF_RETRY_TIMEOUT',
    args: [2],
    message: expect.stringMatching(
      /^Function 'failing' did not succeed within 100 ms \('retry.totalMs'\), at \d attempts?; at last: .*Error: never$/,
    ),
    cause: expect.objectContaining({ message: 'never' }),
  });
});

test('a query that ends makes no further attempts', async () => {
  let calls = 0;
  const failing = async (): Promise<number> => {
    calls++;
    throw new Error('not yet');
  };
  const retry = { attempts: 1e9, delayMs: 1 };
  register('failing', failing, { retry, execution: 'inline' });
  const cancelled = new AbortController();
  const result = await env.executeSql('SELECT failing(1)', { signal: cancelled.signal });
  const read = result.toArray();
  await expect.poll(() => calls).toBeGreaterThan(2);
  cancelled.abort();
  await expect(read).rejects.toMatchObject({ code: 'CANCELLED' });
  const made = calls;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(calls).toBe(made);
});

test('unordered: rows come as their calls end', async () => {
  const fn = async (n: number): Promise<number> => {
    await new Promise((resolve) => setTimeout(resolve, n === 1 ? 300 : 0));
    return n * 10;
  };
  register('unordered', fn, { outputMode: 'unordered' });
  const found = await rows(`SELECT a, unordered(a) FROM ${NUMBERS}`);
  expect(found.at(-1)).toEqual([1, 10]);
  expect(found.toSorted()).toEqual([1, 2, 3, 4, 5, 6].map((n) => [n, n * 10]));
  register('unordered', async () => 'x', { outputMode: 'unordered' });
  await expect(rows('SELECT unordered(1)')).rejects.toMatchObject({
    code: 'UDF_RESULT',
    args: [1],
  });
});

test.each([
  [{ concurrency: Number.NaN }, 'concurrency'],
  [{ concurrency: 0 }, 'concurrency'],
  [{ concurrency: 1.5 }, 'concurrency'],
  [{ timeoutMs: 0 }, 'timeoutMs'],
  [{ timeoutMs: Number.NaN }, 'timeoutMs'],
  [{ retry: { attempts: 0 } }, 'retry.attempts'],
  [{ retry: { attempts: 2, delayMs: -1 } }, 'retry.delayMs'],
  [{ retry: { attempts: 2, backoff: Number.NaN } }, 'retry.backoff'],
  [{ retry: { attempts: 2, maxDelayMs: '1' as never } }, 'retry.maxDelayMs'],
  [{ retry: { attempts: 2, totalMs: 0 } }, 'retry.totalMs'],
])('options that no calls can be made by: %o', (options, named) => {
  expect(() => asyncUdf(async () => 1, { resultType: INT, ...options })).toThrow(
    expect.objectContaining({ code: 'UDF_OPTIONS', message: expect.stringContaining(named) }),
  );
});
