import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TableEnvironment } from '../../src/index.ts';

let tEnv: TableEnvironment;
beforeEach(() => {
  tEnv = TableEnvironment.create({ config: { 'parallelism.default': 1 } });
});
afterEach(() => tEnv.close());

const SCHEMA = 'k INT NOT NULL, v STRING, PRIMARY KEY (k) NOT ENFORCED';

describe('fromChangelog', () => {
  test('all: a deletion takes away one equal row, duplicates stay', async () => {
    const table = tEnv.fromChangelog(
      [
        ['+I', 1, 'a'],
        ['+I', 1, 'a'],
        ['+I', 2, null],
        ['-U', 1, 'a'],
        ['+U', 1, 'b'],
        ['-D', 2, null],
        ['-D', 9, 'never there'],
      ],
      'k INT, v STRING',
    );
    const rows = await table.toArray({ rowFormat: 'array' });
    expect(rows).toEqual([
      [1, 'a'],
      [1, 'b'],
    ]);
  });

  test('upsert: a change replaces the row of its key, a deletion needs the key alone', async () => {
    const changes = [
      ['+I', { k: 1, v: 'a' }],
      ['+I', { k: 2, v: 'b' }],
      ['+U', { k: 1, v: 'c' }],
      ['-D', { k: 2 }],
    ] as const;
    const table = tEnv.fromChangelog(changes, SCHEMA, { changelogMode: 'upsert' });
    expect(await table.toArray()).toEqual([{ k: 1, v: 'c' }]);
  });

  test('computed columns of the schema are computed', async () => {
    const table = tEnv.fromChangelog([['+I', 1]], 'a INT, b AS a + 1, p AS PROCTIME()');
    tEnv.createTemporaryView('t', table);
    const result = await tEnv.executeSql('SELECT a, b, p IS NULL AS n FROM t');
    expect(await result.toArray()).toEqual([{ a: 1, b: 2, n: false }]);
  });

  test('an asynchronous changelog is read when the query runs', async () => {
    async function* changes(): AsyncGenerator<readonly [string, number]> {
      yield ['+I', 1];
      yield ['-D', 1];
      yield ['+I', 2];
    }
    const table = tEnv.fromChangelog(changes(), 'a INT');
    expect(await table.toArray()).toEqual([{ a: 2 }]);
    await expect(table.toArray()).rejects.toMatchObject({ code: 'SOURCE_CONSUMED' });
  });

  test.each([
    ['a kind outside the mode', [['-U', 1, 'a']], { changelogMode: 'upsert' }],
    ['an unknown kind', [['+X', 1, 'a']], {}],
    ['a change that is no list', ['+I'], {}],
  ] as const)('%s is an error', (_, changes, options) => {
    const given = changes as unknown as readonly (readonly [string, ...unknown[]])[];
    expect(() => tEnv.fromChangelog(given, SCHEMA, options)).toThrow(
      expect.objectContaining({ code: 'INVALID_CHANGELOG' }),
    );
  });

  test('upserts need a key, and the key must be a column', () => {
    const of = (options: object) => () => tEnv.fromChangelog([], 'k INT', options);
    expect(of({ changelogMode: 'upsert' })).toThrow(
      expect.objectContaining({ code: 'INVALID_CHANGELOG' }),
    );
    expect(of({ primaryKey: ['kk'] })).toThrow(
      expect.objectContaining({ code: 'COLUMN_NOT_FOUND', hint: expect.stringContaining("'k'") }),
    );
  });

  test('in streaming mode the rows that remain are insertions', async () => {
    const streaming = TableEnvironment.create({ mode: 'streaming' });
    const table = streaming.fromChangelog(
      [
        ['+I', 1],
        ['-D', 1],
        ['+I', 2],
      ],
      'a INT',
    );
    const changes: unknown[] = [];
    for await (const change of table.execute().changes()) changes.push(change);
    expect(changes).toEqual([{ kind: '+I', row: { a: 2 } }]);
    await streaming.close();
  });
});
