// Written by `npm run docs` from the definitions in `src/functions/builtin`.

import type { AnyExpression, Expression } from '../expression.ts';
import type {
  Coalesced,
  Datetime,
  Interval,
  Like,
  NullIf,
  Numeric,
  Operand,
  OrNull,
  Sum,
  Untyped,
} from '../values.ts';

/** Operators and functions of numbers and conditions. */
export interface OperatorMethods<T, C extends string> {
  /** A number without its sign. */
  abs(this: AnyExpression<Numeric | null>): Expression<NullIf<NonNullable<T>, T>, C>;

  /** The arc cosine, in radians. */
  acos(this: AnyExpression<Numeric | null>): Expression<NullIf<number, T>, C>;

  /** TRUE if all operands are TRUE, FALSE if one is FALSE, else NULL. */
  and<A extends boolean | null = never, D extends string = never>(
    this: AnyExpression<boolean | null>,
    ...boolean2: readonly Operand<A, D>[]
  ): Expression<NullIf<boolean, T | A>, C | D>;

  /** The arc sine, in radians. */
  asin(this: AnyExpression<Numeric | null>): Expression<NullIf<number, T>, C>;

  /** The arc tangent, in radians. */
  atan(this: AnyExpression<Numeric | null>): Expression<NullIf<number, T>, C>;

  /** An integer in binary digits, in 64 bits if negative. */
  bin(this: AnyExpression<number | bigint | null>): Expression<NullIf<string, T>, C>;

  /** A number rounded up to a whole one, or a point in time rounded up to a unit. */
  ceil<D extends string = never>(
    this: AnyExpression<Numeric | Datetime | null>,
    unit?:
      | 'MILLENNIUM'
      | 'CENTURY'
      | 'DECADE'
      | 'YEAR'
      | 'ISOYEAR'
      | 'QUARTER'
      | 'MONTH'
      | 'WEEK'
      | 'ISOWEEK'
      | 'DAY'
      | 'DOW'
      | 'DAYOFWEEK'
      | 'ISODOW'
      | 'DOY'
      | 'DAYOFYEAR'
      | 'HOUR'
      | 'MINUTE'
      | 'SECOND'
      | 'MILLISECOND'
      | 'MICROSECOND'
      | 'NANOSECOND'
      | 'EPOCH',
  ): Expression<NullIf<NonNullable<T>, T>, C | D>;

  /** A number rounded up to a whole one, or a point in time rounded up to a unit. */
  ceiling<D extends string = never>(
    this: AnyExpression<Numeric | Datetime | null>,
    unit?:
      | 'MILLENNIUM'
      | 'CENTURY'
      | 'DECADE'
      | 'YEAR'
      | 'ISOYEAR'
      | 'QUARTER'
      | 'MONTH'
      | 'WEEK'
      | 'ISOWEEK'
      | 'DAY'
      | 'DOW'
      | 'DAYOFWEEK'
      | 'ISODOW'
      | 'DOY'
      | 'DAYOFYEAR'
      | 'HOUR'
      | 'MINUTE'
      | 'SECOND'
      | 'MILLISECOND'
      | 'MICROSECOND'
      | 'NANOSECOND'
      | 'EPOCH',
  ): Expression<NullIf<NonNullable<T>, T>, C | D>;

  /** The cosine of an angle in radians. */
  cos(this: AnyExpression<Numeric | null>): Expression<NullIf<number, T>, C>;

  /** The hyperbolic cosine. */
  cosh(this: AnyExpression<Numeric | null>): Expression<NullIf<number, T>, C>;

  /** The cotangent of an angle in radians. */
  cot(this: AnyExpression<Numeric | null>): Expression<NullIf<number, T>, C>;

  /** An angle in degrees, from radians. */
  degrees(this: AnyExpression<Numeric | null>): Expression<NullIf<number, T>, C>;

  /** The quotient of two numbers. Integers are cut towards zero; division by zero is an error, except that approximate numbers that are not constant become infinite or NaN. */
  divide<A extends Numeric | null = never, D extends string = never>(
    this: AnyExpression<Numeric | Interval | null>,
    value2: Operand<A, D>,
  ): Expression<Untyped, C | D>;

  /** The quotient of two numbers. Integers are cut towards zero; division by zero is an error, except that approximate numbers that are not constant become infinite or NaN. */
  dividedBy<V extends Like<T> | null, D extends string = never>(
    value: Operand<V, D>,
  ): Expression<Sum<T, V>, C | D>;

  /** The number e raised to a power. */
  exp(this: AnyExpression<Numeric | null>): Expression<NullIf<number, T>, C>;

