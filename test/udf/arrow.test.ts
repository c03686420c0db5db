import type { Vector } from 'apache-arrow';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../../src/exec/engine.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { DataTypes } from '../../src/types/data-types.ts';
import type { ScalarOptions } from '../../src/udf/options.ts';
import { udf } from '../../src/udf/udf.ts';
import { testEngine } from '../exec/harness.ts';
import { results } from './support.ts';

let engine: Engine;
beforeAll(() => {
  engine = testEngine();
});
afterAll(() => engine.close());

const DOUBLE = DataTypes.DOUBLE();
const STRING = DataTypes.STRING();
const ROWS = Array.from({ length: 250 }, (_, i) => [i, i / 2]);

function run(
  fn: (...args: never[]) => unknown,
  types: readonly DataType[] = [DOUBLE, DOUBLE],
  rows: readonly (readonly unknown[])[] = ROWS,
  options: Partial<ScalarOptions> = {},
): Promise<readonly unknown[]> {
  const call = udf(fn, { resultType: DOUBLE, funcType: 'arrow', ...options });
  return results(engine, call, types, rows);
}

test('whole columns in, a typed array out', async () => {
  const found = await run((a: Vector, b: Vector) => {
    const x = a.toArray() as Float64Array;
    const y = b.toArray() as Float64Array;
    return x.map((value, i) => value + (y[i] ?? 0));
  });
  expect(found).toEqual(ROWS.map(([a, b]) => a! + b!));
});

test('the column itself, NULL among its values', async () => {
  const rows = [[1], [null], [3]];
  expect(await run((a: Vector) => a, [DOUBLE], rows)).toEqual([1, null, 3]);
  expect(await run((a: Vector) => a, [STRING], [['a'], [null]], { resultType: STRING })).toEqual([
    'a',
    null,
  ]);
});

test('an array of values', async () => {
  const fn = (a: Vector) => Array.from(a, (text: string | null) => text?.length ?? null);
  const rows = [['abc'], [null], ['']];
  expect(await run(fn, [STRING], rows, { resultType: DataTypes.INT() })).toEqual([3, null, 0]);
});

test('numbers of another width are converted', async () => {
  const fn = (a: Vector) => Int32Array.from(a.toArray() as Float64Array);
  expect(await run(fn, [DOUBLE], [[1], [2]])).toEqual([1, 2]);
  expect(await run(fn, [DOUBLE], [[1], [2]], { resultType: DataTypes.BIGINT() })).toEqual([1n, 2n]);
});

test('wrong length, wrong values, nothing at all, an exception', async () => {
  await expect(run(() => [1])).rejects.toMatchObject({
    name: 'UdfError',
    code: 'UDF_RESULT_LENGTH',
    functionName: 'f',
  });
  await expect(run((a: Vector) => Array(a.length).fill('x'))).rejects.toMatchObject({
    code: 'UDF_RESULT',
    functionName: 'f',
  });
  await expect(run(() => undefined)).rejects.toMatchObject({ code: 'UDF_RESULT' });
  await expect(run((a: Vector) => a, [STRING], [['x']])).rejects.toMatchObject({
    code: 'UDF_RESULT',
  });
  await expect(
    run((a: Vector) => a, [DOUBLE], [[null]], { resultType: DOUBLE.notNull() }),
  ).rejects.toMatchObject({ code: 'UDF_RESULT' });
  const thrown = run(() => {
    throw new RangeError('no');
  });
  await expect(thrown).rejects.toMatchObject({ code: 'UDF_FAILED', args: null });
  const trap = () =>
    new Proxy([1], {
      get(target, key) {
        if (key === 'length') return target.length;
        throw new RangeError('a trap');
      },
    });
  await expect(run(trap, [DOUBLE], [[1]])).rejects.toMatchObject({
    name: 'UdfError',
    code: 'UDF_FAILED',
    functionName: 'f',
  });
  await expect(run((a: Vector) => a, [DOUBLE], [[1]])).resolves.toEqual([1]);
});
