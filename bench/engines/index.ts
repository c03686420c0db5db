import { duckdb } from './duckdb.ts';
import type { Engine } from './engine.ts';
import { millrace } from './millrace.ts';

/** The engines, by the name that the command line gives; the number is that of their threads. */
export const ENGINES: Readonly<Record<string, () => Promise<Engine>>> = {
  millrace: () => millrace(2),
  'millrace-1': () => millrace(1),
  duckdb: () => duckdb(2),
  'duckdb-1': () => duckdb(1),
};
