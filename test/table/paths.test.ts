import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { TableEnvironment } from '../../src/index.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'millrace-paths-'));
const at = (name: string) => path.join(folder, name);
mkdirSync(at('rows/day=1'), { recursive: true });
mkdirSync(at('mixed'));
mkdirSync(at('empty'));
writeFileSync(at('rows/day=1/a.csv'), 'id,name\n1,Ada\n');
writeFileSync(at('rows/b.csv'), 'id,name\n2,Bob\n');
writeFileSync(at('mixed/a.csv'), 'id\n1\n');
writeFileSync(at('mixed/b.json'), '{"id":1}\n');

const tEnv = TableEnvironment.create();
afterAll(async () => {
  await tEnv.close();
  rmSync(folder, { recursive: true });
});

async function rows(sql: string): Promise<unknown> {
  return (await tEnv.executeSql(sql)).toArray({ rowFormat: 'array' });
}

describe('paths in the place of table names', () => {
  test('a file and its columns', async () => {
    const file = at('rows/b.csv');
    expect(await rows(`SELECT name FROM \`${file}\``)).toEqual([['Bob']]);
    const id = { name: 'id', type: 'BIGINT' };
    const name = { name: 'name', type: 'STRING' };
    const described = await tEnv.executeSql(`DESCRIBE \`${file}\``);
    expect(await described.toArray()).toMatchObject([id, name]);
    const shown = await tEnv.executeSql(`SHOW COLUMNS FROM \`${file}\` LIKE 'n%'`);
    expect(await shown.toArray()).toMatchObject([name]);
  });

  test('a folder has the format of its files', async () => {
    expect(await tEnv.fromFile(at('rows')).toArray()).toHaveLength(2);
    await expect(rows(`SELECT * FROM \`${at('mixed/')}\``)).rejects.toMatchObject({
      code: 'MIXED_FORMATS',
      sentence: expect.stringContaining('csv, json'),
    });
    await expect(rows(`SELECT * FROM \`${at('empty')}\``)).rejects.toMatchObject({
      code: 'TABLE_NOT_FOUND',
    });
    const names = await rows(`SELECT name FROM \`${at('rows')}\` ORDER BY name`);
    expect(names).toEqual([['Ada'], ['Bob']]);
  });

  test('the columns depend on the options of a hint', async () => {
    writeFileSync(at('semicolons.csv'), 'id;name\n1;Ada\n');
    const hint = "/*+ OPTIONS('csv.field-delimiter' = ';') */";
    expect(await rows(`SELECT name FROM \`${at('semicolons.csv')}\` ${hint}`)).toEqual([['Ada']]);
    writeFileSync(at('log'), '{"id":1}\n');
    const format = "/*+ OPTIONS('format' = 'json') */";
    expect(await rows(`SELECT id FROM \`${at('log')}\` ${format}`)).toEqual([[1n]]);
  });

  test('errors say where the path stands, and how it is written', async () => {
    const missing = at('none.csv');
    const place = { span: { start: 14, end: 16 + missing.length } };
    await expect(rows(`SELECT * FROM \`${missing}\``)).rejects.toMatchObject({
      code: 'FILE_ERROR',
      ...place,
    });
    await expect(rows('SELECT * FROM orders.csv')).rejects.toMatchObject({
      code: 'TABLE_NOT_FOUND',
      hint: 'The path of a file is one name in backticks: `orders.csv`.',
    });
    expect(() => tEnv.from('data/orders.csv')).toThrow('in backticks: `data/orders.csv`');
  });

  test('a file of an unknown extension, and a name that is written wrong', async () => {
    writeFileSync(at('x.foo'), 'id\n1\n');
    await expect(rows(`SELECT * FROM \`${at('x.foo')}\``)).rejects.toMatchObject({
      code: 'NOT_A_FILE',
      span: { start: 14, end: 16 + at('x.foo').length },
      hint: expect.stringContaining("OPTIONS('format' = 'csv')"),
    });
    const format = "/*+ OPTIONS('format' = 'csv') */";
    expect(await rows(`SELECT * FROM \`${at('x.foo')}\` ${format}`)).toEqual([[1n]]);
    writeFileSync(at('people.csv'), 'id\n1\n');
    await expect(rows(`SELECT * FROM \`${at('peple.csv')}\``)).rejects.toMatchObject({
      code: 'FILE_ERROR',
      hint: "Did you mean 'people.csv'?",
    });
  });

  test('a plain word is a table, whatever the working directory has', async () => {
    await expect(rows('SELECT * FROM src')).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' });
    await expect(rows('SELECT * FROM csv')).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' });
  });
});
