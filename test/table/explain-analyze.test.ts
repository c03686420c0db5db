import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  asyncUdf,
  DataTypes,
  type ExplainedOperator,
  ptf,
  type StatementProfile,
  TableEnvironment,
  udaf,
  udf,
} from '../../src/index.ts';

let tEnv: TableEnvironment;

beforeAll(async () => {
  tEnv = TableEnvironment.create({ config: { 'parallelism.default': '2' } });
  await tEnv.executeSql('CREATE TABLE orders (id BIGINT, customer INT, price DOUBLE, note STRING)');
  await tEnv.executeSql('CREATE TABLE customers (id INT, name STRING)');
  await tEnv.executeSql('CREATE TABLE copies (id BIGINT, price DOUBLE)');
  await tEnv
    .fromValues(Array.from({ length: 100 }, (_, i) => [i, `customer ${i}`]))
    .executeInsert('customers');
  await tEnv
    .fromValues(
      Array.from({ length: 20_000 }, (_, i) => [BigInt(i), i % 100, i / 2, `note ${i % 7}`]),
    )
    .executeInsert('orders');
  const strings = { inputTypes: [DataTypes.STRING()], resultType: DataTypes.STRING() };
  const shout = udf((s: string) => `${s}!`, { ...strings, deterministic: false });
  tEnv.createTemporarySystemFunction('shout', shout);
  tEnv.createTemporarySystemFunction(
    'whisper',
    udf((s: string) => s.toLowerCase(), strings),
  );
  tEnv.createTemporarySystemFunction(
    'later',
    asyncUdf(async (s: string) => s, strings),
  );
  tEnv.createTemporarySystemFunction(
    'fail',
    udf(() => {
      throw new Error('no');
    }, strings),
  );
  tEnv.createTemporarySystemFunction(
    'total',
    udaf(
      {
        createAccumulator: () => ({ sum: 0 }),
        accumulate: (acc: { sum: number }, x: number) => {
          acc.sum += x;
        },
        getValue: (acc: { sum: number }) => acc.sum,
      },
      { inputTypes: [DataTypes.DOUBLE()], resultType: DataTypes.DOUBLE() },
    ),
  );
});

afterAll(() => tEnv.close());

/** All operators of a profile, by their kinds, the upper ones first. */
function operators({ plans }: StatementProfile, kind: string): readonly ExplainedOperator[] {
  const all = (root: ExplainedOperator): readonly ExplainedOperator[] => [
    root,
    ...root.inputs.flatMap(all),
  ];
  return plans.flatMap(all).filter(({ operator }) => operator === kind);
}

function measuredOf(profile: StatementProfile, kind: string) {
  return operators(profile, kind).map(({ measured }) => measured!);
}

/** The text with what differs from run to run masked. */
function masked(text: string): string {
  return text
    .replace(/\d+(\.\d+)? (ms|s)\b/g, 'T ms')
    .replace(/\d+(\.\d+)? (B|KiB|MiB)\b/g, 'M')
    .replace(/\d+%/g, 'P%')
    .replace(/ +/g, ' ');
}

const JOIN = `SELECT c.name, SUM(price * c.id) AS total FROM orders o JOIN customers c ON o.customer = c.id
  WHERE o.price >= 10 GROUP BY c.name ORDER BY total DESC LIMIT 3`;

