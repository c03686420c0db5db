import { validationError } from '../common/errors.ts';
import type {
  Catalog,
  CatalogDatabase,
  CatalogFunction,
  CatalogInfo,
  CatalogModel,
  CatalogTable,
  CatalogView,
} from './catalog.ts';

/**
 * The base of catalogs that show what is elsewhere: whoever extends it says which databases and
 * tables there are. What would change it fails with ValidationError READ_ONLY_CATALOG.
 */
export abstract class ReadOnlyCatalog implements Catalog {
  readonly name: string;
  readonly defaultDatabase: string;
  #info: CatalogInfo = { comment: null, options: new Map() };

  constructor(name: string, defaultDatabase = 'default') {
    this.name = name;
    this.defaultDatabase = defaultDatabase;
  }

  /** What is said of the catalog. */
  get info(): CatalogInfo {
    return this.#info;
  }

  alter(info: CatalogInfo): void {
    this.#info = info;
  }

  abstract listDatabases(): readonly string[];
  abstract listTables(database: string): readonly string[] | null;
  abstract getTable(database: string, name: string): CatalogTable | CatalogView | null;

  getDatabase(name: string): CatalogDatabase | null {
    if (!this.listDatabases().includes(name)) return null;
    return { comment: null, options: new Map() };
  }

  listFunctions(database: string): readonly string[] | null {
    return this.getDatabase(database) === null ? null : [];
  }

  getFunction(_database: string, _name: string): CatalogFunction | null {
    return null;
  }

  listModels(database: string): readonly string[] | null {
    return this.getDatabase(database) === null ? null : [];
  }

  getModel(_database: string, _name: string): CatalogModel | null {
    return null;
  }

  createDatabase(): void {
    this.#refuse();
  }

  dropDatabase(): void {
    this.#refuse();
  }

  putTable(): void {
    this.#refuse();
  }

  dropTable(): void {
    this.#refuse();
  }

  putFunction(): void {
    this.#refuse();
  }

  dropFunction(): void {
    this.#refuse();
  }

  putModel(): void {
    this.#refuse();
  }

  dropModel(): void {
    this.#refuse();
  }

  #refuse(): never {
    throw validationError('READ_ONLY_CATALOG', { catalog: this.name });
  }
}
