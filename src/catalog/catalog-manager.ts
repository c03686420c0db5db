import { requireText } from '../common/arguments.ts';
import { didYouMean } from '../common/diagnostics.ts';
import { type Span, validationError } from '../common/errors.ts';
import { printPath } from '../common/identifiers.ts';
import type { Catalog, CatalogTable, CatalogView, ObjectIdentifier } from './catalog.ts';
import { RetryError, retryConflicts } from './retry.ts';

/** A table or view with its full name. */
export interface FoundTable {
  readonly identifier: ObjectIdentifier;
  readonly table: CatalogTable | CatalogView;
  readonly temporary: boolean;
}

interface PreparedNames {
  readonly version: string | number;
  readonly names: Set<string>;
}

/**
 * The catalogs of an environment, the current catalog and database, and the temporary objects,
 * which shadow permanent ones of the same name. `version` grows with every change: what was
 * planned against an older one is planned again.
 */
export class CatalogManager {
  readonly #catalogs = new Map<string, Catalog>();
  readonly #temporary = new Map<string, FoundTable>();
  /** Their readers may not have ended yet: they are closed with the others. */
  readonly #dropped: Catalog[] = [];
  /** The names that catalogs have prepared, and as of which version. */
  readonly #prepared = new WeakMap<Catalog, PreparedNames>();
  #catalog: string;
  #database: string;
  #version = 0;

  constructor(builtin: Catalog) {
    this.#catalogs.set(builtin.name, builtin);
    this.#catalog = builtin.name;
    this.#database = builtin.defaultDatabase;
  }

