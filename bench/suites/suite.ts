/** A table that every engine loads before the first query, from a Parquet file. */
export interface TableFile {
  readonly name: string;
  readonly file: string;
}

/** The text of the `run`-th run of a query, from 0. */
export type QueryText = string | ((run: number) => string);

/** One measured query. */
export interface Case {
  readonly name: string;
  readonly sql: QueryText;
  /** Engines that need another text; null: they cannot say it. */
  readonly dialects?: Readonly<Partial<Record<string, QueryText | null>>>;
  /** The values of the parameters of the `run`-th run. */
  readonly parameters?: (run: number) => readonly (number | string)[];
  /** How often one measured run repeats the query: for times below a millisecond; 1. */
  readonly repeat?: number;
  /** The largest ratio to DuckDB's time with as many threads that the project allows itself. */
  readonly target?: number;
}

/** Queries over tables that every engine has loaded. */
export interface Suite {
  readonly tables: readonly TableFile[];
  /** Statements of Millrace after the tables are loaded. */
  readonly setup?: readonly string[];
  readonly cases: readonly Case[];
  /** The largest geometric mean of the ratios to DuckDB. */
  readonly target?: number;
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
