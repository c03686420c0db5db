import type { TableEnvironment } from '../../src/index.ts';

/** The rows of a query as texts, in an order of their own. */
export async function sortedRows(tEnv: TableEnvironment, sql: string): Promise<string[]> {
  const rows = await (await tEnv.executeSql(sql)).toArray({ rowFormat: 'array' });
  return rows.map((row) => row.map(String).join(',')).sort();
}
