import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TableEnvironment } from '../../src/index.ts';

const ROWS = 200_000;
const env = TableEnvironment.create({ config: { 'parallelism.default': 2 } });

/** Columns of row `k` as numbers, and how a number is written as a value of the column. */
const COLUMNS = {
  id: { of: (k: number) => k, print: (n: number) => `${n}` },
  i: { of: (k: number) => 100_000 - k, print: (n: number) => `${n}` },
  p: { of: (k: number) => k / 4, print: (n: number) => n.toFixed(3) },
  d: { of: (k: number) => Math.floor(k / 1000), print: (n: number) => `DATE '${day(n)}'` },
  ts: { of: (k: number) => k, print: (n: number) => `TIMESTAMP '${second(n)}'` },
} as const;

function day(n: number): string {
  return new Date(Math.floor(n) * 86_400_000).toISOString().slice(0, 10);
}

function second(n: number): string {
  return new Date(Math.floor(n) * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

async function first(sql: string): Promise<unknown> {
  const rows = await (await env.executeSql(sql)).toArray({ rowFormat: 'array' });
  return rows[0]?.[0];
}

/** The rows that the scan of a statement reads, as EXPLAIN ANALYZE shows them. */
async function rowsRead(sql: string): Promise<number> {
  const text = String(await first(`EXPLAIN ANALYZE ${sql}`));
  return Number(/TableSourceScan +\d+ +(\d+)/.exec(text)?.[1] ?? 0);
}

beforeAll(async () => {
  await env.executeSql(
    `CREATE TABLE numbers (id BIGINT) WITH ('connector' = 'datagen',
      'number-of-rows' = '${ROWS}', 'fields.id.kind' = 'sequence',
      'fields.id.start' = '0', 'fields.id.end' = '${ROWS - 1}')`,
  );
  await env.executeSql(
    `CREATE TABLE t AS SELECT id, CAST(100000 - id AS INT) AS i,
       CAST(id * 0.25 AS DECIMAL(12, 2)) AS p,
       CAST(TIMESTAMPADD(DAY, CAST(id / 1000 AS INT), TIMESTAMP '1970-01-01 00:00:00') AS DATE) AS d,
       TIMESTAMPADD(SECOND, CAST(id AS INT), TIMESTAMP '1970-01-01 00:00:00') AS ts,
       CASE WHEN id < 150000 THEN NULLIF(id, 7) END AS n
     FROM numbers`,
  );
});

afterAll(() => env.close());

describe('chunks of tables in memory', () => {
  test('conditions leave out chunks alone that have no rows of the result', async () => {
    const name = fc.constantFrom(...(Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]));
    const at = fc.integer({ min: -1000, max: ROWS + 1000 });
    const operator = fc.constantFrom('=', '<', '<=', '>', '>=', 'BETWEEN', 'IN');
    await fc.assert(
      fc.asyncProperty(name, operator, at, at, async (column, op, k, other) => {
        const { of, print } = COLUMNS[column];
        // What is written is a value of the column's type: others are rounded to one.
        const whole = column === 'd' ? Math.floor : (n: number) => n;
        const [a, b] = [of(k), of(other)].map(whole) as [number, number];
        const holds = (n: number): boolean => {
          if (op === 'BETWEEN') return n >= a && n <= b;
          if (op === 'IN') return n === a || n === b;
          if (op === '=') return n === a;
          if (op.startsWith('<')) return n < a || (op === '<=' && n === a);
          return n > a || (op === '>=' && n === a);
        };
        const right = { BETWEEN: `${print(a)} AND ${print(b)}`, IN: `(${print(a)}, ${print(b)})` };
        const condition = `${column} ${op} ${right[op as keyof typeof right] ?? print(a)}`;
        let expected = 0n;
        for (let row = 0; row < ROWS; row++) if (holds(of(row))) expected++;
        expect(await first(`SELECT COUNT(*) FROM t WHERE ${condition}`), condition).toBe(expected);
      }),
      { numRuns: 40 },
    );
  });

  test('are not read where no row can match, as EXPLAIN ANALYZE shows', async () => {
    const all = await rowsRead('SELECT SUM(id) FROM t WHERE id >= 0');
    expect(all).toBe(ROWS);
    for (const condition of [
      'id = 5',
      'id BETWEEN 10 AND 20',
      'id IN (3, 4)',
      'i > 99000',
      'p < 12.125',
      "d = DATE '1970-01-02'",
      "ts < TIMESTAMP '1970-01-01 00:10:00'",
      'id = 5 OR id < 3',
    ]) {
      const read = await rowsRead(`SELECT SUM(id) FROM t WHERE ${condition}`);
      expect(read, condition).toBeGreaterThan(0);
      expect(read, condition).toBeLessThan(ROWS / 2);
    }
    expect(await rowsRead('SELECT SUM(id) FROM t WHERE id > 1000000')).toBe(0);
    expect(await first('SELECT COUNT(*) FROM t WHERE id > 1000000')).toBe(0n);
  });

  test('stay where NULL is asked for', async () => {
    expect(await first('SELECT COUNT(*) FROM t WHERE n IS NULL')).toBe(50_001n);
    expect(await first('SELECT COUNT(*) FROM t WHERE n = 8 OR n IS NULL')).toBe(50_002n);
    expect(await first('SELECT COUNT(*) FROM t WHERE n IS NOT NULL')).toBe(149_999n);
  });

  test('keep their ranges when small ones are merged', async () => {
    await env.executeSql('CREATE TABLE small (a INT)');
    for (const a of [1, 2, 3]) {
      await (await env.executeSql(`INSERT INTO small VALUES (${a}), (${10 * a})`)).wait();
    }
    expect(await rowsRead('SELECT COUNT(*) FROM small WHERE a = 20')).toBe(6);
    expect(await rowsRead('SELECT COUNT(*) FROM small WHERE a = 31')).toBe(0);
    expect(await first('SELECT COUNT(*) FROM small WHERE a >= 20')).toBe(2n);
  });

  test('come as a whole to loops over groups, unless batches are to be small', async () => {
    const batches = async (of: TableEnvironment) => {
      const result = await of.executeSql('EXPLAIN ANALYZE SELECT SUM(id) FROM t WHERE i <> 5');
      const text = String((await result.toArray({ rowFormat: 'array' }))[0]?.[0]);
      return Number(/TableSourceScan +\d+ +\d+ +(\d+)/.exec(text)?.[1] ?? 0);
    };
    const usual = Math.ceil(ROWS / 16_384);
    expect(await batches(env)).toBeLessThan(usual);
    env.getConfig().set('table.exec.batch-rows', '8192');
    expect(await batches(env)).toBeGreaterThanOrEqual(2 * (usual - 1));
  });
});
