import { afterAll, beforeAll, expect, test } from 'vitest';
import { DataTypes, TableEnvironment, udf } from '../../src/index.ts';

const ROWS = 6000;

/** Numbers that tables keep in one, two and four bytes, with NULLs and the ends of each width. */
const COLUMNS = `
  CAST(i AS BIGINT) AS id,
  CASE WHEN MOD(i, 11) = 3 THEN NULL ELSE CAST(MOD(i, 256) - 128 AS BIGINT) END AS tiny,
  CAST(MOD(i * 37, 65536) - 32768 AS INT) AS small,
  CAST(i * 357913 - 1000000000 AS BIGINT) AS medium,
  CAST(MOD(i, 9000) AS DECIMAL(15, 2)) / 100 AS price,
  CAST(MOD(i, 7) AS INT) AS k,
  CAST(TIMESTAMPADD(DAY, MOD(i, 3000) - 1500, DATE '1970-01-01') AS DATE) AS d`;

const QUERIES = [
  'SELECT * FROM T',
  "SELECT * FROM T WHERE tiny = -128 OR small >= 32000 OR d = DATE '1969-12-31'",
  'SELECT COUNT(*), SUM(tiny), SUM(price), MIN(d), MAX(medium), COUNT(tiny) FROM T WHERE small < 5',
  'SELECT k, COUNT(*), SUM(price * tiny), MIN(small), MAX(d) FROM T GROUP BY k',
  'SELECT tiny, COUNT(*) FROM T GROUP BY tiny',
  'SELECT tiny, k, SUM(medium) FROM T GROUP BY tiny, k',
  'SELECT COUNT(DISTINCT price), COUNT(DISTINCT small) FROM T',
  'SELECT id, medium FROM T ORDER BY price DESC, medium LIMIT 20',
  'SELECT a.id, b.id FROM T AS a JOIN T AS b ON a.tiny = b.tiny AND a.k = b.k WHERE a.id < 300',
  'SELECT a.id, b.price FROM T AS a LEFT JOIN T AS b ON a.small = b.medium',
  'SELECT COUNT(*) FROM T WHERE small IN (SELECT MOD(id, 100) FROM T WHERE k = 3)',
  'SELECT id, SUM(tiny) OVER (PARTITION BY k ORDER BY id) FROM T WHERE id < 500',
  'SELECT CASE WHEN tiny > 0 THEN price ELSE -price END, tiny + small, d FROM T',
  'SELECT twice(tiny), twice(medium) FROM T',
  'SELECT id FROM T WHERE medium > price AND price BETWEEN 1 AND 30',
];

let t: TableEnvironment;

beforeAll(async () => {
  t = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
  t.createTemporarySystemFunction(
    'twice',
    udf((n: bigint | null) => (n === null ? null : n * 2n), {
      inputTypes: [DataTypes.BIGINT()],
      resultType: DataTypes.BIGINT(),
    }),
  );
  const numbers = Array.from({ length: ROWS }, (_, i) => [i]);
  t.createTemporaryView('numbers', t.fromValues(numbers).as('i'));
  await t.executeSql(`CREATE TABLE narrow AS SELECT ${COLUMNS} FROM numbers`);
});

afterAll(() => t.close());

async function rowsOf(sql: string): Promise<string[]> {
  const rows = await (await t.executeSql(sql)).toArray();
  return rows.map((row) => Object.values(row).map(String).join('|')).sort();
}

test.each(QUERIES)(
  'over a table of narrow columns as over the rows it was made of: %s',
  async (q) => {
    const computed = `(SELECT ${COLUMNS} FROM numbers)`;
    expect(await rowsOf(q.replaceAll(/\bT\b/g, 'narrow'))).toEqual(
      await rowsOf(
        q.replaceAll(/\bFROM T( AS \w)?\b|\bJOIN T( AS \w)?\b/g, (from, a, b) => {
          const [word = ''] = from.split(' ');
          return `${word} ${computed}${a ?? b ?? ' AS T'}`;
        }),
      ),
    );
  },
);

test('rows are changed, keys are unique, and tables take as few bytes as their numbers', async () => {
  await t.executeSql('CREATE TABLE changed AS SELECT * FROM narrow');
  await t.executeSql('UPDATE changed SET small = 100000 WHERE k = 2');
  await t.executeSql('DELETE FROM changed WHERE tiny IS NULL');
  expect(await rowsOf('SELECT COUNT(*), MAX(small), SUM(tiny) FROM changed')).toEqual(
    await rowsOf(`SELECT COUNT(*), 100000, SUM(tiny) FROM narrow WHERE tiny IS NOT NULL`),
  );
  await t.executeSql('CREATE TABLE keyed (id BIGINT NOT NULL PRIMARY KEY ENFORCED, v INT)');
  await t.executeSql('INSERT INTO keyed SELECT id, small FROM narrow');
  await expect(
    t.executeSql('INSERT INTO keyed SELECT id, small FROM narrow WHERE id = 5999'),
  ).rejects.toThrow(/5999/);
  await t.executeSql('INSERT INTO keyed VALUES (6000, 1)');
  expect(await rowsOf('SELECT COUNT(*), MAX(id) FROM keyed')).toEqual(['6001|6000']);
});

test('partitions are replaced and keys of several columns are unique in tables of narrow columns', async () => {
  await t.executeSql(`CREATE TABLE parted (id BIGINT, tiny BIGINT, small INT, k INT)
    PARTITIONED BY (k, tiny)`);
  await t.executeSql('INSERT INTO parted SELECT id, tiny, small, k FROM narrow');
  await t.executeSql(`INSERT OVERWRITE parted
    SELECT id, tiny, 100000, k FROM narrow WHERE k = 2 AND tiny BETWEEN -128 AND 0`);
  expect(await rowsOf('SELECT * FROM parted')).toEqual(
    await rowsOf(`SELECT id, tiny,
      CASE WHEN k = 2 AND tiny BETWEEN -128 AND 0 THEN 100000 ELSE small END, k FROM narrow`),
  );
  await t.executeSql(`CREATE TABLE paired (a INT NOT NULL, b BIGINT NOT NULL, v INT,
    PRIMARY KEY (a, b) ENFORCED)`);
  const pairs = 'SELECT MOD(small, 100), id, k FROM narrow';
  await t.executeSql(`INSERT INTO paired ${pairs}`);
  await expect(t.executeSql(`INSERT INTO paired ${pairs} WHERE id = 4321`)).rejects.toThrow(/4321/);
});

test('numbers of four bytes do not match keys that differ by a multiple of 2^32', async () => {
  const far = 2n ** 32n;
  await t.executeSql(`CREATE TABLE far AS SELECT id + ${far} AS id, k FROM narrow`);
  await t.executeSql(`CREATE TABLE around AS
    SELECT id + ${2n ** 31n - 3000n} AS id, k FROM narrow`);
  await t.executeSql(
    'CREATE TABLE probes AS SELECT id, medium FROM narrow UNION ALL SELECT -2147483648 + id, 1 FROM narrow',
  );
  for (const table of ['far', 'around']) {
    const joined = `SELECT COUNT(*) FROM probes JOIN ${table} ON probes.id = ${table}.id`;
    expect(await rowsOf(joined)).toEqual(['0']);
    const semi = `SELECT COUNT(*) FROM probes WHERE id IN (SELECT id FROM ${table})`;
    expect(await rowsOf(semi)).toEqual(['0']);
  }
});
