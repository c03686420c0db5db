import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Suite, SuiteOptions } from './suite.ts';

const ROWS = 100;
const REPEAT = 1000;

/** One row from a table of a hundred: the time around the work. */
export async function latency({ folder }: SuiteOptions): Promise<Suite> {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'small.parquet');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT CAST(i AS INTEGER) AS id, 'name ' || i AS name FROM range(${ROWS}) AS r(i)) TO '${file}'`,
  );
  connection.closeSync();
  instance.closeSync();
  return {
    size: 'row',
    tables: [{ name: 'small', file }],
    cases: [
      {
        name: 'one row by a parameter, the same text',
        sql: 'SELECT id, name FROM small WHERE id = ?',
        parameters: (run) => [run % ROWS],
        repeat: REPEAT,
      },
      {
        name: 'one row, a new text each time',
        sql: (run) => `SELECT id, name, ${run} AS n FROM small WHERE id = ${run % ROWS}`,
        repeat: REPEAT,
      },
    ],
  };
}
