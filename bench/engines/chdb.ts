import { installed } from '../libraries/installed.ts';
import type { Engine, EngineOptions, Rows } from './engine.ts';

/** What we use of chdb. */
interface Chdb {
  readonly Session: new () => {
    query(sql: string, format: string): string;
    cleanup(): void;
  };
}

/** ClickHouse inside the process, tables of its engine `Memory`. */
export async function chdb({ threads }: EngineOptions): Promise<Engine> {
  const { Session } = await installed<Chdb>('chdb');
  const session = new Session();
  session.query(`SET max_threads = ${threads}, join_use_nulls = 1`, 'CSV');
  const rowsOf = (sql: string): Rows =>
    session
      .query(sql, 'JSONCompactEachRow')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown[]);
  return {
    version: String(rowsOf('SELECT version()')[0]?.[0]),
    load: async ({ name, file }) => {
      session.query(
        `CREATE TABLE ${name} ENGINE = Memory AS SELECT * FROM file('${file}', Parquet)`,
        'CSV',
      );
    },
    query: async (sql) => rowsOf(sql),
    close: async () => session.cleanup(),
  };
}
