import { afterAll, beforeAll, expect, test } from 'vitest';
import { DataTypes, TableEnvironment, udf } from '../../src/index.ts';

/** Longer than a slice of the calling thread. */
const BUSY_MS = 12;

let tEnv: TableEnvironment;
beforeAll(async () => {
  tEnv = TableEnvironment.create({
    config: { 'parallelism.default': 2, 'table.exec.inline-rows': '0' },
  });
  const { BIGINT } = DataTypes;
  tEnv.createTemporarySystemFunction(
    'plus',
    udf([BIGINT()], BIGINT(), (n) => (n ?? 0n) + 1n),
  );
  await tEnv.executeSql(
    `CREATE TABLE g (n BIGINT) WITH ('connector' = 'datagen', 'fields.n.kind' = 'sequence',
     'fields.n.start' = '1', 'fields.n.end' = '300000')`,
  );
  await tEnv.executeSql('CREATE TABLE m AS SELECT n FROM g');
});
afterAll(() => tEnv.close());

/** Counts what a reader that is always busy takes, and the turns of the event loop meanwhile. */
async function read(batches: AsyncIterable<unknown>): Promise<{ batches: number; turns: number }> {
  const counted = { batches: 0, turns: 0 };
  let isOver = false;
  const turn = () => {
    counted.turns++;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  for await (const _ of batches) {
    // It turns while the first rows are made.
    if (counted.batches++ === 0) counted.turns = 0;
    const until = performance.now() + BUSY_MS;
    while (performance.now() < until);
  }
  isOver = true;
  return counted;
}

test.each([
  'SELECT n FROM m',
  'SELECT plus(n) AS n FROM m',
  'SELECT n FROM m ORDER BY n DESC',
  'SELECT n, COUNT(*) AS c FROM m GROUP BY n',
])('the event loop turns while results are read: %s', async (sql) => {
  const { batches, turns } = await read((await tEnv.executeSql(sql)).batches());
  expect(batches).toBeGreaterThan(10);
  expect(turns).toBeGreaterThanOrEqual(batches - 2);
});

test('the event loop turns while rows that were read ahead are read', async () => {
  const result = await tEnv.executeSql('SELECT plus(n) AS n FROM m');
  await result.jobClient?.result;
  const { batches, turns } = await read(result.batches());
  expect(batches).toBeGreaterThan(10);
  expect(turns).toBeGreaterThanOrEqual(batches - 2);
});
