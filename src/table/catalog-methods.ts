import type { Catalog, CatalogFunction, ObjectIdentifier } from '../catalog/catalog.ts';
import { requireCatalog } from '../catalog/require-catalog.ts';
import { retryConflicts } from '../catalog/retry.ts';
import { requireInstance, requireText } from '../common/arguments.ts';
import { validationError } from '../common/errors.ts';
import { parsePath } from '../common/identifiers.ts';
import { CORE_MODULE } from './core-module.ts';
import { catalogOf } from './create-catalog.ts';
import { catalogFunction, type FunctionLike } from './create-function.ts';
import { describedModel, describedTable } from './described-table.ts';
import { CatalogDescriptor, type ModelDescriptor, type TableDescriptor } from './descriptors.ts';
import { releaseTable } from './live-tables.ts';
import { type AnyTable, planOf } from './plan-holder.ts';
import { PlanView } from './plan-view.ts';
import type { Session } from './session.ts';
import { type ModuleLike, userModule } from './user-module.ts';

/**
 * The part of a TableEnvironment that creates, drops and lists tables, views, functions, models,
 * catalogs and modules. Everywhere a path is `[catalog.][database.]name` and INVALID_PATH the error
 * of one that is not.
 */
export abstract class CatalogMethods {
  readonly #session: Session;

  /** @internal */
  constructor(session: Session) {
    this.#session = session;
  }

  /** Creates a table of this environment. Errors: TABLE_EXISTS and what CREATE TABLE gives. */
  createTemporaryTable(path: string, table: TableDescriptor, ignoreIfExists = false): void {
    this.#createTable(path, table, { temporary: true, ifNotExists: ignoreIfExists });
  }

  /** Creates a table in a catalog. Errors: TABLE_EXISTS and what CREATE TABLE gives. */
  createTable(path: string, table: TableDescriptor, ignoreIfExists = false): void {
    this.#createTable(path, table, { temporary: false, ifNotExists: ignoreIfExists });
  }

  /** Gives a Table a name. Replaces a temporary view of that name. */
  createTemporaryView(path: string, table: AnyTable): void {
    const view = new PlanView(planOf(table)).view;
    this.#session.catalogs.putTable(this.#identifier(path), view, true);
  }

  /** Gives a Table a name in a catalog. Errors: TABLE_EXISTS. */
  createView(path: string, table: AnyTable, ignoreIfExists = false): void {
    const view = new PlanView(planOf(table)).view;
    const options = { temporary: false, ifNotExists: ignoreIfExists };
    this.#session.catalogs.createTable(this.#identifier(path), view, options);
  }

  /** Whether there was one. */
  dropTemporaryTable(path: string): boolean {
    return this.#drop(path, 'table', true);
  }

  /** Whether there was one. Errors: TABLE_NOT_FOUND unless `ignoreIfNotExists`. */
  dropTable(path: string, ignoreIfNotExists = true): boolean {
    return this.#drop(path, 'table', false) || missing(path, ignoreIfNotExists);
  }

  /** Whether there was one. */
  dropTemporaryView(path: string): boolean {
    return this.#drop(path, 'view', true);
  }

  /** Whether there was one. Errors: TABLE_NOT_FOUND unless `ignoreIfNotExists`. */
  dropView(path: string, ignoreIfNotExists = true): boolean {
    return this.#drop(path, 'view', false) || missing(path, ignoreIfNotExists);
  }

  /**
   * Lets inline functions that are registered afterwards use what a module exports, by the names
   * of the exports. Relative paths start at the working directory. Errors: MODULE_FAILED.
   */
  addModule(module: string | URL): Promise<void> {
    return this.#session.sharedModules.add(module);
  }

  /** Registers a function for every catalog and database, over built-ins of its name. */
  createTemporarySystemFunction(name: string, fn: FunctionLike): void {
    this.#session.functions.putSystem(name, this.#function(name, fn));
  }

  /** Registers a function of a catalog and database for this environment. */
  createTemporaryFunction(path: string, fn: FunctionLike): void {
    const parts = partsOf(path);
    this.#session.functions.putTemporary(parts, this.#function(parts.at(-1) ?? path, fn));
  }

