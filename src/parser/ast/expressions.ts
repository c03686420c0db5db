import type {
  JsonArray,
  JsonArrayAgg,
  JsonExists,
  JsonObject,
  JsonObjectAgg,
  JsonQuery,
  JsonValue,
} from './json.ts';
import type { Identifier, IntervalQualifier, Node, TimeUnit } from './node.ts';
import type { OrderItem, Query, WindowName, WindowSpec } from './queries.ts';
import type { TypeName } from './types.ts';

/**
 * The syntax of expressions: names as written, nothing resolved.
 *
 * Every node is plain data with a `kind` and a `span` (null when the Table API built the node).
 * Parentheses leave no node. Syntax that only orders arguments in another way is an ordinary
 * `Call`: SUBSTRING(a FROM b FOR c), POSITION(a IN b), OVERLAY(a PLACING b FROM c FOR d).
 * A chain of operators leans to the left and may be long (`1 + 1 + ... + 1`): walk `Binary.left`
 * with a loop. AND, OR and lists are flat.
 */
export type Expr =
  | NullLiteral
  | BooleanLiteral
  | NumberLiteral
  | StringLiteral
  | BinaryLiteral
  | TemporalLiteral
  | IntervalLiteral
  | Identifier
  | PositionalParameter
  | NamedParameter
  | Unary
  | Binary
  | Logical
  | IsTest
  | IsJson
  | Between
  | InList
  | InQuery
  | Like
  | Exists
  | QuantifiedQuery
  | QuantifiedList
  | Subquery
  | CollectionQuery
  | Case
  | Cast
  | Call
  | Extract
  | Trim
  | RoundToUnit
  | TimestampArithmetic
  | JsonValue
  | JsonQuery
  | JsonExists
  | JsonObject
  | JsonArray
  | JsonObjectAgg
  | JsonArrayAgg
  | RowConstructor
  | CollectionConstructor
  | ElementAccess
  | FieldAccess
  | MatchMeasure;

/** The kinds of expression nodes. */
export type ExprKind = Expr['kind'];

// ── names, literals, parameters ──────────────────────────────────────────────────────────────

/** NULL. */
export type NullLiteral = Node<'NullLiteral'>;

/** TRUE, FALSE or UNKNOWN (null). */
export interface BooleanLiteral extends Node<'BooleanLiteral'> {
  readonly value: boolean | null;
}

/** A number without a sign, its text as written. */
export interface NumberLiteral extends Node<'NumberLiteral'> {
  readonly text: string;
  /** `12` is an integer, `1.2` a decimal, `1.2e3` approximate. */
  readonly form: 'integer' | 'decimal' | 'approximate';
}

/** 'text', U&'text', E'text', with every escape resolved. */
export interface StringLiteral extends Node<'StringLiteral'> {
  readonly value: string;
}

/** X'0aff'. */
export interface BinaryLiteral extends Node<'BinaryLiteral'> {
  readonly value: Uint8Array;
}

/** DATE '...', TIME '...', TIMESTAMP '...', TIMESTAMP WITH LOCAL TIME ZONE '...'; text unchecked. */
export interface TemporalLiteral extends Node<'TemporalLiteral'> {
  readonly type: 'DATE' | 'TIME' | 'TIMESTAMP' | 'TIMESTAMP_LTZ';
  readonly text: string;
}

/** INTERVAL [-] '...' qualifier; text unchecked. */
export interface IntervalLiteral extends Node<'IntervalLiteral'> {
  readonly text: string;
  /** True for a minus sign before the quoted text. */
  readonly negative: boolean;
  readonly qualifier: IntervalQualifier;
}

/** `?`: the placeholder number `index`, counted from 0 over the whole text. */
export interface PositionalParameter extends Node<'PositionalParameter'> {
  readonly index: number;
}

/** `:name`. */
export interface NamedParameter extends Node<'NamedParameter'> {
  readonly name: string;
}

// ── operators and predicates ─────────────────────────────────────────────────────────────────

/** A sign or NOT. */
export interface Unary extends Node<'Unary'> {
  readonly op: '+' | '-' | 'NOT';
  readonly operand: Expr;
}

/** Operators between two values. */
export type BinaryOp =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '||'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | 'IS DISTINCT FROM'
  | 'IS NOT DISTINCT FROM'
  | 'MEMBER OF'
  | 'SUBMULTISET OF'
  | 'MULTISET UNION DISTINCT'
  | 'MULTISET UNION ALL'
  | 'MULTISET INTERSECT DISTINCT'
  | 'MULTISET INTERSECT ALL'
  | 'MULTISET EXCEPT DISTINCT'
  | 'MULTISET EXCEPT ALL'
  | PeriodOp;

