import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSink } from '../../src/connectors/index.ts';
import { BIGINT, DATE, INT, STRING } from '../../src/types/types.ts';
import { batchFrom, newRegion, tempFolder } from '../formats/support.ts';
import { CONTEXT, insert, scan, sourceOf, tableOf } from './support.ts';

const filesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.\w+$/.test(name))
    .sort();
const byFirst = (rows: unknown[][]) => rows.sort((a, b) => (a[0] as number) - (b[0] as number));

describe('filesystem sink', () => {
  test.each(['csv', 'json', 'parquet', 'arrow'])(
    'appends files of format %s to a folder',
    async (format) => {
      using folder = tempFolder();
      const at = path.join(folder.path, 'new/table');
      const table = tableOf({ connector: 'filesystem', path: at, format }, { a: INT, b: STRING });
      await insert(table, [
        [[1, 'x']],
        [
          [2, 'y'],
          [3, 'z'],
        ],
      ]);
      expect(filesBelow(at).length).toBe(2);
      await insert(table, [[[4, 'w']], []]);
      expect(byFirst(await scan(sourceOf(table)))).toEqual([
        [1, 'x'],
        [2, 'y'],
        [3, 'z'],
        [4, 'w'],
      ]);
      await insert(table, [[[5, 'v']]], true);
      expect(await scan(sourceOf(table))).toEqual([[5, 'v']]);
      expect(filesBelow(at)).toEqual([expect.stringMatching(/^part-.*-0-0\.\w+$/)]);
    },
  );

  test('a commit that fails in the middle leaves no file', async () => {
    using folder = tempFolder();
    const table = tableOf(
      { connector: 'filesystem', path: folder.path, format: 'csv' },
      { v: INT, p: INT },
      { partitionKeys: ['p'] },
    );
    writeFileSync(path.join(folder.path, 'p=2'), 'a file where a folder is to be');
    const rows = [
      [1, 1],
      [2, 2],
    ];
    await expect(insert(table, [rows])).rejects.toMatchObject({ code: 'FILE_ERROR' });
    expect(readdirSync(path.join(folder.path, 'p=1'))).toEqual([]);
  });

  test('partitions are folders; an overwrite replaces those it touches', async () => {
    using folder = tempFolder();
    const table = tableOf(
      { connector: 'filesystem', path: folder.path, format: 'csv' },
      { v: INT, day: DATE, name: STRING },
      { partitionKeys: ['day', 'name'] },
    );
    await insert(table, [
      [
        [1, 0, 'a/b'],
        [2, 1, null],
        [3, 0, 'a/b'],
      ],
    ]);
    expect(filesBelow(folder.path).map((name) => path.dirname(name))).toEqual([
      'day=1970-01-01/name=a%2Fb',
      'day=1970-01-02/name=__DEFAULT_PARTITION__',
    ]);
    expect(byFirst(await scan(sourceOf(table)))).toEqual([
      [1, 0, 'a/b'],
      [2, 1, null],
      [3, 0, 'a/b'],
    ]);
    await insert(table, [[[9, 0, 'a/b']]], true);
    expect(byFirst(await scan(sourceOf(table)))).toEqual([
      [2, 1, null],
      [9, 0, 'a/b'],
    ]);
  });

  test('a path with an extension is one file', async () => {
    using folder = tempFolder();
    const at = path.join(folder.path, 'out.csv');
    const table = tableOf(
      { connector: 'filesystem', path: at, 'csv.header': 'true' },
      { a: BIGINT, b: STRING },
    );
    await insert(table, [[[1n, 'x']]]);
    expect(readFileSync(at, 'utf8')).toBe('a,b\n1,x\n');
    await expect(insert(table, [[[2n, 'y']]])).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    await insert(table, [[[2n, 'y']]], true);
    expect(readFileSync(at, 'utf8')).toBe('a,b\n2,y\n');
    await insert(table, [[]], true);
    expect(readFileSync(at, 'utf8')).toBe('a,b\n');
    expect(readdirSync(folder.path)).toEqual(['out.csv']);
  });

  test('files roll by size', async () => {
    using folder = tempFolder();
    const options = { 'sink.rolling-policy.file-size': '1kb', format: 'csv' };
    const table = tableOf(
      { connector: 'filesystem', path: folder.path, ...options },
      { a: STRING },
    );
    const row = ['x'.repeat(300_000)];
    using region = newRegion();
    const sink = createSink(table, null, CONTEXT, false);
    const writer = sink.writer(0, region);

    for (let i = 0; i < 3; i++) {
      await writer.write(
        batchFrom({ fields: [{ name: 'a', type: STRING, comment: null }] }, [row], region),
      );
    }
    await sink.commit([writer.finish()]);
    expect(filesBelow(folder.path).length).toBe(3);
  });

  test('nothing is left of an aborted statement', async () => {
    using folder = tempFolder();
    const table = tableOf(
      { connector: 'filesystem', path: folder.path, format: 'csv' },
      { a: INT },
    );
    using region = newRegion();
    const sink = createSink(table, null, CONTEXT, false);
    expect(readdirSync(folder.path)).toEqual([]);

    const writer = sink.writer(0, region);
    await writer.write(
      batchFrom({ fields: [{ name: 'a', type: INT, comment: null }] }, [[1]], region),
    );
    writer.abort();
    await sink.abort();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test.each(['write', 'finish'])(
    'a process killed at %s leaves nothing that looks complete',
    async (moment) => {
      using folder = tempFolder();
      const script = path.join(import.meta.dirname, 'killed-insert.ts');
      const child = spawn(process.execPath, [script, folder.path, moment], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(readdirSync(folder.path)).toEqual([expect.stringMatching(/^\.millrace-staging-/)]);
      const table = tableOf(
        { connector: 'filesystem', path: folder.path, format: 'csv' },
        { id: INT, t: STRING },
      );
      expect(await scan(sourceOf(table))).toEqual([]);
      // The next statement clears up.
      await insert(table, [[[1, 'x']]]);
      expect(readdirSync(folder.path)).toEqual([expect.stringMatching(/^part-/)]);
      expect(await scan(sourceOf(table))).toEqual([[1, 'x']]);
    },
  );

  test('what cannot be written is refused', () => {
    using folder = tempFolder();
    const attempt = (options: Record<string, string>) => () =>
      createSink(
        tableOf({ connector: 'filesystem', ...options }, { a: INT }),
        null,
        CONTEXT,
        false,
      );
    expect(attempt({ path: `${folder.path}/*.csv` })).toThrow(
      expect.objectContaining({ code: 'NOT_SUPPORTED' }),
    );
    expect(attempt({ path: `${folder.path}/a.csv.gz` })).toThrow(
      expect.objectContaining({ code: 'NOT_IMPLEMENTED' }),
    );
    expect(
      attempt({ path: `${folder.path}/../x`, format: 'csv', 'path.root': folder.path }),
    ).toThrow(expect.objectContaining({ code: 'PATH_OUTSIDE_ROOT' }));
    expect(existsSync(path.join(folder.path, 'x'))).toBe(false);
    writeFileSync(path.join(folder.path, 'plain.csv'), '');
    expect(attempt({ path: `${folder.path}/plain.csv` })).toThrow(
      expect.objectContaining({ code: 'FILE_EXISTS' }),
    );
  });
});
