import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataTypes, ModelDescriptor, TableEnvironment, udf } from '../../src/index.ts';

const WRITER = path.join(import.meta.dirname, 'catalog-writer.ts');
const FUNCTIONS = path.join(import.meta.dirname, '../udf/functions.ts');

let root: string;
let folder: string;
let opened: TableEnvironment[];
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'millrace-catalog-'));
  folder = path.join(root, 'deep/catalog');
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((tEnv) => tEnv.close()));
  rmSync(root, { recursive: true });
});

const withCode = (code: string) => expect.objectContaining({ code });

/** A new environment with the folder's catalog `c` as its current one. */
async function environment(): Promise<TableEnvironment> {
  const tEnv = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
  opened.push(tEnv);
  await tEnv.executeSql(`CREATE CATALOG c WITH ('type' = 'file', 'path' = '${folder}')`);
  await tEnv.executeSql('USE CATALOG c');
  return tEnv;
}

async function rows(tEnv: TableEnvironment, sql: string): Promise<unknown[][]> {
  return (await tEnv.executeSql(sql)).toArray({ rowFormat: 'array' });
}

const fileOf = (table: string) => path.join(folder, 'databases/default/tables', `${table}.json`);

describe('what a file catalog keeps', () => {
  test('every kind of object, with all that was said of it', async () => {
    const tEnv = await environment();
    for (const sql of [
      "CREATE DATABASE d COMMENT 'mine' WITH ('a' = 'b')",
      `CREATE TABLE d.t (
         id BIGINT NOT NULL COMMENT 'it''s a key', name STRING, ts TIMESTAMP(3),
         twice AS id * 2, size BIGINT METADATA FROM 'file.size' VIRTUAL,
         CONSTRAINT k PRIMARY KEY (id) NOT ENFORCED, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
       ) COMMENT 'a table' PARTITIONED BY (name)
       WITH ('connector' = 'filesystem', 'path' = '${root}/rows', 'format' = 'csv')`,
      "CREATE VIEW d.v (n, m) COMMENT 'a view' AS SELECT id, name FROM d.t WHERE id > 1",
      `CREATE FUNCTION d.Rate AS '${FUNCTIONS}#rate' LANGUAGE JAVASCRIPT`,
      `CREATE MODEL d.m INPUT (x DOUBLE) OUTPUT (y STRING) COMMENT 'a model' WITH ('provider' = 'openai')`,
      "INSERT INTO d.t (id, name, ts) VALUES (1, 'a', NULL), (2, 'b', TIMESTAMP '2024-01-02 03:04:05')",
      'ANALYZE TABLE d.t COMPUTE STATISTICS FOR ALL COLUMNS',
      `CREATE MATERIALIZED TABLE d.sums WITH ('connector' = 'filesystem', 'path' = '${root}/sums',
         'format' = 'csv') FRESHNESS = INTERVAL '1' HOUR REFRESH_MODE = FULL
         AS SELECT SUM(id) AS s FROM d.t`,
    ]) {
      await tEnv.executeSql(sql);
    }
    const facts = async (env: TableEnvironment) =>
      Promise.all(
        [
          'SHOW DATABASES',
          'DESCRIBE DATABASE EXTENDED d',
          'SHOW CREATE TABLE d.t',
          'SHOW CREATE VIEW d.v',
          'SHOW CREATE MATERIALIZED TABLE d.sums',
          'SHOW CREATE MODEL d.m',
          'SHOW USER FUNCTIONS FROM d',
          'DESCRIBE EXTENDED d.t',
          "SELECT d.rate('low'), n, m FROM d.v",
        ].map((sql) => rows(env, sql)),
      );
    const before = await facts(tEnv);
    const statistics = tEnv.getCatalog('c')?.getTable('d', 't');
    await tEnv.close();
    const again = await environment();
    expect(await facts(again)).toEqual(before);
    expect(before.at(-1)).toEqual([[0.5, 2n, 'b']]);
    expect(again.getCatalog('c')?.getTable('d', 't')).toEqual(statistics);
    await again.executeSql('DROP DATABASE d CASCADE');
    expect(await rows(await environment(), 'SHOW DATABASES')).toEqual([['default']]);
  });

  test('columns of every type', async () => {
    const types = [
      'BOOLEAN',
      'TINYINT NOT NULL',
      'DECIMAL(38, 10)',
      'CHAR(3)',
      'VARCHAR(7)',
      'BYTES',
      'BINARY(2)',
      'DATE',
      'TIME(3)',
      'TIMESTAMP(9)',
      'TIMESTAMP_LTZ(0) NOT NULL',
      'INTERVAL YEAR(4) TO MONTH',
      'INTERVAL DAY(3) TO SECOND(6)',
      'ARRAY<INT NOT NULL>',
      'MAP<STRING, ARRAY<DOUBLE>>',
      'MULTISET<STRING>',
      "ROW<`a b` INT NOT NULL 'it''s', c ROW<d FLOAT>>",
      'VARIANT',
      'BITMAP',
    ];
    const tEnv = await environment();
    const columns = types.map((type, i) => `c${i} ${type}`).join(', ');
    await tEnv.executeSql(`CREATE TABLE t (${columns}) WITH ('connector' = 'blackhole')`);
    const again = await environment();
    expect(await rows(again, 'DESCRIBE t')).toEqual(await rows(tEnv, 'DESCRIBE t'));
    expect(again.getCatalog('c')?.getTable('default', 't')).toEqual(
      tEnv.getCatalog('c')?.getTable('default', 't'),
    );
  });

  test('names that file systems do not take, or do not tell apart', async () => {
    const names = ['T', 't', '../x', 'ünïcode 💧', 'a/b', 'a.b', '%41', '.', 'CON', 'x'.repeat(80)];
    const tEnv = await environment();
    for (const [i, name] of names.entries()) {
      await tEnv.executeSql(`CREATE VIEW \`${name}\` AS SELECT ${i} AS n`);
    }
    const again = await environment();
    expect(again.listTables()).toEqual([...names].sort());
    for (const [i, name] of names.entries()) {
      expect(await rows(again, `SELECT n FROM \`${name}\``)).toEqual([[i]]);
    }
    await expect(
      tEnv.executeSql(`CREATE VIEW \`${'x'.repeat(300)}\` AS SELECT 1 AS n`),
    ).rejects.toMatchObject({ code: 'FILE_ERROR' });
  });

  test('what only one process has is refused', async () => {
    const tEnv = await environment();
    await expect(tEnv.executeSql('CREATE TABLE t (a INT)')).rejects.toMatchObject({
      code: 'NOT_STORABLE',
      hint: expect.stringContaining('TEMPORARY'),
    });
    expect(() => tEnv.createView('v', tEnv.sqlQuery('SELECT 1 AS a'))).toThrow(
      withCode('NOT_STORABLE'),
    );
    const inline = udf((a: number) => a, { resultType: DataTypes.INT() });
    expect(() => tEnv.createFunction('f', inline)).toThrow(withCode('NOT_STORABLE'));
    expect(tEnv.listTables()).toEqual([]);
  });

  test('temporary objects hide those of the catalog, and are not kept', async () => {
    const tEnv = await environment();
    await tEnv.executeSql('CREATE VIEW v AS SELECT 1 AS a');
    await tEnv.executeSql('CREATE TEMPORARY VIEW v AS SELECT 2 AS a');
    tEnv.createTemporaryModel('m', ModelDescriptor.forProvider('openai').build());
    expect(await rows(tEnv, 'SELECT a FROM v')).toEqual([[2]]);
    await expect(tEnv.executeSql('DROP VIEW v')).rejects.toThrow(withCode('TEMPORARY_OBJECT'));
    expect(() => tEnv.dropView('v')).toThrow(withCode('TEMPORARY_OBJECT'));
    expect(await rows(await environment(), 'SELECT a FROM v')).toEqual([[1]]);
    await tEnv.executeSql('DROP TEMPORARY VIEW v');
    expect(await rows(tEnv, 'SELECT a FROM v')).toEqual([[1]]);
    expect((await environment()).listModels()).toEqual([]);
  });
});

