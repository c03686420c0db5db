// Written by `npm run docs` from the definitions in `src/functions/builtin`.

import type { AnyExpression, Expression } from '../expression.ts';
import type { Numeric, Operand, OrNull, Untyped } from '../values.ts';

/** Functions of all rows of a group or window. */
export interface AggregateMethods<T, C extends string> {
  /** About how many different values there are, NULLs aside; the error is about 2 %. */
  approxCountDistinct(): Expression<bigint, C>;

  /** An array of the values, NULLs included unless IGNORE NULLS is said; NULL of no values. */
  arrayAgg<D extends string = never>(
    nulls?: 'RESPECT' | 'IGNORE',
  ): Expression<unknown[] | null, C | D>;

  /** The average of the values that are not NULL, of their type; integers are cut towards zero. */
  avg(this: AnyExpression<Numeric | null>): Expression<OrNull<NonNullable<T>>, C>;

  /** The bitmap of the integers that are in all bitmaps; NULL of no bitmaps. */
  bitmapAndAgg(): Expression<Untyped, C>;

  /** The number of the integers that are in all bitmaps; NULL of no bitmaps. */
  bitmapAndCardinalityAgg(): Expression<bigint | null, C>;

  /** The bitmap of the integers that are not NULL; NULL if there are none. */
  bitmapBuildAgg(this: AnyExpression<number | bigint | null>): Expression<Untyped, C>;

  /** The number of different integers that are not NULL; NULL if there are none. */
  bitmapBuildCardinalityAgg(
    this: AnyExpression<number | bigint | null>,
  ): Expression<bigint | null, C>;

  /** The bitmap of the integers that are in one of the bitmaps; NULL of no bitmaps. */
  bitmapOrAgg(): Expression<Untyped, C>;

  /** The number of the integers that are in one of the bitmaps; NULL of no bitmaps. */
  bitmapOrCardinalityAgg(): Expression<bigint | null, C>;

  /** The bitmap of the integers that are in an odd number of the bitmaps; NULL of no bitmaps. */
  bitmapXorAgg(): Expression<Untyped, C>;

  /** The number of the integers that are in an odd number of the bitmaps; NULL of no bitmaps. */
  bitmapXorCardinalityAgg(): Expression<bigint | null, C>;

  /** A multiset of the values, without NULLs unless RESPECT NULLS is said. */
  collect<D extends string = never>(
    nulls?: 'RESPECT' | 'IGNORE',
  ): Expression<Map<unknown, unknown>, C | D>;

  /** The number of rows in which no argument is NULL; without arguments, of all rows. */
  count(): Expression<bigint, C>;

  /** The first value, in the order in which rows come; NULLs are passed over unless RESPECT NULLS is said. */
  firstValue<D extends string = never>(
    nulls?: 'RESPECT' | 'IGNORE',
  ): Expression<OrNull<NonNullable<T>>, C | D>;

  /** The last value, in the order in which rows come; NULLs are passed over unless RESPECT NULLS is said. */
  lastValue<D extends string = never>(
    nulls?: 'RESPECT' | 'IGNORE',
  ): Expression<OrNull<NonNullable<T>>, C | D>;

  /** The texts that are not NULL, joined by a separator (a comma unless given). */
  listAgg<A extends string | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    separator?: Operand<A, D>,
  ): Expression<string | null, C | D>;

  /** The greatest of the values that are not NULL. */
  max(): Expression<OrNull<NonNullable<T>>, C>;

  /** The least of the values that are not NULL. */
  min(): Expression<OrNull<NonNullable<T>>, C>;

  /** The exact percentile of the values that are not NULL, or several; between two values it is interpolated. */
  percentile<
    A extends Numeric | readonly unknown[] | null = never,
    B extends number | bigint | null = never,
    D extends string = never,
  >(
    this: AnyExpression<Numeric | null>,
    percentage: Operand<A, D>,
    frequency?: Operand<B, D>,
  ): Expression<Untyped, C | D>;

  /** The value of the only row, NULL of no row; more than one row is an error. */
  singleValue(): Expression<OrNull<NonNullable<T>>, C>;

  /** The sample standard deviation of the values that are not NULL, of their type. */
  stddev(this: AnyExpression<Numeric | null>): Expression<OrNull<NonNullable<T>>, C>;

  /** The population standard deviation of the values that are not NULL, of their type. */
  stddevPop(this: AnyExpression<Numeric | null>): Expression<OrNull<NonNullable<T>>, C>;

  /** The sample standard deviation of the values that are not NULL, of their type. */
  stddevSamp(this: AnyExpression<Numeric | null>): Expression<OrNull<NonNullable<T>>, C>;

  /** The sum of the values that are not NULL; NULL if there is none. Integers wrap around, a decimal that does not fit is NULL. */
  sum(this: AnyExpression<Numeric | null>): Expression<OrNull<NonNullable<T>>, C>;

  /** The sum of the values that are not NULL; 0 if there is none. */
  sum0(this: AnyExpression<Numeric | null>): Expression<NonNullable<T>, C>;

  /** The population variance of the values that are not NULL, of their type. */
  varPop(this: AnyExpression<Numeric | null>): Expression<OrNull<NonNullable<T>>, C>;

  /** The sample variance of the values that are not NULL, of their type. */
  varSamp(this: AnyExpression<Numeric | null>): Expression<OrNull<NonNullable<T>>, C>;

  /** The sample variance of the values that are not NULL, of their type. */
  variance(this: AnyExpression<Numeric | null>): Expression<OrNull<NonNullable<T>>, C>;
}
