import { TableEnvironment } from '../../src/index.ts';
import { versionOf } from '../libraries/installed.ts';
import type { Engine, EngineOptions } from './engine.ts';

/** Millrace itself. */
export async function millrace({ threads, memoryLimit }: EngineOptions): Promise<Engine> {
  const limit = memoryLimit === undefined ? {} : { 'table.exec.memory.limit': memoryLimit };
  const tEnv = TableEnvironment.create({ config: { 'parallelism.default': threads, ...limit } });
  return {
    version: versionOf('../..'),
    load: async ({ name, file }) => {
      await tEnv.executeSql(`CREATE TABLE ${name} AS SELECT * FROM \`${file}\``);
    },
    attach: async ({ name, file }) => {
      await tEnv.executeSql(`CREATE VIEW ${name} AS SELECT * FROM \`${file}\``);
    },
    query: async (sql, parameters) =>
      (await tEnv.executeSql(sql, parameters === undefined ? {} : { params: parameters })).toArray({
        rowFormat: 'array',
        typeMapping: { decimal: 'string', bigint: 'string' },
      }),
    close: () => tEnv.close(),
  };
}
