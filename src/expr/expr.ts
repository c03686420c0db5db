import type {
  AggregateFunctionDefinition,
  ScalarFunctionDefinition,
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

/** One key of an ORDER BY. */
export interface SortKey {
  readonly expr: Expr;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}
