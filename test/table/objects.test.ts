import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  CatalogDescriptor,
  ChangelogMode,
  col,
  DataTypes,
  FormatDescriptor,
  lit,
  ModelDescriptor,
  RowKind,
  Schema,
  sourceWatermark,
  TableDescriptor,
  TableEnvironment,
  udf,
} from '../../src/index.ts';

let tEnv: TableEnvironment;
beforeEach(() => {
  tEnv = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
});
afterEach(() => tEnv.close());

const withCode = (code: string) => expect.objectContaining({ code });
const SCHEMA = Schema.newBuilder()
  .column('id', DataTypes.INT().notNull())
  .withComment("the row's number")
  .column('name', 'STRING')
  .columnByExpression('twice', 'id * 2')
  .primaryKey('id')
  .build();

async function showCreate(name: string): Promise<string> {
  const result = await tEnv.executeSql(`SHOW CREATE TABLE ${name}`);
  const [row = {}] = await result.toArray();
  return String(row['result']);
}

describe('descriptors', () => {
  test('a table from a descriptor is what CREATE TABLE makes', async () => {
    const descriptor = TableDescriptor.forConnector('datagen')
      .schema(SCHEMA)
      .option('number-of-rows', 3)
      .comment('made up')
      .build();
    tEnv.createTable('made', descriptor);
    expect(await showCreate('made')).toBe(
      [
        'CREATE TABLE `default_catalog`.`default_database`.`made` (',
        "  `id` INT NOT NULL COMMENT 'the row''s number',",
        '  `name` STRING,',
        '  `twice` AS `id` * 2,',
        '  CONSTRAINT `PK_id` PRIMARY KEY (`id`) NOT ENFORCED',
        ')',
        "COMMENT 'made up'",
        'WITH (',
        "  'connector' = 'datagen',",
        "  'number-of-rows' = '3'",
        ')',
        '',
      ].join('\n'),
    );
    expect(() => tEnv.createTable('made', descriptor)).toThrow(withCode('TABLE_EXISTS'));
    tEnv.createTable('made', descriptor, true);
    expect(await tEnv.fromDescriptor(descriptor).toArray()).toHaveLength(3);
    expect(tEnv.dropTable('made')).toBe(true);
    expect(tEnv.dropTable('made')).toBe(false);
    expect(() => tEnv.dropTable('made', false)).toThrow(withCode('TABLE_NOT_FOUND'));
  });

  test('a format with options, written and read', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'millrace-api-'));
    try {
      const format = FormatDescriptor.forFormat('csv').option('field-delimiter', ';').build();
      const file = TableDescriptor.forConnector('filesystem')
        .schema(Schema.newBuilder().fromFields(['a', 'b'], ['INT', DataTypes.STRING()]).build())
        .option('path', folder)
        .format(format)
        .build();
      const rows = tEnv.fromValues([[1, 'x;y']], 'a INT, b STRING');
      await rows.executeInsert(file);
      expect(await tEnv.fromDescriptor(file).toArray()).toEqual([{ a: 1, b: 'x;y' }]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('errors of descriptors', () => {
    const builder = Schema.newBuilder();
    expect(() => builder.withComment('of nothing')).toThrow(withCode('INVALID_CONSTRAINT'));
    expect(() => builder.fromRowDataType(DataTypes.INT())).toThrow(withCode('NOT_A_ROW_TYPE'));
    const partitioned = TableDescriptor.inMemory().schema(SCHEMA).partitionedBy('nope').build();
    expect(() => tEnv.createTable('t', partitioned)).toThrow(withCode('COLUMN_NOT_FOUND'));
    const without = TableDescriptor.inMemory().build();
    expect(() => tEnv.createTable('t', without)).toThrow(withCode('COLUMNS_REQUIRED'));
  });
});

describe('writes', () => {
  beforeEach(() => {
    const schema = Schema.newBuilder().column('a', 'INT').build();
    tEnv.createTemporaryTable('one', TableDescriptor.inMemory().schema(schema).build());
    tEnv.createTemporaryTable('two', TableDescriptor.inMemory().schema(schema).build());
  });

  test('a table is inserted by path, and replaces with overwrite', async () => {
    const rows = tEnv.fromValues([[1], [2]], 'a INT');
    const pipeline = rows.insertInto('one');
    expect(pipeline.getSinkIdentifier()).toBe('default_catalog.default_database.one');
    expect(pipeline.explain('CHANGELOG_MODE')).toContain('changelogMode=[I]');
    const result = await pipeline.execute();
    expect(await result.toArray({ rowFormat: 'array' })).toEqual([[2n]]);
    await tEnv.fromValues([[7]], 'a INT').executeInsert('one', true);
    expect(await tEnv.from('one').toArray()).toEqual([{ a: 7 }]);
    expect(() => rows.insertInto('a.b.c.d')).toThrow(withCode('INVALID_PATH'));
    await expect(rows.executeInsert('nope')).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' });
  });

  test('a statement set runs its writes on the tables as they were before it, and is empty afterwards', async () => {
    const set = tEnv.createStatementSet();
    set
      .addInsertSql('INSERT INTO one VALUES (1), (2)')
      .addInsert('two', tEnv.sqlQuery('SELECT a FROM one'))
      .add(tEnv.fromValues([[9]], 'a INT').insertInto('two'));
    expect(set.explain()).toContain('Sink(table=[[default_catalog, default_database, two]]');
    const result = await set.execute();
    expect(await result.toArray({ rowFormat: 'array' })).toEqual([[2n, 0n, 1n]]);
    expect(await tEnv.from('two').toArray()).toEqual([{ a: 9 }]);
    expect(() => set.addInsertSql('SELECT 1')).toThrow(withCode('NOT_AN_INSERT'));
    expect(() => set.addInsertSql('INSERT INTO')).toThrow(withCode('UNEXPECTED_TOKEN'));
  });
});

test('views, permanent and temporary', async () => {
  tEnv.createView('v', tEnv.sqlQuery('SELECT 1 AS a'));
  expect(() => tEnv.createView('v', tEnv.from('v'))).toThrow(withCode('TABLE_EXISTS'));
  tEnv.createTemporaryView('w', tEnv.from('v'));
  expect(tEnv.listViews()).toEqual(['v', 'w']);
  expect(tEnv.listTemporaryViews()).toEqual(['w']);
  expect(tEnv.listTemporaryTables()).toEqual([]);
  expect(await tEnv.from('w').toArray()).toEqual([{ a: 1 }]);
  expect([tEnv.dropTemporaryView('w'), tEnv.dropView('v'), tEnv.dropView('v')]).toEqual([
    true,
    true,
    false,
  ]);
});

test('catalogs', () => {
  tEnv.createCatalog('c', CatalogDescriptor.of({ type: 'generic_in_memory' }, 'mine'));
  expect(tEnv.getCatalog('c')?.info.comment).toBe('mine');
  expect(tEnv.getCatalog('d')).toBeNull();
  expect(() => tEnv.createCatalog('c', CatalogDescriptor.of({ type: 'x' }))).toThrow(
    withCode('INVALID_OPTION'),
  );
  const catalog = tEnv.getCatalog('c');
  if (catalog !== null) {
    expect(() => tEnv.registerCatalog('c', catalog)).toThrow(withCode('CATALOG_EXISTS'));
    tEnv.registerCatalog('d', catalog);
    expect(tEnv.listCatalogs()).toEqual(['c', 'd', 'default_catalog']);
  }
  tEnv.useCatalog('c');
  expect(tEnv.getCurrentDatabase()).toBe('default');
});

test('modules of functions', async () => {
  const plusOne = udf((x: number) => x + 1, {
    inputTypes: [DataTypes.INT()],
    resultType: DataTypes.INT(),
  });
  tEnv.loadModule('mine', { plus_one: plusOne });
  expect(tEnv.listModules()).toEqual(['core', 'mine']);
  expect(await tEnv.sqlQuery('SELECT PLUS_ONE(1) AS a').toArray()).toEqual([{ a: 2 }]);
  tEnv.useModules('core');
  expect(tEnv.listFullModules()).toEqual([
    { name: 'core', used: true },
    { name: 'mine', used: false },
  ]);
  expect(() => tEnv.sqlQuery('SELECT PLUS_ONE(1)')).toThrow(withCode('FUNCTION_NOT_FOUND'));
  tEnv.unloadModule('mine');
  expect(() => tEnv.loadModule('core')).toThrow(withCode('MODULE_EXISTS'));
  expect(() => tEnv.loadModule('hive')).toThrow(withCode('MODULE_NOT_FOUND'));
  expect(tEnv.listFunctions()).toContain('reverse');
});

test('models', () => {
  const model = ModelDescriptor.forProvider('openai')
    .inputSchema(Schema.newBuilder().column('text', 'STRING').build())
    .outputSchema(Schema.newBuilder().column('label', 'STRING').build())
    .option('task', 'classify')
    .build();
  tEnv.createModel('m', model);
  tEnv.createTemporaryModel('n', model);
  expect(() => tEnv.createModel('m', model)).toThrow(withCode('MODEL_EXISTS'));
  expect([tEnv.listModels(), tEnv.listTemporaryModels()]).toEqual([['m', 'n'], ['n']]);
  expect([tEnv.dropModel('m'), tEnv.dropTemporaryModel('n')]).toEqual([true, true]);
  expect(() => tEnv.dropModel('m', false)).toThrow(withCode('MODEL_NOT_FOUND'));
});

describe('rows of this process by name', () => {
  test('a list, with or without a schema', async () => {
    tEnv.createTemporaryView('given', [{ a: 1, b: 'x' }]);
    tEnv.createTemporaryView('typed', [[1, 'x']], 'a BIGINT, b STRING');
    expect(await tEnv.from('given').toArray()).toEqual([{ a: 1, b: 'x' }]);
    const result = await tEnv.executeSql('SELECT a + 1 AS a FROM typed');
    expect(await result.toArray()).toEqual([{ a: 2n }]);
  });

  test('an async iterable needs a schema, and is read when a query runs', async () => {
    let started = false;
    async function* rows() {
      started = true;
      yield { a: 1 };
      yield { a: 2 };
    }
    tEnv.createTemporaryView('later', rows(), Schema.newBuilder().column('a', 'INT').build());
    expect(started).toBe(false);
    const result = await tEnv.executeSql('SELECT SUM(a) AS s FROM later');
    expect(await result.toArray()).toEqual([{ s: 3 }]);
    for (const wrong of [rows(), {}, null, 5]) {
      expect(() => tEnv.createTemporaryView('w', wrong as never)).toThrow(
        withCode('INVALID_ARGUMENT'),
      );
    }
  });

  test('a changelog goes in and out', async () => {
    const changes = [
      ['+I', 1, 'a'],
      ['-U', 1, 'a'],
      ['+U', 1, 'b'],
    ] as const;
    const table = tEnv.fromChangelog(changes, 'k INT, v STRING');
    const out: unknown[] = [];
    for await (const change of tEnv.toChangelog(table, { rowFormat: 'array' })) out.push(change);
    expect(out).toEqual([{ kind: '+I', row: [1, 'b'] }]);
    expect(() => tEnv.toChangelog([] as never)).toThrow(withCode('INVALID_ARGUMENT'));
  });
});

test('a module that says itself what it has', async () => {
  const asked: string[] = [];
  const double = udf((a: number) => 2 * a, {
    inputTypes: [DataTypes.INT()],
    resultType: DataTypes.INT(),
  });
  tEnv.loadModule('mine', {
    listFunctions: () => ['double_it'],
    getFunction: (name: string) => {
      asked.push(name);
      return name === 'double_it' ? double : null;
    },
  });
  for (let i = 0; i < 2; i++) {
    const result = await tEnv.executeSql('SELECT Double_It(4) AS a, ABS(-1) AS b');
    expect(await result.toArray()).toEqual([{ a: 8, b: 1 }]);
  }
  expect(asked.filter((name) => name === 'double_it')).toHaveLength(1);
  expect(tEnv.listFunctions()).toContain('double_it');
  tEnv.unloadModule('mine');
  await expect(tEnv.executeSql('SELECT double_it(4)')).rejects.toThrow(
    withCode('FUNCTION_NOT_FOUND'),
  );
});

test('schemas from schemas', () => {
  const base = Schema.newBuilder().column('a', 'INT').columnByExpression('b', 'a + 1').build();
  const more = Schema.newBuilder().fromSchema(base).column('c', DataTypes.DATE()).build();
  expect(String(more)).toBe('`a` INT, `b` AS a + 1, `c` DATE');
  const resolved = tEnv.sqlQuery("SELECT 1 AS x, 'y' AS y").getResolvedSchema();
  const again = Schema.newBuilder().fromResolvedSchema(resolved).build();
  expect(String(again)).toBe('`x` INT NOT NULL, `y` CHAR(1) NOT NULL');
});

test('materialized tables are listed', async () => {
  await tEnv.executeSql('CREATE MATERIALIZED TABLE m AS SELECT 1 AS a');
  await tEnv.executeSql('CREATE TABLE t (a INT)');
  expect(tEnv.listMaterializedTables()).toEqual(['m']);
});

describe('a resolved schema', () => {
  test('has the columns by name and position, and their types', () => {
    const schema = tEnv.sqlQuery("SELECT 1 AS x, 'y' AS y").getResolvedSchema();
    expect(schema.getColumnCount()).toBe(2);
    expect(schema.getColumns()).toBe(schema.columns);
    expect(schema.getColumnNames()).toEqual(['x', 'y']);
    expect(schema.getColumnDataTypes().map(String)).toEqual(['INT NOT NULL', 'CHAR(1) NOT NULL']);
    expect(schema.getColumn('y')).toBe(schema.getColumn(1));
    expect(schema.getColumn('z')).toBeNull();
    expect(schema.getColumn(2)).toBeNull();
    const row = 'ROW<`x` INT NOT NULL, `y` CHAR(1) NOT NULL> NOT NULL';
    expect(String(schema.toPhysicalRowDataType())).toBe(row);
    expect(String(schema)).toBe('(\n  `x` INT NOT NULL,\n  `y` CHAR(1) NOT NULL\n)');
    expect([schema.getPrimaryKey(), schema.getWatermarkSpecs()]).toEqual([null, []]);
  });

  test('of a table has its key and its watermark', async () => {
    await tEnv.executeSql(`CREATE TABLE resolved (a INT, b INT NOT NULL, ts TIMESTAMP(3), c INT NOT NULL,
      PRIMARY KEY (c, b) NOT ENFORCED, WATERMARK FOR ts AS SOURCE_WATERMARK())`);
    const schema = tEnv.from('resolved').getResolvedSchema();
    expect(schema.getPrimaryKey()?.columns).toEqual(['c', 'b']);
    expect(schema.getPrimaryKeyIndexes()).toEqual([3, 1]);
    expect(schema.getWatermarkSpecs()).toEqual([
      { column: 'ts', expression: 'SOURCE_WATERMARK()' },
    ]);
    await tEnv.executeSql('CREATE VIEW over_resolved AS SELECT * FROM resolved');
    expect(tEnv.from('over_resolved').getResolvedSchema().getPrimaryKey()).toBeNull();
  });
});

test('a schema takes expressions for SQL', () => {
  const schema = Schema.newBuilder()
    .column('a', 'INT')
    .columnByExpression('b', col('a').plus(1))
    .column('ts', DataTypes.TIMESTAMP(3))
    .watermark('ts', sourceWatermark())
    .build();
  const text =
    '`a` INT, `b` AS `a` + 1, `ts` TIMESTAMP(3), WATERMARK FOR `ts` AS SOURCE_WATERMARK()';
  expect(String(schema)).toBe(text);
  const held = lit([1, 2]);
  expect(() => Schema.newBuilder().columnByExpression('c', held)).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
  );
});

test('changelogs by their kinds', async () => {
  const changes = [
    [RowKind.INSERT, 1, 'a'],
    [RowKind.UPDATE_AFTER, 1, 'b'],
    [RowKind.INSERT, 2, 'c'],
    [RowKind.DELETE, 2, null],
  ] as const;
  const table = tEnv.fromChangelog(changes, 'k INT NOT NULL, v STRING', {
    primaryKey: ['k'],
    changelogMode: ChangelogMode.upsert(),
  });
  const seen: unknown[] = [];
  for await (const change of tEnv.toChangelog(table)) seen.push(change);
  expect(seen).toEqual([{ kind: RowKind.INSERT, row: { k: 1, v: 'b' } }]);
  expect([ChangelogMode.insertOnly(), ChangelogMode.all()]).toEqual(['insert', 'all']);
});
