import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fileError } from '../common/file-error.ts';
import { loadPackage } from '../common/packages.ts';
import { TableEnvironment } from '../table/environment.ts';
import { OUTPUT_FORMATS, type OutputFormat } from './output.ts';
import { reportError } from './report.ts';
import { runScript } from './script.ts';

const HELP = `Usage: millrace [options]
       millrace udf bundle MODULE [-o FILE]

A SQL shell. Reads statements from standard input when it is not a terminal.

  -e, --execute SQL         run these statements and end
  -f, --file FILE           run the statements of a file and end
  -i, --init FILE           run the statements of a file first
      --mode MODE           batch (default) or streaming
      --format FORMAT       table (default), csv, json or arrow
      --udf FILE            register every function that a module exports
  -D key=value              set a configuration option; may be repeated
      --timing              say how long each statement took
  -h, --help                show this text
  -v, --version             show the version

Exit status: 0; 1 when a statement failed; 2 for wrong options.
`;

/** What the command line asks for. */
interface Arguments {
  readonly execute: readonly string[];
  readonly file: readonly string[];
  readonly init: readonly string[];
  readonly udf: readonly string[];
  readonly mode: 'batch' | 'streaming';
  readonly format: OutputFormat;
  readonly config: Readonly<Record<string, string>>;
  readonly timing: boolean;
}

process.exitCode = await main(process.argv.slice(2));
// The timers and sockets that a module of functions left open must not keep the command.
process.stdout.write('', () => process.exit());

async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === 'udf') {
    const { udfCommand } = await import('./udf-bundle.ts');
    return udfCommand(argv.slice(1));
  }
  const args = readArguments(argv);
  if (typeof args === 'number') return args;
  // A reader that goes away (`| head`) ends the output, not the program.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
  let environment: TableEnvironment;
  try {
    environment = TableEnvironment.create({ mode: args.mode, config: args.config });
  } catch (error) {
    reportError(error);
    return 2;
  }
  try {
    return await run(environment, args);
  } finally {
    await environment.close();
  }
}

async function run(environment: TableEnvironment, args: Arguments): Promise<number> {
  const { format, timing } = args;
  if (args.udf.length > 0) {
    const { registerModule } = await import('./register-module.ts');
    try {
      for (const file of args.udf) await registerModule(environment, file);
    } catch (error) {
      reportError(error);
      return 2;
    }
  }
  let scripts: readonly string[];
  try {
    scripts = [...args.init.map(readScript), ...args.execute, ...args.file.map(readScript)];
  } catch (error) {
    reportError(error);
    return 2;
  }
  for (const script of scripts) {
    if (!(await runScript(environment, script, { format, timing }))) return 1;
  }
  if (args.execute.length > 0 || args.file.length > 0) return 0;
  if (process.stdin.isTTY) {
    const { runShell } = await import('./shell.ts');
    await runShell(environment, { format, timing });
    return 0;
  }
  const script = readFileSync(0, 'utf8');
  return (await runScript(environment, script, { format, timing })) ? 0 : 1;
}

/** Errors: TableRuntimeError FILE_ERROR. */
function readScript(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw fileError(path, error);
  }
}

/** The arguments, or the exit status when there is nothing to run. */
function readArguments(argv: readonly string[]): Arguments | number {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        execute: { type: 'string', short: 'e', multiple: true },
        file: { type: 'string', short: 'f', multiple: true },
        init: { type: 'string', short: 'i', multiple: true },
        udf: { type: 'string', multiple: true },
        mode: { type: 'string', default: 'batch' },
        format: { type: 'string', default: 'table' },
        define: { type: 'string', short: 'D', multiple: true },
        timing: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        version: { type: 'boolean', short: 'v', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return 0;
    }
    if (values.version) {
      process.stdout.write(`${version()}\n`);
      return 0;
    }
    const { mode } = values;
    if (mode !== 'batch' && mode !== 'streaming')
      throw new Error(`--mode is batch or streaming, not '${mode}'`);
    const format = OUTPUT_FORMATS.find((known) => known === values.format);
    if (format === undefined) {
      throw new Error(`--format is one of ${OUTPUT_FORMATS.join(', ')}, not '${values.format}'`);
    }
    return {
      execute: values.execute ?? [],
      file: values.file ?? [],
      init: values.init ?? [],
      udf: values.udf ?? [],
      mode,
      format,
      config: Object.fromEntries((values.define ?? []).map(keyValue)),
      timing: values.timing,
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return 2;
  }
}

function keyValue(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at <= 0) throw new Error(`-D takes key=value, not '${text}'`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function version(): string {
  return loadPackage<{ readonly version: string }>('millrace/package.json').version;
}
