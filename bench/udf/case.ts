import type { DuckDBConnection } from '@duckdb/node-api';
import type { TableEnvironment } from '../../src/index.ts';
import type { Contender } from '../measure.ts';

/** Threads that every engine gets. */
export const THREADS = 2;

/** The engines of the suite. */
export interface Engines {
  readonly millrace: TableEnvironment;
  readonly duckdb: DuckDBConnection;
}

/** What a case must reach. */
export type Target =
  /** Our median time, divided by that of another contender. */
  | { readonly kind: 'ratio'; readonly to: string; readonly atMost: number }
  /** Our rows a second, in the best run. */
  | { readonly kind: 'rate'; readonly atLeast: number };

/** One comparison. The first contender is the measured one. */
export interface Case {
  readonly name: string;
  /** Rows that one run handles. */
  readonly rows: number;
  readonly targets: readonly Target[];
  /** Loads the data. */
  prepare(): Promise<readonly Contender[]>;
  /** Removes the data. */
  readonly close: () => Promise<void>;
}

/** The options of the command line. */
export interface UdfSuiteOptions {
  readonly rows: number;
  /** Where generated data lies. */
  readonly folder: string;
  readonly runs: number;
  /** Only the cases whose names begin so. */
  readonly only: string | undefined;
}

/** The rows of a statement of Millrace. */
export async function millraceRows(tEnv: TableEnvironment, sql: string): Promise<unknown> {
  return (await tEnv.executeSql(sql)).toArray({
    rowFormat: 'array',
    typeMapping: { decimal: 'string', bigint: 'string' },
  });
}

/** The same of DuckDB. */
export async function duckdbRows(connection: DuckDBConnection, sql: string): Promise<unknown> {
  return (await connection.runAndReadAll(sql)).getRowsJson();
}
