import { afterEach, beforeEach, expect, test } from 'vitest';
import { TableEnvironment } from '../../src/index.ts';

const ROWS = 300_000;
const SHORT = 'SELECT COUNT(*) AS n FROM numbers WHERE n < 10';

/** Statements that keep their threads for a long time, each in its own way. */
const LONG = {
  'a join of all rows': 'SELECT COUNT(*) FROM numbers a, numbers b WHERE a.n * b.n = 7',
  'window functions':
    'SELECT SUM(x) FROM (SELECT LISTAGG(s) OVER (ORDER BY n ROWS BETWEEN 500 PRECEDING AND CURRENT ROW) AS l, SUM(n) OVER (ORDER BY n) AS x FROM numbers) WHERE l <> s',
};

let tEnv: TableEnvironment;

beforeEach(async () => {
  // Two threads, and a spare one; nothing runs on the calling thread alone.
  const config = { 'parallelism.default': 1, 'table.exec.inline-rows': '0' };
  tEnv = TableEnvironment.create({ config });
  await tEnv.executeSql(
    `CREATE TABLE source (n BIGINT) WITH ('connector' = 'datagen', 'fields.n.kind' = 'sequence',
       'fields.n.start' = '0', 'fields.n.end' = '${ROWS - 1}')`,
  );
  await tEnv.executeSql('CREATE TABLE numbers AS SELECT n, CAST(n AS STRING) AS s FROM source');
});

afterEach(() => tEnv.close());

test.each(Object.entries(LONG))(
  'short statements end while three others run: %s',
  async (_, sql) => {
    const stop = new AbortController();
    const ended: string[] = [];
    const long = Array.from({ length: 3 }, async () => {
      const result = await tEnv.executeSql(sql, { signal: stop.signal });
      await result.toArray();
      ended.push('long');
    });
    const all = Promise.allSettled(long);
    for (let i = 0; i < 5; i++) {
      const result = await tEnv.executeSql(SHORT);
      expect(await result.toArray()).toEqual([{ n: 10n }]);
      ended.push('short');
    }
    expect(ended).toEqual(Array(5).fill('short'));
    stop.abort();
    for (const { status } of await all) expect(status).toBe('rejected');
  },
);