  /** A number rounded down to a whole one, or a point in time rounded down to a unit. */
  floor<D extends string = never>(
    this: AnyExpression<Numeric | Datetime | null>,
    unit?:
      | 'MILLENNIUM'
      | 'CENTURY'
      | 'DECADE'
      | 'YEAR'
      | 'ISOYEAR'
      | 'QUARTER'
      | 'MONTH'
      | 'WEEK'
      | 'ISOWEEK'
      | 'DAY'
      | 'DOW'
      | 'DAYOFWEEK'
      | 'ISODOW'
      | 'DOY'
      | 'DAYOFYEAR'
      | 'HOUR'
      | 'MINUTE'
      | 'SECOND'
      | 'MILLISECOND'
      | 'MICROSECOND'
      | 'NANOSECOND'
      | 'EPOCH',
  ): Expression<NullIf<NonNullable<T>, T>, C | D>;

  /** An integer, or the UTF-8 bytes of a string, in hexadecimal digits. */
  hex(this: AnyExpression<number | bigint | string | null>): Expression<NullIf<string, T>, C>;

  /** The first argument, or the second one if the first is NULL. */
  ifNull<V extends Like<T> | null, D extends string = never>(
    replacement: Operand<V, D>,
  ): Expression<Coalesced<T, V>, C | D>;

