import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CancelledError, NotImplementedError, UdfError } from '../../src/common/errors.ts';
import { isAlive } from '../../src/common/processes.ts';
import type { Engine } from '../../src/exec/engine.ts';
import { TableEnvironment } from '../../src/table/environment.ts';
import { testFunction } from '../../src/table/test-function.ts';
import { DataTypes } from '../../src/types/data-types.ts';
import type { FunctionContext } from '../../src/udf/function-context.ts';
import { ScalarFunction } from '../../src/udf/kinds.ts';
import type { PermissionOptions, ScalarOptions } from '../../src/udf/options.ts';
import { asyncUdf, udaf, udf, udtaf, udtf } from '../../src/udf/udf.ts';
import { testEngine } from '../exec/harness.ts';
import { externalResults, failureOf, results } from './support.ts';

const { BIGINT, DATE, DECIMAL, DOUBLE, INT, STRING, TIMESTAMP, ARRAY, MAP, ROW, FIELD } = DataTypes;
const PROCESS = { isolation: 'process' } as const;
const OPTIONS: ScalarOptions = { inputTypes: [INT()], resultType: INT(), ...PROCESS };
const ROWS = Array.from({ length: 300 }, (_, i) => [i]);
/** What is denied here: Node 24 and older cannot deny the network. */
const SHUT_IN: PermissionOptions = process.allowedNodeEnvironmentFlags.has('--allow-net')
  ? {}
  : { net: true };

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

describe('a process of its own', () => {
  const pid = udf(() => process.pid, { ...OPTIONS, deterministic: false });

  test('is another process, used again by batches and statements', async () => {
    const first = new Set(await results(engine, pid, [INT()], ROWS, { parallelism: 1 }));
    const again = new Set(await results(engine, pid, [INT()], ROWS, { parallelism: 1 }));
    expect([...first]).toHaveLength(1);
    expect(first.has(process.pid)).toBe(false);
    expect(again).toEqual(first);
  });

  test('ends with the environment', async () => {
    const own = testEngine();
    const [child] = await results(own, pid, [INT()], [[1]]);
    expect(isAlive(Number(child))).toBe(true);
    await own.close();
    expect(isAlive(Number(child))).toBe(false);
  });

  test('gets and gives values of every kind', async () => {
    const types = [
      BIGINT(),
      DECIMAL(20, 3),
      STRING(),
      DATE(),
      TIMESTAMP(6),
      ARRAY(INT()),
      MAP(STRING(), DOUBLE()),
      ROW([FIELD('a', INT()), FIELD('b', STRING())]),
    ];
    const inputs: readonly unknown[] = [
      2n ** 60n,
      -12345n,
      new TextEncoder().encode('Grüße'),
      20_000,
      1_700_000_000_123_456n,
      [1, null, 3],
      [['a', 1.5]],
      [7, null],
    ];
    for (const [i, type] of types.entries()) {
      const options = { inputTypes: [type], resultType: type };
      const rows = [[inputs[i]], [null], [inputs[i]]];
      const isolated = udf((value: unknown) => value, { ...options, ...PROCESS });
      const here = udf((value: unknown) => value, options);
      const expected = await externalResults(engine, here, [type], rows);
      expect(await externalResults(engine, isolated, [type], rows)).toEqual(expected);
    }
  });

  test('captures, classes with open and close, modules', async () => {
    const factor = 3;
    const scaled = udf((n: number) => n * factor, { ...OPTIONS, captures: { factor } });
    expect(await results(engine, scaled, [INT()], [[2]])).toEqual([6]);
    class Counting extends ScalarFunction {
      seen = 0;
      override open(): void {
        this.seen = 100;
      }
      eval(n: number): number {
        return ++this.seen + n;
      }
    }
    const counting = udf(new Counting(), { ...OPTIONS, deterministic: false });
    expect(await results(engine, counting, [INT()], [[0], [0]])).toEqual([101, 102]);
    const module = new URL('./functions.ts', import.meta.url);
    const byModule = udf({ module, export: 'twice' }, OPTIONS);
    expect(await results(engine, byModule, [INT()], [[4]])).toEqual([8]);
  });
});

