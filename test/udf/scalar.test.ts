import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/exec/engine.ts';
import { DataTypes } from '../../src/types/data-types.ts';
import { udf } from '../../src/udf/udf.ts';
import { testEngine } from '../exec/harness.ts';
import { externalResults, results } from './support.ts';

let engine: Engine;
beforeAll(() => {
  engine = testEngine();
});
afterAll(() => engine.close());

const DOUBLE = DataTypes.DOUBLE();

describe('scalar functions in workers', () => {
  test('numbers and NULL', async () => {
    const fn = udf((a: number | null, b: number) => (a === null ? null : a * b + 1), {
      resultType: DOUBLE,
    });
    const rows = [
      [1, 2],
      [null, 3],
      [4, 5],
    ];
    expect(await results(engine, fn, [DOUBLE, DOUBLE], rows)).toEqual([3, null, 21]);
  });

  test('strings of any kind', async () => {
    const fn = udf((s: string) => `${s.toUpperCase()}!`, { resultType: DataTypes.STRING() });
    const texts = ['a', '', 'straße', '🙂', 'x'.repeat(5000), '\u{10FFFF}', 'ab'];
    const rows = Array.from({ length: 5000 }, (_, i) => [texts[i % texts.length]]);
    const expected = rows.map(([s]) => `${s?.toUpperCase()}!`);
    expect(await externalResults(engine, fn, [DataTypes.STRING()], rows)).toEqual(expected);
  });
});
