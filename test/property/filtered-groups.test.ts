import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TableEnvironment } from '../../src/index.ts';

type Config = Readonly<Record<string, string | number>>;

const CONFIGS: readonly Config[] = [
  { 'table.exec.batch-rows': 16, 'parallelism.default': 1 },
  { 'table.exec.batch-rows': 3, 'parallelism.default': 1 },
  { 'parallelism.default': 1 },
  { 'table.exec.batch-rows': 16, 'parallelism.default': 4, 'table.exec.inline-rows': 0 },
];

const KEYS = ['', 's', 's, u', 'k', 'k, s', 'w', 'b'];
const CONDITIONS = [
  '',
  'WHERE k < 6',
  'WHERE d >= 1 AND d < 70 AND k <> 3',
  "WHERE n > 2 OR s = 'a'",
  'WHERE k = 1000',
  'WHERE k <> 0 AND 12 / k > 1',
];
const CALLS = [
  'COUNT(*)',
  'COUNT(n)',
  'SUM(d)',
  'AVG(d)',
  'SUM(d * (1 - e))',
  'SUM(d * (1 - e) * (1 + e))',
  'SUM(r)',
  'SUM(q)',
  'SUM(n)',
  'SUM(f)',
  'MIN(d)',
  'MAX(n)',
  'SUM(d) FILTER (WHERE k > 2)',
  'SUM(f) FILTER (WHERE n > 4)',
];

interface Row {
  readonly k: number;
  readonly s: string;
  readonly u: string;
  readonly w: bigint;
  readonly b: boolean | null;
  readonly d: number;
  readonly e: number;
  readonly r: bigint;
  readonly q: bigint;
  readonly n: number | null;
  readonly f: number | null;
}

const row = (large: boolean): fc.Arbitrary<Row> =>
  fc.record({
    k: fc.integer({ min: 0, max: large ? 2000 : 8 }),
    s: fc.constantFrom('a', 'b', large ? 'c' : 'a'),
    u: fc.constantFrom('x', 'y'),
    w: fc.constantFrom(0n, 1n, -5n, large ? 2n ** 62n : 7n),
    b: fc.constantFrom(true, false, null),
    d: fc.integer({ min: -100, max: large ? 10 ** 14 : 9999 }),
    e: fc.integer({ min: 0, max: 10 }),
    r: large
      ? fc.bigInt({ min: -(10n ** 17n), max: 10n ** 18n - 1n })
      : fc.bigInt({ min: 0n, max: 99n }),
    q: large ? fc.bigInt({ min: 0n, max: 10n ** 37n }) : fc.bigInt({ min: 0n, max: 99n }),
    n: fc.option(fc.integer({ min: 0, max: 9 })),
    f: fc.option(fc.integer({ min: -50, max: 50 })),
  });

const cents = (digits: number): string => (digits / 100).toFixed(2);

const text = ({ k, s, u, w, b, d, e, r, q, n, f }: Row): string =>
  `(${k}, '${s}', '${u}', ${w}, ${b}, ${cents(d)}, ${cents(e)}, ${r}, ${q}, ${n}, ${f})`;

/** Writes a table in parts. */
async function write(t: TableEnvironment, parts: readonly Row[][]): Promise<void> {
  await t.executeSql('DROP TABLE IF EXISTS t');
  await t.executeSql(
    `CREATE TABLE t (k INT NOT NULL, s STRING NOT NULL, u STRING NOT NULL, w BIGINT NOT NULL,
       b BOOLEAN, d DECIMAL(15, 2) NOT NULL, e DECIMAL(15, 2) NOT NULL,
       r DECIMAL(18, 0) NOT NULL, q DECIMAL(38, 0), n INT, f DOUBLE)`,
  );
  for (const rows of parts) {
    if (rows.length > 0) await t.executeSql(`INSERT INTO t VALUES ${rows.map(text).join()}`);
  }
}

/** The rows of a query in any order, or its error. */
async function run(t: TableEnvironment, compile: 'auto' | 'off', sql: string): Promise<string[]> {
  await t.executeSql(`SET 'table.exec.compile' = '${compile}'`);
  try {
    const rows = await (await t.executeSql(sql)).toArray();
    return rows.map((r) => Object.values(r).map(String).join('|')).sort();
  } catch (error) {
    return [String(error)];
  }
}

