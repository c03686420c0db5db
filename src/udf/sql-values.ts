import type { Vector } from 'apache-arrow';
import type { Temporal } from 'temporal-polyfill';
import type { DataType } from '../types/data-type.ts';
import type { Decimal, DecimalLike } from '../types/decimal-value.ts';

/** The JavaScript values of the SQL types that hold no other types. */
interface PlainValues {
  readonly NULL: null;
  readonly BOOLEAN: boolean;
  readonly TINYINT: number;
  readonly SMALLINT: number;
  readonly INT: number;
  readonly BIGINT: bigint;
  readonly FLOAT: number;
  readonly DOUBLE: number;
  readonly DECIMAL: Decimal;
  readonly CHAR: string;
  readonly VARCHAR: string;
  readonly BINARY: Uint8Array;
  readonly VARBINARY: Uint8Array;
  readonly DATE: Temporal.PlainDate;
  readonly TIME: Temporal.PlainTime;
  readonly TIMESTAMP: Temporal.PlainDateTime;
  readonly TIMESTAMP_LTZ: Temporal.Instant;
  readonly INTERVAL_YEAR_MONTH: Temporal.Duration;
  readonly INTERVAL_DAY_TIME: Temporal.Duration;
}

/** What is accepted for a type besides its own values, because nothing is lost. */
interface LenientValues {
  readonly BIGINT: number;
  readonly DECIMAL: DecimalLike;
  readonly DATE: Date | string;
  readonly TIME: string;
  readonly TIMESTAMP: Date | string;
  readonly TIMESTAMP_LTZ: Date | string;
  readonly INTERVAL_YEAR_MONTH: string;
  readonly INTERVAL_DAY_TIME: string;
}

/** The JavaScript value of a SQL type as a function gets it: with null unless the type is NOT NULL. */
export type SqlValue<T extends DataType> = T['nullable'] extends false
  ? PresentValue<T>
  : PresentValue<T> | null;

type PresentValue<T extends DataType> = T extends {
  readonly kind: 'ARRAY';
  readonly element: infer E extends DataType;
}
  ? readonly SqlValue<E>[]
  : T extends {
        readonly kind: 'MAP';
        readonly key: infer K extends DataType;
        readonly value: infer V extends DataType;
      }
    ? ReadonlyMap<SqlValue<K>, SqlValue<V>>
    : T extends { readonly kind: 'MULTISET'; readonly element: infer E extends DataType }
      ? ReadonlyMap<SqlValue<E>, number>
      : T extends { readonly kind: 'ROW' }
        ? Readonly<Record<string, unknown>>
        : T['kind'] extends keyof PlainValues
          ? PlainValues[T['kind']]
          : unknown;

/** What a function may return for a SQL type. */
export type SqlResult<T extends DataType> =
  | PresentResult<T>
  // biome-ignore lint/suspicious/noConfusingVoidType: a function without `return` gives NULL.
  | (T['nullable'] extends false ? never : null | undefined | void);

type PresentResult<T extends DataType> = T extends {
  readonly kind: 'ARRAY';
  readonly element: infer E extends DataType;
}
  ? readonly SqlResult<E>[]
  : T extends { readonly kind: 'ROW' }
    ? object
    : PresentValue<T> | (T['kind'] extends keyof LenientValues ? LenientValues[T['kind']] : never);

/** The parameters of a function of these types. */
export type SqlArguments<A extends readonly DataType[]> = {
  readonly [I in keyof A]: SqlValue<A[I]>;
};

/** The parameters of an `arrow` function of these types: whole columns. */
export type ArrowArguments<A extends readonly DataType[]> = { readonly [I in keyof A]: Vector };

/** What an `arrow` function may return: a column of as many values. */
export type ArrowResult = Vector | ArrayBufferView | readonly unknown[];
