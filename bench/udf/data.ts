import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Engines, UdfSuiteOptions } from './case.ts';

/** Distinct values of the dictionary column and of the key. */
const DISTINCT = 1000;

const COLUMNS = `
  CAST(i % 1000 AS DOUBLE) AS a,
  CAST(i % 77 AS DOUBLE) AS b,
  CASE WHEN i % 10 = 3 THEN NULL ELSE CAST(i % 1000 AS DOUBLE) END AS maybe_double,
  CASE WHEN i % 10 = 3 THEN NULL ELSE i * 1000003 END AS maybe_bigint,
  CAST(CAST(i % 1000003 AS DECIMAL(15, 2)) / 100 AS DECIMAL(15, 2)) AS price,
  i AS id,
  CAST(hash(i) % ${DISTINCT} AS INTEGER) AS k,
  1 + CAST(i % 997 AS DOUBLE) AS v,
  'word ' || (hash(i) % ${DISTINCT}) AS word,
  'name ' || i AS name,
  'one ' || i || ',two,three,four ' || (i % 100) || ',five' AS list`;

/** JSON of about so many bytes, with one field that has upper-case letters. */
function jsonOf(bytes: number): string {
  const fill = bytes - 75;
  return `'{"id":' || (10000000 + i) || ',"name":"USER ' || (10000000 + i) ||
    '","active":true,"note":"' || repeat('abcdefghi ', ${Math.floor(fill / 10)}) || '"}'`;
}

/** Writes the rows of all cases as one Parquet file, unless it is there. */
export async function udfFile(
  { duckdb }: Engines,
  { folder, rows }: UdfSuiteOptions,
): Promise<string> {
  const file = path.join(folder, `udf-rows-${rows}.parquet`);
  await writeOnce(duckdb, file, `SELECT ${COLUMNS} FROM range(${rows}) AS t(i)`);
  return file;
}

/** Writes rows of JSON as a Parquet file, unless it is there. */
export async function jsonFile(
  { duckdb }: Engines,
  folder: string,
  rows: number,
  bytes: number,
): Promise<string> {
  const file = path.join(folder, `udf-json-${bytes}-${rows}.parquet`);
  await writeOnce(duckdb, file, `SELECT ${jsonOf(bytes)} AS doc FROM range(${rows}) AS t(i)`);
  return file;
}

async function writeOnce(duckdb: Engines['duckdb'], file: string, query: string): Promise<void> {
  if (existsSync(file)) return;
  await duckdb.run(`COPY (${query}) TO '${file}' (ROW_GROUP_SIZE 122880)`);
}

/** A table that is in memory while a case runs. */
export interface Loaded {
  readonly table: string;
  readonly close: () => Promise<void>;
}

let tables = 0;

/** Loads columns of a file into both engines, in memory; `where` says which rows. */
export async function load(
  { millrace, duckdb }: Engines,
  file: string,
  columns: string,
  where = '',
): Promise<Loaded> {
  const table = `udf_${tables++}`;
  const query = `CREATE TABLE ${table} AS SELECT ${columns} FROM`;
  await millrace.executeSql(`${query} \`${file}\` ${where}`);
  await duckdb.run(`${query} '${file}' ${where}`);
  const close = async (): Promise<void> => {
    await millrace.executeSql(`DROP TABLE ${table}`);
    await duckdb.run(`DROP TABLE ${table}`);
  };
  return { table, close };
}
