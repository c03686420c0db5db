import { afterEach, beforeEach, expect, test } from 'vitest';
import { Region } from '../../src/columnar/arena/region.ts';
import type { Engine } from '../../src/exec/engine.ts';
import type { ExecuteOptions } from '../../src/exec/execution.ts';
import { besideEachOther, oneAfterTheOther } from '../../src/exec/profile/operator-profile.ts';
import { TaskProfile } from '../../src/exec/profile/task-profile.ts';
import type { PhysicalPlan } from '../../src/planner/physical/nodes.ts';
import { numberNodes } from '../../src/planner/physical/number.ts';
import { exchange, INLINE, node, POOLED, scan, testEngine } from './harness.ts';
import { RangeSource } from './range-source.ts';
import { contextOf } from './task-context.ts';

let engine: Engine;

beforeEach(() => {
  engine = testEngine();
});

afterEach(() => engine.close());

/** Runs a plan; its numbered nodes by kind, with what was measured of them. */
async function profile(plan: PhysicalPlan, options: ExecuteOptions) {
  const execution = engine.execute(numberNodes(plan, 1).plan, { ...options, profile: true });
  for await (const _ of execution.batches());
  return execution.profile;
}

const range = (rows: number) => scan(new RangeSource(rows));

for (const [name, options] of Object.entries({ inline: INLINE, pooled: POOLED })) {
  test(`rows of a scan, a limit and a sort, ${name}`, async () => {
    const sorted = node('Sort', [exchange(range(5000), 'single')], {
      keys: [{ column: 0, descending: true, nullsFirst: false }],
    });
    const limit = node('Limit', [sorted], { offset: 10, limit: 90 });
    const { operators, tasks } = await profile(limit, options);
    expect(operators.get(1)).toMatchObject({ rowsOut: 90 });
    expect(operators.get(2)).toMatchObject({ rowsIn: 5000 });
    expect(operators.get(2)!.memoryBytes).toBeGreaterThan(5000 * 8);
    expect(operators.get(4)).toMatchObject({ rowsIn: 0, rowsOut: 5000 });
    expect(tasks).toBeGreaterThan(0);
  });
}

test('the first rows of an order hold no memory of those that are left out', async () => {
  const keys = [{ column: 0, descending: false, nullsFirst: false }];
  const first = (rows: number) => node('SortLimit', [range(rows)], { keys, offset: 0, limit: 10 });
  const memory = async (rows: number) =>
    (await profile(first(rows), INLINE)).operators.get(1)!.memoryBytes;
  expect(await memory(400_000)).toBe(await memory(40_000));
});

test('nothing is measured unless asked', async () => {
  const execution = engine.execute(numberNodes(range(10), 1).plan, INLINE);
  for await (const _ of execution.batches());
  expect(execution.profile.operators.size).toBe(0);
});

test('what operators tell of themselves, summed over tasks and parts of a run', async () => {
  const task = async (rows: number) => {
    using region = new Region(engine.arena);
    const profile = new TaskProfile();
    const [scanned] = numberNodes(node('Limit', [range(rows)], { offset: 0, limit: null }), 1).plan
      .inputs;
    const measured = profile.operator(scanned!, contextOf(region), (ctx) => {
      ctx.region.alloc(1_000_000);
      ctx.metrics?.spilled(1000);
      ctx.metrics?.spilled(rows);
      ctx.metrics?.evaluates('kernel', (names) => `UPPER(${names.length})`);
      return { readsSelection: true, process: (batch) => [batch] };
    });
    for await (const batch of engine.execute(range(rows), INLINE).batches()) {
      expect([...measured.process(batch, 0)]).toHaveLength(1);
    }
    await measured.close?.();
    return profile.profiles();
  };
  const [one, two] = [await task(10), await task(20)];
  const expected = {
    rowsIn: 30,
    rowsOut: 30,
    batchesIn: 2,
    spilledBytes: 2030,
    tasks: 2,
    expressions: [{ form: 'kernel', text: 'UPPER(0)' }],
  };
  const together = besideEachOther([one, two]).get(2)!;
  expect(together).toMatchObject(expected);
  expect(together.memoryBytes).toBeGreaterThanOrEqual(2_000_000);
  expect(together.longestMs).toBe(Math.max(one.get(2)!.ms, two.get(2)!.ms));
  const later = oneAfterTheOther([one, two]).get(2)!;
  expect(later).toMatchObject(expected);
  expect(later.longestMs).toBe(one.get(2)!.ms + two.get(2)!.ms);
});
