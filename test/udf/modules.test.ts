import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asyncUdf, DataTypes, TableEnvironment, udaf, udf, udtf } from '../../src/index.ts';

// As imported by a module that no tool has translated.
declare const withoutTitle: (name: string) => string;
declare const SEPARATOR: string;

const STRING = DataTypes.STRING();
const HELPERS = new URL('./helpers.ts', import.meta.url);

let env: TableEnvironment;
let folder: string;
beforeAll(() => {
  env = TableEnvironment.create({ config: { 'parallelism.default': 2 } });
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-modules-'));
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
});
afterAll(async () => {
  await env.close();
  rmSync(folder, { recursive: true });
});

async function rows(sql: string): Promise<unknown[]> {
  return (await env.executeSql(sql)).toArray({ rowFormat: 'array' });
}

test('inline functions use what added modules export', async () => {
  const plain = udf([STRING.notNull()], STRING, (name) => withoutTitle(name) + SEPARATOR);
  expect(() => env.createTemporarySystemFunction('plain', plain)).toThrow('tEnv.addModule');
  await env.addModule(HELPERS);
  env.createTemporarySystemFunction('plain', plain);
  expect(await rows("SELECT plain('Dr No')")).toEqual([['No / ']]);
  env.createTemporarySystemFunction(
    'names',
    udaf([STRING.notNull()], STRING, {
      createAccumulator: (): string[] => [],
      accumulate: (acc, name) => {
        acc.push(withoutTitle(name));
      },
      getValue: (acc) => acc.join(SEPARATOR),
    }),
  );
  expect(await rows("SELECT names(n) FROM (VALUES ('Prof X'), ('Y')) AS t(n)")).toEqual([
    ['X / Y'],
  ]);
});

