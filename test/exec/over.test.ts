import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TableEnvironment } from '../../src/index.ts';

/** Random data in both systems: few values, so that there are peers, and NULLs in every column. */
const ROWS = 400;
const INSERTED = Array.from({ length: ROWS }, (_, i) => {
  const pick = (step: number, values: number) => (i * step + ((i * i) % 7)) % values;
  const orNull = (n: number, value: string) => (n === 0 ? 'NULL' : value);
  const day = new Date(Date.UTC(2024, 0, 1 + pick(11, 90))).toISOString().slice(0, 10);
  return `(${i}, ${orNull(pick(5, 6), String(pick(5, 6)))}, ${orNull(pick(13, 19), String(pick(17, 60) - 20))}, ${orNull(pick(3, 11), `${pick(7, 40)}.25`)}, ${orNull(pick(29, 17), `DATE '${day}'`)})`;
}).join(', ');

const env = TableEnvironment.create();
let duckdb: DuckDBConnection;

beforeAll(async () => {
  duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  const columns = 'id INT, p INT, n INT, x DECIMAL(8, 2), d DATE';
  await env.executeSql(`CREATE TABLE t (${columns})`);
  await env.executeSql(`INSERT INTO t VALUES ${INSERTED}`);
  await duckdb.run(`CREATE TABLE t (${columns})`);
  await duckdb.run(`INSERT INTO t VALUES ${INSERTED}`);
});

afterAll(async () => {
  duckdb.closeSync();
  await env.close();
});

const CALLS = [
  'COUNT(*)',
  'COUNT(n)',
  'SUM(n)',
  'SUM(x)',
  'MIN(n)',
  'MAX(x)',
  'SUM(n) FILTER (WHERE x > 10)',
  'COUNT(DISTINCT n)',
  'MAX(d)',
];

const bound = (unit: 'ROWS' | 'RANGE', order: string) => {
  const interval = order.startsWith('d');
  const distance = fc.integer({ min: 0, max: 50 }).map((n) => {
    // More rows than a frame that is computed anew for each row has.
    if (!interval) return String(n);
    return unit === 'ROWS' ? String(n) : `INTERVAL '${n}' DAY`;
  });
  return fc.oneof(
    fc.constant({ place: 0, text: 'UNBOUNDED PRECEDING' }),
    distance.map((text) => ({ place: 1, text: `${text} PRECEDING` })),
    fc.constant({ place: 2, text: 'CURRENT ROW' }),
    distance.map((text) => ({ place: 3, text: `${text} FOLLOWING` })),
    fc.constant({ place: 4, text: 'UNBOUNDED FOLLOWING' }),
  );
};

const frame = (order: string, units: readonly ('ROWS' | 'RANGE')[]) =>
  fc.constantFrom(...units).chain((unit) =>
    fc.tuple(bound(unit, order), bound(unit, order)).map(([a, b]) => {
      const [start, end] = a.place <= b.place ? [a, b] : [b, a];
      if (start.place === 4 || end.place === 0) return '';
      return `${unit} BETWEEN ${start.text} AND ${end.text}`;
    }),
  );

/** RANGE offsets over keys that are never NULL: for NULLs Flink's frames are other ones. */
const WINDOWS = fc.oneof(
  fc
    .constantFrom('n, id', 'x DESC, id', 'd NULLS LAST, id', 'id')
    .chain((order) => frame(order, ['ROWS']).map((text) => ({ order, text }))),
  fc
    .constantFrom('n', 'n DESC', 'x', 'd', 'd DESC')
    .chain((order) => frame(order, ['RANGE']).map((text) => ({ order, text }))),
);

async function same(select: string): Promise<void> {
  const rows: string[] = [];
  for await (const row of (await env.executeSql(select)).collect()) {
    rows.push(Object.values(row).join(' '));
  }
  const theirs = select.replaceAll(/(ORDER BY \w+)( DESC)?(?! NULLS)/g, (_, by, desc) =>
    desc === undefined ? `${by} NULLS FIRST` : `${by} DESC NULLS LAST`,
  );
  const expected = (await (await duckdb.run(theirs)).getRows()).map((row) => row.join(' '));
  expect(rows.toSorted()).toEqual(expected.toSorted());
}