describe('what would end the program', () => {
  test.each([
    ['process.exit', () => process.exit(3), 'it ended with exit code 3'],
    [
      'process.kill',
      () => process.kill(process.pid, 'SIGKILL'),
      'it ended with the signal SIGKILL',
    ],
    ['process.abort', () => process.abort(), 'it ended with the signal SIGABRT'],
    ['a segmentation fault', () => process.kill(process.pid, 'SIGSEGV'), 'the signal SIGSEGV'],
  ])('%s', async (_, fn, reason) => {
    const error = await failure(fn);
    expect(error).toMatchObject({ code: 'UDF_PROCESS_DIED', functionName: 'f' });
    expect(error.message).toContain(`Function 'f' lost its process: `);
    expect(error.message).toContain(reason);
    expect(error.hint).toContain('process.kill');
  });

  test('an array that grows by spread until memory is full', async () => {
    const error = await failure(() => {
      let held = [1.5];
      for (;;) held = [...held, ...held];
    });
    expect(error.code).toBe('UDF_PROCESS_DIED');
    expect(error.message).toContain('its heap of 64 MiB was full');
  });

  test('an error in a timer after the last call fails no other statement', async () => {
    const thrown = path.join(tmpdir(), `millrace-late-${process.pid}`);
    const late = udf(
      (file: string) => {
        setTimeout(() => {
          process.getBuiltinModule('node:fs').writeFileSync(file, '');
          throw new TypeError('after all');
        }, 1000);
        return process.pid;
      },
      { ...OPTIONS, inputTypes: [STRING()], deterministic: false },
    );
    const [child] = await results(engine, late, [STRING()], [[thrown]], { parallelism: 1 });
    while (!existsSync(thrown)) await sleep(20);
    await rm(thrown);
    const healthy = udf(() => process.pid, { ...OPTIONS, deterministic: false });
    expect(await results(engine, healthy, [INT()], [[1]], { parallelism: 1 })).toEqual([child]);
  });

  test('an error in a timer between two calls', async () => {
    const error = await failure((n) => {
      if (n === 5) {
        setImmediate(() => {
          throw new TypeError('later');
        });
      }
      return n;
    });
    expect(error).toMatchObject({ code: 'UDF_FAILED', functionName: 'f' });
    expect(error.cause).toBeInstanceOf(TypeError);
  });
});

describe('what would not end', () => {
  test.each([
    [
      'a loop',
      () => {
        for (;;);
      },
    ],
    ['a wait', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)],
    [
      'microtasks',
      (n: number) => {
        const again = (): void => void Promise.resolve().then(again);
        again();
        return n;
      },
    ],
    [
      'empty output',
      () => {
        for (;;) process.stdout.write('');
      },
    ],
  ])('%s', async (_, fn) => {
    const error = await failure(fn, {}, 400);
    expect(error).toMatchObject({ code: 'UDF_TIMEOUT', functionName: 'f' });
  });

  test('a query that is cancelled takes its process along', async () => {
    const aborter = new AbortController();
    const forever = udf((n: number) => {
      while (n >= 0);
      return n;
    }, OPTIONS);
    const run = results(engine, forever, [INT()], ROWS, { signal: aborter.signal });
    setTimeout(() => aborter.abort(), 200);
    await expect(run).rejects.toBeInstanceOf(CancelledError);
    const healthy = udf((n: number) => n, OPTIONS);
    expect(await results(engine, healthy, [INT()], [[1]])).toEqual([1]);
  });

  test('an opening that waits for ever is stopped', async () => {
    class Waiting extends ScalarFunction {
      override open(): Promise<void> {
        return new Promise(() => {});
      }
      eval(n: number): number {
        return n;
      }
    }
    const waiting = results(engine, udf(new Waiting(), OPTIONS), [INT()], [[1]], {
      udfTimeoutMs: 500,
    });
    await expect(waiting).rejects.toMatchObject({ code: 'UDF_TIMEOUT' });
  });

  test('long work that makes progress is no endless one', async () => {
    const slow = udf((n: number) => {
      const until = performance.now() + 15;
      while (performance.now() < until);
      return n;
    }, OPTIONS);
    const run = results(engine, slow, [INT()], ROWS, { udfTimeoutMs: 3000, parallelism: 1 });
    expect(await run).toHaveLength(300);
  });

  test('a program that is busy itself is no time-out', async () => {
    const slow = udf((n: number) => {
      const until = performance.now() + 15;
      while (performance.now() < until);
      return n;
    }, OPTIONS);
    const run = results(engine, slow, [INT()], ROWS, { udfTimeoutMs: 3000, parallelism: 1 });
    const busy = sleep(300).then(() => {
      const until = performance.now() + 4000;
      while (performance.now() < until);
    });
    expect(await run).toHaveLength(300);
    await busy;
  });
});

