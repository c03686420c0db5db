import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { validationError } from '../common/errors.ts';
import { fileError } from '../common/file-error.ts';
import { importInTime } from '../udf/import-in-time.ts';
import { moduleReason } from '../udf/module-reason.ts';
import { isUserFunction } from '../udf/user-function.ts';
import { reportError } from './report.ts';

const HELP = `Usage: millrace udf bundle MODULE [-o FILE]

Writes a module of functions and all that it imports into one file of JavaScript, for shipping.
'millrace' and the modules of Node stay imports. TypeScript that Node cannot run by itself (enums,
decorators, parameter properties, imports without extensions) is translated. Needs rolldown or
esbuild: npm install --save-dev rolldown

  -o, --out FILE            the file to write; default: the module's name with .bundle.mjs
  -h, --help                show this text
`;

/** Runs `millrace udf bundle`; returns the exit status. */
export async function udfCommand(argv: readonly string[]): Promise<number> {
  let file: string;
  let out: string;
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        out: { type: 'string', short: 'o' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return 0;
    }
    const [command, module, ...others] = positionals;
    if (command !== 'bundle') throw new Error(`'udf' has one command: bundle`);
    if (module === undefined || others.length > 0) throw new Error('bundle takes one module');
    file = path.resolve(module);
    out = path.resolve(values.out ?? `${file.replace(/\.[cm]?[jt]s$/, '')}.bundle.mjs`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return 2;
  }
  try {
    process.stdout.write(await bundle(file, out));
    return 0;
  } catch (error) {
    reportError(error);
    return 1;
  }
}

/**
 * Writes the bundle; what there is to say about it. What was in its place stays there until the new
 * one has been imported. Errors: FILE_ERROR, MODULE_FAILED.
 */
async function bundle(file: string, out: string): Promise<string> {
  if (!existsSync(file)) {
    throw validationError('FILE_ERROR', { path: file, reason: 'there is no such file' });
  }
  if (file === out) {
    throw validationError('FILE_ERROR', { path: out, reason: 'it is the module itself' });
  }
  if (!/\.m?js$/.test(out)) {
    // Anything else could not be imported.
    throw validationError('FILE_ERROR', { path: out, reason: 'a bundle is a .mjs or .js file' });
  }
  const write = await bundlerFor(file);
  // Beside the other, with its extension: it finds the same packages and is of the same kind.
  const tried = path.join(path.dirname(out), `.millrace-${process.pid}-${path.basename(out)}`);
  try {
    const names = await functionsOf(file, tried, write);
    try {
      renameSync(tried, out);
    } catch (error) {
      throw fileError(out, error);
    }
    const shown = `./${path.relative(process.cwd(), out)}`;
    const lines = names.map((name) => `CREATE FUNCTION ${name} AS '${shown}#${name}';`);
    return `-- ${shown}: ${statSync(out).size} bytes\n${lines.join('\n')}\n`;
  } catch (error) {
    if (existsSync(out)) process.stderr.write(`${out} is as it was.\n`);
    throw error;
  } finally {
    rmSync(tried, { force: true });
  }
}

/** Bundles a module into a file and imports that; the names of its functions. Errors: MODULE_FAILED. */
async function functionsOf(file: string, out: string, write: Bundler): Promise<string[]> {
  const failed = (reason: string, cause?: unknown) =>
    validationError('MODULE_FAILED', { module: file, reason }, { cause });
  try {
    await write(file, out);
  } catch (cause) {
    throw failed(cause instanceof Error ? cause.message.trim() : String(cause), cause);
  }
  let exports: Readonly<Record<string, unknown>>;
  try {
    exports = await importInTime(pathToFileURL(out).href);
  } catch (cause) {
    throw failed(`its bundle cannot be loaded: ${moduleReason(cause)}`, cause);
  }
  const names = Object.keys(exports).filter((name) => isUserFunction(exports[name]));
  if (names.length === 0)
    throw failed('none of its exports was made by udf(...) or one of its like');
  return names;
}

type Bundler = (file: string, out: string) => Promise<unknown>;

/** What stays an import: the functions must be made by the package that runs them. */
const EXTERNAL = ['millrace'];

/** The parts of the bundlers that are used; both are the user's. */
interface Rolldown {
  build(options: object): Promise<unknown>;
}

const BUNDLERS: readonly { readonly name: string; readonly make: (api: Rolldown) => Bundler }[] = [
  {
    name: 'rolldown',
    make: (api) => (file, out) =>
      api.build({
        input: file,
        platform: 'node',
        external: EXTERNAL,
        logLevel: 'silent',
        output: { file: out, format: 'esm', codeSplitting: false, keepNames: true },
      }),
  },
  {
    name: 'esbuild',
    make: (api) => (file, out) =>
      api.build({
        entryPoints: [file],
        outfile: out,
        bundle: true,
        platform: 'node',
        format: 'esm',
        external: EXTERNAL,
        logLevel: 'silent',
      }),
  },
];

/** The bundler that the module's project or the working directory has. Errors: MODULE_FAILED. */
async function bundlerFor(file: string): Promise<Bundler> {
  for (const { name, make } of BUNDLERS) {
    for (const from of [file, path.join(process.cwd(), 'package.json')]) {
      const found = resolved(name, from);
      if (found !== null) return make((await import(pathToFileURL(found).href)) as Rolldown);
    }
  }
  const names = BUNDLERS.map(({ name }) => name).join(' or ');
  const hint = 'npm install --save-dev rolldown';
  const reason = `it takes ${names} to bundle it, and neither is installed`;
  throw validationError('MODULE_FAILED', { module: file, reason }, { hint });
}

function resolved(name: string, from: string): string | null {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return null;
  }
}