describe('OVER as DuckDB computes it', () => {
  test('frames', { timeout: 120_000 }, async () => {
    const query = fc.record({
      calls: fc.uniqueArray(fc.constantFrom(...CALLS), { minLength: 1, maxLength: 3 }),
      partition: fc.constantFrom('', 'PARTITION BY p', 'PARTITION BY p, n > 0'),
      window: WINDOWS,
    });
    await fc.assert(
      fc.asyncProperty(query, async ({ calls, partition, window }) => {
        const { order, text } = window;
        // NULL keys have no distance in Flink; DuckDB gives them their peers.
        const [key] = order.split(' ');
        const where = text.startsWith('RANGE') ? `WHERE ${key} IS NOT NULL` : '';
        const list = calls.map((call) => `${call} OVER (${partition} ORDER BY ${order} ${text})`);
        await same(`SELECT id, ${list.join(', ')} FROM t ${where}`);
      }),
      { numRuns: 120, seed: 20260 },
    );
  });

  test.each([
    'ROW_NUMBER()',
    'LAG(n)',
    'LAG(n, 3, -1)',
    'LEAD(n, 2)',
    'NTILE(7)',
    'CUME_DIST()',
    'PERCENT_RANK()',
  ])('%s', async (call) => {
    await same(`SELECT id, ${call} OVER (PARTITION BY p ORDER BY n, id) FROM t`);
  });

  test.each(['RANK()', 'DENSE_RANK()', 'CUME_DIST()', 'PERCENT_RANK()'])(
    '%s of peers',
    async (call) => {
      await same(`SELECT id, ${call} OVER (PARTITION BY p ORDER BY n DESC) FROM t`);
      await same(`SELECT id, ${call} OVER (ORDER BY d) FROM t`);
    },
  );

  test('the first rows of partitions', { timeout: 120_000 }, async () => {
    const query = fc.record({
      ranked: fc.constantFrom(
        'ROW_NUMBER() OVER (PARTITION BY p ORDER BY x DESC, id)',
        'ROW_NUMBER() OVER (PARTITION BY p, n > 0 ORDER BY d, id)',
        'ROW_NUMBER() OVER (ORDER BY n, id)',
        'RANK() OVER (PARTITION BY p ORDER BY n DESC)',
        'RANK() OVER (ORDER BY d)',
        'DENSE_RANK() OVER (PARTITION BY p ORDER BY n)',
        'DENSE_RANK() OVER (ORDER BY x)',
      ),
      bound: fc.constantFrom(
        'r <= 3',
        'r < 5',
        'r = 1',
        'r = 4',
        'r IN (2, 6)',
        'r BETWEEN 2 AND 7',
      ),
      more: fc.constantFrom('', 'AND n > 3', 'AND p = 2', 'AND p IS NULL'),
      columns: fc.constantFrom('id', 'id, r', 'r, n, d'),
    });
    await fc.assert(
      fc.asyncProperty(query, async ({ ranked, bound, more, columns }) => {
        await same(
          `SELECT ${columns} FROM (SELECT *, ${ranked} AS r FROM t) AS q WHERE ${bound} ${more}`,
        );
      }),
      { numRuns: 80, seed: 20261 },
    );
  });

  test('the first rows of partitions, thinned out on the way', async () => {
    const number = '((((a.id * 20 + b.id) * 20 + c.id) * 20 + d.id) * 7919)';
    const digits = ['a', 'b', 'c', 'd'].map(
      (name) => `(SELECT id FROM t WHERE id < 20) AS ${name}`,
    );
    const rows = `SELECT MOD(${number}, 700) AS k, MOD(${number}, 100003) AS v FROM ${digits.join(', ')}`;
    for (const call of ['ROW_NUMBER()', 'RANK()', 'DENSE_RANK()']) {
      const ranked = `SELECT *, ${call} OVER (PARTITION BY k ORDER BY v) AS r FROM (${rows}) AS m`;
      await same(`SELECT COUNT(*), SUM(v), SUM(r), MAX(k) FROM (${ranked}) AS q WHERE r <= 3`);
    }
  });
});
