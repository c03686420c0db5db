import { runtimeError } from '../../common/errors.ts';
import { nodeCrypto } from '../../common/node-crypto.ts';
import { withNullable } from '../../types/data-type.ts';
import { pow10 } from '../../types/decimal.ts';
import { isCharacter } from '../../types/families.ts';
import { BIGINT, BYTES, char, DOUBLE, INT, STRING } from '../../types/types.ts';
import { defineScalar } from '../define.ts';
import { wrapInteger } from '../integers.ts';
import { JavaRandom } from '../java-random.ts';
import type { Lowering } from '../lowering.ts';
import {
  arg,
  argument,
  explicit,
  explicitArg,
  forceNullable,
  NO_ARGS,
  nullableIfArgs,
  optionalFrom,
  or,
  sequence,
} from '../type-strategies.ts';
import { lowerAbsolute, lowerSquareRoot } from './lowering/arithmetic.ts';

const number = explicitArg('number', DOUBLE);

/** ABS(number). */
export const ABS = defineScalar({
  name: 'ABS',
  doc: 'A number without its sign.',
  input: sequence(arg('number', 'NUMERIC')),
  output: argument(0),
  specialize: ({ types }) => {
    const type = types[0]!;
    switch (type.kind) {
      case 'BIGINT':
        return (value: bigint) => BigInt.asIntN(64, value < 0n ? -value : value);
      case 'DECIMAL':
        return (value: bigint) => (value < 0n ? -value : value);
      case 'FLOAT':
      case 'DOUBLE':
        return Math.abs;
      default:
        // The smallest integer has no opposite: as in Java it stays what it is.
        return (value: number) => wrapInteger(Math.abs(value), type);
    }
  },
  lower: lowerAbsolute,
  examples: [['ABS(-5.5)', '5.5']],
});

/** SIGN(number). */
export const SIGN = defineScalar({
  name: 'SIGN',
  doc: 'The sign of a number: -1, 0 or 1.',
  input: sequence(arg('number', 'NUMERIC')),
  output: argument(0),
  specialize: ({ types }) => {
    const type = types[0]!;
    const one = type.kind === 'DECIMAL' ? pow10(type.scale) : 1n;
    return (value: number | bigint) => {
      if (typeof value === 'number') return Math.sign(value);
      return value > 0n ? one : value < 0n ? -one : 0n;
    };
  },
  examples: [['SIGN(-3)', '-1']],
});

/** POWER(base, exponent). */
export const POWER = defineScalar({
  name: 'POWER',
  doc: 'A number raised to a power.',
  input: sequence(explicitArg('base', DOUBLE), explicitArg('exponent', DOUBLE)),
  output: nullableIfArgs(explicit(DOUBLE)),
  eval: Math.pow,
  examples: [['POWER(2, 10)', '1024.0']],
});

/** ATAN2(y, x). */
export const ATAN2 = defineScalar({
  name: 'ATAN2',
  tableApi: { method: null, function: 'atan2' },
  doc: 'The angle of a point (x, y), in radians.',
  input: sequence(explicitArg('y', DOUBLE), explicitArg('x', DOUBLE)),
  output: nullableIfArgs(explicit(DOUBLE)),
  eval: Math.atan2,
  examples: [['ATAN2(0, 1)', '0.0']],
});

/** LOG(number), LOG(base, number). */
export const LOG = defineScalar({
  name: 'LOG',
  tableApi: { method: null, function: 'log' },
  doc: 'The natural logarithm of a number, or its logarithm to a base given first.',
  input: or(sequence(number), sequence(explicitArg('base', DOUBLE), number)),
  output: nullableIfArgs(explicit(DOUBLE)),
  eval: (a: number, b?: number) => (b === undefined ? Math.log(a) : Math.log(b) / Math.log(a)),
  examples: [['LOG(10, 100)', '2.0']],
});

