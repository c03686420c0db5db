import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'acorn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const root = path.join(import.meta.dirname, '../..');

/** What a user would write: a query, and a function that runs in a worker. */
const PROGRAM = `
import { DataTypes, TableEnvironment, udf } from 'millrace';

const tEnv = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
try {
  tEnv.createTemporarySystemFunction('twice', udf((x) => x * 2, {
    inputTypes: [DataTypes.DOUBLE()], resultType: DataTypes.DOUBLE(),
  }));
  const result = await tEnv.executeSql('SELECT id, twice(price) AS pair FROM (VALUES (1, 1.5E0), (2, 4E0)) AS t(id, price)');
  for (const row of await result.toArray()) console.log(row.id, row.pair);
} finally {
  await tEnv.close();
}
`;

describe('the packed package, installed into an empty folder', () => {
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'millrace-package-'));
    await run(process.execPath, [path.join(root, 'scripts/build.ts')], { cwd: root });
    const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd: root,
    });
    const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
    const manifest = { name: 'user', private: true, type: 'module' };
    await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
    await run('npm', ['install', ...options, `./${filename}`], { cwd: folder });
  }, 120_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('runs a query and a function in a worker, from JavaScript', async () => {
    await writeFile(path.join(folder, 'program.mjs'), PROGRAM);
    const { stdout } = await run(process.execPath, ['program.mjs'], { cwd: folder });
    expect(stdout).toBe('1 3\n2 8\n');
  });

  test('runs and type-checks from TypeScript', async () => {
    const typed = PROGRAM.replace('(x) =>', '(x: number) =>');
    await writeFile(path.join(folder, 'program.ts'), typed);
    const { stdout } = await run(process.execPath, ['program.ts'], { cwd: folder });
    expect(stdout).toBe('1 3\n2 8\n');
    const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023'];
    const types = ['--types', 'node', '--typeRoots', path.join(root, 'node_modules/@types')];
    const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
    await run(
      process.execPath,
      [compiler, ...flags, ...types, '--lib', 'esnext', '--skipLibCheck', 'program.ts'],
      {
        cwd: folder,
      },
    );
  });

  test('has only syntax that the oldest Node of `engines` has', async () => {
    const dist = path.join(folder, 'node_modules/millrace/dist');
    const scripts = (await readdir(dist)).filter((name) => name.endsWith('.js'));
    expect(scripts).toContain('index.js');
    for (const name of scripts) {
      const text = await readFile(path.join(dist, name), 'utf8');
      // Node 22 knows ES2025, and no `using`.
      parse(text, { ecmaVersion: 2025, sourceType: 'module' });
    }
  });

  test('has a command', async () => {
    const bin = path.join(folder, 'node_modules/.bin/millrace');
    const { stdout } = await run(process.execPath, [
      bin,
      '-e',
      'SELECT 1 + 1 AS two',
      '--format',
      'csv',
    ]);
    expect(stdout).toBe('two\n2\n');
  });
});
