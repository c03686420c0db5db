import type {
  AlterCatalog,
  AlterConnection,
  AlterDatabase,
  AlterFunction,
  AlterMaterializedTable,
  AlterModel,
  AlterTable,
  AlterView,
  CreateCatalog,
  CreateConnection,
  CreateDatabase,
  CreateFunction,
  CreateMaterializedTable,
  CreateModel,
  CreateTable,
  CreateView,
  Drop,
} from './ddl.ts';
import type { CallArg, Expr } from './expressions.ts';
import type { Identifier, Node } from './node.ts';
import type { Hint, Query } from './queries.ts';
import type { PartitionSpec, Property } from './tables.ts';

/** One SQL statement. */
export type Statement =
  | QueryStatement
  | Insert
  | Update
  | Delete
  | Truncate
  | StatementSet
  | BeginStatementSet
  | EndStatementSet
  | CreateTable
  | CreateView
  | CreateFunction
  | CreateCatalog
  | CreateDatabase
  | CreateModel
  | CreateConnection
  | CreateMaterializedTable
  | AlterTable
  | AlterMaterializedTable
  | AlterView
  | AlterFunction
  | AlterCatalog
  | AlterDatabase
  | AlterModel
  | AlterConnection
  | Drop
  | Explain
  | Describe
  | DescribeJob
  | ShowObjects
  | ShowCurrent
  | ShowCreate
  | ShowColumns
  | ShowPartitions
  | ShowModules
  | Use
  | UseModules
  | LoadModule
  | UnloadModule
  | SetOption
  | ResetOption
  | Analyze
  | CallProcedure
  | JarStatement
  | StopJob
  | CompilePlan
  | ExecutePlan;

/** The kinds of statements. */
export type StatementKind = Statement['kind'];

// ── shared parts ─────────────────────────────────────────────────────────────────────────────

/** `[NOT] LIKE | ILIKE 'pattern'` of a SHOW statement. */
export interface ShowFilter extends Node<'ShowFilter'> {
  readonly form: 'LIKE' | 'ILIKE';
  readonly pattern: string;
  readonly negated: boolean;
}

// ── queries and changes ──────────────────────────────────────────────────────────────────────

/** A query as a statement; also EXECUTE query. */
export interface QueryStatement extends Node<'QueryStatement'> {
  readonly query: Query;
}

/** `[EXECUTE] INSERT INTO | OVERWRITE t [PARTITION (..)] [(columns)] query [ON CONFLICT DO ..]`. */
export interface Insert extends Node<'Insert'> {
  readonly overwrite: boolean;
  readonly table: Identifier;
  /** Hints after the table name. */
  readonly hints: readonly Hint[];
  readonly partition: PartitionSpec | null;
  readonly columns: readonly Identifier[] | null;
  readonly query: Query;
  readonly onConflict: 'NOTHING' | 'ERROR' | 'DEDUPLICATE' | null;
}

/** `UPDATE t [AS a] SET column = expr, .. [WHERE ..]`. */
export interface Update extends Node<'Update'> {
  readonly table: Identifier;
  readonly alias: string | null;
  readonly assignments: readonly { readonly column: Identifier; readonly value: Expr }[];
  readonly where: Expr | null;
}

/** `DELETE FROM t [AS a] [WHERE ..]`. */
export interface Delete extends Node<'Delete'> {
  readonly table: Identifier;
  readonly alias: string | null;
  readonly where: Expr | null;
}

/** `TRUNCATE TABLE t`. */
export interface Truncate extends Node<'Truncate'> {
  readonly table: Identifier;
}

/** `[EXECUTE] STATEMENT SET BEGIN insert; insert; END`. */
export interface StatementSet extends Node<'StatementSet'> {
  readonly statements: readonly Insert[];
}

/** `BEGIN STATEMENT SET`: what follows is collected until END. */
export type BeginStatementSet = Node<'BeginStatementSet'>;

/** `END`: runs the collected statements. */
export type EndStatementSet = Node<'EndStatementSet'>;

// ── looking and steering ─────────────────────────────────────────────────────────────────────

/** Extra details of EXPLAIN. */
export type ExplainDetail =
  | 'ESTIMATED_COST'
  | 'CHANGELOG_MODE'
  | 'PLAN_ADVICE'
  | 'JSON_EXECUTION_PLAN';

/** The forms in which EXPLAIN shows a plan. */
export const EXPLAIN_FORMATS = ['TEXT', 'JSON', 'MERMAID', 'HTML'] as const;

/** One of them. */
export type ExplainFormat = (typeof EXPLAIN_FORMATS)[number];

/** EXPLAIN [details] [PLAN FOR] statement, EXPLAIN ANALYZE statement, EXPLAIN (options) statement. */
export interface Explain extends Node<'Explain'> {
  /** Whether the statement runs, and its operators are measured. */
  readonly analyze: boolean;
  readonly format: ExplainFormat;
  readonly details: readonly ExplainDetail[];
  /** A QueryStatement, Insert, StatementSet, CreateTable with a query, Update or Delete. */
  readonly statement: Statement;
}

