import type { FunctionDefinition } from '../functions/definition.ts';
import type { DataType } from '../types/data-type.ts';

/** Catalog, database and object name: where a table, view or function is. */
export interface ObjectIdentifier {
  readonly catalog: string;
  readonly database: string;
  readonly name: string;
}

/** An object of a catalog. */
export type ObjectPath = Omit<ObjectIdentifier, 'catalog'>;

/** A column of a table: stored, computed from others, or read from the connector's metadata. */
export type CatalogColumn =
  | (CatalogColumnBase & { readonly kind: 'physical' })
  | (CatalogColumnBase & {
      readonly kind: 'computed';
      /** SQL of the expression. */
      readonly expression: string;
    })
  | (CatalogColumnBase & {
      readonly kind: 'metadata';
      readonly key: string | null;
      readonly virtual: boolean;
    });

interface CatalogColumnBase {
  readonly name: string;
  readonly type: DataType;
  readonly comment: string | null;
}

/** A table's declaration: where its data is and how it looks. */
export interface CatalogTable {
  readonly kind: 'table';
  readonly columns: readonly CatalogColumn[];
  readonly primaryKey: {
    readonly name: string;
    readonly columns: readonly string[];
    /** Checked by the engine (in-memory tables only); Flink's keys are NOT ENFORCED. */
    readonly enforced: boolean;
  } | null;
  readonly watermark: { readonly column: string; readonly expression: string } | null;
  readonly partitionKeys: readonly string[];
  /** The connection whose options the table takes over; its own win. Null for most. */
  readonly connection: ObjectIdentifier | null;
  /** The WITH options, as written. */
  readonly options: ReadonlyMap<string, string>;
  readonly comment: string | null;
  /** DISTRIBUTED BY: kept for SHOW CREATE; no connector here writes buckets. */
  readonly distribution: TableDistribution | null;
  /** Partitions that ALTER TABLE ADD PARTITION named; those of the data come on top. */
  readonly partitions: readonly TablePartition[];
  /** What ANALYZE TABLE found, as of then; null before. */
  readonly statistics: TableStatistics | null;
  /** Of a materialized table: what its rows are. Null for others. */
  readonly materialization: Materialization | null;
  /**
   * The live object behind a table that only this process has (an in-memory table, fromValues,
   * fromIterable); null for tables that options describe completely.
   *
   * @internal
   */
  readonly instance: TableInstance | null;
}

/** The query whose rows a materialized table holds, as of the last refresh. */
export interface Materialization {
  /** As the user wrote it. */
  readonly originalQuery: string;
  /** With qualified names: what a refresh runs. */
  readonly expandedQuery: string;
  /** SQL of the interval of FRESHNESS, which nothing here keeps to; null when not said. */
  readonly freshness: string | null;
  /** REFRESH_MODE, as said. */
  readonly refreshMode: 'FULL' | null;
}

/** How rows are spread over buckets. */
export interface TableDistribution {
  readonly method: 'HASH' | 'RANGE' | null;
  readonly columns: readonly string[];
  readonly buckets: number | null;
}

/** A named partition: the text of each partition key's value. */
export interface TablePartition {
  readonly values: ReadonlyMap<string, string>;
  readonly options: ReadonlyMap<string, string>;
}

/** What ANALYZE TABLE counted. */
export interface TableStatistics {
  readonly rowCount: number;
  /** The analyzed columns by name. */
  readonly columns: ReadonlyMap<string, ColumnStatistics>;
}

/** The values of an analyzed column. */
export interface ColumnStatistics {
  readonly nullCount: number;
  /** Distinct values that are not NULL; null where the type cannot be grouped. */
  readonly distinctCount: number | null;
  /** Internal values; null where the column has no values or its type no order. */
  readonly min: unknown;
  readonly max: unknown;
}

/** The parts of a table that most tables leave out. */
export const PLAIN_TABLE: Omit<CatalogTable, 'columns' | 'instance'> = {
  kind: 'table',
  primaryKey: null,
  watermark: null,
  partitionKeys: [],
  connection: null,
  options: new Map(),
  comment: null,
  distribution: null,
  partitions: [],
  statistics: null,
  materialization: null,
};

/** A model: an outside service or file that ML_PREDICT would ask, as CREATE MODEL declares it. */
export interface CatalogModel {
  readonly input: readonly CatalogColumn[];
  readonly output: readonly CatalogColumn[];
  readonly options: ReadonlyMap<string, string>;
  readonly comment: string | null;
}

