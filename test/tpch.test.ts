import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TABLES, type TableSpec } from '../bench/tpch/tables.ts';
import { TableEnvironment } from '../src/index.ts';

/** The queries of TPC-H over a few thousand rows in CSV files, with the results that DuckDB gives. */
const SCALE = 0.005;
const TYPES = {
  bigint: 'BIGINT',
  int: 'INT',
  money: 'DECIMAL(15, 2)',
  date: 'DATE',
  text: 'STRING',
} as const;

const QUERIES = readFileSync(path.join(import.meta.dirname, 'tpch/queries.sql'), 'utf8')
  .split(/^-- (Q\d+)\n/m)
  .slice(1)
  .reduce<(readonly [name: string, sql: string])[]>((found, part, i, parts) => {
    if (i % 2 === 0) found.push([part, parts[i + 1]!.trim().replace(/;$/, '')]);
    return found;
  }, []);

const folder = mkdtempSync(path.join(tmpdir(), 'millrace-tpch-'));
const env = TableEnvironment.create();
let duckdb: DuckDBConnection;

function csvOf(table: TableSpec): string {
  const lines: string[] = [];
  for (let unit = 1; unit <= table.units(SCALE); unit++) {
    const out: unknown[][] = table.columns.map(() => []);
    table.rows(unit, SCALE, out);
    for (let row = 0; row < out[0]!.length; row++) {
      lines.push(table.columns.map(([, kind], c) => csvCell(kind, out[c]![row])).join(','));
    }
  }
  return `${lines.join('\n')}\n`;
}

function csvCell(kind: keyof typeof TYPES, value: unknown): string {
  switch (kind) {
    case 'money':
      return (Number(value) / 100).toFixed(2);
    case 'date':
      return new Date(Number(value) * 86_400_000).toISOString().slice(0, 10);
    case 'text':
      return `"${String(value).replaceAll('"', '""')}"`;
    default:
      return String(value);
  }
}

beforeAll(async () => {
  duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  for (const table of TABLES) {
    const file = path.join(folder, `${table.name}.csv`);
    writeFileSync(file, csvOf(table));
    const columns = table.columns.map(([name, kind]) => `${name} ${TYPES[kind]}`).join(', ');
    await env.executeSql(
      `CREATE TABLE ${table.name} (${columns})
       WITH ('connector' = 'filesystem', 'path' = '${file}', 'format' = 'csv')`,
    );
    await duckdb.run(`CREATE TABLE ${table.name} (${columns.replaceAll('STRING', 'VARCHAR')})`);
    await duckdb.run(`COPY ${table.name} FROM '${file}' (FORMAT csv, HEADER false)`);
  }
}, 60_000);

afterAll(async () => {
  duckdb.closeSync();
  await env.close();
  rmSync(folder, { recursive: true });
});

/** Rows as texts; numbers are rounded, as the engines keep different numbers of digits. */
function normal(rows: readonly (readonly unknown[])[]): readonly string[] {
  const text = (value: unknown) => {
    const number = value === null || value === '' ? Number.NaN : Number(String(value));
    return Number.isNaN(number) ? String(value) : number.toFixed(2);
  };
  return rows.map((row) => row.map(text).join(' | '));
}

describe('TPC-H as DuckDB', () => {
  test.each(QUERIES)('%s', async (_, sql) => {
    const rows: unknown[][] = [];
    const result = await env.executeSql(sql);
    for await (const row of result.collect()) rows.push(Object.values(row));
    const expected = await (await duckdb.run(sql)).getRows();
    expect(normal(rows)).toEqual(normal(expected));
  });
});
