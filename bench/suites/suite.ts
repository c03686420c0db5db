import type { Program } from '../engines/engine.ts';

/** A table that every engine loads before the first query, from a Parquet file. */
export interface TableFile {
  readonly name: string;
  readonly file: string;
  /** The primary key, for engines that make an index of it. */
  readonly key?: readonly string[];
  /** Other columns that such engines make an index of, one each. */
  readonly indexes?: readonly string[];
}

/** The text of the `run`-th run of a query, from 0. */
export type QueryText = string | ((run: number) => string);

/** Why an engine does not run a query. */
export interface Unable {
  readonly unable: string;
}

/** One measured query. */
export interface Case {
  readonly name: string;
  readonly sql: QueryText;
  /** The tables that it reads; absent: all of the suite. */
  readonly tables?: readonly string[];
  /** What engines need instead of `sql`, by their dialects. */
  readonly dialects?: Readonly<Partial<Record<string, QueryText | Unable>>>;
  /** The query for engines without SQL, by their dialects. */
  readonly programs?: Readonly<Partial<Record<string, Program>>>;
  /** The values of the parameters of the `run`-th run. */
  readonly parameters?: (run: number) => readonly (number | string)[];
  /** How often one measured run repeats the query: for times below a millisecond; 1. */
  readonly repeat?: number;
  /** The largest ratio to DuckDB's time with as many threads that the project allows itself. */
  readonly target?: number;
  /** Rows that one query handles, for times per row. */
  readonly rows?: number;
}

/** Queries over tables that every engine has. */
export interface Suite {
  readonly tables: readonly TableFile[];
  /** Whether tables are loaded into memory (the default) or read from their files by each query. */
  readonly from?: 'memory' | 'files';
  /** The memory that every engine may use, as `1 GiB`; absent: as much as it takes. */
  readonly memoryLimit?: string;
  /** Statements of Millrace after the tables are loaded. */
  readonly setup?: readonly string[];
  readonly cases: readonly Case[];
  /** The engines that are compared if the command line names none. */
  readonly engines?: readonly string[];
  /** The largest geometric mean of the ratios to DuckDB. */
  readonly target?: number;
  /** What tells this run's tables from those of other sizes: a part of the record's name. */
  readonly size: string;
}

/** What the command line says of a run. */
export interface SuiteOptions {
  /** The scale factor of TPC-H. */
  readonly scale: number;
  /** Rows of the other suites' tables. */
  readonly rows: number;
  /** Where generated data lies. */
  readonly folder: string;
}
