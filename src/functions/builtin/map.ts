import { runtimeError } from '../../common/errors.ts';
import { commonType } from '../../types/common-type.ts';
import { type DataType, withNullable } from '../../types/data-type.ts';
import { field } from '../../types/schema.ts';
import { array, map, NULL, row, STRING } from '../../types/types.ts';
import { keyOf } from '../compare.ts';
import { defineScalar } from '../define.ts';
import { javaRegex } from '../regex/java-syntax.ts';
import {
  arg,
  argument,
  explicit,
  forceNullable,
  inputOf,
  nullableIfArgs,
  optionalFrom,
  sequence,
} from '../type-strategies.ts';

type Entries = ReadonlyMap<unknown, unknown>;

const entries = arg('map', 'MAP');

function keyTypeOf(type: DataType): DataType {
  return type.kind === 'MAP' ? type.key : NULL;
}

function valueTypeOf(type: DataType): DataType {
  return type.kind === 'MAP' ? type.value : NULL;
}

/** MAP_KEYS(map). */
export const MAP_KEYS = defineScalar({
  name: 'MAP_KEYS',
  doc: 'The keys of a map.',
  input: sequence(entries),
  output: nullableIfArgs((call) => array(keyTypeOf(call.types[0]!))),
  eval: (value: Entries) => [...value.keys()],
  examples: [["MAP_KEYS(MAP['a', 1])", '[a]']],
});

/** MAP_VALUES(map). */
export const MAP_VALUES = defineScalar({
  name: 'MAP_VALUES',
  doc: 'The values of a map.',
  input: sequence(entries),
  output: nullableIfArgs((call) => array(valueTypeOf(call.types[0]!))),
  eval: (value: Entries) => [...value.values()],
  examples: [["MAP_VALUES(MAP['a', 1])", '[1]']],
});

/** MAP_ENTRIES(map). */
export const MAP_ENTRIES = defineScalar({
  name: 'MAP_ENTRIES',
  doc: 'The entries of a map, as rows of key and value.',
  input: sequence(entries),
  output: nullableIfArgs((call) => {
    const type = call.types[0]!;
    return array(row([field('key', keyTypeOf(type)), field('value', valueTypeOf(type))]));
  }),
  eval: (value: Entries) => [...value],
  examples: [["MAP_ENTRIES(MAP['a', 1])", '[(a, 1)]']],
});

/** MAP_FROM_ARRAYS(keys, values). */
export const MAP_FROM_ARRAYS = defineScalar({
  name: 'MAP_FROM_ARRAYS',
  tableApi: { method: null, function: 'mapFromArrays' },
  doc: 'A map of an array of keys and an array of as many values.',
  input: sequence(arg('keys', 'ARRAY'), arg('values', 'ARRAY')),
  output: nullableIfArgs((call) => {
    const [keys, values] = call.types;
    return map(
      keys?.kind === 'ARRAY' ? keys.element : NULL,
      values?.kind === 'ARRAY' ? values.element : NULL,
    );
  }),
  specialize: ({ result }) => {
    const key = keyOf(keyTypeOf(result));
    return (keys: readonly unknown[], values: readonly unknown[]) => {
      if (keys.length !== values.length) {
        throw runtimeError('INVALID_FUNCTION_ARGUMENT', {
          function: 'MAP_FROM_ARRAYS',
          reason: `there are ${keys.length} keys and ${values.length} values`,
        });
      }
      return mergeEntries([keys.map((k, i) => [k, values[i]] as const)], key);
    };
  },
  examples: [["MAP_FROM_ARRAYS(ARRAY[1, 2], ARRAY['a', 'b'])", '{1=a, 2=b}']],
});

/** MAP_UNION(map, …). */
export const MAP_UNION = defineScalar({
  name: 'MAP_UNION',
  doc: 'The entries of several maps; of a key in several of them, the last.',
  input: inputOf((call) => {
    const { types } = call;
    if (types.length === 0 || !types.every((t) => t.kind === 'MAP' || t.kind === 'NULL'))
      return null;
    const common = commonType(types);
    return common === null ? null : types.map(() => common);
  }, 'map <MAP>, ...'),
  output: nullableIfArgs(argument(0)),
  specialize: ({ result }) => {
    const key = keyOf(keyTypeOf(result));
    return (...maps: readonly Entries[]) => mergeEntries(maps, key);
  },
  examples: [["MAP_UNION(MAP['a', 1], MAP['a', 2, 'b', 3])", '{a=2, b=3}']],
});

function mergeEntries(
  parts: readonly Iterable<readonly [unknown, unknown]>[],
  key: (value: unknown) => unknown,
): Entries {
  const merged = new Map<unknown, readonly [unknown, unknown]>();
  for (const part of parts) {
    for (const [k, v] of part) merged.set(key(k), [merged.get(key(k))?.[0] ?? k, v]);
  }
  return new Map(merged.values());
}

/** STR_TO_MAP(text [, entry delimiter, key delimiter]). */
export const STR_TO_MAP = defineScalar({
  name: 'STR_TO_MAP',
  doc: 'A map of the keys and values in a string; the delimiters, `,` and `=` unless given, are regular expressions.',
  input: optionalFrom(
    1,
    arg('text', 'CHARACTER_STRING'),
    arg('entryDelimiter', 'CHARACTER_STRING'),
    arg('keyDelimiter', 'CHARACTER_STRING'),
  ),
  output: forceNullable(explicit(map(withNullable(STRING, true), STRING))),
  eval: (text: string, entryDelimiter = ',', keyDelimiter = '=') => {
    const entrySplit = javaRegex(entryDelimiter);
    const keySplit = javaRegex(keyDelimiter);
    if (entrySplit === null || keySplit === null || text === '') return new Map();
    return new Map(
      entrySplit.split(text).map((entry) => {
        const match = keySplit.exec(entry);
        if (match === null) return [entry, null];
        return [entry.slice(0, match.index), entry.slice(match.index + match[0].length)];
      }),
    );
  },
  examples: [["STR_TO_MAP('k1=v1,k2=v2')", '{k1=v1, k2=v2}']],
});
