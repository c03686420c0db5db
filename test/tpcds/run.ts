import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { TableEnvironment } from '../../src/index.ts';

/**
 * Runs the TPC-DS queries of a file (JSON lines with `id` and `sql`) over a folder of Parquet files,
 * and compares the rows with DuckDB's: `node test/tpcds/run.ts FOLDER FILE [--only ID] [--skip ID]`.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    skip: { type: 'string', multiple: true, default: [] },
    threads: { type: 'string', default: '2' },
    timeout: { type: 'string', default: '60000' },
  },
});
const [folder = '', file = ''] = positionals;
const timeout = Number(values.timeout);

const env = TableEnvironment.create({
  config: { 'parallelism.default': Number(values.threads) },
});
const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
// As in Flink: integers are divided as integers, and NULL is the smallest value.
await duckdb.run('SET integer_division = true');
await duckdb.run("SET default_null_order = 'nulls_first_on_asc_last_on_desc'");
for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.parquet'))) {
  const table = path.basename(name, '.parquet');
  const location = path.resolve(folder, name);
  env.createTemporaryView(table, env.fromFile(location));
  await duckdb.run(`CREATE VIEW ${table} AS SELECT * FROM '${location}'`);
}

/** Numbers whatever their type; texts without the blanks of CHAR. */
function cell(value: unknown): string | number {
  if (value === null || value === undefined) return 'NULL';
  const text = String(value);
  const number = Number(text);
  return text.trim() !== '' && !Number.isNaN(number) ? number : text.trimEnd();
}

type Cells = readonly (string | number)[];

/** The rows in an order in which small differences of numbers do not matter. */
function ordered(rows: readonly (readonly unknown[])[]): readonly Cells[] {
  const key = (row: Cells) => row.map((c) => (typeof c === 'number' ? c.toFixed(2) : c)).join('|');
  return rows.map((row) => row.map(cell)).sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** An average of DECIMALs has 6 digits in Flink, and is a DOUBLE in DuckDB. */
function isNear(a: string | number | undefined, b: string | number | undefined): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  return Math.abs(a - b) <= 2e-6 * Math.max(1, Math.abs(a));
}

function isSame(a: Cells | undefined, b: Cells | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((c, i) => isNear(c, b[i]));
}

async function outcome(sql: string): Promise<{ text: string; ms: number }> {
  const expected = await (await duckdb.run(sql.replaceAll('`', '"'))).getRows();
  const start = performance.now();
  const result = await env.executeSql(sql, { signal: AbortSignal.timeout(timeout) });
  const rows: unknown[][] = [];
  for await (const row of result.collect()) rows.push(Object.values(row));
  const ms = performance.now() - start;
  const got = ordered(rows);
  const wanted = ordered(expected);
  const differs = got.findIndex((row, i) => !isSame(row, wanted[i]));
  if (differs < 0 && got.length === wanted.length) return { text: `same, ${got.length} rows`, ms };
  const shown = `${got[differs]?.join('|')} <> ${wanted[differs]?.join('|')}`;
  return { text: `DIFFERENT: ${rows.length} rows, not ${expected.length}: ${shown}`, ms };
}

let failures = 0;
for (const line of readFileSync(file, 'utf8').split('\n')) {
  if (line === '') continue;
  const { suite, id, sql } = JSON.parse(line) as { suite?: string; id: string; sql: string };
  if (suite !== undefined && suite !== 'tpcds') continue;
  if (values.only !== undefined && !id.includes(values.only)) continue;
  if (values.skip.some((name) => id.includes(name))) continue;
  let text: string;
  let ms = 0;
  try {
    ({ text, ms } = await outcome(sql));
  } catch (error) {
    text = `FAILED: ${error instanceof Error ? error.message.split('\n', 1)[0] : error}`;
  }
  if (!text.startsWith('same')) failures++;
  process.stdout.write(`${id} ${Math.round(ms)} ms ${text}\n`);
}
duckdb.closeSync();
await env.close();
process.exitCode = failures === 0 ? 0 : 1;
