import { runtimeError } from '../../common/errors.ts';
import { commonType } from '../../types/common-type.ts';
import { type DataType, withNullable } from '../../types/data-type.ts';
import { array, map, multiset, NULL, row, VARIANT } from '../../types/types.ts';
import { keyOf } from '../compare.ts';
import { defineScalar } from '../define.ts';
import type { CallShape } from '../definition.ts';
import { inputOf } from '../type-strategies.ts';

/** ROW(a, b, …). */
export const ROW = defineScalar({
  name: 'ROW',
  tableApi: { method: null },
  doc: 'A row of values.',
  // A bare NULL has no type that a field could have.
  input: inputOf(
    ({ types }) => (types.length === 0 || types.some((t) => t.kind === 'NULL') ? null : types),
    'value <ANY>, ...',
  ),
  output: (call) =>
    withNullable(
      row(call.types.map((type, i) => ({ name: `EXPR$${i}`, type, comment: null }))),
      false,
    ),
  strict: false,
  eval: (...values: readonly unknown[]) => values,
  examples: [["ROW(1, 'a')", '(1, a)']],
});

/** ARRAY[a, b, …]. */
export const ARRAY = defineScalar({
  name: 'ARRAY',
  tableApi: { method: null },
  doc: 'An array of values, which all become of one type.',
  input: commonElements(),
  output: (call) => withNullable(array(elementType(call)), false),
  strict: false,
  eval: (...values: readonly unknown[]) => values,
  examples: [['ARRAY[1, CAST(NULL AS INT)]', '[1, NULL]']],
});

/** MULTISET[a, b, …]. */
export const MULTISET = defineScalar({
  name: 'MULTISET',
  tableApi: { method: null },
  doc: 'A multiset of values, which all become of one type.',
  input: commonElements(),
  output: (call) => withNullable(multiset(elementType(call)), false),
  strict: false,
  specialize: (site) => {
    const key = keyOf(site.types[0]!);
    return (...values: readonly unknown[]) => {
      const counts = new Map<unknown, [value: unknown, count: number]>();
      for (const value of values) {
        const entry = counts.get(key(value));
        if (entry === undefined) counts.set(key(value), [value, 1]);
        else entry[1]++;
      }
      return new Map(counts.values());
    };
  },
  examples: [['CARDINALITY(MULTISET[1, 1, 2])', '3']],
});

/** MAP[k, v, k, v, …]. */
export const MAP = defineScalar({
  name: 'MAP',
  tableApi: { method: null },
  doc: 'A map of keys and values in turn; the last value of a key counts.',
  input: inputOf((call) => {
    const { types } = call;
    if (types.length === 0 || types.length % 2 === 1) return null;
    const key = commonType(types.filter((_, i) => i % 2 === 0));
    const value = commonType(types.filter((_, i) => i % 2 === 1));
    if (key === null || value === null) return null;
    return types.map((_, i) => (i % 2 === 0 ? key : value));
  }, 'key <COMMON>, value <COMMON>, ...'),
  output: (call) => {
    const key = nullableIfOne(call, 0);
    const value = nullableIfOne(call, 1);
    return withNullable(map(key, value), false);
  },
  strict: false,
  specialize: (site) => {
    const key = keyOf(site.types[0]!);
    return (...values: readonly unknown[]) => {
      const entries = new Map<unknown, [key: unknown, value: unknown]>();
      for (let i = 0; i < values.length; i += 2) {
        entries.set(key(values[i]), [values[i], values[i + 1]]);
      }
      return new Map(entries.values());
    };
  },
  examples: [["MAP['a', 1, 'b', 2]['b']", '2']],
});

/** FIELD(row, index): `row.field`. */
export const FIELD = defineScalar({
  name: 'FIELD',
  tableApi: { method: null },
  doc: 'A field of a row, by its index from 0.',
  input: inputOf((call) => {
    const [type] = call.types;
    const index = call.literals[1];
    const ok = type?.kind === 'ROW' && typeof index === 'number' && index < type.fields.length;
    return ok ? call.types : null;
  }, 'row <ROW>, index <INT>'),
  output: (call) => {
    const [type] = call.types;
    const index = Number(call.literals[1]);
    const field = type?.kind === 'ROW' ? type.fields[index]! : null;
    if (type === undefined || field === null) return NULL;
    return withNullable(field.type, field.type.nullable || type.nullable);
  },
  eval: (value: readonly unknown[], index: number) => value[index],
  examples: [],
});

