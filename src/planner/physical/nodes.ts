import type { DynamicTableSink, ScanTableSource } from '../../connectors/connector.ts';
import type { AggregateCall, Expr, WindowCall } from '../../expr/expr.ts';
import type { JoinType } from '../../expr/join-type.ts';
import type { MatchSpec } from '../../expr/match.ts';
import type { Schema } from '../../types/schema.ts';
import type {
  ProcessTable as LogicalProcessTable,
  RankFunction,
  ScanOrigin,
  SinkOrigin,
} from '../logical/nodes.ts';

/**
 * Every physical node on one page. A node is a specification: indexes and expressions, no
 * behaviour. `inputs` always holds the inputs in port order. `rows` is the estimated output.
 *
 * A node runs in as many tasks as its input; only an Exchange changes the number. A plan without
 * any Exchange is meant for one task, and so is everything above an Exchange to `single`.
 */
export type PhysicalPlan =
  | TableSourceScan
  | ValuesScan
  | Calc
  | UdfCalc
  | AsyncUdfCalc
  | HashAggregate
  | OverAggregate
  | Rank
  | Match
  | ProcessTable
  | HashJoin
  | NestedLoopJoin
  | Sort
  | SortLimit
  | Limit
  | Union
  | Unnest
  | Shared
  | Exchange
  | TableSink;

/** The kinds of physical nodes. */
export type PhysicalKind = PhysicalPlan['kind'];
/** The physical node of one kind. */
export type PhysicalNode<K extends PhysicalKind> = Extract<PhysicalPlan, { readonly kind: K }>;

interface NodeBase<K extends string> {
  readonly kind: K;
  readonly schema: Schema;
  readonly inputs: readonly PhysicalPlan[];
  readonly rows: number;
  /** Its number in the profile of a run; absent where nothing is measured. */
  readonly number?: number;
}

/** Reads the splits of a source. */
export interface TableSourceScan extends NodeBase<'TableSourceScan'> {
  readonly table: string;
  readonly source: ScanTableSource;
  readonly origin: ScanOrigin | null;
}

/** Rows of expressions without column references. */
export interface ValuesScan extends NodeBase<'ValuesScan'> {
  readonly values: readonly (readonly Expr[])[];
}

/** Filters by `condition` (null: none), then computes one expression a column. No user code. */
export interface Calc extends NodeBase<'Calc'> {
  readonly condition: Expr | null;
  readonly projections: readonly Expr[];
}

/**
 * Appends one column for each call of a synchronous user-defined scalar function. The arguments
 * are columns of the input: a Calc below has computed them.
 */
export interface UdfCalc extends NodeBase<'UdfCalc'> {
  readonly calls: readonly UdfCall[];
}

/** The same for async functions; ends a chain. */
export interface AsyncUdfCalc extends NodeBase<'AsyncUdfCalc'> {
  readonly calls: readonly UdfCall[];
}

/** One call of a user-defined function over columns. */
export interface UdfCall {
  /** A Call whose definition has a `udf` body and whose arguments are InputRefs or Literals. */
  readonly call: Expr & { readonly kind: 'Call' };
  readonly name: string;
}

/**
 * Groups by columns. `single` reads rows and yields keys, then results. `partial` reads rows and
 * yields keys, then the state columns of each call; `final` reads those and yields results.
 */
export interface HashAggregate extends NodeBase<'HashAggregate'> {
  readonly phase: 'single' | 'partial' | 'final';
  /** Columns of the input (in every phase the first columns of the output). */
  readonly keys: readonly number[];
  /**
   * Arguments and filters are InputRefs to columns of the rows (`single`, `partial`); in `final`
   * they are kept for the types, and the states lie behind the keys in the order of the calls.
   */
  readonly calls: readonly AggregateCall[];
  /** Rows for which it is not TRUE are left out: the filter of a Calc that a task folded in. */
  readonly condition?: Expr;
}