describe('what a process sends that is no answer', () => {
  test.each([
    ['too long a message', 'ff'.repeat(12)],
    ['a message of no kind', '09'.repeat(1) + '00'.repeat(11)],
    ['a header that cannot be read', `03000000${'02000000'}${'00000000'}ffff`],
    ['a reply that is none', `03000000${'03000000'}${'00000000'}ff0f30`],
    ['a reply of other things', `03000000${'09000000'}${'00000000'}ff0f6f2201617b0001`],
  ])('%s', async (_, hex) => {
    const fn = () => {
      process.getBuiltinModule('node:fs').writeSync(4, Buffer.from(hex, 'hex'));
      for (;;);
    };
    const error = await failure(fn, { captures: { hex } });
    expect(error).toMatchObject({ code: 'UDF_PROCESS_DIED', functionName: 'f' });
    expect(error.message).toContain('what it sent cannot be used');
  });
});

describe('permissions', () => {
  async function denied(fn: (n: number) => unknown, permissions = SHUT_IN): Promise<void> {
    const error = await failure(fn, { permissions });
    expect(error.code).toBe('UDF_FAILED');
    expect(error.message).toContain("'permissions'");
  }

  test('nothing: no files, no processes, no threads, no signals, no secrets', async () => {
    await denied(() => process.getBuiltinModule('node:fs').readdirSync('/'));
    await denied(() => process.getBuiltinModule('node:fs').writeFileSync('/tmp/x', ''));
    await denied(() => process.getBuiltinModule('node:child_process').execFileSync('ls'));
    await denied(() => {
      const { Worker } = process.getBuiltinModule('node:worker_threads');
      return new Worker('1', { eval: true });
    });
    await denied(() => process.kill(process.ppid, 0));
    await denied(() => process.getBuiltinModule('os').setPriority(process.ppid, 19));
    process.env['SECRET_OF_THE_TEST'] = 'x';
    const secrets = udf(() => process.env['SECRET_OF_THE_TEST'] ?? 'none', {
      resultType: STRING(),
      ...PROCESS,
      permissions: SHUT_IN,
    });
    expect(await externalResults(engine, secrets, [INT()], [[1]])).toEqual(['none']);
  });

  test('some: paths to read and to write, processes', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'millrace-permissions-'));
    await writeFile(path.join(folder, 'a.txt'), 'text');
    const options = { resultType: STRING(), ...PROCESS, captures: { folder } };
    const reads = udf(
      () => process.getBuiltinModule('node:fs').readFileSync(`${folder}/a.txt`, 'utf8'),
      { ...options, permissions: { ...SHUT_IN, fs: { read: [folder] } } },
    );
    expect(await externalResults(engine, reads, [INT()], [[1]])).toEqual(['text']);
    const writes = (permissions: PermissionOptions) =>
      udf(
        () => {
          process.getBuiltinModule('node:fs').writeFileSync(`${folder}/b.txt`, 'b');
          return 'written';
        },
        { ...options, permissions },
      );
    const wrong = writes({ ...SHUT_IN, fs: { read: [folder] } });
    await expect(results(engine, wrong, [INT()], [[1]])).rejects.toThrow("'permissions'");
    const right = writes({ ...SHUT_IN, fs: { write: [folder] } });
    expect(await externalResults(engine, right, [INT()], [[1]])).toEqual(['written']);
    const all = writes({ ...SHUT_IN, fs: true });
    expect(await externalResults(engine, all, [INT()], [[1]])).toEqual(['written']);
    const starts = udf(
      () =>
        process
          .getBuiltinModule('node:child_process')
          .execFileSync(process.execPath, ['-p', '1'], { encoding: 'utf8' })
          .trim(),
      { ...options, permissions: { ...SHUT_IN, child: true } },
    );
    expect(await externalResults(engine, starts, [INT()], [[1]])).toEqual(['1']);
    await rm(folder, { recursive: true });
  });

  test('a module reads itself and its packages, and other files only by permission', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'millrace-permissions-'));
    const write = (name: string, text: string) => writeFile(path.join(folder, name), text);
    await write('alone.ts', 'export const f = (n: number): number => n * 10;');
    await write('beside.ts', "export { f } from './alone.ts';");
    const made = (file: string, read: readonly string[]) =>
      udf(
        { module: `file://${folder}/${file}`, export: 'f' },
        { ...OPTIONS, permissions: { ...SHUT_IN, fs: { read } } },
      );
    const run = (fn: ReturnType<typeof made>) => results(engine, fn, [INT()], [[1]]);
    expect(await run(made('alone.ts', []))).toEqual([10]);
    await expect(run(made('beside.ts', []))).rejects.toMatchObject({
      code: 'UDF_MODULE_FAILED',
      message: expect.stringContaining(`permissions (FileSystemRead of '${folder}/alone.ts').`),
      hint: expect.stringContaining("'permissions'"),
    });
    expect(await run(made('beside.ts', [folder]))).toEqual([10]);
    await rm(folder, { recursive: true });
  });

  test('the network, which not every Node can deny', async () => {
    const make = () => udf(() => 1, { ...OPTIONS, permissions: {} });
    if (!process.allowedNodeEnvironmentFlags.has('--allow-net')) {
      expect(make).toThrow(/would not be denied the network: Node .* \{ net: true \}/);
      return;
    }
    await denied(() => process.getBuiltinModule('node:net').connect(9, '127.0.0.1'), {});
  });

  test('options that are wrong', () => {
    const make = (options: object) => () => udf(() => 1, { ...OPTIONS, ...options });
    expect(make({ isolation: 'thread' })).toThrow("isolation is 'none' or 'process'");
    expect(make({ isolation: 'none', permissions: {} })).toThrow("need isolation: 'process'");
    expect(make({ execution: 'inline' })).toThrow('exclude each other');
    expect(make({ permissions: { net: 'yes' } })).toThrow('permissions.net is true or false');
    expect(make({ permissions: { ...SHUT_IN, fs: { read: 'x' } } })).toThrow('{ read, write }');
    expect(make({ permissions: { ...SHUT_IN, files: true } })).toThrow("'files'");
  });
});

