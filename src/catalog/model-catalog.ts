import { didYouMean } from '../common/diagnostics.ts';
import { type Span, validationError } from '../common/errors.ts';
import { printPath } from '../common/identifiers.ts';
import type { CatalogModel, ObjectIdentifier } from './catalog.ts';
import { type CatalogManager, pathText } from './catalog-manager.ts';
import { retryConflicts } from './retry.ts';

/** A model with its full name. */
export interface FoundModel {
  readonly identifier: ObjectIdentifier;
  readonly model: CatalogModel;
  readonly temporary: boolean;
}

/** The models of an environment; temporary ones hide permanent ones of their name. */
export class ModelCatalog {
  readonly #manager: CatalogManager;
  readonly #temporary = new Map<string, FoundModel>();

  constructor(manager: CatalogManager) {
    this.#manager = manager;
  }

  /** The model that a path names, or null. */
  find(path: readonly string[]): FoundModel | null {
    if (path.length === 0 || path.length > 3) return null;
    const identifier = this.#manager.qualify(path);
    const temporary = this.#temporary.get(pathText(identifier));
    if (temporary !== undefined) return temporary;
    const { database, name } = identifier;
    const model = this.#manager.home(identifier)?.getModel(database, name) ?? null;
    return model === null ? null : { identifier, model, temporary: false };
  }

  /** The model that must exist. Errors: MODEL_NOT_FOUND with the nearest name. */
  require(path: readonly string[], span: Span | null = null): FoundModel {
    const found = this.find(path);
    if (found !== null) return found;
    const hint = didYouMean(path.at(-1) ?? '', this.list());
    throw validationError('MODEL_NOT_FOUND', { model: printPath(path) }, { span, hint });
  }

  /** Creates a model. Errors: MODEL_EXISTS, DATABASE_NOT_FOUND. */
  create(
    identifier: ObjectIdentifier,
    model: CatalogModel,
    options: { readonly temporary: boolean; readonly ifNotExists: boolean },
  ): void {
    const { catalog, database, name } = identifier;
    this.#manager.requireDatabase(catalog, database);
    retryConflicts(() => {
      const exists = options.temporary
        ? this.#temporary.has(pathText(identifier))
        : this.#manager.home(identifier)?.getModel(database, name) != null;
      if (!exists) this.put(identifier, model, options.temporary);
      else if (!options.ifNotExists) {
        throw validationError('MODEL_EXISTS', { model: pathText(identifier) });
      }
    });
  }

  /** Creates or replaces. */
  put(identifier: ObjectIdentifier, model: CatalogModel, temporary: boolean): void {
    const { catalog, database, name } = identifier;
    if (temporary) this.#temporary.set(pathText(identifier), { identifier, model, temporary });
    else this.#manager.catalog(catalog).putModel(database, name, model);
    this.#manager.touch();
  }

  /** Whether there was one of that sort. */
  drop(identifier: ObjectIdentifier, temporary: boolean): boolean {
    this.#manager.touch();
    if (temporary) return this.#temporary.delete(pathText(identifier));
    const { database, name } = identifier;
    return retryConflicts(() => {
      const home = this.#manager.home(identifier);
      if (home === null || home.getModel(database, name) === null) return false;
      home.dropModel(database, name);
      return true;
    });
  }

  /** Whether a temporary model has this name. */
  isTemporary(identifier: ObjectIdentifier): boolean {
    return this.#temporary.has(pathText(identifier));
  }

  /** Models of a database (default: the current one) with its temporary ones, sorted. */
  list(
    catalog: string = this.#manager.currentCatalog,
    database: string = this.#manager.currentDatabase,
  ): readonly string[] {
    const names = new Set(this.#manager.getCatalog(catalog)?.listModels(database) ?? []);
    for (const { identifier } of this.#temporary.values()) {
      if (identifier.catalog === catalog && identifier.database === database) {
        names.add(identifier.name);
      }
    }
    return [...names].sort();
  }

  /** The temporary models of the current database, sorted. */
  listTemporary(): readonly string[] {
    const { currentCatalog, currentDatabase } = this.#manager;
    return [...this.#temporary.values()]
      .map(({ identifier }) => identifier)
      .filter((i) => i.catalog === currentCatalog && i.database === currentDatabase)
      .map(({ name }) => name)
      .sort();
  }
}
