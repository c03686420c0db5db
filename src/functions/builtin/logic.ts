import { BOOLEAN } from '../../types/types.ts';
import { defineScalar } from '../define.ts';
import {
  arg,
  explicit,
  notNull,
  nullableIfArgs,
  sequence,
  varyingSequence,
} from '../type-strategies.ts';
import { lowerNot, lowerTruthTest } from './lowering/comparison.ts';

type Truth = boolean | null;

/** `a AND b` of two or more operands. */
export const AND = defineScalar({
  name: 'AND',
  doc: 'TRUE if all operands are TRUE, FALSE if one is FALSE, else NULL.',
  input: varyingSequence(arg('boolean', 'BOOLEAN'), arg('boolean', 'BOOLEAN')),
  output: nullableIfArgs(explicit(BOOLEAN)),
  strict: false,
  eval: (...operands: readonly Truth[]) => {
    let result: Truth = true;
    for (const operand of operands) {
      if (operand === false) return false;
      if (operand === null) result = null;
    }
    return result;
  },
  examples: [
    ['TRUE AND FALSE', 'FALSE'],
    ['CAST(NULL AS BOOLEAN) AND FALSE', 'FALSE'],
    ['CAST(NULL AS BOOLEAN) AND TRUE', 'NULL'],
  ],
});

/** `a OR b` of two or more operands. */
export const OR = defineScalar({
  name: 'OR',
  doc: 'TRUE if one operand is TRUE, FALSE if all are FALSE, else NULL.',
  input: varyingSequence(arg('boolean', 'BOOLEAN'), arg('boolean', 'BOOLEAN')),
  output: nullableIfArgs(explicit(BOOLEAN)),
  strict: false,
  eval: (...operands: readonly Truth[]) => {
    let result: Truth = false;
    for (const operand of operands) {
      if (operand === true) return true;
      if (operand === null) result = null;
    }
    return result;
  },
  examples: [
    ['TRUE OR CAST(NULL AS BOOLEAN)', 'TRUE'],
    ['FALSE OR CAST(NULL AS BOOLEAN)', 'NULL'],
  ],
});

/** `NOT a`. */
export const NOT = defineScalar({
  name: 'NOT',
  doc: 'The opposite of a truth value; NULL stays NULL.',
  input: sequence(arg('boolean', 'BOOLEAN')),
  output: nullableIfArgs(explicit(BOOLEAN)),
  eval: (value: boolean) => !value,
  lower: lowerNot,
  examples: [
    ['NOT TRUE', 'FALSE'],
    ['NOT CAST(NULL AS BOOLEAN)', 'NULL'],
  ],
});

/** `a IS TRUE`. */
export const IS_TRUE = test('IS TRUE', true, true, 'FALSE');
/** `a IS NOT TRUE`. */
export const IS_NOT_TRUE = test('IS NOT TRUE', true, false, 'TRUE');
/** `a IS FALSE`. */
export const IS_FALSE = test('IS FALSE', false, true, 'FALSE');
/** `a IS NOT FALSE`. */
export const IS_NOT_FALSE = test('IS NOT FALSE', false, false, 'TRUE');
/** `a IS UNKNOWN`. */
export const IS_UNKNOWN = test('IS UNKNOWN', null, true, 'TRUE');
/** `a IS NOT UNKNOWN`. */
export const IS_NOT_UNKNOWN = test('IS NOT UNKNOWN', null, false, 'FALSE');

/** Whether a truth value is `wanted`, or with `holds` false, whether it is not. */
function test(name: string, wanted: Truth, holds: boolean, ofNull: string) {
  return defineScalar({
    name,
    doc: `Whether a truth value ${name.toLowerCase()}; never NULL.`,
    input: sequence(arg('boolean', 'BOOLEAN')),
    output: notNull(explicit(BOOLEAN)),
    strict: false,
    eval: (value: Truth) => (value === wanted) === holds,
    lower: lowerTruthTest(wanted, holds),
    examples: [[`CAST(NULL AS BOOLEAN) ${name}`, ofNull]],
  });
}