/** Operators between two periods, which are rows of two items. */
export type PeriodOp =
  | 'OVERLAPS'
  | 'CONTAINS'
  | 'EQUALS'
  | 'PRECEDES'
  | 'SUCCEEDS'
  | 'IMMEDIATELY PRECEDES'
  | 'IMMEDIATELY SUCCEEDS';

/** `left op right`. */
export interface Binary extends Node<'Binary'> {
  readonly op: BinaryOp;
  readonly left: Expr;
  readonly right: Expr;
}

/** `a AND b AND c`: two operands or more; an operand never is a `Logical` of the same `op` at the left end. */
export interface Logical extends Node<'Logical'> {
  readonly op: 'AND' | 'OR';
  readonly operands: readonly Expr[];
}

/** `x IS [NOT] NULL | TRUE | FALSE | UNKNOWN | A SET | EMPTY`. */
export interface IsTest extends Node<'IsTest'> {
  readonly operand: Expr;
  readonly test: 'NULL' | 'TRUE' | 'FALSE' | 'UNKNOWN' | 'A SET' | 'EMPTY';
  readonly negated: boolean;
}

/** `x IS [NOT] JSON [VALUE | OBJECT | ARRAY | SCALAR]`. */
export interface IsJson extends Node<'IsJson'> {
  readonly operand: Expr;
  readonly type: 'VALUE' | 'OBJECT' | 'ARRAY' | 'SCALAR';
  readonly negated: boolean;
}

/** `x [NOT] BETWEEN [ASYMMETRIC | SYMMETRIC] low AND high`. */
export interface Between extends Node<'Between'> {
  readonly operand: Expr;
  readonly low: Expr;
  readonly high: Expr;
  readonly symmetric: boolean;
  readonly negated: boolean;
}

/** `x [NOT] IN (a, b, ...)`. */
export interface InList extends Node<'InList'> {
  readonly operand: Expr;
  readonly items: readonly Expr[];
  readonly negated: boolean;
}

/** `x [NOT] IN (query)`; `x` may be a row. */
export interface InQuery extends Node<'InQuery'> {
  readonly operand: Expr;
  readonly query: Query;
  readonly negated: boolean;
}

/** `x [NOT] LIKE pattern [ESCAPE c]`, and the same for SIMILAR TO, ILIKE and RLIKE. */
export interface Like extends Node<'Like'> {
  readonly form: 'LIKE' | 'ILIKE' | 'RLIKE' | 'SIMILAR TO';
  readonly operand: Expr;
  readonly pattern: Expr;
  readonly escape: Expr | null;
  readonly negated: boolean;
}

/** `EXISTS (query)`, `UNIQUE (query)`. */
export interface Exists extends Node<'Exists'> {
  readonly form: 'EXISTS' | 'UNIQUE';
  readonly query: Query;
}

/** Comparison operators. */
export type ComparisonOp = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** `x op ANY | ALL (query)`; SOME is read as ANY. */
export interface QuantifiedQuery extends Node<'QuantifiedQuery'> {
  readonly op: ComparisonOp;
  readonly quantifier: 'ANY' | 'ALL';
  readonly operand: Expr;
  readonly query: Query;
}

/** `x op ANY | ALL (a, b, ...)`. */
export interface QuantifiedList extends Node<'QuantifiedList'> {
  readonly op: ComparisonOp;
  readonly quantifier: 'ANY' | 'ALL';
  readonly operand: Expr;
  readonly items: readonly Expr[];
}

/** `(query)` as a value. */
export interface Subquery extends Node<'Subquery'> {
  readonly query: Query;
}

/** `ARRAY (query)`, `MAP (query)`, `MULTISET (query)`. */
export interface CollectionQuery extends Node<'CollectionQuery'> {
  readonly collection: 'ARRAY' | 'MAP' | 'MULTISET';
  readonly query: Query;
}

/** CASE. With an operand, each `when` is compared to it; `WHEN a, b THEN c` is two branches. */
export interface Case extends Node<'Case'> {
  readonly operand: Expr | null;
  readonly branches: readonly { readonly when: Expr; readonly then: Expr }[];
  /** The ELSE value. */
  readonly otherwise: Expr | null;
}

// ── calls ────────────────────────────────────────────────────────────────────────────────────

