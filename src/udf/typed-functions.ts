import type { DataType } from '../types/data-type.ts';
import type { FunctionContext } from './function-context.ts';
import type { RetractableCollector } from './kinds.ts';
import type { ModuleReference } from './reference.ts';
import type { ArrowArguments, ArrowResult, SqlArguments, SqlResult } from './sql-values.ts';

/** What a class or an object of methods may have besides them. */
interface Life {
  open?(context: FunctionContext): void | Promise<void>;
  close?(): void | Promise<void>;
}

/** A function, or an object whose `eval` it is, or where to import either from. */
type Evaluated<F> = F | (Life & { readonly eval: F }) | ModuleReference;

/** A scalar function of these types. */
export type TypedScalar<A extends readonly DataType[], R extends DataType> = Evaluated<
  (...args: SqlArguments<A>) => SqlResult<R>
>;

/** An async scalar function of these types. */
export type TypedAsync<A extends readonly DataType[], R extends DataType> = Evaluated<
  (...args: SqlArguments<A>) => Promise<SqlResult<R>>
>;

/** A scalar function of whole columns. */
export type TypedArrow<A extends readonly DataType[]> = Evaluated<
  (...columns: ArrowArguments<A>) => ArrowResult
>;

/** A table function of these types. */
export type TypedTable<A extends readonly DataType[], Row> = Evaluated<
  (...args: SqlArguments<A>) => Iterable<Row>
>;

/** A row of columns of these types: all values, an object, or the value of the only column. */
export type ColumnsRow<R extends readonly DataType[]> =
  | Readonly<Record<string, unknown>>
  | { readonly [I in keyof R]: R[I] extends DataType ? SqlResult<R[I]> : never }
  | (R extends readonly [infer Only extends DataType] ? SqlResult<Only> : never);

/** A row of a ROW type, or the value of the only column. */
export type TypedRow<R extends DataType> = SqlResult<R> | readonly unknown[];

/** An aggregate function of these types. */
export interface TypedAggregate<
  A extends readonly DataType[],
  R extends DataType,
  Accumulator extends object,
> extends Life,
    Accumulating<A, Accumulator> {
  getValue(accumulator: Accumulator): SqlResult<R>;
}

/** A table aggregate function of these types. */
export type TypedTableAggregate<
  A extends readonly DataType[],
  R extends DataType,
  Accumulator extends object,
> = Life &
  Accumulating<A, Accumulator> &
  (
    | { emitValue(accumulator: Accumulator): Iterable<TypedRow<R>> }
    | {
        emitUpdateWithRetract(
          accumulator: Accumulator,
          out: RetractableCollector<TypedRow<R>>,
        ): void;
      }
  );

/** The methods that take rows in. */
interface Accumulating<A extends readonly DataType[], Accumulator> {
  createAccumulator(): Accumulator;
  accumulate(accumulator: Accumulator, ...args: SqlArguments<A>): void;
  retract?(accumulator: Accumulator, ...args: SqlArguments<A>): void;
  merge?(accumulator: Accumulator, others: Iterable<Accumulator>): void;
}

/** An aggregate function of a group's whole columns. */
export type TypedArrowAggregate<A extends readonly DataType[], R extends DataType> = Evaluated<
  (...columns: ArrowArguments<A>) => SqlResult<R>
>;
