import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TableEnvironment } from '../../src/index.ts';

/**
 * Queries whose plans are rewritten most, with the results that DuckDB gives. NULLs lie in every
 * column that is compared, and one table is empty.
 */
const VIEWS = [
  `CREATE TEMPORARY VIEW t AS SELECT * FROM (VALUES (1, 10, 'x'), (2, CAST(NULL AS INT), 'y'),
    (3, 30, CAST(NULL AS STRING)), (CAST(NULL AS INT), 5, 'x'), (2, 20, 'z')) AS v(a, b, c)`,
  `CREATE TEMPORARY VIEW u AS SELECT * FROM (VALUES (1, 100), (2, 200), (2, 20), (5, 500),
    (CAST(NULL AS INT), 10)) AS v(a, d)`,
  'CREATE TEMPORARY VIEW e AS SELECT * FROM u WHERE d > 1000',
];

const QUERIES = {
  joins: [
    'SELECT * FROM t JOIN u ON t.a = u.a',
    'SELECT * FROM t LEFT JOIN u ON t.a = u.a',
    'SELECT t.a, d FROM t RIGHT JOIN u ON t.a = u.a',
    'SELECT t.a, d FROM t FULL JOIN u ON t.a = u.a',
    'SELECT t.a, d FROM t FULL JOIN u ON t.a = u.a AND d > 100',
    'SELECT t.a, d FROM t LEFT JOIN u ON t.a = u.a AND t.b > 15',
    'SELECT t.a, d FROM t, u WHERE t.a < u.a',
    'SELECT * FROM t NATURAL JOIN u',
    'SELECT t.a, d FROM t JOIN u ON t.a = u.a AND d > (SELECT MIN(b) FROM t)',
    'SELECT t.a, v.a, d FROM t JOIN u ON t.a = u.a AND EXISTS (SELECT 1 FROM t x WHERE x.b = u.d) JOIN t v ON v.a = t.a',
    'SELECT * FROM t FULL JOIN u USING (a)',
    'SELECT * FROM t LEFT JOIN u USING (a)',
    'SELECT t.a FROM t LEFT JOIN u ON t.a = u.a WHERE u.d > 50',
    'SELECT t.a FROM t LEFT JOIN u ON t.a = u.a WHERE u.d IS NULL',
    'SELECT t.a, u.d, v.a FROM t, u, t v WHERE t.a = u.a AND v.b = u.d',
    'SELECT v.c FROM t, e, u, t v WHERE v.b = u.d AND t.a = u.a AND v.a = t.a',
    'SELECT x.a, y.n FROM t x LEFT JOIN (SELECT a, COUNT(*) n FROM u GROUP BY a) y ON x.a = y.a WHERE y.n = 2',
  ],
  'subqueries as conditions': [
    'SELECT a FROM t WHERE a IN (SELECT a FROM u)',
    'SELECT a FROM t WHERE a NOT IN (SELECT a FROM u)',
    'SELECT a FROM t WHERE a NOT IN (SELECT a FROM u WHERE a IS NOT NULL)',
    'SELECT a FROM t WHERE a NOT IN (SELECT a FROM e)',
    'SELECT a FROM t WHERE (a, b) IN (SELECT a, d FROM u)',
    'SELECT a FROM t WHERE b IN (SELECT d FROM u WHERE u.a = t.a)',
    'SELECT a FROM t WHERE b NOT IN (SELECT d FROM u WHERE u.a = t.a)',
    'SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.a = t.a)',
    'SELECT a FROM t WHERE NOT EXISTS (SELECT 1 FROM u WHERE u.a = t.a AND d > b)',
    'SELECT a FROM t o WHERE EXISTS (SELECT 1 FROM (SELECT COUNT(*) c FROM u WHERE u.a = o.a) x WHERE c = 0)',
    `SELECT a FROM t WHERE NOT EXISTS (SELECT * FROM u WHERE u.a = t.a
      AND EXISTS (SELECT 1 FROM t x WHERE x.b = u.d AND x.a > t.b))`,
    'SELECT a FROM t WHERE b > ALL (SELECT d FROM e)',
    'SELECT a FROM t WHERE b > ANY (SELECT d FROM u)',
    'SELECT a FROM t WHERE b <= ALL (SELECT d FROM u) OR a = 3',
    'SELECT a FROM t WHERE a = 1 OR EXISTS (SELECT 1 FROM u WHERE u.d = t.b)',
    'SELECT a FROM t WHERE b = (SELECT MIN(d) FROM u)',
    'SELECT 1 WHERE EXISTS (SELECT * FROM e)',
  ],
  'subqueries as values': [
    'SELECT a, (SELECT COUNT(*) FROM u WHERE u.a = t.a) FROM t',
    'SELECT a, (SELECT SUM(d) FROM u WHERE u.a = t.a) FROM t',
    'SELECT a, (SELECT COALESCE(SUM(d), -1) FROM u WHERE u.a = t.a) FROM t',
    'SELECT a, (SELECT MAX(d) FROM u WHERE u.a > t.a) FROM t',
    'SELECT a, (SELECT COUNT(*) FROM u WHERE u.a > t.a) FROM t',
    'SELECT a, a IN (SELECT a FROM u) FROM t',
    'SELECT a, a NOT IN (SELECT a FROM u WHERE a IS NOT NULL) FROM t',
    'SELECT a, a IN (SELECT a FROM e) FROM t',
    'SELECT a, EXISTS (SELECT 1 FROM u WHERE u.a = t.a) FROM t',
    'SELECT (SELECT MAX(d) FROM u) + a FROM t',
    'SELECT (SELECT d FROM u WHERE u.a = t.a AND d < 150) FROM t',
    `SELECT a, (SELECT COUNT(*) FROM u WHERE u.a = t.a
      AND u.d > (SELECT MIN(d) FROM u w WHERE w.a = t.a)) FROM t`,
    `SELECT a, SUM(b) FROM t GROUP BY a
      HAVING SUM(b) > (SELECT AVG(d) FROM u WHERE u.a = t.a) - 100`,
  ],
  lateral: [
    'SELECT t.a, l.d FROM t, LATERAL (SELECT d FROM u WHERE u.a = t.a ORDER BY d DESC LIMIT 1) AS l',
    'SELECT t.a, l.d FROM t LEFT JOIN LATERAL (SELECT d FROM u WHERE u.d > t.b ORDER BY d LIMIT 2 OFFSET 1) AS l ON TRUE',
    'SELECT a, (SELECT d FROM u WHERE u.a = t.a ORDER BY d LIMIT 1) FROM t',
    `SELECT t.a, l.r FROM t, LATERAL (SELECT RANK() OVER (ORDER BY d) AS r FROM u
      WHERE u.d > t.b AND u.a IS NOT NULL) AS l`,
    'SELECT t.a, x.s FROM t, LATERAL (SELECT SUM(d) s FROM u WHERE u.a = t.a) x',
    'SELECT t.a, x.d FROM t, LATERAL (SELECT d FROM u WHERE u.a = t.a) x',
    'SELECT t.a, x.d FROM t LEFT JOIN LATERAL (SELECT d FROM u WHERE u.a > t.a) x ON TRUE',
  ],
  'groups and sets': [
    'SELECT a, COUNT(*), SUM(b) FROM t GROUP BY a',
    'SELECT COUNT(DISTINCT a), COUNT(a), COUNT(*) FROM t',
    'SELECT a, COUNT(DISTINCT b) FROM t GROUP BY a',
    'SELECT COUNT(*) FILTER (WHERE b > 10) FROM t',
    'SELECT a, b, COUNT(*), GROUPING(a) FROM t GROUP BY ROLLUP(a, b)',
    'SELECT a, c, COUNT(*) FROM t GROUP BY CUBE(a, c)',
    'SELECT a, c, COUNT(*) FROM t GROUP BY GROUPING SETS ((a), (c), ())',
    'SELECT COUNT(*), SUM(a) FROM e',
    'SELECT a, COUNT(*) FROM e GROUP BY a',
    'SELECT c FROM t GROUP BY c HAVING COUNT(*) > 1',
    'SELECT MAX(a) FROM t WHERE FALSE',
    'SELECT DISTINCT a FROM t',
    'SELECT a FROM t UNION SELECT a FROM u',
    'SELECT a FROM t UNION ALL SELECT a FROM u',
    'SELECT a FROM t INTERSECT SELECT a FROM u',
    'SELECT a FROM t EXCEPT SELECT a FROM u',
    'WITH x AS (SELECT a, COUNT(*) n FROM t GROUP BY a) SELECT x.a, n, d FROM x JOIN u ON x.a = u.a',
  ],
  'rows and conditions': [
    "SELECT a FROM t WHERE (a = 1 AND b = 10) OR (a = 1 AND b = 11) OR (a = 1 AND c = 'x')",
    'SELECT b FROM t ORDER BY a NULLS LAST, b NULLS LAST LIMIT 2 OFFSET 1',
    "SELECT a FROM t WHERE a BETWEEN 1 AND 2 AND c LIKE '_'",
    "SELECT CASE WHEN a = 1 THEN 'one' WHEN a IS NULL THEN 'none' ELSE c END FROM t",
    'SELECT s.a, s.n FROM (SELECT a, COUNT(*) AS n FROM t GROUP BY a) s WHERE s.a = 2',
  ],
} as const;

const env = TableEnvironment.create();
let duckdb: DuckDBConnection;

beforeAll(async () => {
  duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  for (const view of VIEWS) {
    await env.executeSql(view);
    await duckdb.run(view.replaceAll('STRING', 'VARCHAR'));
  }
});

afterAll(async () => {
  duckdb.closeSync();
  await env.close();
});

/** Rows as texts, in no particular order. */
function normal(rows: readonly (readonly unknown[])[]): readonly string[] {
  const text = (value: unknown) => (value === null ? 'NULL' : String(value));
  return rows.map((row) => row.map(text).join(' | ')).sort();
}

for (const [group, queries] of Object.entries(QUERIES)) {
  describe(`as DuckDB: ${group}`, () => {
    test.each(queries)('%s', async (sql) => {
      const rows: unknown[][] = [];
      const result = await env.executeSql(sql);
      for await (const row of result.collect()) rows.push(Object.values(row));
      const expected = await (await duckdb.run(sql)).getRows();
      expect(normal(rows)).toEqual(normal(expected));
    });
  });
}
