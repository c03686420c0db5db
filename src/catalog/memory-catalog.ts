import type {
  Catalog,
  CatalogConnection,
  CatalogDatabase,
  CatalogFunction,
  CatalogInfo,
  CatalogModel,
  CatalogTable,
  CatalogView,
  ConnectionStore,
} from './catalog.ts';

interface Database {
  readonly info: CatalogDatabase;
  readonly tables: Map<string, CatalogTable | CatalogView>;
  readonly functions: Map<string, CatalogFunction>;
  readonly models: Map<string, CatalogModel>;
  readonly connections: Map<string, CatalogConnection>;
}

/** The catalog that lives as long as its environment: `generic_in_memory`. */
export class MemoryCatalog implements Catalog {
  readonly name: string;
  readonly defaultDatabase: string;
  readonly #databases = new Map<string, Database>();

  readonly connections: ConnectionStore = {
    list: (database) => {
      const found = this.#databases.get(database);
      return found === undefined ? null : [...found.connections.keys()].sort();
    },
    get: (database, name) => this.#databases.get(database)?.connections.get(name) ?? null,
    put: (database, name, connection) => {
      this.#databases.get(database)?.connections.set(name, connection);
    },
    drop: (database, name) => {
      this.#databases.get(database)?.connections.delete(name);
    },
  };

  #info: CatalogInfo;

  constructor(
    name: string,
    defaultDatabase = 'default',
    info: CatalogInfo = { comment: null, options: new Map([['type', 'generic_in_memory']]) },
  ) {
    this.name = name;
    this.defaultDatabase = defaultDatabase;
    this.#info = info;
    this.createDatabase(defaultDatabase, { comment: null, options: new Map() });
  }

  /** What is said of the catalog. */
  get info(): CatalogInfo {
    return this.#info;
  }

  alter(info: CatalogInfo): void {
    this.#info = info;
  }

  listDatabases(): readonly string[] {
    return [...this.#databases.keys()].sort();
  }

  getDatabase(name: string): CatalogDatabase | null {
    return this.#databases.get(name)?.info ?? null;
  }

  createDatabase(name: string, info: CatalogDatabase): void {
    const old = this.#databases.get(name);
    this.#databases.set(name, {
      info,
      tables: old?.tables ?? new Map(),
      functions: old?.functions ?? new Map(),
      models: old?.models ?? new Map(),
      connections: old?.connections ?? new Map(),
    });
  }

  dropDatabase(name: string): void {
    this.#databases.delete(name);
  }

  listTables(database: string): readonly string[] | null {
    const found = this.#databases.get(database);
    return found === undefined ? null : [...found.tables.keys()].sort();
  }

  getTable(database: string, name: string): CatalogTable | CatalogView | null {
    return this.#databases.get(database)?.tables.get(name) ?? null;
  }

  putTable(database: string, name: string, table: CatalogTable | CatalogView): void {
    this.#databases.get(database)?.tables.set(name, table);
  }

  dropTable(database: string, name: string): void {
    this.#databases.get(database)?.tables.delete(name);
  }

  listFunctions(database: string): readonly string[] | null {
    const found = this.#databases.get(database);
    return found === undefined ? null : [...found.functions.keys()].sort();
  }

  getFunction(database: string, name: string): CatalogFunction | null {
    return this.#databases.get(database)?.functions.get(name.toLowerCase()) ?? null;
  }

  putFunction(database: string, name: string, definition: CatalogFunction): void {
    this.#databases.get(database)?.functions.set(name.toLowerCase(), definition);
  }

  dropFunction(database: string, name: string): void {
    this.#databases.get(database)?.functions.delete(name.toLowerCase());
  }

  listModels(database: string): readonly string[] | null {
    const found = this.#databases.get(database);
    return found === undefined ? null : [...found.models.keys()].sort();
  }

  getModel(database: string, name: string): CatalogModel | null {
    return this.#databases.get(database)?.models.get(name) ?? null;
  }

  putModel(database: string, name: string, model: CatalogModel): void {
    this.#databases.get(database)?.models.set(name, model);
  }

  dropModel(database: string, name: string): void {
    this.#databases.get(database)?.models.delete(name);
  }
}
