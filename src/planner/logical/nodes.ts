import type { ObjectIdentifier, TableStatistics } from '../../catalog/catalog.ts';
import type { DynamicTableSink, ScanTableSource } from '../../connectors/connector.ts';
import type { AggregateCall, Expr, SortKey, WindowCall } from '../../expr/expr.ts';
import type { JoinType } from '../../expr/join-type.ts';
import type { MatchSpec } from '../../expr/match.ts';
import type { ProcessFunctionDefinition } from '../../functions/definition.ts';
import type { Schema } from '../../types/schema.ts';

/** The algebra: every logical node on one page. Fields are always present; null means absent. */
export type LogicalPlan =
  | Scan
  | Values
  | Project
  | Filter
  | Aggregate
  | Window
  | Rank
  | Match
  | ProcessTable
  | Join
  | Sort
  | Limit
  | Union
  | Unnest
  | Shared
  | Sink;

/** The kinds of logical nodes. */
export type LogicalKind = LogicalPlan['kind'];
/** The logical node of one kind. */
export type LogicalNode<K extends LogicalKind> = Extract<LogicalPlan, { readonly kind: K }>;

/** Reads a table. The source carries what was pushed into it. */
export interface Scan {
  readonly kind: 'Scan';
  readonly schema: Schema;
  /** The table's full name, for people. */
  readonly table: string;
  readonly source: ScanTableSource;
  /** What ANALYZE TABLE found; null before, and for sources without a table. */
  readonly statistics: TableStatistics | null;
  /** The entry of a catalog that is read: a plan that is kept looks it up again. */
  readonly origin: ScanOrigin | null;
}

/** A table of a catalog, read with the options of a hint. */
export interface ScanOrigin {
  readonly identifier: ObjectIdentifier;
  readonly options: ReadonlyMap<string, string> | null;
  /** The stored columns of the table when the scan was bound. */
  readonly schema: Schema;
  /** What the optimizer gave to the source, in that order. */
  readonly pushed: readonly PushedDown[];
}

/** A part of a plan that its source carries out. */
export type PushedDown =
  | { readonly kind: 'projection'; readonly columns: readonly number[] }
  | {
      readonly kind: 'filters';
      readonly filters: readonly Expr[];
      /** The filters, by index, that were still evaluated above the source. */
      readonly remaining: readonly number[];
    }
  | { readonly kind: 'limit'; readonly rows: number };

/** Rows of expressions without column references. */
export interface Values {
  readonly kind: 'Values';
  readonly schema: Schema;
  readonly rows: readonly (readonly Expr[])[];
}

/** One expression a column. */
export interface Project {
  readonly kind: 'Project';
  readonly schema: Schema;
  readonly input: LogicalPlan;
  readonly exprs: readonly Expr[];
}

/** The rows for which the predicate is TRUE. */
export interface Filter {
  readonly kind: 'Filter';
  readonly schema: Schema;
  readonly input: LogicalPlan;
  readonly predicate: Expr;
}

/** One row a group: the keys, then the aggregates. Without keys one row, even of no input. */
export interface Aggregate {
  readonly kind: 'Aggregate';
  readonly schema: Schema;
  readonly input: LogicalPlan;
  /** Columns of the input. */
  readonly keys: readonly number[];
  readonly calls: readonly AggregateCall[];
}

