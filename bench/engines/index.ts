import { alasql } from './alasql.ts';
import { arquero } from './arquero.ts';
import { chdb } from './chdb.ts';
import { duckdb } from './duckdb.ts';
import { duckdbWasm } from './duckdb-wasm.ts';
import type { Engine, EngineEntry, EngineOptions } from './engine.ts';
import { millrace } from './millrace.ts';
import { polars } from './polars.ts';
import { betterSqlite3, nodeSqlite } from './sqlite.ts';

function entry(
  dialect: string,
  threads: number,
  open: (options: EngineOptions) => Promise<Engine>,
): EngineEntry {
  return {
    dialect,
    threads,
    open: (memoryLimit) => open({ threads, ...(memoryLimit !== undefined && { memoryLimit }) }),
  };
}

/** The engines, by the name that the command line gives. */
export const ENGINES: Readonly<Record<string, EngineEntry>> = {
  millrace: entry('millrace', 2, millrace),
  'millrace-1': entry('millrace', 1, millrace),
  duckdb: entry('duckdb', 2, duckdb),
  'duckdb-1': entry('duckdb', 1, duckdb),
  'duckdb-wasm': entry('duckdb', 1, duckdbWasm),
  polars: entry('polars', 2, polars),
  chdb: entry('clickhouse', 2, chdb),
  'better-sqlite3': entry('sqlite', 1, betterSqlite3),
  'node:sqlite': entry('sqlite', 1, nodeSqlite),
  alasql: entry('alasql', 1, alasql),
  arquero: entry('arquero', 1, arquero),
};

/** What `--engines peers` stands for. */
export const PEERS: readonly string[] = Object.keys(ENGINES).filter(
  (name) => name !== 'millrace-1' && name !== 'duckdb-1',
);
