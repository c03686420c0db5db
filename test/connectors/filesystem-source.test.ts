import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { fileTableFor } from '../../src/connectors/filesystem/file-table.ts';
import { checkTableOptions, withColumns } from '../../src/connectors/index.ts';
import type { Expr } from '../../src/expr/expr.ts';
import { GREATER_THAN } from '../../src/functions/builtin/comparison.ts';
import { BIGINT, BOOLEAN, INT, STRING, timestampLtz } from '../../src/types/types.ts';
import { tempFolder } from '../formats/support.ts';
import { scan, sourceOf, tableOf } from './support.ts';

function files(folder: string, contents: Record<string, string>): void {
  for (const [name, text] of Object.entries(contents)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

const read = (options: Record<string, string>) =>
  scan(sourceOf(tableOf({ connector: 'filesystem', ...options })));

describe('filesystem paths', () => {
  test('a file, a folder, a glob, a URL', async () => {
    using folder = tempFolder();
    files(folder.path, {
      'b.csv': 'id,n\n3,c\n',
      'a.csv': 'id,n\n1,a\n2,b\n',
      'deep/er/c.csv': 'id,n\n4,d\n',
      '.hidden.csv': 'id,n\n5,e\n',
      _SUCCESS: '',
    });
    const a = [
      [1n, 'a'],
      [2n, 'b'],
    ];
    const at = (name: string) => path.join(folder.path, name);
    expect(await read({ path: at('a.csv') })).toEqual(a);
    expect(await read({ path: pathToFileURL(at('a.csv')).href })).toEqual(a);
    expect(await read({ path: at('*.csv') })).toEqual([...a, [3n, 'c']]);
    expect(await read({ path: at('{a,x}.csv') })).toEqual(a);
    expect(await read({ path: at('[!a].csv') })).toEqual([[3n, 'c']]);
    expect(await read({ path: at('**/*.csv') })).toEqual([...a, [3n, 'c'], [4n, 'd']]);
    expect(await read({ path: folder.path, format: 'csv' })).toEqual([...a, [3n, 'c'], [4n, 'd']]);
    const pattern = { 'source.path.regex-pattern': '.*/b\\.csv' };
    expect(await read({ path: folder.path, format: 'csv', ...pattern })).toEqual([[3n, 'c']]);
  });

  test('what cannot be read is refused', () => {
    using folder = tempFolder();
    const at = (name: string) => path.join(folder.path, name);
    execFileSync('mkfifo', [at('fifo.csv')]);
    const attempt = (options: Record<string, string>) => () =>
      tableOf({ connector: 'filesystem', ...options });
    expect(attempt({ path: at('none.csv') })).toThrow(/there is no such file/);
    expect(attempt({ path: at('fifo.csv') })).toThrow(/neither a file nor a folder/);
    expect(attempt({ path: '/dev/zero', format: 'csv' })).toThrow(/neither a file nor a folder/);
    expect(attempt({ path: 'a\0.csv' })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
    expect(attempt({ path: 's3://bucket/a.csv' })).toThrow(
      expect.objectContaining({ code: 'NOT_SUPPORTED' }),
    );
    expect(attempt({ path: at('*.csv') })).toThrow(expect.objectContaining({ code: 'NO_FILES' }));
    expect(attempt({ path: folder.path })).toThrow(
      expect.objectContaining({ code: 'MISSING_OPTION' }),
    );
  });

  test('nothing leads out of a root', () => {
    using folder = tempFolder();
    files(folder.path, { 'out.csv': 'a\n1\n', 'root/in.csv': 'a\n1\n' });
    const root = path.join(folder.path, 'root');
    symlinkSync(path.join(folder.path, 'out.csv'), path.join(root, 'link.csv'));
    const attempt = (name: string) => () =>
      tableOf({ connector: 'filesystem', path: `${root}/${name}`, 'path.root': root });
    expect(attempt('in.csv')).not.toThrow();
    const outside = expect.objectContaining({ code: 'PATH_OUTSIDE_ROOT', name: 'ValidationError' });
    expect(attempt('../out.csv')).toThrow(outside);
    expect(attempt('link.csv')).toThrow(outside);
    expect(attempt('*.csv')).toThrow(outside);
  });

  test('options are checked against connector and format', () => {
    const check = (options: Record<string, string>) => () =>
      checkTableOptions(
        tableOf({ connector: 'filesystem', path: 'x.csv', ...options }, { a: INT }),
      );
    expect(check({ 'csv.field-delimiter': ';' })).not.toThrow();
    expect(check({ 'csv.field-delimter': ';' })).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_OPTION',
        hint: "Did you mean 'csv.field-delimiter'?",
      }),
    );
    expect(check({ format: 'cvs' })).toThrow(expect.objectContaining({ code: 'UNKNOWN_FORMAT' }));
    expect(check({ connector: 'filesytem' })).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_CONNECTOR', hint: "Did you mean 'filesystem'?" }),
    );
  });
});