describe('every kind, in SQL', () => {
  const env = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
  const T = "(VALUES ('a', 1E0), ('b', 2E0), ('a', 3E0)) AS t(k, v)";
  const rows = async (sql: string) => (await env.executeSql(sql)).toArray({ rowFormat: 'array' });
  afterAll(() => env.close());

  test('arrow, async and table functions', async () => {
    env.createTemporarySystemFunction(
      'doubled',
      udf([DOUBLE()], DOUBLE(), (v) => Float64Array.from(v, (x) => 2 * x), {
        funcType: 'arrow',
        ...PROCESS,
      }),
    );
    env.createTemporarySystemFunction(
      'later',
      asyncUdf(
        [DOUBLE()],
        STRING(),
        async (v) => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          return `${v}!`;
        },
        PROCESS,
      ),
    );
    env.createTemporarySystemFunction(
      'letters',
      udtf(
        [STRING(), DOUBLE()],
        [STRING(), INT()],
        function* (text, times) {
          for (let i = 0; i < (times ?? 0); i++) yield [text, i];
        },
        PROCESS,
      ),
    );
    expect(await rows(`SELECT doubled(v), later(v) FROM ${T}`)).toEqual([
      [2, '1!'],
      [4, '2!'],
      [6, '3!'],
    ]);
    const lateral = `SELECT x.* FROM ${T}, LATERAL TABLE(letters(k, v)) AS x(l, i) WHERE k = 'b'`;
    expect(await rows(lateral)).toEqual([
      ['b', 0],
      ['b', 1],
    ]);
  });

  test('accumulators with a type and merge stay in their process', async () => {
    const total = {
      createAccumulator: () => ({ sum: 0 }),
      accumulate: (acc: { sum: number }, v: number) => {
        acc.sum += v;
      },
      merge: () => {
        throw new Error('they do not meet');
      },
      getValue: (acc: { sum: number }) => acc.sum,
    };
    const accumulatorType = ROW([FIELD('sum', DOUBLE())]);
    const types = { inputTypes: [DOUBLE().notNull()], resultType: DOUBLE(), accumulatorType };
    env.createTemporarySystemFunction('met', udaf(total, { ...types, ...PROCESS }));
    env.getConfig().set('table.exec.inline-rows', '0');
    const numbers = Array.from({ length: 40_000 }, (_, i) => [i % 2, i]);
    const schema = ROW([FIELD('k', INT()), FIELD('v', DOUBLE())]);
    env.createTemporaryView('many', env.fromValues(numbers, schema));
    expect(await rows('SELECT met(v) FROM many')).toEqual([[799_980_000]]);
    expect(await rows('SELECT k, met(v) FROM many GROUP BY k ORDER BY k')).toEqual([
      [0, 399_980_000],
      [1, 400_000_000],
    ]);
  });

  test('accumulators leave their process when their partition ends', async () => {
    const alive = {
      createAccumulator: () => {
        const accumulator = { rows: 0 };
        const all: WeakRef<object>[] = Reflect.get(globalThis, 'made') ?? [];
        all.push(new WeakRef(accumulator));
        Reflect.set(globalThis, 'made', all);
        return accumulator;
      },
      accumulate: (acc: { rows: number }) => {
        acc.rows++;
      },
      retract: (acc: { rows: number }) => {
        acc.rows--;
      },
      getValue: () => {
        const all: WeakRef<object>[] = Reflect.get(globalThis, 'made');
        if (all.length % 150 !== 0) return 0;
        process.getBuiltinModule('v8').setFlagsFromString('--expose-gc');
        process.getBuiltinModule('vm').runInNewContext('gc')();
        return all.filter((made) => made.deref() !== undefined).length;
      },
    };
    env.createTemporarySystemFunction(
      'alive',
      udaf(alive, { inputTypes: [INT()], resultType: INT(), deterministic: false, ...PROCESS }),
    );
    const schema = ROW([FIELD('k', INT()), FIELD('v', INT())]);
    const many = Array.from({ length: 600 }, (_, i) => [i >> 1, i]);
    env.createTemporaryView('pairs', env.fromValues(many, schema));
    for (const frame of ['', 'ROWS BETWEEN 1 PRECEDING AND CURRENT ROW', 'ROWS CURRENT ROW']) {
      const [[most, count]] = (await rows(`SELECT MAX(a), COUNT(*) FROM (
        SELECT alive(v) OVER (PARTITION BY k ORDER BY v ${frame}) AS a FROM pairs)`)) as [
        [number, bigint],
      ];
      expect(count).toBe(600n);
      expect(most).toBeGreaterThan(0);
      expect(most).toBeLessThan(100);
    }
  });

  test('the groups of an arrow function go there and back together', async () => {
    const turns = () => {
      const own = globalThis as { turn?: number; isSame?: boolean };
      if (own.isSame !== true) {
        own.isSame = true;
        own.turn = (own.turn ?? 0) + 1;
        setImmediate(() => {
          own.isSame = false;
        });
      }
      return own.turn;
    };
    const columns = { inputTypes: [INT(), STRING(), INT()], funcType: 'arrow' } as const;
    env.createTemporarySystemFunction(
      'turns',
      udaf(turns, { ...columns, resultType: INT(), deterministic: false, ...PROCESS }),
    );
    const shown = (a: Iterable<unknown>, b: Iterable<unknown>, c: Iterable<unknown>) =>
      JSON.stringify([[...a], [...b], [...c]]);
    const isShown = { ...columns, resultType: STRING() };
    env.createTemporarySystemFunction('shown_here', udaf(shown, isShown));
    env.createTemporarySystemFunction('shown_there', udaf(shown, { ...isShown, ...PROCESS }));
    const schema = ROW([FIELD('k', INT()), FIELD('v', INT()), FIELD('s', STRING())]);
    const many = Array.from({ length: 900 }, (_, i) => {
      return [i % 300, i % 7 === 0 ? null : i, i % 5 === 0 ? null : `s${i % 4}`];
    });
    env.createTemporaryView('triples', env.fromValues(many, schema));
    const [[turn, count]] = (await rows(`SELECT COUNT(DISTINCT n), COUNT(*) FROM (
      SELECT turns(v, s, 1) AS n FROM triples GROUP BY k)`)) as [[bigint, bigint]];
    expect(count).toBe(300n);
    // One of each task at most.
    expect(turn).toBeLessThanOrEqual(2n);
    for (const query of [
      'SELECT k, f(v, s, 1) FROM triples GROUP BY k ORDER BY k',
      'SELECT f(v, s, 1) FROM triples WHERE k < 0',
      'SELECT k, f(DISTINCT v, s, 1) FILTER (WHERE v > 3), COUNT(*) FROM triples GROUP BY k ORDER BY k',
      'SELECT k, f(v, s, 1) FILTER (WHERE v > 3), COUNT(*) FROM triples GROUP BY k ORDER BY k',
    ]) {
      const expected = await rows(query.replace('f(', 'shown_here('));
      expect(await rows(query.replace('f(', 'shown_there('))).toEqual(expected);
    }
  });

  test('testFunction runs them here, but none with permissions', async () => {
    const pid = udf(() => process.pid, { ...OPTIONS, deterministic: false });
    expect((await testFunction(pid, [[1]])).results).toEqual([process.pid]);
    const shutIn = udf((n: number) => n, { ...OPTIONS, permissions: SHUT_IN });
    await expect(testFunction(shutIn, [[1]])).rejects.toBeInstanceOf(NotImplementedError);
  });

  test('calls and rows are counted as in workers, and time is measured', async () => {
    const numbers = Array.from({ length: 300 }, (_, i) => [i % 3, i % 10 === 0 ? null : i]);
    const schema = ROW([FIELD('k', INT()), FIELD('v', DOUBLE())]);
    env.createTemporaryView('numbers', env.fromValues(numbers, schema));
    const measured = async (options: object, sql: string) => {
      const types = { inputTypes: [DOUBLE().notNull()], resultType: DOUBLE(), ...options };
      const once = { ...types, deterministic: false };
      env.createTemporarySystemFunction(
        'twice',
        udf((v: number) => 2 * v, once),
      );
      env.createTemporarySystemFunction(
        'soon',
        asyncUdf(async (v: number) => v, once),
      );
      const sum = {
        createAccumulator: () => ({ sum: 0 }),
        accumulate: (acc: { sum: number }, v: number) => {
          acc.sum += v;
        },
        retract: (acc: { sum: number }, v: number) => {
          acc.sum -= v;
        },
        getValue: (acc: { sum: number }) => acc.sum,
      };
      env.createTemporarySystemFunction('sum_of', udaf(sum, types));
      env.createTemporarySystemFunction(
        'length_of',
        udaf((v: ArrayLike<number>) => v.length, { ...types, funcType: 'arrow' }),
      );
      const { functions } = await env.explainAnalyze(sql);
      const plan = env.explainSql(sql);
      const result = await env.executeSql(sql);
      await result.toArray();
      for (const { name, calls, rows, timeMs } of functions) {
        expect(timeMs).toBeGreaterThan(0);
        const metric = result.metrics()[`udf.${name}`];
        expect(metric).toMatchObject({ kind: 'function', calls, rows });
        expect(plan.includes('in a process of its own')).toBe(options === PROCESS);
        env.dropTemporarySystemFunction(name);
      }
      return functions.map(({ name, calls, rows }) => ({ name, calls, rows }));
    };
    const scalar = 'SELECT twice(v), soon(v) FROM numbers';
    const grouped = 'SELECT k, sum_of(v) FROM numbers GROUP BY k';
    const sliding = `SELECT sum_of(v) OVER (PARTITION BY k ORDER BY v
      ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM numbers`;
    const whole = 'SELECT k, length_of(v) FROM numbers GROUP BY k';
    for (const sql of [scalar, grouped, sliding, whole]) {
      const inWorkers = await measured({}, sql);
      expect(inWorkers.length).toBe(sql === scalar ? 2 : 1);
      for (const { calls } of inWorkers) {
        if (sql === whole) expect(calls).toBe(3);
        else expect(calls).toBeGreaterThanOrEqual(270);
      }
      expect(await measured(PROCESS, sql)).toEqual(inWorkers);
    }
  });

  test('aggregate and table aggregate functions', async () => {
    env.createTemporarySystemFunction(
      'total',
      udaf(
        [DOUBLE()],
        DOUBLE(),
        {
          createAccumulator: () => ({ sum: 0 }),
          accumulate(acc, v) {
            acc.sum += v ?? 0;
          },
          retract(acc, v) {
            acc.sum -= v ?? 0;
          },
          getValue: (acc) => acc.sum,
        },
        PROCESS,
      ),
    );
    env.createTemporarySystemFunction(
      'middle',
      udaf([DOUBLE().notNull()], DOUBLE(), (v) => [...v].sort()[v.length >> 1], {
        funcType: 'arrow',
        ...PROCESS,
      }),
    );
    env.createTemporarySystemFunction(
      'all_of',
      udtaf(
        [DOUBLE()],
        ROW([FIELD('v', DOUBLE())]),
        {
          createAccumulator: (): number[] => [],
          accumulate(acc, v) {
            acc.push(v ?? 0);
          },
          *emitValue(acc) {
            for (const v of acc) yield [v];
          },
        },
        PROCESS,
      ),
    );
    const grouped = `SELECT k, total(v), total(DISTINCT v), middle(v) FROM ${T} GROUP BY k ORDER BY k`;
    expect(await rows(grouped)).toEqual([
      ['a', 4, 4, 3],
      ['b', 2, 2, 2],
    ]);
    expect(await rows(`SELECT total(v) FILTER (WHERE v > 1) FROM ${T}`)).toEqual([[5]]);
    const frame = 'ORDER BY v ROWS BETWEEN 1 PRECEDING AND CURRENT ROW';
    expect(await rows(`SELECT v, total(v) OVER (${frame}) FROM ${T}`)).toEqual([
      [1, 1],
      [2, 3],
      [3, 5],
    ]);
    const each = `SELECT x.v FROM (SELECT all_of(v) AS vs FROM ${T}), UNNEST(vs) AS x(v)`;
    expect(await rows(each)).toEqual([[1], [2], [3]]);
  });

  test('metrics, constants and errors come back', async () => {
    class Measured extends ScalarFunction {
      factor = 0;
      context: FunctionContext | null = null;
      override open(context: FunctionContext): void {
        this.factor = Number(context.getConstantArgument(1));
        this.context = context;
      }
      eval(v: number): number {
        this.context?.getMetricGroup().counter('calls').inc();
        if (v === 3 && this.factor === 7) throw new RangeError('too large');
        return v * this.factor;
      }
    }
    env.createTemporarySystemFunction(
      'measured',
      udf(new Measured(), { inputTypes: [DOUBLE(), INT()], resultType: DOUBLE(), ...PROCESS }),
    );
    const result = await env.executeSql(`SELECT measured(v, 2) FROM ${T}`);
    expect(await result.toArray({ rowFormat: 'array' })).toEqual([[2], [4], [6]]);
    expect(result.metrics()['udf.measured.calls']).toEqual({ kind: 'counter', count: 3 });
    const failed = await rows(`SELECT measured(v, 7) FROM ${T}`).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(UdfError);
    expect(failed).toMatchObject({ code: 'UDF_FAILED', functionName: 'measured', args: [3, 7] });
    expect((failed as UdfError).cause).toBeInstanceOf(RangeError);
  });

  test('not beside a function that runs inline in one step', async () => {
    env.createTemporarySystemFunction(
      'apart',
      udf([DOUBLE()], DOUBLE(), (v) => v, PROCESS),
    );
    env.createTemporarySystemFunction(
      'here',
      udf([DOUBLE()], DOUBLE(), (v) => v, { execution: 'inline' }),
    );
    await expect(rows(`SELECT apart(v), here(v) FROM ${T}`)).rejects.toMatchObject({
      name: 'NotImplementedError',
      hint: expect.stringContaining('CREATE TABLE … AS'),
    });
  });
});

