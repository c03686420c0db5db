import { DuckDBInstance } from '@duckdb/node-api';
import type { Engine, Rows } from './engine.ts';

/** Native DuckDB on so many threads. */
export async function duckdb(threads: number): Promise<Engine> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connection = await instance.connect();
  return {
    dialect: 'duckdb',
    load: async (table, file) => {
      await connection.run(`CREATE TABLE ${table} AS SELECT * FROM '${file}'`);
    },
    query: async (sql, parameters) =>
      (await connection.runAndReadAll(sql, parameters && [...parameters])).getRowsJson() as Rows,
    close: async () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