/** SQRT(number). */
export const SQRT = ofDouble(
  'SQRT',
  'The square root of a number.',
  Math.sqrt,
  'SQRT(4)',
  '2.0',
  lowerSquareRoot,
);
/** LN(number). */
export const LN = ofDouble('LN', 'The natural logarithm of a number.', Math.log, 'LN(1)', '0.0');
/** LOG10(number). */
export const LOG10 = ofDouble(
  'LOG10',
  'The logarithm to the base 10.',
  Math.log10,
  'LOG10(100)',
  '2.0',
);
/** LOG2(number). */
export const LOG2 = ofDouble('LOG2', 'The logarithm to the base 2.', log2, 'LOG2(8)', '3.0');
/** EXP(number). */
export const EXP = ofDouble('EXP', 'The number e raised to a power.', Math.exp, 'EXP(0)', '1.0');
/** SIN(number). */
export const SIN = ofDouble('SIN', 'The sine of an angle in radians.', Math.sin, 'SIN(0)', '0.0');
/** SINH(number). */
export const SINH = ofDouble('SINH', 'The hyperbolic sine.', Math.sinh, 'SINH(0)', '0.0');
/** COS(number). */
export const COS = ofDouble('COS', 'The cosine of an angle in radians.', Math.cos, 'COS(0)', '1.0');
/** COSH(number). */
export const COSH = ofDouble('COSH', 'The hyperbolic cosine.', Math.cosh, 'COSH(0)', '1.0');
/** TAN(number). */
export const TAN = ofDouble(
  'TAN',
  'The tangent of an angle in radians.',
  Math.tan,
  'TAN(0)',
  '0.0',
);
/** TANH(number). */
export const TANH = ofDouble('TANH', 'The hyperbolic tangent.', Math.tanh, 'TANH(0)', '0.0');
/** COT(number). */
export const COT = ofDouble(
  'COT',
  'The cotangent of an angle in radians.',
  (x) => 1 / Math.tan(x),
  'COT(0)',
  'Infinity',
);
/** ASIN(number). */
export const ASIN = ofDouble('ASIN', 'The arc sine, in radians.', Math.asin, 'ASIN(0)', '0.0');
/** ACOS(number). */
export const ACOS = ofDouble('ACOS', 'The arc cosine, in radians.', Math.acos, 'ACOS(1)', '0.0');
/** ATAN(number). */
export const ATAN = ofDouble('ATAN', 'The arc tangent, in radians.', Math.atan, 'ATAN(0)', '0.0');
/** DEGREES(number). */
export const DEGREES = ofDouble(
  'DEGREES',
  'An angle in degrees, from radians.',
  (x) => x * (180 / Math.PI),
  'DEGREES(PI())',
  '180.0',
);
/** RADIANS(number). */
export const RADIANS = ofDouble(
  'RADIANS',
  'An angle in radians, from degrees.',
  (x) => (x / 180) * Math.PI,
  'RADIANS(180)',
  '3.141592653589793',
);

function log2(value: number): number {
  return Math.log(value) / Math.log(2);
}

function ofDouble(
  name: string,
  doc: string,
  evaluate: (value: number) => number,
  example: string,
  result: string,
  lower?: Lowering,
) {
  return defineScalar({
    name,
    doc,
    input: sequence(number),
    output: nullableIfArgs(explicit(DOUBLE)),
    eval: evaluate,
    ...(lower === undefined ? {} : { lower }),
    examples: [[example, result]],
  });
}

/** PI(), also without parentheses. */
export const PI = constant('PI', 'The number pi.', Math.PI);
/** E(). */
export const E = constant('E', 'The base of the natural logarithm.', Math.E);

function constant(name: string, doc: string, value: number) {
  return defineScalar({
    name,
    doc,
    input: NO_ARGS,
    output: explicit(withNullable(DOUBLE, false)),
    eval: () => value,
    examples: [[`${name}()`, String(value)]],
  });
}

