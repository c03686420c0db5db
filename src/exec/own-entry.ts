import { pathToFileURL } from 'node:url';
import { RUNS_SOURCES, resolvePackage } from '../common/packages.ts';

/** The modules among the sources. Not where bundlers look for what to move. */
const SOURCES = { worker: './pool/worker.ts', child: './child/child.ts' } as const;

/**
 * The module that threads or processes start from: by the package's own name, so that it is found
 * from a bundle too. Errors: TableRuntimeError PACKAGE_NOT_FOUND.
 */
export function ownEntry(name: keyof typeof SOURCES): URL {
  return RUNS_SOURCES
    ? new URL(SOURCES[name], import.meta.url)
    : pathToFileURL(resolvePackage(`millrace/${name}`));
}
