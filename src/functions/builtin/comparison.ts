import { comparisonType } from '../../types/common-type.ts';
import type { DataType } from '../../types/data-type.ts';
import { isApproximate, isCharacter, isConstructed } from '../../types/families.ts';
import { BOOLEAN } from '../../types/types.ts';
import { comparatorOf, equalityOf, isOrdered, keyOf } from '../compare.ts';
import { defineScalar } from '../define.ts';
import type { CallShape, CallSite, RowFunction } from '../definition.ts';
import {
  anyArg,
  explicit,
  inputOf,
  notNull,
  nullableIfArgs,
  sequence,
} from '../type-strategies.ts';
import { compareKernel, inKernel } from './kernels/strings.ts';
import {
  type Comparison,
  lowerComparison,
  lowerDistinction,
  lowerIn,
  lowerValidity,
} from './lowering/comparison.ts';

/** `a = b`. */
export const EQUALS = comparison(
  '=',
  'isEqual',
  'Whether two values are equal.',
  (site) => {
    return equalityOf(site.types[0]!);
  },
  [
    ['1 = 1', 'TRUE'],
    ["'a' = 'b'", 'FALSE'],
    ['CAST(NULL AS INT) = 1', 'NULL'],
  ],
);

/** `a <> b`. */
export const NOT_EQUALS = comparison(
  '<>',
  'isNotEqual',
  'Whether two values are different.',
  (site) => {
    const equal = equalityOf(site.types[0]!);
    return (a: unknown, b: unknown) => !equal(a, b);
  },
  [
    ['1 <> 1', 'FALSE'],
    ['1 <> 1.5', 'TRUE'],
  ],
);

/** `a < b`. */
export const LESS_THAN = ordering('<', 'isLess', 'less than', (order) => order < 0, [
  ['1 < 2', 'TRUE'],
]);

/** `a <= b`. */
export const LESS_THAN_OR_EQUAL = ordering(
  '<=',
  'isLessOrEqual',
  'at most',
  (order) => order <= 0,
  [['2 <= 2', 'TRUE']],
);

/** `a > b`. */
export const GREATER_THAN = ordering('>', 'isGreater', 'greater than', (order) => order > 0, [
  ["DATE '2024-01-02' > DATE '2024-01-01'", 'TRUE'],
]);

/** `a >= b`. */
export const GREATER_THAN_OR_EQUAL = ordering(
  '>=',
  'isGreaterOrEqual',
  'at least',
  (order) => order >= 0,
  [["'b' >= 'a'", 'TRUE']],
);

/** `a IS NULL`. */
export const IS_NULL = defineScalar({
  name: 'IS NULL',
  doc: 'Whether a value is NULL.',
  input: sequence(anyArg('value')),
  output: notNull(explicit(BOOLEAN)),
  strict: false,
  eval: (value: unknown) => value === null,
  lower: lowerValidity(false),
  examples: [['CAST(NULL AS INT) IS NULL', 'TRUE']],
});

/** `a IS NOT NULL`. */
export const IS_NOT_NULL = defineScalar({
  name: 'IS NOT NULL',
  doc: 'Whether a value is not NULL.',
  input: sequence(anyArg('value')),
  output: notNull(explicit(BOOLEAN)),
  strict: false,
  eval: (value: unknown) => value !== null,
  lower: lowerValidity(true),
  examples: [['CAST(NULL AS INT) IS NOT NULL', 'FALSE']],
});

/** `a IS DISTINCT FROM b`. */
export const IS_DISTINCT_FROM = distinction('IS DISTINCT FROM', true, [
  ['1 IS DISTINCT FROM 2', 'TRUE'],
  ['CAST(NULL AS INT) IS DISTINCT FROM NULL', 'FALSE'],
]);

/** `a IS NOT DISTINCT FROM b`. */
export const IS_NOT_DISTINCT_FROM = distinction('IS NOT DISTINCT FROM', false, [
  ['CAST(NULL AS INT) IS NOT DISTINCT FROM NULL', 'TRUE'],
]);

