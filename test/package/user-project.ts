import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build as esbuild } from 'esbuild';
import {
  type BuildEnvironmentOptions,
  type LibraryOptions,
  type UserConfig,
  build as vite,
} from 'vite';

export const run = promisify(execFile);
export const root = path.join(import.meta.dirname, '../..');

const NPM_INSTALL = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];

/** What a user would write: tables, dates, and functions on the threads of a query and in a process. */
const BODY = `
const tEnv = TableEnvironment.create({
  config: { 'parallelism.default': 2, 'table.exec.inline-rows': 0 },
});
tEnv.createTemporarySystemFunction('twice', udf((x) => x * 2, {
  inputTypes: [DataTypes.DOUBLE()], resultType: DataTypes.DOUBLE(),
}));
tEnv.createTemporarySystemFunction('half', udf((x) => x / 2, {
  inputTypes: [DataTypes.DOUBLE()], resultType: DataTypes.DOUBLE(),
  isolation: 'process', permissions: { net: true },
}));
const rows = Array.from({ length: 1000 }, (_, id) => ({ id, price: id / 2 }));
tEnv.createTemporaryView('orders', tEnv.fromValues(rows));
const query = 'SELECT MOD(id, 2) AS k, SUM(twice(price)) AS s, MAX(half(price)) AS h, MAX(DATE \\'2024-02-29\\') AS d FROM orders GROUP BY MOD(id, 2) ORDER BY k';
const result = await tEnv.executeSql(query);
for (const row of await result.toArray()) console.log(row.k, row.s, row.h, String(row.d));
console.log((await (await tEnv.executeSql(query)).toArrow()).numRows);
await tEnv.close();
`;

/** What the programs print. */
export const PRINTED = '0 249500 249.5 2024-02-29\n1 250000 249.75 2024-02-29\n2\n';

const NAMES = '{ DataTypes, TableEnvironment, udf }';

/** The program as an ES module. */
export const ESM_PROGRAM = `import ${NAMES} from 'millrace';\n${BODY}`;

/** The same as CommonJS. */
export const CJS_PROGRAM = `const ${NAMES} = require('millrace');\n(async () => {${BODY}})();\n`;

/** The same in TypeScript. */
export const TS_PROGRAM = ESM_PROGRAM.replaceAll('(x) =>', '(x: number) =>');

/** The package as `npm pack` makes it of fresh build output, in a new folder. */
export async function packed(): Promise<{ readonly folder: string; readonly tarball: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-package-'));
  await run(process.execPath, [path.join(root, 'scripts/build.ts')], { cwd: root });
  await run('npm', ['pack', '--pack-destination', folder], { cwd: root });
  const manifest: { readonly default: { readonly version: string } } = await import(
    '../../package.json',
    { with: { type: 'json' } }
  );
  const tarball = path.join(folder, 'millrace.tgz');
  await rename(path.join(folder, `millrace-${manifest.default.version}.tgz`), tarball);
  return { folder, tarball };
}

/** A user's project in a folder, with the package installed as users do, and its programs. */
export async function install(folder: string, ...packages: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const manifest = { name: 'user', private: true, type: 'module' };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
  await run('npm', [...NPM_INSTALL, ...packages], { cwd: folder });
  await writeFile(path.join(folder, 'program.mjs'), ESM_PROGRAM);
  await writeFile(path.join(folder, 'program.cjs'), CJS_PROGRAM);
  await writeFile(path.join(folder, 'program.ts'), TS_PROGRAM);
}

/** Puts this repository's types of Node into a project, in place of an installation. */
export async function linkNodeTypes(folder: string): Promise<void> {
  const types = path.join(folder, 'node_modules/@types');
  await mkdir(types, { recursive: true });
  const target = path.join(types, 'node');
  await symlink(path.join(root, 'node_modules/@types/node'), target).catch(ignoreExisting);
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

/** Where a user's compiler finds types, as `module/moduleResolution`. */
export const RESOLUTIONS = ['node16/node16', 'nodenext/nodenext', 'esnext/bundler'];

/** Type-checks programs of a project by the compiler in a file, without types of browsers. */
export async function typeCheck(
  folder: string,
  compiler: string,
  how: string,
  programs: readonly string[] = ['program.ts'],
): Promise<void> {
  const [module = '', moduleResolution = ''] = how.split('/');
  const options = { module, moduleResolution, target: 'es2022', lib: 'es2024', types: 'node' };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'];
  await run(process.execPath, [compiler, '--noEmit', ...strict, ...flags, ...programs], {
    cwd: folder,
  }).catch((error: { readonly stdout: string }) => {
    throw new Error(error.stdout);
  });
}

/** The programs of a project as bundlers make them: the name of each and what makes its file. */
export const BUNDLES: Readonly<Record<string, (folder: string) => Promise<string>>> = {
  'esbuild, ES module': (folder) => bundledByEsbuild(folder, 'program.mjs', 'esm'),
  'esbuild, CommonJS': (folder) => bundledByEsbuild(folder, 'program.cjs', 'cjs'),
  'Vite, SSR build': (folder) => bundledByVite(folder, 'vite-ssr', { build: { ssr: true } }),
  'Vite, SSR build of all packages': (folder) =>
    bundledByVite(folder, 'vite-all', { build: { ssr: true }, ssr: { noExternal: true } }),
  'Vite, library for Node': (folder) =>
    bundledByVite(folder, 'vite-lib', { build: { ssr: true, lib: LIBRARY } }),
};

const LIBRARY: LibraryOptions = { entry: 'program.mjs', formats: ['es'], fileName: 'program' };

/** The program as a library for browsers, where it cannot run. */
export function bundledForBrowsers(folder: string): Promise<string> {
  return bundledByVite(folder, 'vite-browser', { build: { lib: LIBRARY } });
}

async function bundledByEsbuild(
  folder: string,
  entry: string,
  format: 'esm' | 'cjs',
): Promise<string> {
  const outfile = path.join(folder, 'bundles', `esbuild${path.extname(entry)}`);
  const entryPoints = [path.join(folder, entry)];
  await esbuild({
    entryPoints,
    outfile,
    format,
    bundle: true,
    platform: 'node',
    logLevel: 'error',
  });
  return outfile;
}

async function bundledByVite(folder: string, name: string, config: UserConfig): Promise<string> {
  const outDir = path.join(folder, 'bundles', name);
  const rolldownOptions = { input: path.join(folder, 'program.mjs') };
  const build: BuildEnvironmentOptions = { ...config.build, target: 'node22', outDir };
  await vite({
    ...config,
    root: folder,
    configFile: false,
    logLevel: 'silent',
    build: build.lib ? build : { ...build, rolldownOptions },
  });
  return path.join(outDir, 'program.js');
}