/** One key of the order inside a partition: a column of the input. */
export interface ColumnOrder {
  readonly column: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** The input's columns, then one for each call, over the rows with the same partition columns. */
export interface Window {
  readonly kind: 'Window';
  readonly schema: Schema;
  readonly input: LogicalPlan;
  /** Columns of the input. */
  readonly partition: readonly number[];
  readonly order: readonly ColumnOrder[];
  readonly calls: readonly WindowCall[];
}

/** The functions that number the rows of a partition from 1 on, by their order. */
export type RankFunction = 'ROW_NUMBER' | 'RANK' | 'DENSE_RANK';

/** The rows whose number among those with the same partition columns is at most `limit`. */
export interface Rank {
  readonly kind: 'Rank';
  readonly schema: Schema;
  readonly input: LogicalPlan;
  /** Columns of the input. */
  readonly partition: readonly number[];
  readonly order: readonly ColumnOrder[];
  readonly function: RankFunction;
  readonly limit: number;
}

/** One row for each match of a pattern: the partition columns, then the measures. */
export interface Match extends MatchSpec {
  readonly kind: 'Match';
  readonly schema: Schema;
  readonly input: LogicalPlan;
}

/**
 * The rows that a process table function makes: columns that are passed through, its own, and the
 * time of `on_time`.
 */
export interface ProcessTable extends ProcessInput {
  readonly kind: 'ProcessTable';
  readonly schema: Schema;
  readonly definition: ProcessFunctionDefinition;
  /** The scalar arguments; they read no columns. */
  readonly args: readonly Expr[];
}

/** The rows that a process table function is called with, of one table or of several. */
export interface ProcessInput {
  readonly input: LogicalPlan;
  readonly tables: readonly ProcessTableArgument[];
  /** The column that holds the number of the row's table; null when there is one table. */
  readonly tag: number | null;
  /** Columns of the input, as in `order` and `time`. */
  readonly partition: readonly number[];
  readonly order: readonly ColumnOrder[];
  readonly time: number | null;
  /** The columns that go into the output, and their names there. */
  readonly passed: readonly { readonly column: number; readonly name: string }[];
}

/** A table argument: the columns of the input that make its rows, and what the function calls them. */
export interface ProcessTableArgument {
  readonly argument: string;
  readonly columns: readonly number[];
  readonly names: readonly string[];
}

/** Pairs of rows; the condition reads the left columns, then the right ones. */
export interface Join {
  readonly kind: 'Join';
  readonly schema: Schema;
  readonly left: LogicalPlan;
  readonly right: LogicalPlan;
  readonly joinType: JoinType;
  /** Null: every pair matches. */
  readonly condition: Expr | null;
}

/** Orders the rows. */
export interface Sort {
  readonly kind: 'Sort';
  readonly schema: Schema;
  readonly input: LogicalPlan;
  readonly keys: readonly SortKey[];
}

/** Skips `offset` rows, then passes `limit` rows (null: all). */
export interface Limit {
  readonly kind: 'Limit';
  readonly schema: Schema;
  readonly input: LogicalPlan;
  readonly offset: number;
  readonly limit: number | null;
}

/** UNION ALL: the inputs' rows one after the other; all inputs have the same column types. */
export interface Union {
  readonly kind: 'Union';
  readonly schema: Schema;
  readonly inputs: readonly LogicalPlan[];
}

/**
 * One row for each element of an array column (also MAP, MULTISET): the columns of the input, then
 * those of the element (the fields of a ROW, else one column; key and value of a MAP).
 */
export interface Unnest {
  readonly kind: 'Unnest';
  readonly schema: Schema;
  readonly input: LogicalPlan;
  /** The column of the input that holds the arrays. */
  readonly column: number;
  /** Whether a row without elements stays, with NULLs. */
  readonly outer: boolean;
  /** Whether the last column is the position of the element, from 1. */
  readonly ordinality: boolean;
}

/**
 * Reads some columns of a plan that is computed once for all that read it. It has no inputs: what
 * walks through a plan sees the body only where it asks for it.
 */
export interface Shared {
  readonly kind: 'Shared';
  readonly schema: Schema;
  /** Readers of one plan have the same object. */
  readonly body: SharedBody;
  /** Columns of the body. */
  readonly columns: readonly number[];
}

/** A plan that several nodes read. */
export interface SharedBody {
  /** For people: what the query calls it. */
  readonly name: string;
  readonly plan: LogicalPlan;
}

/** Writes the rows to a table. */
export interface Sink {
  readonly kind: 'Sink';
  readonly schema: Schema;
  readonly input: LogicalPlan;
  readonly table: string;
  readonly sink: DynamicTableSink;
  /** The entry of a catalog that is written; null where that is not all there is to the write. */
  readonly origin: SinkOrigin | null;
}

/** A table of a catalog, written by an INSERT with the options of a hint. */
export interface SinkOrigin {
  readonly identifier: ObjectIdentifier;
  readonly options: ReadonlyMap<string, string> | null;
  readonly overwrite: boolean;
  /** The columns that the sink takes. */
  readonly schema: Schema;
}