/** CAST or TRY_CAST. */
export interface Cast extends Node<'Cast'> {
  readonly operand: Expr;
  readonly type: TypeName;
  /** True for TRY_CAST. */
  readonly safe: boolean;
}

/** A function call. Functions without parentheses (CURRENT_DATE, USER) have no arguments. */
export interface Call extends Node<'Call'> {
  readonly name: Identifier;
  readonly args: readonly CallArg[];
  readonly quantifier: 'DISTINCT' | 'ALL' | null;
  /** `ORDER BY` inside the parentheses, as in ARRAY_AGG(x ORDER BY y). */
  readonly orderBy: readonly OrderItem[];
  readonly nulls: 'RESPECT' | 'IGNORE' | null;
  readonly withinGroup: readonly OrderItem[];
  readonly filter: Expr | null;
  readonly over: WindowSpec | WindowName | null;
}

/** What may stand between the parentheses of a call. */
export type CallArg = Expr | Star | NamedArg | DefaultArg | Descriptor | TableArg | ModelArg;

/** `*` or `t.*`. */
export interface Star extends Node<'Star'> {
  readonly qualifier: Identifier | null;
}

/** `name => value`. */
export interface NamedArg extends Node<'NamedArg'> {
  readonly name: string;
  readonly value: Exclude<CallArg, NamedArg>;
}

/** DEFAULT: take the parameter's default. Also a value of INSERT ... VALUES. */
export type DefaultArg = Node<'DefaultArg'>;

/** `DESCRIPTOR(a, b)`, also `DESCRIPTOR(a BIGINT)`. */
export interface Descriptor extends Node<'Descriptor'> {
  readonly columns: readonly { readonly name: string; readonly type: TypeName | null }[];
}

/** `TABLE t [PARTITION BY ...] [ORDER BY ...]`: a table as an argument. */
export interface TableArg extends Node<'TableArg'> {
  readonly input: Identifier | Query | Call;
  readonly partitionBy: readonly Expr[] | null;
  readonly orderBy: readonly OrderItem[];
}

/** `MODEL m`. */
export interface ModelArg extends Node<'ModelArg'> {
  readonly name: Identifier;
}

/** `EXTRACT(unit FROM x)`. */
export interface Extract extends Node<'Extract'> {
  readonly unit: TimeUnit;
  readonly operand: Expr;
}

/** `TRIM([BOTH | LEADING | TRAILING] [characters] FROM x)` and `TRIM(x)`. */
export interface Trim extends Node<'Trim'> {
  readonly side: 'BOTH' | 'LEADING' | 'TRAILING';
  readonly characters: Expr | null;
  readonly operand: Expr;
}

/** `FLOOR(x TO unit)`, `CEIL(x TO unit)`. Without TO these are ordinary calls. */
export interface RoundToUnit extends Node<'RoundToUnit'> {
  readonly direction: 'FLOOR' | 'CEIL';
  readonly operand: Expr;
  readonly unit: TimeUnit;
}

/** `TIMESTAMPADD(unit, count, start)`, `TIMESTAMPDIFF(unit, start, end)`. */
export interface TimestampArithmetic extends Node<'TimestampArithmetic'> {
  readonly operation: 'TIMESTAMPADD' | 'TIMESTAMPDIFF';
  readonly unit: TimeUnit;
  readonly first: Expr;
  readonly second: Expr;
}

/** `RUNNING f(x)`, `FINAL f(x)` in MATCH_RECOGNIZE. */
export interface MatchMeasure extends Node<'MatchMeasure'> {
  readonly semantics: 'RUNNING' | 'FINAL';
  readonly operand: Expr;
}

// ── rows and collections ─────────────────────────────────────────────────────────────────────

/** `ROW(a, b)` or `(a, b)`; also `PERIOD (a, b)`. */
export interface RowConstructor extends Node<'RowConstructor'> {
  readonly items: readonly Expr[];
}

/** `ARRAY[a, b]`, `MAP[k, v, k, v]` (keys and values in turn), `MULTISET[a, b]`. */
export interface CollectionConstructor extends Node<'CollectionConstructor'> {
  readonly collection: 'ARRAY' | 'MAP' | 'MULTISET';
  readonly items: readonly Expr[];
}

/** `a[i]`. */
export interface ElementAccess extends Node<'ElementAccess'> {
  readonly operand: Expr;
  readonly index: Expr;
}

/** `f(x).field`, `a[1].field`; a plain path `a.b.c` is an `Identifier`. */
export interface FieldAccess extends Node<'FieldAccess'> {
  readonly operand: Expr;
  readonly field: string;
}
