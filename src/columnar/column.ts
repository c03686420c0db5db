import { assert } from '../common/assert.ts';
import type { DataType } from '../types/data-type.ts';
import { isValid } from './bitmap.ts';
import { readBinary, readFixed, storedValue } from './values.ts';

/** How a column's values lie in memory. Kernels switch on this, never on the SQL type. */
export type Layout = 'null' | 'bool' | 'fixed' | 'binary' | 'list' | 'struct' | 'dictionary';

/**
 * The element arrays of fixed-width columns. 16-byte elements (decimals above 18 digits:
 * two's complement, low word first; timestamps above 6 digits: microseconds, then nanoseconds of
 * the microsecond) are pairs in a BigInt64Array.
 */
export type FixedValues =
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** The least and the greatest value at most: a part of the rows keeps the range of all. */
export interface ValueRange {
  readonly least: bigint;
  readonly greatest: bigint;
}

/** Integers in fewer bytes than their type has: how tables in memory keep them. */
export interface NarrowValues {
  readonly values: Int8Array | Int16Array;
  /** Bytes of an element: 1 or 2. */
  readonly width: number;
  /** The values in as many bytes as their type has. */
  widened(column: FixedColumn): FixedValues;
}

interface ColumnBase {
  readonly type: DataType;
  readonly length: number;
  /** How many rows are NULL; 0 promises that `validity` can be ignored. */
  readonly nullCount: number;
  /** Arrow validity bitmap, least significant bit first; null when every row is valid. */
  readonly validity: Uint8Array | null;
  /** The row's internal value, or null. Convenient, not fast: kernels read the buffers. */
  get(row: number): unknown;
}

/**
 * One column of one batch, in Arrow buffers. Immutable once built. The buffers are views of the
 * arena, and their `byteOffset` is the address that kernels get.
 */
export type Column =
  | NullColumn
  | BoolColumn
  | FixedColumn
  | BinaryColumn
  | ListColumn
  | StructColumn
  | DictionaryColumn;

/** All rows are NULL; no buffers. */
export class NullColumn implements ColumnBase {
  readonly layout = 'null';
  readonly type: DataType;
  readonly length: number;
  readonly validity = null;

  constructor(type: DataType, length: number) {
    this.type = type;
    this.length = length;
  }

  get nullCount(): number {
    return this.length;
  }

  get(_row: number): null {
    return null;
  }
}

/** BOOLEAN: one bit a row, least significant first. */
export class BoolColumn implements ColumnBase {
  readonly layout = 'bool';
  readonly type: DataType;
  readonly length: number;
  readonly nullCount: number;
  readonly validity: Uint8Array | null;
  readonly bits: Uint8Array;

  constructor(
    type: DataType,
    length: number,
    bits: Uint8Array,
    validity: Uint8Array | null,
    nullCount: number,
  ) {
    this.type = type;
    this.length = length;
    this.bits = bits;
    this.validity = validity;
    this.nullCount = nullCount;
  }

  get(row: number): boolean | null {
    return isValid(this.validity, row) ? isValid(this.bits, row) : null;
  }
}

/** Numbers, dates, times, decimals, intervals: `width` bytes a row. */
export class FixedColumn implements ColumnBase {
  readonly layout = 'fixed';
  readonly type: DataType;
  readonly length: number;
  readonly nullCount: number;
  readonly validity: Uint8Array | null;
  /** Where the values lie as long as nobody has asked for `values`; null: there. */
  readonly narrow: NarrowValues | null;
  /** Bytes of an element of `values`: 1, 2, 4, 8 or 16. */
  readonly width: number;
  /** Where the values lie, as they are stored; null: unknown, or they are no integers. */
  readonly range: ValueRange | null;
  #values: FixedValues | null;

  constructor(
    type: DataType,
    length: number,
    values: FixedValues | NarrowValues,
    width: number,
    validity: Uint8Array | null,
    nullCount: number,
    range: ValueRange | null = null,
  ) {
    this.type = type;
    this.length = length;
    const isNarrow = 'widened' in values;
    this.narrow = isNarrow ? values : null;
    this.#values = isNarrow ? null : values;
    this.width = width;
    this.range = range;
    this.validity = validity;
    this.nullCount = nullCount;
  }

