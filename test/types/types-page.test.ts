import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { SAMPLES, typesPage } from '../../scripts/types-page.ts';
import { TableEnvironment, udf } from '../../src/index.ts';
import { field, schemaOf } from '../../src/types/schema.ts';
import { row, STRING } from '../../src/types/types.ts';

const page = path.join(import.meta.dirname, '../../docs/types.md');

test('docs/types.md is what the conversions do (npm run docs)', async () => {
  expect(readFileSync(page, 'utf8')).toBe(await typesPage());
});

test('functions get what results show, and may return it', async () => {
  const tEnv = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
  const schema = row(schemaOf(SAMPLES.map(({ type }, i) => field(`c${i}`, type))).fields);
  tEnv.createTemporaryView('t', [SAMPLES.map(({ value }) => value)], schema);
  const tagOf = (value: unknown) => Object.prototype.toString.call(value);
  const tag = udf(tagOf, { resultType: STRING });
  tEnv.createTemporarySystemFunction('tag', tag);
  for (const [i, { type }] of SAMPLES.entries()) {
    const same = udf((value: unknown) => value, { inputTypes: [type], resultType: type });
    tEnv.createTemporarySystemFunction(`same${i}`, same as typeof tag);
    const result = await tEnv.executeSql(
      `SELECT c${i} AS a, same${i}(c${i}) AS b, tag(c${i}) AS t FROM t`,
    );
    const [{ a, b, t } = {}] = await result.toArray();
    expect([type.kind, b, t]).toEqual([type.kind, a, tagOf(a)]);
  }
  await tEnv.close();
});
