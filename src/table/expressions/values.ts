import type { Temporal } from 'temporal-polyfill';
import type { Decimal } from '../../types/decimal-value.ts';
import type { AnyExpression } from './expression.ts';

/** The JavaScript values that expressions are made of and give. */

/** Numbers of every kind. */
export type Numeric = number | bigint | Decimal;
/** A point in time, a date or a time of day. */
export type Datetime =
  | Temporal.PlainDate
  | Temporal.PlainTime
  | Temporal.PlainDateTime
  | Temporal.Instant;
/** A timestamp, with or without a time zone. */
export type Timepoint = Temporal.PlainDateTime | Temporal.Instant;
/** A duration: an INTERVAL. */
export type Interval = Temporal.Duration;

/** A value that can stand for a literal of itself. */
export type Value =
  | null
  | string
  | boolean
  | Numeric
  | Datetime
  | Interval
  | Date
  | Uint8Array
  | readonly unknown[]
  | ReadonlyMap<unknown, unknown>;

/** An argument: an expression, or a value that stands for a literal. `C`: the columns it reads. */
export type Operand<V, C extends string = string> = V | AnyExpression<V, C>;
/** An argument of any type. */
export type AnyOperand<C extends string = string> = Value | AnyExpression<unknown, C>;

/**
 * The type of an expression whose type is not known at compile time, such as `col('a')` before it
 * meets its table: it goes wherever an expression of some type is wanted.
 */
export type Untyped = never;

/** Whether a type is `Untyped`. */
export type IsUntyped<T> = [T] extends [never] ? true : false;

/** `R`, or NULL if the argument may be NULL: also when it is not known. */
export type NullIf<R, T> =
  IsUntyped<R> extends true
    ? Untyped
    : IsUntyped<T> extends true
      ? R | null
      : null extends T
        ? R | null
        : R;

/** `R`, or NULL. */
export type OrNull<R> = IsUntyped<R> extends true ? Untyped : R | null;

/** What NULL and the value become together: NULL only if both may be. */
export type Coalesced<T, V> = IsUntyped<T> extends true ? Untyped : NonNullable<T> | V;

/**
 * What `+` and the like make of two values: of numbers of different kinds, which kind it is becomes
 * known at run time.
 */
export type Sum<T, V> =
  IsUntyped<T> extends true
    ? Untyped
    : IsUntyped<V> extends true
      ? Untyped
      : NullIf<SumOf<NonNullable<T>, NonNullable<V>>, T | V>;

type SumOf<T, V> = T extends Datetime
  ? V extends Datetime
    ? Interval
    : T
  : V extends Datetime
    ? V
    : T | V;

/** What can be compared with a `T`, or calculated with it. */
export type Like<T> =
  IsUntyped<T> extends true
    ? Value
    : T extends null
      ? never
      : T extends Numeric
        ? Numeric
        : T extends Datetime
          ? Datetime | Interval | string | Date
          : T;

/** The type of a value whatever it is: `string` for `'a'`. */
export type Widened<V> = V extends string
  ? string
  : V extends number
    ? number
    : V extends bigint
      ? bigint
      : V extends boolean
        ? boolean
        : V;