  /** Registers a function in a catalog. Errors: FUNCTION_EXISTS, DATABASE_NOT_FOUND. */
  createFunction(path: string, fn: FunctionLike, ignoreIfExists = false): void {
    const { catalogs } = this.#session;
    const identifier = this.#identifier(path);
    const { catalog, database, name } = identifier;
    retryConflicts(() => {
      catalogs.requireDatabase(catalog, database);
      const home = catalogs.home(identifier);
      if (home?.getFunction(database, name) == null) {
        home?.putFunction(database, name, this.#function(name, fn));
        catalogs.touch();
      } else if (!ignoreIfExists) throw validationError('FUNCTION_EXISTS', { name: path });
    });
  }

  /** Whether there was one. */
  dropTemporarySystemFunction(name: string): boolean {
    return this.#session.functions.dropSystem(name);
  }

  /** Whether there was one. */
  dropTemporaryFunction(path: string): boolean {
    return this.#session.functions.dropTemporary(partsOf(path));
  }

  /** Whether there was one. */
  dropFunction(path: string): boolean {
    const { catalogs } = this.#session;
    const identifier = this.#identifier(path);
    const { database, name } = identifier;
    return retryConflicts(() => {
      const home = catalogs.home(identifier);
      if (home === null || home.getFunction(database, name) === null) return false;
      home.dropFunction(database, name);
      catalogs.touch();
      return true;
    });
  }

  /** Creates a model of this environment. Errors: MODEL_EXISTS. */
  createTemporaryModel(path: string, model: ModelDescriptor, ignoreIfExists = false): void {
    const options = { temporary: true, ifNotExists: ignoreIfExists };
    const described = describedModel(model, this.#session);
    this.#session.models.create(this.#identifier(path), described, options);
  }

  /** Creates a model in a catalog. Errors: MODEL_EXISTS. */
  createModel(path: string, model: ModelDescriptor, ignoreIfExists = false): void {
    const options = { temporary: false, ifNotExists: ignoreIfExists };
    const described = describedModel(model, this.#session);
    this.#session.models.create(this.#identifier(path), described, options);
  }

  /** Whether there was one. */
  dropTemporaryModel(path: string): boolean {
    return this.#session.models.drop(this.#identifier(path), true);
  }

  /** Whether there was one. Errors: MODEL_NOT_FOUND unless `ignoreIfNotExists`. */
  dropModel(path: string, ignoreIfNotExists = true): boolean {
    if (this.#session.models.drop(this.#identifier(path), false)) return true;
    if (ignoreIfNotExists) return false;
    throw validationError('MODEL_NOT_FOUND', { model: path });
  }

  /** Creates a catalog from its options. Errors: CATALOG_EXISTS, MISSING_OPTION, INVALID_OPTION. */
  createCatalog(name: string, descriptor: CatalogDescriptor): void {
    requireText('The name of a catalog', name);
    requireInstance('The description of a catalog', descriptor, CatalogDescriptor);
    this.#session.catalogs.registerCatalog(catalogOf(name, descriptor));
  }

  /** Adds a catalog under a name. Errors: CATALOG_EXISTS. */
  registerCatalog(name: string, catalog: Catalog): void {
    requireText('The name of a catalog', name);
    requireCatalog(catalog);
    this.#session.catalogs.registerCatalog(catalog, name);
  }

  /**
   * Asks the catalogs of these objects for what they have of those names: needed before methods
   * that cannot wait use an object of a catalog that must be waited for. `executeSql` does it.
   */
  async prepare(...paths: readonly string[]): Promise<void> {
    const identifiers = paths.map((path) => this.#identifier(path));
    await Promise.all(identifiers.map((object) => this.#session.catalogs.prepare(object)));
  }

  /** The catalog of a name, or null. */
  getCatalog(name: string): Catalog | null {
    return this.#session.catalogs.getCatalog(name);
  }

  /** Errors: CATALOG_NOT_FOUND. */
  useCatalog(name: string): void {
    this.#session.catalogs.useCatalog(name);
  }

  /** Errors: DATABASE_NOT_FOUND. */
  useDatabase(name: string): void {
    this.#session.catalogs.useDatabase(this.#session.catalogs.currentCatalog, name);
  }

  /** The catalog that names without one are looked up in. */
  getCurrentCatalog(): string {
    return this.#session.catalogs.currentCatalog;
  }

  /** The database that names without one are looked up in. */
  getCurrentDatabase(): string {
    return this.#session.catalogs.currentDatabase;
  }

  /**
   * Loads a module: functions by name, or an object that says what it has. Unqualified calls find
   * them after those of the modules before. Without functions: the built-in module `core`. Errors:
   * MODULE_EXISTS, MODULE_NOT_FOUND, NOT_A_FUNCTION.
   */
  loadModule(name: string, functions?: ModuleLike): void {
    requireText('The name of a module', name);
    if (functions === undefined && name !== 'core') {
      throw validationError('MODULE_NOT_FOUND', { module: name });
    }
    const entryOf = (own: string, fn: FunctionLike) => this.#function(own, fn);
    const module = functions === undefined ? CORE_MODULE : userModule(functions, entryOf);
    this.#session.modules.load(name, module);
  }

  /** Errors: MODULE_NOT_FOUND. */
  unloadModule(name: string): void {
    requireText('The name of a module', name);
    this.#session.modules.unload(name);
  }

  /** Uses these modules, in this order. Errors: MODULE_NOT_FOUND, MODULE_TWICE. */
  useModules(...names: readonly string[]): void {
    for (const name of names) requireText('The name of a module', name);
    this.#session.modules.use(names);
  }

  /** The names of the catalogs, sorted. */
  listCatalogs(): readonly string[] {
    return this.#session.catalogs.listCatalogs();
  }

  /** The databases of the current catalog, sorted. */
  listDatabases(): readonly string[] {
    const { catalogs } = this.#session;
    return catalogs.catalog(catalogs.currentCatalog).listDatabases();
  }

  /** Tables and views of the current database. */
  listTables(): readonly string[] {
    return this.#session.catalogs.listTables();
  }

  /** Materialized tables of the current database. */
  listMaterializedTables(): readonly string[] {
    const { catalogs } = this.#session;
    const isMaterialized = (name: string): boolean => {
      const table = catalogs.find([name])?.table;
      return table?.kind === 'table' && table.materialization !== null;
    };
    return catalogs.listTables().filter(isMaterialized);
  }

  /** Views of the current database. */
  listViews(): readonly string[] {
    const { catalogs } = this.#session;
    return catalogs.listTables().filter((name) => catalogs.find([name])?.table.kind === 'view');
  }

  /** Tables of the current database that only this environment has. */
  listTemporaryTables(): readonly string[] {
    return this.#session.catalogs.listTemporary('table');
  }

  /** Views of the current database that only this environment has. */
  listTemporaryViews(): readonly string[] {
    return this.#session.catalogs.listTemporary('view');
  }

  /** Every function that an unqualified call can reach. */
  listFunctions(): readonly string[] {
    const { functions, modules } = this.#session;
    const names = modules.listFunctions().map((name) => name.toLowerCase());
    return [...new Set([...names, ...functions.userFunctions()])].sort();
  }

  /** The functions that are not built in, sorted. */
  listUserDefinedFunctions(): readonly string[] {
    return this.#session.functions.userFunctions();
  }

  /** The used modules, in the order in which calls ask them. */
  listModules(): readonly string[] {
    return this.#session.modules.used;
  }

  /** The loaded modules, and whether they are used. */
  listFullModules(): readonly { readonly name: string; readonly used: boolean }[] {
    return this.#session.modules.all;
  }

  /** Models of the current database. */
  listModels(): readonly string[] {
    return this.#session.models.list();
  }

  /** Models of the current database that only this environment has. */
  listTemporaryModels(): readonly string[] {
    return this.#session.models.listTemporary();
  }

  #function(name: string, fn: FunctionLike): CatalogFunction {
    return catalogFunction(name, fn, this.#session.sharedModules.urls);
  }

  #identifier(path: string): ObjectIdentifier {
    return this.#session.catalogs.qualify(partsOf(path));
  }

  #createTable(
    path: string,
    table: TableDescriptor,
    options: { readonly temporary: boolean; readonly ifNotExists: boolean },
  ): void {
    const described = describedTable(table, this.#session);
    this.#session.catalogs.createTable(this.#identifier(path), described, options);
  }

  #drop(path: string, kind: 'table' | 'view', temporary: boolean): boolean {
    const { catalogs } = this.#session;
    const identifier = this.#identifier(path);
    if (!temporary && catalogs.isTemporary(identifier)) {
      throw validationError('TEMPORARY_OBJECT', { object: path });
    }
    const dropped = catalogs.dropTable(identifier, { temporary, kind });
    if (dropped !== null) releaseTable(dropped);
    return dropped !== null;
  }
}

function partsOf(path: string): readonly string[] {
  const parts = parsePath(path);
  if (parts === null) throw validationError('INVALID_PATH', { path });
  return parts;
}

function missing(path: string, ignore: boolean): false {
  if (ignore) return false;
  throw validationError('TABLE_NOT_FOUND', { table: path });
}
