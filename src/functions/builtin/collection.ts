import { runtimeError } from '../../common/errors.ts';
import { canCastImplicitly } from '../../types/casts.ts';
import { commonType } from '../../types/common-type.ts';
import { type DataType, withNullable } from '../../types/data-type.ts';
import { isCharacter, isConstructed } from '../../types/families.ts';
import { array, BOOLEAN, INT, STRING } from '../../types/types.ts';
import { comparatorOf, isOrdered, keyOf } from '../compare.ts';
import { defineScalar } from '../define.ts';
import type { CallShape, CallSite, InputTypeStrategy, RowFunction } from '../definition.ts';
import {
  type ArgumentStrategy,
  arg,
  argOf,
  argument,
  explicit,
  forceNullable,
  inputOf,
  nullableIfArgs,
  optionalFrom,
  or,
  provided,
  sequence,
} from '../type-strategies.ts';

type List = readonly unknown[];

const list = arg('array', 'ARRAY');

/** The element type of an array; NULL of a NULL. */
function elementOf(type: DataType): DataType {
  return type.kind === 'ARRAY' ? type.element : type;
}

/** An array whose elements are compared with argument 1, whose type they take if they are all NULL. */
const searched: ArgumentStrategy = argOf('array <ARRAY>', (call) => {
  const type = list.infer(call, 0);
  const untyped = type?.kind === 'ARRAY' && type.element.kind === 'NULL';
  return untyped ? { ...type, element: withNullable(call.types[1] ?? type.element, true) } : type;
});

/** A value that can be an element of the array in argument 0. */
function elementArg(name: string): ArgumentStrategy {
  return argOf(`${name} <ELEMENT>`, (call, index) => {
    const type = call.types[index]!;
    const element = elementOf(call.types[0]!);
    if (element.kind === 'NULL') return type;
    if (type.kind === element.kind && !isConstructed(type) && type.kind !== 'DECIMAL') return type;
    return canCastImplicitly(type, element) ? element : null;
  });
}

/** An array and a value, as an array and an element of their common type. */
const arrayAndNewElement: InputTypeStrategy = inputOf((call) => {
  const [type, value] = call.types;
  if (call.types.length !== 2 || type?.kind !== 'ARRAY') return null;
  const element = commonType([type.element, value!]);
  return element === null ? null : [array(element), element];
}, 'array <ARRAY>, element <ELEMENT>');

/**
 * An array and a value to look for in it. One that cannot be an element, such as a BIGINT for an
 * ARRAY<INT>, is compared in the common type of both.
 */
const arrayAndSearched: InputTypeStrategy = inputOf((call) => {
  const asElement = sequence(searched, elementArg('element')).infer(call);
  return asElement ?? arrayAndNewElement.infer(call);
}, 'array <ARRAY>, element <ELEMENT>');

/** Arrays that all become of one type; `max` is null for as many as there are. */
function commonArrays(min: number, max: number | null): InputTypeStrategy {
  return inputOf(
    (call) => {
      const { types } = call;
      if (types.length < min || (max !== null && types.length > max)) return null;
      const arrays = types.filter((type) => type.kind !== 'NULL');
      if (arrays.length === 0 || !arrays.every((type) => type.kind === 'ARRAY')) return null;
      const common = commonType(types);
      return common === null ? null : types.map(() => common);
    },
    `${'<ARRAY>, '.repeat(min).slice(0, -2)}${max === min ? '' : ', ...'}`,
  );
}

/** CARDINALITY(collection). */
export const CARDINALITY = defineScalar({
  name: 'CARDINALITY',
  doc: 'The number of elements of an array or multiset, or of entries of a map.',
  input: sequence(arg('collection', 'COLLECTION')),
  output: nullableIfArgs(explicit(INT)),
  specialize: ({ types }) => {
    if (types[0]!.kind === 'ARRAY') return (value: List) => value.length;
    if (types[0]!.kind === 'MAP') return (value: ReadonlyMap<unknown, unknown>) => value.size;
    return (value: ReadonlyMap<unknown, number>) => {
      let count = 0;
      for (const times of value.values()) count += times;
      return count;
    };
  },
  examples: [['CARDINALITY(ARRAY[1, 2, 3])', '3']],
});

