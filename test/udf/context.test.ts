import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  AggregateFunction,
  AsyncScalarFunction,
  asyncUdf,
  DataTypes,
  type FunctionContext,
  ListView,
  MapView,
  ScalarFunction,
  TableEnvironment,
  TableFunction,
  udaf,
  udf,
  udtf,
} from '../../src/index.ts';

const INT = DataTypes.INT();
const STRING = DataTypes.STRING();
const T = '(VALUES (1), (2), (3)) AS t(n)';

let env: TableEnvironment;
beforeAll(() => {
  env = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
});
afterAll(() => env.close());

async function rows(sql: string): Promise<unknown[]> {
  return (await env.executeSql(sql)).toArray({ rowFormat: 'array' });
}

/** Counts how often it is closed where everybody can see it. */
class Closed extends ScalarFunction {
  readonly failsIn: string;
  readonly counter: string;
  constructor(counter: string, failsIn = '') {
    super();
    this.counter = counter;
    this.failsIn = failsIn;
  }
  eval(n: number): number {
    if (this.failsIn === 'eval') throw new Error('eval');
    return n;
  }
  override close(): void {
    const global = globalThis as unknown as Record<string, number>;
    global[this.counter] = (global[this.counter] ?? 0) + 1;
    if (this.failsIn === 'close') throw new Error('close');
  }
  override isDeterministic(): boolean {
    return false;
  }
}

function closed(counter: string): unknown {
  return (globalThis as unknown as Record<string, unknown>)[counter];
}

describe('open', () => {
  test('job parameters, constants, the number of the task', async () => {
    class Matches extends ScalarFunction {
      expression = /(?:)/;
      seen = '';
      override open(context: FunctionContext): void {
        this.expression = new RegExp(String(context.getConstantArgument(1)));
        this.seen = [
          context.isConstantArgument(0),
          context.isConstantArgument(1),
          context.getConstantArgument(0),
          context.getJobParameter('region', '?'),
          context.getJobParameter('other', '?'),
          context.getIndexOfThisSubtask() < context.getNumberOfParallelSubtasks(),
        ].join(' ');
      }
      eval(text: string): string {
        return `${this.seen} ${this.expression.test(text)}`;
      }
    }
    env.getConfig().set('pipeline.global-job-parameters', 'region:eu,n:1');
    env.createTemporarySystemFunction(
      'matches',
      udf(new Matches(), { inputTypes: [STRING, STRING], resultType: STRING }),
    );
    expect(
      await rows("SELECT matches(CAST(n AS STRING), '[12]') FROM (VALUES (1), (7)) AS t(n)"),
    ).toEqual([['false true  eu ? true true'], ['false true  eu ? true false']]);
  });

  test('a folder for files, removed with the environment', async () => {
    class Folder extends ScalarFunction {
      folder = '';
      override open(context: FunctionContext): void {
        this.folder = context.getCacheDirectory();
      }
      eval(): string {
        return this.folder;
      }
    }
    const own = TableEnvironment.create();
    const [found] = (await (async () => {
      own.createTemporarySystemFunction('folder', udf(new Folder(), { resultType: STRING }));
      return (await own.executeSql('SELECT folder()')).toArray({ rowFormat: 'array' });
    })()) as [[string]];
    expect(existsSync(found[0])).toBe(true);
    await own.close();
    expect(existsSync(found[0])).toBe(false);
  });
});

describe('metrics', () => {
  test('of all kinds of functions, summed over tasks, of a statement and of the environment', async () => {
    class Measured extends ScalarFunction {
      context: FunctionContext | null = null;
      override open(context: FunctionContext): void {
        this.context = context;
        context.getMetricGroup().gauge('last', () => 'done');
        context.getMetricGroup().gauge('broken', () => {
          throw new Error('no');
        });
      }
      eval(n: number): number {
        const group = this.context!.getMetricGroup();
        group.counter('calls').inc();
        group.addGroup('sizes', 'n').histogram('values').update(n);
        group.meter('rate').markEvent(2);
        return n;
      }
      override close(): void {
        this.context!.getMetricGroup().counter('closed').inc();
      }
    }
    const types = { inputTypes: [INT], resultType: INT };
    env.createTemporarySystemFunction('measured', udf(new Measured(), types));
    const result = await env.executeSql(`SELECT measured(n) FROM ${T}`);
    expect(result.metrics()).toEqual({});
    await result.toArray();
    const metrics = result.metrics();
    expect(metrics['udf.measured.calls']).toEqual({ kind: 'counter', count: 3 });
    expect(metrics['udf.measured.closed']).toEqual({ kind: 'counter', count: 1 });
    expect(metrics['udf.measured.last']).toEqual({ kind: 'gauge', value: 'done' });
    expect(metrics['udf.measured.broken']).toEqual({ kind: 'gauge', value: null });
    expect(metrics['udf.measured.rate']).toMatchObject({ kind: 'meter', count: 6 });
    expect(metrics['udf.measured.sizes.n.values']).toMatchObject({
      kind: 'histogram',
      count: 3,
      min: 1,
      max: 3,
      mean: 2,
      p50: expect.closeTo(2, 1),
      p99: 3,
    });
    await rows(`SELECT measured(n) FROM ${T}`);
    expect(env.metrics()['udf.measured.calls']).toEqual({ kind: 'counter', count: 6 });
    await env.executeSql('CREATE TABLE sunk (n INT)');
    await env.executeSql(`INSERT INTO sunk SELECT measured(n) FROM ${T}`);
    expect(env.metrics()['udf.measured.calls']).toEqual({ kind: 'counter', count: 9 });
  });
});

