/** Rows as arrays of values that compare as text or as numbers. */
export type Rows = readonly (readonly unknown[])[];

/** One engine under measurement, alone in its process. */
export interface Engine {
  /** The dialect of its texts: a key of a case's `dialects`. */
  readonly dialect: string;
  /** Makes a table in memory of a Parquet file's rows. */
  load(table: string, file: string): Promise<void>;
  /** Runs a statement and reads all its rows. */
  query(sql: string, parameters?: readonly (number | string)[]): Promise<Rows>;
  close(): Promise<void>;
}
