import type { Expr, Star } from '../../parser/ast/expressions.ts';
import type {
  FromItem,
  GroupBy,
  Join,
  NamedWindow,
  OrderItem,
  Query,
  QueryBody,
  Select,
  SelectItem,
  SetOperation,
  TableAlias,
  TableName,
} from '../../parser/ast/queries.ts';
import { identifier, numberLiteral } from '../expressions/syntax.ts';

/** Constructors of the queries that table operations mean. */

/** The names of the tables that an operation works on, in the queries below. */
export const INPUT = '*input*';
/** The second table of an operation on two. */
export const RIGHT = '*right*';
/** What the names of columns begin with that an operation makes for itself, out of users' sight. */
export const HIDDEN = '$window ';

/** What a SELECT item becomes. */
export interface Item {
  readonly expr: Expr;
  readonly alias: string | null;
}

/** A table by the name that an operation gave it. */
export function tableName(name: string, alias: TableAlias | null = null): TableName {
  return {
    kind: 'TableName',
    name: identifier(name),
    hints: [],
    systemTime: null,
    alias,
    span: null,
  };
}

/** `AS name (columns)`. */
export function tableAlias(name: string, columns: readonly string[] | null): TableAlias {
  return { kind: 'TableAlias', name, columns, span: null };
}

/** `*`, or `table.*`. */
export function star(table: string | null = null): Star {
  return { kind: 'Star', qualifier: table === null ? null : identifier(table), span: null };
}

/** The clauses of a SELECT; those that are not given are absent. */
export interface Clauses {
  readonly items?: readonly (Item | Star)[];
  readonly from?: FromItem;
  readonly where?: Expr;
  readonly groupBy?: readonly Expr[];
  readonly having?: Expr | null;
  readonly windows?: readonly NamedWindow[];
  readonly distinct?: boolean;
}

/** A SELECT of the input, by default of all columns. */
export function select(clauses: Clauses): Query {
  const { items = [star()], from = tableName(INPUT), where = null, windows = [] } = clauses;
  const body: Select = {
    kind: 'Select',
    hints: [],
    distinct: clauses.distinct ?? false,
    items: items.map((item) => ('kind' in item ? item : selectItem(item))),
    from,
    where,
    groupBy: clauses.groupBy === undefined ? null : groupBy(clauses.groupBy),
    having: clauses.having ?? null,
    windows,
    qualify: null,
    span: null,
  };
  return query(body);
}

function selectItem({ expr, alias }: Item): SelectItem {
  return { kind: 'SelectItem', expr, alias, span: null };
}

function groupBy(keys: readonly Expr[]): GroupBy {
  // Without keys all rows are one group.
  const sets = keys.length === 0 ? [[]] : keys.map((key) => [key]);
  const elements = sets.map((exprs) => ({ kind: 'GroupingSet', exprs, span: null }) as const);
  return { kind: 'GroupBy', distinct: false, elements, span: null };
}

/** A query of a body, with ORDER BY, OFFSET and LIMIT. */
export function query(
  body: QueryBody,
  clauses: {
    readonly orderBy?: readonly OrderItem[];
    readonly offset?: number;
    readonly limit?: number;
  } = {},
): Query {
  const { orderBy = [], offset, limit } = clauses;
  const rows = (count: number | undefined) =>
    count === undefined ? null : numberLiteral(String(count));
  return {
    kind: 'Query',
    with: [],
    body,
    orderBy,
    offset: rows(offset),
    limit: rows(limit),
    span: null,
  };
}

/** All rows of the input, as a query's body. */
export function allRows(name = INPUT): QueryBody {
  return { kind: 'ExplicitTable', name: identifier(name), span: null };
}

/** UNION and the like of the input and the second table. */
export function setOperation(op: SetOperation['op'], all: boolean): Query {
  const inputs = [allRows(INPUT), allRows(RIGHT)];
  return query({ kind: 'SetOperation', op, all, inputs, span: null });
}

/** A join of the input with something else. */
export function join(type: Join['type'], right: FromItem, condition: Expr | null): Join {
  const left = tableName(INPUT);
  return { kind: 'Join', type, natural: false, left, right, condition, using: null, span: null };
}
