import { invalidArgument, requireText } from '../../common/arguments.ts';
import { validationError } from '../../common/errors.ts';
import { parsePath } from '../../common/identifiers.ts';
import type { Expr } from '../../parser/ast/expressions.ts';
import { parseExpression } from '../../parser/parser.ts';
import type { DataType } from '../../types/data-type.ts';
import { isUserFunction, type UserFunction } from '../../udf/user-function.ts';
import { withSource } from '../session.ts';
import { attachFunction, merge, NOTHING } from './attachments.ts';
import { asExpression, BuiltExpression, requireName, timeUnit } from './built-expression.ts';
import { callArguments, deferred, STAR } from './deferred.ts';
import type {
  AnyExpression,
  ColumnExpression,
  ColumnSelection,
  Expression,
  JsonOnNull,
} from './expression.ts';
import { nullHandling } from './json.ts';
import { literalSyntax } from './literals.ts';
import './methods.ts';
import type { TimeUnit } from '../../parser/ast/node.ts';
import { callOf, castOf, identifier, withoutPlaces } from './syntax.ts';
import type {
  AnyOperand,
  Datetime,
  Interval,
  NullIf,
  Operand,
  Untyped,
  Widened,
} from './values.ts';

/** Columns, literals, calls, and everything else that expressions begin with. */

/**
 * A column by its name; `col('*')` is all of them. Which table it is of, the operation says.
 *
 * @example
 * ```ts
 * import { col, TableEnvironment } from 'millrace';
 *
 * const tEnv = TableEnvironment.create();
 * const names = tEnv.fromValues([{ name: 'ann' }]).select(col('name').upperCase().as('loud'));
 * console.log(await names.toArray()); // [ { loud: 'ANN' } ]
 * await tEnv.close();
 * ```
 */
export function col<const N extends string>(
  name: N,
): N extends '*' ? ColumnSelection<never> : ColumnExpression<Untyped, N> {
  requireName(name);
  return asExpression(new BuiltExpression(name === '*' ? STAR : identifier(name), NOTHING));
}

/** A constant: of the type of the value, or of the given one. */
export function lit<const V>(value: V): Expression<Widened<V>, never>;
export function lit<T = Untyped>(value: unknown, type: DataType): Expression<T, never>;
export function lit(value: unknown, type: DataType | null = null): Expression {
  const { node, held } = literalSyntax(value, type);
  return asExpression(new BuiltExpression(node, held));
}

/** NULL of a type. */
export function nullOf(type: DataType | string): Expression<null, never> {
  return asExpression(
    new BuiltExpression(castOf({ kind: 'NullLiteral', span: null }, type, false), NOTHING),
  );
}

/** A call of a function: by its name in SQL, or one made by `udf` and its like. */
export function call<C extends string = never>(
  fn: string | UserFunction,
  ...args: readonly AnyOperand<C>[]
): Expression<Untyped, C> {
  const { path, held } = functionPath(fn);
  const built = BuiltExpression.of(args, (nodes) => callOf(path, callArguments(nodes)));
  const { node, held: inArgs } = BuiltExpression.parts(built);
  return asExpression(new BuiltExpression(node, merge([held, inArgs])));
}

/** How a function is called: by the path of its name, or as an attachment. */
export function functionPath(fn: string | UserFunction) {
  if (isUserFunction(fn)) {
    const { name, held } = attachFunction(fn);
    return { path: [name], held };
  }
  if (typeof fn !== 'string') {
    throw invalidArgument('What is called', 'the name of a function, or one made by udf', fn);
  }
  const path = parsePath(fn);
  if (path === null) throw validationError('INVALID_PATH', { path: fn });
  return { path, held: NOTHING };
}

/** An expression of SQL. Errors: SqlParserError. */
export function callSql<T = Untyped>(sql: string): Expression<T, never> {
  requireText('An expression of SQL', sql);
  const node = withoutPlaces(withSource(sql, () => parseExpression(sql)));
  return asExpression(new BuiltExpression(node, NOTHING));
}

