import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TableEnvironment } from '../table/environment.ts';
import { isUserFunction } from '../udf/udf.ts';

/** Registers every function (made by `udf` and the like) that a module exports, by its export name. */
export async function registerModule(environment: TableEnvironment, file: string): Promise<void> {
  const url = pathToFileURL(path.resolve(file)).href;
  const exports = (await import(url)) as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(exports)) {
    if (isUserFunction(value)) environment.createTemporarySystemFunction(name, value);
  }
}