describe('rows that are filtered and added to their groups in one loop', () => {
  const tables = fc.tuple(
    fc.array(row(false), { minLength: 60, maxLength: 90 }),
    fc.array(row(true), { maxLength: 20 }),
    fc.array(row(false), { maxLength: 8 }),
  );

  const query = fc
    .tuple(
      fc.constantFrom(...KEYS),
      fc.constantFrom(...CONDITIONS),
      fc.uniqueArray(fc.constantFrom(...CALLS), { minLength: 1, maxLength: 6 }),
    )
    .map(([keys, condition, calls]) => {
      const columns = [...(keys === '' ? [] : [keys]), ...calls].join(', ');
      return `SELECT ${columns} FROM t ${condition} ${keys === '' ? '' : `GROUP BY ${keys}`}`;
    });

  test.each(CONFIGS)('give the results of the interpreter: %o', async (config) => {
    const t = TableEnvironment.create({ config });
    try {
      await fc.assert(
        fc.asyncProperty(tables, fc.array(query, { minLength: 8 }), async (parts, queries) => {
          await write(t, parts);
          for (const sql of queries) {
            expect(await run(t, 'auto', sql), sql).toEqual(await run(t, 'off', sql));
          }
        }),
        { numRuns: config['parallelism.default'] === 1 ? 6 : 2, endOnFailure: true },
      );
    } finally {
      await t.close();
    }
  });

  test('add small numbers to a sum that leaves 64 bits', async () => {
    const config = { 'table.exec.batch-rows': 16, 'parallelism.default': 1 };
    for (const sign of [1n, -1n]) {
      const t = TableEnvironment.create({ config });
      await t.executeSql('CREATE TABLE t (k INT NOT NULL, v DECIMAL(19, 0) NOT NULL)');
      const ones = Array.from({ length: 200 }, () => `(1, ${sign})`).join();
      await t.executeSql(`INSERT INTO t VALUES (1, ${sign * (2n ** 63n - 100n)}), (2, 1)`);
      await t.executeSql(`INSERT INTO t VALUES ${ones}`);
      for (const sql of [
        'SELECT SUM(v) AS s FROM t WHERE k < 2',
        'SELECT SUM(v) AS s FROM t GROUP BY k',
      ]) {
        const rows = await (await t.executeSql(sql)).toArray();
        expect(rows.map((r) => String(Object.values(r)[0]))).toContain(
          String(sign * (2n ** 63n + 100n)),
        );
      }
      await t.close();
    }
  });

  test('add small numbers to a sum that large ones have brought to the end of 64 bits', async () => {
    for (const sign of ['', '-']) {
      const t = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
      await t.executeSql('CREATE TABLE i (i INT NOT NULL)');
      await t.executeSql(`INSERT INTO i VALUES ${Array.from({ length: 150 }, (_, i) => `(${i})`)}`);
      await t.executeSql('CREATE TABLE t (k INT NOT NULL, v DECIMAL(18, 0) NOT NULL)');
      // Chunks of so many rows are not merged, so that each has the range of its own values.
      const insert = (value: string): Promise<unknown> =>
        t.executeSql(`INSERT INTO t SELECT 1, CAST(${value} AS DECIMAL(18, 0)) FROM i, i AS j`);
      const large = `CASE WHEN i.i > 0 THEN 0 WHEN j.i < 9 THEN ${sign}${10n ** 18n - 1n}
        WHEN j.i = 9 THEN ${sign}${2n ** 63n - 9n * 10n ** 18n} ELSE 0 END`;
      for (const value of ['0', large, `${sign}1`]) await insert(value);
      for (const sql of [
        'SELECT SUM(v) AS s FROM t WHERE k < 2',
        'SELECT SUM(v) AS s FROM t GROUP BY k',
      ]) {
        const rows = await (await t.executeSql(sql)).toArray();
        expect(rows.map((r) => String(Object.values(r)[0]))).toEqual([
          `${sign}${2n ** 63n - 9n + 150n ** 2n}`,
        ]);
      }
      await t.close();
    }
  });
});
