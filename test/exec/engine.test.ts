import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/exec/engine.ts';
import type { PhysicalPlan } from '../../src/planner/physical/nodes.ts';
import {
  exchange,
  INLINE,
  node,
  POOLED,
  rowsOf,
  rowsSource,
  scan,
  schema,
  testEngine,
  type,
  values,
} from './harness.ts';
import { RangeSource } from './range-source.ts';

let engine: Engine;
let usedBytes = 0;

beforeEach(() => {
  engine = testEngine();
  usedBytes = engine.arena.usedBytes;
});

afterEach(async () => {
  // The control blocks share one page, which the engine keeps.
  expect(engine.arena.usedBytes).toBeLessThanOrEqual(usedBytes + 65536);
  await engine.close();
});

const ONE = values(schema({ a: type('INT') }), [[1]]);
const numbers = (rows: number) => Array.from({ length: rows }, (_, i) => [BigInt(i)]);
const range = (rows: number, options?: ConstructorParameters<typeof RangeSource>[1]) =>
  scan(new RangeSource(rows, options));

describe('on the calling thread', () => {
  test('rows of constants', async () => {
    expect(await rowsOf(engine, ONE)).toEqual([[1]]);
    expect(engine.workers).toBe(0);
  });

  test('a scan, a limit and a union', async () => {
    const limit = node('Limit', [range(5000)], { offset: 150, limit: 3 });
    expect(await rowsOf(engine, limit)).toEqual([[150n], [151n], [152n]]);
    const union = node('Union', [limit, range(2)], {});
    expect(await rowsOf(engine, union)).toEqual([[150n], [151n], [152n], [0n], [1n]]);
    const both = node('Limit', [union], { offset: 2, limit: 2 });
    expect(await rowsOf(engine, both)).toEqual([[152n], [0n]]);
    expect(await rowsOf(engine, both, POOLED)).toEqual([[152n], [0n]]);
    const again = node('Union', [both, both], {});
    expect(await rowsOf(engine, again)).toEqual([[152n], [0n], [152n], [0n]]);
  });

  test('a satisfied limit stops the source', async () => {
    let read = 0;
    function* endless() {
      for (;;) yield [[read++]];
    }
    const source = rowsSource(schema({ a: type('INT') }), endless());
    const plan = node('Limit', [scan(source)], { offset: 0, limit: 3 });
    expect(await rowsOf(engine, plan)).toEqual([[0], [1], [2]]);
    expect(read).toBe(3);
  });

  test('long work leaves the event loop free', async () => {
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 1);
    await rowsOf(engine, node('Limit', [range(3_000_000)], { offset: 2_999_999, limit: 1 }), {
      ...INLINE,
      inlineRowsMax: 1e9,
    });
    clearInterval(ticking);
    expect(ticks).toBeGreaterThan(1);
  });

  test('nothing runs before the first pull, and a result is read once', async () => {
    let started = false;
    function* rows() {
      started = true;
      yield [[1]];
    }
    const source = rowsSource(schema({ a: type('INT') }), rows());
    const execution = engine.execute(scan(source), INLINE);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(started).toBe(false);
    for await (const batch of execution.batches()) expect(batch.length).toBe(1);
    await expect(execution.batches()[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'RESULT_CONSUMED',
    });
  });

  test('a source that never answers does not hold a cancelled query', async () => {
    async function* silent() {
      yield [[1]];
      await new Promise(() => {});
    }
    const source = rowsSource(schema({ a: type('INT') }), silent());
    const execution = engine.execute(scan(source), INLINE);
    setTimeout(() => execution.cancel(), 20);
    await expect(drain(execution)).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('on the pool', () => {
  test('rows come in order, in one task and in several', async () => {
    expect(await rowsOf(engine, range(10_000), POOLED)).toEqual(numbers(10_000));
    expect(await rowsOf(engine, exchange(range(10_000)), POOLED)).toEqual(numbers(10_000));
    expect(engine.workers).toBe(2);
  });

  test('a limit over several tasks', async () => {
    const plan = node('Limit', [exchange(range(100_000))], { offset: 4990, limit: 20 });
    expect(await rowsOf(engine, plan, POOLED)).toEqual(numbers(5010).slice(4990));
  });

  test('a union reads its inputs with the same tasks, in order', async () => {
    const parts = Array.from({ length: 20 }, () => range(1500));
    const plan = exchange(node('Union', parts, {}));
    const expected = parts.flatMap(() => numbers(1500));
    expect(await rowsOf(engine, plan, POOLED)).toEqual(expected);
    expect(engine.workers).toBeLessThanOrEqual(2);
  });

  test('held rows keep their order', async () => {
    const limited = node('Limit', [exchange(range(9000))], { offset: 0, limit: 4000 });
    const plan = exchange(node('Union', [limited, range(2)], {}));
    expect(await rowsOf(engine, plan, POOLED)).toEqual([...numbers(4000), ...numbers(2)]);
  });

  test('a slow consumer holds the tasks back', async () => {
    let batches = 0;
    let most = 0;
    for await (const _ of engine.execute(exchange(range(3_000_000)), POOLED).batches()) {
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, engine.arena.usedBytes);
      if (++batches === 200) break;
    }
    expect(most).toBeLessThan(usedBytes + 10 * 1024 ** 2);
  });

  test('the signal cancels', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const execution = engine.execute(exchange(range(50_000_000)), {
      ...POOLED,
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(reason), 30);
    await expect(drain(execution)).rejects.toMatchObject({ code: 'CANCELLED', cause: reason });
  });

  test('a task that does not answer is terminated', async () => {
    const execution = engine.execute(range(1000, { fault: 'loop' }), POOLED);
    setTimeout(() => execution.cancel(), 50);
    await expect(drain(execution)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await rowsOf(engine, range(10), POOLED)).toEqual(numbers(10));
  });

  test('errors and lost workers end the query and not the engine', async () => {
    const failing = rowsOf(engine, exchange(range(9000, { fault: 'throw', at: 5000 })), POOLED);
    await expect(failing).rejects.toThrow('thrown by the source');
    const leaving = rowsOf(engine, exchange(range(9000, { fault: 'exit', at: 5000 })), POOLED);
    await expect(leaving).rejects.toMatchObject({ code: 'WORKER_LOST' });
    expect(await rowsOf(engine, range(10), POOLED)).toEqual(numbers(10));
  });

  test('a bystander of a killed worker starts again when it has handed out nothing', async () => {
    await engine.close();
    engine = testEngine({ parallelism: 1 });
    // Two workers at most: one for each looping task, so that the others share with them.
    const looping = [0, 1].map(() => engine.execute(range(1000, { fault: 'loop' }), POOLED));
    const cancelled = looping.map((execution) =>
      expect(drain(execution)).rejects.toMatchObject({ code: 'CANCELLED' }),
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    const bystander = rowsOf(engine, range(1000), POOLED);
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (const execution of looping) execution.cancel();
    expect(await bystander).toEqual(numbers(1000));
    await Promise.all(cancelled);
  });

  test('closing the engine ends everything', async () => {
    const running = drain(engine.execute(exchange(range(50_000_000)), POOLED));
    const waiting = engine.execute(ONE, INLINE);
    const failed = expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    await new Promise((resolve) => setTimeout(resolve, 30));
    await engine.close();
    await failed;
    await expect(drain(waiting)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(() => engine.execute(ONE, INLINE)).toThrow('closed');
    expect(engine.workers).toBe(0);
  });
});

test('many queries leave the memory as it was', async () => {
  // Control blocks of statements that end late may fill a second page.
  usedBytes += 65536;
  const plans: PhysicalPlan[] = [ONE, node('Limit', [range(500)], { offset: 1, limit: 2 })];
  for (let i = 0; i < 2000; i++) await rowsOf(engine, plans[i % 2]!);
  for (let i = 0; i < 100; i++) {
    const execution = engine.execute(exchange(range(5000)), POOLED);
    for await (const _ of execution.batches()) if (i % 3 > 0) break;
  }
});

test('a process that forgets its engine exits', () => {
  const text = `
    import { exchange, POOLED, rowsOf, scan, testEngine } from '${import.meta.resolve('./harness.ts')}';
    import { RangeSource } from '${import.meta.resolve('./range-source.ts')}';
    const rows = await rowsOf(testEngine(), exchange(scan(new RangeSource(5000))), POOLED);
    console.log(rows.length);
  `;
  const out = execFileSync(process.execPath, ['--input-type=module', '--eval', text], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect(out.trim()).toBe('5000');
});

async function drain(execution: { batches(): AsyncIterable<unknown> }): Promise<void> {
  for await (const _ of execution.batches());
}

test('a cross join that finds nothing gives way and can be cancelled', async () => {
  const rows = range(1_000_000);
  const never = node('NestedLoopJoin', [rows, rows], {
    schema: rows.schema,
    joinType: 'semi',
    condition: { kind: 'Literal', type: type('BOOLEAN'), value: false },
  });
  const execution = engine.execute(never, POOLED);
  const failed = expect(drain(execution)).rejects.toMatchObject({ code: 'CANCELLED' });
  await new Promise((resolve) => setTimeout(resolve, 300));
  // The other task of the same thread has its turn.
  expect(await rowsOf(engine, range(1000), POOLED)).toEqual(numbers(1000));
  execution.cancel();
  await failed;
});