/**
 * Appends one column for each call, over the rows with the same partition columns. The rows come
 * partition by partition, in the order of the keys.
 */
export interface OverAggregate extends NodeBase<'OverAggregate'> {
  /** Columns of the input. */
  readonly partition: readonly number[];
  readonly order: readonly ColumnSortKey[];
  /** Arguments are InputRefs or Literals, filters InputRefs. */
  readonly calls: readonly WindowCall[];
}

/** The rows whose number among those with the same partition columns is at most `limit`. */
export interface Rank extends NodeBase<'Rank'> {
  /** Columns of the input. */
  readonly partition: readonly number[];
  readonly order: readonly ColumnSortKey[];
  readonly function: RankFunction;
  readonly limit: number;
  /** Whether more rows may pass: another Rank sees those of all tasks. */
  readonly local: boolean;
}

/** One row for each match of a pattern: the partition columns, then the measures. */
export interface Match extends NodeBase<'Match'>, MatchSpec {}

/** Calls a process table function with the rows of its input, partition by partition. */
export interface ProcessTable
  extends NodeBase<'ProcessTable'>,
    Omit<LogicalProcessTable, 'kind' | 'schema' | 'input'> {}

/** Equality join. Port 0 is the left input, port 1 the right one. */
export interface HashJoin extends NodeBase<'HashJoin'> {
  readonly joinType: JoinType;
  readonly leftKeys: readonly number[];
  readonly rightKeys: readonly number[];
  /** For each key: whether NULL matches NULL (IS NOT DISTINCT FROM); else NULL matches nothing. */
  readonly nullSafe: readonly boolean[];
  /** What pairs with equal keys must also fulfil; reads left columns, then right ones. */
  readonly residual: Expr | null;
  /** The side that is held in a hash table; the other one streams. */
  readonly build: 'left' | 'right';
}

/** Join on any condition: the right input is held, the left one streams. */
export interface NestedLoopJoin extends NodeBase<'NestedLoopJoin'> {
  readonly joinType: JoinType;
  readonly condition: Expr | null;
}

/** One key of a sort: a column of the input. */
export interface ColumnSortKey {
  readonly column: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** Orders all rows. Rows with equal keys keep their order. */
export interface Sort extends NodeBase<'Sort'> {
  readonly keys: readonly ColumnSortKey[];
}

/** The first rows of an order. */
export interface SortLimit extends NodeBase<'SortLimit'> {
  readonly keys: readonly ColumnSortKey[];
  readonly offset: number;
  readonly limit: number;
}

/** Skips `offset` rows, then passes `limit` rows (null: all). */
export interface Limit extends NodeBase<'Limit'> {
  readonly offset: number;
  readonly limit: number | null;
}

/** The inputs' rows, one input after the other. */
export interface Union extends NodeBase<'Union'> {}

/** One row for each element of an array column: the columns of the input, then the element's. */
export interface Unnest extends NodeBase<'Unnest'> {
  readonly column: number;
  /** Whether a row without elements stays, with NULLs. */
  readonly outer: boolean;
  /** Whether the last column is the position of the element, from 1. */
  readonly ordinality: boolean;
}

/** The rows of its input, which are computed once and kept for all nodes of the same `id`. */
export interface Shared extends NodeBase<'Shared'> {
  readonly id: number;
  /** For people: what the query calls it. */
  readonly name: string;
}

/** Hands rows over to other tasks. */
export interface Exchange extends NodeBase<'Exchange'> {
  /** `single`: one task reads all, in order. `hash`: by the key columns. `broadcast`: all tasks read all. */
  readonly distribution: 'single' | 'hash' | 'broadcast';
  readonly keys: readonly number[];
}

/** Writes the rows; yields one row with the number of rows written. */
export interface TableSink extends NodeBase<'TableSink'> {
  readonly table: string;
  readonly sink: DynamicTableSink;
  readonly origin: SinkOrigin | null;
}
