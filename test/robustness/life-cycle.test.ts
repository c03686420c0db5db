import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataTypes, TableEnvironment, udf } from '../../src/index.ts';

let tEnv: TableEnvironment;
beforeEach(() => {
  tEnv = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
});
afterEach(() => tEnv.close());

async function numbers(env: TableEnvironment, name: string, count: number): Promise<void> {
  await env.executeSql(
    `CREATE TABLE ${name} (n BIGINT, s STRING) WITH ('connector' = 'datagen',
     'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '${count}')`,
  );
}

async function run(sql: string, env = tEnv, signal?: AbortSignal): Promise<unknown[][]> {
  const result = await env.executeSql(sql, signal === undefined ? {} : { signal });
  return result.toArray({ rowFormat: 'array' });
}

const usedBytes = (env: TableEnvironment) => TableEnvironment.sessionOf(env).engine.arena.usedBytes;

/** For programs that start threads, also on a busy machine. */
const MOST_MS = 100_000;

/** What a program of its own prints, which ends by itself. */
async function printedBy(program: string): Promise<string> {
  const args = ['--input-type=module', '--eval', program];
  // One that does not end must not be left behind.
  return (await promisify(execFile)(process.execPath, args, { timeout: MOST_MS })).stdout;
}

/** The beginning of a program that leaves its environment open. */
const PROGRAM = `
  import { once } from 'node:events';
  import { Writable } from 'node:stream';
  import { setTimeout as sleep } from 'node:timers/promises';
  import { asyncUdf, DataTypes, TableEnvironment, udf } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)};
  const tEnv = TableEnvironment.create({ config: { 'table.exec.inline-rows': '0' } });
  const BIGINT = DataTypes.BIGINT();
  tEnv.createTemporarySystemFunction('same', udf([BIGINT], BIGINT, (n) => n));
  const later = async (n) => { await new Promise((done) => setTimeout(done, 1)); return n; };
  tEnv.createTemporarySystemFunction('slow', asyncUdf([BIGINT], BIGINT, later));
  for (const [name, rows] of [['few', 100], ['many', 100000], ['endless', 1e11]]) {
    await tEnv.executeSql("CREATE TABLE " + name + " (n BIGINT) WITH ('connector' = 'datagen', 'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '" + rows + "')");
  }`;

