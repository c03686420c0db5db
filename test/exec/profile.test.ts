import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Engine } from '../../src/exec/engine.ts';
import type { ExecuteOptions } from '../../src/exec/execution.ts';
import type { PhysicalPlan } from '../../src/planner/physical/nodes.ts';
import { numberNodes } from '../../src/planner/physical/number.ts';
import { exchange, INLINE, node, POOLED, scan, testEngine } from './harness.ts';
import { RangeSource } from './range-source.ts';

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

test('nothing is measured unless asked', async () => {
  const execution = engine.execute(numberNodes(range(10), 1).plan, INLINE);
  for await (const _ of execution.batches());
  expect(execution.profile.operators.size).toBe(0);
});
