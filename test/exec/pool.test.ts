import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Arena } from '../../src/columnar/arena/arena.ts';
import { Region } from '../../src/columnar/arena/region.ts';
import type { Batch } from '../../src/columnar/batch.ts';
import { ChildPool } from '../../src/exec/child/child-pool.ts';
import { poolWithIdle } from '../../src/exec/pool/idle-thread.ts';
import { WorkerPool } from '../../src/exec/pool/pool.ts';
import { PoolSegment, type SegmentSpec } from '../../src/exec/pool/pool-segment.ts';
import { RangeSource } from './range-source.ts';

const WORKER = new URL('./fault-worker.ts', import.meta.url);

let arena: Arena;
let pool: WorkerPool;
const children = new ChildPool({ heapMb: null, entry: null });
let region: Region;
let usedBytes = 0;

beforeEach(() => {
  arena = Arena.create(256 * 1024 ** 2);
  pool = new WorkerPool(arena, { workersMax: 4, heapMb: 64, workerUrl: WORKER });
  region = new Region(arena);
  region.free(region.alloc(8));
  usedBytes = arena.usedBytes;
});

afterEach(async () => {
  await pool.close();
  expect(pool.size).toBe(0);
  expect(arena.usedBytes).toBe(usedBytes);
});

function segment(
  source: RangeSource,
  overrides: Partial<SegmentSpec> = {},
  workers: WorkerPool = pool,
  spare: WorkerPool = workers,
): PoolSegment {
  return new PoolSegment(
    { arena, pool: workers, spare, hasLong: () => false, children, region, cacheFolder: '' },
    {
      statement: { timeZone: 'UTC', now: 0n, config: new Map() },
      batchRows: 100,
      compile: true,
      profile: false,
      outputBy: null,
      spillFolder: '',
      branches: [
        { source: source.spec, join: null, chain: [], tables: [], perSplit: false, readBy: null },
      ],
      splits: source.splits().map((split) => ({ branch: 0, rows: { kind: 'scan', split } })),
      output: { kind: 'rows' },
      tasks: 2,
      functions: [],
      isolated: false,
      young: false,
      feed: null,
      udfTimeoutMs: 30_000,
      ...overrides,
    },
  );
}

async function numbers(running: PoolSegment, limit = Number.POSITIVE_INFINITY): Promise<number[]> {
  const found: number[] = [];
  try {
    for await (const batch of running.batches()) {
      for (let row = 0; row < batch.length; row++) found.push(Number(batch.columns[0]?.get(row)));
      if (found.length >= limit) break;
    }
  } finally {
    running.dispose();
  }
  return found;
}

/** Starts a segment that does not come back, and stops it then. */
async function hang(
  source: RangeSource,
  options: Parameters<typeof segment>[1] = {},
): Promise<void> {
  const running = segment(source, options);
  const rows = running.batches();
  const pulled = rows.next();
  await source.faulty();
  await running.stop();
  await pulled;
  running.dispose();
}

/** Rows from 0 on that are read here. */
async function* fed(end: number, fail = false): AsyncGenerator<Batch> {
  const source = new RangeSource(end);
  using memory = region.child();
  const context = {
    region: memory,
    batchRows: 100,
    viewRows: 100,
    timeZone: 'UTC',
    checkCancelled: () => {},
    skippedRows: () => {},
  };
  for (const split of source.splits()) {
    await new Promise((resolve) => setImmediate(resolve));
    yield* source.read(split, context);
  }
  if (fail) throw new Error('thrown while reading');
}

/** What a segment reads whose rows are fed. */
const FED = {
  branches: [{ source: null, join: null, chain: [], tables: [], perSplit: false, readBy: null }],
  splits: [],
};

const count = (rows: number) => Array.from({ length: rows }, (_, i) => i);

