import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TableEnvironment } from '../../src/index.ts';

/** Enough rows for several ranges. */
const ROWS = 150_000;

/** Rows with few and many values, NULLs, ties, -0 and NaN, the same ones every time. */
const QUERY = `
  SELECT CAST(i AS INT) AS id,
    MOD(i * 7919, 1009) AS few,
    CASE WHEN MOD(i, 11) = 0 THEN NULL ELSE MOD(i * 104729, 100003) END AS many,
    CASE MOD(i, 5) WHEN 0 THEN CAST('-0.0' AS DOUBLE) WHEN 1 THEN 0e0 WHEN 2 THEN CAST('NaN' AS DOUBLE)
      ELSE CAST(MOD(i * 31, 9973) AS DOUBLE) / 7 - 500 END AS d,
    CASE WHEN MOD(i, 13) = 0 THEN NULL
      ELSE 'text ' || CAST(MOD(i * 15485863, 30011) AS STRING) || REPEAT('x', MOD(CAST(i AS INT), 9)) END AS s,
    'group ' || CAST(MOD(i, 40) AS STRING) AS g,
    CAST(MOD(i * 32452843, 1000003) AS DECIMAL(30, 4)) * 1234567890123.25 AS w,
    ARRAY[CAST(MOD(i, 3) AS INT)] AS a
  FROM (SELECT n AS i FROM numbers)`;

const ORDERS = [
  'id DESC',
  'few, id DESC',
  'few',
  'many NULLS LAST, few',
  'many DESC NULLS FIRST',
  'd, id',
  'd DESC, s NULLS FIRST',
  's, id',
  's DESC NULLS LAST, few',
  'g, d, many',
  'w DESC, g',
  'MOD(few, 2), w',
];

const environments = new Map<number, TableEnvironment>();

beforeAll(async () => {
  for (const threads of [1, 4]) {
    const tEnv = TableEnvironment.create({ config: { 'parallelism.default': 4 } });
    // Several tasks would write the rows in no fixed order.
    await tEnv.executeSql("SET 'table.exec.resource.default-parallelism' = '1'");
    const numbers = Array.from({ length: ROWS }, (_, n) => ({ n: BigInt(n) }));
    tEnv.createTemporaryView('numbers', tEnv.fromValues(numbers, 'n BIGINT NOT NULL'));
    await tEnv.executeSql(`CREATE TABLE t AS ${QUERY}`);
    await tEnv.executeSql(`SET 'table.exec.resource.default-parallelism' = '${threads}'`);
    environments.set(threads, tEnv);
  }
});

afterAll(async () => {
  for (const tEnv of environments.values()) await tEnv.close();
});

/** The rows as text: to compare that is quick. */
async function rowsOf(threads: number, sql: string): Promise<string[]> {
  const result = await environments.get(threads)!.executeSql(sql);
  const rows = await result.toArray({ rowFormat: 'array', typeMapping: { decimal: 'string' } });
  return rows.map((row) =>
    JSON.stringify(row, (_, value) => (Number.isNaN(value) ? 'NaN' : value)),
  );
}

/** The number and the texts of the first row that differs. */
function firstDifference(rows: readonly string[], others: readonly string[]) {
  if (rows.length !== others.length) return [rows.length, others.length];
  const row = rows.findIndex((text, i) => text !== others[i]);
  return row < 0 ? null : [row, rows[row], others[row]];
}

describe('sorted by several tasks, as by one', () => {
  test.each(ORDERS)('ORDER BY %s', async (order) => {
    const sql = `SELECT id FROM t ORDER BY ${order}`;
    expect(firstDifference(await rowsOf(4, sql), await rowsOf(1, sql))).toBeNull();
  });

  test('rows of all layouts', async () => {
    const sql = 'SELECT * FROM t ORDER BY g, s';
    expect(firstDifference(await rowsOf(4, sql), await rowsOf(1, sql))).toBeNull();
  });

  test('with an offset and a limit', async () => {
    const sql = 'SELECT id, s FROM t ORDER BY s, id OFFSET 70000 ROWS';
    const all = await rowsOf(1, 'SELECT id, s FROM t ORDER BY s, id');
    expect(firstDifference(await rowsOf(4, sql), all.slice(70_000))).toBeNull();
  });
});

test('the first rows come before all ranges are sorted, and the rest need not be read', async () => {
  const result = await environments.get(4)!.executeSql('SELECT id FROM t ORDER BY id DESC');
  const first: unknown[] = [];
  for await (const row of result.collect()) {
    first.push(row);
    if (first.length === 3) break;
  }
  expect(first).toEqual([{ id: ROWS - 1 }, { id: ROWS - 2 }, { id: ROWS - 3 }]);
});

test('EXPLAIN ANALYZE counts the rows that are parted and sorted once', async () => {
  const result = await environments
    .get(4)!
    .executeSql('EXPLAIN ANALYZE SELECT id FROM t ORDER BY d, id');
  const [row] = await result.toArray({ rowFormat: 'array' });
  expect(String((row as unknown[])[0])).toMatch(/^2 +Sort +150000 +150000 /m);
});

test('what is written comes in order', async () => {
  const tEnv = environments.get(4)!;
  await tEnv.executeSql('CREATE TABLE sorted AS SELECT id, d FROM t ORDER BY d, id');
  const expected = await rowsOf(1, 'SELECT id, d FROM t ORDER BY d, id');
  expect(firstDifference(await rowsOf(4, 'SELECT * FROM sorted'), expected)).toBeNull();
});
