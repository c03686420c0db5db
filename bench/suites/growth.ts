import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Case, Suite, SuiteOptions, TableFile } from './suite.ts';

/** The exponents of the sizes: ten thousand to a hundred million rows. */
const EXPONENTS = [4, 5, 6, 7, 8];
/** Groups and rows of the joined table: the same at every size, as caches are. */
const KEYS = 100_000;
/** Rows that one measured run handles at least: times of less are too short to be taken. */
const RUN_ROWS = 2_000_000;

/** The operations over a table; groups and joined rows do not grow with it. */
const OPERATIONS: Readonly<Record<string, (table: string, rows: number) => string>> = {
  scan: (table) => `SELECT SUM(v), COUNT(*) FROM ${table} WHERE g < 300`,
  aggregation: (table) => `SELECT g, SUM(v), COUNT(*) FROM ${table} GROUP BY g`,
  join: (table) => `SELECT SUM(v * w), COUNT(*) FROM ${table} JOIN dims ON k = dk`,
  sort: (table, rows) => `SELECT v, k FROM ${table} ORDER BY v, k OFFSET ${rows - 10} ROWS`,
};

/** Time against rows and against threads: tables in memory, up to `--rows` of them. */
export async function growth({ rows, folder }: SuiteOptions): Promise<Suite> {
  const sizes = EXPONENTS.filter((exponent) => 10 ** exponent <= rows);
  const files: TableFile[] = [];
  for (const exponent of sizes) {
    files.push({
      name: tableOf(exponent),
      file: await generate(
        path.join(folder, `growth-1e${exponent}.parquet`),
        `SELECT CAST(hash(i) % 1000 AS SMALLINT) AS g, CAST(hash(i + 1) % ${KEYS} AS INTEGER) AS k,
           CAST(hash(i + 2) % 1000000007 AS DOUBLE) / 7 AS v FROM range(${10 ** exponent}) AS r(i)`,
      ),
    });
  }
  files.push({
    name: 'dims',
    file: await generate(
      path.join(folder, 'growth-dims.parquet'),
      `SELECT CAST(i AS INTEGER) AS dk, CAST(hash(i) % 1000 AS DOUBLE) / 3 AS w FROM range(${KEYS}) AS r(i)`,
    ),
  });
  return {
    size: 'rows',
    tables: files,
    engines: ['millrace', 'millrace-1', 'duckdb'],
    cases: Object.entries(OPERATIONS).flatMap(([name, sql]) =>
      sizes.map(
        (exponent): Case => ({
          name: `${name}, 1e${exponent} rows`,
          sql: sql(tableOf(exponent), 10 ** exponent),
          tables: [tableOf(exponent), 'dims'],
          rows: 10 ** exponent,
          repeat: Math.max(1, RUN_ROWS / 10 ** exponent),
        }),
      ),
    ),
  };
}

const tableOf = (exponent: number): string => `t${exponent}`;

async function generate(file: string, sql: string): Promise<string> {
  if (existsSync(file)) return file;
  mkdirSync(path.dirname(file), { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run(`COPY (${sql}) TO '${file}.tmp' (FORMAT parquet, ROW_GROUP_SIZE 122880)`);
  connection.closeSync();
  instance.closeSync();
  renameSync(`${file}.tmp`, file);
  return file;
}