/** TRUE if all conditions are. */
export function and<C extends string = never>(
  ...conditions: readonly Operand<boolean | null, C>[]
): Expression<boolean | null, C> {
  return asExpression(BuiltExpression.builtin('AND', atLeastTwo(conditions)));
}

/** TRUE if one of the conditions is. */
export function or<C extends string = never>(
  ...conditions: readonly Operand<boolean | null, C>[]
): Expression<boolean | null, C> {
  return asExpression(BuiltExpression.builtin('OR', atLeastTwo(conditions)));
}

function atLeastTwo(conditions: readonly unknown[]): readonly unknown[] {
  if (conditions.length >= 2) return conditions;
  throw invalidArgument('The arguments', 'two conditions or more', conditions);
}

/** The opposite of a condition. */
export function not<C extends string = never>(
  condition: Operand<boolean | null, C>,
): Expression<boolean | null, C> {
  return asExpression(BuiltExpression.builtin('NOT', [condition]));
}

/** One value where a condition is TRUE, another one elsewhere: CASE WHEN. */
export function ifThenElse<A, B, C extends string = never>(
  condition: Operand<boolean | null, C>,
  then: Operand<A, C>,
  otherwise: Operand<B, C>,
): Expression<Widened<A | B>, C> {
  return asExpression(
    BuiltExpression.of([condition, then, otherwise], (nodes) => {
      const [when, then, otherwise] = nodes as [Expr, Expr, Expr];
      return { kind: 'Case', operand: null, branches: [{ when, then }], otherwise, span: null };
    }),
  );
}

/** The columns from one to another, by their names or their positions from 1. */
export function range(from: string | number, to: string | number): ColumnSelection {
  const [start, end] = [from, to].map((place) => literalSyntax(place).node);
  return asExpression(new BuiltExpression(deferred('range', [start!, end!]), NOTHING));
}

/** All columns. */
export function withAllColumns(): ColumnSelection<never> {
  return asExpression(new BuiltExpression(STAR, NOTHING));
}

/** Some columns, by name or by `range`. */
export function withColumns<C extends string>(
  ...columns: readonly AnyExpression<unknown, C>[]
): ColumnSelection<C> {
  return asExpression(BuiltExpression.of(columns, (nodes) => deferred('with', nodes)));
}

/** All columns but some. */
export function withoutColumns<C extends string>(
  ...columns: readonly AnyExpression<unknown, C>[]
): ColumnSelection<C> {
  return asExpression(BuiltExpression.of(columns, (nodes) => deferred('without', nodes)));
}

/** A number of rows: the size of a window, or how far a frame goes. */
export function rowInterval(rows: number): Expression<Interval, never> {
  if (!Number.isSafeInteger(rows) || rows < 0) {
    throw invalidArgument('A row interval', 'a whole number from 0 on', rows);
  }
  return asExpression(BuiltExpression.of([rows], (nodes) => deferred('rows', nodes)));
}

/** Columns by their names, as an argument of a function over a table. */
export function descriptor(...columns: readonly string[]): Expression<Untyped, never> {
  if (columns.length === 0) throw invalidArgument('A descriptor', 'names of columns', undefined);
  for (const column of columns) requireName(column);
  return asExpression(BuiltExpression.of(columns, (nodes) => deferred('descriptor', nodes)));
}

function constructed<C extends string>(
  args: readonly AnyOperand<C>[],
  make: (items: readonly Expr[]) => Expr,
): Expression<Untyped, C> {
  return asExpression(BuiltExpression.of(args, make));
}

/** A row of values. */
export function row<C extends string = never>(
  ...values: readonly AnyOperand<C>[]
): Expression<Untyped, C> {
  return constructed(values, (items) => ({ kind: 'RowConstructor', items, span: null }));
}

