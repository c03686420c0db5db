import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataTypes, TableEnvironment, udf } from '../../src/index.ts';
import { Random } from '../tpch/random.ts';

const ROWS = 3_000_000;
/** Aborts of each statement. */
const ABORTS = 12;
/** Memory of the environment whose statements put rows into files. */
const SMALL_MEMORY = '160m';
const SEED = 7;
/** What would go on for hours is aborted in this time. */
const ENDLESS_MS = 1000;
const ENDLESS = 'nested loops';

const SORT = `SELECT v, n FROM many ORDER BY v, n OFFSET ${ROWS - 10} ROWS`;

/** Statements that spend most of their time in one kind of work each; `folder` has the files. */
const statements = (folder: string): Readonly<Record<string, string>> => ({
  scan: "SELECT COUNT(*) FROM many WHERE SQRT(v) * SIN(v) > LN(n + 1) AND s LIKE '%9%1%7%'",
  'join: build':
    'SELECT COUNT(*), SUM(a.v + b.v) FROM many a JOIN many b ON a.s = b.s AND a.n = b.n',
  'join: probe': 'SELECT COUNT(*) FROM many a JOIN few b ON a.k = b.k WHERE a.v < b.v',
  [ENDLESS]: 'SELECT COUNT(*) FROM many a, few b WHERE a.n * b.n = 7',
  sort: SORT,
  'sort of strings': `SELECT s, n FROM many ORDER BY s OFFSET ${ROWS - 10} ROWS`,
  groups: 'SELECT n, COUNT(*), SUM(v) FROM many GROUP BY n ORDER BY 3 DESC LIMIT 5',
  'groups of strings': 'SELECT s, k, COUNT(*) FROM many GROUP BY s, k ORDER BY s LIMIT 5',
  'distinct values': 'SELECT k, COUNT(DISTINCT v), COUNT(DISTINCT s) FROM many GROUP BY k',
  'window functions':
    'SELECT SUM(x) FROM (SELECT SUM(v) OVER (PARTITION BY k ORDER BY n) AS x FROM many)',
  'one window':
    'SELECT SUM(x) FROM (SELECT AVG(v) OVER (ORDER BY v ROWS BETWEEN 99 PRECEDING AND CURRENT ROW) AS x FROM many)',
  'a function of the user': 'SELECT MAX(backwards(s)) FROM many',
  CSV: `SELECT k, SUM(v), MAX(s) FROM \`${folder}/many.csv\` GROUP BY k`,
  Parquet: `SELECT k, SUM(v), MAX(s) FROM \`${folder}/many.parquet\` GROUP BY k`,
});

/** The same where memory does not hold the rows. */
const SPILLING: Readonly<Record<string, string>> = {
  'sort in files': SORT,
  'groups in files': 'SELECT s, n, SUM(v) AS x FROM many GROUP BY s, n ORDER BY x LIMIT 5',
};

/** Prints how long statements of many kinds take to end after an abort at a random time. */
export async function measureCancel(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cancel-'));
  const tEnv = await environment('4g', folder);
  const small = await environment(SMALL_MEMORY, folder);
  try {
    const most = [
      ...(await measureAll(tEnv, statements(folder))),
      ...(await measureAll(small, SPILLING)),
    ];
    console.log(`longest of all: ${Math.max(...most).toFixed(0)} ms`);
  } finally {
    await Promise.all([tEnv.close(), small.close()]);
    rmSync(folder, { recursive: true });
  }
}

async function environment(memory: string, folder: string): Promise<TableEnvironment> {
  const tEnv = TableEnvironment.create({
    config: { 'parallelism.default': 2, 'table.exec.memory.limit': memory },
  });
  tEnv.createTemporarySystemFunction(
    'backwards',
    udf([DataTypes.STRING().notNull()], DataTypes.STRING(), (s) => s.split('').reverse().join('')),
  );
  await tEnv.executeSql(
    `CREATE TABLE seq (n BIGINT) WITH ('connector' = 'datagen', 'fields.n.kind' = 'sequence',
     'fields.n.start' = '0', 'fields.n.end' = '${ROWS - 1}')`,
  );
  const made = `SELECT n, MOD(n * 7919, 1000) AS k, CAST(MOD(n * 104729, 1000003) AS DOUBLE) AS v,
     CAST(MOD(n * 31, 1000000) AS STRING) AS s FROM seq`;
  for (const format of ['parquet', 'csv']) {
    const file = path.join(folder, `many.${format}`);
    if (existsSync(file)) continue;
    await tEnv.executeSql(
      `CREATE TABLE many_${format} WITH ('connector' = 'filesystem', 'path' = '${file}',
       'format' = '${format}'${format === 'csv' ? ", 'csv.header' = 'true'" : ''}) AS ${made}`,
    );
  }
  if (memory === SMALL_MEMORY) {
    await tEnv.executeSql(`CREATE VIEW many AS SELECT * FROM \`${folder}/many.parquet\``);
  } else {
    await tEnv.executeSql(`CREATE TABLE many AS ${made}`);
    await tEnv.executeSql('CREATE TABLE few AS SELECT * FROM many WHERE n < 150000');
  }
  return tEnv;
}

/** The longest time of each statement. */
async function measureAll(
  tEnv: TableEnvironment,
  all: Readonly<Record<string, string>>,
): Promise<readonly number[]> {
  const random = new Random(SEED);
  const most: number[] = [];
  for (const [name, sql] of Object.entries(all)) {
    // The first run loads and compiles.
    const whole = name === ENDLESS ? ENDLESS_MS : Math.min(...(await timesOf(tEnv, sql)));
    const times: number[] = [];
    for (let i = 0; i < ABORTS; i++) {
      const time = await abortAfter(tEnv, sql, random.next() * whole);
      if (time !== null) times.push(time);
    }
    const sorted = times.sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))]!;
    most.push(at(1));
    console.log(
      `${name.padEnd(24)} of ${whole.toFixed(0).padStart(5)} ms, ${times.length} aborts: ` +
        `median ${at(0.5).toFixed(1)} ms, most ${at(1).toFixed(1)} ms`,
    );
  }
  return most;
}

async function timesOf(tEnv: TableEnvironment, sql: string): Promise<readonly number[]> {
  const times: number[] = [];
  for (let run = 0; run < 3; run++) {
    const start = performance.now();
    await (await tEnv.executeSql(sql)).toArray();
    times.push(performance.now() - start);
  }
  return times;
}

/** Milliseconds from the abort to the end of the statement; null if it had ended before. */
async function abortAfter(
  tEnv: TableEnvironment,
  sql: string,
  delay: number,
): Promise<number | null> {
  const stop = new AbortController();
  let aborted = Number.NaN;
  const timer = sleep(delay).then(() => {
    aborted = performance.now();
    stop.abort();
  });
  try {
    const result = await tEnv.executeSql(sql, { signal: stop.signal });
    await result.toArray();
    await timer;
    return null;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    return performance.now() - aborted;
  }
}
