import type { Suite, SuiteOptions } from './suite.ts';
import { tpchQueries, tpchTables } from './tpch.ts';

const LIMIT = '1 GiB';

/** The 22 queries from Parquet files within a limit of memory; a scale factor of 10 exceeds it. */
export async function memory({ scale, folder }: SuiteOptions): Promise<Suite> {
  return {
    size: `sf${scale}`,
    tables: tpchTables(folder, scale),
    from: 'files',
    memoryLimit: LIMIT,
    engines: ['millrace', 'duckdb'],
    cases: Object.entries(tpchQueries()).map(([name, sql]) => ({ name, sql })),
    target: 2,
  };
}