/** ITEM(collection, key): `array[index]`, `map[key]`. */
export const ITEM = defineScalar({
  name: 'ITEM',
  tableApi: { method: 'at' },
  doc: 'The element of an array by its position from 1, or the value of a key of a map; NULL if there is none.',
  input: inputOf(
    itemArgs,
    'array <ARRAY>, index <INT>',
    'map <MAP>, key <KEY>',
    'row <ROW>, field <CHAR literal>',
    'variant <VARIANT>, index <INT>',
    'variant <VARIANT>, key <STRING>',
  ),
  output: (call) => {
    const type = call.types[0]!;
    if (type.kind === 'ARRAY') return withNullable(type.element, true);
    if (type.kind === 'MAP') return withNullable(type.value, true);
    if (type.kind === 'ROW') return withNullable(type.fields[fieldIndex(call)]!.type, true);
    return VARIANT;
  },
  specialize: (site) => {
    const type = site.types[0]!;
    if (type.kind === 'ARRAY') {
      return (list: readonly unknown[], index: number | bigint) => list[Number(index) - 1] ?? null;
    }
    if (type.kind === 'MAP') return mapLookup(type.key);
    if (type.kind === 'VARIANT') return variantItem;
    const index = fieldIndex(site);
    return (values: readonly unknown[]) => values[index];
  },
  examples: [
    ['ARRAY[10, 20][2]', '20'],
    ['ARRAY[10, 20][3]', 'NULL'],
    ["MAP['k', 'v']['x']", 'NULL'],
    [`JSON_STRING(PARSE_JSON('{"a": [1, 2]}')['a'][2])`, '2'],
  ],
});

function itemArgs(call: CallShape): readonly DataType[] | null {
  const [collection, key] = call.types;
  if (collection === undefined || key === undefined || call.types.length !== 2) return null;
  const isIndex = ['TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'NULL'].includes(key.kind);
  switch (collection.kind) {
    case 'ARRAY': {
      const index = call.literals[1];
      const wrong = (typeof index === 'number' || typeof index === 'bigint') && index <= 0;
      return isIndex && !wrong ? call.types : null;
    }
    case 'MAP': {
      const common = commonType([collection.key, key]);
      if (common === null) return null;
      return [collection, collection.key];
    }
    case 'ROW':
      return fieldIndex(call) < 0 ? null : call.types;
    case 'VARIANT':
      return isIndex || key.kind === 'CHAR' || key.kind === 'VARCHAR' ? call.types : null;
    default:
      return null;
  }
}

/** The field of a row that `row['name']` or `row[1]` means; -1 if there is none. */
function fieldIndex({ types, literals }: CallShape): number {
  const [type] = types;
  const key = literals[1];
  if (type?.kind !== 'ROW') return -1;
  if (typeof key === 'string') return type.fields.findIndex((f) => f.name === key);
  return typeof key === 'number' && key >= 1 && key <= type.fields.length ? key - 1 : -1;
}

/** Keys of primitive types are looked up as they are, others by comparing them. */
function mapLookup(keyType: DataType) {
  const key = keyOf(keyType);
  return (entries: ReadonlyMap<unknown, unknown>, wanted: unknown): unknown => {
    const direct = entries.get(wanted);
    if (direct !== undefined) return direct;
    if (typeof wanted !== 'object' && typeof wanted !== 'number') return null;
    const wantedKey = key(wanted);
    for (const [candidate, value] of entries) if (key(candidate) === wantedKey) return value;
    return null;
  };
}

function variantItem(variant: unknown, key: string | number | bigint): unknown {
  if (typeof key !== 'string') {
    if (!Array.isArray(variant)) throw wrongVariant('an index', 'an array');
    return variant[Number(key) - 1] ?? null;
  }
  if (typeof variant !== 'object' || Array.isArray(variant)) {
    throw wrongVariant('a key', 'an object');
  }
  const object = variant as Readonly<Record<string, unknown>>;
  return Object.hasOwn(object, key) ? object[key] : null;
}

function wrongVariant(access: string, wanted: string) {
  const reason = `${access} wants a variant that holds ${wanted}`;
  return runtimeError('INVALID_FUNCTION_ARGUMENT', { function: 'ITEM', reason });
}

function commonElements() {
  return inputOf((call) => {
    const common = call.types.length === 0 ? null : commonType(call.types);
    return common === null ? null : call.types.map(() => common);
  }, '<COMMON>, ...');
}

/** The type of all even or all odd arguments: nullable if one of them is. */
function nullableIfOne(call: CallShape, parity: 0 | 1): DataType {
  const types = call.types.filter((_, i) => i % 2 === parity);
  return withNullable(
    types[0]!,
    types.some((type) => type.nullable),
  );
}

function elementType(call: CallShape): DataType {
  const [first = NULL] = call.types;
  return withNullable(
    first,
    call.types.some((type) => type.nullable),
  );
}
