import { createRequire } from 'node:module';

/** The command that installs the engines that are no dependency of the project. */
export const INSTALL = 'npm install --prefix bench/libraries --no-package-lock';

/** An engine whose package is not there. */
export class NotInstalledError extends Error {
  constructor(name: string) {
    super(`${name} is not installed: ${INSTALL}`);
  }
}

/**
 * Finds the libraries as CommonJS. They lie beside this file and not above the rest of `bench`:
 * some bring other versions of the packages that the project itself depends on.
 */
export const requireLibrary: NodeJS.Require = createRequire(import.meta.url);

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
  return (requireLibrary(`${name}/package.json`) as { readonly version: string }).version;
}
