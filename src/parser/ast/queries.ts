import type { Call, Expr, Star } from './expressions.ts';
import type { Identifier, Node } from './node.ts';

/** A whole query: WITH, a body, ORDER BY, OFFSET and LIMIT. Empty lists and nulls where absent. */
export interface Query extends Node<'Query'> {
  readonly with: readonly CommonTable[];
  readonly body: QueryBody;
  readonly orderBy: readonly OrderItem[];
  readonly offset: Expr | null;
  /** LIMIT n or FETCH FIRST n ROWS ONLY; LIMIT ALL is null. */
  readonly limit: Expr | null;
}

/** What gives a query its rows. A `Query` here is one in parentheses with clauses of its own. */
export type QueryBody = Select | Values | SetOperation | ExplicitTable | Query;

/** `name (columns) AS (query)` of a WITH clause. */
export interface CommonTable extends Node<'CommonTable'> {
  readonly name: string;
  readonly columns: readonly string[] | null;
  readonly query: Query;
}

/** UNION, INTERSECT or EXCEPT (MINUS) of two inputs or more, applied from the left. */
export interface SetOperation extends Node<'SetOperation'> {
  readonly op: 'UNION' | 'INTERSECT' | 'EXCEPT';
  readonly all: boolean;
  readonly inputs: readonly QueryBody[];
}

/** VALUES (1, 'a'), (2, 'b'). `VALUES 1, 2` are rows of one column; a DEFAULT is for INSERT. */
export interface Values extends Node<'Values'> {
  readonly rows: readonly (readonly (Expr | Node<'DefaultArg'>)[])[];
}

/** TABLE t: all rows of a table. */
export interface ExplicitTable extends Node<'ExplicitTable'> {
  readonly name: Identifier;
}

/** SELECT ... FROM ... WHERE ... GROUP BY ... HAVING ... WINDOW ... */
export interface Select extends Node<'Select'> {
  readonly hints: readonly Hint[];
  readonly distinct: boolean;
  readonly items: readonly (SelectItem | Star)[];
  readonly from: FromItem | null;
  readonly where: Expr | null;
  readonly groupBy: GroupBy | null;
  readonly having: Expr | null;
  readonly windows: readonly NamedWindow[];
  /** The condition of QUALIFY: a filter behind the window functions. */
  readonly qualify: Expr | null;
}

/** `expr [AS alias]`. */
export interface SelectItem extends Node<'SelectItem'> {
  readonly expr: Expr;
  readonly alias: string | null;
}

/** GROUP BY; every element multiplies the grouping sets of the others. */
export interface GroupBy extends Node<'GroupBy'> {
  /** True for GROUP BY DISTINCT: equal grouping sets count once. */
  readonly distinct: boolean;
  readonly elements: readonly GroupingElement[];
}

/** One item of GROUP BY. */
export type GroupingElement = GroupingSet | Rollup | Cube | GroupingSets;

/** `a`, `(a, b)` or `()`. */
export interface GroupingSet extends Node<'GroupingSet'> {
  readonly exprs: readonly Expr[];
}

/** ROLLUP (a, (b, c)). */
export interface Rollup extends Node<'Rollup'> {
  readonly sets: readonly GroupingSet[];
}

/** CUBE (a, (b, c)). */
export interface Cube extends Node<'Cube'> {
  readonly sets: readonly GroupingSet[];
}

/** GROUPING SETS ((a), (a, b), ()); elements may nest. */
export interface GroupingSets extends Node<'GroupingSets'> {
  readonly elements: readonly GroupingElement[];
}

/** `expr [ASC | DESC] [NULLS FIRST | LAST]`. */
export interface OrderItem extends Node<'OrderItem'> {
  readonly expr: Expr;
  readonly descending: boolean;
  /** Null when not said: then NULLs come first ascending, last descending. */
  readonly nulls: 'FIRST' | 'LAST' | null;
}

/** One hint of a hint comment: OPTIONS('k' = 'v'), BROADCAST(t). */
export interface Hint extends Node<'Hint'> {
  /** In upper case. */
  readonly name: string;
  readonly args: readonly HintArg[];
}

/** `'key' = 'value'`, or a lone name, string or number (key null). */
export interface HintArg {
  readonly key: string | null;
  readonly value: string;
}

// ── FROM ─────────────────────────────────────────────────────────────────────────────────────

/** Something in a FROM clause. `a, b` is a CROSS join. */
export type FromItem = TableName | DerivedTable | TableFunction | Unnest | Join | MatchRecognize;

/** `AS name (columns)`. */
export interface TableAlias extends Node<'TableAlias'> {
  readonly name: string;
  readonly columns: readonly string[] | null;
}

/** A table or view by name. */
export interface TableName extends Node<'TableName'> {
  readonly name: Identifier;
  readonly hints: readonly Hint[];
  /** The time of FOR SYSTEM_TIME AS OF. */
  readonly systemTime: Expr | null;
  readonly alias: TableAlias | null;
}

