import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Permissions } from '../../functions/definition.ts';
import { loaderFlags } from '../pool/loader-flags.ts';
import type { ChildKind } from './protocol.ts';

/** What a shut-in child sees of the environment variables: the others may be secrets. */
const VARIABLES = ['PATH', 'TZ', 'LANG', 'LC_ALL', 'SystemRoot', 'TMPDIR', 'TEMP', 'TMP'];

/** The flags of Node for children of a kind. */
export function childFlags({ isolation, modules }: ChildKind, entry: URL): readonly string[] {
  const { permissions } = isolation;
  if (permissions === null) return loaderFlags(process.execArgv);
  const files = modules.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url));
  const read = [
    engineFolder(entry),
    ...files,
    ...[fileURLToPath(entry), ...files].flatMap(surroundingsOf),
    ...permissions.read,
  ];
  return permissionFlags({ ...permissions, read: [...new Set(read)] });
}

/** The environment variables of children of a kind. */
export function childEnvironment({ isolation }: ChildKind): NodeJS.ProcessEnv {
  if (isolation.permissions === null) return process.env;
  const seen = VARIABLES.filter((name) => process.env[name] !== undefined);
  return Object.fromEntries(seen.map((name) => [name, process.env[name]]));
}

function permissionFlags({ read, write, net, child }: Permissions): readonly string[] {
  return [
    '--permission',
    // Node warns of what it lets code do; whoever wrote the permissions knows.
    '--disable-warning=SecurityWarning',
    ...read.map((file) => `--allow-fs-read=${file}`),
    ...write.map((file) => `--allow-fs-write=${file}`),
    ...(net && process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : []),
    ...(child ? ['--allow-child-process'] : []),
  ];
}

/** Where the engine lies: in one folder when it is built, in that of its sources else. */
function engineFolder(entry: URL): string {
  return fileURLToPath(new URL(entry.pathname.endsWith('.ts') ? '../../' : './', entry));
}

/** What else the import of a file reads: the packages around it, and what says what they are. */
function surroundingsOf(file: string): readonly string[] {
  const found: string[] = [];
  for (let at = path.dirname(file); ; at = path.dirname(at)) {
    for (const name of ['package.json', 'node_modules']) {
      const candidate = path.join(at, name);
      if (existsSync(candidate)) found.push(candidate);
    }
    if (at === path.dirname(at)) return found;
  }
}