/** `a IN (b, c, …)`: the value, then the items. */
export const IN = defineScalar({
  name: 'IN',
  doc: 'Whether a value is equal to one of a list; NULL if it is not, but the list has a NULL.',
  input: inputOf((call) => {
    if (call.types.length < 2) return null;
    const common = comparableType(call.types);
    return common === null ? null : call.types.map(() => common);
  }, '<COMMON>, <COMMON>...'),
  output: nullableIfArgs(explicit(BOOLEAN)),
  strict: false,
  specialize: specializeIn,
  kernel: inKernel,
  lower: lowerIn,
  examples: [
    ['2 IN (1, 2, 3)', 'TRUE'],
    ['4 IN (1, CAST(NULL AS INT))', 'NULL'],
    ['4 NOT IN (1, 2)', 'TRUE'],
  ],
});

function specializeIn(site: CallSite): RowFunction {
  const items = site.literals.slice(1);
  const type = site.types[0]!;
  const equal = equalityOf(type);
  if (items.every((item) => item !== undefined)) {
    const key = keyOf(type);
    const hasNull = items.includes(null);
    // NaN has a key, but is equal to nothing, itself not either.
    const set = new Set(items.filter((item) => item !== null && equal(item, item)).map(key));
    const missing = hasNull ? null : false;
    return (value: unknown) => (value === null ? null : set.has(key(value)) ? true : missing);
  }
  return (value: unknown, ...list: readonly unknown[]) => {
    if (value === null) return null;
    let missing: boolean | null = false;
    for (const item of list) {
      if (item === null) missing = null;
      else if (equal(value, item)) return true;
    }
    return missing;
  };
}

/** The type to which all of several compared values are cast; null when there is none. */
function comparableType(types: readonly DataType[]): DataType | null {
  return types.reduce<DataType | null>(
    (common, type) => (common === null ? null : comparisonType(common, type)),
    types[0]!,
  );
}

function comparableArgs(ordered: boolean) {
  return inputOf((call: CallShape) => {
    if (call.types.length !== 2) return null;
    const [a, b] = call.types as readonly [DataType, DataType];
    const type = comparisonType(a, b);
    if (type === null || (ordered && !isOrdered(type))) return null;
    return comparesWithoutCast(a, b) ? [a, b] : [type, type];
  }, '<COMPARABLE>, <COMPARABLE>');
}

/** Whether internal values of two types are compared as they are: lengths and precisions aside. */
function comparesWithoutCast(a: DataType, b: DataType): boolean {
  if (isCharacter(a) && isCharacter(b)) return true;
  return a.kind === b.kind && a.kind !== 'DECIMAL' && !isConstructed(a);
}

function comparison(
  name: Comparison,
  method: string,
  doc: string,
  specialize: (site: CallSite) => RowFunction,
  examples: readonly (readonly [string, string])[],
) {
  return defineScalar({
    name,
    tableApi: { method },
    doc,
    input: comparableArgs(false),
    output: nullableIfArgs(explicit(BOOLEAN)),
    specialize,
    kernel: compareKernel(name),
    lower: lowerComparison(name),
    examples,
  });
}

function ordering(
  name: Comparison,
  method: string,
  words: string,
  holds: (order: number) => boolean,
  examples: readonly (readonly [string, string])[],
) {
  return defineScalar({
    name,
    tableApi: { method },
    doc: `Whether the first value is ${words} the second.`,
    input: comparableArgs(true),
    output: nullableIfArgs(explicit(BOOLEAN)),
    specialize: (site) => {
      const type = site.types[0]!;
      const compare = comparatorOf(type);
      if (!isApproximate(type)) {
        return (a: unknown, b: unknown) => holds(compare(a, b));
      }
      // NaN is not comparable, though it has a place in the order.
      return (a: number, b: number) => !Number.isNaN(a) && !Number.isNaN(b) && holds(compare(a, b));
    },
    kernel: compareKernel(name),
    lower: lowerComparison(name),
    examples,
  });
}

function distinction(
  name: string,
  distinct: boolean,
  examples: readonly (readonly [string, string])[],
) {
  return defineScalar({
    name,
    doc: `Whether two values are ${distinct ? 'different' : 'the same'}; NULL is the same as NULL.`,
    input: comparableArgs(false),
    output: notNull(explicit(BOOLEAN)),
    strict: false,
    specialize: (site) => {
      const equal = equalityOf(site.types[0]!);
      return (a: unknown, b: unknown) =>
        (a === null || b === null ? a === b : equal(a, b)) !== distinct;
    },
    lower: lowerDistinction(distinct),
    examples,
  });
}
