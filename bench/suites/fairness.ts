import { setTimeout as sleep } from 'node:timers/promises';
import { TableEnvironment } from '../../src/index.ts';

const ROWS = 3_000_000;
/** How long short statements are measured beside each set of long ones, */
const MEASURED_MS = 4000;
/** once they have run beside all of them for so long: threads start and code is compiled meanwhile. */
const WARM_MS = 1000;
const PAUSE_MS = 7;

const SHORT = 'SELECT k, SUM(v) FROM few GROUP BY k';

const SORT = `SELECT v, n FROM many ORDER BY v, n OFFSET ${ROWS - 10} ROWS`;
const OVER =
  'SELECT SUM(x) FROM (SELECT SUM(v) OVER (PARTITION BY k ORDER BY n) AS x FROM many) AS t';
const STRINGS = 'SELECT s, COUNT(*) FROM many GROUP BY s ORDER BY s LIMIT 5';
const JOIN = 'SELECT COUNT(*), SUM(a.v + b.v) FROM many a JOIN many b ON a.n = b.n';

/** Long statements that run again and again, all at once. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  nothing: [],
  'a sort': [SORT],
  'a join': [JOIN],
  'a sort, window functions and groups': [SORT, OVER, STRINGS],
  'four sorts': [SORT, SORT, SORT, SORT],
  'four times window functions': [OVER, OVER, OVER, OVER],
  'four times groups of strings': [STRINGS, STRINGS, STRINGS, STRINGS],
};

/** Prints how long a short statement takes beside long ones, and how soon those can be stopped. */
export async function measureFairness(): Promise<void> {
  const tEnv = TableEnvironment.create({
    config: { 'parallelism.default': 2, 'table.exec.inline-rows': '5000' },
  });
  await tEnv.executeSql(
    `CREATE TABLE seq (n BIGINT) WITH ('connector' = 'datagen', 'fields.n.kind' = 'sequence',
     'fields.n.start' = '0', 'fields.n.end' = '${ROWS - 1}')`,
  );
  await tEnv.executeSql(
    `CREATE TABLE many AS SELECT n, MOD(n * 7919, 1000) AS k, CAST(MOD(n * 104729, 1000003) AS DOUBLE) AS v,
     CAST(MOD(n * 31, 1000000) AS STRING) AS s FROM seq`,
  );
  await tEnv.executeSql('CREATE TABLE few AS SELECT * FROM many WHERE n < 150000');
  for (const long of Object.values(BESIDE)) await measureBeside(tEnv, long, WARM_MS);
  for (const [name, long] of Object.entries(BESIDE)) {
    const { times, stopped } = await measureBeside(tEnv, long, MEASURED_MS);
    const at = (share: number): string =>
      `${times[Math.floor(share * (times.length - 1))]!.toFixed(1)} ms`;
    console.log(
      `beside ${name.padEnd(36)} median ${at(0.5)}, 99 % ${at(0.99)}, most ${at(1)}; the others end ${stopped.toFixed(0)} ms after an abort`,
    );
  }
  await tEnv.close();
}

/** The times of short statements beside long ones, the shortest first, and how soon those end. */
async function measureBeside(
  tEnv: TableEnvironment,
  long: readonly string[],
  ms: number,
): Promise<{ readonly times: readonly number[]; readonly stopped: number }> {
  const stop = new AbortController();
  const running = long.map(async (sql) => {
    while (!stop.signal.aborted) {
      const result = await tEnv.executeSql(sql, { signal: stop.signal });
      await result.toArray();
    }
  });
  const ended = Promise.allSettled(running);
  await sleep(200);
  const times = await shortTimes(tEnv, ms);
  const aborted = performance.now();
  stop.abort();
  await ended;
  return { times, stopped: performance.now() - aborted };
}

/** The times of short statements that follow one another for a while, the shortest first. */
async function shortTimes(tEnv: TableEnvironment, ms: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (const end = performance.now() + ms; performance.now() < end; await sleep(PAUSE_MS)) {
    const start = performance.now();
    await (await tEnv.executeSql(SHORT)).toArray();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b);
}