describe.each([
  ['on the calling thread', { inline: '1000000', parallelism: '1' }],
  ['on two workers', { inline: '0', parallelism: '2' }],
])('%s', (_, { inline, parallelism }) => {
  beforeAll(() => {
    tEnv.getConfig().set('table.exec.inline-rows', inline);
    tEnv.getConfig().set('parallelism.default', parallelism);
  });

  test('rows of a join, an aggregate and a sort', async () => {
    const profile = await tEnv.explainAnalyze(JOIN);
    expect(profile.rows).toBe(3);
    expect(measuredOf(profile, 'TableSourceScan').map(({ rowsOut }) => rowsOut)).toEqual([
      20_000, 100,
    ]);
    const [join] = measuredOf(profile, 'HashJoin');
    expect(join).toMatchObject({ rowsIn: 19_980 + 100, rowsOut: 19_980, spilledBytes: 0 });
    expect(join!.memoryBytes).toBeGreaterThan(0);
    const sorts = measuredOf(profile, 'SortLimit');
    expect(sorts[0]).toMatchObject({ rowsOut: 3 });
    expect(sorts.at(-1)).toMatchObject({ rowsIn: 100 });
    const aggregates = measuredOf(profile, 'HashAggregate');
    expect(aggregates.at(-1)).toMatchObject({ rowsIn: 19_980 });
    expect(aggregates[0]).toMatchObject({ rowsOut: 100 });
    expect(profile.executionMs).toBeGreaterThan(0);
    expect(profile.planningMs).toBeGreaterThan(0);
    expect(join!.timeMs).toBeGreaterThan(0);
    expect(join!.wallShare).toBeGreaterThan(0);
    expect(join!.wallShare).toBeLessThanOrEqual(1);
    expect(join!.batchesOut).toBeGreaterThan(0);
    // The projection below the aggregate is part of its loop.
    const folded = operators(profile, 'Calc').find(({ measured }) => measured === null);
    expect(folded!.note).toBe(`computed by #${folded!.id - 1}`);
  });

  test('how expressions are evaluated', async () => {
    const profile = await tEnv.explainAnalyze(
      `SELECT price * 2 AS a, UPPER(note) AS b, whisper(note) AS c FROM orders WHERE price > 5`,
    );
    const forms = profile.plans.flatMap((plan) => allExpressions(plan));
    expect(forms).toEqual(
      expect.arrayContaining([
        { form: 'compiled', text: '(price > 5)' },
        { form: 'compiled', text: '(price * 2)' },
        { form: 'dictionary', text: 'UPPER(note)' },
        { form: 'udf', text: 'whisper(note)' },
      ]),
    );
    tEnv.getConfig().set('table.exec.compile', 'off');
    const interpreted = await tEnv.explainAnalyze('SELECT price * 3 AS a FROM orders');
    tEnv.getConfig().set('table.exec.compile', 'auto');
    expect(interpreted.plans.flatMap(allExpressions)).toEqual([
      { form: 'interpreted', text: '(price * 3)' },
    ]);
  });

  test('calls, rows and time of functions, in the profile and in the metrics', async () => {
    const sql = `SELECT shout(note) AS a, whisper(note) AS b, later(note) AS c FROM orders`;
    const { functions } = await tEnv.explainAnalyze(sql);
    const of = (name: string) => functions.find((one) => one.name === name)!;
    expect(of('shout')).toMatchObject({ calls: 20_000, rows: 20_000 });
    expect(of('shout').timeMs).toBeGreaterThan(0);
    // Deterministic functions see each value of a dictionary once a batch, or once a task.
    expect(of('whisper').rows).toBe(20_000);
    expect(of('whisper').calls).toBeLessThan(200);
    expect(of('later').rows).toBe(20_000);
    expect(of('later').calls).toBeLessThan(200);
    const result = await tEnv.executeSql(sql);
    await result.toArray();
    expect(result.metrics()['udf.shout']).toMatchObject({
      kind: 'function',
      calls: 20_000,
      rows: 20_000,
    });
  });

  test('calls of aggregate functions, grouped and over windows', async () => {
    const sql = 'SELECT customer, total(price) AS x FROM orders GROUP BY customer';
    const grouped = await tEnv.explainAnalyze(sql);
    expect(grouped.functions).toMatchObject([{ name: 'total', calls: 20_000, rows: 20_000 }]);
    const over = await tEnv.explainAnalyze(
      'SELECT total(price) OVER (PARTITION BY customer ORDER BY id) AS x FROM orders',
    );
    expect(over.functions).toMatchObject([{ name: 'total', calls: 20_000, rows: 20_000 }]);
    expect(over.plans.flatMap(allExpressions)).toContainEqual({
      form: 'udf',
      text: 'total(price)',
    });
  });

  test('a satisfied LIMIT: what was read until then', async () => {
    const profile = await tEnv.explainAnalyze('SELECT id FROM orders LIMIT 5');
    expect(profile.rows).toBe(5);
    expect(measuredOf(profile, 'Limit')[0]).toMatchObject({ rowsOut: 5 });
  });

  test('rows that are kept for two readers are measured once', async () => {
    const profile = await tEnv.explainAnalyze(
      `WITH s AS (SELECT customer, SUM(price) AS p FROM orders GROUP BY customer)
       SELECT a.customer FROM s AS a JOIN s AS b ON a.customer = b.customer`,
    );
    const shared = operators(profile, 'Shared');
    expect(shared.map(({ note, inputs }) => [note, inputs.length])).toEqual([
      [null, 1],
      ['read again', 0],
    ]);
    expect(shared[0]!.measured).toMatchObject({ rowsIn: 100, rowsOut: 100 });
  });
});

