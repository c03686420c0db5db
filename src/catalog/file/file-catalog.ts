import path from 'node:path';
import { runtimeError, validationError } from '../../common/errors.ts';
import type {
  Catalog,
  CatalogDatabase,
  CatalogFunction,
  CatalogInfo,
  CatalogModel,
  CatalogTable,
  CatalogView,
  ConnectionStore,
} from '../catalog.ts';
import { retryConflicts } from '../retry.ts';
import {
  type CatalogCodec,
  CONNECTION_FORM,
  DATABASE_FORM,
  type JsonForm,
  MODEL_FORM,
  TABLE_FORM,
} from './catalog-json.ts';
import { fileNameOf, JsonFolder } from './json-folder.ts';

const FORMAT = 'millrace-catalog';
const VERSION = 1;

/** The sorts of objects in a database, and a member that the files of each have. */
const MEMBERS = {
  tables: 'kind',
  functions: 'language',
  models: 'input',
  connections: 'options',
} as const;

type Sort = keyof typeof MEMBERS;

const SORTS = Object.keys(MEMBERS) as Sort[];

/**
 * A catalog that survives: a folder of JSON files, one an object. Environments, also of other
 * processes, that use one folder see each other's changes at their next statement; of two changes
 * of one object at the same time none is lost. What only one process has, tables in memory and
 * inline functions, is refused.
 *
 * Errors of all methods: TableRuntimeError CATALOG_DAMAGED for a file that is not what it should
 * be, FILE_ERROR, FOLDER_LOCKED; of those that write ValidationError NOT_STORABLE.
 */
export class FileCatalog implements Catalog {
  readonly name: string;
  readonly defaultDatabase: string;
  readonly connections: ConnectionStore = {
    list: (database) => this.#list(database, 'connections'),
    get: (database, name) => this.#get(database, 'connections', name, CONNECTION_FORM),
    put: (database, name, connection) => {
      const json = CONNECTION_FORM.toJson(connection);
      this.#put(database, 'connections', name, json, connection);
    },
    drop: (database, name) => this.#files.remove(fileOf(database, 'connections', name)),
  };
  readonly #files: JsonFolder;
  readonly #codec: CatalogCodec;
  #info: CatalogInfo;

  /**
   * Opens the catalog of a folder, or makes it there. Errors also: TableRuntimeError
   * NOT_A_CATALOG for a folder with other files.
   */
  constructor(
    name: string,
    folder: string,
    defaultDatabase: string,
    info: CatalogInfo,
    codec: CatalogCodec,
  ) {
    this.name = name;
    this.defaultDatabase = defaultDatabase;
    this.#info = info;
    this.#codec = codec;
    this.#files = new JsonFolder(path.resolve(folder));
    this.#open();
  }

  get info(): CatalogInfo {
    return this.#info;
  }

  get version(): string {
    return this.#files.version;
  }

  /** What is said of the catalog belongs to the environment that made it. */
  alter(info: CatalogInfo): void {
    this.#info = info;
  }

  listDatabases(): readonly string[] {
    return this.#files.list('databases').filter((name) => this.getDatabase(name) !== null);
  }

  getDatabase(name: string): CatalogDatabase | null {
    return this.#files.read(databaseFile(name), (object) =>
      DATABASE_FORM.fromJson(object, this.#codec),
    );
  }

  createDatabase(name: string, info: CatalogDatabase): void {
    this.#files.write(databaseFile(name), DATABASE_FORM.toJson(info), info);
  }