/** RAND([seed]). */
export const RAND = defineScalar({
  name: 'RAND',
  tableApi: { method: null, function: 'rand' },
  doc: 'A random number from 0 (included) to 1 (excluded), the same ones for the same seed.',
  input: optionalFrom(0, arg('seed', 'INTEGER_NUMERIC')),
  output: nullableIfArgs(explicit(DOUBLE)),
  deterministic: false,
  specialize: ({ types, literals }) => {
    if (types.length === 0) return Math.random;
    const [seed] = literals;
    const random = seed == null ? null : new JavaRandom(BigInt(seed as number | bigint));
    return (value: number | bigint) => (random ?? new JavaRandom(BigInt(value))).nextDouble();
  },
  examples: [['RAND(3) < 1', 'TRUE']],
});

/** RAND_INTEGER(bound), RAND_INTEGER(seed, bound). */
export const RAND_INTEGER = defineScalar({
  name: 'RAND_INTEGER',
  tableApi: { method: null, function: 'randInteger' },
  doc: 'A random integer from 0 (included) to a bound (excluded), the same ones for the same seed.',
  input: or(
    sequence(arg('bound', 'INTEGER_NUMERIC')),
    sequence(arg('seed', 'INTEGER_NUMERIC'), arg('bound', 'INTEGER_NUMERIC')),
  ),
  output: nullableIfArgs(explicit(INT)),
  deterministic: false,
  specialize: ({ types, literals }) => {
    if (types.length === 1) {
      return (bound: number | bigint) => Math.floor(Math.random() * positive(Number(bound)));
    }
    const [seed] = literals;
    const random = seed == null ? null : new JavaRandom(BigInt(seed as number | bigint));
    return (value: number | bigint, bound: number | bigint) =>
      (random ?? new JavaRandom(BigInt(value))).nextInt(positive(Number(bound)));
  },
  examples: [['RAND_INTEGER(1)', '0']],
});

function positive(bound: number): number {
  if (bound > 0) return bound;
  throw runtimeError('INVALID_FUNCTION_ARGUMENT', {
    function: 'RAND_INTEGER',
    reason: 'the bound must be positive',
  });
}

/** UUID(). */
export const UUID = defineScalar({
  name: 'UUID',
  doc: 'A random UUID (RFC 4122, version 4).',
  input: NO_ARGS,
  output: explicit(withNullable(char(36), false)),
  deterministic: false,
  eval: () => nodeCrypto().randomUUID(),
  examples: [['CHAR_LENGTH(UUID())', '36']],
});

/** BIN(integer). */
export const BIN = defineScalar({
  name: 'BIN',
  doc: 'An integer in binary digits, in 64 bits if negative.',
  input: sequence(explicitArg('integer', BIGINT)),
  output: nullableIfArgs(explicit(STRING)),
  eval: (value: bigint) => BigInt.asUintN(64, value).toString(2),
  examples: [['BIN(4)', '100']],
});

/** HEX(integer), HEX(text). */
export const HEX = defineScalar({
  name: 'HEX',
  doc: 'An integer, or the UTF-8 bytes of a string, in hexadecimal digits.',
  input: or(sequence(explicitArg('integer', BIGINT)), sequence(arg('text', 'CHARACTER_STRING'))),
  output: nullableIfArgs(explicit(STRING)),
  specialize: ({ types }) =>
    isCharacter(types[0]!)
      ? (value: string) => Buffer.from(value, 'utf8').toString('hex').toUpperCase()
      : (value: bigint) => BigInt.asUintN(64, value).toString(16).toUpperCase(),
  examples: [
    ['HEX(100)', '64'],
    ["HEX('ab')", '6162'],
  ],
});

/** UNHEX(text). */
export const UNHEX = defineScalar({
  name: 'UNHEX',
  doc: 'The bytes of hexadecimal digits; NULL if the text is something else.',
  input: sequence(arg('expr', 'CHARACTER_STRING')),
  output: forceNullable(explicit(BYTES)),
  eval: (value: string) => {
    if (!/^[0-9a-fA-F]*$/.test(value)) return null;
    const even = value.length % 2 === 0 ? value : `0${value}`;
    return new Uint8Array(Buffer.from(even, 'hex'));
  },
  examples: [["DECODE(UNHEX('466C696E6B'), 'UTF-8')", 'Flink']],
});
