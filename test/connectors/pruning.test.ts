import { afterAll, describe, expect, test } from 'vitest';
import { TableEnvironment } from '../../src/index.ts';
import { tempFolder } from '../formats/support.ts';

const folder = tempFolder();
const env = TableEnvironment.create();

afterAll(async () => {
  await env.close();
  folder[Symbol.dispose]();
});

describe('row groups of Parquet files', () => {
  test('stay where a cast to a shorter text makes values equal', async () => {
    await env.executeSql(
      `CREATE TABLE texts (s STRING, c CHAR(3))
       WITH ('connector' = 'filesystem', 'path' = '${folder.path}', 'format' = 'parquet')`,
    );
    await (await env.executeSql("INSERT INTO texts VALUES ('abc', 'xyz')")).wait();
    const count = async (condition: string) => {
      const result = await env.executeSql(`SELECT COUNT(*) FROM texts WHERE ${condition}`);
      return (await result.toArray({ rowFormat: 'array' }))[0]?.[0];
    };
    expect(await count("CAST(s AS VARCHAR(2)) = 'ab'")).toBe(1n);
    expect(await count("CAST(c AS CHAR(5)) = 'xyz  '")).toBe(1n);
    expect(await count("CAST(c AS STRING) = 'xyz'")).toBe(1n);
    expect(await count("CAST(s AS VARCHAR(2)) > 'ab'")).toBe(0n);
  });
});
