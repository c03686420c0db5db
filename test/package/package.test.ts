import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'acorn';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { apiReport } from '../../scripts/api-report.ts';
import {
  BUNDLES,
  bundledForBrowsers,
  install,
  linkNodeTypes,
  PRINTED,
  packed,
  RESOLUTIONS,
  root,
  run,
  typeCheck,
} from './user-project.ts';

const bin = path.join(root, 'node_modules/.bin');
const TYPESCRIPT_7 = path.join(root, 'node_modules/@typescript/native/bin/tsc');
const TYPESCRIPT_6 = path.join(root, 'node_modules/typescript/bin/tsc6');

describe('the packed package, installed into an empty folder', () => {
  let folder = '';
  let tarball = '';

  /** What a program of the user's prints; on standard error nothing. */
  const printed = async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await run(process.execPath, args, { cwd: folder });
    expect(stderr).toBe('');
    return stdout;
  };

  beforeAll(async () => {
    ({ folder, tarball } = await packed());
    await install(folder, tarball);
    await linkNodeTypes(folder);
  }, 120_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each(['program.mjs', 'program.cjs', 'program.ts'])('runs %s', async (program) => {
    expect(await printed(program)).toBe(PRINTED);
  });

  test.each(RESOLUTIONS)('type-checks without types of browsers: TypeScript 7, %s', async (how) => {
    await typeCheck(folder, TYPESCRIPT_7, how);
  });

  test('type-checks without types of browsers: TypeScript 6', async () => {
    await typeCheck(folder, TYPESCRIPT_6, 'nodenext/nodenext');
  });

  test.each(Object.keys(BUNDLES))('runs in a bundle: %s', async (name) => {
    const file = await BUNDLES[name]?.(folder);
    expect(await printed(file ?? '')).toBe(PRINTED);
  });

  test('says what is missing where a bundle runs without the package', async () => {
    const alone = path.join(tmpdir(), `millrace-alone-${process.pid}`);
    await mkdir(alone);
    try {
      const bundle = await BUNDLES['esbuild, ES module']?.(folder);
      await copyFile(bundle ?? '', path.join(alone, 'bundle.mjs'));
      const ended = run(process.execPath, ['bundle.mjs'], { cwd: alone });
      await expect(ended).rejects.toThrow(
        "run it in or below a folder with 'node_modules/millrace'",
      );
    } finally {
      await rm(alone, { recursive: true });
    }
  });

  test('says in a bundle for browsers that it runs on Node', async () => {
    // Elsewhere Vite's own stand-ins of Node's modules say it before us.
    vi.stubEnv('NODE_ENV', 'production');
    const bundle = await bundledForBrowsers(folder);
    vi.unstubAllEnvs();
    const ended = run(process.execPath, [bundle], { cwd: folder });
    await expect(ended).rejects.toThrow('millrace runs on Node and was bundled for browsers');
  });

  test('says on older Nodes, before anything else, which it needs', async () => {
    const pretend = "Object.defineProperty(process.versions, 'node', { value: '20.19.0' });";
    await writeFile(
      path.join(folder, 'old.mjs'),
      `${pretend} import('millrace').catch((error) => console.log(error.message));`,
    );
    expect(await printed('old.mjs')).toBe(
      'millrace needs Node 22.18, 24.11, 26 or later; this is Node 20.19.0.\n',
    );
  });

  test('imports by name only what Node 20 has, so that it gets to that sentence', async () => {
    const since: Readonly<Record<string, readonly string[]>> = {
      'node:module': ['enableCompileCache', 'stripTypeScriptTypes', 'registerHooks'],
      'node:fs': ['globSync', 'glob'],
      'node:fs/promises': ['glob'],
      'node:zlib': ['zstdCompressSync', 'zstdDecompressSync', 'crc32'],
      'node:util': ['getCallSites', 'diff', 'setTraceSigInt'],
    };
    for (const { name, text } of await scripts(folder)) {
      for (const [, names = '', module = ''] of text.matchAll(/^import \{(.*)\} from "(.*)";$/gm)) {
        const imported = names.split(',').map((one) => one.trim().split(' ')[0]);
        const newer = since[module]?.filter((one) => imported.includes(one)) ?? [];
        expect(newer, `${name} from ${module}`).toEqual([]);
      }
    }
  });

  test('has only syntax that the oldest Node of `engines` has', async () => {
    const files = await scripts(folder);
    expect(files.map(({ name }) => name)).toContain('index.js');
    // Node 22 knows ES2025, and no `using`.
    for (const { text } of files) parse(text, { ecmaVersion: 2025, sourceType: 'module' });
  });

  test('has the licences of what is bundled', async () => {
    const file = path.join(folder, 'node_modules/millrace/dist/LICENSES.txt');
    const heads = (await readFile(file, 'utf8')).matchAll(/^(\S+) \d[\d.]+, (\S+)$/gm);
    expect([...heads].map(([, name, licence]) => `${name}: ${licence}`)).toEqual([
      '@chevrotain/gast: Apache-2.0',
      '@chevrotain/regexp-to-ast: Apache-2.0',
      '@chevrotain/utils: Apache-2.0',
      'acorn: MIT',
      'chevrotain: Apache-2.0',
    ]);
  });

  test('has no faults that publint and attw know', async () => {
    await run(path.join(bin, 'publint'), ['run', '--strict', tarball]);
    await run(path.join(bin, 'attw'), ['--profile', 'esm-only', tarball]);
  });

  test('declares what docs/api-report.d.ts says: run `npm run docs` and review the difference', async () => {
    const declarations = path.join(folder, 'node_modules/millrace/dist/index.d.ts');
    const report = await readFile(path.join(root, 'docs/api-report.d.ts'), 'utf8');
    expect(apiReport(await readFile(declarations, 'utf8'))).toBe(report);
  });

  test('has doc comments whose examples compile and print what they say', async () => {
    const declarations = path.join(folder, 'node_modules/millrace/dist/index.d.ts');
    const examples = docExamples(await readFile(declarations, 'utf8'));
    expect(examples.length).toBeGreaterThan(10);
    const names = examples.map((_, i) => `example-${i}.ts`);
    for (const [i, { code }] of examples.entries()) {
      await writeFile(path.join(folder, names[i] ?? ''), code);
    }
    await typeCheck(folder, TYPESCRIPT_7, 'nodenext/nodenext', names);
    const all = names.map((name) => `await import('./${name}');\n`).join('');
    await writeFile(path.join(folder, 'examples.mjs'), all);
    expect(await printed('examples.mjs')).toBe(examples.map(({ output }) => output).join(''));
  });

  test('has pages whose links lead to pages', async () => {
    const modules = path.join(folder, 'node_modules/millrace');
    const files = await readdir(modules, { recursive: true });
    const pages = files.filter((file) => file.endsWith('.md'));
    expect(pages).toContain('README.md');
    for (const page of pages) {
      const text = await readFile(path.join(modules, page), 'utf8');
      for (const [, link = ''] of text.matchAll(/\]\(([^)#]+?\.md)(?:#[^)]*)?\)/g)) {
        expect(files, `${page} to ${link}`).toContain(path.join(path.dirname(page), link));
      }
    }
  });

  test('has a command', async () => {
    const command = path.join(folder, 'node_modules/.bin/millrace');
    expect(await printed(command, '-e', 'SELECT 1 + 1 AS two', '--format', 'csv')).toBe('two\n2\n');
  });
});

/** The examples of doc comments, with what each says that it prints. */
function docExamples(
  declarations: string,
): readonly { readonly code: string; readonly output: string }[] {
  return [...declarations.matchAll(/^ \* ```ts\n(.*?)^ \* ```$/gms)].map(([, block = '']) => {
    const code = block.replaceAll(/^ \* ?/gm, '');
    const lines = code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm);
    return { code, output: [...lines].map(([, line]) => `${line}\n`).join('') };
  });
}

/** The scripts of an installed package. */
async function scripts(
  folder: string,
): Promise<readonly { readonly name: string; readonly text: string }[]> {
  const dist = path.join(folder, 'node_modules/millrace/dist');
  const names = (await readdir(dist)).filter((name) => name.endsWith('.js'));
  return await Promise.all(
    names.map(async (name) => ({ name, text: await readFile(path.join(dist, name), 'utf8') })),
  );
}
