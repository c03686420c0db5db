import { installed } from '../libraries/installed.ts';
import type { Engine, Rows } from './engine.ts';
import { parquetRows, type Row } from './parquet-rows.ts';

/** What we use of alasql. */
interface Alasql {
  readonly default: {
    readonly version: string;
    readonly options: { modifier: string; cache: boolean };
    readonly tables: Record<string, { data: Row[] }>;
    (sql: string, parameters?: readonly unknown[]): Rows;
  };
}

/** alasql over arrays of objects. */
export async function alasql(): Promise<Engine> {
  const { default: run } = await installed<Alasql>('alasql');
  run.options.modifier = 'MATRIX';
  return {
    version: run.version,
    load: async ({ name, file }) => {
      run(`CREATE TABLE ${name}`);
      const data: Row[] = [];
      for await (const rows of parquetRows(file)) for (const row of rows) data.push(row);
      run.tables[name]!.data = data;
    },
    query: async (sql, parameters) => run(sql, parameters),
    close: async () => {},
  };
}
