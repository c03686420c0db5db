import type { Temporal } from 'temporal-polyfill';
import type { TimeUnit } from '../../parser/ast/node.ts';
import type { DataType } from '../../types/data-type.ts';
import type { AnyTable } from '../plan-holder.ts';
import type { AggregateMethods } from './generated/aggregate-methods.ts';
import type { CollectionMethods } from './generated/collection-methods.ts';
import type { OperatorMethods } from './generated/operator-methods.ts';
import type { StringMethods } from './generated/string-methods.ts';
import type { AnyOperand, Interval, Like, NullIf, Numeric, Operand, Untyped } from './values.ts';

declare const TYPE: unique symbol;
declare const COLUMNS: unique symbol;
declare const NAME: unique symbol;
declare const SOURCE: unique symbol;
declare const SELECTION: unique symbol;

/**
 * What is known of an expression where it is an argument: the type of its values and the columns
 * that it reads. An expression of a narrower type goes wherever one of a wider type is wanted.
 */
export interface AnyExpression<out T = unknown, out C extends string = string> {
  readonly [TYPE]: T;
  readonly [COLUMNS]: C;
}

/**
 * An expression over the columns of a table: what `col` and `lit` make, and what methods make of
 * one another. Nothing is computed by a method: the expression is bound, with all its errors, by
 * the table operation that it is given to.
 *
 * `T` is the JavaScript type of its values (`Untyped` where it is not known at compile time), `C`
 * the names of the columns that it reads.
 */
export interface Expression<T = unknown, C extends string = string>
  extends AnyExpression<T, C>,
    CoreMethods<T, C>,
    OperatorMethods<T, C>,
    StringMethods<T, C>,
    CollectionMethods<T, C>,
    AggregateMethods<T, C> {}

/** An expression that makes a column of this name. */
export interface NamedExpression<T, N extends string, C extends string = string>
  extends Expression<T, C> {
  readonly [NAME]: N;
}

/** A column by its name `S`, perhaps under another name `N`. */
export interface ColumnExpression<T, N extends string, S extends string = N>
  extends NamedExpression<T, N, S> {
  readonly [SOURCE]: S;
  /** The column under another name. */
  as<const M extends string>(name: M): ColumnExpression<T, M, S>;
  /** The columns of a row under names. */
  as(name: string, ...more: readonly string[]): Expression<T, S>;
}

/** Several columns at once: `withColumns(…)`. */
export interface ColumnSelection<C extends string = string> extends Expression<Untyped, C> {
  readonly [SELECTION]: true;
}

/** The JavaScript type of an expression's values. */
export type TypeOf<E> = E extends { readonly [TYPE]: infer T } ? T : unknown;
/** The name that an expression has; `K` if it has none. */
export type NameOf<E, K extends string> = E extends { readonly [NAME]: infer N extends string }
  ? N
  : K;
/** The column that an expression is; never for others. */
export type SourceOf<E> = E extends { readonly [SOURCE]: infer S } ? S : never;
/** Whether an expression stands for several columns. */
export type IsSelection<E> = E extends { readonly [SELECTION]: true } ? true : false;

/** Where `trim` takes characters off. */
export type TrimSide = 'BOTH' | 'LEADING' | 'TRAILING';
/** What `isJson` asks for. */
export type JsonType = 'VALUE' | 'SCALAR' | 'ARRAY' | 'OBJECT';
/** What `jsonExists` gives when the path fails. */
export type JsonExistsOnError = 'TRUE' | 'FALSE' | 'UNKNOWN' | 'ERROR';
/** What `jsonValue` gives where there is nothing, or when it fails. */
export type JsonValueOnEmptyOrError = 'NULL' | 'ERROR' | 'DEFAULT';
/** Whether `jsonQuery` puts its result into an array. */
export type JsonQueryWrapper = 'WITHOUT_ARRAY' | 'CONDITIONAL_ARRAY' | 'UNCONDITIONAL_ARRAY';
/** What `jsonQuery` gives where there is nothing, or when it fails. */
export type JsonQueryOnEmptyOrError = 'NULL' | 'EMPTY_ARRAY' | 'EMPTY_OBJECT' | 'ERROR';
/** What becomes of NULL in a JSON text. */
export type JsonOnNull = 'NULL' | 'ABSENT';

