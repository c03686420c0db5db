import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TableError, type UdfError } from '../../src/common/errors.ts';
import type { Engine } from '../../src/exec/engine.ts';
import { TableEnvironment } from '../../src/table/environment.ts';
import { DataTypes } from '../../src/types/data-types.ts';
import { ScalarFunction } from '../../src/udf/kinds.ts';
import type { ScalarOptions } from '../../src/udf/options.ts';
import { ptf } from '../../src/udf/process-function.ts';
import { asyncUdf, udf, udtf } from '../../src/udf/udf.ts';
import { testEngine } from '../exec/harness.ts';
import { failureOf, results } from './support.ts';

const INT = DataTypes.INT();
const STRING = DataTypes.STRING();
const ROWS = Array.from({ length: 300 }, (_, i) => [i]);
const OPTIONS: ScalarOptions = { inputTypes: [INT], resultType: INT };

let engine: Engine;
beforeAll(() => {
  engine = testEngine({ workerHeapMb: 64 });
});
afterAll(() => engine.close());

const failure = (
  fn: (n: number) => unknown,
  options: Partial<ScalarOptions> = {},
  udfTimeoutMs?: number,
): Promise<UdfError> => failureOf(engine, fn, { base: OPTIONS, options, udfTimeoutMs });

/** The code of an error of ours; else the error. */
function codeOf(error: unknown): unknown {
  return error instanceof TableError ? error.code : error;
}

describe('what a function throws', () => {
  test('an error: the function, the arguments, the stack', async () => {
    const error = await failure((n) => {
      if (n === 257) throw new RangeError('too large');
      return n;
    });
    expect(error).toMatchObject({ code: 'UDF_FAILED', functionName: 'f', args: [257] });
    expect(error.message).toBe("Function 'f' failed for (257): RangeError: too large");
    expect(error.cause).toBeInstanceOf(RangeError);
    expect((error.cause as Error).stack).toMatch(/RangeError: too large\n.*udf-\d+-f\.js/);
  });

  test('an error of a class of its own, with a cause', async () => {
    const error = await failure(() => {
      class MyError extends Error {
        override name = 'MyError';
      }
      throw new MyError('mine', { cause: new TypeError('below') });
    });
    expect(error.cause).toMatchObject({ name: 'MyError', message: 'mine' });
    expect((error.cause as Error).cause).toBeInstanceOf(TypeError);
  });

  test.each([
    ['undefined', undefined, 'it threw undefined.'],
    ['null', null, 'it threw NULL.'],
    ['a string', 'oops', "it threw 'oops'."],
    ['a number', 7, 'it threw 7.'],
  ])('%s', async (_, thrown, reason) => {
    const fn = (): never => {
      throw thrown;
    };
    const error = await failure(fn, { captures: { thrown } });
    expect(error.message).toBe(`Function 'f' failed for (0): ${reason}`);
    expect(error.cause).toEqual(thrown);
  });

  test('what can neither be read nor cloned', async () => {
    const getters = await failure(() => {
      const error = new Error('hidden');
      Object.defineProperty(error, 'message', {
        get: () => {
          throw new Error('no message for you');
        },
      });
      throw error;
    });
    expect(getters.code).toBe('UDF_FAILED');
    const symbol = await failure(() => {
      throw Symbol('s');
    });
    expect(symbol.cause).toBe('Symbol(s)');
    const fn = await failure(() => {
      throw () => 1;
    });
    expect(fn.code).toBe('UDF_FAILED');
    const proxy = await failure(() => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      throw proxy;
    });
    expect(proxy.code).toBe('UDF_FAILED');
  });

  test.each([
    ['worker', {}],
    ['inline', { execution: 'inline' }],
    ['process', { isolation: 'process' }],
  ] as const)('very long messages, and values without bounds: %s', async (_, place) => {
    // The heaps of the others are too small for such messages.
    const own = testEngine();
    const failed = (fn: () => number) =>
      results(own, udf(fn, { ...OPTIONS, ...place }), [INT], [[1]]).then(
        () => new Error('no error'),
        (thrown: unknown) => thrown,
      ) as Promise<UdfError>;
    const long = await failed(() => {
      throw new RangeError('x'.repeat(1e8));
    });
    expect(long).toMatchObject({ code: 'UDF_FAILED', args: [1] });
    expect(long.message.length).toBeLessThan(11_000);
    expect(long.message).toContain('xxx… (100000012 characters)');
    const cause = long.cause as Error;
    expect(cause).toBeInstanceOf(RangeError);
    if (!('execution' in place)) {
      expect(cause.message.length).toBeLessThan(11_000);
      expect(cause.stack?.length).toBeLessThan(32_000);
    }
    expect(cause.stack?.slice(-1000)).toContain('\n    at ');
    const nested = await failed(() => {
      let thrown: unknown = { text: 'x'.repeat(1e8), bytes: new Uint8Array(1e8) };
      for (let level = 0; level < 7; level++) thrown = new Array(1000).fill(thrown);
      throw thrown;
    });
    expect(nested.code).toBe('UDF_FAILED');
    await own.close();
  });

  test('a stack overflow', async () => {
    const error = await failure(function deep(n: number): number {
      return deep(n) + 1;
    });
    expect(error.cause).toBeInstanceOf(RangeError);
    expect(error.args).toEqual([0]);
  });

  test('in open, in close, in the constructor', async () => {
    class Bad extends ScalarFunction {
      override open(): void {
        throw new Error('not today');
      }
      eval(): number {
        return 1;
      }
    }
    class BadEnd extends ScalarFunction {
      eval(): number {
        return 1;
      }
      override close(): void {
        throw new Error('not today');
      }
    }
    const run = (fn: ScalarFunction) => results(engine, udf(fn, OPTIONS), [INT], ROWS);
    await expect(run(new Bad())).rejects.toThrow("Function 'f.open' failed");
    await expect(run(new BadEnd())).rejects.toThrow("Function 'f.close' failed");
  });
});

