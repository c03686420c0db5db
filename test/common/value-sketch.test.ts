import { expect, test } from 'vitest';
import { ValueSketch } from '../../src/common/value-sketch.ts';

function sketch(values: readonly number[]): ValueSketch {
  const made = new ValueSketch();
  for (const value of values) made.add(value);
  return made;
}

test('quantiles are values by nearest rank', () => {
  const few = sketch([5, 10, 20, 40]);
  expect(few.quantile(0)).toBeCloseTo(5, 1);
  expect(few.quantile(0.5)).toBeCloseTo(10, 0);
  for (const q of [0.95, 0.99, 1]) expect(few.quantile(q)).toBe(40);
  const hundred = sketch(Array.from({ length: 100 }, (_, i) => i + 1));
  for (const q of [0.01, 0.25, 0.5, 0.95, 0.99]) {
    const relative = hundred.quantile(q) / (q * 100);
    expect(Math.abs(relative - 1), `${q}`).toBeLessThan(0.011);
  }
  expect(new ValueSketch().quantile(0.5)).toBeNaN();
});