describe('the program', () => {
  const program = (body: string) => `
    import { DataTypes, TableEnvironment, udf } from '${new URL('../../src/index.ts', import.meta.url)}';
    const tEnv = TableEnvironment.create();
    const f = (fn) => tEnv.createTemporarySystemFunction('f', udf(fn, {
      inputTypes: [DataTypes.INT()], resultType: DataTypes.INT(), isolation: 'process' }));
    const run = async () => (await tEnv.executeSql('SELECT f(1)')).toArray({ rowFormat: 'array' });
    ${body}`;
  const args = (body: string) => ['--input-type=module', '-e', program(body)];

  test('ends although a process is idle', async () => {
    const body = 'f((n) => n + 1); console.log(await run());';
    const { stdout } = await promisify(execFile)(process.execPath, args(body));
    expect(stdout).toBe('[ [ 2 ] ]\n');
  });

  test('that is killed leaves no process behind, not even one in an endless loop', async () => {
    const body = 'f((n) => { console.log(process.pid, process.ppid); for (;;); }); await run();';
    const killed = spawn(process.execPath, args(body), { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(createInterface({ input: killed.stdout }), 'line');
    const [child, parent] = String(line).split(' ').map(Number) as [number, number];
    expect(parent).toBe(killed.pid);
    killed.kill('SIGKILL');
    for (let i = 0; i < 200 && isAlive(child); i++) await sleep(50);
    expect(isAlive(child)).toBe(false);
  });
});