describe('statements', () => {
  test('a write is carried out', async () => {
    await tEnv.executeSql('TRUNCATE TABLE copies');
    const text = await resultOf('EXPLAIN ANALYZE INSERT INTO copies SELECT id, price FROM orders');
    expect(text).toContain('20000 rows,');
    expect(await resultOf('SELECT CAST(COUNT(*) AS STRING) FROM copies')).toBe('20000');
    const profile = await tEnv.explainAnalyze('INSERT INTO copies VALUES (1, 2.5), (2, 3.5)');
    expect(profile.rows).toBe(2);
    expect(measuredOf(profile, 'TableSink')).toMatchObject([{ rowsIn: 2 }]);
  });

  test('sets of writes, UPDATE, DELETE and CREATE TABLE AS', async () => {
    await tEnv.executeSql('TRUNCATE TABLE copies');
    const set = await tEnv.explainAnalyze(
      `EXECUTE STATEMENT SET BEGIN INSERT INTO copies VALUES (1, 2.5);
       INSERT INTO copies VALUES (2, 3.5); END`,
    );
    expect(set.plans.map(({ id, operator }) => [id, operator])).toEqual([
      [1, 'TableSink'],
      [3, 'TableSink'],
    ]);
    const update = await tEnv.explainAnalyze('UPDATE copies SET price = 4 WHERE id = 2');
    expect(update.rows).toBe(2);
    const removal = await tEnv.explainAnalyze('DELETE FROM copies WHERE id = 2');
    expect(removal.rows).toBe(1);
    await tEnv.explainAnalyze('CREATE TABLE extra AS SELECT id FROM copies');
    expect(await resultOf('SELECT CAST(COUNT(*) AS STRING) FROM extra')).toBe('1');
  });

  test('the Table API', async () => {
    await tEnv.executeSql('TRUNCATE TABLE copies');
    const orders = tEnv.sqlQuery('SELECT id, price FROM orders WHERE id < 10');
    expect((await orders.explainAnalyze()).rows).toBe(10);
    expect((await orders.insertInto('copies').explainAnalyze()).rows).toBe(10);
    const set = tEnv.createStatementSet();
    set.addInsert('copies', orders).addInsertSql('INSERT INTO copies VALUES (1, 1.5)');
    const profile = await set.explainAnalyze();
    expect(profile.rows).toBe(11);
    expect(profile.plans).toHaveLength(2);
    expect(await resultOf('SELECT CAST(COUNT(*) AS STRING) FROM copies')).toBe('21');
  });

  test('parameters', async () => {
    const { rows } = await tEnv.explainAnalyze('SELECT id FROM orders WHERE id < ?', {
      params: [7n],
    });
    expect(rows).toBe(7);
  });

  test('what has no plan is refused', async () => {
    for (const sql of ['CREATE TABLE x (a INT)', 'DROP TABLE copies', 'SHOW TABLES']) {
      await expect(tEnv.explainAnalyze(sql)).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    }
    await expect(tEnv.executeSql('EXPLAIN ANALYZE CREATE TABLE x (a INT)')).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
    });
    expect(tEnv.listTables()).not.toContain('x');
  });

  test('a query that fails throws its own error', async () => {
    await expect(tEnv.explainAnalyze('SELECT fail(note) FROM orders')).rejects.toMatchObject({
      code: 'UDF_FAILED',
    });
    await expect(tEnv.executeSql('EXPLAIN ANALYZE SELECT nope FROM orders')).rejects.toMatchObject({
      code: 'COLUMN_NOT_FOUND',
    });
  });

  test('a query that is cancelled throws CANCELLED', async () => {
    const sql = 'SELECT COUNT(*) FROM orders AS a, orders AS b WHERE a.price + b.price < 0';
    for (const inline of ['0', '1000000000']) {
      tEnv.getConfig().set('table.exec.inline-rows', inline);
      const controller = new AbortController();
      const running = tEnv.explainAnalyze(sql, { signal: controller.signal });
      setTimeout(() => controller.abort(), 20);
      await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    }
    expect((await tEnv.memory()).statements).toEqual({ running: 0, bytes: 0 });
  });
});

