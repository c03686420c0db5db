import type {
  AggregateFunctionDefinition,
  ScalarFunctionDefinition,
  WindowFunctionDefinition,
} from '../functions/definition.ts';
import type { DataType } from '../types/data-type.ts';

/** A bound expression: every name resolved, every type known, every cast written out. */
export type Expr = Literal | InputRef | Parameter | Call | Cast | Case;

/** A constant: an internal value of its type. */
export interface Literal {
  readonly kind: 'Literal';
  readonly type: DataType;
  readonly value: unknown;
}

/** A column of the input, by index. */
export interface InputRef {
  readonly kind: 'InputRef';
  readonly type: DataType;
  readonly index: number;
}

/** A `?` or `:name`: becomes a literal when the statement runs. */
export interface Parameter {
  readonly kind: 'Parameter';
  readonly type: DataType;
  readonly index: number;
}

/** A call of a scalar function or operator. AND, OR and NOT are calls. */
export interface Call {
  readonly kind: 'Call';
  readonly type: DataType;
  readonly definition: ScalarFunctionDefinition;
  readonly args: readonly Expr[];
}

/** CAST, or TRY_CAST when `safe`: a failure is then NULL. */
export interface Cast {
  readonly kind: 'Cast';
  readonly type: DataType;
  readonly input: Expr;
  readonly safe: boolean;
}

/** CASE WHEN: the first branch whose condition is TRUE, else `otherwise`. */
export interface Case {
  readonly kind: 'Case';
  readonly type: DataType;
  readonly branches: readonly { readonly when: Expr; readonly then: Expr }[];
  readonly otherwise: Expr;
}

/** A call of an aggregate function: what Aggregate nodes hold. */
export interface AggregateCall {
  readonly definition: AggregateFunctionDefinition;
  readonly type: DataType;
  readonly args: readonly Expr[];
  readonly distinct: boolean;
  /** FILTER (WHERE …); null when every row counts. */
  readonly filter: Expr | null;
}

/** A call with OVER: what Window nodes hold. */
export interface WindowCall {
  readonly definition: AggregateFunctionDefinition | WindowFunctionDefinition;
  readonly type: DataType;
  readonly args: readonly Expr[];
  readonly distinct: boolean;
  /** FILTER (WHERE …); null when every row counts. */
  readonly filter: Expr | null;
  /** The rows around a row that an aggregate sees; window functions see the whole partition. */
  readonly frame: WindowFrame;
}

/** The rows from `start` to `end` around a row, in the order of its partition. */
export interface WindowFrame {
  /** Whether offsets count rows or are distances of the order key. */
  readonly unit: 'ROWS' | 'RANGE';
  readonly start: FrameBound;
  readonly end: FrameBound;
}

/**
 * One end of a frame. `current` is the row itself (ROWS) or its peers (RANGE). Offsets are
 * literals: a BIGINT number of rows, or a number or interval to go from the order key.
 */
export type FrameBound =
  | { readonly bound: 'unbounded' }
  | { readonly bound: 'current' }
  | { readonly bound: 'offset'; readonly offset: Literal; readonly following: boolean };

/** One key of an ORDER BY. */
export interface SortKey {
  readonly expr: Expr;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}
