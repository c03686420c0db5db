import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { ResourceError, TableEnvironment } from '../../src/index.ts';

/** Bytes that still go onto the disk. */
const disk = vi.hoisted(() => ({ free: Number.POSITIVE_INFINITY }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const writeSync = (
    handle: number,
    bytes: Uint8Array,
    from: number,
    length: number,
    at: number,
  ) => {
    if (length > disk.free) {
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    }
    disk.free -= length;
    return fs.writeSync(handle, bytes, from, length, at);
  };
  return { ...fs, writeSync };
});

/** Rows of the table that memory does not hold. */
const ROWS = 60_000;

let folder = '';
let environment: TableEnvironment;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-test-'));
  environment = TableEnvironment.create({
    config: {
      'table.exec.memory.limit': '16m',
      'table.exec.batch-rows': '1024',
      'table.exec.spill.directory': path.join(folder, 'spills'),
      // The disk is full on the calling thread only.
      'table.exec.inline-rows': '1000000',
    },
  });
  for (const [name, rows] of [
    ['t', ROWS],
    ['few', 1000],
  ]) {
    await environment.executeSql(
      `CREATE TABLE ${name} (n BIGINT, s STRING) WITH ('connector' = 'datagen',
       'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '${rows}',
       'fields.s.length' = '100')`,
    );
  }
});

beforeEach(() => {
  disk.free = Number.POSITIVE_INFINITY;
});

afterAll(async () => {
  await environment.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(sql: string): Promise<unknown[]> {
  return (await environment.executeSql(sql)).toArray({ rowFormat: 'array' });
}

const QUERIES = [
  ['a sort', 'SELECT * FROM t ORDER BY s'],
  ['groups', 'SELECT s, MAX(n) FROM t GROUP BY s'],
  ['a join', 'SELECT a.n FROM t a JOIN t b ON a.s = b.s'],
  ['window functions', 'SELECT n, LAG(s) OVER (PARTITION BY s ORDER BY n) FROM t'],
] as const;

test.each(QUERIES)('%s on a disk that gets full fails, and leaves nothing', async (_, sql) => {
  const { arena } = TableEnvironment.sessionOf(environment).engine;
  // What stays, such as kernels, is loaded by the first run.
  await run(sql);
  const before = arena.usedBytes;
  disk.free = 1_000_000;
  const error: unknown = await run(sql).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ResourceError);
  expect(error).toMatchObject({ code: 'SPILL_FAILED' });
  expect(String(error)).toContain('ENOSPC');
  expect((error as ResourceError).hint).toContain('table.exec.spill.directory');
  const spills = path.join(folder, 'spills');
  expect(existsSync(spills) ? readdirSync(spills) : []).toEqual([]);
  expect(arena.usedBytes).toBe(before);
  disk.free = Number.POSITIVE_INFINITY;
  expect(await run('SELECT COUNT(*) FROM t')).toEqual([[BigInt(ROWS)]]);
});

test('two hundred statements, some of them with files, leave the memory as it was', async () => {
  const { arena } = TableEnvironment.sessionOf(environment).engine;
  const small = [
    'SELECT * FROM few ORDER BY s',
    'SELECT s, COUNT(DISTINCT n) FROM few GROUP BY s',
    `SELECT a.n FROM few a LEFT JOIN few b ON a.n = b.n + 1`,
    `SELECT n, SUM(n) OVER (PARTITION BY n ORDER BY s) FROM few`,
    'SELECT * FROM few ORDER BY s LIMIT 10',
  ];
  const statements = [...small, ...QUERIES.map(([, sql]) => sql)];
  for (const sql of statements) await run(sql);
  const before = arena.usedBytes;
  for (let i = 0; i < 200; i++) {
    const sql = i % 50 === 0 ? QUERIES[i / 50]![1] : small[i % small.length]!;
    await run(sql);
  }
  expect(arena.usedBytes).toBe(before);
}, 90_000);
