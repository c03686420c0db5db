import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Catalog,
  CatalogBaseTable,
  type CatalogTable,
  type CatalogView,
  Column,
  DataTypes,
  GenericInMemoryCatalog,
  type ObjectPath,
  ReadOnlyCatalog,
  TableEnvironment,
} from '../../src/index.ts';

let tEnv: TableEnvironment;
beforeEach(() => {
  tEnv = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
});
afterEach(() => tEnv.close());

const withCode = (code: string) => expect.objectContaining({ code });

async function rows(sql: string): Promise<unknown[][]> {
  return (await tEnv.executeSql(sql)).toArray({ rowFormat: 'array' });
}

/** A catalog whose metadata is far away: a table `numbers<n>` has n rows, a view `one` the number 1. */
class Remote extends ReadOnlyCatalog {
  version = 1;
  closed = false;
  readonly asked: string[] = [];
  readonly #known = new Map<string, CatalogTable | CatalogView>();

  listDatabases(): readonly string[] {
    return ['default', 'other'];
  }

  listTables(): readonly string[] {
    return [...this.#known.keys()].sort();
  }

  getTable(_: string, name: string): CatalogTable | CatalogView | null {
    return this.#known.get(name) ?? null;
  }

  async prepare({ database, name }: ObjectPath): Promise<void> {
    await turn();
    this.asked.push(`${database}.${name}`);
    const count = /^numbers(\d+)$/.exec(name)?.[1];
    const column = Column.physical('n', DataTypes.BIGINT());
    if (count !== undefined) {
      const options = { connector: 'datagen', 'number-of-rows': count };
      this.#known.set(name, CatalogBaseTable.createTable([column], options));
    } else if (name === 'summary') {
      const query = 'SELECT COUNT(*) AS n FROM far.`default`.numbers3';
      this.#known.set(name, CatalogBaseTable.createView([column], query));
    }
  }

  async close(): Promise<void> {
    await turn();
    this.closed = true;
  }
}

describe('a catalog that must be waited for', () => {
  let remote: Remote;
  beforeEach(() => {
    remote = new Remote('far');
    tEnv.registerCatalog('far', remote);
  });

  test('statements wait for the names they use, once, views’ too', async () => {
    expect(await rows('SELECT COUNT(*) FROM far.`default`.numbers2')).toEqual([[2n]]);
    expect(await rows('SELECT n FROM far.`default`.summary')).toEqual([[3n]]);
    expect(await rows('SELECT n FROM far.`default`.summary')).toEqual([[3n]]);
    expect(remote.asked).toEqual(['default.numbers2', 'default.summary', 'default.numbers3']);
    await expect(rows('SELECT * FROM far.`default`.numbers')).rejects.toThrow(
      withCode('TABLE_NOT_FOUND'),
    );
  });

  test('another version: asked again', async () => {
    await rows('SELECT * FROM far.`default`.numbers2');
    remote.version++;
    await rows('SELECT * FROM far.`default`.numbers2');
    expect(remote.asked).toEqual(['default.numbers2', 'default.numbers2']);
  });

  test('calls that cannot wait say so, until the name is prepared', async () => {
    expect(() => tEnv.from('far.default.numbers2')).toThrow(withCode('CATALOG_NOT_PREPARED'));
    expect(() => tEnv.from('far.default.numbers2')).toThrow(
      "Await tEnv.prepare('far.default.numbers2') before.",
    );
    await tEnv.prepare('far.default.numbers2');
    expect(await tEnv.from('far.default.numbers2').toArray()).toHaveLength(2);
  });

  test('an error of prepare is the statement’s', async () => {
    remote.prepare = () => Promise.reject(new Error('no network'));
    await expect(rows('SELECT * FROM far.`default`.numbers2')).rejects.toThrow('no network');
    expect(await rows('SELECT 1')).toEqual([[1]]);
  });

  test('a version that never rests ends with an error', async () => {
    Object.defineProperty(remote, 'version', { get: () => performance.now() });
    await expect(rows('SELECT * FROM far.`default`.numbers2')).rejects.toThrow(
      withCode('CATALOG_NOT_PREPARED'),
    );
  });

  test('cannot be changed, and temporary objects hide what it has', async () => {
    await tEnv.executeSql('USE CATALOG far');
    await expect(tEnv.executeSql('CREATE VIEW v AS SELECT 1 AS a')).rejects.toThrow(
      withCode('READ_ONLY_CATALOG'),
    );
    await expect(tEnv.executeSql('CREATE DATABASE d')).rejects.toThrow(
      withCode('READ_ONLY_CATALOG'),
    );
    expect(await rows('SELECT COUNT(*) FROM numbers2')).toEqual([[2n]]);
    await tEnv.executeSql('CREATE TEMPORARY VIEW numbers2 AS SELECT 7 AS n');
    expect(await rows('SELECT n FROM numbers2')).toEqual([[7]]);
    expect(tEnv.listTables()).toEqual(['numbers2']);
  });

  test('is closed with the environment, also when it was dropped', async () => {
    await tEnv.executeSql('DROP CATALOG far');
    await tEnv.close();
    expect(remote.closed).toBe(true);
  });
});

test('a catalog in memory that several environments share', async () => {
  const shared = new GenericInMemoryCatalog('shared');
  const other = TableEnvironment.create();
  for (const env of [tEnv, other]) env.registerCatalog('shared', shared);
  await tEnv.executeSql('CREATE VIEW shared.`default`.v AS SELECT 1 AS a');
  expect(await other.from('shared.default.v').toArray()).toEqual([{ a: 1 }]);
  await other.close();
});

test('what is no catalog is refused, with what it lacks', () => {
  const register = (catalog: unknown) => () => tEnv.registerCatalog('c', catalog as Catalog);
  for (const wrong of [null, 1, 'c', {}]) {
    expect(register(wrong)).toThrow(withCode('INVALID_ARGUMENT'));
  }
  const partly = { ...new GenericInMemoryCatalog('x'), alter() {} };
  expect(register(partly)).toThrow("with a method 'listDatabases'");
});