describe('formats', () => {
  beforeAll(() => {
    tEnv.getConfig().set('table.exec.inline-rows', '1000000');
    tEnv.getConfig().set('parallelism.default', '1');
  });

  test('text', async () => {
    const text = await resultOf(`EXPLAIN ANALYZE ${JOIN}`);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(masked(text)).toMatchInlineSnapshot(`
      "== Analyzed Plan ==
      # Operator Rows in Rows out Batches Time Wall Memory Spilled
      1 SortLimit 100 3 1 T ms P% M M
      2 Calc 100 100 1 T ms P% M M
      3 HashAggregate 19980 100 1 T ms P% M M
      4 Calc - - - - - - -
      5 HashJoin 20080 19980 2 T ms P% M M
      6 ├ Calc 20000 19980 2 T ms P% M M
      7 │ TableSourceScan 0 20000 2 T ms P% M M
      8 └ TableSourceScan 0 100 1 T ms P% M M

      == Operators ==
      #1 SortLimit(orderBy=[total DESC], fetch=[3])
       estimated 3 rows, 1 task
      #2 Calc(select=[name, $f1 AS total])
       estimated 100 rows, 1 task
      #3 HashAggregate(groupBy=[name], select=[name, SUM($f1)])
       estimated 100 rows, 1 task
       compiled: SUM((price * CAST(id AS DOUBLE)))
      #4 Calc(select=[name, (price * CAST(id AS DOUBLE)) AS $f1])
       estimated 19980 rows, computed by #3
      #5 HashJoin(joinType=[inner], where=[customer = id], build=[right])
       estimated 19980 rows, 2 tasks
      #6 Calc(select=[customer, price], where=[(price >= 10)])
       estimated 19980 rows, 1 task
       compiled: (price >= 10)
      #7 TableSourceScan(table=[[default_catalog, default_database, orders]], fields=[customer, price],
       project=[customer, price])
       estimated 20000 rows, 1 task
      #8 TableSourceScan(table=[[default_catalog, default_database, customers]], fields=[id, name])
       estimated 100 rows, 1 task

      == Totals ==
      3 rows, 2 tasks, planning T ms, execution T ms, total T ms
      "
    `);
  });

  test('JSON', async () => {
    const read = JSON.parse(await resultOf('EXPLAIN (ANALYZE, FORMAT JSON) SELECT id FROM orders'));
    expect(read).toMatchObject({
      rows: 20_000,
      tasks: 1,
      functions: [],
      plans: [{ id: 1, operator: 'TableSourceScan', measured: { rowsOut: 20_000 }, inputs: [] }],
    });
    const planned = JSON.parse(await resultOf('EXPLAIN (FORMAT JSON) SELECT id FROM orders'));
    expect(planned).toMatchObject({ plans: [{ id: 1, measured: null, estimatedRows: 20_000 }] });
  });

  test('Mermaid', async () => {
    const sql = `SELECT '"<b>]' || note AS x FROM orders WHERE id < 3`;
    expect(
      masked(await resultOf(`EXPLAIN (ANALYZE, FORMAT MERMAID) ${sql}`)),
    ).toMatchInlineSnapshot(`
      "flowchart BT
       n1["#35;1 Calc<br/>select=[(#39;#34;#60;b#62;]#39; #124;#124; note) AS x], where=[(id #60; 3)]<br/>T ms, M"]
       n2["#35;2 TableSourceScan<br/>table=[[default_catalog, default_database, orders]], fields=[id, note], project=[id, note], prune=[id]<br/>T ms, M"]
       n2 -- "20000 rows" --> n1
      "
    `);
    expect(await resultOf('EXPLAIN (FORMAT MERMAID) SELECT id FROM copies')).toMatch(
      /^flowchart BT\n/,
    );
  });

  test('a page without scripts, in which all names are escaped', async () => {
    const sql = `SELECT '<script>alert(1)</script>' || note AS \`<img src=x>\`, shout(note) AS y FROM orders`;
    const page = await resultOf(`EXPLAIN (ANALYZE, FORMAT HTML) ${sql}`);
    expect(page).not.toMatch(/<script|<img|https?:/);
    expect(page).toContain('&#60;script&#62;');
    expect(page).toContain('<h2>Functions</h2>');
    expect(page).toContain('#1 Calc');
    const planned = await resultOf(`EXPLAIN (FORMAT HTML) ${sql}`);
    expect(planned).toContain('&#60;img src=x&#62;');
    expect(planned).not.toMatch(/<script|<img/);
  });
});

