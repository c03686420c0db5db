import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { validationError } from '../common/errors.ts';
import type { TableEnvironment } from '../table/environment.ts';
import { isUserFunction } from '../udf/user-function.ts';

/** Registers every function (made by `udf` and the like) that a module exports, by its export name. Errors: FILE_ERROR. */
export async function registerModule(environment: TableEnvironment, file: string): Promise<void> {
  const url = pathToFileURL(path.resolve(file)).href;
  if (!existsSync(new URL(url))) {
    throw validationError('FILE_ERROR', { path: file, reason: 'there is no such file' });
  }
  const exports = (await import(url)) as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(exports)) {
    if (isUserFunction(value)) environment.createTemporarySystemFunction(name, value);
  }
}
