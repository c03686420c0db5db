import { encodeVariant } from '../columnar/variant.ts';
import { notImplemented } from '../common/errors.ts';
import type { DataType } from '../types/data-type.ts';

/** Compares two internal values, neither of them NULL: negative, zero or positive. */
export type Comparator = (a: unknown, b: unknown) => number;

/** Whether two internal values, neither of them NULL, are equal. */
export type Equality = (a: unknown, b: unknown) => boolean;

/**
 * The order of a type's values, as MIN and GREATEST see it: NaN is the greatest number, and the two
 * zeros are equal.
 *
 * Errors: NOT_IMPLEMENTED for types without an order.
 */
export function comparatorOf(type: DataType): Comparator {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'DATE':
    case 'TIME':
    case 'INTERVAL_YEAR_MONTH':
      return (a, b) => (a as number) - (b as number);
    case 'BIGINT':
    case 'DECIMAL':
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
    case 'INTERVAL_DAY_TIME':
      return (a, b) => ((a as bigint) < (b as bigint) ? -1 : (a as bigint) > (b as bigint) ? 1 : 0);
    case 'FLOAT':
    case 'DOUBLE':
      return (a, b) => compareDoubles(a as number, b as number);
    case 'CHAR':
    case 'VARCHAR':
      return (a, b) => compareStrings(a as string, b as string);
    case 'BINARY':
    case 'VARBINARY':
      return (a, b) => Buffer.compare(a as Uint8Array, b as Uint8Array);
    case 'ARRAY': {
      const element = nullsFirst(comparatorOf(type.element));
      return (a, b) =>
        compareLists(a as readonly unknown[], b as readonly unknown[], () => element);
    }
    case 'ROW': {
      const fields = type.fields.map((f) => nullsFirst(comparatorOf(f.type)));
      return (a, b) =>
        compareLists(a as readonly unknown[], b as readonly unknown[], (i) => fields[i]!);
    }
    case 'NULL':
      return () => 0;
    default:
      throw notImplemented(`Ordering values of type ${type.kind}`);
  }
}

/** The same, as ORDER BY sees it: -0 comes before 0. Errors: as `comparatorOf`. */
export function sortComparatorOf(type: DataType): Comparator {
  const compare = comparatorOf(type);
  if (type.kind !== 'FLOAT' && type.kind !== 'DOUBLE') return compare;
  return (a, b) => compare(a, b) || Number(Object.is(b, -0)) - Number(Object.is(a, -0));
}

/** Whether values of a type have an order: may be compared with `<`. */
export function isOrdered(type: DataType): boolean {
  switch (type.kind) {
    case 'MAP':
    case 'MULTISET':
    case 'VARIANT':
    case 'BITMAP':
      return false;
    case 'ARRAY':
      return isOrdered(type.element);
    case 'ROW':
      return type.fields.every((f) => isOrdered(f.type));
    default:
      return true;
  }
}

/** The equality of a type's values as `=` sees it: NaN equals nothing; NULLs inside are equal. */
export function equalityOf(type: DataType): Equality {
  switch (type.kind) {
    case 'BINARY':
    case 'VARBINARY':
    case 'BITMAP':
      return (a, b) => Buffer.compare(a as Uint8Array, b as Uint8Array) === 0;
    case 'ARRAY': {
      const element = nullsEqual(equalityOf(type.element));
      return (a, b) => equalLists(a as readonly unknown[], b as readonly unknown[], () => element);
    }
    case 'ROW': {
      const fields = type.fields.map((f) => nullsEqual(equalityOf(f.type)));
      return (a, b) =>
        equalLists(a as readonly unknown[], b as readonly unknown[], (i) => fields[i]!);
    }
    case 'MAP':
      return equalMaps(keyOf(type.key), nullsEqual(equalityOf(type.value)));
    case 'MULTISET':
      return equalMaps(keyOf(type.element), (a, b) => a === b);
    case 'VARIANT': {
      const key = keyOf(type);
      return (a, b) => key(a) === key(b);
    }
    default:
      return (a, b) => a === b;
  }
}

/**
 * A function that maps the values of a type, NULL included, to keys that are `===` exactly when
 * the values are equal (for sets and maps of values). NaN is equal to itself here.
 */
export function keyOf(type: DataType): (value: unknown) => unknown {
  switch (type.kind) {
    case 'FLOAT':
    case 'DOUBLE':
      return (value) => (value === 0 ? 0 : Number.isNaN(value) ? 'NaN' : value);
    case 'BINARY':
    case 'VARBINARY':
    case 'BITMAP':
      return (value) =>
        value === null ? null : Buffer.from(value as Uint8Array).toString('latin1');
    case 'ARRAY': {
      const element = keyOf(type.element);
      return (value) =>
        value === null ? null : listKey(value as readonly unknown[], () => element);
    }
    case 'ROW': {
      const fields = type.fields.map((f) => keyOf(f.type));
      return (value) =>
        value === null ? null : listKey(value as readonly unknown[], (i) => fields[i]!);
    }
    case 'MAP':
      return mapKeyOf(keyOf(type.key), keyOf(type.value));
    case 'MULTISET':
      return mapKeyOf(keyOf(type.element), (count) => count);
    case 'VARIANT':
      return (value) =>
        value === null ? null : Buffer.from(encodeVariant(value)).toString('latin1');
    default:
      return (value) => value;
  }
}

/** Compares strings by code point, which is the order of their UTF-8 bytes. */
export function compareStrings(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others, though units from 0xe000 are greater. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}

function compareDoubles(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

function nullsFirst(compare: Comparator): Comparator {
  return (a, b) => {
    if (a === null || b === null) return Number(b === null) - Number(a === null);
    return compare(a, b);
  };
}

function nullsEqual(equal: Equality): Equality {
  return (a, b) => (a === null || b === null ? a === b : equal(a, b));
}

function compareLists(
  a: readonly unknown[],
  b: readonly unknown[],
  of: (index: number) => Comparator,
): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = of(i)(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function equalLists(
  a: readonly unknown[],
  b: readonly unknown[],
  of: (index: number) => Equality,
): boolean {
  return a.length === b.length && a.every((value, i) => of(i)(value, b[i]));
}

function equalMaps(key: (value: unknown) => unknown, equal: Equality): Equality {
  return (a, b) => {
    const left = a as ReadonlyMap<unknown, unknown>;
    const right = b as ReadonlyMap<unknown, unknown>;
    if (left.size !== right.size) return false;
    const byKey = new Map([...right].map(([k, v]) => [key(k), v]));
    return [...left].every(([k, v]) => byKey.has(key(k)) && equal(v, byKey.get(key(k))));
  };
}

function listKey(
  values: readonly unknown[],
  of: (index: number) => (value: unknown) => unknown,
): string {
  return values
    .map((value, i) => {
      const key = of(i)(value);
      const text = String(key);
      return key === null ? 'n' : `${(typeof key)[0]}${text.length}:${text}`;
    })
    .join(',');
}

function mapKeyOf(
  key: (value: unknown) => unknown,
  value: (value: unknown) => unknown,
): (map: unknown) => unknown {
  return (map) => {
    if (map === null) return null;
    const entries = [...(map as ReadonlyMap<unknown, unknown>)].map(([k, v]) =>
      listKey([k, v], (i) => (i === 0 ? key : value)),
    );
    return entries.sort().join(';');
  };
}