async function resultOf(sql: string): Promise<string> {
  const [row] = await (await tEnv.executeSql(sql)).toArray({ rowFormat: 'array' });
  return String((row as readonly unknown[])[0]);
}

function allExpressions(root: ExplainedOperator): readonly unknown[] {
  return [...(root.measured?.expressions ?? []), ...root.inputs.flatMap(allExpressions)];
}

test.each([
  ['none', 'in workers'],
  ['process', 'in a process of its own'],
] as const)('calls of process table functions: isolation %s', async (isolation, place) => {
  const twice = ptf(
    {
      *eval(_, { input }) {
        yield [input['id']];
        yield [input['id']];
      },
    },
    {
      arguments: { input: { table: 'set' }, n: DataTypes.INT() },
      resultTypes: [DataTypes.INT()],
      resultNames: ['made'],
      isolation,
    },
  );
  tEnv.createTemporarySystemFunction('twice', twice);
  const sql = 'SELECT made FROM twice(TABLE customers PARTITION BY id, 5)';
  expect(tEnv.explainSql(sql)).toContain(
    `twice(input => TABLE(id, name), n => 5): ProcessTable ${place}, about 100 rows`,
  );
  const result = await tEnv.executeSql(sql);
  expect(await result.toArray()).toHaveLength(200);
  const { timeMs, ...counts } = result.metrics()['udf.twice'] as { readonly timeMs: number };
  expect(counts).toEqual({ kind: 'function', calls: 100, rows: 100 });
  expect(timeMs).toBeGreaterThan(0);
  const profile = await tEnv.explainAnalyze(sql);
  expect(profile.toText()).toMatch(
    /== Functions ==\nFunction +Calls +Rows +Time\ntwice +100 +100 /,
  );
});