describe('filesystem tables', () => {
  test('partition folders become columns', async () => {
    using folder = tempFolder();
    files(folder.path, {
      'day=2024-01-01/n=1/a.csv': 'v\nx\n',
      'day=2024-01-02/n=2/a.csv': 'v\ny\nz\n',
      'day=__DEFAULT_PARTITION__/n=3/a.csv': 'v\nw\n',
    });
    const table = tableOf({ connector: 'filesystem', path: folder.path, format: 'csv' });
    expect(table.columns.map(({ name, type }) => [name, type.kind])).toEqual([
      ['v', 'VARCHAR'],
      ['day', 'VARCHAR'],
      ['n', 'BIGINT'],
    ]);
    expect(await scan(sourceOf(table))).toEqual([
      ['x', '2024-01-01', 1n],
      ['y', '2024-01-02', 2n],
      ['z', '2024-01-02', 2n],
      ['w', null, 3n],
    ]);
    const filter: Expr = {
      kind: 'Call',
      type: BOOLEAN,
      definition: GREATER_THAN,
      args: [
        { kind: 'InputRef', type: BIGINT, index: 2 },
        { kind: 'Literal', type: INT, value: 2 },
      ],
    };
    const pruned = sourceOf(table).applyFilters?.([filter]);
    expect(pruned?.remaining).toEqual([]);
    expect(pruned?.source.digest).toBe('partitions=[(n > 2)]');
    expect(pruned && (await scan(pruned.source))).toEqual([['w', null, 3n]]);
  });

  test('metadata, projection and limit', async () => {
    using folder = tempFolder();
    files(folder.path, { 'a.csv': 'x,y\n1,2\n3,4\n' });
    const table = tableOf(
      { connector: 'filesystem', path: `${folder.path}/a.csv` },
      { x: INT, y: INT },
    );
    const columns = [
      ...table.columns,
      {
        kind: 'metadata',
        name: 'file.size',
        type: BIGINT,
        comment: null,
        key: null,
        virtual: true,
      },
      {
        kind: 'metadata',
        name: 'name',
        type: STRING,
        comment: null,
        key: 'file.name',
        virtual: true,
      },
      {
        kind: 'metadata',
        name: 'at',
        type: timestampLtz(3),
        comment: null,
        key: 'file.modification-time',
        virtual: true,
      },
    ] as const;
    const source = sourceOf({ ...table, columns });
    expect((await scan(source)).map((row) => row.slice(0, 4))).toEqual([
      [1, 2, 12n, 'a.csv'],
      [3, 4, 12n, 'a.csv'],
    ]);
    expect(source.rowCount).toBe(2);
    const projected = source.applyProjection?.([3, 1])?.applyLimit?.(1);
    expect(projected?.digest).toBe('project=[name, y], limit=[1]');
    expect(projected && (await scan(projected))).toEqual([['a.csv', 2]]);
    const wrong = [{ ...columns[2], key: 'file.owner' }];
    expect(() => sourceOf({ ...table, columns: wrong })).toThrow(
      expect.objectContaining({ code: 'INVALID_METADATA' }),
    );
  });

  test('a path is a table when its extension is known', () => {
    expect(fileTableFor('data/x.csv')?.options.get('format')).toBe('csv');
    expect(fileTableFor('data/*.csv.gz')?.options.get('format')).toBe('csv');
    expect(fileTableFor('orders')).toBeNull();
    expect(fileTableFor('orders', { format: 'csv' })?.options.get('format')).toBe('csv');
    expect(() => withColumns(tableOf({ connector: 'iterable' }))).toThrow(
      expect.objectContaining({ code: 'COLUMNS_REQUIRED' }),
    );
  });
});
