import { TableEnvironment } from '../../src/table/environment.ts';

/** Runs a statement in an environment of its own. */
export async function incremented(n: number): Promise<number> {
  const env = TableEnvironment.create({
    config: { 'parallelism.default': 1, 'table.exec.memory.limit': '64 mb' },
  });
  try {
    const [row] = await (await env.executeSql(`SELECT ${n} + 1 AS n`)).toArray();
    return Number(row?.['n']);
  } finally {
    await env.close();
  }
}