  /** The values as their type is stored; narrow ones are widened when this is first asked for. */
  get values(): FixedValues {
    this.#values ??= this.narrow?.widened(this) ?? null;
    assert(this.#values !== null, 'a column has values');
    return this.#values;
  }

  get(row: number): unknown {
    if (!isValid(this.validity, row)) return null;
    if (this.narrow === null) return readFixed(this, row);
    return storedValue(this.type, BigInt(this.narrow.values[row]!));
  }
}

/** Strings (UTF-8) and binary strings: `offsets[i]` to `offsets[i + 1]` in `bytes`. */
export class BinaryColumn implements ColumnBase {
  readonly layout = 'binary';
  readonly type: DataType;
  readonly length: number;
  readonly nullCount: number;
  readonly validity: Uint8Array | null;
  /** `length + 1` offsets; the first need not be 0. */
  readonly offsets: Int32Array;
  readonly bytes: Uint8Array;

  constructor(
    type: DataType,
    length: number,
    offsets: Int32Array,
    bytes: Uint8Array,
    validity: Uint8Array | null,
    nullCount: number,
  ) {
    this.type = type;
    this.length = length;
    this.offsets = offsets;
    this.bytes = bytes;
    this.validity = validity;
    this.nullCount = nullCount;
  }

  get(row: number): unknown {
    return isValid(this.validity, row) ? readBinary(this, row) : null;
  }
}

/** ARRAY; MAP as a list of (key, value) structs; MULTISET as a list of (element, count) structs. */
export class ListColumn implements ColumnBase {
  readonly layout = 'list';
  readonly type: DataType;
  readonly length: number;
  readonly nullCount: number;
  readonly validity: Uint8Array | null;
  readonly offsets: Int32Array;
  readonly child: Column;

  constructor(
    type: DataType,
    length: number,
    offsets: Int32Array,
    child: Column,
    validity: Uint8Array | null,
    nullCount: number,
  ) {
    this.type = type;
    this.length = length;
    this.offsets = offsets;
    this.child = child;
    this.validity = validity;
    this.nullCount = nullCount;
  }

  get(row: number): readonly unknown[] | ReadonlyMap<unknown, unknown> | null {
    if (!isValid(this.validity, row)) return null;
    const from = this.offsets[row]!;
    const to = this.offsets[row + 1]!;
    if (this.type.kind === 'ARRAY') {
      const elements: unknown[] = [];
      for (let i = from; i < to; i++) elements.push(this.child.get(i));
      return elements;
    }
    const entries = new Map<unknown, unknown>();
    for (let i = from; i < to; i++) {
      const [key, value] = this.child.get(i) as readonly unknown[];
      entries.set(key, value);
    }
    return entries;
  }
}

/** ROW: one child a field, all of the same length. */
export class StructColumn implements ColumnBase {
  readonly layout = 'struct';
  readonly type: DataType;
  readonly length: number;
  readonly nullCount: number;
  readonly validity: Uint8Array | null;
  readonly children: readonly Column[];

  constructor(
    type: DataType,
    length: number,
    children: readonly Column[],
    validity: Uint8Array | null,
    nullCount: number,
  ) {
    this.type = type;
    this.length = length;
    this.children = children;
    this.validity = validity;
    this.nullCount = nullCount;
  }

  get(row: number): readonly unknown[] | null {
    return isValid(this.validity, row) ? this.children.map((child) => child.get(row)) : null;
  }
}

/** Low-cardinality values: a code a row into `dictionary`, whose own values are never NULL. */
export class DictionaryColumn implements ColumnBase {
  readonly layout = 'dictionary';
  readonly type: DataType;
  readonly length: number;
  readonly nullCount: number;
  readonly validity: Uint8Array | null;
  /** Codes of NULL rows are 0. */
  readonly codes: Int32Array;
  readonly dictionary: Column;

  constructor(
    type: DataType,
    length: number,
    codes: Int32Array,
    dictionary: Column,
    validity: Uint8Array | null,
    nullCount: number,
  ) {
    this.type = type;
    this.length = length;
    this.codes = codes;
    this.dictionary = dictionary;
    this.validity = validity;
    this.nullCount = nullCount;
  }

  get(row: number): unknown {
    return isValid(this.validity, row) ? this.dictionary.get(this.codes[row]!) : null;
  }
}