  get version(): string {
    let version = String(this.#version);
    for (const catalog of this.#catalogs.values()) {
      // What has no version of its own changes through this object only.
      if (catalog.version !== undefined) version += `/${catalog.version}`;
    }
    return version;
  }

  /** Says that something changed that plans depend on. */
  touch(): void {
    this.#version++;
  }

  get currentCatalog(): string {
    return this.#catalog;
  }

  get currentDatabase(): string {
    return this.#database;
  }

  listCatalogs(): readonly string[] {
    return [...this.#catalogs.keys()].sort();
  }

  getCatalog(name: string): Catalog | null {
    return this.#catalogs.get(name) ?? null;
  }

  /** The catalog, which must exist. Errors: CATALOG_NOT_FOUND. */
  catalog(name: string, span: Span | null = null): Catalog {
    const found = this.#catalogs.get(name);
    if (found !== undefined) return found;
    const hint = didYouMean(name, this.#catalogs.keys());
    throw validationError('CATALOG_NOT_FOUND', { catalog: name }, { span, hint });
  }

  /**
   * The catalog of an object, ready to say what it has of that name; null when there is none.
   * Errors: RetryError when it must be asked for the name first.
   */
  home(identifier: ObjectIdentifier): Catalog | null {
    const catalog = this.getCatalog(identifier.catalog);
    if (catalog?.prepare === undefined || this.#isPrepared(catalog, identifier)) return catalog;
    const error = validationError(
      'CATALOG_NOT_PREPARED',
      { object: pathText(identifier) },
      { hint: `Await tEnv.prepare('${pathText(identifier)}') before.` },
    );
    throw new RetryError(error, () => this.prepare(identifier));
  }

  /** Asks the catalog of an object for what it has of that name. Errors: those of the catalog. */
  async prepare(identifier: ObjectIdentifier): Promise<void> {
    const catalog = this.catalog(identifier.catalog);
    const { database, name } = identifier;
    await catalog.prepare?.({ database, name });
    const old = this.#prepared.get(catalog);
    const version = catalog.version ?? '';
    const names = old?.version === version ? old.names : new Set<string>();
    this.#prepared.set(catalog, { version, names: names.add(keyOf(identifier)) });
  }

  /** Closes all catalogs. Errors: those of the catalogs. */
  async close(): Promise<void> {
    const catalogs = new Set([...this.#dropped, ...this.#catalogs.values()]);
    await Promise.all([...catalogs].map(async (catalog) => catalog.close?.()));
  }

  #isPrepared(catalog: Catalog, identifier: ObjectIdentifier): boolean {
    const prepared = this.#prepared.get(catalog);
    if (prepared === undefined || prepared.version !== (catalog.version ?? '')) return false;
    return prepared.names.has(keyOf(identifier));
  }

  /** Errors: CATALOG_EXISTS. */
  registerCatalog(catalog: Catalog, name: string = catalog.name): void {
    if (this.#catalogs.has(name)) throw validationError('CATALOG_EXISTS', { catalog: name });
    this.#catalogs.set(name, catalog);
    this.#version++;
  }

  /** Errors: CATALOG_NOT_FOUND, CATALOG_IN_USE. */
  unregisterCatalog(name: string): void {
    const catalog = this.catalog(name);
    if (name === this.#catalog) throw validationError('CATALOG_IN_USE', { catalog: name });
    this.#dropped.push(catalog);
    this.#catalogs.delete(name);
    this.#version++;
  }

  /** Errors: CATALOG_NOT_FOUND. */
  useCatalog(name: string, span: Span | null = null): void {
    requireText('The name of a catalog', name);
    const catalog = this.catalog(name, span);
    this.#catalog = name;
    this.#database = catalog.defaultDatabase;
    this.#version++;
  }

  /** Errors: DATABASE_NOT_FOUND. */
  useDatabase(catalog: string, database: string, span: Span | null = null): void {
    requireText('The name of a database', database);
    this.requireDatabase(catalog, database, span);
    this.#catalog = catalog;
    this.#database = database;
    this.#version++;
  }

  /** Errors: CATALOG_NOT_FOUND, DATABASE_NOT_FOUND. */
  requireDatabase(catalog: string, database: string, span: Span | null = null): void {
    const databases = this.catalog(catalog, span).listDatabases();
    if (databases.includes(database)) return;
    const hint = didYouMean(database, databases);
    throw validationError(
      'DATABASE_NOT_FOUND',
      { database: `${catalog}.${database}` },
      { span, hint },
    );
  }

  /** Completes a path of one to three names with the current database and catalog. Errors: INVALID_PATH. */
  qualify(path: readonly string[], span: Span | null = null): ObjectIdentifier {
    const [a = '', b = '', c = ''] = path;
    if (path.length === 1) return { catalog: this.#catalog, database: this.#database, name: a };
    if (path.length === 2) return { catalog: this.#catalog, database: a, name: b };
    if (path.length === 3) return { catalog: a, database: b, name: c };
    throw validationError('INVALID_PATH', { path: printPath(path) }, { span });
  }

  /** The table or view that a path names, or null. */
  find(path: readonly string[]): FoundTable | null {
    if (path.length === 0 || path.length > 3) return null;
    const identifier = this.qualify(path);
    const temporary = this.#temporary.get(keyOf(identifier));
    if (temporary !== undefined) return temporary;
    const table = this.home(identifier)?.getTable(identifier.database, identifier.name) ?? null;
    return table === null ? null : { identifier, table, temporary: false };
  }

  /** The table that must exist. Errors: TABLE_NOT_FOUND with the nearest name. */
  require(path: readonly string[], span: Span | null = null): FoundTable {
    const found = this.find(path);
    if (found !== null) return found;
    const hint = didYouMean(path.at(-1) ?? '', this.listTables());
    throw validationError('TABLE_NOT_FOUND', { table: printPath(path) }, { span, hint });
  }

  /**
   * Creates a table or view. Returns false when it existed and `ifNotExists` let that pass.
   * Errors: TABLE_EXISTS, DATABASE_NOT_FOUND.
   */
  createTable(
    identifier: ObjectIdentifier,
    table: CatalogTable | CatalogView,
    options: { readonly temporary: boolean; readonly ifNotExists: boolean },
  ): boolean {
    const { catalog, database, name } = identifier;
    return retryConflicts(() => {
      this.requireDatabase(catalog, database);
      const exists = options.temporary
        ? this.#temporary.has(keyOf(identifier))
        : this.home(identifier)?.getTable(database, name) != null;
      if (!exists) this.putTable(identifier, table, options.temporary);
      else if (!options.ifNotExists) {
        throw validationError('TABLE_EXISTS', { table: pathText(identifier) });
      }
      return !exists;
    });
  }

  /** Creates or replaces. */
  putTable(
    identifier: ObjectIdentifier,
    table: CatalogTable | CatalogView,
    temporary: boolean,
  ): void {
    if (temporary) this.#temporary.set(keyOf(identifier), { identifier, table, temporary });
    else this.catalog(identifier.catalog).putTable(identifier.database, identifier.name, table);
    this.#version++;
  }

  /** Drops a table or view and returns it; null when there is none of that sort. */
  dropTable(
    identifier: ObjectIdentifier,
    options: { readonly temporary: boolean; readonly kind: 'table' | 'view' },
  ): CatalogTable | CatalogView | null {
    const key = keyOf(identifier);
    const { database, name } = identifier;
    return retryConflicts(() => {
      const catalog = options.temporary ? null : this.home(identifier);
      const table = options.temporary
        ? this.#temporary.get(key)?.table
        : catalog?.getTable(database, name);
      if (table === null || table === undefined || table.kind !== options.kind) return null;
      if (options.temporary) this.#temporary.delete(key);
      else catalog?.dropTable(database, name);
      this.#version++;
      return table;
    });
  }

  /** Whether a temporary object has this name. */
  isTemporary(identifier: ObjectIdentifier): boolean {
    return this.#temporary.has(keyOf(identifier));
  }

  /** The temporary tables and views of all databases. */
  temporaryTables(): Iterable<FoundTable> {
    return this.#temporary.values();
  }

  /** Tables and views of a database (default: the current one) with its temporary ones, sorted. */
  listTables(
    catalog: string = this.#catalog,
    database: string = this.#database,
  ): readonly string[] {
    const names = new Set(this.#catalogs.get(catalog)?.listTables(database) ?? []);
    for (const { identifier } of this.#temporary.values()) {
      if (identifier.catalog === catalog && identifier.database === database) {
        names.add(identifier.name);
      }
    }
    return [...names].sort();
  }

  /** The temporary tables or views of the current database, sorted. */
  listTemporary(kind: 'table' | 'view'): readonly string[] {
    return [...this.#temporary.values()]
      .filter(({ table }) => table.kind === kind)
      .map(({ identifier }) => identifier)
      .filter((i) => i.catalog === this.#catalog && i.database === this.#database)
      .map(({ name }) => name)
      .sort();
  }
}

/** `cat.db.name` of an identifier. */
export function pathText(identifier: ObjectIdentifier): string {
  return `${identifier.catalog}.${identifier.database}.${identifier.name}`;
}

function keyOf(identifier: ObjectIdentifier): string {
  return JSON.stringify([identifier.catalog, identifier.database, identifier.name]);
}
