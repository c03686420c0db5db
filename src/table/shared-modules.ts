import { invalidArgument } from '../common/arguments.ts';
import { validationError } from '../common/errors.ts';
import { importInTime } from '../udf/import-in-time.ts';
import { moduleReason } from '../udf/module-reason.ts';
import { moduleUrl } from './module-function.ts';

/** The modules whose exports inline functions may use: the URL by the name of each export. */
export class SharedModules {
  readonly #urls = new Map<string, string>();

  /** For functions that are registered from now on. */
  get urls(): ReadonlyMap<string, string> {
    return this.#urls;
  }

  /** Imports a module to see what it exports. Errors: MODULE_FAILED, INVALID_ARGUMENT. */
  async add(module: string | URL): Promise<void> {
    if (typeof module !== 'string' && !(module instanceof URL)) {
      throw invalidArgument('A module', 'a path or a file: URL', module);
    }
    const url = moduleUrl(String(module));
    const exports = await importModule(url);
    for (const name of Object.keys(exports)) if (name !== 'default') this.#urls.set(name, url);
  }
}

/** What the module of a URL exports. Errors: MODULE_FAILED. */
export async function importModule(url: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await importInTime(url);
  } catch (cause) {
    const reason = moduleReason(cause);
    throw validationError('MODULE_FAILED', { module: url, reason }, { cause });
  }
}