/** ELEMENT(array). */
export const ELEMENT = defineScalar({
  name: 'ELEMENT',
  doc: 'The only element of an array, NULL of an empty one; more than one is an error.',
  input: sequence(arg('collection', 'ARRAY', 'MULTISET')),
  output: forceNullable((call) => {
    const type = call.types[0]!;
    return type.kind === 'MULTISET' ? type.element : elementOf(type);
  }),
  eval: (value: List | ReadonlyMap<unknown, number>) => {
    const elements = value instanceof Map ? [...value.keys()] : (value as List);
    if (elements.length > 1) {
      throw runtimeError('INVALID_FUNCTION_ARGUMENT', {
        function: 'ELEMENT',
        reason: 'the array has more than one element',
      });
    }
    return elements[0] ?? null;
  },
  examples: [['ELEMENT(ARRAY[5])', '5']],
});

/** ARRAY_APPEND(array, element). */
export const ARRAY_APPEND = defineScalar({
  name: 'ARRAY_APPEND',
  doc: 'An array with one more element at its end.',
  input: arrayAndNewElement,
  output: (call) => argument(0)(call),
  strict: false,
  eval: (value: List | null, element: unknown) => (value === null ? null : [...value, element]),
  examples: [['ARRAY_APPEND(ARRAY[1], 2)', '[1, 2]']],
});

/** ARRAY_PREPEND(array, element). */
export const ARRAY_PREPEND = defineScalar({
  name: 'ARRAY_PREPEND',
  doc: 'An array with one more element at its start.',
  input: arrayAndNewElement,
  output: (call) => argument(0)(call),
  strict: false,
  eval: (value: List | null, element: unknown) => (value === null ? null : [element, ...value]),
  examples: [['ARRAY_PREPEND(ARRAY[1], 2)', '[2, 1]']],
});

/** ARRAY_CONTAINS(array, element). */
export const ARRAY_CONTAINS = defineScalar({
  name: 'ARRAY_CONTAINS',
  doc: 'Whether an array has an element; NULL is an element like others.',
  input: arrayAndSearched,
  output: (call) => withNullable(BOOLEAN, call.types[0]!.nullable),
  strict: false,
  specialize: (site) => {
    const key = keyOf(elementOf(site.types[0]!));
    return (value: List | null, wanted: unknown) => {
      if (value === null) return null;
      const wantedKey = key(wanted);
      return value.some((element) => key(element) === wantedKey);
    };
  },
  examples: [['ARRAY_CONTAINS(ARRAY[1, 2], 2)', 'TRUE']],
});

/** ARRAY_POSITION(array, element). */
export const ARRAY_POSITION = defineScalar({
  name: 'ARRAY_POSITION',
  doc: 'Where an element first is in an array, from 1; 0 if nowhere.',
  input: arrayAndSearched,
  output: nullableIfArgs(explicit(INT)),
  specialize: (site) => {
    const key = keyOf(elementOf(site.types[0]!));
    return (value: List, wanted: unknown) => {
      const wantedKey = key(wanted);
      return value.findIndex((element) => key(element) === wantedKey) + 1;
    };
  },
  examples: [['ARRAY_POSITION(ARRAY[5, 7], 7)', '2']],
});

/** ARRAY_REMOVE(array, element). */
export const ARRAY_REMOVE = defineScalar({
  name: 'ARRAY_REMOVE',
  doc: 'An array without the elements equal to a value; NULL removes NULLs.',
  input: sequence(searched, elementArg('element')),
  output: argument(0),
  strict: false,
  specialize: (site) => {
    const key = keyOf(elementOf(site.types[0]!));
    return (value: List | null, unwanted: unknown) => {
      if (value === null) return null;
      const unwantedKey = key(unwanted);
      return value.filter((element) => key(element) !== unwantedKey);
    };
  },
  examples: [['ARRAY_REMOVE(ARRAY[1, 2, 2], 2)', '[1]']],
});

