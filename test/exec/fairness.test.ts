import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataTypes, TableEnvironment, udf } from '../../src/index.ts';

const { BIGINT, STRING } = DataTypes;

const SHORT = 'SELECT COUNT(*) AS n FROM numbers WHERE n < 10';

let tEnv: TableEnvironment;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'fairness-'));
  // Two threads, and a spare one; nothing runs on the calling thread alone.
  const config = { 'parallelism.default': 1, 'table.exec.inline-rows': '0' };
  tEnv = TableEnvironment.create({ config });
  tEnv.createTemporarySystemFunction(
    'keeps',
    // Keeps its thread, without a pause, until there is a file `end`.
    udf([STRING().notNull(), BIGINT().notNull()], BIGINT(), (place, n) => {
      const { existsSync: exists, writeFileSync: write } = process.getBuiltinModule('node:fs');
      write(`${place}-begun`, '');
      const word = new Int32Array(new SharedArrayBuffer(4));
      while (!exists(`${place}-end`)) Atomics.wait(word, 0, 0, 5);
      return n;
    }),
  );
  await tEnv.executeSql(
    `CREATE TABLE source (n BIGINT NOT NULL) WITH ('connector' = 'datagen',
       'fields.n.kind' = 'sequence', 'fields.n.start' = '0', 'fields.n.end' = '99')`,
  );
  await tEnv.executeSql('CREATE TABLE numbers AS SELECT n FROM source');
  // What the engine loads at the first time does not make the others old.
  await (await tEnv.executeSql(SHORT)).toArray();
});

afterEach(async () => {
  await tEnv.close();
  rmSync(folder, { recursive: true });
});

test('short statements end while others keep all threads', async () => {
  const places = ['first', 'second'].map((name) => path.join(folder, name));
  const ended: string[] = [];
  const long = places.map(async (place) => {
    const result = await tEnv.executeSql('SELECT SUM(keeps(?, n)) AS s FROM numbers', {
      params: [place],
    });
    const rows = await result.toArray();
    ended.push('long');
    return rows;
  });
  while (!places.every((place) => existsSync(`${place}-begun`))) await sleep(5);
  for (let i = 0; i < 5; i++) {
    const result = await tEnv.executeSql(SHORT);
    expect(await result.toArray()).toEqual([{ n: 10n }]);
    ended.push('short');
  }
  for (const place of places) writeFileSync(`${place}-end`, '');
  expect(await Promise.all(long)).toEqual([[{ s: 4950n }], [{ s: 4950n }]]);
  expect(ended).toEqual([...Array(5).fill('short'), 'long', 'long']);
});

/** The nice values of the threads of this process: on Linux. */
function niceValues(): readonly number[] {
  const tasks = '/proc/self/task';
  return readdirSync(tasks).map((id) => {
    const stat = readFileSync(path.join(tasks, id, 'stat'), 'utf8');
    // The name of the thread, which comes before, may hold anything.
    return Number(stat.slice(stat.lastIndexOf(')')).split(' ')[17]);
  });
}

test.runIf(process.platform === 'linux')(
  'only threads that have long work get less of a core than others',
  async () => {
    const normal = getPriority();
    const lowered = () => niceValues().filter((nice) => nice !== normal);
    expect(lowered()).toEqual([]);
    await (await tEnv.executeSql(SHORT)).toArray();
    expect(lowered()).toEqual([]);
    const long = `CREATE TABLE many (n BIGINT NOT NULL) WITH ('connector' = 'datagen',
      'fields.n.kind' = 'sequence', 'fields.n.start' = '0', 'fields.n.end' = '2999999')`;
    await tEnv.executeSql(long);
    await (await tEnv.executeSql('SELECT MAX(n) FROM many')).toArray();
    await expect.poll(lowered, { timeout: 20_000 }).toEqual([Math.min(19, normal + 10)]);
  },
);
