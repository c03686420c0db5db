import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DuckDBInstance } from '@duckdb/node-api';
import { TableError } from '../../src/common/errors.ts';
import { TableEnvironment } from '../../src/index.ts';
import { createTable, insertRows, type TestTable } from './tables.ts';

/** The rows of a query as texts, in the order they came; or the error. */
export type Answer =
  | { readonly rows: readonly string[]; readonly error: null }
  | { readonly rows: null; readonly error: string };

/** An engine with the test tables in it. */
export interface Engine {
  readonly name: string;
  /** Runs a query; never throws. */
  run(sql: string): Promise<Answer>;
  close(): Promise<void>;
}

async function answer(run: () => Promise<readonly (readonly unknown[])[]>): Promise<Answer> {
  try {
    const rows = await run();
    return { rows: rows.map((row) => row.map(valueText).join('|')), error: null };
  } catch (error) {
    const code = error instanceof TableError ? `${error.name} ${error.code} ` : '';
    return { rows: null, error: `${code}${error instanceof Error ? error.message : error}` };
  }
}

/** Numbers by their value, whatever their type; a truth value is 1 or 0, as SQLite has it. */
function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (value === true) return '1';
  if (value === false) return '0';
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') return `'${value}'`;
  // Decimals and dates are objects, each engine's own.
  const number = Number(String(value));
  return Number.isNaN(number) ? String(value) : String(number + 0);
}

/** The tables are small: a query that takes longer hangs. */
const LIMIT_MS = 60_000;

/** Rows that one INSERT writes. */
const INSERT_ROWS = 4;

/** A way in which Millrace runs queries. */
interface Way {
  readonly config: Readonly<Record<string, string | number>>;
  /** Whether the tables are files of small row groups, of which joins leave out what they can. */
  readonly inFiles?: boolean;
}

/** The ways in which Millrace runs the queries in turn. */
const WAYS: readonly Way[] = [
  { config: {} },
  { config: { 'table.exec.compile': 'off' } },
  { config: { 'table.exec.batch-rows': 3, 'table.exec.interpreted-rows': 0 } },
  { config: { 'table.exec.batch-rows': 1, 'table.exec.compile': 'off' } },
  {
    config: {
      'parallelism.default': 3,
      'table.exec.inline-rows': 0,
      'table.exec.interpreted-rows': 0,
    },
  },
  { config: {}, inFiles: true },
];

/** The engine under test; `way` counts through the ways to run it. */
export async function openMillrace(tables: readonly TestTable[], way = 0): Promise<Engine> {
  const { config, inFiles } = WAYS[way % WAYS.length]!;
  const env = TableEnvironment.create({ config: { 'parallelism.default': 1, ...config } });
  const folder = inFiles ? mkdtempSync(path.join(os.tmpdir(), 'fuzz-')) : null;
  for (const table of tables) {
    await env.executeSql(createTable(table) + (folder === null ? '' : inParquet(folder, table)));
    // Each insert makes a chunk, or a file, of its own, which tasks can share.
    for (let from = 0; from < table.rows.length; from += INSERT_ROWS) {
      const rows = table.rows.slice(from, from + INSERT_ROWS);
      await (await env.executeSql(insertRows({ ...table, rows }) ?? '')).toArray();
    }
  }
  return {
    name: 'millrace',
    run: (sql) =>
      answer(async () => {
        const rows: unknown[][] = [];
        const result = await env.executeSql(sql, { signal: AbortSignal.timeout(LIMIT_MS) });
        for await (const row of result.collect()) rows.push(Object.values(row));
        return rows;
      }),
    close: async () => {
      await env.close();
      if (folder !== null) rmSync(folder, { recursive: true });
    },
  };
}

/** What makes a table one of Parquet files, in a folder of its own. */
function inParquet(parent: string, { name }: TestTable): string {
  const folder = path.join(parent, name);
  // A table without rows has no files either.
  mkdirSync(folder);
  return ` WITH ('connector' = 'filesystem', 'path' = '${folder}',
    'format' = 'parquet', 'parquet.row-group.rows' = '2')`;
}

/** DuckDB, in memory. */
export async function openDuckdb(tables: readonly TestTable[]): Promise<Engine> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  for (const table of tables) {
    await connection.run(createTable(table));
    const insert = insertRows(table);
    if (insert !== null) await connection.run(insert);
  }
  return {
    name: 'duckdb',
    run: (sql) => answer(async () => await (await connection.run(sql)).getRows()),
    close: async () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** SQLite, in memory. */
export async function openSqlite(tables: readonly TestTable[]): Promise<Engine> {
  const database = new DatabaseSync(':memory:');
  database.exec('PRAGMA case_sensitive_like = ON');
  for (const table of tables) {
    database.exec(createTable(table));
    const insert = insertRows(table);
    if (insert !== null) database.exec(insert);
  }
  return {
    name: 'sqlite',
    run: (sql) =>
      answer(async () => {
        const statement = database.prepare(sql);
        statement.setReadBigInts(true);
        statement.setReturnArrays(true);
        // With arrays a row is a list, which the types do not say.
        return statement.all() as unknown as unknown[][];
      }),
    close: async () => database.close(),
  };
}