/** ARRAY_DISTINCT(array). */
export const ARRAY_DISTINCT = defineScalar({
  name: 'ARRAY_DISTINCT',
  doc: 'The elements of an array, each once.',
  input: sequence(list),
  output: argument(0),
  specialize: (site) => {
    const key = keyOf(elementOf(site.types[0]!));
    return (value: List) => distinct(value, key);
  },
  examples: [['ARRAY_DISTINCT(ARRAY[1, 2, 1])', '[1, 2]']],
});

function distinct(values: List, key: (value: unknown) => unknown): List {
  const seen = new Set<unknown>();
  return values.filter((value) => {
    const known = key(value);
    if (seen.has(known)) return false;
    seen.add(known);
    return true;
  });
}

/** ARRAY_REVERSE(array). */
export const ARRAY_REVERSE = defineScalar({
  name: 'ARRAY_REVERSE',
  doc: 'An array in reverse order.',
  input: sequence(list),
  output: argument(0),
  eval: (value: List) => [...value].reverse(),
  examples: [['ARRAY_REVERSE(ARRAY[1, 2])', '[2, 1]']],
});

/** ARRAY_SLICE(array, start [, end]). */
export const ARRAY_SLICE = defineScalar({
  name: 'ARRAY_SLICE',
  doc: 'Part of an array from a position to another, both included; positions count from 1, negative ones from the end.',
  input: optionalFrom(
    2,
    list,
    arg('start', 'TINYINT', 'SMALLINT', 'INT'),
    arg('end', 'TINYINT', 'SMALLINT', 'INT'),
  ),
  output: nullableIfArgs(argument(0)),
  eval: (value: List, start: number, end: number = value.length) => {
    const index = (position: number) =>
      position < 0 ? value.length + position : Math.max(position, 1) - 1;
    return value.slice(Math.max(0, index(start)), Math.max(0, index(end) + 1));
  },
  examples: [
    ['ARRAY_SLICE(ARRAY[1, 2, 3, 4], 2, 3)', '[2, 3]'],
    ['ARRAY_SLICE(ARRAY[1, 2, 3, 4], -2)', '[3, 4]'],
  ],
});

/** Arrays whose elements can be sorted: not of rows, collections or truth values. */
function sortable(input: InputTypeStrategy): InputTypeStrategy {
  return provided(input, (call) => {
    const element = elementOf(call.types[0]!);
    return element.kind !== 'BOOLEAN' && !isConstructed(element) && isOrdered(element);
  });
}

/** ARRAY_SORT(array [, ascending [, nulls first]]). */
export const ARRAY_SORT = defineScalar({
  name: 'ARRAY_SORT',
  doc: 'A sorted array, ascending unless said; NULLs come first when ascending unless said.',
  input: sortable(optionalFrom(1, list, arg('ascending', 'BOOLEAN'), arg('nullsFirst', 'BOOLEAN'))),
  output: nullableIfArgs(argument(0)),
  specialize: (site) => {
    const compare = comparatorOf(elementOf(site.types[0]!));
    return (value: List, ascending = true, nullsFirst = ascending) => {
      const nulls = value.filter((element) => element === null);
      const rest = value
        .filter((element) => element !== null)
        .sort((a, b) => (ascending ? compare(a, b) : compare(b, a)));
      return nullsFirst ? [...nulls, ...rest] : [...rest, ...nulls];
    };
  },
  examples: [['ARRAY_SORT(ARRAY[2, 1, CAST(NULL AS INT)])', '[NULL, 1, 2]']],
});

/** ARRAY_MAX(array). */
export const ARRAY_MAX = extreme('ARRAY_MAX', 'greatest', 1, '3');
/** ARRAY_MIN(array). */
export const ARRAY_MIN = extreme('ARRAY_MIN', 'least', -1, '1');

