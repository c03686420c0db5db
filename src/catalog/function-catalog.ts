import { requireText } from '../common/arguments.ts';
import type { FunctionDefinition } from '../functions/definition.ts';
import type { CatalogFunction } from './catalog.ts';
import type { CatalogManager } from './catalog-manager.ts';

/** A function with where it is from. */
export interface FoundFunction {
  readonly definition: FunctionDefinition;
  /** Its registration; null for built-in functions. */
  readonly entry: CatalogFunction | null;
  readonly system: boolean;
  readonly temporary: boolean;
  /** Its full name. */
  readonly path: readonly string[];
}

/**
 * The user-defined functions of an environment. A call is resolved in Flink's order: temporary
 * system functions, built-ins, temporary catalog functions, catalog functions; a path of several
 * names asks the catalogs only. Names are not case-sensitive.
 */
export class FunctionCatalog {
  readonly #manager: CatalogManager;
  readonly #builtin: (name: string) => FunctionDefinition | null;
  readonly #system = new Map<string, CatalogFunction>();
  readonly #temporary = new Map<string, CatalogFunction>();

  constructor(manager: CatalogManager, builtin: (name: string) => FunctionDefinition | null) {
    this.#manager = manager;
    this.#builtin = builtin;
  }

  /** The definition that a call by this path means, or null. */
  resolve(path: readonly string[]): FunctionDefinition | null {
    return this.find(path)?.definition ?? null;
  }

  /** The function that a call by this path means, with where it is from; null if there is none. */
  find(path: readonly string[]): FoundFunction | null {
    const name = path.at(-1) ?? '';
    if (path.length === 1) {
      const own = this.#system.get(name.toLowerCase());
      if (own !== undefined) return found(own, { system: true, temporary: true });
      const builtin = this.#builtin(name);
      if (builtin !== null) {
        return { definition: builtin, entry: null, system: true, temporary: false, path };
      }
    }
    if (path.length === 0 || path.length > 3) return null;
    const { catalog, database } = this.#manager.qualify(path);
    const full = [catalog, database, name];
    const temporary = this.#temporary.get(keyOf(catalog, database, name));
    if (temporary !== undefined) return found(temporary, { system: false, temporary: true }, full);
    const identifier = { catalog, database, name };
    const permanent = this.#manager.home(identifier)?.getFunction(database, name) ?? null;
    return permanent && found(permanent, { system: false, temporary: false }, full);

    function found(
      entry: CatalogFunction,
      where: { readonly system: boolean; readonly temporary: boolean },
      fullPath: readonly string[] = path,
    ): FoundFunction {
      return { definition: entry.definition, entry, ...where, path: fullPath };
    }
  }

  /**
   * Names of user-defined functions of a database (default: the current one), with the temporary
   * system functions, which every database has; sorted.
   */
  userFunctions(
    catalog: string = this.#manager.currentCatalog,
    database: string = this.#manager.currentDatabase,
  ): readonly string[] {
    const prefix = keyOf(catalog, database, '');
    const names = new Set(this.#system.keys());
    for (const key of this.#temporary.keys()) {
      if (key.startsWith(prefix)) names.add(key.slice(prefix.length));
    }
    const home = this.#manager.getCatalog(catalog);
    for (const name of home?.listFunctions(database) ?? []) names.add(name);
    return [...names].sort();
  }

  getSystem(name: string): CatalogFunction | null {
    return this.#system.get(name.toLowerCase()) ?? null;
  }

  /** Registers or replaces a temporary system function. */
  putSystem(name: string, definition: CatalogFunction): void {
    this.#system.set(name.toLowerCase(), definition);
    this.#manager.touch();
  }

  /** Whether there was one. */
  dropSystem(name: string): boolean {
    requireText('The name of a function', name);
    this.#manager.touch();
    return this.#system.delete(name.toLowerCase());
  }

  getTemporary(path: readonly string[]): CatalogFunction | null {
    return this.#temporary.get(this.#key(path)) ?? null;
  }

  /** Registers or replaces a temporary catalog function. */
  putTemporary(path: readonly string[], definition: CatalogFunction): void {
    this.#temporary.set(this.#key(path), definition);
    this.#manager.touch();
  }

  /** Whether there was one. */
  dropTemporary(path: readonly string[]): boolean {
    this.#manager.touch();
    return this.#temporary.delete(this.#key(path));
  }

  #key(path: readonly string[]): string {
    const { catalog, database, name } = this.#manager.qualify(path);
    return keyOf(catalog, database, name);
  }
}

function keyOf(catalog: string, database: string, name: string): string {
  return `${JSON.stringify([catalog, database])}${name.toLowerCase()}`;
}
