import type { CatalogTable, ObjectIdentifier } from '../../catalog/catalog.ts';
import type { DynamicTableSink, ScanTableSource } from '../../connectors/connector.ts';
import type { FunctionDefinition, StatementContext } from '../../functions/definition.ts';
import type { Expr as SyntaxExpr } from '../../parser/ast/expressions.ts';
import type { Query } from '../../parser/ast/queries.ts';
import type { DataType } from '../../types/data-type.ts';
import type { LogicalPlan } from '../logical/nodes.ts';

/** What the binder asks of its surroundings. The table layer answers; nothing here waits. */
export interface BindContext {
  /** What is constant for the statement: time zone, current time, configuration. */
  readonly statement: StatementContext;
  /** The values of `?` and `:name`. */
  readonly parameters: ParameterValues;
  /**
   * The table or view of a name of one to three parts, resolved against the current catalog and
   * database; null when there is none. `options` are those of an OPTIONS hint: the columns of a
   * file depend on them.
   */
  resolveTable(
    path: readonly string[],
    options?: ReadonlyMap<string, string> | null,
  ): ResolvedTable | null;
  /** Whether a text is the path of a file of a known format: for hints. */
  namesFile(text: string): boolean;
  /** Names of tables and views that an unqualified name may mean: for hints. */
  tableNames(): Iterable<string>;
  /**
   * The function of a name, in Flink's order: temporary system, system (built-in), temporary
   * catalog, catalog. Case-insensitive. Null when there is none.
   */
  resolveFunction(path: readonly string[]): FunctionDefinition | null;
  /** Names of user-defined functions: for hints. */
  functionNames(): Iterable<string>;
  /** What to say of a name that is not there because its statement is not done; null if all are. */
  awaitHint(): string | null;
  /** Parses the query of a view. Spans point into `text`. */
  parseQuery(text: string): Query;
  /** Parses the expression of a computed column. Spans point into `text`. */
  parseExpression(text: string): SyntaxExpr;
}

/** The values given for the placeholders of a statement. */
export interface ParameterValues {
  readonly positional: readonly ParameterValue[];
  readonly named: ReadonlyMap<string, ParameterValue>;
}

/**
 * One value. A `Parameter` expression holds `index`: positional values count from 0, named ones
 * go on behind them.
 */
export interface ParameterValue {
  readonly index: number;
  readonly type: DataType;
  /**
   * The internal value. The binder reads it only where a plan depends on the value itself (LIMIT ?),
   * through this function: a plan whose binding called it must not be reused for other values.
   */
  value(): unknown;
}

/** What a name in FROM or INSERT INTO means. */
export type ResolvedTable = ResolvedCatalogTable | ResolvedView | ResolvedPlan;

/** A table of a catalog. */
export interface ResolvedCatalogTable {
  readonly kind: 'table';
  readonly identifier: ObjectIdentifier;
  readonly table: CatalogTable;
  /**
   * The source for one scan: yields the physical and metadata columns in the order of the
   * declaration. `options` are those of an OPTIONS hint, which override the table's.
   */
  source(options: ReadonlyMap<string, string> | null): ScanTableSource;
  /** The sink of one INSERT: takes the physical and the persisted metadata columns. */
  sink(write: SinkWrite): DynamicTableSink;
}

/** How an INSERT writes. */
export interface SinkWrite {
  readonly overwrite: boolean;
  readonly options: ReadonlyMap<string, string> | null;
}

/** A view: its stored query is bound where it is used. */
export interface ResolvedView {
  readonly kind: 'view';
  readonly identifier: ObjectIdentifier;
  /** The query with qualified names. */
  readonly text: string;
  /** The view's column names; the query's own names give way to them. */
  readonly columns: readonly string[];
}

/** A name that stands for a plan already bound: a temporary view over a `Table`, or an operand. */
export interface ResolvedPlan {
  readonly kind: 'plan';
  /** Null for what users have no name for: its columns have no qualifier then. */
  readonly identifier: ObjectIdentifier | null;
  readonly plan: LogicalPlan;
}
