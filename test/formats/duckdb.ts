import { DuckDBInstance } from '@duckdb/node-api';

/** Runs statements in a new DuckDB; returns the rows of the last one as JSON-like values. */
export async function duckdb(...statements: readonly string[]): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  let rows: unknown[][] = [];
  for (const statement of statements) {
    const reader = await connection.runAndReadAll(statement);
    rows = reader.getRows();
  }
  connection.closeSync();
  instance.closeSync();
  return rows;
}
