import type { FunctionDefinition } from '../functions/definition.ts';
import type { CatalogFunction } from './catalog.ts';
import type { CatalogManager } from './catalog-manager.ts';

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
    const name = path.at(-1) ?? '';
    if (path.length === 1) {
      const system = this.#system.get(name.toLowerCase())?.definition ?? this.#builtin(name);
      if (system !== null) return system;
    }
    if (path.length === 0 || path.length > 3) return null;
    const { catalog, database } = this.#manager.qualify(path);
    const found =
      this.#temporary.get(keyOf(catalog, database, name)) ??
      this.#manager.getCatalog(catalog)?.getFunction(database, name);
    return found?.definition ?? null;
  }

  /** Names of user-defined functions that an unqualified call can reach, sorted. */
  userFunctions(): readonly string[] {
    const { currentCatalog, currentDatabase } = this.#manager;
    const prefix = keyOf(currentCatalog, currentDatabase, '');
    const names = new Set(this.#system.keys());
    for (const key of this.#temporary.keys()) {
      if (key.startsWith(prefix)) names.add(key.slice(prefix.length));
    }
    const catalog = this.#manager.getCatalog(currentCatalog);
    for (const name of catalog?.listFunctions(currentDatabase) ?? []) names.add(name);
    return [...names].sort();
  }

  hasSystem(name: string): boolean {
    return this.#system.has(name.toLowerCase());
  }

  /** Registers or replaces a temporary system function. */
  putSystem(name: string, definition: CatalogFunction): void {
    this.#system.set(name.toLowerCase(), definition);
    this.#manager.touch();
  }

  /** Whether there was one. */
  dropSystem(name: string): boolean {
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
