import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fromTaggedJson, toTaggedJson } from '../../src/common/tagged-json.ts';
import { DataTypes, PlanReference, TableEnvironment, udf, udtf } from '../../src/index.ts';
import { numbered, silence } from '../udf/process-functions.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'millrace-plans-'));
const csv = path.join(folder, 'orders.csv');
writeFileSync(
  csv,
  '1,apple,1.50,2024-01-01,2024-01-01 00:00:00\n2,pear,2.25,2024-01-02,2024-01-02 00:00:00\n3,apple,,2024-02-01,2024-02-01 00:00:00\n',
);
let tEnv: TableEnvironment;
let other: TableEnvironment;

beforeEach(async () => {
  tEnv = await environment();
  other = await environment();
});

afterEach(async () => {
  await tEnv.close();
  await other.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function environment(): Promise<TableEnvironment> {
  const made = TableEnvironment.create();
  const twice = udf((x: number) => 2 * x, {
    inputTypes: [DataTypes.INT()],
    resultType: DataTypes.INT(),
  });
  const split = udtf(
    function* (text: string) {
      for (const letter of text) yield [letter];
    },
    { inputTypes: [DataTypes.STRING()], resultTypes: [DataTypes.STRING()] },
  );
  made.createTemporarySystemFunction('twice', twice);
  made.createTemporarySystemFunction('letters', split);
  made.createTemporarySystemFunction('numbered', numbered);
  made.createTemporarySystemFunction('silence', silence);
  await made.executeSql(
    `CREATE TABLE orders (id INT, item STRING, price DECIMAL(10, 2), day_ DATE, at_ TIMESTAMP(3))
     WITH ('connector' = 'filesystem', 'path' = '${csv}', 'format' = 'csv')`,
  );
  await made.executeSql('CREATE TABLE kept (a INT, b STRING)');
  await made.executeSql("INSERT INTO kept VALUES (1, 'x'), (3, NULL)");
  return made;
}

/** The rows of a table, as JSON. */
async function rowsOf(environment_: TableEnvironment, table: string): Promise<string> {
  const result = await environment_.executeSql(`SELECT * FROM ${table}`);
  return toTaggedJson((await result.toArray({ rowFormat: 'array' })).map(String).sort());
}

function withCode(code: string): unknown {
  return expect.objectContaining({ code });
}

describe('a plan gives in another environment what its statement gives', () => {
  const QUERIES = [
    "SELECT id, price FROM orders WHERE item = 'apple' AND id > 1 LIMIT 2",
    'SELECT item, SUM(price), COUNT(DISTINCT id) FROM orders GROUP BY item ORDER BY 1 LIMIT 5',
    'WITH q AS (SELECT id, COUNT(*) n FROM orders GROUP BY id) SELECT x.id, y.n FROM q x JOIN q y ON x.id = y.id',
    'SELECT * FROM orders o LEFT JOIN kept k ON o.id = k.a AND o.price > 1.7',
    'SELECT id, ROW_NUMBER() OVER (PARTITION BY item ORDER BY id DESC) FROM orders',
    'SELECT id, SUM(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM orders',
    'SELECT twice(id), letter FROM orders, LATERAL TABLE(letters(item)) AS t(letter)',
    'SELECT id, x FROM orders CROSS JOIN UNNEST(ARRAY[1, id]) AS u(x)',
    "SELECT day_ + INTERVAL '1' DAY, price IN (1.5, 2.25), X'01ff', CAST(9223372036854775807 AS BIGINT), DATE '2020-01-01', -0.0E0, MAP['a', 1], ROW(1, 'x') FROM orders",
    'SELECT item, id FROM orders UNION ALL SELECT b, a FROM kept',
    'SELECT id FROM orders WHERE id NOT IN (SELECT a FROM kept)',
    'SELECT * FROM numbered((SELECT item, item AS word, at_ FROM orders) PARTITION BY item ORDER BY at_, 5)',
    `SELECT * FROM silence(input => (SELECT item, item AS word, at_ AS ts FROM orders) PARTITION BY item,
       seconds => 5, on_time => DESCRIPTOR(ts))`,
    `SELECT * FROM orders MATCH_RECOGNIZE (
       ORDER BY at_ MEASURES FIRST(a.id) AS f, LAST(b.id) AS l
       PATTERN (a b+?) DEFINE b AS b.id > a.id)`,
    'VALUES (1, CAST(NULL AS STRING)), (2, CAST(CAST(1.5 AS DOUBLE) AS STRING))',
  ];

  test.each(QUERIES)('%s', async (sql) => {
    const create = `CREATE TABLE target AS ${sql}`;
    await tEnv.executeSql(create);
    await other.executeSql(create);
    await other.executeSql('TRUNCATE TABLE target');
    const text = tEnv.compilePlanSql(`INSERT INTO target ${sql}`).asJsonString();
    const loaded = other.loadPlan(PlanReference.fromJsonString(text));
    await loaded.execute();
    expect(await rowsOf(other, 'target')).toBe(await rowsOf(tEnv, 'target'));
    expect(loaded.asJsonString()).toBe(text);
    expect(loaded.explain()).toContain('== Optimized Execution Plan ==');
  });
});

describe('statements', () => {
  const file = path.join(folder, 'plan.json');
  const compile = `COMPILE PLAN '${file}' FOR INSERT INTO kept SELECT id, item FROM orders`;
  const count = async (): Promise<unknown> =>
    (await (await tEnv.executeSql('SELECT COUNT(*) AS n FROM kept')).toArray())[0];

  afterEach(() => rmSync(file, { force: true }));

  test('COMPILE PLAN runs nothing, EXECUTE PLAN runs it as often as one likes', async () => {
    await tEnv.executeSql(compile);
    expect(await count()).toEqual({ n: 2n });
    const result = await tEnv.executeSql(`EXECUTE PLAN 'file://${file}'`);
    expect(await result.toArray()).toEqual([{ 'default_catalog.default_database.kept': 3n }]);
    await tEnv.executePlan(PlanReference.fromFile(file));
    expect(await count()).toEqual({ n: 8n });
    expect(readdirSync(folder).sort()).toEqual(['orders.csv', 'plan.json']);
  });

  test('a file that exists', async () => {
    await tEnv.executeSql(compile);
    const text = readFileSync(file, 'utf8');
    await expect(tEnv.executeSql(compile)).rejects.toEqual(withCode('PLAN_EXISTS'));
    const ifNotExists = `COMPILE PLAN '${file}' IF NOT EXISTS FOR INSERT INTO kept VALUES (1, 'a')`;
    await tEnv.executeSql(ifNotExists);
    expect(readFileSync(file, 'utf8')).toBe(text);
    await tEnv.executeSql("SET 'table.plan.force-recompile' = 'true'");
    await tEnv.executeSql(`COMPILE PLAN '${file}' FOR INSERT INTO kept VALUES (1, 'a')`);
    expect(readFileSync(file, 'utf8')).not.toBe(text);
  });

  test('COMPILE AND EXECUTE PLAN, statement sets', async () => {
    await tEnv.executeSql('CREATE TABLE names (n STRING)');
    const result = await tEnv.executeSql(`COMPILE AND EXECUTE PLAN '${file}' FOR STATEMENT SET
      BEGIN INSERT INTO kept SELECT id, item FROM orders; INSERT INTO names SELECT b FROM kept; END`);
    expect(await result.toArray({ rowFormat: 'array' })).toEqual([[3n, 2n]]);
    const set = tEnv.createStatementSet();
    set.addInsertSql("INSERT INTO names VALUES ('z')");
    expect(await (await set.compilePlan().execute()).toArray({ rowFormat: 'array' })).toEqual([
      [1n],
    ]);
    const pipeline = tEnv.sqlQuery('SELECT b FROM kept').insertInto('names');
    pipeline.compilePlan().writeToFile(file, true);
    expect(() => pipeline.compilePlan().writeToFile(file)).toThrow(withCode('PLAN_EXISTS'));
  });
});

describe('what a plan is refused for', () => {
  const insert = 'INSERT INTO kept SELECT twice(id), item FROM orders';
  const load = (text: string) => tEnv.loadPlan(PlanReference.fromJsonString(text));

  test('damaged and foreign texts', () => {
    const text = tEnv.compilePlanSql(insert).asJsonString();
    for (const bad of ['', '1', 'null', '[]', '{}', '{"nodes":[]}', text.slice(0, -20)]) {
      expect(() => load(bad)).toThrow(withCode('INVALID_PLAN'));
    }
    expect(() => load(text.replace('twice', 'trice'))).toThrow(withCode('INVALID_PLAN'));
    expect(() => load(text.replace('"version":1', '"version":2'))).toThrow(
      withCode('PLAN_VERSION'),
    );
    expect(() => tEnv.loadPlan('plan.json' as never)).toThrow(withCode('INVALID_ARGUMENT'));
    expect(() => tEnv.loadPlan(PlanReference.fromFile(path.join(folder, 'none')))).toThrow(
      withCode('FILE_ERROR'),
    );
  });

  test('tables and functions that are others now', async () => {
    const plan = tEnv.compilePlanSql(insert);
    tEnv.dropTemporarySystemFunction('twice');
    await expect(plan.execute()).rejects.toEqual(withCode('FUNCTION_NOT_FOUND'));
    const again = other.loadPlan(PlanReference.fromJsonString(plan.asJsonString()));
    await other.executeSql('ALTER TABLE kept ADD c INT');
    await expect(again.execute()).rejects.toEqual(withCode('PLAN_OUTDATED'));
    await other.executeSql('DROP TABLE orders');
    expect(() => again.explain()).toThrow(withCode('TABLE_NOT_FOUND'));
    // A table in memory takes no filters and projections as a file does.
    await other.executeSql(
      'CREATE TABLE orders (id INT, item STRING, price DECIMAL(10, 2), day_ DATE)',
    );
    await other.executeSql('ALTER TABLE kept DROP c');
    const read = other.loadPlan(
      PlanReference.fromJsonString(
        tEnv
          .compilePlanSql("INSERT INTO kept SELECT id, item FROM orders WHERE item = 'a'")
          .asJsonString(),
      ),
    );
    await expect(read.execute()).rejects.toEqual(withCode('PLAN_OUTDATED'));
  });

  test('what has no name', () => {
    tEnv.createTemporaryView('v', tEnv.fromValues([{ a: 1, b: 'x' }]));
    expect(() => tEnv.compilePlanSql('INSERT INTO kept SELECT * FROM v')).toThrow(
      withCode('NOT_SUPPORTED'),
    );
    expect(() => tEnv.compilePlanSql('SELECT 1')).toThrow(withCode('NOT_AN_INSERT'));
  });
});

test('plain data that JSON has no form for', () => {
  const value = [
    1n,
    -0,
    NaN,
    -Infinity,
    new Uint8Array([1, 255]),
    new Map([[1n, null]]),
    { $a: 1 },
  ];
  expect(fromTaggedJson(toTaggedJson(value))).toEqual(value);
});
