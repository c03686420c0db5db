import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { validationError } from '../common/errors.ts';
import type { TableEnvironment } from '../table/environment.ts';
import { importModule } from '../table/shared-modules.ts';
import { isUserFunction } from '../udf/user-function.ts';

/**
 * Registers every function (made by `udf` and the like) that a module exports, by its export name.
 * Workers import the module: functions may use all that it has. Errors: FILE_ERROR,
 * MODULE_FAILED.
 */
export async function registerModule(environment: TableEnvironment, file: string): Promise<void> {
  const url = pathToFileURL(path.resolve(file)).href;
  if (!existsSync(new URL(url))) {
    throw validationError('FILE_ERROR', { path: file, reason: 'there is no such file' });
  }
  const exports = await importModule(url);
  let registered = 0;
  for (const [name, value] of Object.entries(exports)) {
    if (!isUserFunction(value)) continue;
    registered++;
    const fn = value.referringTo({ module: url, export: name });
    environment.createTemporarySystemFunction(name, fn);
  }
  if (registered > 0) return;
  const reason = 'none of its exports was made by udf(...) or one of its like';
  throw validationError('MODULE_FAILED', { module: file, reason });
}
