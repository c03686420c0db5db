import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TableEnvironment } from '../../src/index.ts';

const STATEMENTS = 500;
/** A statement makes some 50 KB of garbage. What is registered to be told of its end stays, with all that it leads to. */
const BYTES_MAX = 2500;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as (options?: { type: 'minor' }) => void;
const tEnv = TableEnvironment.create({ config: { 'parallelism.default': 1 } });

beforeAll(async () => {
  await tEnv.executeSql('CREATE TABLE t (id INT, name STRING)');
  await tEnv.executeSql("INSERT INTO t VALUES (1, 'a'), (2, 'b')");
});
afterAll(() => tEnv.close());

/** Bytes of the heap when the young generation alone has been collected. */
function heapBytes(): number {
  // What survives two collections is no longer young.
  for (let i = 0; i < 3; i++) collectGarbage({ type: 'minor' });
  return process.memoryUsage().heapUsed;
}

test('small statements leave nothing for collections of the whole heap', async () => {
  const run = async (statements: number) => {
    for (let i = 0; i < statements; i++) {
      const result = await tEnv.executeSql('SELECT name FROM t WHERE id = ?', { params: [1] });
      expect(await result.toArray()).toEqual([{ name: 'a' }]);
    }
  };
  await run(2 * STATEMENTS);
  collectGarbage();
  const before = heapBytes();
  await run(STATEMENTS);
  expect((heapBytes() - before) / STATEMENTS).toBeLessThan(BYTES_MAX);
});
