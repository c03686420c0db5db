import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DataTypes, ptf, ResourceError, TableEnvironment } from '../../src/index.ts';

/** Rows of the large table: a few times as much as the limited environments hold. */
const ROWS = 45_000;

let folder = '';
let reference: TableEnvironment;

/** A table of random rows, the same ones every time, in a file: tables in memory would count. */
function writeRows(file: string): void {
  let state = 12_345;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const orNull = <T>(value: T): T | null => (random(10) === 0 ? null : value);
  const lines = Array.from({ length: ROWS }, (_, id) =>
    JSON.stringify({
      id,
      few: random(7),
      many: orNull(random(ROWS / 3)),
      text: orNull(`text ${random(ROWS / 2)} ${'x'.repeat(random(100))}`),
      price: orNull((random(10 ** 9) / 100).toFixed(2)),
      wide: orNull(`${random(10 ** 9)}${random(10 ** 9)}.25`),
      at: orNull(
        `2024-01-${String(1 + random(28)).padStart(2, '0')} 00:00:00.${String(random(10 ** 9)).padStart(9, '0')}`,
      ),
      list: orNull([random(5), null, random(5)]),
      pair: orNull({ a: orNull(random(100)), b: `b${random(1000)}` }),
    }),
  );
  writeFileSync(file, lines.join('\n'));
}

const TABLE = (name: string, format: string): string => `
  CREATE TABLE ${name} (
    id BIGINT NOT NULL, few INT, many INT, text STRING, price DECIMAL(12, 2), wide DECIMAL(30, 4),
    \`at\` TIMESTAMP(9), list ARRAY<INT>, pair ROW<a INT, b STRING>
  ) WITH ('connector' = 'filesystem', 'path' = '${folder}/${format}', 'format' = '${format}')`;

/** Numbers the rows of each set, and shows the row before. */
const numbered = ptf(
  {
    *eval({ state }, { input }) {
      const n = (state.n.value() ?? 0) + 1;
      yield [input.id, n, state.text.value()];
      state.n.update(n);
      state.text.update(input.text);
    },
  },
  {
    arguments: {
      input: {
        table: 'set',
        columns: { id: DataTypes.BIGINT().notNull(), text: DataTypes.STRING() },
      },
    },
    state: { n: { value: DataTypes.INT() }, text: { value: DataTypes.STRING() } },
    resultTypes: [DataTypes.BIGINT(), DataTypes.INT(), DataTypes.STRING()],
    resultNames: ['of', 'n', 'before'],
  },
);

async function open(config: Record<string, string>): Promise<TableEnvironment> {
  const environment = TableEnvironment.create({ config });
  environment.createTemporarySystemFunction('numbered', numbered);
  await environment.executeSql(TABLE('t', 'arrow'));
  return environment;
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-test-'));
  writeRows(path.join(folder, 'json'));
  reference = await open({
    'table.exec.memory.limit': '512m',
    'table.exec.batch-rows': '1024',
    'parallelism.default': '1',
  });
  await reference.executeSql(TABLE('lines', 'json'));
  await reference.executeSql('INSERT INTO t SELECT * FROM `lines`');
});