/** Options that tables share: where a service is, and who asks. */
export interface CatalogConnection {
  readonly options: ReadonlyMap<string, string>;
  readonly comment: string | null;
}

/** A live table object; the connector that made it knows its class. */
export interface TableInstance {
  /** The identifier of the connector that serves it. */
  readonly connector: string;
}

/** A stored query. */
export interface CatalogView {
  readonly kind: 'view';
  readonly columns: readonly CatalogColumn[];
  /** As the user wrote it. */
  readonly originalQuery: string;
  /** With qualified names: what is bound where the view is used. */
  readonly expandedQuery: string;
  readonly comment: string | null;
  /**
   * The live object behind a view that was made from a `Table`; null for one of SQL text.
   *
   * @internal
   */
  readonly instance: TableInstance | null;
}

/** A function that CREATE FUNCTION or the API registered in a catalog. */
export interface CatalogFunction {
  /** What the calls are bound to. @internal */
  readonly definition: FunctionDefinition;
  /** The class or module reference, as written, for SHOW and DESCRIBE. */
  readonly identifier: string;
  readonly language: string;
}

/** A database: a name space of a catalog. */
export interface CatalogDatabase {
  readonly comment: string | null;
  readonly options: ReadonlyMap<string, string>;
}

/** What CREATE CATALOG says of a catalog; `options` include its type. */
export interface CatalogInfo {
  readonly comment: string | null;
  readonly options: ReadonlyMap<string, string>;
}

/**
 * A set of databases with tables, views, functions and models. A lookup answers null; the caller
 * errs. Metadata is asked for synchronously: a catalog that has to wait for it has `prepare`.
 */
export interface Catalog {
  readonly name: string;
  readonly defaultDatabase: string;
  readonly info: CatalogInfo;
  /**
   * Another value after every change that did not come through this object: plans are made again,
   * and names prepared again. Needed by catalogs that others change too.
   */
  readonly version?: string | number;
  /**
   * Fetches what there is of a name, table, function or model, so that the lookups can answer.
   * Awaited the first time that a name is used by `executeSql` or `tEnv.prepare`.
   */
  prepare?(object: ObjectPath): Promise<void>;
  /** Lets go of what the catalog holds; called when it is dropped, or the environment closed. */
  close?(): void | Promise<void>;
  /** Replaces what is said of the catalog. */
  alter(info: CatalogInfo): void;
  /** Names, sorted. */
  listDatabases(): readonly string[];
  /** What is said of a database; null when there is none. */
  getDatabase(name: string): CatalogDatabase | null;
  /** Creates the database, or replaces what is said of it. */
  createDatabase(name: string, info: CatalogDatabase): void;
  /** Drops the database with all that is in it. */
  dropDatabase(name: string): void;
  /** Names of tables and views, sorted; null when there is no such database. */
  listTables(database: string): readonly string[] | null;
  /** A table or view; null when there is none. Names are case-sensitive. */
  getTable(database: string, name: string): CatalogTable | CatalogView | null;
  /** Creates or replaces. */
  putTable(database: string, name: string, table: CatalogTable | CatalogView): void;
  /** Drops a table or a view. */
  dropTable(database: string, name: string): void;
  /** Names of functions, sorted; null when there is no such database. */
  listFunctions(database: string): readonly string[] | null;
  /** Function names are not case-sensitive. */
  getFunction(database: string, name: string): CatalogFunction | null;
  /** Creates or replaces. */
  putFunction(database: string, name: string, definition: CatalogFunction): void;
  /** Drops a function. */
  dropFunction(database: string, name: string): void;
  /** Names of models, sorted; null when there is no such database. */
  listModels(database: string): readonly string[] | null;
  /** A model; null when there is none. */
  getModel(database: string, name: string): CatalogModel | null;
  /** Creates or replaces. */
  putModel(database: string, name: string, model: CatalogModel): void;
  /** Drops a model. */
  dropModel(database: string, name: string): void;
  /** The connections, in a catalog that keeps some. */
  readonly connections?: ConnectionStore;
}

/** The connections of a catalog. */
export interface ConnectionStore {
  /** Names, sorted; null when there is no such database. */
  list(database: string): readonly string[] | null;
  /** A connection; null when there is none. */
  get(database: string, name: string): CatalogConnection | null;
  /** Creates or replaces. */
  put(database: string, name: string, connection: CatalogConnection): void;
  /** Drops a connection. */
  drop(database: string, name: string): void;
}
