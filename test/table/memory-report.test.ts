import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { DataTypes, TableEnvironment, udf } from '../../src/index.ts';

const rows = (count: number) => Array.from({ length: count }, (_, i) => [BigInt(i), `name ${i}`]);

test('nothing is used before a statement needs it', async () => {
  await using tEnv = TableEnvironment.create();
  expect(await tEnv.memory()).toMatchObject({
    limitBytes: 0,
    usedBytes: 0,
    tables: [],
    statements: { running: 0, bytes: 0 },
    workers: [],
  });
});

test('tables by name, the largest first; what is dropped is free', async () => {
  await using tEnv = TableEnvironment.create({ config: { 'table.exec.memory.limit': '256 mb' } });
  await tEnv.executeSql('CREATE TABLE small (id BIGINT, name STRING)');
  await tEnv.executeSql('CREATE TEMPORARY TABLE big (id BIGINT, name STRING)');
  await tEnv.fromValues(rows(10)).executeInsert('small');
  await tEnv.fromValues(rows(100_000)).executeInsert('big');
  const report = await tEnv.memory();
  expect(report.limitBytes).toBe(256 * 1024 ** 2);
  const named = report.tables.filter(({ name }) => name !== null);
  expect(named.map(({ name, rows: count }) => [name, count])).toEqual([
    ['default_catalog.default_database.big', 100_000],
    ['default_catalog.default_database.small', 10],
  ]);
  expect(named[0]!.bytes).toBeGreaterThan(100_000 * 8);
  expect(sum(report)).toBe(report.usedBytes);
  expect(report.caches.plans).toBeGreaterThanOrEqual(0);
  await tEnv.executeSql('DROP TEMPORARY TABLE big');
  const after = await tEnv.memory();
  expect(after.tables.map(({ name }) => name)).not.toContain(named[0]!.name);
  expect(after.usedBytes).toBeLessThan(report.usedBytes - 100_000 * 8);
});

test('statements that run, the caches they leave, and workers', async () => {
  await using tEnv = TableEnvironment.create({ config: { 'table.exec.inline-rows': '0' } });
  await tEnv.executeSql('CREATE TABLE t (id BIGINT, name STRING)');
  await tEnv.fromValues(rows(50_000)).executeInsert('t');
  tEnv.createTemporarySystemFunction(
    'twice',
    udf((n: bigint) => n * 2n, {
      inputTypes: [DataTypes.BIGINT()],
      resultType: DataTypes.BIGINT(),
    }),
  );
  const result = await tEnv.executeSql('SELECT twice(id) + 1 AS x, name FROM t ORDER BY name');
  for await (const _ of result.collect()) {
    const report = await tEnv.memory();
    expect(report.statements.running).toBe(1);
    expect(report.statements.bytes).toBeGreaterThan(50_000 * 8);
    expect(sum(report)).toBe(report.usedBytes);
    expect(report.workers.length).toBeGreaterThan(0);
    expect(report.workers[0]?.usedBytes).toBeGreaterThan(1_000_000);
    break;
  }
  const report = await tEnv.memory();
  expect(report.statements).toEqual({ running: 0, bytes: 0 });
  expect(report.caches.plans).toBe(1);
  expect(report.caches.syntaxTrees).toBe(2);
  tEnv.getConfig().set('table.exec.inline-rows', '1000000');
  await (await tEnv.executeSql('SELECT id + 4711 FROM t')).toArray();
  const { caches } = await tEnv.memory();
  expect(caches.modules).toBeGreaterThan(report.caches.modules);
  expect(caches.moduleBytes).toBeGreaterThan(report.caches.moduleBytes + 50);
});

function sum({ tables, statements, otherBytes }: Awaited<ReturnType<TableEnvironment['memory']>>) {
  return tables.reduce((all, { bytes }) => all + bytes, statements.bytes + otherBytes);
}

test('a program that does nothing but wait for the report gets it', () => {
  const text = `
    import { TableEnvironment } from '${import.meta.resolve('../../src/index.ts')}';
    const tEnv = TableEnvironment.create({ config: { 'table.exec.inline-rows': '0' } });
    await tEnv.executeSql('CREATE TABLE t (id BIGINT)');
    await tEnv.fromValues(Array.from({ length: 50_000 }, (_, i) => [BigInt(i)])).executeInsert('t');
    await (await tEnv.executeSql('SELECT COUNT(*) FROM t WHERE id > 7')).toArray();
    for (let i = 0; i < 20; i++) await tEnv.memory();
    console.log((await tEnv.memory()).workers.length > 0);
  `;
  const out = execFileSync(process.execPath, ['--input-type=module', '--eval', text], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect(out.trim()).toBe('true');
});
