import { commonType } from '../../types/common-type.ts';
import type { DataType } from '../../types/data-type.ts';
import { BOOLEAN, multiset, NULL } from '../../types/types.ts';
import { keyOf } from '../compare.ts';
import { defineScalar } from '../define.ts';
import { arg, argument, explicit, inputOf, nullableIfArgs, sequence } from '../type-strategies.ts';

/** The elements of a multiset and how often each comes. */
type Counts = ReadonlyMap<unknown, number>;

const twoMultisets = inputOf(({ types }) => {
  const isMultiset = types.length === 2 && types.every((type) => type.kind === 'MULTISET');
  const common = isMultiset ? commonType(types) : null;
  return common === null ? null : [common, common];
}, 'left <MULTISET>, right <MULTISET>');

function elementOf(type: DataType): DataType {
  return type.kind === 'MULTISET' ? type.element : NULL;
}

/** Makes a multiset of two; `count` says how often an element comes that comes so often in them. */
function combination(name: string, doc: string, count: (a: number, b: number) => number) {
  return defineScalar({
    name: `MULTISET ${name}`,
    tableApi: { method: null },
    doc,
    input: twoMultisets,
    output: nullableIfArgs(argument(0)),
    specialize: ({ types }) => {
      const merge = merger(elementOf(types[0]!));
      return (a: Counts, b: Counts) => {
        const entries = [...merge(a, b)].map(({ value, left, right }) => {
          return [value, count(left, right)] as const;
        });
        return new Map(entries.filter(([, times]) => times > 0));
      };
    },
    examples: [],
  });
}

interface Merged {
  readonly value: unknown;
  readonly left: number;
  readonly right: number;
}

/** The elements of two multisets, each with how often it comes in them. */
function merger(element: DataType): (a: Counts, b: Counts) => Iterable<Merged> {
  const key = keyOf(element);
  return (a, b) => {
    const merged = new Map<unknown, Merged>();
    for (const [value, left] of a) merged.set(key(value), { value, left, right: 0 });
    for (const [value, right] of b) {
      merged.set(key(value), { value, left: 0, ...merged.get(key(value)), right });
    }
    return merged.values();
  };
}

/** `a MULTISET UNION [ALL] b`. */
export const MULTISET_UNION_ALL = combination(
  'UNION ALL',
  'The elements of two multisets, as often as they come in both together.',
  (a, b) => a + b,
);

/** `a MULTISET UNION DISTINCT b`. */
export const MULTISET_UNION = combination(
  'UNION DISTINCT',
  'The elements of two multisets, each once.',
  () => 1,
);

/** `a MULTISET INTERSECT [ALL] b`. */
export const MULTISET_INTERSECT_ALL = combination(
  'INTERSECT ALL',
  'The elements that both multisets have, as often as they come in each of them.',
  Math.min,
);

/** `a MULTISET INTERSECT DISTINCT b`. */
export const MULTISET_INTERSECT = combination(
  'INTERSECT DISTINCT',
  'The elements that both multisets have, each once.',
  (a, b) => Math.min(a, b, 1),
);

/** `a MULTISET EXCEPT [ALL] b`. */
export const MULTISET_EXCEPT_ALL = combination(
  'EXCEPT ALL',
  'The elements of a multiset, each as often less as it comes in another one.',
  (a, b) => a - b,
);

/** `a MULTISET EXCEPT DISTINCT b`. */
export const MULTISET_EXCEPT = combination(
  'EXCEPT DISTINCT',
  'The elements of a multiset that another one does not have, each once.',
  (a, b) => (b > 0 ? 0 : Math.min(a, 1)),
);

/** `a SUBMULTISET OF b`. */
export const SUBMULTISET_OF = defineScalar({
  name: 'SUBMULTISET OF',
  tableApi: { method: null },
  doc: 'Whether a multiset has every element at least as often as another one.',
  input: twoMultisets,
  output: nullableIfArgs(explicit(BOOLEAN)),
  specialize: ({ types }) => {
    const merge = merger(elementOf(types[0]!));
    return (a: Counts, b: Counts) => [...merge(a, b)].every(({ left, right }) => left <= right);
  },
  examples: [['MULTISET[1, 2] SUBMULTISET OF MULTISET[2, 1, 1]', 'TRUE']],
});

/** `value MEMBER OF multiset`. */
export const MEMBER_OF = defineScalar({
  name: 'MEMBER OF',
  tableApi: { method: null },
  doc: 'Whether a value is an element of a multiset.',
  input: inputOf(({ types }) => {
    const [value, of] = types;
    if (types.length !== 2 || of?.kind !== 'MULTISET') return null;
    const common = commonType([value!, of.element]);
    return common === null ? null : [common, multiset(common)];
  }, 'value <ELEMENT>, multiset <MULTISET>'),
  output: nullableIfArgs(explicit(BOOLEAN)),
  specialize: ({ types }) => {
    const key = keyOf(types[0]!);
    return (value: unknown, elements: Counts) => {
      const wanted = key(value);
      return [...elements.keys()].some((element) => key(element) === wanted);
    };
  },
  examples: [['2 MEMBER OF MULTISET[1, 2]', 'TRUE']],
});

/** `multiset IS A SET`. */
export const IS_A_SET = defineScalar({
  name: 'IS A SET',
  tableApi: { method: null },
  doc: 'Whether no element of a multiset comes twice.',
  input: sequence(arg('multiset', 'MULTISET')),
  output: nullableIfArgs(explicit(BOOLEAN)),
  eval: (elements: Counts) => [...elements.values()].every((times) => times === 1),
  examples: [['MULTISET[1, 2] IS A SET', 'TRUE']],
});

/** `collection IS EMPTY`. */
export const IS_EMPTY = defineScalar({
  name: 'IS EMPTY',
  tableApi: { method: null },
  doc: 'Whether a collection has no elements.',
  input: sequence(arg('collection', 'COLLECTION')),
  output: nullableIfArgs(explicit(BOOLEAN)),
  eval: (elements: Counts | readonly unknown[]) =>
    (Array.isArray(elements) ? elements.length : (elements as Counts).size) === 0,
  examples: [['MULTISET[1, 2] IS EMPTY', 'FALSE']],
});
