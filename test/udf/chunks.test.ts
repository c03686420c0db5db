import { afterAll, expect, test } from 'vitest';
import { DataTypes, TableEnvironment, udf, udtf } from '../../src/index.ts';

const { BIGINT, STRING } = DataTypes;
const ROWS = 10_000;
const tEnv = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
afterAll(() => tEnv.close());

/** Texts that are NULL, ASCII and more, so that chunks of all kinds come one after the other. */
function textOf(i: number): string | null {
  if (i % 7 === 3) return null;
  return i > 4000 && i < 5000 && i % 50 === 0 ? `größer 🦊 ${i}` : `text ${i}`;
}
const TEXTS = Array.from({ length: ROWS }, (_, i) => textOf(i));

async function rows(sql: string): Promise<unknown[][]> {
  return (await (await tEnv.executeSql(sql)).toArray({ rowFormat: 'array' })) as unknown[][];
}

test('strings, NULLs and rows over the borders of chunks', async () => {
  const given = TEXTS.map((s, i) => [i, s, i % 5 === 0 ? null : BigInt(i), `d${i % 3}`]);
  tEnv.createTemporaryView('texts', tEnv.fromValues(given, 'i INT, s STRING, n BIGINT, d STRING'));
  await tEnv.executeSql('CREATE TABLE stored AS SELECT * FROM texts');
  const functions = {
    loud: udf([STRING()], STRING(), (s) => (s === null ? 'NULL' : `${s.toUpperCase()}!`)),
    loud_if: udf([STRING().notNull()], STRING(), (s) => (s.endsWith('9') ? null : `<${s}>`)),
    next_n: udf([BIGINT()], BIGINT(), (n) => (n === null ? -1n : n + 1n)),
    mixed: udf([BIGINT(), STRING().notNull()], STRING(), (n, s) => `${n}/${s}`),
    words: udtf([STRING().notNull()], [STRING()], (s) => [...s.split(' '), null], {
      resultNames: ['word'],
    }),
  };
  for (const [name, made] of Object.entries(functions)) {
    tEnv.createTemporarySystemFunction(name, made);
  }
  const sql =
    'SELECT i, loud(s), loud_if(s), next_n(n), mixed(n, s), loud(d) FROM stored ORDER BY i';
  const expected = TEXTS.map((s, i) => {
    const n = i % 5 === 0 ? null : BigInt(i);
    return [
      i,
      s === null ? 'NULL' : `${s.toUpperCase()}!`,
      s === null || s.endsWith('9') ? null : `<${s}>`,
      n === null ? -1n : n + 1n,
      s === null ? null : `${n}/${s}`,
      `D${i % 3}!`,
    ];
  });
  expect(await rows(sql)).toEqual(expected);
  const words = TEXTS.flatMap((s, i) =>
    s === null ? [] : [...s.split(' '), null].map((w) => [i, w]),
  );
  const found = await rows('SELECT i, word FROM stored, LATERAL TABLE(words(s))');
  // Threads change the order of the splits, not that within one row.
  found.sort(([a], [b]) => Number(a) - Number(b));
  expect(found).toEqual(words);
});