/** An array of values of one type. */
export function array<C extends string = never>(
  ...values: readonly AnyOperand<C>[]
): Expression<Untyped, C> {
  return constructed(values, (items) => collection('ARRAY', items));
}

/** A map of keys and values in turn. */
export function map<C extends string = never>(
  ...entries: readonly AnyOperand<C>[]
): Expression<Untyped, C> {
  return constructed(entries, (items) => collection('MAP', items));
}

function collection(name: 'ARRAY' | 'MAP', items: readonly Expr[]): Expr {
  return { kind: 'CollectionConstructor', collection: name, items, span: null };
}

/** A JSON object of keys and values in turn. */
export function jsonObject<C extends string = never>(
  onNull: JsonOnNull,
  ...entries: readonly AnyOperand<C>[]
): Expression<string, C> {
  const built = BuiltExpression.of(entries, (nodes) => ({
    kind: 'JsonObject',
    entries: nodes.flatMap((key, i) =>
      i % 2 === 0 ? [{ key, value: nodes[i + 1]!, formatJson: false }] : [],
    ),
    nullHandling: nullHandling(onNull),
    span: null,
  }));
  if (entries.length % 2 === 0) return asExpression(built);
  throw invalidArgument('The entries of jsonObject', 'keys and values in turn', entries);
}

/** A JSON array of values. */
export function jsonArray<C extends string = never>(
  onNull: JsonOnNull,
  ...values: readonly AnyOperand<C>[]
): Expression<string, C> {
  return asExpression(
    BuiltExpression.of(values, (nodes) => ({
      kind: 'JsonArray',
      items: nodes.map((value) => ({ value, formatJson: false })),
      nullHandling: nullHandling(onNull),
      span: null,
    })),
  );
}

/** A JSON object of the keys and values of all rows of a group. */
export function jsonObjectAgg<C extends string = never>(
  onNull: JsonOnNull,
  key: Operand<string, C>,
  value: AnyOperand<C>,
): Expression<string, C> {
  return asExpression(
    BuiltExpression.of([key, value], ([k, v]) => ({
      kind: 'JsonObjectAgg',
      key: k!,
      value: v!,
      formatJson: false,
      nullHandling: nullHandling(onNull),
      filter: null,
      over: null,
      span: null,
    })),
  );
}

/** A JSON array of the values of all rows of a group. */
export function jsonArrayAgg<C extends string = never>(
  onNull: JsonOnNull,
  value: AnyOperand<C>,
): Expression<string, C> {
  return asExpression(
    BuiltExpression.of([value], ([v]) => ({
      kind: 'JsonArrayAgg',
      value: v!,
      formatJson: false,
      orderBy: [],
      nullHandling: nullHandling(onNull),
      filter: null,
      over: null,
      span: null,
    })),
  );
}

/** How many whole units one point in time is before another. */
export function timestampDiff<T, C extends string = never>(
  unit: TimeUnit,
  from: Operand<T & (Datetime | null), C>,
  to: Operand<Datetime | null, C>,
): Expression<NullIf<number, T>, C> {
  return asExpression(
    BuiltExpression.of([from, to], ([first, second]) => ({
      kind: 'TimestampArithmetic',
      operation: 'TIMESTAMPDIFF',
      unit: timeUnit(unit),
      first: first!,
      second: second!,
      span: null,
    })),
  );
}

/** Whether two periods, of a start and an end or a length each, have an instant in common. */
export function temporalOverlaps<C extends string = never>(
  leftStart: Operand<Datetime | null, C>,
  leftEnd: Operand<Datetime | Interval | null, C>,
  rightStart: Operand<Datetime | null, C>,
  rightEnd: Operand<Datetime | Interval | null, C>,
): Expression<boolean | null, C> {
  return asExpression(
    BuiltExpression.builtin('OVERLAPS', [leftStart, leftEnd, rightStart, rightEnd]),
  );
}