function extreme(name: string, word: string, sign: 1 | -1, example: string) {
  return defineScalar({
    name,
    doc: `The ${word} element of an array that is not NULL.`,
    input: sortable(sequence(list)),
    output: forceNullable((call) => elementOf(call.types[0]!)),
    specialize: (site) => {
      const compare = comparatorOf(elementOf(site.types[0]!));
      return (value: List) => {
        let best: unknown = null;
        for (const element of value) {
          if (element === null) continue;
          if (best === null || sign * compare(element, best) > 0) best = element;
        }
        return best;
      };
    },
    examples: [[`${name}(ARRAY[1, 3, CAST(NULL AS INT)])`, example]],
  });
}

/** ARRAY_CONCAT(array, …). */
export const ARRAY_CONCAT = defineScalar({
  name: 'ARRAY_CONCAT',
  doc: 'Arrays, one after the other.',
  input: commonArrays(1, null),
  output: nullableIfArgs(argument(0)),
  eval: (...values: readonly List[]) => values.flat(),
  examples: [['ARRAY_CONCAT(ARRAY[1], ARRAY[2, 3])', '[1, 2, 3]']],
});

/** ARRAY_UNION(array, array). */
export const ARRAY_UNION = setFunction(
  'ARRAY_UNION',
  'in one of two arrays',
  '[1, 2, 3]',
  (a, b) => [...a, ...b],
);

/** ARRAY_EXCEPT(array, array). */
export const ARRAY_EXCEPT = setFunction(
  'ARRAY_EXCEPT',
  'in the first of two arrays but not in the second',
  '[1]',
  (a, b, key) => {
    const unwanted = new Set(b.map(key));
    return a.filter((value) => !unwanted.has(key(value)));
  },
);

/** ARRAY_INTERSECT(array, array). */
export const ARRAY_INTERSECT = setFunction(
  'ARRAY_INTERSECT',
  'in both of two arrays',
  '[2]',
  (a, b, key) => {
    const wanted = new Set(b.map(key));
    return a.filter((value) => wanted.has(key(value)));
  },
);

function setFunction(
  name: string,
  words: string,
  example: string,
  combine: (a: List, b: List, key: (value: unknown) => unknown) => List,
) {
  return defineScalar({
    name,
    doc: `The elements that are ${words}, each once.`,
    input: commonArrays(2, 2),
    output: nullableIfArgs(argument(0)),
    specialize: (site: CallSite): RowFunction => {
      const key = keyOf(elementOf(site.types[0]!));
      return (a: List, b: List) => distinct(combine(a, b, key), key);
    },
    examples: [[`${name}(ARRAY[1, 2], ARRAY[2, 3])`, example]],
  });
}

/** ARRAY_JOIN(array, delimiter [, replacement of NULL]). */
export const ARRAY_JOIN = defineScalar({
  name: 'ARRAY_JOIN',
  doc: 'The strings of an array joined by a delimiter; NULLs are replaced, or left out.',
  input: provided(
    optionalFrom(
      2,
      list,
      arg('delimiter', 'CHARACTER_STRING'),
      arg('nullReplacement', 'CHARACTER_STRING'),
    ),
    (call: CallShape) => isCharacter(elementOf(call.types[0]!)),
  ),
  output: nullableIfArgs(explicit(STRING)),
  eval: (value: List, delimiter: string, replacement?: string) => {
    const texts =
      replacement === undefined
        ? value.filter((element) => element !== null)
        : value.map((element) => element ?? replacement);
    return texts.join(delimiter);
  },
  examples: [["ARRAY_JOIN(ARRAY['a', CAST(NULL AS STRING), 'b'], '+', '?')", 'a+?+b']],
});

/** SPLIT(text, delimiter). */
export const SPLIT = defineScalar({
  name: 'SPLIT',
  doc: 'The parts of a string between delimiters; its characters if the delimiter is empty.',
  input: or(sequence(arg('string', 'CHARACTER_STRING'), arg('delimiter', 'CHARACTER_STRING'))),
  output: nullableIfArgs(explicit(array(STRING))),
  eval: (value: string, delimiter: string) =>
    delimiter === '' ? [...value] : value.split(delimiter),
  examples: [["SPLIT('a,b', ',')", '[a, b]']],
});
