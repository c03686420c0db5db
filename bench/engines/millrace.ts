import { TableEnvironment } from '../../src/index.ts';
import type { Engine } from './engine.ts';

/** Millrace on so many threads. */
export async function millrace(threads: number): Promise<Engine> {
  const tEnv = TableEnvironment.create({ config: { 'parallelism.default': threads } });
  return {
    dialect: 'millrace',
    load: async (table, file) => {
      await tEnv.executeSql(`CREATE TABLE ${table} AS SELECT * FROM \`${file}\``);
    },
    query: async (sql, parameters) =>
      (await tEnv.executeSql(sql, parameters === undefined ? {} : { params: parameters })).toArray({
        rowFormat: 'array',
        typeMapping: { decimal: 'string', bigint: 'string' },
      }),
    close: () => tEnv.close(),
  };
}
