// Written by `npm run docs` from the definitions in `src/functions/builtin`.

import type { AnyExpression, Expression } from '../expression.ts';
import type { AnyOperand, Datetime, Interval, NullIf, Operand, Untyped } from '../values.ts';

/** Functions of arrays, maps, rows, bitmaps and points in time. */
export interface CollectionMethods<T, C extends string> {
  /** An array with one more element at its end. */
  arrayAppend<D extends string = never>(
    this: AnyExpression<readonly unknown[] | null>,
    element: AnyOperand<D>,
  ): Expression<NullIf<unknown[], T>, C | D>;

  /** Arrays, one after the other. */
  arrayConcat(this: AnyExpression<readonly unknown[] | null>): Expression<NullIf<unknown[], T>, C>;

  /** Whether an array has an element; NULL is an element like others. */
  arrayContains<D extends string = never>(
    this: AnyExpression<readonly unknown[] | null>,
    element: AnyOperand<D>,
  ): Expression<NullIf<boolean, T>, C | D>;

  /** The elements of an array, each once. */
  arrayDistinct(
    this: AnyExpression<readonly unknown[] | null>,
  ): Expression<NullIf<unknown[], T>, C>;

  /** The elements that are in the first of two arrays but not in the second, each once. */
  arrayExcept<A extends readonly unknown[] | null = never, D extends string = never>(
    this: AnyExpression<readonly unknown[] | null>,
    value2: Operand<A, D>,
  ): Expression<NullIf<unknown[], T | A>, C | D>;

  /** The elements that are in both of two arrays, each once. */
  arrayIntersect<A extends readonly unknown[] | null = never, D extends string = never>(
    this: AnyExpression<readonly unknown[] | null>,
    value2: Operand<A, D>,
  ): Expression<NullIf<unknown[], T | A>, C | D>;

  /** The strings of an array joined by a delimiter; NULLs are replaced, or left out. */
  arrayJoin<A extends string | null = never, D extends string = never>(
    this: AnyExpression<readonly unknown[] | null>,
    delimiter: Operand<A, D>,
    nullReplacement?: Operand<A, D>,
  ): Expression<NullIf<string, T | A>, C | D>;

  /** The greatest element of an array that is not NULL. */
  arrayMax(this: AnyExpression<readonly unknown[] | null>): Expression<Untyped, C>;

  /** The least element of an array that is not NULL. */
  arrayMin(this: AnyExpression<readonly unknown[] | null>): Expression<Untyped, C>;

  /** Where an element first is in an array, from 1; 0 if nowhere. */
  arrayPosition<D extends string = never>(
    this: AnyExpression<readonly unknown[] | null>,
    element: AnyOperand<D>,
  ): Expression<NullIf<number, T>, C | D>;

  /** An array with one more element at its start. */
  arrayPrepend<D extends string = never>(
    this: AnyExpression<readonly unknown[] | null>,
    element: AnyOperand<D>,
  ): Expression<NullIf<unknown[], T>, C | D>;

  /** An array without the elements equal to a value; NULL removes NULLs. */
  arrayRemove<D extends string = never>(
    this: AnyExpression<readonly unknown[] | null>,
    element: AnyOperand<D>,
  ): Expression<NullIf<unknown[], T>, C | D>;

  /** An array in reverse order. */
  arrayReverse(this: AnyExpression<readonly unknown[] | null>): Expression<NullIf<unknown[], T>, C>;

  /** Part of an array from a position to another, both included; positions count from 1, negative ones from the end. */
  arraySlice<A extends number | bigint | null = never, D extends string = never>(
    this: AnyExpression<readonly unknown[] | null>,
    start: Operand<A, D>,
    end?: Operand<A, D>,
  ): Expression<NullIf<unknown[], T | A>, C | D>;

  /** A sorted array, ascending unless said; NULLs come first when ascending unless said. */
  arraySort<A extends boolean | null = never, D extends string = never>(
    this: AnyExpression<readonly unknown[] | null>,
    ascending?: Operand<A, D>,
    nullsFirst?: Operand<A, D>,
  ): Expression<NullIf<unknown[], T | A>, C | D>;

  /** The elements that are in one of two arrays, each once. */
  arrayUnion<A extends readonly unknown[] | null = never, D extends string = never>(
    this: AnyExpression<readonly unknown[] | null>,
    value2: Operand<A, D>,
  ): Expression<NullIf<unknown[], T | A>, C | D>;

  /** The element of an array by its position from 1, or the value of a key of a map; NULL if there is none. */
  at<D extends string = never>(other: AnyOperand<D>): Expression<Untyped, C | D>;

  /** The bitmap of the integers that are in both bitmaps. */
  bitmapAnd<D extends string = never>(bitmap2: AnyOperand<D>): Expression<Untyped, C | D>;

  /** The bitmap of the integers that are in the first bitmap but not in the second. */
  bitmapAndnot<D extends string = never>(bitmap2: AnyOperand<D>): Expression<Untyped, C | D>;

