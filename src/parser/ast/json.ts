import type { Expr } from './expressions.ts';
import type { Node } from './node.ts';
import type { OrderItem, WindowName, WindowSpec } from './queries.ts';
import type { TypeName } from './types.ts';

/** What a JSON function gives when there is nothing, or when it fails. */
export interface JsonBehavior {
  readonly action:
    | 'NULL'
    | 'ERROR'
    | 'DEFAULT'
    | 'EMPTY'
    | 'EMPTY ARRAY'
    | 'EMPTY OBJECT'
    | 'TRUE'
    | 'FALSE'
    | 'UNKNOWN';
  /** The value of DEFAULT; null otherwise. */
  readonly value: Expr | null;
}

/** `JSON_VALUE(input, path [RETURNING type] [.. ON EMPTY] [.. ON ERROR])`. */
export interface JsonValue extends Node<'JsonValue'> {
  readonly input: Expr;
  readonly path: Expr;
  readonly returning: TypeName | null;
  readonly onEmpty: JsonBehavior | null;
  readonly onError: JsonBehavior | null;
}

/** `JSON_QUERY(input, path [RETURNING type] [.. WRAPPER] [.. ON EMPTY] [.. ON ERROR])`. */
export interface JsonQuery extends Node<'JsonQuery'> {
  readonly input: Expr;
  readonly path: Expr;
  readonly returning: TypeName | null;
  readonly wrapper: 'WITHOUT' | 'CONDITIONAL' | 'UNCONDITIONAL' | null;
  readonly onEmpty: JsonBehavior | null;
  readonly onError: JsonBehavior | null;
}

/** `JSON_EXISTS(input, path [.. ON ERROR])`. */
export interface JsonExists extends Node<'JsonExists'> {
  readonly input: Expr;
  readonly path: Expr;
  readonly onError: JsonBehavior | null;
}

/** What becomes of NULL values; null is the function's default. */
export type JsonNullHandling = 'NULL ON NULL' | 'ABSENT ON NULL' | null;

/** `JSON_OBJECT(KEY k VALUE v, k : v, ... [NULL | ABSENT ON NULL])`. */
export interface JsonObject extends Node<'JsonObject'> {
  readonly entries: readonly {
    readonly key: Expr;
    readonly value: Expr;
    readonly formatJson: boolean;
  }[];
  readonly nullHandling: JsonNullHandling;
}

/** `JSON_ARRAY(v, ... [NULL | ABSENT ON NULL])`. */
export interface JsonArray extends Node<'JsonArray'> {
  readonly items: readonly { readonly value: Expr; readonly formatJson: boolean }[];
  readonly nullHandling: JsonNullHandling;
}

/** `JSON_OBJECTAGG(KEY k VALUE v [NULL | ABSENT ON NULL]) [FILTER ..] [OVER ..]`. */
export interface JsonObjectAgg extends Node<'JsonObjectAgg'> {
  readonly key: Expr;
  readonly value: Expr;
  readonly formatJson: boolean;
  readonly nullHandling: JsonNullHandling;
  readonly filter: Expr | null;
  readonly over: WindowSpec | WindowName | null;
}

/** `JSON_ARRAYAGG(v [ORDER BY ..] [NULL | ABSENT ON NULL]) [FILTER ..] [OVER ..]`. */
export interface JsonArrayAgg extends Node<'JsonArrayAgg'> {
  readonly value: Expr;
  readonly formatJson: boolean;
  readonly orderBy: readonly OrderItem[];
  readonly nullHandling: JsonNullHandling;
  readonly filter: Expr | null;
  readonly over: WindowSpec | WindowName | null;
}