afterAll(async () => {
  await reference.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The rows of the queries where memory holds all. */
const results = new Map<string, ReturnType<typeof run>>();

function expected(sql: string): ReturnType<typeof run> {
  const found = results.get(sql) ?? run(reference, sql, null);
  results.set(sql, found);
  return found;
}

/** The rows of a query as texts, and whether there were spill files when they came. */
async function run(
  environment: TableEnvironment,
  sql: string,
  spills: string | null,
): Promise<{ rows: string[]; spilled: boolean }> {
  const rows: string[] = [];
  let spilled = false;
  const result = await environment.executeSql(sql);
  for await (const row of result.collect()) {
    if (rows.length === 0 && spills !== null) {
      spilled = existsSync(spills) && readdirSync(spills, { recursive: true }).length > 1;
    }
    rows.push(
      JSON.stringify(row, (_, value: unknown) =>
        typeof value === 'bigint' ? `${value}n` : value instanceof Map ? [...value] : value,
      ),
    );
  }
  return { rows, spilled };
}

const QUERIES: readonly (readonly [name: string, sql: string, ordered: boolean])[] = [
  ['sort by strings', 'SELECT * FROM t ORDER BY text, id', true],
  ['sort by decimals, NULLs last', 'SELECT * FROM t ORDER BY wide DESC NULLS LAST, id', true],
  ['a stable sort of few keys', 'SELECT few, id, pair, text, wide FROM t ORDER BY few', true],
  ['first rows', 'SELECT * FROM t ORDER BY `at`, id LIMIT 20000 OFFSET 1000', true],
  [
    'groups of every row',
    'SELECT id, SUM(price), MAX(text), COUNT(wide), MIN(`at`) FROM t GROUP BY id',
    false,
  ],
  [
    'groups of strings and NULL',
    'SELECT text, few, AVG(price), SUM(wide) FROM t GROUP BY text, few',
    false,
  ],
  [
    'groups of nested keys',
    'SELECT pair, list, COUNT(*), MAX(id) FROM t GROUP BY pair, list',
    false,
  ],
  [
    'groups of collected values',
    'SELECT text, ARRAY_AGG(id ORDER BY id), MAX(wide) FROM t GROUP BY text',
    false,
  ],
  ['distinct rows', 'SELECT DISTINCT text, many, price FROM t', false],
  ['count of distinct values', 'SELECT COUNT(DISTINCT text || CAST(id AS STRING)) FROM t', false],
  [
    'counts of distinct values of several columns',
    'SELECT COUNT(DISTINCT text), COUNT(DISTINCT id), COUNT(DISTINCT wide), SUM(few) FROM t',
    false,
  ],
  [
    'distinct values of few groups',
    `SELECT few, COUNT(DISTINCT text), SUM(DISTINCT wide) FILTER (WHERE id > 100),
       COUNT(DISTINCT pair), COUNT(*), MAX(id) FROM t GROUP BY few`,
    false,
  ],
  [
    'distinct values of many groups',
    'SELECT many, COUNT(DISTINCT text), SUM(DISTINCT wide), COUNT(*) FROM t GROUP BY many',
    false,
  ],
  ['inner join', 'SELECT a.id, b.* FROM t a JOIN t b ON a.many = b.id', false],
  [
    'join of several keys',
    'SELECT a.id, b.* FROM t a JOIN t b ON a.many = b.many AND a.few = b.few AND a.id < b.id',
    false,
  ],
  ['left join', 'SELECT a.*, b.* FROM t a LEFT JOIN t b ON a.text = b.text AND b.few < 6', false],
  ['right join', 'SELECT a.*, b.* FROM t a RIGHT JOIN t b ON a.many = b.id AND a.few < 6', false],
  [
    'full join',
    'SELECT a.*, b.* FROM (SELECT * FROM t WHERE few < 5) a FULL JOIN t b ON a.many = b.id',
    false,
  ],
  [
    'semi join',
    'SELECT * FROM t a WHERE EXISTS (SELECT 1 FROM t b WHERE b.text = a.text AND b.wide <> a.wide)',
    false,
  ],
  [
    'anti join',
    `SELECT id, pair FROM t a
     WHERE NOT EXISTS (SELECT 1 FROM t b WHERE b.text = a.text AND b.wide <> a.wide)`,
    false,
  ],
  [
    'three joins in a row',
    `SELECT a.id, b.text, c.price, d.pair FROM t a JOIN t b ON a.many = b.id
     LEFT JOIN t c ON b.many = c.id JOIN t d ON d.id = a.id`,
    false,
  ],
  [
    'a join under groups',
    'SELECT b.text, COUNT(*), SUM(a.price) FROM t a JOIN t b ON a.many = b.id GROUP BY b.text',
    false,
  ],
  [
    'window functions',
    `SELECT id, ROW_NUMBER() OVER w, SUM(price) OVER w, LAG(text) OVER w, list FROM t
     WINDOW w AS (PARTITION BY many ORDER BY id)`,
    false,
  ],
  [
    'first rows of each key',
    `SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY text ORDER BY id) AS n FROM t)
     WHERE n <= 2`,
    false,
  ],
  [
    'sets of a process table function',
    'SELECT * FROM numbered(TABLE t PARTITION BY many ORDER BY id)',
    false,
  ],
  ['union', 'SELECT text, many FROM t UNION SELECT text, few FROM t', false],
  ['intersection', 'SELECT many, text FROM t INTERSECT SELECT many + 0, text FROM t', false],
  ['difference', 'SELECT id, text FROM t EXCEPT SELECT many, text FROM t', false],
];

/** Small batches: what is on its way is not spilled, and must fit into the little there is. */
const LIMITED = { 'table.exec.memory.limit': '16m', 'table.exec.batch-rows': '1024' };

test('files are gone after a loop that was left, a cancelled statement and close', async () => {
  const spills = path.join(folder, 'spills of the end');
  const config = {
    ...LIMITED,
    'table.exec.spill.directory': spills,
    'table.exec.inline-rows': '0',
  };
  const environment = await open(config);
  const sql = 'SELECT * FROM t ORDER BY text, id';
  const left = await environment.executeSql(sql);
  for await (const _ of left.collect()) {
    expect(readdirSync(spills).length).toBe(1);
    break;
  }
  expect(readdirSync(spills)).toEqual([]);
  const controller = new AbortController();
  const aborted = await environment.executeSql(sql, { signal: controller.signal });
  const reader = aborted.collect()[Symbol.asyncIterator]();
  await reader.next();
  expect(readdirSync(spills).length).toBe(1);
  controller.abort();
  // The rows of the batch that was handed out still come.
  const rest = async (): Promise<void> => {
    while ((await reader.next()).done !== true);
  };
  await expect(rest()).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(readdirSync(spills)).toEqual([]);
  const closed = await environment.executeSql(sql);
  const other = closed.collect()[Symbol.asyncIterator]();
  await other.next();
  await environment.close();
  await other.next().catch(() => {});
  expect(readdirSync(spills)).toEqual([]);
});

test('what cannot be parted ends with an error that says who held the memory', async () => {
  const spills = path.join(folder, 'spills of errors');
  const environment = await open({ ...LIMITED, 'table.exec.spill.directory': spills });
  const all =
    'SELECT ARRAY_AGG(text) FROM t CROSS JOIN UNNEST(ARRAY[1, 2, 3, 4, 5, 6, 7, 8]) AS u (x)';
  const error: unknown = await run(environment, all, null).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ResourceError);
  expect(error).toMatchObject({ code: 'MEMORY_LIMIT' });
  expect((error as ResourceError).hint).toContain('HashAggregate');
  const { rows } = await run(environment, 'SELECT COUNT(*) AS n FROM t', null);
  expect(rows).toEqual([`{"n":"${ROWS}n"}`]);
  expect(existsSync(spills) ? readdirSync(spills) : []).toEqual([]);
  await environment.close();
});

test('rows that memory holds, but not with a table of them, are joined in files', async () => {
  const spills = path.join(folder, 'spills of tables');
  const environment = await open({
    ...LIMITED,
    'table.exec.spill.directory': spills,
    'table.exec.inline-rows': '0',
    'parallelism.default': '2',
  });
  const half = 60_000;
  await environment.executeSql(`CREATE TABLE narrow (k BIGINT) WITH ('connector' = 'datagen',
    'fields.k.kind' = 'sequence', 'fields.k.start' = '1', 'fields.k.end' = '${half}')`);
  // Rows of two inputs are held before a table is made of them.
  await environment.executeSql(
    `CREATE VIEW halves AS SELECT k FROM narrow UNION ALL SELECT k + ${half} FROM narrow`,
  );
  const sql = 'SELECT a.k, b.k AS other FROM halves a JOIN halves b ON a.k = b.k + 1';
  const found = await run(environment, sql, spills);
  expect(found.rows.length).toBe(2 * half - 1);
  expect(found.spilled).toBe(true);
  await environment.close();
});

describe.each([
  ['on the calling thread', { 'table.exec.inline-rows': '1000000' }],
  ['two workers', { 'table.exec.inline-rows': '0', 'parallelism.default': '2' }],
])('with little memory, %s', (_, threads) => {
  let environment: TableEnvironment;
  let spills = '';

  beforeAll(async () => {
    spills = path.join(folder, `spills ${Object.values(threads).join(' ')}`);
    environment = await open({ ...LIMITED, ...threads, 'table.exec.spill.directory': spills });
  });

  afterAll(() => environment.close());

  test.each(QUERIES)('%s', async (_name, sql, ordered) => {
    const wanted = await expected(sql);
    const found = await run(environment, sql, spills);
    if (!ordered) for (const { rows } of [wanted, found]) rows.sort();
    expect(found.rows.length).toBe(wanted.rows.length);
    expect(found.rows.find((row, i) => row !== wanted.rows[i])).toBe(undefined);
    expect(found.spilled).toBe(true);
    expect(readdirSync(spills)).toEqual([]);
  });
});
