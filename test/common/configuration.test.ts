import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { configurationPage } from '../../scripts/configuration-page.ts';
import { FOREIGN_OPTIONS } from '../../src/common/foreign-options.ts';
import { CONFIG_OPTIONS, INERT_OPTIONS, isConfigKey } from '../../src/common/options.ts';
import { EnvironmentSettings, TableConfig, TableEnvironment } from '../../src/index.ts';

const root = path.join(import.meta.dirname, '../..');
const withCode = (code: string) => expect.objectContaining({ code });

describe('docs/configuration.md', () => {
  test('is what the options say (npm run docs)', () => {
    expect(readFileSync(path.join(root, 'docs/configuration.md'), 'utf8')).toBe(
      configurationPage(),
    );
  });

  test('an option is said to have an effect when the sources read it', () => {
    const sources = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.startsWith(path.join('common', 'options')))
      .map((file) => readFileSync(path.join(root, 'src', file), 'utf8'))
      .join('\n');
    const isRead = (key: string): boolean =>
      [`value('${key}')`, `get('${key}')`, `'${key}',`, `.config, '${key}')`].some((use) =>
        sources.includes(use),
      );
    const inert = INERT_OPTIONS.flatMap(({ options }) => Object.keys(options));
    const read = Object.keys(CONFIG_OPTIONS).filter((key) => !inert.includes(key));
    expect(read.filter((key) => !isRead(key))).toEqual([]);
    // The getters of TableConfig give these two, for who asks.
    const given = ['table.exec.state.ttl', 'table.sql-dialect'];
    expect(inert.filter((key) => isRead(key) && !given.includes(key))).toEqual([]);
  });
});

describe('keys', () => {
  test.each([
    ['table.exec.batch-row', 'table.exec.batch-rows'],
    ['parallelism.defualt', 'parallelism.default'],
    ['tabel.local-time-zone', 'table.local-time-zone'],
    ['pipeline-name', 'pipeline.name'],
  ])('%s: the error names %s', (key, nearest) => {
    const error = expect.objectContaining({
      code: 'UNKNOWN_CONFIG',
      hint: `Did you mean '${nearest}'?`,
    });
    expect(() => new TableConfig().set(key, '1')).toThrow(error);
    expect(() => TableEnvironment.create({ config: { [key]: '1' } })).toThrow(error);
  });

  test('of a family that is known are rejected, those of the user are kept', async () => {
    expect(() => new TableConfig().set('table.what', '1')).toThrow(withCode('UNKNOWN_CONFIG'));
    const tEnv = TableEnvironment.create();
    await expect(tEnv.executeSql("SET 'table.what' = '1'")).rejects.toThrow(
      withCode('UNKNOWN_CONFIG'),
    );
    await tEnv.executeSql("SET 'test-key' = 'mine'");
    expect(tEnv.getConfig().get('test-key')).toBe('mine');
    await tEnv.close();
  });

  test('batches have at least one row', () => {
    const config = { 'table.exec.batch-rows': '0' };
    expect(() => TableEnvironment.create({ config })).toThrow(withCode('INVALID_OPTION'));
    expect(() => new TableConfig().set('table.exec.batch-rows', '-3')).toThrow('at least 1');
  });

  test('of Flink that mean nothing here are taken', () => {
    const config = new TableConfig();
    const keys = FOREIGN_OPTIONS.map((key) => (key.endsWith('.') ? `${key}x` : key));
    for (const key of [...keys, 'state.backend.type', 'python.executable']) config.set(key, 'x');
    expect(FOREIGN_OPTIONS.filter(isConfigKey)).toEqual([]);
    expect(FOREIGN_OPTIONS).toEqual([...FOREIGN_OPTIONS].sort());
  });
});

describe('EnvironmentSettings', () => {
  test('by the builder, as by the constructor', () => {
    const built = EnvironmentSettings.newInstance()
      .inStreamingMode()
      .withConfiguration({ 'parallelism.default': 3 })
      .withConfiguration(new TableConfig({ 'table.local-time-zone': 'UTC' }))
      .withBuiltInCatalogName('c')
      .withBuiltInDatabaseName('d')
      .build();
    const made = new EnvironmentSettings({
      mode: 'streaming',
      config: { 'parallelism.default': 3, 'table.local-time-zone': 'UTC' },
      builtinCatalogName: 'c',
      builtinDatabaseName: 'd',
    });
    expect(built.getConfiguration().entries()).toEqual(made.getConfiguration().entries());
    expect([built.isStreamingMode(), built.getBuiltInCatalogName()]).toEqual([true, 'c']);
    const tEnv = TableEnvironment.create(built);
    expect(tEnv.getCurrentCatalog()).toBe('c');
    expect(tEnv.getCurrentDatabase()).toBe('d');
    expect(tEnv.getConfig().value('parallelism.default')).toBe(3);
  });

  test('the configuration alone says mode and names too', () => {
    const settings = new EnvironmentSettings({
      config: { 'execution.runtime-mode': 'streaming', 'table.builtin-catalog-name': 'mine' },
    });
    expect([settings.mode, settings.builtinCatalogName]).toEqual(['streaming', 'mine']);
    expect(new EnvironmentSettings().mode).toBe('batch');
    expect(() => new EnvironmentSettings({ mode: 'fast' as never })).toThrow(
      withCode('INVALID_OPTION'),
    );
  });
});

test('TableConfig in PyFlink’s words', () => {
  const config = new TableConfig({ 'my.key': 1 });
  config.setIdleStateRetention('1 h').setSqlDialect('default');
  expect(config.getIdleStateRetention()).toBe(3_600_000);
  expect(config.getSqlDialect()).toBe('default');
  expect(() => config.setSqlDialect('hive')).toThrow(withCode('INVALID_OPTION'));
  const copy = new TableConfig().addConfiguration(config);
  expect(copy.toMap()).toEqual(config.toMap());
});

test('OPTIONS hints are refused where they are switched off', async () => {
  const tEnv = TableEnvironment.create();
  await tEnv.executeSql(
    "CREATE TABLE t (a INT) WITH ('connector' = 'datagen', 'number-of-rows' = '3')",
  );
  const sql = "SELECT * FROM t /*+ OPTIONS('number-of-rows' = '1') */";
  expect(await (await tEnv.executeSql(sql)).toArray()).toHaveLength(1);
  await tEnv.executeSql("SET 'table.dynamic-table-options.enabled' = 'false'");
  await expect(tEnv.executeSql(sql)).rejects.toThrow(withCode('NOT_SUPPORTED'));
  await tEnv.close();
});
