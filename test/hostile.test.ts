import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TableError } from '../src/common/errors.ts';
import { TableEnvironment } from '../src/index.ts';

/** Texts that are hard on a parser, a planner or an engine, and what must become of them. */

const env = TableEnvironment.create({ config: { 'table.exec.memory.limit': '1 gb' } });

beforeAll(async () => {
  await env.executeSql(`CREATE TEMPORARY VIEW t AS SELECT * FROM
    (VALUES (1, 10, 'x'), (2, CAST(NULL AS INT), 'y')) AS v(a, b, c)`);
  await env.executeSql('CREATE TABLE divided (x DOUBLE, y DOUBLE)');
  await env.executeSql('INSERT INTO divided VALUES (1, 0)');
  await env.executeSql('CREATE TEMPORARY VIEW one AS SELECT * FROM (VALUES (1)) AS v(x)');
});

afterAll(() => env.close());

async function rowsOf(sql: string): Promise<readonly (readonly (string | null)[])[]> {
  return (await env.executeSql(sql)).textRows();
}

const many = (n: number, text: (i: number) => string, by: string) =>
  Array.from({ length: n }, (_, i) => text(i)).join(by);
const nest = (n: number, open: string, inner: string, close: string) =>
  open.repeat(n) + inner + close.repeat(n);

/** Chains of WITH tables in which each reads the one before twice. */
const doubling = (n: number, next: (table: string) => string) =>
  `WITH c0 AS (SELECT 1 AS a), ${many(n, (i) => `c${i + 1} AS (${next(`c${i}`)})`, ', ')}`;

const RUNS: readonly (readonly [
  what: string,
  sql: string,
  rows: readonly (readonly (string | null)[])[],
])[] = [
  ['1,000 parentheses', `SELECT ${nest(1000, '(', '1', ')')}`, [['1']]],
  ['900 NOTs', `SELECT ${'NOT '.repeat(900)} TRUE`, [['TRUE']]],
  ['100 derived tables', nest(100, 'SELECT * FROM (', 'SELECT 1 AS a', ')'), [['1']]],
  ['a sum of 900 terms', `SELECT ${many(900, () => '7', ' + ')}`, [['6300']]],
  ['20,000 ORs', `SELECT a FROM t WHERE ${many(20_000, (i) => `a = ${i + 2}`, ' OR ')}`, [['2']]],
  [
    '20,000 ORs of conjunctions',
    `SELECT a FROM t WHERE ${many(20_000, (i) => `a = ${i} AND b = ${i + 9}`, ' OR ')}`,
    [['1']],
  ],
  [
    '20,000 ORs of sums',
    `SELECT a FROM t WHERE ${many(20_000, (i) => `a + ${i} = b`, ' OR ')}`,
    [['1']],
  ],
  [
    '20,000 ANDs',
    `SELECT a FROM t WHERE ${many(20_000, (i) => `a <> ${i + 2}`, ' AND ')}`,
    [['1']],
  ],
  [
    'IN of 100,000 numbers',
    `SELECT a FROM t WHERE a IN (${many(100_000, (i) => `${i + 2}`, ',')})`,
    [['2']],
  ],
  [
    'NOT IN of 100,000 numbers',
    `SELECT a FROM t WHERE a NOT IN (${many(100_000, (i) => `${i + 2}`, ',')})`,
    [['1']],
  ],
  [
    'IN of 100,000 texts',
    `SELECT c FROM t WHERE c IN (${many(100_000, (i) => `'${i}'`, ',')}, 'y')`,
    [['y']],
  ],
  [
    'VALUES of 100,000 rows',
    `SELECT COUNT(*), MAX(a) FROM (VALUES ${many(100_000, (i) => `(${i}, 'x')`, ',')}) AS v(a, b)`,
    [['100000', '99999']],
  ],
  [
    'a CASE of 10,000 branches',
    `SELECT CASE ${many(10_000, (i) => `WHEN a = ${i + 1} THEN ${i}`, ' ')} END FROM t`,
    [['0'], ['1']],
  ],
  [
    'UNION ALL of 2,000',
    `SELECT COUNT(*) FROM (${many(2000, (i) => `SELECT ${i} AS a`, ' UNION ALL ')})`,
    [['2000']],
  ],
  [
    'a cross join of 60 tables',
    `SELECT COUNT(*) FROM ${many(60, (i) => `one AS t${i}`, ', ')}`,
    [['1']],
  ],
  [
    'a chain of 60 equal tables',
    `SELECT COUNT(*) FROM ${many(60, (i) => `one AS t${i}`, ', ')}
        WHERE ${many(59, (i) => `t${i}.x = t${i + 1}.x`, ' AND ')}`,
    [['1']],
  ],
  [
    'WITH tables joined to themselves 25 times',
    `${doubling(25, (c) => `SELECT x.a FROM ${c} x JOIN ${c} y ON x.a = y.a`)} SELECT * FROM c25`,
    [['1']],
  ],
  [
    'WITH tables united with themselves 16 times',
    `${doubling(16, (c) => `SELECT a FROM ${c} UNION ALL SELECT a FROM ${c}`)}
        SELECT COUNT(*) FROM c16`,
    [['65536']],
  ],
  [
    'WITH tables grouped and compared 25 times',
    `${doubling(25, (c) => `SELECT COUNT(*) AS a FROM ${c} WHERE a IN (SELECT a FROM ${c})`)}
        SELECT * FROM c25`,
    [['1']],
  ],
  ['LIKE with 30 wildcards', `SELECT REPEAT('a', 5000) LIKE '${'%a'.repeat(30)}b'`, [['FALSE']]],
  ['a NUL in a text', "SELECT CHAR_LENGTH('a\0b')", [['3']]],
  ['half a surrogate pair in a text', "SELECT 'a\ud800b'", [['a\ufffdb']]],
  [
    'overflow',
    'SELECT 9223372036854775807 + 1, 2147483647 + 1',
    [['-9223372036854775808', '-2147483648']],
  ],
  ['overflow of DECIMAL', `SELECT CAST('${'9'.repeat(38)}' AS DECIMAL(38, 0)) * 10`, [[null]]],
  ['a column of DOUBLEs / 0', 'SELECT x / y FROM divided', [['Infinity']]],
];

