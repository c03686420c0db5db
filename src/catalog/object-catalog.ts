import { didYouMean } from '../common/diagnostics.ts';
import { type Span, validationError } from '../common/errors.ts';
import { printPath } from '../common/identifiers.ts';
import type { Catalog, CatalogConnection, CatalogModel, ObjectIdentifier } from './catalog.ts';
import { type CatalogManager, pathText } from './catalog-manager.ts';
import { retryConflicts } from './retry.ts';

/** An object with its full name. */
export interface FoundObject<T> {
  readonly identifier: ObjectIdentifier;
  readonly object: T;
  readonly temporary: boolean;
}

/** One kind of objects: how a catalog keeps them, and how its errors are called. */
interface ObjectKind<T> {
  list(catalog: Catalog, database: string): readonly string[] | null;
  get(catalog: Catalog, database: string, name: string): T | null;
  put(catalog: Catalog, database: string, name: string, object: T): void;
  drop(catalog: Catalog, database: string, name: string): void;
  notFound(name: string, span: Span | null, hint: string | null): Error;
  exists(name: string): Error;
}

/** Models: what CREATE MODEL makes. */
export const MODELS: ObjectKind<CatalogModel> = {
  list: (catalog, database) => catalog.listModels(database),
  get: (catalog, database, name) => catalog.getModel(database, name),
  put: (catalog, database, name, model) => catalog.putModel(database, name, model),
  drop: (catalog, database, name) => catalog.dropModel(database, name),
  notFound: (model, span, hint) => validationError('MODEL_NOT_FOUND', { model }, { span, hint }),
  exists: (model) => validationError('MODEL_EXISTS', { model }),
};

/** Connections: what CREATE CONNECTION makes. */
export const CONNECTIONS: ObjectKind<CatalogConnection> = {
  list: ({ connections }, database) => connections?.list(database) ?? [],
  get: ({ connections }, database, name) => connections?.get(database, name) ?? null,
  put: ({ name: catalog, connections }, database, name, connection) => {
    const feature = `A connection in catalog '${catalog}'`;
    const reason = 'the catalog keeps none; CREATE TEMPORARY CONNECTION';
    if (connections === undefined) throw validationError('NOT_SUPPORTED', { feature, reason });
    connections.put(database, name, connection);
  },
  drop: ({ connections }, database, name) => connections?.drop(database, name),
  notFound: (connection, span, hint) =>
    validationError('CONNECTION_NOT_FOUND', { connection }, { span, hint }),
  exists: (connection) => validationError('CONNECTION_EXISTS', { connection }),
};

/** The place of objects that every database has: temporary system connections. */
export function systemIdentifier(name: string): ObjectIdentifier {
  return { catalog: '', database: '', name };
}

/** The objects of one kind of an environment; temporary ones hide permanent ones of their name. */
export class ObjectCatalog<T> {
  readonly #manager: CatalogManager;
  readonly #kind: ObjectKind<T>;
  readonly #temporary = new Map<string, FoundObject<T>>();

  constructor(manager: CatalogManager, kind: ObjectKind<T>) {
    this.#manager = manager;
    this.#kind = kind;
  }

  /** The object that a path names, or null. */
  find(path: readonly string[]): FoundObject<T> | null {
    if (path.length === 0 || path.length > 3) return null;
    const [only = ''] = path;
    const system = path.length === 1 ? this.#temporary.get(pathText(systemIdentifier(only))) : null;
    if (system != null) return system;
    const identifier = this.#manager.qualify(path);
    const temporary = this.#temporary.get(pathText(identifier));
    if (temporary !== undefined) return temporary;
    const object = this.#permanent(identifier);
    return object === null ? null : { identifier, object, temporary: false };
  }

  /** The object that must exist. Errors: MODEL_NOT_FOUND and the like, with the nearest name. */
  require(path: readonly string[], span: Span | null = null): FoundObject<T> {
    const found = this.find(path);
    if (found !== null) return found;
    throw this.notFound(path, span);
  }

  /** The error for a name that nothing has, with the nearest one. */
  notFound(path: readonly string[], span: Span | null): Error {
    return this.#kind.notFound(printPath(path), span, didYouMean(path.at(-1) ?? '', this.list()));
  }

  /** Creates an object. Errors: MODEL_EXISTS and the like, DATABASE_NOT_FOUND. */
  create(
    identifier: ObjectIdentifier,
    object: T,
    options: { readonly temporary: boolean; readonly ifNotExists: boolean },
  ): void {
    const { catalog, database } = identifier;
    retryConflicts(() => {
      if (catalog !== '') this.#manager.requireDatabase(catalog, database);
      const exists = options.temporary
        ? this.#temporary.has(pathText(identifier))
        : this.#permanent(identifier) !== null;
      if (!exists) this.put(identifier, object, options.temporary);
      else if (!options.ifNotExists) throw this.#kind.exists(pathText(identifier));
    });
  }

  /** Creates or replaces. */
  put(identifier: ObjectIdentifier, object: T, temporary: boolean): void {
    const { catalog, database, name } = identifier;
    if (temporary) this.#temporary.set(pathText(identifier), { identifier, object, temporary });
    else this.#kind.put(this.#manager.catalog(catalog), database, name, object);
    this.#manager.touch();
  }

  /** Whether there was one of that sort. */
  drop(identifier: ObjectIdentifier, temporary: boolean): boolean {
    this.#manager.touch();
    if (temporary) return this.#temporary.delete(pathText(identifier));
    const { database, name } = identifier;
    return retryConflicts(() => {
      const home = this.#manager.home(identifier);
      if (home === null || this.#kind.get(home, database, name) === null) return false;
      this.#kind.drop(home, database, name);
      return true;
    });
  }

  /** Gives an object another name. Errors: MODEL_EXISTS and the like. */
  rename(found: FoundObject<T>, path: readonly string[], span: Span | null): void {
    const { identifier, object, temporary } = found;
    const to =
      path.length === 1
        ? { ...identifier, name: path[0] ?? '' }
        : this.#manager.qualify(path, span);
    this.create(to, object, { temporary, ifNotExists: false });
    this.drop(identifier, temporary);
  }

  /** Whether a temporary object has this name. */
  isTemporary(identifier: ObjectIdentifier): boolean {
    return this.#temporary.has(pathText(identifier));
  }

  /** Objects of a database (default: the current one) with its temporary ones, sorted. */
  list(
    catalog: string = this.#manager.currentCatalog,
    database: string = this.#manager.currentDatabase,
  ): readonly string[] {
    const home = this.#manager.getCatalog(catalog);
    const names = new Set(home === null ? [] : this.#kind.list(home, database));
    for (const { identifier } of this.#temporary.values()) {
      const isHere = identifier.catalog === catalog && identifier.database === database;
      if (isHere || identifier.catalog === '') names.add(identifier.name);
    }
    return [...names].sort();
  }

  /** The temporary objects of the current database, sorted. */
  listTemporary(): readonly string[] {
    const { currentCatalog, currentDatabase } = this.#manager;
    return [...this.#temporary.values()]
      .map(({ identifier }) => identifier)
      .filter((i) => i.catalog === currentCatalog && i.database === currentDatabase)
      .map(({ name }) => name)
      .sort();
  }

  #permanent(identifier: ObjectIdentifier): T | null {
    const home = this.#manager.home(identifier);
    return home === null ? null : this.#kind.get(home, identifier.database, identifier.name);
  }
}
