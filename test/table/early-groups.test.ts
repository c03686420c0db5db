import { afterAll, beforeAll, expect, test } from 'vitest';
import { TableEnvironment } from '../../src/index.ts';

/** Grouping below joins and unions gives what grouping above them gives, to the last value. */
const env = TableEnvironment.create();

async function rowsOf(sql: string): Promise<readonly Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for await (const row of (await env.executeSql(sql)).collect()) rows.push(row);
  return rows;
}

beforeAll(async () => {
  const digits = 'VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)';
  await env.executeSql('CREATE TABLE d (v INT)');
  await env.executeSql(`INSERT INTO d ${digits}`);
  await env.executeSql(
    'CREATE TABLE sales (shop INT, amount INT, big BIGINT, price DECIMAL(10, 2), weight DOUBLE, note STRING)',
  );
  const n = 'a.v * 1000 + b.v * 100 + c.v * 10 + e.v';
  // Sums of these INTs and BIGINTs wrap around; every column has NULLs.
  await env.executeSql(`
    INSERT INTO sales SELECT
      NULLIF(MOD(n * 7919, 70), 3), NULLIF(MOD(n, 5), 1) * 1000000007, MOD(n, 3) * CAST(4611686018427387904 AS BIGINT),
      CAST(NULLIF(MOD(n, 777), 5) - 300 AS DECIMAL(10, 2)) / 4, NULLIF(n, 17) * 0.5e0, NULLIF('n' || CAST(MOD(n, 90) AS STRING), 'n7')
    FROM (SELECT ${n} AS n FROM d AS a, d AS b, d AS c, d AS e) AS x`);
  await env.executeSql(`INSERT INTO sales SELECT * FROM sales`);
  await env.executeSql('CREATE TABLE shops (id INT, city STRING)');
  // Shops without sales, sales without a shop, and two shops of one number.
  await env.executeSql(
    `INSERT INTO shops SELECT a.v * 10 + b.v, 'c' || CAST(MOD(b.v, 4) AS STRING) FROM d AS a, d AS b WHERE a.v <> 6`,
  );
  await env.executeSql(`INSERT INTO shops VALUES (5, 'c9'), (NULL, 'c0'), (7, NULL)`);
});

afterAll(() => env.close());

const CALLS = [
  'COUNT(*)',
  'COUNT(note)',
  'SUM(amount)',
  'SUM(big)',
  'SUM(price)',
  'AVG(amount)',
  'AVG(big)',
  'AVG(price)',
  'AVG(weight)',
  'MIN(note)',
  'MAX(price)',
  'SUM(price) FILTER (WHERE amount > 0)',
  "AVG(amount * 2) FILTER (WHERE note LIKE 'n1%')",
];
const LIST = CALLS.map((call, i) => `${call} AS x${i}`).join(', ');

test.each([
  ['city', 'sales JOIN shops ON shop = id', 'city'],
  ['city', "shops JOIN sales ON shop = id AND note <> 'n8'", 'city'],
  ['shop, city', 'sales LEFT JOIN shops ON shop = id', 'shop, city'],
  ['city', 'shops RIGHT JOIN sales ON shop = id', 'city'],
  ['1', 'sales LEFT JOIN shops ON shop = id', null],
  ['1', 'sales JOIN shops AS s ON shop = s.id JOIN shops AS r ON shop = r.id', null],
])('%s of %s', async (keys, from, groupBy) => {
  const groups = groupBy === null ? '' : `GROUP BY ${groupBy}`;
  const early = `SELECT ${keys}, ${LIST} FROM ${from} ${groups}`;
  const plan = (await rowsOf(`EXPLAIN ${early}`)).map((row) => Object.values(row)[0]).join('\n');
  expect(plan).toContain('$partial');
  // All rows of a group are needed at once for this one.
  const late = `SELECT ${keys}, ${LIST}, COUNT(DISTINCT note) AS n FROM ${from} ${groups}`;
  const sorted = (rows: readonly Record<string, unknown>[]) =>
    rows.map((row) => CALLS.map((_, i) => String(row[`x${i}`])).join(' ')).sort();
  expect(sorted(await rowsOf(early))).toEqual(sorted(await rowsOf(late)));
});

test('below UNION ALL', async () => {
  const from = '(SELECT * FROM sales UNION ALL SELECT * FROM sales WHERE shop > 5) AS u';
  for (const groups of ['', 'WHERE shop > 100']) {
    const [early] = await rowsOf(`SELECT ${LIST} FROM ${from} ${groups}`);
    const [late] = await rowsOf(`SELECT ${LIST}, COUNT(DISTINCT note) AS n FROM ${from} ${groups}`);
    const values = (row: Record<string, unknown> | undefined) =>
      CALLS.map((_, i) => String(row?.[`x${i}`]));
    expect(values(early)).toEqual(values(late));
  }
});
