import { createRequire } from 'node:module';

/** The command that installs the engines that are no dependency of the project. */
export const INSTALL = 'npm install --prefix bench --no-package-lock';

/** An engine whose package is not there. */
export class NotInstalledError extends Error {
  constructor(name: string) {
    super(`${name} is not installed: ${INSTALL}`);
  }
}

const require = createRequire(import.meta.url);

/** Imports a package that may be missing. Errors: `NotInstalledError`. */
export async function installed<T>(name: string): Promise<T> {
  try {
    return (await import(name)) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') {
      throw new NotInstalledError(name);
    }
    throw error;
  }
}

/** The version of an installed package. */
export function versionOf(name: string): string {
  return (require(`${name}/package.json`) as { readonly version: string }).version;
}
