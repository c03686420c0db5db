import type { Temporal } from 'temporal-polyfill';
import type {
  AnyExpression,
  IsSelection,
  NameOf,
  SourceOf,
  TypeOf,
} from './expressions/expression.ts';
import type { IsUntyped, Numeric, Untyped, Widened } from './expressions/values.ts';
import type { Row } from './result.ts';

/** The types of rows that table operations make of the types of other rows. */

/** The names of a row's columns. */
export type Columns<R> = keyof R & string;

/** Expressions over the columns of a row. */
export type Items<C extends string> = readonly AnyExpression<unknown, C>[];

/** The type of a column as an expression. */
export type ColumnType<R, N extends keyof R> = unknown extends R[N] ? Untyped : R[N];

type ValueOf<R, E> = [SourceOf<E>] extends [never]
  ? IsUntyped<TypeOf<E>> extends true
    ? unknown
    : TypeOf<E>
  : SourceOf<E> extends keyof R
    ? R[SourceOf<E>]
    : unknown;

/** The row of some items; of any columns where it cannot be said which. */
export type Selected<R, I extends readonly unknown[]> = number extends I['length']
  ? Row
  : true extends IsSelection<I[number]>
    ? Row
    : { [K in keyof I & `${number}` as NameOf<I[K], `_c${K}`>]: ValueOf<R, I[K]> };

/** A row with the keys of `groupBy`, of which some may have names of their own. */
export type Keyed<R, K extends readonly unknown[]> = Merged<R, Selected<R, K>>;

/** The row of a group with the column that an aggregate makes; of any columns unless it is one. */
export type Aggregated<G, E> = [NameOf<E, never>] extends [never]
  ? Row
  : IsUntyped<TypeOf<E>> extends true
    ? Row
    : Merged<G, Selected<G, [E]>>;

/** The columns of two rows; of those that both have, the second one's. */
export type Merged<R, S> = {
  [K in keyof R | keyof S]: K extends keyof S ? S[K] : K extends keyof R ? R[K] : never;
};

/** What a table must be to be joined: with none of the columns of the other, as far as known. */
export type Disjoint<A extends string, B extends string> = string extends A | B
  ? unknown
  : [A & B] extends [never]
    ? unknown
    : { readonly 'columns of both tables, to be renamed': A & B };

/** The row with NULL in every column: of what an outer join found nothing for. */
export type Optional<R> = { [K in keyof R]: R[K] | null };

/** The row with some columns under other names. */
export type Renamed<R, I extends readonly unknown[]> = {
  [K in keyof R as K extends keyof NewNames<I> ? NewNames<I>[K] & string : K]: R[K];
};

type NewNames<I extends readonly unknown[]> = {
  [E in I[number] as SourceOf<E> & string]: NameOf<E, string>;
};

/** The row without some columns. */
export type Dropped<R, I extends readonly unknown[]> = {
  [K in keyof R as K extends SourceOf<I[number]> ? never : K]: R[K];
};

/** Columns of which only the names are known. */
export type Named<N extends readonly string[]> = { [K in N[number]]: unknown };

/** The row of values that `fromValues` finds the types of: an object of columns, or one value. */
export type ValuesRow<V> = V extends readonly unknown[]
  ? Row
  : V extends Readonly<Record<string, unknown>>
    ? { [K in keyof V]-?: ReadValue<V[K]> }
    : { f0: ReadValue<V> };

/** What a value that was put in is when it is read again. */
type ReadValue<V> = V extends Date
  ? Temporal.PlainDateTime
  : V extends null | undefined
    ? null
    : V extends
          | string
          | Numeric
          | boolean
          | Uint8Array
          | { readonly [Symbol.toStringTag]: `Temporal.${string}` }
      ? Widened<V>
      : unknown;