describe('several environments on one folder', () => {
  test('see each other’s changes at their next statement, kept plans too', async () => {
    const [a, b] = [await environment(), await environment()];
    await a.executeSql('CREATE VIEW v AS SELECT 1 AS n');
    expect(await rows(b, 'SELECT n FROM v')).toEqual([[1]]);
    await a.executeSql('ALTER VIEW v AS SELECT 2 AS n');
    expect(await rows(b, 'SELECT n FROM v')).toEqual([[2]]);
    await a.executeSql('DROP VIEW v');
    await expect(b.executeSql('SELECT n FROM v')).rejects.toThrow(withCode('TABLE_NOT_FOUND'));
    await b.executeSql('CREATE DATABASE d');
    await a.executeSql('DROP DATABASE d');
    await expect(b.executeSql('USE d')).rejects.toThrow(withCode('DATABASE_NOT_FOUND'));
  });

  test('a change of what was changed meanwhile is made on what is there now', async () => {
    const [a, b] = [await environment(), await environment()];
    const catalogs = [a.getCatalog('c'), b.getCatalog('c')];
    await a.executeSql("CREATE TABLE t (n INT) WITH ('connector' = 'blackhole')");
    const read = catalogs.map((catalog) => catalog?.getTable('default', 't'));
    await a.executeSql("ALTER TABLE t SET ('x' = '1')");
    expect(() => catalogs[1]?.putTable('default', 't', read[1]!)).toThrow(
      withCode('CATALOG_CONFLICT'),
    );
    // A statement reads again, and writes then.
    await b.executeSql("ALTER TABLE t SET ('y' = '1')");
    const now = catalogs[0]?.getTable('default', 't');
    expect(now?.kind === 'table' && [...now.options.keys()]).toEqual(['connector', 'x', 'y']);
  });

  test('processes that write at the same time lose nothing', async () => {
    const tEnv = await environment();
    await tEnv.executeSql("CREATE TABLE shared (n INT) WITH ('connector' = 'blackhole')");
    const exits = Array.from({ length: 3 }, (_, i) =>
      once(
        spawn(process.execPath, [WRITER, folder, String(i), '8'], {
          stdio: ['ignore', 'ignore', 'inherit'],
        }),
        'exit',
      ),
    );
    expect(await Promise.all(exits)).toEqual(exits.map(() => [0, null]));
    const keys = Object.keys(JSON.parse(readFileSync(fileOf('shared'), 'utf8')).options);
    expect(keys).toHaveLength(1 + 3 * 8);
    expect(tEnv.listViews()).toHaveLength(8);
  });

  test('a process that is killed while it writes leaves a catalog that can be read and written', async () => {
    const tEnv = await environment();
    await tEnv.executeSql("CREATE TABLE shared (n INT) WITH ('connector' = 'blackhole')");
    for (let i = 0; i < 4; i++) {
      const child = spawn(process.execPath, [WRITER, folder, String(i), '100000'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, 30 * i + Math.random() * 20));
      child.kill('SIGKILL');
      await once(child, 'exit');
      for (const name of tEnv.listTables()) await tEnv.executeSql(`DESCRIBE ${name}`);
      await tEnv.executeSql(`ALTER TABLE shared SET ('after-${i}' = '1')`);
    }
    expect(readdirSync(path.join(folder, 'tmp'))).toEqual([]);
    const { options } = JSON.parse(readFileSync(fileOf('shared'), 'utf8'));
    for (let i = 0; i < 4; i++) expect(options).toHaveProperty(`after-${i}`);
  });

  test('the lock of a process that is gone is taken over, and its file is not in the way', async () => {
    const tEnv = await environment();
    const child = spawn(process.execPath, ['-e', '0']);
    await once(child, 'exit');
    writeFileSync(path.join(folder, 'lock'), lockText(child.pid ?? 0));
    await tEnv.executeSql('CREATE VIEW v AS SELECT 1 AS n');
    expect(tEnv.listViews()).toEqual(['v']);
  });
});