test('captures come before added modules; paths start at the working directory', async () => {
  await env.addModule('test/udf/helpers.ts');
  env.createTemporarySystemFunction(
    'joined',
    udf((a: string) => a + SEPARATOR, { resultType: STRING, captures: { SEPARATOR: '-' } }),
  );
  expect(await rows("SELECT joined('a')")).toEqual([['a-']]);
  await expect(env.addModule('nowhere.ts')).rejects.toMatchObject({ code: 'MODULE_FAILED' });
  await expect(env.addModule(5 as never)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});

const BROKEN: readonly (readonly [string, string, string | RegExp])[] = [
  ['enum.ts', 'export enum Level { Low }\nexport const x = 1;', 'an object `as const` for an enum'],
  ['namespace.ts', 'export namespace N { export const x = 1 }', 'erasable syntax'],
  ['decorator.ts', 'function d(c: any) { return c; }\n@d\nexport class x {}', 'decorators'],
  [
    'parameter.ts',
    'export class x { constructor(private n: number) {} }',
    'fields for parameter properties',
  ],
  ['alias.ts', 'import fs = require("node:fs"); export const x = fs;', 'millrace udf bundle'],
  ['method.ts', 'function d(c: any) {}\nexport class x { @d m() {} }', 'decorators'],
  ['json.ts', 'import p from "./package.json"; export const x = p;', "with { type: 'json' }"],
  ['folder.ts', 'export { x } from "./node_modules";', 'not folders'],
  ['inside.ts', 'export { x } from "typed/inner.js";', 'does not export that path'],
  ['dirname.ts', 'export const x = __dirname;', '`import.meta.dirname`'],
  ['commonjs.ts', 'export const x = 1; module.exports = x;', 'has the extension .cjs'],
  ['packaged.ts', 'export { x } from "typed";', 'the package must ship JavaScript'],
  ['extension.ts', 'export { x } from "./enum";', 'name files with their extensions'],
  ['missing.ts', 'export { x } from "missing-package";', 'install the package'],
  ['type.ts', 'import { T } from "./types.ts"; export const x = 1;', '`import type`'],
  ['view.tsx', 'export const x = 1;', 'compile other files (.tsx) to JavaScript'],
  ['syntax.ts', 'export const x: = 1;', 'its text is not TypeScript'],
  ['require.ts', 'const fs = require("fs"); export const x = fs;', 'ES modules use `import`'],
  [
    'fails.ts',
    '\nthrow new RangeError("at once"); export const x = 1;',
    /RangeError: at once \(file:.*fails\.ts:2:7\)/,
  ],
];

test.each(BROKEN)('%s: one message with the fix', async (file, text, fix) => {
  const types = path.join(folder, 'node_modules', 'typed');
  mkdirSync(types, { recursive: true });
  writeFileSync(path.join(types, 'package.json'), '{"type":"module","exports":"./index.ts"}');
  writeFileSync(path.join(types, 'index.ts'), 'export const x: number = 1;');
  writeFileSync(path.join(folder, 'types.ts'), 'export interface T { readonly a: number }');
  writeFileSync(path.join(folder, file), text);
  const module = pathToFileURL(path.join(folder, file));
  env.createTemporarySystemFunction('broken', udf({ module, export: 'x' }, { resultType: STRING }));
  await expect(rows('SELECT broken()')).rejects.toMatchObject({
    code: 'UDF_MODULE_FAILED',
    functionName: 'broken',
    message: typeof fix === 'string' ? expect.stringContaining(fix) : expect.stringMatching(fix),
  });
});

test('exports that are no functions are named with their place', async () => {
  const file = path.join(folder, 'exports.ts');
  writeFileSync(
    file,
    `// const plain = 0;
export function plain(x: number): number { return x; }
const hidden = 5;
export const proxy = new Proxy({}, {
  get() { throw new Error('no get'); },
  has() { throw new Error('no has'); },
});
export {
  hidden as other,
  hidden,
};
export default 5;
`,
  );
  const { href } = pathToFileURL(file);
  for (const [name, line] of [
    ['plain', 2],
    ['hidden', 3],
    ['proxy', 4],
    ['other', 9],
    ['default', 12],
  ] as const) {
    await expect(
      env.executeSql(`CREATE TEMPORARY FUNCTION placed AS '${href}#${name}'`),
    ).rejects.toMatchObject({
      code: 'UDF_MODULE_FAILED',
      message: expect.stringContaining(
        `its export '${name}' was not made by udf(...), which knows the types (${href}:${line})`,
      ),
    });
    if (name === 'plain') continue;
    for (const make of [udf, udtf, udaf, asyncUdf]) {
      const options = { resultType: STRING, resultTypes: [STRING] };
      const fn = (make as typeof udf)({ module: href, export: name }, options as never);
      env.createTemporarySystemFunction('placed', fn);
      const sql = make === udtf ? 'SELECT * FROM LATERAL TABLE(placed())' : 'SELECT placed()';
      await expect(rows(sql)).rejects.toMatchObject({
        code: 'UDF_LOAD_FAILED',
        functionName: 'placed',
        message: expect.stringContaining(`(${href}:${line})`),
      });
    }
  }
});

test('exports with a method then, and promises', async () => {
  const file = path.join(folder, 'thenable.ts');
  const index = new URL('../../src/index.ts', import.meta.url).href;
  writeFileSync(
    file,
    `import { DataTypes, udf } from '${index}';
export const waits = { eval: () => 'waited', then() {} };
export const sums = { createAccumulator: () => ({}), accumulate() {}, getValue: () => 's', then() {} };
export const made = Promise.resolve(udf([], DataTypes.STRING(), () => 'made'));
export const failed = Promise.reject(new RangeError('not made'));
failed.catch(() => {});
`,
  );
  const { href: module } = pathToFileURL(file);
  const types = { resultType: STRING };
  env.createTemporarySystemFunction('waits', udf({ module, export: 'waits' }, types));
  expect(await rows('SELECT waits()')).toEqual([['waited']]);
  env.createTemporarySystemFunction('sums', udaf({ module, export: 'sums' }, types));
  await expect(rows('SELECT sums()')).rejects.toMatchObject({
    code: 'UDF_LOAD_FAILED',
    message: expect.stringContaining("it has a method 'then'"),
  });
  await env.executeSql(`CREATE TEMPORARY FUNCTION made AS '${module}#made'`);
  expect(await rows('SELECT made()')).toEqual([['made']]);
  for (const [name, message] of [
    ['waits', 'was not made by udf'],
    ['failed', 'RangeError: not made'],
  ]) {
    const created = env.executeSql(`CREATE TEMPORARY FUNCTION other AS '${module}#${name}'`);
    await expect(created).rejects.toMatchObject({
      code: 'UDF_MODULE_FAILED',
      message: expect.stringContaining(String(message)),
    });
  }
});

const TYPED = `import { DataTypes, udf, udtf } from '${new URL('../../src/index.ts', import.meta.url).href}';
const MARK = '!';
const STRING = DataTypes.STRING();
export const score = udf([STRING.notNull()], DataTypes.INT(), (s) => (s + MARK).length);
export const words = udtf([STRING.notNull()], [STRING], (s) => s.split(' '));
export default udf([STRING], STRING, (s) => s + MARK);
export const plain = (s) => s + MARK;
`;

test('{ module, export } is registered as it is where the export has its types', async () => {
  const file = path.join(folder, 'typed.ts');
  writeFileSync(file, TYPED);
  const module = pathToFileURL(file);
  await using own = TableEnvironment.create();
  const read = async (sql: string) =>
    (await own.executeSql(sql)).toArray({ rowFormat: 'array' }) as Promise<unknown[]>;

  own.createTemporarySystemFunction('score', { module, export: 'score' });
  // What is made at once says what to await; statements import the module themselves.
  const made = () => own.sqlQuery("SELECT score('ab')");
  expect(made).toThrow("await tEnv.executeSql('DESCRIBE FUNCTION score')");
  await own.executeSql('DESCRIBE FUNCTION score');
  expect(await made().toArray({ rowFormat: 'array' })).toEqual([[3]]);

  own.createTemporaryFunction('words', { module: module.href, export: 'words' });
  const sql = "SELECT w, score(w) FROM (VALUES ('a bc')) AS t(s), LATERAL TABLE(words(s)) AS f(w)";
  expect(await read(sql)).toEqual([
    ['a', 2],
    ['bc', 3],
  ]);
  own.createFunction('marked', { module });
  expect(await read("SELECT marked('x')")).toEqual([['x!']]);
  own.loadModule('typed', { scored: { module, export: 'score' } });
  expect(await read("SELECT scored('abc')")).toEqual([[4]]);

  own.createTemporarySystemFunction('plain', { module, export: 'plain' });
  await expect(read("SELECT plain('x')")).rejects.toMatchObject({
    code: 'UDF_MODULE_FAILED',
    message: expect.stringContaining("its export 'plain' was not made by udf(...)"),
  });
  expect(() => own.createTemporarySystemFunction('no', { module, export: 'no' })).toThrow(
    "it has no export 'no', only: plain, score, words",
  );
  expect(() => own.createTemporarySystemFunction('no', { module: './typed.ts' })).toThrow(
    "Write new URL('./typed.ts', import.meta.url).",
  );
  expect(() => udf({ module, export: 'score' } as never)).toThrow(
    "register { module, export } itself, as in createTemporarySystemFunction('f', { module, export })",
  );
});