  /** The bitmap of the integers in an array; NULLs in it are left out. */
  bitmapBuild(this: AnyExpression<readonly unknown[] | null>): Expression<Untyped, C>;

  /** The number of integers in a bitmap. */
  bitmapCardinality(): Expression<NullIf<bigint, T>, C>;

  /** The bitmap that bytes in the portable format of Roaring bitmaps contain. */
  bitmapFromBytes(this: AnyExpression<Uint8Array | null>): Expression<Untyped, C>;

  /** The bitmap of the integers that are in one of two bitmaps or in both. */
  bitmapOr<D extends string = never>(bitmap2: AnyOperand<D>): Expression<Untyped, C | D>;

  /** The integers in a bitmap, in the order that they would have as unsigned numbers. */
  bitmapToArray(): Expression<NullIf<unknown[], T>, C>;

  /** A bitmap as bytes in the portable format of Roaring bitmaps. */
  bitmapToBytes(): Expression<NullIf<Uint8Array, T>, C>;

  /** The text of a bitmap: its integers as unsigned numbers; cut if it is long. */
  bitmapToString(): Expression<NullIf<string, T>, C>;

  /** The bitmap of the integers that are in exactly one of two bitmaps. */
  bitmapXor<D extends string = never>(bitmap2: AnyOperand<D>): Expression<Untyped, C | D>;

  /** The number of elements of an array or multiset, or of entries of a map. */
  cardinality(
    this: AnyExpression<readonly unknown[] | ReadonlyMap<unknown, unknown> | null>,
  ): Expression<NullIf<number, T>, C>;

  /** EXTRACT(DAY FROM value). */
  dayofmonth(this: AnyExpression<Datetime | Interval | null>): Expression<NullIf<bigint, T>, C>;

  /** EXTRACT(DOW FROM value). */
  dayofweek(this: AnyExpression<Datetime | Interval | null>): Expression<NullIf<bigint, T>, C>;

  /** EXTRACT(DOY FROM value). */
  dayofyear(this: AnyExpression<Datetime | Interval | null>): Expression<NullIf<bigint, T>, C>;

  /** The only element of an array, NULL of an empty one; more than one is an error. */
  element(
    this: AnyExpression<readonly unknown[] | ReadonlyMap<unknown, unknown> | null>,
  ): Expression<Untyped, C>;

  /** A string as a JSON string in ASCII. */
  jsonQuote(this: AnyExpression<string | null>): Expression<NullIf<string, T>, C>;

  /** The text of a JSON string; other texts stay as they are. */
  jsonUnquote(this: AnyExpression<string | null>): Expression<NullIf<string, T>, C>;

  /** The entries of a map, as rows of key and value. */
  mapEntries(
    this: AnyExpression<ReadonlyMap<unknown, unknown> | null>,
  ): Expression<NullIf<unknown[], T>, C>;

  /** The keys of a map. */
  mapKeys(
    this: AnyExpression<ReadonlyMap<unknown, unknown> | null>,
  ): Expression<NullIf<unknown[], T>, C>;

  /** The entries of several maps; of a key in several of them, the last. */
  mapUnion(
    this: AnyExpression<ReadonlyMap<unknown, unknown> | null>,
  ): Expression<NullIf<Map<unknown, unknown>, T>, C>;

  /** The values of a map. */
  mapValues(
    this: AnyExpression<ReadonlyMap<unknown, unknown> | null>,
  ): Expression<NullIf<unknown[], T>, C>;

  /** An object (a row) in which fields have new values, by their names. */
  objectUpdate<A extends string | null = never, D extends string = never>(
    this: AnyExpression<object | null>,
    key: Operand<A, D>,
    value: AnyOperand<D>,
    ...entries: readonly AnyOperand<D>[]
  ): Expression<Untyped, C | D>;

  /** The VARIANT of a JSON text. An object with a key twice is an error unless that is allowed: then the last value counts. */
  parseJson<A extends boolean | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    allowDuplicateKeys?: Operand<A, D>,
  ): Expression<Untyped, C | D>;

  /** The parts of a string between delimiters; its characters if the delimiter is empty. */
  split<A extends string | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    delimiter: Operand<A, D>,
  ): Expression<NullIf<unknown[], T | A>, C | D>;

  /** A map of the keys and values in a string; the delimiters, `,` and `=` unless given, are regular expressions. */
  strToMap<A extends string | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    entryDelimiter?: Operand<A, D>,
    keyDelimiter?: Operand<A, D>,
  ): Expression<Map<unknown, unknown> | null, C | D>;

  /** PARSE_JSON; NULL where that is an error. */
  tryParseJson<A extends boolean | null = never, D extends string = never>(
    this: AnyExpression<string | null>,
    allowDuplicateKeys?: Operand<A, D>,
  ): Expression<Untyped, C | D>;

  /** The type of an expression as text. */
  typeof<A extends boolean | null = never, D extends string = never>(
    forceSerializable?: Operand<A, D>,
  ): Expression<string, C | D>;
}
