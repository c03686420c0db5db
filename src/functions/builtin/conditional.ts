import { assert } from '../../common/assert.ts';
import { commonType } from '../../types/common-type.ts';
import { withNullable } from '../../types/data-type.ts';
import { isNumeric } from '../../types/families.ts';
import { BOOLEAN } from '../../types/types.ts';
import { castFunction } from '../cast/cast.ts';
import { doubleOf } from '../cast/to-number.ts';
import { comparatorOf, equalityOf, isOrdered } from '../compare.ts';
import { defineScalar } from '../define.ts';
import {
  arg,
  argument,
  common,
  commonArgs,
  explicit,
  forceNullable,
  inputOf,
  notNull,
  nullableIfArgs,
  provided,
  sequence,
} from '../type-strategies.ts';
import { lowerExtremum, lowerNullIf } from './lowering/comparison.ts';

/** COALESCE(a, b, …). */
export const COALESCE = defineScalar({
  name: 'COALESCE',
  tableApi: { method: null, function: 'coalesce' },
  doc: 'The first argument that is not NULL.',
  input: commonArgs(1, null),
  output: (call) =>
    withNullable(
      common()(call),
      call.types.every((type) => type.nullable),
    ),
  strict: false,
  eval: (...values: readonly unknown[]) => values.find((value) => value !== null) ?? null,
  examples: [
    ['COALESCE(CAST(NULL AS INT), 5)', '5'],
    ["COALESCE('a', 'b')", 'a'],
  ],
});

/** IFNULL(a, b). */
export const IFNULL = defineScalar({
  name: 'IFNULL',
  tableApi: { method: 'ifNull' },
  doc: 'The first argument, or the second one if the first is NULL.',
  input: commonArgs(2, 2),
  output: (call) =>
    withNullable(
      common()(call),
      call.types.every((type) => type.nullable),
    ),
  strict: false,
  eval: (value: unknown, replacement: unknown) => (value === null ? replacement : value),
  examples: [['IFNULL(CAST(NULL AS INT), 5)', '5']],
});

/** IF(condition, a, b). */
export const IF = defineScalar({
  name: 'IF',
  tableApi: { method: null },
  doc: 'The second argument if the condition is TRUE, else the third one.',
  input: inputOf((call) => {
    if (call.types.length !== 3) return null;
    const [condition, ...values] = call.types;
    const type = commonType(values);
    if (type === null || (condition!.kind !== 'BOOLEAN' && condition!.kind !== 'NULL')) return null;
    return [BOOLEAN, type, type];
  }, 'condition <BOOLEAN>, <COMMON>, <COMMON>'),
  output: (call) =>
    withNullable(
      common(1)(call),
      call.types.slice(1).some((type) => type.nullable),
    ),
  strict: false,
  eval: (condition: boolean | null, value: unknown, otherwise: unknown) =>
    condition === true ? value : otherwise,
  examples: [["IF(5 > 3, 'aa', 'bb')", 'aa']],
});

/** NULLIF(a, b). */
export const NULLIF = defineScalar({
  name: 'NULLIF',
  tableApi: { method: 'nullIf' },
  doc: 'NULL if the two arguments are equal, else the first one, of whose type the result is.',
  input: inputOf((call) => {
    const type = call.types.length === 2 ? commonType(call.types) : null;
    return type === null ? null : call.types.map((own) => (own.kind === 'NULL' ? type : own));
  }, '<COMMON>, <COMMON>'),
  output: forceNullable(argument(0)),
  strict: false,
  specialize: ({ types, context }) => {
    const type = commonType(types);
    assert(type !== null, 'the arguments have a common type');
    const equal = equalityOf(type);
    const [left, right] = types.map((own) => castFunction(own, type, context));
    return (a: unknown, b: unknown) => {
      if (a === null || b === null) return a;
      const x = left!(a);
      const y = right!(b);
      return x !== null && y !== null && equal(x, y) ? null : a;
    };
  },
  lower: lowerNullIf,
  examples: [
    ['NULLIF(5, 5)', 'NULL'],
    ['NULLIF(5, 0)', '5'],
    ['TYPEOF(NULLIF(5, 0.5))', 'INT'],
  ],
});

const orderedArgs = provided(commonArgs(1, null), (call) => call.types.every(isOrdered));

/** GREATEST(a, b, …). */
export const GREATEST = defineScalar({
  name: 'GREATEST',
  tableApi: { method: null, function: 'greatest' },
  doc: 'The greatest argument; NULL if one is NULL.',
  input: orderedArgs,
  output: nullableIfArgs(common()),
  specialize: (site) => {
    const compare = comparatorOf(site.result);
    return (...values: readonly unknown[]) =>
      values.reduce((best, value) => (compare(value, best) > 0 ? value : best));
  },
  lower: lowerExtremum('>'),
  examples: [
    ['GREATEST(1, 3, 2)', '3'],
    ['GREATEST(1, CAST(NULL AS INT))', 'NULL'],
  ],
});

/** LEAST(a, b, …). */
export const LEAST = defineScalar({
  name: 'LEAST',
  tableApi: { method: null, function: 'least' },
  doc: 'The least argument; NULL if one is NULL.',
  input: orderedArgs,
  output: nullableIfArgs(common()),
  specialize: (site) => {
    const compare = comparatorOf(site.result);
    return (...values: readonly unknown[]) =>
      values.reduce((best, value) => (compare(value, best) < 0 ? value : best));
  },
  lower: lowerExtremum('<'),
  examples: [["LEAST('b', 'a')", 'a']],
});

/** IS_ALPHA(text). */
export const IS_ALPHA = characterTest(
  'IS_ALPHA',
  'Whether all characters of a text are letters.',
  (text) => /^\p{L}+$/u.test(text),
  [
    ["IS_ALPHA('abc')", 'TRUE'],
    ["IS_ALPHA('ab1')", 'FALSE'],
  ],
);

/** IS_DECIMAL(text). */
export const IS_DECIMAL = characterTest(
  'IS_DECIMAL',
  'Whether a text can be read as a number.',
  (text) => doubleOf(text) !== null,
  [
    ["IS_DECIMAL('-1.5')", 'TRUE'],
    ["IS_DECIMAL(' 1e5 ')", 'TRUE'],
    ["IS_DECIMAL('x')", 'FALSE'],
  ],
);

/** IS_DIGIT(text). */
export const IS_DIGIT = characterTest(
  'IS_DIGIT',
  'Whether all characters of a text are digits.',
  (text) => /^\p{Nd}+$/u.test(text),
  [["IS_DIGIT('123')", 'TRUE']],
);

function characterTest(
  name: string,
  doc: string,
  test: (text: string) => boolean,
  examples: readonly (readonly [string, string])[],
) {
  return defineScalar({
    name,
    doc: `${doc} FALSE for NULL.`,
    input: sequence(arg('text', 'CHARACTER_STRING', 'NUMERIC')),
    output: notNull(explicit(BOOLEAN)),
    strict: false,
    specialize: (site) => {
      if (isNumeric(site.types[0]!))
        return (value: unknown) => value !== null && name !== 'IS_ALPHA';
      return (value: string | null) => value !== null && test(value);
    },
    examples,
  });
}
