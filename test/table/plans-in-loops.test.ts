import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, expect, test } from 'vitest';
import { closePlans, sqlPlan, tableApiPlan } from '../../bench/micro/plans.ts';
import { printLogical } from '../../src/planner/explain.ts';
import { planOf } from '../../src/table/plan-holder.ts';

afterAll(closePlans);

/** Plans of a loop, and what a plan of each may leave behind at most: a tenth of the plan itself. */
const PLANS = 10_000;
const BYTES_MAX = 300;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

async function heapAfterGarbage(): Promise<number> {
  // What was weakly held is let go of between two turns.
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await turn();
  }
  return process.memoryUsage().heapUsed;
}

test('the two plans of the benchmark are the same', () => {
  const text = (plan: ReturnType<typeof sqlPlan>) => plan.explain().split('== Optimized')[1];
  expect(text(tableApiPlan(7.5))).toBe(text(sqlPlan(7.5)));
  expect(printLogical(planOf(sqlPlan(8.5)))).toContain('8.5');
});

test.each([
  ['Table API', tableApiPlan],
  ['SQL', sqlPlan],
])('plans built in a loop leave no memory behind: %s', { timeout: 120_000 }, async (_, plan) => {
  for (let i = 0; i < 1000; i++) plan(i + 0.25);
  const before = await heapAfterGarbage();
  for (let i = 0; i < PLANS; i++) plan(i);
  const after = await heapAfterGarbage();
  expect((after - before) / PLANS).toBeLessThan(BYTES_MAX);
});
