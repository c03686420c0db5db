import { expect, test } from 'vitest';
import type { TaskState } from '../../src/exec/pool/control.ts';
import type { PoolTask } from '../../src/exec/pool/pool-task.ts';
import { suspectsOf } from '../../src/exec/pool/suspects.ts';

/** A task of the segment with this control block. */
const task = (control: number, state: TaskState, exclusive = true) =>
  ({ spec: { control }, placing: { exclusive, joins: false, state: () => state } }) as PoolTask;

test('who has ended a thread: what ran, what awaits its functions, what they may have left', () => {
  const running = task(1, 'running');
  const awaiting = task(2, 'awaiting');
  const waiting = task(3, 'waiting');
  const queued = task(4, 'queued');
  expect(suspectsOf([queued, waiting, awaiting, running])).toEqual([running]);
  expect(suspectsOf([queued, waiting, awaiting])).toEqual([awaiting]);
  expect(suspectsOf([queued, waiting, task(5, 'waiting', false)])).toEqual([waiting]);
  expect(suspectsOf([queued])).toEqual([]);
});

test('nobody is blamed where two segments come into question', () => {
  expect(suspectsOf([task(1, 'awaiting'), task(2, 'awaiting')])).toEqual([]);
  const twoOfOne = [task(1, 'awaiting'), task(1, 'awaiting')];
  expect(suspectsOf(twoOfOne)).toEqual(twoOfOne);
});
