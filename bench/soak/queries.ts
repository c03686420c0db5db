import { col, type TableEnvironment } from '../../src/index.ts';

/** A query of the mix: the same kind comes again with other constants, texts or parameters. */
type Query = (tEnv: TableEnvironment, nth: number) => Promise<unknown>;

const sql =
  (text: (nth: number) => string): Query =>
  async (tEnv, nth) =>
    (await tEnv.executeSql(text(nth))).toArray();

/** An error is an answer too: what it leaves behind is measured. */
async function failing(tEnv: TableEnvironment, text: string): Promise<void> {
  try {
    await (await tEnv.executeSql(text)).toArray();
  } catch {
    return;
  }
  throw new Error(`Expected an error of: ${text}`);
}

/** The kinds of queries, in turn, over the tables of the suite `micro` at a hundred thousand rows. */
export function mixOf(parquet: string): readonly Query[] {
  return [
    async (tEnv, nth) =>
      (
        await tEnv.executeSql('SELECT id, v FROM facts WHERE id = ?', { params: [nth % 100_000] })
      ).toArray(),
    sql((nth) => `SELECT ${nth} + id AS n, s FROM facts WHERE id = ${nth % 100_000}`),
    sql((nth) => `SELECT k1000, SUM(v), COUNT(*) FROM facts WHERE id > ${nth} GROUP BY k1000`),
    sql(() => 'SELECT s, AVG(v) FROM facts GROUP BY s'),
    sql((nth) => `SELECT SUM(v * w) FROM facts JOIN dims ON k1m = k WHERE w > ${nth % 300}`),
    sql((nth) => `SELECT t, v FROM facts ORDER BY v DESC, id LIMIT ${1 + (nth % 100)}`),
    sql((nth) => `SELECT COUNT(*) FROM facts WHERE t LIKE '%${nth % 100}%'`),
    sql(() => 'SELECT COUNT(DISTINCT k1m), COUNT(DISTINCT s) FROM facts'),
    sql(
      (nth) => `SELECT k1000, rn FROM (SELECT k1000, ROW_NUMBER() OVER
        (PARTITION BY k1000 ORDER BY v) AS rn FROM facts WHERE k1000 < 50) AS t WHERE rn <= ${1 + (nth % 3)}`,
    ),
    sql((nth) => `SELECT plus_one(v), s FROM facts WHERE k1000 = ${nth % 1000}`),
    sql(
      (nth) => `SELECT id FROM facts WHERE id < 50 EXCEPT SELECT k FROM dims WHERE k > ${nth % 40}`,
    ),
    sql((nth) => `SELECT COUNT(*), MAX(t) FROM \`${parquet}\` WHERE k1000 > ${nth % 1000}`),
    async (tEnv, nth) =>
      tEnv
        .from('facts')
        .where(col('k1000').isGreater(nth % 1000))
        .groupBy(col('s'))
        .select(col('s'), col('v').sum().as('summed'))
        .orderBy(col('summed').desc())
        .fetch(5)
        .toArray(),
    async (tEnv, nth) => {
      const name = `made_${nth}`;
      await tEnv.executeSql(`CREATE TABLE ${name} AS SELECT id, t FROM facts WHERE id < 5000`);
      await tEnv.executeSql(`INSERT INTO ${name} SELECT id, s FROM facts WHERE id < 100`);
      await (await tEnv.executeSql(`SELECT COUNT(*) FROM ${name}`)).toArray();
      await tEnv.executeSql(`DROP TABLE ${name}`);
    },
    async (tEnv, nth) => {
      // The rest is not wanted: the statement is cancelled.
      const result = await tEnv.executeSql(`SELECT id + ${nth} AS n, t FROM facts`);
      for await (const _ of result.collect()) break;
    },
    (tEnv, nth) => failing(tEnv, `SELECT missing_${nth} FROM facts`),
    (tEnv, nth) => failing(tEnv, `SELECT CAST(s AS INT) + ${nth} FROM facts`),
    async (tEnv, nth) =>
      tEnv.explainSql(`SELECT k1000, COUNT(*) FROM facts WHERE v > ${nth} GROUP BY k1000`),
  ];
}