/** `[LATERAL] (query) AS t`. */
export interface DerivedTable extends Node<'DerivedTable'> {
  readonly query: Query;
  readonly lateral: boolean;
  readonly alias: TableAlias | null;
}

/** `[LATERAL] TABLE(f(...))`, or `f(...)` itself in FROM. */
export interface TableFunction extends Node<'TableFunction'> {
  readonly call: Call;
  readonly lateral: boolean;
  readonly hints: readonly Hint[];
  readonly alias: TableAlias | null;
}

/** `[LATERAL] UNNEST(a, ...) [WITH ORDINALITY]`. */
export interface Unnest extends Node<'Unnest'> {
  readonly items: readonly Expr[];
  readonly ordinality: boolean;
  readonly lateral: boolean;
  readonly alias: TableAlias | null;
}

/** A join of two FROM items; `condition` and `using` are null for CROSS and NATURAL. */
export interface Join extends Node<'Join'> {
  readonly type: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS';
  readonly natural: boolean;
  readonly left: FromItem;
  readonly right: FromItem;
  readonly condition: Expr | null;
  readonly using: readonly string[] | null;
}

// ── windows ──────────────────────────────────────────────────────────────────────────────────

/** `name AS (spec)` of a WINDOW clause. */
export interface NamedWindow extends Node<'NamedWindow'> {
  readonly name: string;
  readonly window: WindowSpec;
}

/** OVER name. */
export interface WindowName extends Node<'WindowName'> {
  readonly name: string;
}

/** `([base] [PARTITION BY ...] [ORDER BY ...] [frame])`. */
export interface WindowSpec extends Node<'WindowSpec'> {
  /** The named window that this one extends. */
  readonly base: string | null;
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly OrderItem[];
  readonly frame: WindowFrame | null;
}

/** `ROWS | RANGE BETWEEN start AND end`; `end` is null in the short form. */
export interface WindowFrame extends Node<'WindowFrame'> {
  readonly unit: 'ROWS' | 'RANGE';
  readonly start: FrameBound;
  readonly end: FrameBound | null;
}

/** One end of a frame; `offset` is null for UNBOUNDED and CURRENT ROW. */
export interface FrameBound extends Node<'FrameBound'> {
  readonly type:
    | 'CURRENT ROW'
    | 'UNBOUNDED PRECEDING'
    | 'UNBOUNDED FOLLOWING'
    | 'PRECEDING'
    | 'FOLLOWING';
  readonly offset: Expr | null;
}

// ── MATCH_RECOGNIZE ──────────────────────────────────────────────────────────────────────────

/** `input MATCH_RECOGNIZE (...) AS t`. */
export interface MatchRecognize extends Node<'MatchRecognize'> {
  readonly input: FromItem;
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly OrderItem[];
  readonly measures: readonly SelectItem[];
  /** Null when not said, which means ONE ROW. */
  readonly rowsPerMatch: 'ONE ROW' | 'ALL ROWS' | null;
  readonly afterMatch: AfterMatch | null;
  readonly pattern: Pattern;
  /** `^` before, `$` after the pattern. */
  readonly anchoredStart: boolean;
  readonly anchoredEnd: boolean;
  /** The interval of WITHIN. */
  readonly within: Expr | null;
  readonly subsets: readonly { readonly name: string; readonly variables: readonly string[] }[];
  readonly define: readonly { readonly variable: string; readonly condition: Expr }[];
  readonly alias: TableAlias | null;
}

/** AFTER MATCH SKIP ...; `variable` is null for the first two. */
export interface AfterMatch extends Node<'AfterMatch'> {
  readonly skip: 'TO NEXT ROW' | 'PAST LAST ROW' | 'TO FIRST' | 'TO LAST';
  readonly variable: string | null;
}

/** A row pattern. */
export type Pattern =
  | PatternVariable
  | PatternSequence
  | PatternAlternation
  | PatternPermutation
  | PatternExclusion
  | PatternQuantified;

/** One variable. */
export interface PatternVariable extends Node<'PatternVariable'> {
  readonly name: string;
}

/** `A B C`; empty for `()`. */
export interface PatternSequence extends Node<'PatternSequence'> {
  readonly items: readonly Pattern[];
}

/** `A | B`. */
export interface PatternAlternation extends Node<'PatternAlternation'> {
  readonly items: readonly Pattern[];
}

/** `PERMUTE(A, B)`. */
export interface PatternPermutation extends Node<'PatternPermutation'> {
  readonly items: readonly Pattern[];
}

/** `{- A B -}`. */
export interface PatternExclusion extends Node<'PatternExclusion'> {
  readonly pattern: Pattern;
}

/** `A*`, `A+?`, `A{2,}`; `max` null is unbounded. */
export interface PatternQuantified extends Node<'PatternQuantified'> {
  readonly pattern: Pattern;
  readonly min: number;
  readonly max: number | null;
  readonly reluctant: boolean;
}
