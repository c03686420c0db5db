import type { TableFile } from '../suites/suite.ts';

/** Rows as arrays of values that compare as text or as numbers. */
export type Rows = readonly (readonly unknown[])[];

/** How an engine is opened. */
export interface EngineOptions {
  readonly threads: number;
  /** The memory it may use, as `1 GiB`; absent: what it takes by itself. */
  readonly memoryLimit?: string;
}

/** One engine under measurement, alone in its process. */
export interface Engine {
  /** The version of the engine, not of its binding. */
  readonly version: string;
  /** Makes a table in memory of a Parquet file's rows. */
  load(table: TableFile): Promise<void>;
  /** Makes a table that each query reads from the file. Absent: it cannot. */
  attach?(table: TableFile): Promise<void>;
  /** Runs a statement and reads all its rows. Absent: it has no SQL. */
  query?(sql: string, parameters?: readonly (number | string)[]): Promise<Rows>;
  /** Runs a program of a case, which knows the engine's own interface. */
  run?(program: Program): Promise<Rows>;
  close(): Promise<void>;
}

/** A query as a program against an engine's own interface. */
export type Program = (context: never) => Rows;

/** An engine by name. */
export interface EngineEntry {
  /** The dialect of its texts: a key of a case's `dialects`. */
  readonly dialect: string;
  /** Threads that it works with, as tables say it. */
  readonly threads: number;
  /** Errors: `NotInstalledError`. */
  open(memoryLimit?: string): Promise<Engine>;
}
