import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { runtimeError } from './errors.ts';

/** Where this code lies. Bundlers leave out `import.meta.url` of what they make CommonJS. */
const HERE: string = (import.meta.url as string | undefined) ?? pathToFileURL(__filename).href;

const require = createRequire(HERE);

/** Whether the sources themselves run, rather than the built package. */
export const RUNS_SOURCES: boolean = HERE.endsWith('.ts');

/**
 * Loads a dependency when it is first needed: most programs need few, and starting costs less
 * without. Bundlers do not see it, so it is found beside the bundle as it would be beside the
 * package. Errors: TableRuntimeError PACKAGE_NOT_FOUND.
 */
export function loadPackage<T>(name: string): T {
  const file = resolvePackage(name);
  return require(file) as T;
}

/** The file that a package, or one of its entries, is found in. Errors: as of `loadPackage`. */
export function resolvePackage(name: string): string {
  try {
    return require.resolve(name);
  } catch (cause) {
    const hint =
      "A bundled program needs the installed package, too: run it in or below a folder with 'node_modules/millrace'.";
    throw runtimeError('PACKAGE_NOT_FOUND', { name, from: HERE }, { hint, cause });
  }
}
