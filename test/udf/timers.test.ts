import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Timer, Timers } from '../../src/udf/timers.ts';

const compare = (a: unknown, b: unknown): number => (a as number) - (b as number);

/** What timers are, by looking at all of them each time. */
class Simple {
  #all: Timer[] = [];

  register(timer: Timer): void {
    this.remove(timer);
    this.#all = [...this.#all, timer].sort((a, b) => compare(a.time, b.time));
  }

  remove({ name, time }: Timer): void {
    this.#all = this.#all.filter(
      (other) => other.name !== name || (name === null && other.time !== time),
    );
  }

  clear(): void {
    this.#all = [];
  }

  next(): Timer | null {
    return this.#all.shift() ?? null;
  }
}

const timer = fc.record({
  name: fc.option(fc.constantFrom('a', 'b', 'c')),
  time: fc.integer({ min: 0, max: 5 }),
});
const step = fc.oneof(
  { weight: 5, arbitrary: timer.map((given) => ['register', given] as const) },
  { weight: 2, arbitrary: timer.map((given) => ['remove', given] as const) },
  { weight: 3, arbitrary: fc.constant(['next'] as const) },
  { weight: 1, arbitrary: fc.constant(['clear'] as const) },
);

test('come by time, then as they were registered; a name is there once', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const timers = new Timers(compare);
      const simple = new Simple();
      for (const [what, given] of steps) {
        if (what === 'clear') for (const each of [timers, simple]) each.clear();
        else if (what === 'next') expectNext(timers, simple);
        else for (const each of [timers, simple]) each[what](given);
      }
      while (expectNext(timers, simple) !== null);
    }),
    { numRuns: 500 },
  );
});

test('take few comparisons each, however many there are', () => {
  let comparisons = 0;
  const timers = new Timers((a, b) => {
    comparisons++;
    return compare(a, b);
  });
  const count = 10_000;
  for (let i = 0; i < count; i++) {
    timers.register({ name: null, time: i });
    timers.register({ name: `name ${i}`, time: -i });
  }
  while (timers.next() !== null);
  expect(comparisons).toBeLessThan(count * 100);
});

function expectNext(timers: Timers, simple: Simple): Timer | null {
  const expected = simple.next();
  const next = timers.next();
  if (expected === null) expect(next).toBeNull();
  else expect(next).toMatchObject(expected);
  return expected;
}