/** What a lock of that process of this machine says. */
function lockText(pid: number): string {
  let place = hostname();
  try {
    place += `/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {}
  return JSON.stringify({ pid, place, token: 'x' });
}

describe('damage', () => {
  test('a folder that is deleted meanwhile: nothing is there, and nothing hangs', async () => {
    const tEnv = await environment();
    await tEnv.executeSql('CREATE VIEW v AS SELECT 1 AS n');
    rmSync(folder, { recursive: true });
    await expect(tEnv.executeSql('SELECT n FROM v')).rejects.toThrow(withCode('TABLE_NOT_FOUND'));
    await expect(tEnv.executeSql('CREATE VIEW w AS SELECT 1 AS n')).rejects.toThrow(
      withCode('DATABASE_NOT_FOUND'),
    );
  });

  test.each([
    ['cut off', '{"kind": "tab', 'JSON'],
    ['empty', '', 'JSON'],
    ['no object', '[]', 'the text is no object'],
    ['something else', '{}', "'kind' is missing"],
    [
      'a type that is none',
      '{"kind": "view", "columns": [{"kind": "physical", "name": "a", "type": "INTT"}]}',
      "'columns[0].type' is not a type: ",
    ],
    [
      'options that are no texts',
      '{"kind": "table", "columns": [], "partitionKeys": [], "options": {"a": 1}}',
      "'options.a' is not a text",
    ],
  ])('%s: the error names the file and what is wrong', async (_, text, reason) => {
    const tEnv = await environment();
    await tEnv.executeSql('CREATE VIEW good AS SELECT 1 AS n');
    await tEnv.executeSql('CREATE VIEW bad AS SELECT 1 AS n');
    writeFileSync(fileOf('bad'), text);
    const failing = expect(tEnv.executeSql('SELECT * FROM bad')).rejects;
    await failing.toMatchObject({ code: 'CATALOG_DAMAGED', name: 'TableRuntimeError' });
    await expect(tEnv.executeSql('SELECT * FROM bad')).rejects.toThrow(reason);
    await expect(tEnv.executeSql('SELECT * FROM bad')).rejects.toThrow(fileOf('bad'));
    expect(await rows(tEnv, 'SELECT * FROM good')).toEqual([[1]]);
    // What was never a file of the catalog is not listed either.
    const isForeign = /no object|'kind' is missing/.test(reason);
    expect(await rows(tEnv, 'SHOW TABLES')).toEqual(isForeign ? [['good']] : [['bad'], ['good']]);
    rmSync(fileOf('bad'));
    expect(tEnv.listTables()).toEqual(['good']);
  });

  test('folders that are no catalog', async () => {
    const tEnv = TableEnvironment.create();
    opened.push(tEnv);
    const create = (folder: string, more = '') =>
      tEnv.executeSql(`CREATE CATALOG x WITH ('type' = 'file', 'path' = '${folder}'${more})`);
    writeFileSync(path.join(root, 'mine.txt'), '');
    await expect(create(root)).rejects.toThrow(withCode('NOT_A_CATALOG'));
    await expect(create(path.join(root, 'mine.txt'))).rejects.toThrow(withCode('FILE_ERROR'));
    rmSync(path.join(root, 'mine.txt'));
    writeFileSync(path.join(root, 'catalog.json'), '{"format":"millrace-catalog","version":9}');
    await expect(create(root)).rejects.toThrow('its format is version 9');
    await expect(create(folder, ", 'pat' = 'x'")).rejects.toMatchObject({
      code: 'UNKNOWN_OPTION',
      hint: expect.stringContaining("'path'"),
    });
    await expect(tEnv.executeSql("CREATE CATALOG x WITH ('type' = 'files')")).rejects.toMatchObject(
      { code: 'INVALID_OPTION', hint: expect.stringContaining("'file'") },
    );
    expect(tEnv.listCatalogs()).toEqual(['default_catalog']);
  });
});

test('files of others are not listed, not written over, and not removed', async () => {
  const tEnv = await environment();
  await tEnv.executeSql('CREATE DATABASE db');
  await tEnv.executeSql('USE db');
  await tEnv.executeSql('CREATE VIEW own AS SELECT 1 AS n');
  const tables = path.join(folder, 'databases/db/tables');
  const foreign = ['package.json', 'list.json', 'UPPER.json', 'notes.txt'];
  for (const file of foreign) writeFileSync(path.join(tables, file), '[{"name": "x"}]');
  writeFileSync(path.join(tables, 'package.json'), '{"name": "x"}');
  expect(tEnv.listTables()).toEqual(['own']);
  expect(await rows(tEnv, 'SELECT TABLE_NAME FROM INFORMATION_SCHEMA.`TABLES`')).toEqual([['own']]);
  const create = tEnv.executeSql('CREATE VIEW package AS SELECT 2 AS n');
  await expect(create).rejects.toEqual(withCode('CATALOG_DAMAGED'));
  await tEnv.executeSql('DROP VIEW own');
  await tEnv.executeSql('USE `default`');
  const drop = tEnv.executeSql('DROP DATABASE db CASCADE');
  await expect(drop).rejects.toMatchObject({
    code: 'NOT_A_CATALOG',
    message: expect.stringContaining('did not write'),
  });
  expect(readdirSync(tables).sort()).toEqual([...foreign].sort());
  for (const file of foreign) rmSync(path.join(tables, file));
  await tEnv.executeSql('DROP DATABASE db CASCADE');
  expect(tEnv.listDatabases()).not.toContain('db');
});