describe('life cycle', () => {
  test('a hundred queries at once, one of them endless', async () => {
    await numbers(tEnv, 'few', 5000);
    await numbers(tEnv, 'endless', 1e11);
    const stop = new AbortController();
    const endless = expect(run('SELECT SUM(n) FROM endless', tEnv, stop.signal)).rejects.toThrow();
    const sums = Array.from({ length: 100 }, () => run('SELECT SUM(n) FROM few'));
    for (const sum of await Promise.all(sums)) expect(sum).toEqual([[12_502_500n]]);
    stop.abort();
    await endless;
  });

  test('cancelled at random moments: nothing is kept, and the environment works', async () => {
    await numbers(tEnv, 'few', 50_000);
    await numbers(tEnv, 'endless', 1e11);
    expect(await run('SELECT COUNT(*) FROM few')).toEqual([[50_000n]]);
    const queries = [
      'SELECT SUM(n) FROM endless',
      'SELECT n, COUNT(*) FROM endless GROUP BY n',
      'SELECT * FROM endless ORDER BY n DESC LIMIT 3',
      'SELECT a.n FROM endless a JOIN few b ON a.n = b.n + 1000000000',
      'SELECT n FROM endless WHERE n < 0',
    ];
    let before = 0;
    for (let i = 0; i < 40; i++) {
      // The first of each kind may load what stays: kernels, the pages of the environment.
      if (i === 2 * queries.length) before = usedBytes(tEnv);
      const signal = AbortSignal.timeout((i * 7) % 40);
      await expect(run(queries[i % queries.length] ?? '', tEnv, signal)).rejects.toMatchObject({
        code: 'CANCELLED',
      });
    }
    expect(usedBytes(tEnv)).toBe(before);
    expect(await run('SELECT COUNT(*) FROM few')).toEqual([[50_000n]]);
  });

  test('closed in the middle of everything', async () => {
    for (let i = 0; i < 8; i++) {
      const env = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
      await numbers(env, 'endless', 1e11);
      const outcomes = ['SELECT SUM(n) FROM endless', 'SELECT n FROM endless ORDER BY n'].map(
        (sql) =>
          run(sql, env).then(
            () => 'rows',
            (error: { code?: string }) => error.code,
          ),
      );
      await sleep(i * 10);
      await env.close();
      for (const code of await Promise.all(outcomes)) {
        expect(['CANCELLED', 'ENVIRONMENT_CLOSED']).toContain(code);
      }
    }
  });

  test('an error in the body of the loop is the caller’s, and ends the query', async () => {
    await numbers(tEnv, 'endless', 1e11);
    const result = await tEnv.executeSql('SELECT n FROM endless');
    const loop = async () => {
      for await (const _ of result.collect()) throw new Error('mine');
    };
    await expect(loop()).rejects.toThrow('mine');
    expect(await run('SELECT 1')).toEqual([[1]]);
  });

  test('a worker that ends takes its own query with it, not the others', async () => {
    await numbers(tEnv, 'many', 100_000);
    const die = udf(
      (n: bigint) => {
        if (n === 5000n) process.exit(3);
        return n;
      },
      { inputTypes: [DataTypes.BIGINT()], resultType: DataTypes.BIGINT() },
    );
    tEnv.createTemporarySystemFunction('die', die);
    const dying = expect(run('SELECT SUM(die(n)) FROM many')).rejects.toMatchObject({
      code: 'UDF_WORKER_DIED',
    });
    const others = Array.from({ length: 5 }, () => run('SELECT COUNT(*) FROM many'));
    for (const rows of await Promise.all(others)) expect(rows).toEqual([[100_000n]]);
    await dying;
  });

  test('functions beside one that ends its worker go on', async () => {
    await numbers(tEnv, 'many', 100_000);
    const types = { inputTypes: [DataTypes.BIGINT()], resultType: DataTypes.BIGINT() };
    tEnv.createTemporarySystemFunction(
      'same',
      udf((n: bigint) => n, types),
    );
    tEnv.createTemporarySystemFunction(
      'die',
      udf((n: bigint) => (n === 5000n ? process.exit(3) : n), types),
    );
    const others = Array.from({ length: 8 }, () => run('SELECT SUM(same(n)) FROM many'));
    await expect(run('SELECT SUM(die(n)) FROM many')).rejects.toMatchObject({
      code: 'UDF_WORKER_DIED',
      functionName: 'die',
    });
    for (const rows of await Promise.all(others)) expect(rows).toEqual([[5_000_050_000n]]);
  });

  test.each([
    'SELECT s, COUNT(*) FROM big GROUP BY s',
    'SELECT COUNT(*) FROM big a JOIN big b ON a.s = b.s',
    'SELECT n FROM big ORDER BY s',
    'CREATE TABLE copy AS SELECT * FROM big',
    'SELECT COUNT(DISTINCT s) FROM big',
    "SELECT REPEAT('x', 100000000)",
  ])('past the memory limit: %s', async (sql) => {
    const env = TableEnvironment.create({
      config: { 'parallelism.default': 2, 'table.exec.memory.limit': '16mb' },
    });
    try {
      await numbers(env, 'big', 1_000_000);
      expect(await run('SELECT MAX(n) FROM big WHERE n < 10', env)).toEqual([[9n]]);
      const before = usedBytes(env);
      await expect(run(sql, env)).rejects.toMatchObject({
        name: 'ResourceError',
        code: 'MEMORY_LIMIT',
      });
      expect(usedBytes(env)).toBe(before);
      const distinct = 'SELECT COUNT(*) FROM (SELECT DISTINCT n FROM big)';
      expect(await run(distinct, env)).toEqual([[1_000_000n]]);
      expect(usedBytes(env)).toBe(before);
      expect(await run('SELECT MAX(n) FROM big WHERE n < 10', env)).toEqual([[9n]]);
    } finally {
      await env.close();
    }
  });

  test('a process lives as long as its statements run, also while their threads end', async () => {
    const program = `
      import { DataTypes, TableEnvironment, udf } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)};
      const tEnv = TableEnvironment.create({ config: { 'table.exec.inline-rows': '0' } });
      const INT = DataTypes.INT();
      const types = { inputTypes: [INT], resultType: INT };
      tEnv.createTemporarySystemFunction('leaves', udf(() => process.exit(3), types));
      tEnv.createTemporarySystemFunction('same', udf((n) => n, types));
      for (const name of ['same', 'leaves', 'same']) {
        const rows = await tEnv.executeSql('SELECT ' + name + '(n) AS n FROM (VALUES (1)) AS t(n)');
        console.log(await rows.toArray().catch(({ code }) => code));
      }`;
    expect(await printedBy(program)).toBe('[ { n: 1 } ]\nUDF_WORKER_DIED\n[ { n: 1 } ]\n');
  });

  test.each([
    ['waited for', 'await result.wait();'],
    ['read in part', 'await result.collect().next();'],
    ['read by a stream that is full', "await once(result.toReadable(), 'readable');"],
  ])(
    'a process does not live for a result that nobody reads on: %s',
    async (_, begin) => {
      const program = `${PROGRAM}
      for (const column of ['n', 'same(n) AS n', 'slow(n) AS n']) {
        const result = await tEnv.executeSql('SELECT ' + column + ' FROM endless');
        ${begin}
        console.log(result.jobClient.status());
      }`;
      expect(await printedBy(program)).toBe('RUNNING\n'.repeat(3));
    },
    MOST_MS,
  );

  test.each([
    ['rows', "console.log((await query('SELECT COUNT(same(n)) AS c FROM many').toArray())[0].c);"],
    [
      'async functions',
      "console.log((await query('SELECT COUNT(slow(n)) AS c FROM few').toArray())[0].c);",
    ],
    [
      'a write',
      "await tEnv.executeSql('CREATE TABLE t AS SELECT same(n) AS n FROM many'); console.log((await query('SELECT COUNT(*) AS c FROM t').toArray())[0].c);",
    ],
    [
      'a loop that waits',
      "let c = 0n; for await (const _ of query('SELECT same(n) AS n FROM many').collect()) if (c++ % 10000n === 0n) await sleep(1); console.log(c);",
    ],
    [
      'a slow stream',
      "let c = 0n; const to = new Writable({ objectMode: true, write: (_, __, done) => c++ % 10000n === 0n ? setTimeout(done, 1) : done() }); query('SELECT same(n) AS n FROM many').toReadable().pipe(to).on('finish', () => console.log(c));",
    ],
  ])(
    'a process lives until it has what it waits for: %s',
    async (_, rest) => {
      const program = `${PROGRAM}
      const query = (sql) => tEnv.sqlQuery(sql).execute();
      ${rest}`;
      expect(await printedBy(program)).toMatch(/^(100|100000)n?\n$/);
    },
    MOST_MS,
  );
});