/** DESCRIBE [TABLE | CATALOG | ...] [EXTENDED] name. */
export interface Describe extends Node<'Describe'> {
  readonly object: 'TABLE' | 'CATALOG' | 'DATABASE' | 'FUNCTION' | 'MODEL' | 'CONNECTION';
  readonly extended: boolean;
  readonly name: Identifier;
}

/** DESCRIBE JOB 'id'. */
export interface DescribeJob extends Node<'DescribeJob'> {
  readonly jobId: string;
}

/** SHOW TABLES and the like. */
export interface ShowObjects extends Node<'ShowObjects'> {
  readonly objects:
    | 'CATALOGS'
    | 'DATABASES'
    | 'TABLES'
    | 'VIEWS'
    | 'MATERIALIZED TABLES'
    | 'FUNCTIONS'
    | 'USER FUNCTIONS'
    | 'PROCEDURES'
    | 'MODELS'
    | 'CONNECTIONS'
    | 'JARS'
    | 'JOBS';
  /** FROM | IN: the catalog of databases, the database of everything else. */
  readonly from: Identifier | null;
  readonly filter: ShowFilter | null;
}

/** SHOW CURRENT CATALOG | DATABASE. */
export interface ShowCurrent extends Node<'ShowCurrent'> {
  readonly object: 'CATALOG' | 'DATABASE';
}

/** SHOW CREATE TABLE t. */
export interface ShowCreate extends Node<'ShowCreate'> {
  readonly object: 'TABLE' | 'VIEW' | 'CATALOG' | 'MODEL' | 'CONNECTION' | 'MATERIALIZED TABLE';
  /** SHOW CREATE OR ALTER MATERIALIZED TABLE. */
  readonly orAlter: boolean;
  readonly name: Identifier;
}

/** SHOW COLUMNS FROM t. */
export interface ShowColumns extends Node<'ShowColumns'> {
  readonly table: Identifier;
  readonly filter: ShowFilter | null;
}

/** SHOW PARTITIONS t [PARTITION (..)]. */
export interface ShowPartitions extends Node<'ShowPartitions'> {
  readonly table: Identifier;
  readonly partition: PartitionSpec | null;
}

/** SHOW [FULL] MODULES. */
export interface ShowModules extends Node<'ShowModules'> {
  readonly full: boolean;
}

/** USE CATALOG c, USE db. */
export interface Use extends Node<'Use'> {
  readonly object: 'CATALOG' | 'DATABASE';
  readonly name: Identifier;
}

/** USE MODULES a, b. */
export interface UseModules extends Node<'UseModules'> {
  readonly modules: readonly string[];
}

/** LOAD MODULE m [WITH (..)]. */
export interface LoadModule extends Node<'LoadModule'> {
  readonly name: string;
  readonly options: readonly Property[] | null;
}

/** UNLOAD MODULE m. */
export interface UnloadModule extends Node<'UnloadModule'> {
  readonly name: string;
}

/** SET 'key' = 'value'; SET alone (nulls) lists every option. */
export interface SetOption extends Node<'SetOption'> {
  readonly key: string | null;
  readonly value: string | null;
}

/** RESET 'key'; RESET alone (null) resets every option. */
export interface ResetOption extends Node<'ResetOption'> {
  readonly key: string | null;
}

/** ANALYZE TABLE t [PARTITION (..)] COMPUTE STATISTICS [FOR ..]. */
export interface Analyze extends Node<'Analyze'> {
  readonly table: Identifier;
  readonly partition: PartitionSpec | null;
  /** The columns of FOR COLUMNS, 'ALL' for FOR ALL COLUMNS, null for the table alone. */
  readonly columns: readonly string[] | 'ALL' | null;
}

/** CALL procedure(args). */
export interface CallProcedure extends Node<'CallProcedure'> {
  readonly name: Identifier;
  readonly args: readonly CallArg[];
}

/** ADD JAR, REMOVE JAR. */
export interface JarStatement extends Node<'JarStatement'> {
  readonly operation: 'ADD' | 'REMOVE';
  readonly path: string;
}

/** STOP JOB 'id' [WITH SAVEPOINT] [WITH DRAIN]. */
export interface StopJob extends Node<'StopJob'> {
  readonly jobId: string;
  readonly savepoint: boolean;
  readonly drain: boolean;
}

/** COMPILE [AND EXECUTE] PLAN 'file' [IF NOT EXISTS] FOR statement. */
export interface CompilePlan extends Node<'CompilePlan'> {
  readonly path: string;
  readonly ifNotExists: boolean;
  readonly execute: boolean;
  readonly statement: Insert | StatementSet;
}

/** EXECUTE PLAN 'file'. */
export interface ExecutePlan extends Node<'ExecutePlan'> {
  readonly path: string;
}
