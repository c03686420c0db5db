import type { Expr, IntervalLiteral } from './expressions.ts';
import type { Identifier, Node } from './node.ts';
import type { Query } from './queries.ts';
import type { Distribution, PartitionSpec, Property, TableElement, TableLike } from './tables.ts';

// ── CREATE ───────────────────────────────────────────────────────────────────────────────────

/** CREATE TABLE, CREATE TABLE AS, [CREATE OR] REPLACE TABLE AS. */
export interface CreateTable extends Node<'CreateTable'> {
  readonly mode: 'CREATE' | 'REPLACE' | 'CREATE OR REPLACE';
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly name: Identifier;
  /** Null when there are no parentheses. */
  readonly elements: readonly TableElement[] | null;
  readonly comment: string | null;
  readonly distribution: Distribution | null;
  readonly partitionedBy: readonly string[] | null;
  /** Null when there is no WITH. */
  readonly options: readonly Property[] | null;
  /** The connection of USING CONNECTION. */
  readonly connection: Identifier | null;
  readonly like: TableLike | null;
  /** The query of AS. */
  readonly query: Query | null;
}

/** CREATE [OR REPLACE] [TEMPORARY] VIEW. */
export interface CreateView extends Node<'CreateView'> {
  readonly orReplace: boolean;
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly name: Identifier;
  readonly columns: readonly { readonly name: string; readonly comment: string | null }[] | null;
  readonly comment: string | null;
  /** Its span gives the text that the catalog stores. */
  readonly query: Query;
}

/** How a function lives: in a catalog, in the session under a catalog's name, or in the session for all. */
export type FunctionScope = 'CATALOG' | 'TEMPORARY' | 'TEMPORARY SYSTEM';

/** Languages that CREATE FUNCTION may name. */
export type FunctionLanguage = 'JAVA' | 'SCALA' | 'PYTHON' | 'JAVASCRIPT';

/** `CREATE FUNCTION f AS './udfs.ts#score' LANGUAGE JAVASCRIPT`. */
export interface CreateFunction extends Node<'CreateFunction'> {
  readonly scope: FunctionScope;
  readonly ifNotExists: boolean;
  readonly name: Identifier;
  /** The text after AS: a class, or a module and export. */
  readonly reference: string;
  readonly language: FunctionLanguage | null;
  readonly resources: readonly { readonly type: 'JAR' | 'ARTIFACT'; readonly path: string }[];
  readonly options: readonly Property[] | null;
}

/** CREATE CATALOG. */
export interface CreateCatalog extends Node<'CreateCatalog'> {
  readonly ifNotExists: boolean;
  readonly name: string;
  readonly comment: string | null;
  readonly options: readonly Property[] | null;
}

/** CREATE DATABASE. */
export interface CreateDatabase extends Node<'CreateDatabase'> {
  readonly ifNotExists: boolean;
  readonly name: Identifier;
  readonly comment: string | null;
  readonly options: readonly Property[] | null;
}

/** CREATE MODEL. */
export interface CreateModel extends Node<'CreateModel'> {
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly name: Identifier;
  readonly input: readonly TableElement[] | null;
  readonly output: readonly TableElement[] | null;
  readonly comment: string | null;
  readonly options: readonly Property[] | null;
  readonly query: Query | null;
}

/** CREATE CONNECTION. */
export interface CreateConnection extends Node<'CreateConnection'> {
  readonly scope: FunctionScope;
  readonly ifNotExists: boolean;
  readonly name: Identifier;
  readonly comment: string | null;
  readonly options: readonly Property[] | null;
}

/** START_MODE of a materialized table; `argument` is a TIMESTAMP or INTERVAL literal. */
export interface StartMode extends Node<'StartMode'> {
  readonly mode:
    | 'FROM_BEGINNING'
    | 'FROM_NOW'
    | 'FROM_TIMESTAMP'
    | 'RESUME_OR_FROM_BEGINNING'
    | 'RESUME_OR_FROM_NOW'
    | 'RESUME_OR_FROM_TIMESTAMP';
  readonly argument: Expr | null;
}

/** CREATE [OR ALTER] MATERIALIZED TABLE. */
export interface CreateMaterializedTable extends Node<'CreateMaterializedTable'> {
  readonly orAlter: boolean;
  readonly ifNotExists: boolean;
  readonly name: Identifier;
  readonly elements: readonly TableElement[] | null;
  readonly comment: string | null;
  readonly distribution: Distribution | null;
  readonly partitionedBy: readonly string[] | null;
  readonly options: readonly Property[] | null;
  readonly startMode: StartMode | null;
  readonly freshness: IntervalLiteral | null;
  readonly refreshMode: 'CONTINUOUS' | 'FULL' | null;
  readonly query: Query;
}

// ── ALTER and DROP ───────────────────────────────────────────────────────────────────────────

