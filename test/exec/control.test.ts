import { expect, test } from 'vitest';
import { Arena } from '../../src/columnar/arena/arena.ts';
import { Region } from '../../src/columnar/arena/region.ts';
import { ControlBlock } from '../../src/exec/pool/control.ts';

/** The block as the calling thread has it, and as a worker attaches to it. */
function blocks(tasks: number): readonly [ControlBlock, ControlBlock] {
  const region = new Region(Arena.create(1 << 20));
  const control = ControlBlock.create(region, tasks);
  return [control, new ControlBlock(region.arena.buffer, control.address, tasks)];
}

test('a task begins once, unless it was revoked before', () => {
  const [control, attached] = blocks(2);
  expect(control.stateOf(1)).toBe('none');
  expect(attached.begin(1)).toBe(false);
  for (const task of [0, 1]) control.enqueue(task);
  expect(attached.begin(0)).toBe(true);
  expect(control.revoke(0)).toBe(false);
  expect(attached.begin(0)).toBe(false);
  expect(control.revoke(1)).toBe(true);
  expect(attached.begin(1)).toBe(false);
  expect([control.stateOf(0), control.stateOf(1)]).toEqual(['running', 'revoked']);
});

test('a thread that comes late to a revoked task begins no other one', () => {
  const [control, late] = blocks(2);
  control.enqueue(0);
  expect(control.revoke(0)).toBe(true);
  expect(() => control.enqueue(0)).toThrow('a place is for one task');
  control.enqueue(1);
  expect(late.begin(0)).toBe(false);
  expect(control.stateOf(1)).toBe('queued');
});