const FAILS: readonly (readonly [what: string, sql: string, code: string])[] = [
  // Divided while planning; a column of DOUBLEs gives Infinity.
  ['1 / 0 of constant DOUBLEs', 'SELECT CAST(1 AS DOUBLE) / 0', 'DIVISION_BY_ZERO'],
  ['100,000 parentheses', `SELECT ${nest(100_000, '(', '1', ')')}`, 'NESTING_LIMIT'],
  ['100,000 NOTs', `SELECT ${'NOT '.repeat(100_000)} TRUE`, 'NESTING_LIMIT'],
  ['500 derived tables', nest(500, 'SELECT * FROM (', 'SELECT 1 AS a', ')'), 'NESTING_LIMIT'],
  ['500 scalar queries', nest(500, 'SELECT (', 'SELECT 1', ')'), 'NESTING_LIMIT'],
  ['a sum of 1 MB', `SELECT ${many(100_000, () => '1234567', ' + ')}`, 'EXPRESSION_DEPTH_LIMIT'],
  ['a control character', 'SELECT 1 \u0001', 'UNEXPECTED_CHARACTER'],
  ['1 / 0 of integers', 'SELECT 1 / 0', 'DIVISION_BY_ZERO'],
  ['REPEAT to 4 GB', "SELECT REPEAT('abcdefgh', 536870912)", 'INVALID_FUNCTION_ARGUMENT'],
  ['REPEAT of a column', 'SELECT REPEAT(c, 2000000000) FROM t', 'INVALID_FUNCTION_ARGUMENT'],
];

describe('hostile texts', () => {
  test.each(RUNS)('%s', async (_, sql, rows) => {
    expect([...(await rowsOf(sql))].sort()).toEqual(rows);
  });

  test.each(FAILS)('%s: an error with a code', async (_, sql, code) => {
    const error = await rowsOf(sql).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(TableError);
    expect(error).toMatchObject({ code });
  });

  test('10,000 columns', async () => {
    const [row] = await rowsOf(
      `SELECT ${many(10_000, (i) => `a + ${i} AS c${i}`, ', ')} FROM t LIMIT 1`,
    );
    expect(row).toHaveLength(10_000);
    expect(row?.at(-1)).toBe('10000');
  });

  test('the environment works on', async () => {
    expect(await rowsOf('SELECT COUNT(*) FROM t')).toEqual([['2']]);
  });
});

describe('a cross join of 1e12 rows can be cancelled', () => {
  const rows = `(VALUES ${many(1000, (i) => `(${i})`, ',')}) AS`;
  const from = `FROM ${rows} a(x), ${rows} b(x), ${rows} c(x), ${rows} d(x)`;
  const condition = 'WHERE a.x + b.x + c.x + d.x < 0';

  test.each([
    ['as it yields rows', `SELECT a.x ${from}`],
    ['as it filters all rows', `SELECT a.x ${from} ${condition}`],
    ['as it aggregates', `SELECT COUNT(*) ${from}`],
    ['as it sorts', `SELECT a.x ${from} ORDER BY b.x DESC LIMIT 3`],
  ])('%s', async (_, sql) => {
    const controller = new AbortController();
    const result = await env.executeSql(sql, { signal: controller.signal });
    const pulled = (async () => {
      for await (const _row of result.collect()) {
        // The rows are not looked at.
      }
    })();
    setTimeout(() => controller.abort(), 50);
    await expect(pulled).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await rowsOf('SELECT COUNT(*) FROM t')).toEqual([['2']]);
  });
});