/** Where an added or modified column goes. */
export type ColumnPosition =
  | { readonly place: 'FIRST' }
  | { readonly place: 'AFTER'; readonly column: Identifier };

/** One element of ALTER TABLE ADD or MODIFY. */
export interface SchemaChange {
  readonly element: TableElement | Distribution;
  readonly position: ColumnPosition | null;
}

/** What ALTER TABLE does to the schema of a table. */
export type SchemaAction =
  | { readonly action: 'ADD'; readonly changes: readonly SchemaChange[] }
  | { readonly action: 'MODIFY'; readonly changes: readonly SchemaChange[] }
  | { readonly action: 'DROP COLUMNS'; readonly columns: readonly Identifier[] }
  | { readonly action: 'DROP PRIMARY KEY' }
  | { readonly action: 'DROP CONSTRAINT'; readonly name: string }
  | { readonly action: 'DROP WATERMARK' }
  | { readonly action: 'DROP DISTRIBUTION' };

/** What ALTER does to options. */
export type OptionAction =
  | { readonly action: 'SET'; readonly options: readonly Property[] }
  | { readonly action: 'RESET'; readonly keys: readonly string[] };

/** ALTER TABLE [IF EXISTS]. */
export interface AlterTable extends Node<'AlterTable'> {
  readonly ifExists: boolean;
  readonly name: Identifier;
  readonly change:
    | SchemaAction
    | OptionAction
    | { readonly action: 'RENAME'; readonly to: Identifier }
    | { readonly action: 'RENAME COLUMN'; readonly column: Identifier; readonly to: Identifier }
    | {
        readonly action: 'ADD PARTITIONS';
        readonly ifNotExists: boolean;
        readonly partitions: readonly {
          readonly spec: PartitionSpec;
          readonly options: readonly Property[] | null;
        }[];
      }
    | {
        readonly action: 'DROP PARTITIONS';
        readonly ifExists: boolean;
        readonly partitions: readonly PartitionSpec[];
      };
}

/** ALTER MATERIALIZED TABLE. */
export interface AlterMaterializedTable extends Node<'AlterMaterializedTable'> {
  readonly name: Identifier;
  readonly change:
    | SchemaAction
    | OptionAction
    | { readonly action: 'SUSPEND' }
    | { readonly action: 'RESUME'; readonly options: readonly Property[] | null }
    | { readonly action: 'REFRESH'; readonly partition: PartitionSpec | null }
    | { readonly action: 'SET FRESHNESS'; readonly freshness: IntervalLiteral }
    | { readonly action: 'SET REFRESH_MODE'; readonly refreshMode: 'CONTINUOUS' | 'FULL' }
    | { readonly action: 'AS'; readonly startMode: StartMode | null; readonly query: Query };
}

/** ALTER VIEW. */
export interface AlterView extends Node<'AlterView'> {
  readonly ifExists: boolean;
  readonly name: Identifier;
  readonly change:
    | { readonly action: 'RENAME'; readonly to: Identifier }
    | { readonly action: 'AS'; readonly query: Query };
}

/** ALTER [TEMPORARY [SYSTEM]] FUNCTION. */
export interface AlterFunction extends Node<'AlterFunction'> {
  readonly scope: FunctionScope;
  readonly ifExists: boolean;
  readonly name: Identifier;
  readonly reference: string;
  readonly language: FunctionLanguage | null;
}

/** ALTER CATALOG. */
export interface AlterCatalog extends Node<'AlterCatalog'> {
  readonly name: string;
  readonly change: OptionAction | { readonly action: 'COMMENT'; readonly comment: string };
}

/** ALTER DATABASE. */
export interface AlterDatabase extends Node<'AlterDatabase'> {
  readonly name: Identifier;
  readonly change: OptionAction;
}

/** ALTER MODEL. */
export interface AlterModel extends Node<'AlterModel'> {
  readonly ifExists: boolean;
  readonly name: Identifier;
  readonly change: OptionAction | { readonly action: 'RENAME'; readonly to: Identifier };
}

/** ALTER CONNECTION. */
export interface AlterConnection extends Node<'AlterConnection'> {
  readonly ifExists: boolean;
  readonly name: Identifier;
  readonly change: OptionAction | { readonly action: 'RENAME'; readonly to: Identifier };
}

/** DROP of anything. */
export interface Drop extends Node<'Drop'> {
  readonly object:
    | 'TABLE'
    | 'VIEW'
    | 'FUNCTION'
    | 'CATALOG'
    | 'DATABASE'
    | 'MODEL'
    | 'CONNECTION'
    | 'MATERIALIZED TABLE';
  readonly temporary: boolean;
  /** DROP TEMPORARY SYSTEM FUNCTION | CONNECTION. */
  readonly system: boolean;
  readonly ifExists: boolean;
  readonly name: Identifier;
  /** DROP DATABASE d CASCADE. */
  readonly cascade: boolean;
}
