import { existsSync, renameSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

/** A file's rows as CSV without a head line, and its columns as DuckDB's `read_csv` wants them. */
export interface CsvFile {
  readonly csv: string;
  readonly columns: string;
}

/** Writes a Parquet file as CSV beside it, unless it is there. */
export async function csvOf(parquet: string): Promise<CsvFile> {
  const csv = parquet.replace(/\.parquet$/, '.csv');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    if (!existsSync(csv)) {
      await connection.run(`COPY (SELECT * FROM '${parquet}') TO '${csv}.tmp' (HEADER false)`);
      renameSync(`${csv}.tmp`, csv);
    }
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM '${parquet}'`);
    const columns = described.getRows().map(([name, type]) => `'${name}': '${type}'`);
    return { csv, columns: columns.join(', ') };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