describe('what ends or blocks a thread', () => {
  test('a loop without end', async () => {
    const started = performance.now();
    const error = await failure(
      (n) => {
        while (n === 100);
        return n;
      },
      {},
      300,
    );
    expect(error).toMatchObject({ code: 'UDF_TIMEOUT', functionName: 'f' });
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test('a loop of microtasks without end', async () => {
    const error = await failure(
      (n) => {
        const again = (): void => void Promise.resolve().then(again);
        again();
        return n;
      },
      {},
      300,
    );
    expect(error.code).toBe('UDF_TIMEOUT');
  });

  test('a loop of microtasks without end, in a task that gives way', async () => {
    const error = await failure(
      (n) => {
        const again = (): void => void Promise.resolve().then(again);
        const until = performance.now() + 15;
        while (performance.now() < until);
        again();
        return n;
      },
      {},
      300,
    );
    expect(error.code).toBe('UDF_TIMEOUT');
  });

  test('a wait without end', async () => {
    const error = await failure(
      (n) => {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
        return n;
      },
      {},
      300,
    );
    expect(error.code).toBe('UDF_TIMEOUT');
  });

  test('an opening without end', async () => {
    class Never extends ScalarFunction {
      override open(): Promise<void> {
        return new Promise(() => {});
      }
      eval(): number {
        return 1;
      }
    }
    const run = results(engine, udf(new Never(), OPTIONS), [INT], ROWS, { udfTimeoutMs: 300 });
    await expect(run).rejects.toMatchObject({ code: 'UDF_TIMEOUT' });
  });

  test('process.exit', async () => {
    const error = await failure((n) => (n === 200 ? process.exit(3) : n));
    expect(error).toMatchObject({ code: 'UDF_WORKER_DIED', functionName: 'f' });
  });

  test('ports of the thread: it speaks for itself only', async () => {
    const call = udf(
      (n: number) => {
        const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
        for (const kind of ['ready', 'message', 'left', 'broken']) {
          parentPort?.postMessage({ kind, task: n, message: { kind: 'end', error: null } });
        }
        if (n === 0) parentPort?.on('message', () => {});
        parentPort?.close();
        workerData.port?.close();
        return n;
      },
      { ...OPTIONS, deterministic: false },
    );
    const expected = ROWS.map(([n]) => n);
    for (let i = 0; i < 3; i++) expect(await results(engine, call, [INT], ROWS)).toEqual(expected);
  });

  test('process.abort, which threads may not', async () => {
    const error = await failure(() => process.abort());
    expect(error).toMatchObject({ code: 'UDF_FAILED', functionName: 'f', args: [0] });
  });

  test('a generator without end', async () => {
    const env = TableEnvironment.create({ config: { 'table.exec.udf.timeout': '300 ms' } });
    env.createTemporarySystemFunction(
      'endless',
      udtf([INT], [INT], function* (n) {
        for (;;) yield n;
      }),
    );
    const result = await env.executeSql('SELECT n FROM LATERAL TABLE(endless(1)) AS t(n)');
    await expect(result.toArray()).rejects.toMatchObject({ name: 'UdfError' });
    expect(await (await env.executeSql('SELECT 1 AS n')).toArray()).toEqual([{ n: 1 }]);
    await env.close();
  });

  describe('process table functions without end', () => {
    const { TIMESTAMP } = DataTypes;
    const options = {
      arguments: { r: { table: 'set', columns: { at: TIMESTAMP(3).notNull() } } },
      resultTypes: [INT],
      resultNames: ['n'],
    } as const;
    const timeOut = async (f: ReturnType<typeof ptf>): Promise<void> => {
      const env = TableEnvironment.create({ config: { 'table.exec.udf.timeout': '300 ms' } });
      env.createTemporarySystemFunction('endless', f);
      const rows = "(SELECT 1 AS k, TIMESTAMP '2026-01-01 00:00:00' AS `at`)";
      const result = await env.executeSql(
        `SELECT COUNT(*) FROM endless(r => ${rows} PARTITION BY k, on_time => DESCRIPTOR(\`at\`))`,
      );
      await expect(result.toArray()).rejects.toMatchObject({ code: 'UDF_TIMEOUT' });
      expect(await (await env.executeSql('SELECT 1 AS n')).toArray()).toEqual([{ n: 1 }]);
      await env.close();
    };

    test('a generator', async () => {
      await timeOut(
        ptf(
          {
            *eval() {
              for (;;) yield [1];
            },
          },
          options,
        ),
      );
    });

    test('a timer that sets itself again', async () => {
      await timeOut(
        ptf(
          {
            eval({ timeContext }, { r }) {
              timeContext().registerOnTime('again', r.at);
            },
            *onTimer({ timeContext }) {
              yield [1];
              timeContext().registerOnTime('again', '2026-01-02T00:00');
            },
          },
          options,
        ),
      );
    });
  });

  test('a heap that grows without end', async () => {
    const error = await failure(() => {
      const held: number[][] = [];
      for (;;) held.push(new Array(100_000).fill(1.5));
    });
    expect(error.code).toBe('UDF_WORKER_DIED');
    expect(error.message).toContain('memory');
  });

  test('a promise that nobody handles', async () => {
    const error = await failure((n) => {
      if (n === 5) void Promise.reject(new TypeError('left alone'));
      return n;
    });
    expect(error.code).toBe('UDF_FAILED');
    expect(error.cause).toBeInstanceOf(TypeError);
  });

  test('an error in a timer', async () => {
    const error = await failure((n) => {
      if (n === 5) {
        setImmediate(() => {
          throw new TypeError('later');
        });
      }
      return n;
    });
    expect(error).toMatchObject({ code: 'UDF_FAILED', functionName: 'f' });
  });

  test('an error in a timer of an earlier statement fails no other', async () => {
    interface Left {
      go?: boolean;
      warning?: string;
    }
    const one = testEngine({ parallelism: 1 });
    const options = { ...OPTIONS, resultType: STRING };
    const bad = udf((_: number) => {
      const left = globalThis as Left;
      process.once('warning', ({ message }) => {
        left.warning = message;
      });
      const timer = setInterval(() => {
        if (left.go !== true) return;
        clearInterval(timer);
        throw new Error('timer');
      }, 1);
      return '';
    }, options);
    const good = udf((_: number) => {
      const left = globalThis as Left;
      left.go = true;
      return left.warning ?? '';
    }, options);
    await results(one, bad, [INT], [[1]]);
    let said: unknown = '';
    while (said === '') [said] = await results(one, good, [INT], [[1]]);
    await one.close();
    expect(said).toBe("After its statement had ended: Function 'f' failed: Error: timer");
  });

  test('a thread whose prototypes were broken is replaced', async () => {
    const poison = udf((n: number) => {
      Object.defineProperty(Array.prototype, 'map', {
        value: () => {
          throw new Error('no map');
        },
      });
      return n;
    }, OPTIONS);
    const plain = udf((n: number) => n, OPTIONS);
    const runs = async (fn: typeof plain): Promise<unknown> =>
      results(engine, fn, [INT], ROWS).then((rows) => rows.length, codeOf);
    const seen = [await runs(poison)];
    // Each thread may have been poisoned, and is replaced when it is used again.
    for (let i = 0; i < 6; i++) seen.push(await runs(plain));
    expect(new Set(seen)).toEqual(new Set(['UDF_WORKER_BROKEN', 300]));
    expect(seen.slice(-2)).toEqual([300, 300]);
  });

  test('changed prototypes stay in the worker', async () => {
    const fn = udf((n: number) => {
      Object.defineProperty(Object.prototype, 'polluted', {
        value: n,
        configurable: true,
        writable: true,
        enumerable: true,
      });
      return n;
    }, OPTIONS);
    expect(await results(engine, fn, [INT], ROWS)).toHaveLength(300);
    expect('polluted' in {}).toBe(false);
    expect(
      await results(
        engine,
        udf((n: number) => n, OPTIONS),
        [INT],
        [[1]],
      ),
    ).toEqual([1]);
  });
});

describe('statements inside functions', () => {
  test('of the same environment, inline; of their own, in a worker and in a process', async () => {
    const env = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
    env.createTemporarySystemFunction(
      'outer_env',
      asyncUdf(
        [INT],
        INT,
        async (n) => {
          const [row] = await (await env.executeSql(`SELECT ${n} + 1 AS n`)).toArray();
          return Number(row?.['n']);
        },
        { execution: 'inline' },
      ),
    );
    const module = new URL('./statements.ts', import.meta.url);
    const options = { inputTypes: [INT], resultType: INT };
    const own = { module, export: 'incremented' };
    env.createTemporarySystemFunction('in_worker', asyncUdf(own, options));
    env.createTemporarySystemFunction(
      'in_process',
      asyncUdf(own, { ...options, isolation: 'process' }),
    );
    for (const name of ['outer_env', 'in_worker', 'in_process']) {
      const result = await env.executeSql(`SELECT ${name}(n) AS n FROM (VALUES (1), (2)) AS t(n)`);
      expect(await result.toArray()).toEqual([{ n: 2 }, { n: 3 }]);
    }
    await env.close();
  });

  test.each(['1', '2'])('that call them again, %s tasks', async (parallelism) => {
    await using env = TableEnvironment.create({ config: { 'parallelism.default': parallelism } });
    await env.executeSql('CREATE TABLE t (n INT)');
    await env.executeSql('INSERT INTO t VALUES (0), (1), (2), (3)');
    let calls = 0;
    const inline = (fn: (n: number) => Promise<unknown>) =>
      asyncUdf(
        async (n: number) => {
          calls++;
          return Number(await fn(n));
        },
        { inputTypes: [INT], resultType: INT, execution: 'inline' },
      );
    const value = async (sql: string) => {
      const [row] = await (await env.executeSql(sql)).toArray({ rowFormat: 'array' });
      return row?.[0];
    };
    // As deep as the data.
    env.createTemporarySystemFunction(
      'below',
      inline((n) => value(`SELECT 1 + COALESCE(SUM(below(n)), 0) FROM t WHERE n < ${n}`)),
    );
    expect(await value('SELECT SUM(below(n)) FROM t')).toBe(15);
    // Without an end.
    env.createTemporarySystemFunction(
      'again',
      inline((n) => value(`SELECT again(${n}) + 1`)),
    );
    calls = 0;
    await expect(value('SELECT again(1)')).rejects.toMatchObject({
      code: 'UDF_NESTED',
      functionName: 'again',
      message: expect.stringContaining('100 calls inside one another'),
    });
    expect(calls).toBe(100);
  });
});

describe('wrong results', () => {
  const cases: [string, ScalarOptions['resultType'], unknown][] = [
    ['NaN', INT, Number.NaN],
    ['a fraction', INT, 1.5],
    ['too large', DataTypes.TINYINT(), 128],
    ['a string', INT, '1'],
    ['an object', STRING, { a: 1 }],
    ['a number', STRING, 1],
    ['too long a text', DataTypes.VARCHAR(2), 'abc'],
    ['a bigint too large', DataTypes.BIGINT(), 2n ** 63n],
    ['a number', DataTypes.BOOLEAN(), 1],
    ['NULL', DataTypes.INT().notNull?.() ?? INT, null],
    ['a text', DataTypes.DATE(), 'yesterday'],
    ['elements', DataTypes.ARRAY(INT), ['a']],
    ['a bigint out of range', INT, 2n ** 40n],
    ['bytes that are too long', DataTypes.BINARY(2), new Uint8Array(3)],
    ['what is too large', DataTypes.FLOAT(), 1e300],
  ];
  test.each(cases)('%s for %s', async (what, resultType, value) => {
    const error = await failure(() => value, { resultType, captures: { value } });
    expect(error).toMatchObject({ code: 'UDF_RESULT', functionName: 'f', args: [0] });
    expect(error.message).toContain(what === 'elements' ? 'INT in result[0]' : String(resultType));
  });

  test.each([DataTypes.TINYINT(), DataTypes.SMALLINT(), INT])('a symbol for %s', async (type) => {
    const error = await failure(() => Symbol('s'), { resultType: type });
    expect(error).toMatchObject({ code: 'UDF_RESULT', args: [0] });
  });

  test.each([DataTypes.TINYINT(), DataTypes.SMALLINT(), INT])('a bigint for %s', async (type) => {
    const small = udf(() => -7n, { resultType: type });
    expect(await results(engine, small, [INT], [[1]])).toEqual([-7]);
  });

  test.each([Infinity, -Infinity, NaN])('%s is a FLOAT', async (value) => {
    const float = udf(() => value, { resultType: DataTypes.FLOAT(), captures: { value } });
    expect(await results(engine, float, [INT], [[1]])).toEqual([value]);
  });

  test('undefined is NULL, what two bytes can say fits', async () => {
    const nothing = udf(() => undefined, { resultType: STRING });
    expect(await results(engine, nothing, [INT], [[1]])).toEqual([null]);
    const face = udf(() => '🙂🙂', { resultType: DataTypes.VARCHAR(2) });
    expect(await results(engine, face, [INT], [[1]])).toEqual(['🙂🙂']);
    const lenient = udf((n: number) => n, { resultType: DataTypes.BIGINT() });
    expect(await results(engine, lenient, [INT], [[1]])).toEqual([1n]);
  });

  test('a promise: the error names asyncUdf', async () => {
    const error = await failure(async (n) => n);
    expect(error.code).toBe('UDF_RESULT');
    expect(error.message).toContain('asyncUdf');
  });
});