describe('pool', () => {
  test('rows of all splits come in order', async () => {
    expect(await numbers(segment(new RangeSource(20_000)))).toEqual(count(20_000));
  });

  test('leaving the loop ends the tasks', async () => {
    expect((await numbers(segment(new RangeSource(1_000_000)), 1)).length).toBe(100);
    expect(await numbers(segment(new RangeSource(500)))).toEqual(count(500));
  });

  test('an error in a task ends the segment, and not the worker', async () => {
    const failing = segment(new RangeSource(20_000, { fault: 'throw', at: 15_000 }));
    await expect(numbers(failing)).rejects.toThrow('thrown by the source');
    const workers = pool.size;
    expect(await numbers(segment(new RangeSource(500)))).toEqual(count(500));
    // Another worker may have come meanwhile; none has gone.
    expect(pool.size).toBeGreaterThanOrEqual(workers);
  });

  test('a task that loops for ever is terminated, and its worker replaced', async () => {
    await hang(new RangeSource(20_000, { fault: 'loop' }));
    expect(await numbers(segment(new RangeSource(5000)))).toEqual(count(5000));
  });

  test('a segment waits for no thread that another one keeps', async () => {
    const small = new WorkerPool(arena, { workersMax: 2, heapMb: 64, workerUrl: WORKER });
    const looping = segment(new RangeSource(20_000, { fault: 'loop' }), { tasks: 1 }, small);
    const hung = looping.batches().next();
    // Some of its tasks are given to the thread that does not come back.
    for (let round = 0; round < 4; round++) {
      expect(await numbers(segment(new RangeSource(5000), {}, small))).toEqual(count(5000));
    }
    await looping.stop();
    await hung;
    looping.dispose();
    await small.close();
  });

  test('a young segment does not wait for the only thread, which another one keeps', async () => {
    const one = new WorkerPool(arena, { workersMax: 1, heapMb: 64, workerUrl: WORKER });
    const looping = segment(new RangeSource(20_000, { fault: 'loop' }), { tasks: 1 }, one);
    const hung = looping.batches().next();
    for (let round = 0; round < 3; round++) {
      const young = segment(new RangeSource(5000), { young: true }, one, pool);
      expect(await numbers(young)).toEqual(count(5000));
    }
    await looping.stop();
    await hung;
    looping.dispose();
    await one.close();
  });

  test('threads are added while none is idle, as many as there may be', async () => {
    const small = new WorkerPool(arena, { workersMax: 2, heapMb: 64, workerUrl: WORKER });
    const first = segment(new RangeSource(20_000), { tasks: 1 }, small);
    const rows = first.batches();
    await rows.next();
    expect([small.size, small.hasIdle, small.mayGrow]).toEqual([1, false, true]);
    for (let i = 0; i < 3; i++) small.addThread();
    await expect.poll(() => small.hasIdle, { timeout: 20_000 }).toBe(true);
    expect([small.size, small.mayGrow]).toEqual([2, false]);
    await rows.return(undefined);
    first.dispose();
    await small.close();
  });

  test('young tasks keep off the threads of long statements, idle ones too, while one runs', async () => {
    const spare = new WorkerPool(arena, { workersMax: 1, heapMb: 64, workerUrl: WORKER });
    const site = (isLong: boolean) => ({ pool, spare, hasLong: () => isLong });
    expect(poolWithIdle(site(true))).toBeNull();
    expect(spare.size).toBe(0);
    expect(await numbers(segment(new RangeSource(5000)))).toEqual(count(5000));
    await expect.poll(() => poolWithIdle(site(false)), { timeout: 20_000 }).toBe(pool);
    // The spare thread starts; until it has come there is another one.
    expect(poolWithIdle(site(true))).toBe(pool);
    await expect.poll(() => poolWithIdle(site(true)), { timeout: 20_000 }).toBe(spare);
    expect(poolWithIdle(site(false))).toBe(pool);
    await spare.close();
  });

  test('process.exit in a worker ends the segment with WORKER_LOST', async () => {
    const leaving = segment(new RangeSource(20_000, { fault: 'exit', at: 5000 }));
    await expect(numbers(leaving)).rejects.toMatchObject({ code: 'WORKER_LOST' });
    expect(await numbers(segment(new RangeSource(5000)))).toEqual(count(5000));
  });

  test('a worker that eats its heap ends the segment', async () => {
    const eating = segment(new RangeSource(20_000, { fault: 'heap', at: 5000 }), {
      functions: ['f'],
    });
    await expect(numbers(eating)).rejects.toMatchObject({
      code: 'UDF_WORKER_DIED',
      functionName: 'f',
    });
    expect(await numbers(segment(new RangeSource(5000)))).toEqual(count(5000));
  });

  test('a worker killed while it allocates gives back its lock and its memory', async () => {
    for (let round = 0; round < 3; round++) {
      await hang(new RangeSource(20_000, { fault: 'allocate' }));
      expect(await numbers(segment(new RangeSource(5000)))).toEqual(count(5000));
    }
  });

  test('user code without progress is stopped', async () => {
    const looping = segment(new RangeSource(20_000, { fault: 'loop', at: 5000 }), {
      functions: ['f'],
      udfTimeoutMs: 50,
    });
    await expect(numbers(looping)).rejects.toMatchObject({ code: 'UDF_TIMEOUT' });
  });

  test('a slow consumer of user code is no time-out', async () => {
    const running = segment(new RangeSource(20_000), { functions: ['f'], udfTimeoutMs: 1500 });
    let rows = 0;
    for await (const batch of running.batches()) {
      if (rows === 0) await new Promise((resolve) => setTimeout(resolve, 4000));
      rows += batch.length;
    }
    running.dispose();
    expect(rows).toBe(20_000);
  });

  test('tasks beside a killed one end with WORKER_LOST', async () => {
    await pool.close();
    pool = new WorkerPool(arena, { workersMax: 1, heapMb: null, workerUrl: WORKER });
    const stalled = segment(new RangeSource(100_000), { tasks: 1 });
    const rows = stalled.batches();
    expect((await rows.next()).value?.length).toBe(100);
    await hang(new RangeSource(1000, { fault: 'loop' }), { tasks: 1 });
    await expect(
      (async () => {
        for await (const _ of rows);
      })(),
    ).rejects.toMatchObject({ code: 'WORKER_LOST' });
    stalled.dispose();
  });

  test('of the functions on a thread, only the one that runs is blamed for its end', async () => {
    await pool.close();
    pool = new WorkerPool(arena, { workersMax: 1, heapMb: null, workerUrl: WORKER });
    const one = (f: string) => ({ tasks: 1, functions: [f] });
    // Its reader pauses, so it waits while the other one runs.
    const beside = segment(new RangeSource(100_000), one('beside'));
    const rows = beside.batches();
    expect((await rows.next()).value?.length).toBe(100);
    const leaving = numbers(segment(new RangeSource(1000, { fault: 'exit' }), one('leaving')));
    await expect(leaving).rejects.toMatchObject({
      code: 'UDF_WORKER_DIED',
      functionName: 'leaving',
    });
    const rest = async () => {
      for await (const _ of rows);
    };
    await expect(rest()).rejects.toMatchObject({
      code: 'WORKER_LOST',
      message: expect.stringContaining('exit code 3, by a function of another statement'),
    });
    beside.dispose();
  });

  test('queries inside the loop of another one run, five levels deep, on one worker', async () => {
    await pool.close();
    pool = new WorkerPool(arena, { workersMax: 1, heapMb: null, workerUrl: WORKER });
    async function nest(level: number): Promise<number> {
      if (level === 0) return 1;
      const running = segment(new RangeSource(3000), {
        tasks: 1,
        functions: level % 2 ? ['f'] : [],
      });
      let found = 0;
      let first = true;
      for await (const batch of running.batches()) {
        found += batch.length;
        if (first) found += await nest(level - 1);
        first = false;
      }
      running.dispose();
      return found;
    }
    expect(await nest(5)).toBe(15_001);
  });

  test('rows that are read here are fed to the tasks, and come out in order', async () => {
    const source = new RangeSource(0);
    const all = segment(source, { ...FED, feed: fed(20_000) });
    expect(await numbers(all)).toEqual(count(20_000));
    expect(await numbers(segment(source, { ...FED, feed: fed(0) }))).toEqual([]);
    const left = segment(source, { ...FED, feed: fed(1e9) });
    expect((await numbers(left, 1000)).length).toBe(1000);
    const failing = numbers(segment(source, { ...FED, feed: fed(5000, true) }));
    await expect(failing).rejects.toThrow('thrown while reading');
  });

  test('a task that cannot be posted fails, and its worker lives', async () => {
    expect(await numbers(segment(new RangeSource(500)))).toEqual(count(500));
    const config = new Map([['f', (() => {}) as unknown as string]]);
    const statement = { timeZone: 'UTC', now: 0n, config };
    const refused = numbers(segment(new RangeSource(500), { statement }));
    await expect(refused).rejects.toThrow('could not be cloned');
    expect(await numbers(segment(new RangeSource(500)))).toEqual(count(500));
  });

  test.each([
    ['an entry that is not there', './no-such-worker.ts', /no-such-worker/],
    ['an entry that throws', './throwing-worker.ts', /thrown by the entry/],
    ['an entry that exits', './exiting-worker.ts', /exit code 5/],
  ])('tasks of threads that do not start fail: %s', async (_, entry, reason) => {
    const workerUrl = new URL(entry, import.meta.url);
    const broken = new WorkerPool(arena, { workersMax: 2, heapMb: 64, workerUrl });
    for (const functions of [[], ['f']]) {
      const failing = numbers(segment(new RangeSource(500), { functions }, broken));
      await expect(failing).rejects.toThrow(reason);
    }
    await broken.close();
    expect(broken.size).toBe(0);
  });

  test('where no more threads start, tasks share those that there are', async () => {
    const workerUrl = new URL('./failing-worker.ts', import.meta.url);
    const some = new WorkerPool(arena, { workersMax: 2, heapMb: 64, workerUrl });
    expect(await numbers(segment(new RangeSource(500), { tasks: 1 }, some))).toEqual(count(500));
    vi.stubEnv('MILLRACE_TEST_NO_THREADS', '1');
    for (const functions of [[], ['f']]) {
      const running = segment(new RangeSource(5000), { functions, tasks: 3 }, some);
      expect(await numbers(running)).toEqual(count(5000));
    }
    vi.unstubAllEnvs();
    await some.close();
  });

  test('closing the pool ends threads that still start', async () => {
    const workerUrl = new URL('./waiting-worker.ts', import.meta.url);
    const starting = new WorkerPool(arena, { workersMax: 2, heapMb: 64, workerUrl });
    const running = numbers(segment(new RangeSource(500), {}, starting));
    const failed = expect(running).rejects.toMatchObject({ code: 'WORKER_LOST' });
    await starting.close();
    await failed;
    expect(starting.size).toBe(0);
  });

  test('tasks that no thread has come to give back the memory of their rows', async () => {
    const workerUrl = new URL('./waiting-worker.ts', import.meta.url);
    const starting = new WorkerPool(arena, { workersMax: 1, heapMb: 64, workerUrl });
    const waiting = segment(new RangeSource(0), { ...FED, feed: fed(20_000) }, starting);
    await expect.poll(() => arena.usedBytes).toBeGreaterThan(usedBytes);
    await waiting.stop();
    waiting.dispose();
    await expect.poll(() => arena.usedBytes).toBe(usedBytes);
    await starting.close();
  });

  test('closing the pool ends what runs', async () => {
    const looping = segment(new RangeSource(20_000, { fault: 'loop' }));
    const failed = expect(numbers(looping)).rejects.toMatchObject({ code: 'WORKER_LOST' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await pool.close();
    await failed;
  });
});