  /** Errors also: NOT_A_CATALOG where somebody else has files in the folder, which would be lost. */
  dropDatabase(name: string): void {
    for (const sort of SORTS) {
      const own = this.#ownNames(name, sort);
      const foreign = this.#files.list(folderOf(name, sort)).find((one) => !own.includes(one));
      if (foreign === undefined) continue;
      const folder = path.join(this.#files.root, folderOf(name, sort));
      const reason = `it holds '${foreign}', which the catalog did not write`;
      throw runtimeError('NOT_A_CATALOG', { path: folder, reason });
    }
    this.#files.removeFolder(databaseFolder(name), folderOf(name, 'tables'));
  }

  listTables(database: string): readonly string[] | null {
    return this.#list(database, 'tables');
  }

  getTable(database: string, name: string): CatalogTable | CatalogView | null {
    return this.#get(database, 'tables', name, TABLE_FORM);
  }

  putTable(database: string, name: string, table: CatalogTable | CatalogView): void {
    if (table.instance !== null) {
      throw table.kind === 'table'
        ? notStorable(
            name,
            'the rows of a table in memory end with their environment',
            'Give it a connector, or CREATE TEMPORARY TABLE.',
          )
        : notStorable(
            name,
            'a view of a Table has no SQL text',
            'CREATE VIEW … AS, or createTemporaryView.',
          );
    }
    this.#put(database, 'tables', name, TABLE_FORM.toJson(table), table);
  }

  dropTable(database: string, name: string): void {
    this.#files.remove(fileOf(database, 'tables', name));
  }

  listFunctions(database: string): readonly string[] | null {
    return this.#list(database, 'functions');
  }

  getFunction(database: string, name: string): CatalogFunction | null {
    return this.#get(database, 'functions', name.toLowerCase(), this.#functionForm(name));
  }

  putFunction(database: string, name: string, definition: CatalogFunction): void {
    if (!this.#codec.isReference(definition)) {
      throw notStorable(
        name,
        'the code of this function is in this process only',
        "CREATE FUNCTION … AS './functions.ts#name', or createTemporaryFunction.",
      );
    }
    const json = this.#functionForm(name).toJson(definition);
    this.#put(database, 'functions', name.toLowerCase(), json, definition);
  }

  dropFunction(database: string, name: string): void {
    this.#files.remove(fileOf(database, 'functions', name.toLowerCase()));
  }

  listModels(database: string): readonly string[] | null {
    return this.#list(database, 'models');
  }

  getModel(database: string, name: string): CatalogModel | null {
    return this.#get(database, 'models', name, MODEL_FORM);
  }

  putModel(database: string, name: string, model: CatalogModel): void {
    this.#put(database, 'models', name, MODEL_FORM.toJson(model), model);
  }

  dropModel(database: string, name: string): void {
    this.#files.remove(fileOf(database, 'models', name));
  }

  #open(): void {
    const files = this.#files;
    if (this.#format() === null) {
      const others = files.list('.').filter((name) => !OWN_NAMES.includes(name));
      if (others.length > 0) {
        const reason = `it holds '${others[0]}' and no catalog.json`;
        throw runtimeError('NOT_A_CATALOG', { path: files.root, reason });
      }
    }
    // Another process may open the same new folder, and then what it wrote is as good.
    const ensure = (missing: () => boolean, write: () => void): void =>
      retryConflicts(() => (missing() ? write() : undefined));
    const format = { format: FORMAT, version: VERSION };
    ensure(
      () => this.getDatabase(this.defaultDatabase) === null,
      () => this.createDatabase(this.defaultDatabase, { comment: null, options: new Map() }),
    );
    ensure(
      () => this.#format() === null,
      () => files.write('catalog.json', format, VERSION),
    );
  }

  /** The version of the folder's format; null when it is no catalog yet. */
  #format(): number | null {
    return this.#files.read('catalog.json', (object) => {
      object.choice('format', [FORMAT]);
      const version = object.number('version');
      if (version === VERSION) return version;
      const reason = `its format is version ${version}; this is ${VERSION}`;
      throw runtimeError('NOT_A_CATALOG', { path: this.#files.root, reason });
    });
  }

  #functionForm(name: string): JsonForm<CatalogFunction> {
    return {
      toJson: ({ identifier, language }) => ({ identifier, language }),
      fromJson: (object, codec) => {
        object.choice('language', ['JAVASCRIPT']);
        return codec.functionOf(name, object.text('identifier'));
      },
    };
  }

  #list(database: string, sort: Sort): readonly string[] | null {
    if (this.getDatabase(database) === null) return null;
    return this.#ownNames(database, sort);
  }

  /** The names of the files that belong to the catalog: it leaves others alone. */
  #ownNames(database: string, sort: Sort): readonly string[] {
    const names = this.#files.list(folderOf(database, sort));
    return names.filter((name) => this.#files.belongs(fileOf(database, sort, name), MEMBERS[sort]));
  }

  #get<T>(database: string, sort: Sort, name: string, form: JsonForm<T>): T | null {
    return this.#files.read(fileOf(database, sort, name), (object) =>
      form.fromJson(object, this.#codec),
    );
  }

  #put(database: string, sort: Sort, name: string, json: object, value: unknown): void {
    this.#files.write(fileOf(database, sort, name), json, value, databaseFile(database));
  }
}

/** What may be in the folder of a catalog that was made in part. */
const OWN_NAMES: readonly string[] = ['databases', 'tmp', 'version', 'lock', 'lock.removing'];

function databaseFolder(name: string): string {
  return `databases/${fileNameOf(name)}`;
}

function databaseFile(name: string): string {
  return `${databaseFolder(name)}/database.json`;
}

function folderOf(database: string, sort: Sort): string {
  return `${databaseFolder(database)}/${sort}`;
}

function fileOf(database: string, sort: Sort, name: string): string {
  return `${folderOf(database, sort)}/${fileNameOf(name)}.json`;
}

function notStorable(name: string, reason: string, hint: string): Error {
  return validationError('NOT_STORABLE', { name, reason }, { hint });
}