describe('close', () => {
  const types = { inputTypes: [INT], resultType: INT };

  test('after the last row, after LIMIT, when the reader leaves', async () => {
    env.createTemporarySystemFunction('f', udf(new Closed('a'), { ...types, execution: 'inline' }));
    await rows(`SELECT f(n) FROM ${T}`);
    expect(closed('a')).toBe(1);
    await rows(`SELECT f(n) FROM ${T} LIMIT 1`);
    expect(closed('a')).toBe(2);
    for await (const _ of (await env.executeSql(`SELECT f(n) FROM ${T}`)).collect()) break;
    expect(closed('a')).toBe(3);
  });

  test('when a function fails: its own, and that of others, also when one close fails', async () => {
    const inline = { ...types, execution: 'inline' } as const;
    env.createTemporarySystemFunction('good', udf(new Closed('good'), inline));
    env.createTemporarySystemFunction('bad', udf(new Closed('bad', 'eval'), inline));
    await expect(rows(`SELECT good(n), bad(n) FROM ${T}`)).rejects.toMatchObject({
      code: 'UDF_FAILED',
    });
    expect([closed('good'), closed('bad')]).toEqual([1, 1]);
    env.createTemporarySystemFunction('bad', udf(new Closed('worse', 'close'), inline));
    await expect(rows(`SELECT bad(n), good(n) FROM ${T}`)).rejects.toMatchObject({
      code: 'UDF_FAILED',
      message: expect.stringContaining('bad.close'),
    });
    expect([closed('good'), closed('worse')]).toEqual([2, 1]);
  });

  test('of a cancelled query, in a worker', async () => {
    class Slow extends ScalarFunction {
      context: FunctionContext | null = null;
      override open(context: FunctionContext): void {
        this.context = context;
      }
      eval(place: string, n: number): number {
        if (n === 0) process.getBuiltinModule('node:fs').writeFileSync(place, '');
        for (const end = Date.now() + 2; Date.now() < end; );
        return n;
      }
      override close(): void {
        this.context!.getMetricGroup().counter('closed').inc();
      }
    }
    const slow = udf(new Slow(), { inputTypes: [STRING, INT], resultType: INT });
    env.createTemporarySystemFunction('slow', slow);
    await env.executeSql(
      `CREATE TABLE many (n INT) WITH ('connector' = 'datagen', 'number-of-rows' = '100000',
       'fields.n.kind' = 'sequence', 'fields.n.start' = '0', 'fields.n.end' = '99999')`,
    );
    const place = path.join(tmpdir(), `begun-${crypto.randomUUID()}`);
    const abort = new AbortController();
    const { signal } = abort;
    const result = await env.executeSql('SELECT slow(?, n) FROM many', { params: [place], signal });
    const ended = expect(result.toArray()).rejects.toMatchObject({ code: 'CANCELLED' });
    while (!existsSync(place)) await sleep(5);
    abort.abort();
    await ended;
    rmSync(place);
    expect(result.metrics()['udf.slow.closed']).toMatchObject({ kind: 'counter' });
  });

  test('of functions of all kinds', async () => {
    const mark = { execution: 'inline' } as const;
    class Later extends AsyncScalarFunction {
      async eval(n: number): Promise<number> {
        return n;
      }
      override close = () => new Closed('later').close();
    }
    class Rows extends TableFunction {
      *eval(n: number): Iterable<number> {
        yield n;
      }
      override close = () => new Closed('rows').close();
    }
    class Last extends AggregateFunction<{ n: number }> {
      createAccumulator = () => ({ n: 0 });
      accumulate(acc: { n: number }, n: number): void {
        acc.n = n;
      }
      getValue = (acc: { n: number }) => acc.n;
      override close = () => new Closed('last').close();
    }
    env.createTemporarySystemFunction('later', asyncUdf(new Later(), { ...types, ...mark }));
    env.createTemporarySystemFunction(
      'spread',
      udtf(new Rows(), { inputTypes: [INT], resultTypes: [INT], ...mark }),
    );
    env.createTemporarySystemFunction('last', udaf(new Last(), { ...types, ...mark }));
    await rows(`SELECT last(later(x)) FROM ${T}, LATERAL TABLE(spread(n)) AS l(x)`);
    expect([closed('later'), closed('rows'), closed('last')]).toEqual([1, 1, 1]);
  });
});

describe('views in accumulators', () => {
  test('a list and a map', async () => {
    const target = { module: new URL('./functions.ts', import.meta.url), export: 'Modes' };
    const options = { inputTypes: [STRING], resultType: STRING };
    env.createTemporarySystemFunction('modes', udaf(target, options));
    expect(await rows("SELECT modes(s) FROM (VALUES ('a'), ('b'), ('a')) AS t(s)")).toEqual([
      ['a2b1 aba'],
    ]);
  });

  test('keys are equal by value', () => {
    const map = new MapView<unknown, number>();
    map.putAll([
      [{ a: 1n }, 1],
      [[Number.NaN], 2],
      ['1', 3],
      [1, 4],
    ]);
    expect(map.get({ a: 1n })).toBe(1);
    expect(map.contains({ a: 1 })).toBe(false);
    expect([map.get([Number.NaN]), map.contains([null]), map.get(1), map.size]).toEqual([
      2,
      false,
      4,
      4,
    ]);
    expect([map.remove(1), map.remove(1), map.isEmpty()]).toEqual([true, false, false]);
    expect([...map.keys()]).toHaveLength(3);
    map.clear();
    expect([...map.values()]).toEqual([]);
    const list = new ListView<unknown>();
    list.addAll([[1], [2], [1]]);
    expect([list.remove([1]), list.remove([3]), [...list]]).toEqual([true, false, [[2], [1]]]);
    list.clear();
    expect(list.get()).toEqual([]);
  });
});
