import { resolve } from 'node:path';
import { requireOptions } from '../common/arguments.ts';
import { validationError } from '../common/errors.ts';
import type { Isolation, Permissions } from '../functions/definition.ts';
import type { CommonOptions, PermissionOptions } from './options.ts';

/** Every path, as Node's flags write it. */
const ALL = '*';
/** Where this Node has no such flag, it lets all code use the network. */
const DENIES_NET = process.allowedNodeEnvironmentFlags.has('--allow-net');

/**
 * The process that a function runs in; null for the threads of the program. Errors: ValidationError
 * UDF_OPTIONS, and UDF_PERMISSIONS for what this Node cannot deny.
 */
export function isolationOf(name: string, options: CommonOptions): Isolation | null {
  const { isolation = 'none', permissions, execution } = options;
  if (isolation !== 'none' && isolation !== 'process') {
    throw invalid(name, "isolation is 'none' or 'process'");
  }
  if (isolation === 'none') {
    if (permissions === undefined) return null;
    throw invalid(name, "permissions need isolation: 'process'");
  }
  if (execution === 'inline') {
    throw invalid(name, "isolation: 'process' and execution: 'inline' exclude each other");
  }
  return { permissions: permissions === undefined ? null : permissionsOf(name, permissions) };
}

function permissionsOf(name: string, given: PermissionOptions): Permissions {
  requireOptions('permissions', given, ['fs', 'net', 'child']);
  const { fs = false, net = false, child = false } = given;
  for (const [key, value] of Object.entries({ net, child })) {
    if (typeof value !== 'boolean') throw invalid(name, `permissions.${key} is true or false`);
  }
  if (!net && !DENIES_NET) {
    const hint = 'Use Node 25 or later, or allow it: permissions: { net: true }.';
    const params = { name, what: 'the network', version: process.versions.node };
    throw validationError('UDF_PERMISSIONS', params, { hint });
  }
  return { ...filesOf(name, fs), net, child };
}

function filesOf(
  name: string,
  fs: NonNullable<PermissionOptions['fs']>,
): Pick<Permissions, 'read' | 'write'> {
  if (typeof fs === 'boolean') {
    const paths = fs ? [ALL] : [];
    return { read: paths, write: paths };
  }
  requireOptions('permissions.fs', fs, ['read', 'write']);
  return { read: pathsOf(name, fs.read), write: pathsOf(name, fs.write) };
}

function pathsOf(name: string, paths: readonly string[] = []): readonly string[] {
  const isList = Array.isArray(paths) && paths.every((path) => typeof path === 'string');
  if (!isList) throw invalid(name, 'permissions.fs is true, false or { read, write } of paths');
  return paths.map((path) => (path === ALL ? ALL : resolve(path)));
}

function invalid(name: string, reason: string): Error {
  return validationError('UDF_OPTIONS', { name, reason });
}
