import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TableEnvironment } from '../../src/index.ts';

const root = path.join(import.meta.dirname, '../..');
const main = path.join(root, 'src/cli/start.ts');
const folder = mkdtempSync(path.join(tmpdir(), 'millrace-bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A module that Node cannot run by itself, with a package of its own and a helper. */
const MODULE = `import { DataTypes, ptf, udf } from 'millrace';
import { pad } from 'padding';
import { Mark } from './mark';
class Frame { constructor(private mark: Mark) {} around(text: string) { return this.mark + text + this.mark; } }
const frame = new Frame(Mark.Star);
export const framed = udf([DataTypes.STRING().notNull()], DataTypes.STRING(), (text) => frame.around(pad(text)));
export const each = ptf(
  { *eval(_, { input }) { yield [frame.around(String(input['s']))]; } },
  { arguments: { input: { table: 'row' } }, resultTypes: [DataTypes.STRING()], resultNames: ['f'] },
);
export const notAFunction = 1;
`;

beforeAll(() => {
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  write('package.json', '{"type":"module"}');
  write('functions.ts', MODULE);
  write('mark.ts', "export enum Mark { Star = '*' }");
  write(
    'stays.ts',
    "import { DataTypes, udf } from 'millrace';\nsetInterval(() => {}, 1000);\nexport const f = udf([DataTypes.INT()], DataTypes.INT(), (n) => n);",
  );
  write('nothing.ts', 'export const x = 1;');
  write('broken.ts', 'export { x } from "./nowhere";');
  write(
    'throws.ts',
    "import { udf } from 'millrace';\nthrow new Error('no licence');\nexport { udf };",
  );
  write('node_modules/padding/package.json', '{"type":"module","exports":"./index.ts"}');
  write(
    'node_modules/padding/index.ts',
    "export const pad = (text: string) => ' '.concat(text, ' ');",
  );
  // The package as a program that uses it finds it.
  write('node_modules/millrace/package.json', '{"type":"module","exports":"./index.js"}');
  const source = JSON.stringify(path.join(root, 'src/index.ts'));
  write('node_modules/millrace/index.js', `export * from ${source};`);
});

async function bundle(cwd: string, ...args: readonly string[]) {
  try {
    const options = { cwd, env: { ...process.env, NO_COLOR: '1' } };
    const done = await promisify(execFile)(
      process.execPath,
      [main, 'udf', 'bundle', ...args],
      options,
    );
    return { ...done, code: 0 };
  } catch (error) {
    return error as { readonly stdout: string; readonly stderr: string; readonly code: number };
  }
}

test('a module and its imports become one file, which CREATE FUNCTION takes', async () => {
  const file = path.join(folder, 'functions.ts');
  const out = path.join(folder, 'out.mjs');
  await using env = TableEnvironment.create();
  const reads = (url: string) =>
    env.executeSql(`CREATE TEMPORARY FUNCTION framed AS '${url}#framed'`);
  const done = await bundle(root, file, '-o', out);
  expect(done.stderr).toBe('');
  expect(done.stdout).toMatch(/^-- .*out\.mjs: \d+ bytes\n/);
  expect(done.stdout).toContain(
    `CREATE FUNCTION framed AS './${path.relative(root, out)}#framed';`,
  );
  expect(done.stdout).toContain('CREATE FUNCTION each AS');
  expect(done.stdout).not.toContain('notAFunction');
  expect(readFileSync(out, 'utf8')).toContain('from "millrace"');
  await reads(out);
  const result = await env.executeSql("SELECT framed('a')");
  expect(await result.toArray({ rowFormat: 'array' })).toEqual([['* a *']]);
}, 60_000);

test('a module that leaves a timer does not keep the command', async () => {
  const done = await bundle(root, path.join(folder, 'stays.ts'), '-o', path.join(folder, 'f.mjs'));
  expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('CREATE FUNCTION f AS') });
}, 60_000);

test('what is wrong is said, and the exit status is not 0', async () => {
  const file = path.join(folder, 'functions.ts');
  expect(await bundle(folder, file)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/rolldown or esbuild.*npm install --save-dev rolldown/s),
  });
  expect(await bundle(root, path.join(folder, 'nothing.ts'))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('none of its exports was made by udf(...)'),
  });
  expect(await bundle(root, path.join(folder, 'broken.ts'))).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/MODULE_FAILED.*nowhere/s),
  });
  expect(await bundle(root, path.join(folder, 'missing.ts'))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('there is no such file'),
  });
  // Nothing was written to what is no module.
  const notes = path.join(folder, 'notes.txt');
  writeFileSync(notes, 'keep');
  expect(await bundle(root, file, '-o', notes)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('a bundle is a .mjs or .js file'),
  });
  expect(readFileSync(notes, 'utf8')).toBe('keep');
  expect(await bundle(root)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('bundle takes one module'),
  });
}, 60_000);

test('a bundle that cannot be loaded does not take the place of the one before', async () => {
  const out = path.join(folder, 'kept.mjs');
  writeFileSync(out, '// before');
  for (const [module, reason] of [
    ['throws.ts', /its bundle cannot be loaded: Error: no licence/],
    ['nothing.ts', /none of its exports/],
    ['broken.ts', /nowhere/],
  ] as const) {
    const done = await bundle(root, path.join(folder, module), '-o', out);
    expect(done).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(reason) });
    expect(done.stderr).toContain('kept.mjs is as it was.');
  }
  expect(readFileSync(out, 'utf8')).toBe('// before');
  expect(readdirSync(folder).filter((name) => name.startsWith('.millrace'))).toEqual([]);
  // A module that was good takes its place, also when it is the second of that name.
  for (const mark of ['*', '+']) {
    writeFileSync(path.join(folder, 'mark.ts'), `export enum Mark { Star = '${mark}' }`);
    const done = await bundle(root, path.join(folder, 'functions.ts'), '-o', out);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(out, 'utf8')).toContain(`"${mark}"`);
  }
}, 60_000);