  /** As LIKE, without regard to case. */
  ilike<A extends string | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    pattern: Operand<A, D>,
    escapeValue?: Operand<A, D>,
  ): Expression<NullIf<boolean, T | A>, C | D>;

  /** Whether all characters of a text are letters. FALSE for NULL. */
  isAlpha(this: AnyExpression<string | Numeric | null>): Expression<boolean, C>;

  /** Whether a text can be read as a number. FALSE for NULL. */
  isDecimal(this: AnyExpression<string | Numeric | null>): Expression<boolean, C>;

  /** Whether all characters of a text are digits. FALSE for NULL. */
  isDigit(this: AnyExpression<string | Numeric | null>): Expression<boolean, C>;

  /** Whether two values are different; NULL is the same as NULL. */
  isDistinctFrom<D extends string = never>(
    value: Operand<Like<T> | null, D>,
  ): Expression<boolean, C | D>;

  /** Whether two values are equal. */
  isEqual<V extends Like<T> | null, D extends string = never>(
    value: Operand<V, D>,
  ): Expression<NullIf<boolean, T | V>, C | D>;

  /** Whether a truth value is false; never NULL. */
  isFalse(this: AnyExpression<boolean | null>): Expression<boolean, C>;

  /** Whether the first value is greater than the second. */
  isGreater<V extends Like<T> | null, D extends string = never>(
    value: Operand<V, D>,
  ): Expression<NullIf<boolean, T | V>, C | D>;

  /** Whether the first value is at least the second. */
  isGreaterOrEqual<V extends Like<T> | null, D extends string = never>(
    value: Operand<V, D>,
  ): Expression<NullIf<boolean, T | V>, C | D>;

  /** Whether the first value is less than the second. */
  isLess<V extends Like<T> | null, D extends string = never>(
    value: Operand<V, D>,
  ): Expression<NullIf<boolean, T | V>, C | D>;

  /** Whether the first value is at most the second. */
  isLessOrEqual<V extends Like<T> | null, D extends string = never>(
    value: Operand<V, D>,
  ): Expression<NullIf<boolean, T | V>, C | D>;

  /** Whether two values are the same; NULL is the same as NULL. */
  isNotDistinctFrom<D extends string = never>(
    value: Operand<Like<T> | null, D>,
  ): Expression<boolean, C | D>;

  /** Whether two values are different. */
  isNotEqual<V extends Like<T> | null, D extends string = never>(
    value: Operand<V, D>,
  ): Expression<NullIf<boolean, T | V>, C | D>;

  /** Whether a truth value is not false; never NULL. */
  isNotFalse(this: AnyExpression<boolean | null>): Expression<boolean, C>;

  /** Whether a value is not NULL. */
  isNotNull(): Expression<boolean, C>;

  /** Whether a truth value is not true; never NULL. */
  isNotTrue(this: AnyExpression<boolean | null>): Expression<boolean, C>;

  /** Whether a truth value is not unknown; never NULL. */
  isNotUnknown(this: AnyExpression<boolean | null>): Expression<boolean, C>;

  /** Whether a value is NULL. */
  isNull(): Expression<boolean, C>;

  /** Whether a truth value is true; never NULL. */
  isTrue(this: AnyExpression<boolean | null>): Expression<boolean, C>;

  /** Whether a truth value is unknown; never NULL. */
  isUnknown(this: AnyExpression<boolean | null>): Expression<boolean, C>;

  /** Whether a string matches a pattern, in which % stands for any characters and _ for one. */
  like<A extends string | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    pattern: Operand<A, D>,
    escapeValue?: Operand<A, D>,
  ): Expression<NullIf<boolean, T | A>, C | D>;

  /** The natural logarithm of a number. */
  ln(this: AnyExpression<Numeric | null>): Expression<NullIf<number, T>, C>;

  /** The logarithm to the base 10. */
  log10(this: AnyExpression<Numeric | null>): Expression<NullIf<number, T>, C>;

  /** The logarithm to the base 2. */
  log2(this: AnyExpression<Numeric | null>): Expression<NullIf<number, T>, C>;

  /** The difference of two numbers, intervals or points in time, or a point in time earlier by an interval. */
  minus<V extends Like<T> | null, D extends string = never>(
    value: Operand<V, D>,
  ): Expression<Sum<T, V>, C | D>;

  /** The remainder of the division of two numbers; it has the sign of the first. */
  mod<V extends Like<T> | null, D extends string = never>(
    value: Operand<V, D>,
  ): Expression<Sum<T, V>, C | D>;

  /** A number or interval with the opposite sign. */
  negative(
    this: AnyExpression<Numeric | Interval | null>,
  ): Expression<NullIf<NonNullable<T>, T>, C>;

  /** The opposite of a truth value; NULL stays NULL. */
  not(this: AnyExpression<boolean | null>): Expression<NullIf<boolean, T>, C>;

  /** NULL if the two arguments are equal, else the first one, of whose type the result is. */
  nullIf<D extends string = never>(value: Operand<Like<T>, D>): Expression<OrNull<T>, C | D>;

  /** TRUE if one operand is TRUE, FALSE if all are FALSE, else NULL. */
  or<A extends boolean | null = never, D extends string = never>(
    this: AnyExpression<boolean | null>,
    ...boolean2: readonly Operand<A, D>[]
  ): Expression<NullIf<boolean, T | A>, C | D>;

  /** The sum of two numbers or intervals, or a point in time later by an interval. Integers wrap around; a decimal that does not fit is NULL. */
  plus<V extends Like<T> | null, D extends string = never>(
    value: Operand<V, D>,
  ): Expression<Sum<T, V>, C | D>;

  /** A number raised to a power. */
  power<A extends Numeric | null = never, D extends string = never>(
    this: AnyExpression<Numeric | null>,
    exponent: Operand<A, D>,
  ): Expression<NullIf<number, T | A>, C | D>;

  /** An angle in radians, from degrees. */
  radians(this: AnyExpression<Numeric | null>): Expression<NullIf<number, T>, C>;

  /** A number rounded half up after some digits of its fraction, before the point if negative. */
  round<A extends number | bigint | null = never, D extends string = never>(
    this: AnyExpression<Numeric | null>,
    digits?: Operand<A, D>,
  ): Expression<NullIf<NonNullable<T>, T | A>, C | D>;

  /** The sign of a number: -1, 0 or 1. */
  sign(this: AnyExpression<Numeric | null>): Expression<NullIf<NonNullable<T>, T>, C>;

  /** Whether a string matches a pattern of SQL's regular expressions: % _ | * + ? {m,n} ( ) [ ]. */
  similar<A extends string | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    pattern: Operand<A, D>,
    escapeValue?: Operand<A, D>,
  ): Expression<NullIf<boolean, T | A>, C | D>;

  /** The sine of an angle in radians. */
  sin(this: AnyExpression<Numeric | null>): Expression<NullIf<number, T>, C>;

  /** The hyperbolic sine. */
  sinh(this: AnyExpression<Numeric | null>): Expression<NullIf<number, T>, C>;

  /** The square root of a number. */
  sqrt(this: AnyExpression<Numeric | null>): Expression<NullIf<number, T>, C>;

  /** The tangent of an angle in radians. */
  tan(this: AnyExpression<Numeric | null>): Expression<NullIf<number, T>, C>;

  /** The hyperbolic tangent. */
  tanh(this: AnyExpression<Numeric | null>): Expression<NullIf<number, T>, C>;

  /** The product of two numbers, or of an interval and a number. */
  times<V extends Like<T> | null, D extends string = never>(
    value: Operand<V, D>,
  ): Expression<Sum<T, V>, C | D>;

  /** A number cut off after some digits of its fraction, before the point if negative. */
  truncate<A extends number | bigint | null = never, D extends string = never>(
    this: AnyExpression<Numeric | null>,
    digits?: Operand<A, D>,
  ): Expression<NullIf<NonNullable<T>, T | A>, C | D>;

  /** The bytes of hexadecimal digits; NULL if the text is something else. */
  unhex(this: AnyExpression<string | null>): Expression<Uint8Array | null, C>;
}