/** The methods that are no functions of SQL, or have syntax of their own there. */
export interface CoreMethods<T, C extends string> {
  /** The expression under a name: the column it makes in `select` and the like. */
  as<const N extends string>(name: N): NamedExpression<T, N, C>;
  /** The columns that a row or a table function makes, under names. */
  as(name: string, ...more: readonly string[]): Expression<T, C>;
  /** The value of a parameter by its name, for `call`: `call('f', lit(1).asArgument('low'))`. */
  asArgument(name: string): Expression<T, C>;
  /** Ascending, for `orderBy`: NULLs come first. */
  asc(): Expression<T, C>;
  /** Descending, for `orderBy`: NULLs come last. */
  desc(): Expression<T, C>;
  /** The value as another type; an error at run time where there is none. */
  cast<R = Untyped>(type: DataType | string): Expression<R, C>;
  /** The value as another type; NULL where there is none. */
  tryCast<R = Untyped>(type: DataType | string): Expression<R, C>;
  /** An aggregate over the window of this name, of `overWindow`. */
  over(window: string | AnyExpression): Expression<T, C>;
  /** An aggregate over distinct values. */
  distinct(): Expression<T, C>;
  /** Whether the value lies between two others, both included. */
  between<D extends string = never>(
    low: Operand<Like<T>, D>,
    high: Operand<Like<T>, D>,
  ): Expression<NullIf<boolean, T>, C | D>;
  /** The opposite of `between`. */
  notBetween<D extends string = never>(
    low: Operand<Like<T>, D>,
    high: Operand<Like<T>, D>,
  ): Expression<NullIf<boolean, T>, C | D>;
  /** Whether the value is in the only column of a table. */
  in(table: AnyTable): Expression<NullIf<boolean, T>, C>;
  /** Whether the value is among others. */
  in<D extends string = never>(
    ...values: readonly Operand<Like<T>, D>[]
  ): Expression<NullIf<boolean, T>, C | D>;
  /** A field of a row, by its name or its position from 0. */
  get(field: string | number): Expression<Untyped, C>;
  /** The fields of a row as columns of their own. */
  flatten(): ColumnSelection<C>;
  /** A part of a point in time or of an interval. */
  extract(unit: TimeUnit): Expression<NullIf<bigint, T>, C>;
  /** A text as a DATE. */
  toDate(): Expression<NullIf<Temporal.PlainDate, T>, C>;
  /** A text as a TIME. */
  toTime(): Expression<NullIf<Temporal.PlainTime, T>, C>;
  /** A text as a TIMESTAMP(3). */
  toTimestamp(): Expression<NullIf<Temporal.PlainDateTime, T>, C>;
  /** The logarithm to a base; the natural one unless given. */
  log<D extends string = never>(
    this: AnyExpression<Numeric | null>,
    base?: Operand<Numeric, D>,
  ): Expression<NullIf<number, T>, C | D>;
  /** The text without some characters (blanks unless given) at its ends. */
  trim<D extends string = never>(
    this: AnyExpression<string | null>,
    side?: TrimSide,
    characters?: Operand<string, D>,
  ): Expression<NullIf<string, T>, C | D>;
  /** The text without some characters (blanks unless given) at its start. */
  trimLeading<D extends string = never>(
    this: AnyExpression<string | null>,
    characters?: Operand<string, D>,
  ): Expression<NullIf<string, T>, C | D>;
  /** The text without some characters (blanks unless given) at its end. */
  trimTrailing<D extends string = never>(
    this: AnyExpression<string | null>,
    characters?: Operand<string, D>,
  ): Expression<NullIf<string, T>, C | D>;
  /** Whether the text is JSON, and of a kind if one is said. */
  isJson(this: AnyExpression<string | null>, type?: JsonType): Expression<NullIf<boolean, T>, C>;
  /** Whether the JSON text has something at a path. */
  jsonExists(
    this: AnyExpression<string | null>,
    path: string,
    onError?: JsonExistsOnError,
  ): Expression<boolean | null, C>;
  /** The scalar at a path of the JSON text, as a string unless a type is given. */
  jsonValue<R = string>(
    this: AnyExpression<string | null>,
    path: string,
    returning?: DataType | string,
    onEmpty?: JsonValueOnEmptyOrError,
    defaultOnEmpty?: AnyOperand,
    onError?: JsonValueOnEmptyOrError,
    defaultOnError?: AnyOperand,
  ): Expression<R | null, C>;
  /** The array or object at a path of the JSON text, as JSON unless a type is given. */
  jsonQuery<R = string>(
    this: AnyExpression<string | null>,
    path: string,
    returning?: DataType | string | null,
    wrapper?: JsonQueryWrapper,
    onEmpty?: JsonQueryOnEmptyOrError,
    onError?: JsonQueryOnEmptyOrError,
  ): Expression<R | null, C>;
  /** An interval of so many years. */
  year(): Expression<Interval, C>;
  /** The same as `year`. */
  years(): Expression<Interval, C>;
  /** An interval of so many quarters. */
  quarter(): Expression<Interval, C>;
  /** The same as `quarter`. */
  quarters(): Expression<Interval, C>;
  /** An interval of so many months. */
  month(): Expression<Interval, C>;
  /** The same as `month`. */
  months(): Expression<Interval, C>;
  /** An interval of so many weeks. */
  week(): Expression<Interval, C>;
  /** The same as `week`. */
  weeks(): Expression<Interval, C>;
  /** An interval of so many days. */
  day(): Expression<Interval, C>;
  /** The same as `day`. */
  days(): Expression<Interval, C>;
  /** An interval of so many hours. */
  hour(): Expression<Interval, C>;
  /** The same as `hour`. */
  hours(): Expression<Interval, C>;
  /** An interval of so many minutes. */
  minute(): Expression<Interval, C>;
  /** The same as `minute`. */
  minutes(): Expression<Interval, C>;
  /** An interval of so many seconds. */
  second(): Expression<Interval, C>;
  /** The same as `second`. */
  seconds(): Expression<Interval, C>;
  /** An interval of so many milliseconds. */
  milli(): Expression<Interval, C>;
  /** The same as `milli`. */
  millis(): Expression<Interval, C>;
  /** A number of rows, for windows. */
  rows(): Expression<Interval, C>;
  /** The start of a group window. */
  start(): Expression<Temporal.PlainDateTime, C>;
  /** The end of a group window, which does not belong to it. */
  end(): Expression<Temporal.PlainDateTime, C>;
  /** The last millisecond of a group window, as a time attribute. */
  rowtime(): Expression<Untyped, C>;
  /** The processing time at which a group window is over. */
  proctime(): Expression<Untyped, C>;
  /** The expression as SQL. */
  toString(): string;
}
