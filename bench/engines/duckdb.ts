import { DuckDBInstance, version } from '@duckdb/node-api';
import type { Engine, EngineOptions, Rows } from './engine.ts';

/** Native DuckDB. */
export async function duckdb({ threads, memoryLimit }: EngineOptions): Promise<Engine> {
  const limit = memoryLimit === undefined ? {} : { memory_limit: memoryLimit.replace(' ', '') };
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads), ...limit });
  const connection = await instance.connect();
  return {
    version: version(),
    load: async ({ name, file }) => {
      await connection.run(`CREATE TABLE ${name} AS SELECT * FROM '${file}'`);
    },
    attach: async ({ name, file }) => {
      await connection.run(`CREATE VIEW ${name} AS SELECT * FROM '${file}'`);
    },
    query: async (sql, parameters) =>
      (await connection.runAndReadAll(sql, parameters && [...parameters])).getRowsJson() as Rows,
    close: async () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
