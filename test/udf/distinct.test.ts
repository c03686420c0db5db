import { expect, test } from 'vitest';
import { Arena } from '../../src/columnar/arena/arena.ts';
import { Region } from '../../src/columnar/arena/region.ts';
import { BinaryBuilder } from '../../src/columnar/builders/binary.ts';
import { DictionaryBuilder } from '../../src/columnar/builders/dictionary.ts';
import type { Column } from '../../src/columnar/column.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { DataTypes } from '../../src/types/data-types.ts';
import { definitionOf } from '../../src/udf/definition.ts';
import { pulseOf } from '../../src/udf/pulse.ts';
import { ScalarRunner } from '../../src/udf/run-scalar.ts';
import { udf } from '../../src/udf/udf.ts';
import { NO_CONTEXT } from './support.ts';

const STRING = DataTypes.STRING();
const arena = Arena.create(64 * 1024 ** 2);
const region = new Region(arena);

function dictionary(values: readonly unknown[]): Column {
  const builder = new DictionaryBuilder(STRING, region, new BinaryBuilder(STRING, region));
  for (const value of values) builder.append(value);
  return builder.finish();
}

async function run(
  fn: (s: string | null) => unknown,
  column: Column,
  resultType: DataType,
  deterministic = true,
): Promise<unknown[]> {
  const call = udf(fn, { resultType, deterministic, execution: 'inline' });
  const { body } = definitionOf('f', call);
  if (body.kind !== 'udf') throw new Error('a user-defined function');
  const runner = await ScalarRunner.open({ name: 'f', body, result: resultType }, NO_CONTEXT);
  const result = runner.run(
    [{ kind: 'column', column }],
    column.length,
    region,
    pulseOf(() => {}),
  );
  return Array.from({ length: column.length }, (_, row) => result.get(row));
}

const TEXTS = Array.from({ length: 100 }, (_, i) => (i % 10 === 9 ? null : `s${i % 3}`));

test('a deterministic function sees each distinct value once, NULL among them', async () => {
  const seen: unknown[] = [];
  const look = (s: string | null): string | null => {
    seen.push(s);
    return s === null ? null : `${s}!`;
  };
  const expected = TEXTS.map((s) => (s === null ? null : `${s}!`));
  expect(await run(look, dictionary(TEXTS), STRING)).toEqual(expected);
  expect(seen).toEqual(['s0', 's1', 's2', null]);
  expect(await run((s) => s?.length ?? -1, dictionary(TEXTS), DataTypes.INT())).toEqual(
    TEXTS.map((s) => s?.length ?? -1),
  );
  expect(await run((s) => s ?? 'none', dictionary(TEXTS), STRING)).toEqual(
    TEXTS.map((s) => s ?? 'none'),
  );
});

test('others see every row', async () => {
  let calls = 0;
  await run(() => String(calls++), dictionary(TEXTS), STRING, false);
  expect(calls).toBe(100);
  calls = 0;
  const distinct = Array.from({ length: 20 }, (_, i) => `${i}`);
  expect(await run((s) => `${s}${calls++}`, dictionary(distinct), STRING)).toHaveLength(20);
  expect(calls).toBe(20);
});

test('values that no row has are not called with', async () => {
  const column = dictionary(TEXTS);
  if (column.layout !== 'dictionary') throw new Error('a dictionary');
  column.codes.fill(1);
  const seen = new Set<unknown>();
  await run((s) => void seen.add(s), column, STRING);
  expect(seen).toEqual(new Set(['s1', null]));
});
