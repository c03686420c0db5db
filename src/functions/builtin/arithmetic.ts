import { runtimeError } from '../../common/errors.ts';
import { commonType } from '../../types/common-type.ts';
import type { DataType, TypeOfKind } from '../../types/data-type.ts';
import {
  addDecimals,
  divideDecimals,
  moduloDecimals,
  multiplyDecimals,
  pow10,
  subtractDecimals,
} from '../../types/decimal.ts';
import {
  type DecimalSize,
  decimalAdd,
  decimalDivide,
  decimalModulo,
  decimalMultiply,
  exactSize,
} from '../../types/decimal-types.ts';
import { isApproximate, isDatetime, isInterval, isNumeric } from '../../types/families.ts';
import { decimal, INT } from '../../types/types.ts';
import { defineScalar } from '../define.ts';
import type { CallShape, CallSite, RowFunction } from '../definition.ts';
import { wrapInteger } from '../integers.ts';
import {
  addInterval,
  divideInterval,
  intervalSumType,
  multiplyInterval,
  plusIntervalType,
  subtractDatetimes,
} from '../intervals.ts';
import { defaultType } from '../signature-families.ts';
import { arg, argument, inputOf, nullableIfArgs, sequence } from '../type-strategies.ts';
import {
  lowerNegation,
  lowerProduct,
  lowerQuotient,
  lowerRemainder,
  lowerSum,
} from './lowering/arithmetic.ts';

/** `a + b`. */
export const PLUS = defineScalar({
  name: '+',
  tableApi: { method: 'plus' },
  doc: 'The sum of two numbers or intervals, or a point in time later by an interval. Integers wrap around; a decimal that does not fit is NULL.',
  input: inputOf(
    (call) => numericArgs(call) ?? temporalArgs(call, true),
    '<NUMERIC>, <NUMERIC>',
    '<INTERVAL>, <INTERVAL>',
    '<DATETIME>, <INTERVAL>',
    '<INTERVAL>, <DATETIME>',
  ),
  output: nullableIfArgs((call) => sumType(call)),
  specialize: (site) => {
    const [left, right] = site.types as readonly [DataType, DataType];
    if (isNumeric(left)) return numberFunction(site, NUMBER_ADD);
    if (isInterval(left) && isDatetime(right)) {
      const add = addInterval(right, left, site.result, site.context);
      return (interval: never, time: never) => add(time, interval, 1);
    }
    if (isInterval(left)) return addValues;
    const add = addInterval(left, right, site.result, site.context);
    return (time: never, interval: never) => add(time, interval, 1);
  },
  lower: lowerSum('add'),
  examples: [
    ['1 + 2', '3'],
    ['2147483647 + 1', '-2147483648'],
    ['1.5 + 1', '2.5'],
    ["DATE '2024-01-31' + INTERVAL '1' MONTH", '2024-02-29'],
    ['1 + CAST(NULL AS INT)', 'NULL'],
  ],
});

/** `a - b`. */
export const MINUS = defineScalar({
  name: '-',
  tableApi: { method: 'minus' },
  doc: 'The difference of two numbers, intervals or points in time, or a point in time earlier by an interval.',
  input: inputOf(
    (call) => numericArgs(call) ?? temporalArgs(call, false),
    '<NUMERIC>, <NUMERIC>',
    '<INTERVAL>, <INTERVAL>',
    '<DATETIME>, <INTERVAL>',
    '<DATETIME>, <DATETIME>',
  ),
  output: nullableIfArgs((call) => sumType(call)),
  specialize: (site) => {
    const [left, right] = site.types as readonly [DataType, DataType];
    if (isNumeric(left)) return numberFunction(site, NUMBER_SUBTRACT);
    if (isInterval(left)) return subtractValues;
    if (isDatetime(right)) return subtractDatetimes(left);
    const add = addInterval(left, right, site.result, site.context);
    return (time: never, interval: never) => add(time, interval, -1);
  },
  lower: lowerSum('sub'),
  examples: [
    ['3 - 5', '-2'],
    ["TIMESTAMP '2024-03-01 00:00:00' - INTERVAL '1' DAY", '2024-02-29 00:00:00'],
  ],
});

/** `a * b`. */
export const TIMES = defineScalar({
  name: '*',
  tableApi: { method: 'times' },
  doc: 'The product of two numbers, or of an interval and a number.',
  input: inputOf(
    (call) => numericArgs(call) ?? scaledInterval(call),
    '<NUMERIC>, <NUMERIC>',
    '<INTERVAL>, <NUMERIC>',
    '<NUMERIC>, <INTERVAL>',
  ),
  output: nullableIfArgs((call) => {
    const interval = call.types.find(isInterval);
    return interval ?? decimalResult(call, decimalMultiply) ?? call.types[0]!;
  }),
  specialize: (site) => {
    const [left, right] = site.types as readonly [DataType, DataType];
    if (isInterval(left)) return multiplyInterval(left, right);
    if (isInterval(right)) {
      const multiply = multiplyInterval(right, left);
      return (factor: never, interval: never) => multiply(interval, factor);
    }
    return numberFunction(site, NUMBER_MULTIPLY);
  },
  lower: lowerProduct,
  examples: [
    ['6 * 7', '42'],
    ['1.5 * 1.5', '2.25'],
    ['100000 * 100000', '1410065408'],
  ],
});

/** `a / b`. */
export const DIVIDE = defineScalar({
  name: '/',
  aliases: ['DIVIDE'],
  tableApi: { method: 'dividedBy' },
  doc: 'The quotient of two numbers. Integers are cut towards zero; division by zero is an error, except that approximate numbers that are not constant become infinite or NaN.',
  input: inputOf(
    (call) => numericArgs(call) ?? (isIntervalFirst(call) ? scaledInterval(call) : null),
    '<NUMERIC>, <NUMERIC>',
    '<INTERVAL>, <NUMERIC>',
  ),
  output: nullableIfArgs((call) => decimalResult(call, decimalDivide) ?? call.types[0]!),
  specialize: (site) => {
    const [left, right] = site.types as readonly [DataType, DataType];
    if (dividesConstants(site)) {
      const divide = numberFunction(site, NUMBER_DIVIDE) as (a: number, b: number) => unknown;
      return (a: number, b: number) => divide(a, nonZero(b));
    }
    return isInterval(left) ? divideInterval(left, right) : numberFunction(site, NUMBER_DIVIDE);
  },
  lower: lowerQuotient,
  examples: [
    ['5 / 2', '2'],
    ['-5 / 2', '-2'],
    ['1.0 / 4', '0.250000000000'],
    ['3e0 / 2', '1.5'],
  ],
});

/** `a % b`. */
export const MODULO = defineScalar({
  name: '%',
  aliases: ['MOD'],
  tableApi: { method: 'mod' },
  doc: 'The remainder of the division of two numbers; it has the sign of the first.',
  input: inputOf(
    (call) => (call.types.length === 2 && numericArgs(call) !== null ? moduloArgs(call) : null),
    '<NUMERIC>, <NUMERIC>',
  ),
  output: nullableIfArgs((call) => {
    const [a, b] = call.types as readonly [DataType, DataType];
    if (a.kind === 'DECIMAL' && b.kind === 'DECIMAL') return decimalResult(call, decimalModulo)!;
    return b;
  }),
  specialize: specializeModulo,
  lower: lowerRemainder,
  examples: [
    ['MOD(26, 5)', '1'],
    ['-26 % 5', '-1'],
  ],
});

/** `-a`. */
export const NEGATE = defineScalar({
  name: 'NEGATE',
  tableApi: { method: 'negative', function: 'negative' },
  doc: 'A number or interval with the opposite sign.',
  input: sequence(arg('value', 'NUMERIC', 'INTERVAL')),
  output: argument(0),
  specialize: (site) => {
    const type = site.types[0]!;
    switch (type.kind) {
      case 'DECIMAL':
      case 'INTERVAL_DAY_TIME':
        return (value: bigint) => -value;
      case 'FLOAT':
      case 'DOUBLE':
        return (value: number) => -value;
      case 'BIGINT':
        return (value: bigint) => BigInt.asIntN(64, -value);
      default:
        return (value: number) => wrapInteger(0 - value, type);
    }
  },
  lower: lowerNegation,
  examples: [
    ['-(1 + 2)', '-3'],
    ['-CAST(NULL AS INT)', 'NULL'],
  ],
});

/** One operation on each representation of numbers. */
interface NumberOperation {
  readonly small: (a: number, b: number) => number;
  readonly big: (a: bigint, b: bigint) => bigint;
  readonly approximate: (a: number, b: number) => number;
  /** On digits with their scales; null when the result does not fit its type. */
  readonly decimal: typeof addDecimals;
}

const NUMBER_ADD: NumberOperation = {
  small: (a, b) => a + b,
  big: (a, b) => a + b,
  approximate: (a, b) => a + b,
  decimal: addDecimals,
};

const NUMBER_SUBTRACT: NumberOperation = {
  small: (a, b) => a - b,
  big: (a, b) => a - b,
  approximate: (a, b) => a - b,
  decimal: subtractDecimals,
};

const NUMBER_MULTIPLY: NumberOperation = {
  small: Math.imul,
  big: (a, b) => a * b,
  approximate: (a, b) => a * b,
  decimal: multiplyDecimals,
};

const NUMBER_DIVIDE: NumberOperation = {
  small: (a, b) => Math.trunc(a / nonZero(b)),
  big: (a, b) => a / nonZero(b),
  approximate: (a, b) => a / b,
  decimal: (a, s1, b, s2, to) => divideDecimals(a, s1, nonZero(b), s2, to),
};

/** Whether approximate numbers that are both constant are divided: that fails for zero. */
function dividesConstants({ result, literals }: CallSite): boolean {
  const [left, right] = literals;
  const approximate = result.kind === 'DOUBLE' || result.kind === 'FLOAT';
  return approximate && typeof left === 'number' && typeof right === 'number';
}

const NUMBER_MODULO: NumberOperation = {
  small: (a, b) => a % nonZero(b),
  big: (a, b) => a % nonZero(b),
  approximate: (a, b) => a % b,
  decimal: (a, s1, b, s2, to) => moduloDecimals(a, s1, nonZero(b), s2, to),
};

function nonZero<T extends number | bigint>(divisor: T): T {
  if (divisor === 0 || divisor === 0n) throw runtimeError('DIVISION_BY_ZERO', {});
  return divisor;
}

function numberFunction(site: CallSite, operation: NumberOperation): RowFunction {
  const [left, right] = site.types as readonly [DataType, DataType];
  const { result } = site;
  switch (result.kind) {
    case 'DECIMAL': {
      const s1 = scaleOf(left);
      const s2 = scaleOf(right);
      return (a: bigint, b: bigint) => operation.decimal(a, s1, b, s2, result);
    }
    case 'BIGINT':
      return (a: bigint, b: bigint) => BigInt.asIntN(64, operation.big(a, b));
    case 'DOUBLE':
      return operation.approximate;
    case 'FLOAT':
      return (a: number, b: number) => Math.fround(operation.approximate(a, b));
    default:
      return (a: number, b: number) => wrapInteger(operation.small(a, b), result);
  }
}

function specializeModulo(site: CallSite): RowFunction {
  const [left, right] = site.types as readonly [DataType, DataType];
  const { result } = site;
  if (result.kind === 'DECIMAL' || exactSize(left) === null || exactSize(right) === null) {
    return numberFunction(site, NUMBER_MODULO);
  }
  // The remainder has the type of the divisor, in which it always fits.
  const scale = pow10(scaleOf(left));
  return (a: bigint | number, b: bigint | number) => {
    const remainder = (BigInt(a) % (nonZero(BigInt(b)) * scale)) / scale;
    return result.kind === 'BIGINT' ? remainder : Number(remainder);
  };
}

function scaleOf(type: DataType): number {
  return type.kind === 'DECIMAL' ? type.scale : 0;
}

/** Both numbers as one type: decimals keep their sizes, integers beside them become decimals. */
function numericArgs(call: CallShape): readonly DataType[] | null {
  if (call.types.length !== 2) return null;
  const [a, b] = call.types as readonly [DataType, DataType];
  if (a.kind === 'NULL' && b.kind === 'NULL') return null;
  if (!isNumberOrNull(a) || !isNumberOrNull(b)) return null;
  const hasDecimal = a.kind === 'DECIMAL' || b.kind === 'DECIMAL';
  if (hasDecimal && !isApproximate(a) && !isApproximate(b)) {
    return [asDecimal(a.kind === 'NULL' ? b : a), asDecimal(b.kind === 'NULL' ? a : b)];
  }
  const type = commonType(call.types);
  return type === null ? null : [type, type];
}

function moduloArgs(call: CallShape): readonly DataType[] | null {
  const types = numericArgs(call)!;
  const [a, b] = call.types as readonly [DataType, DataType];
  const whole = exactSize(a)?.scale === 0 && exactSize(b)?.scale === 0;
  return whole && b.kind !== 'DECIMAL' ? [a, b] : types;
}

function isNumberOrNull(type: DataType): boolean {
  return type.kind === 'NULL' || isNumeric(type);
}

function asDecimal(type: DataType): TypeOfKind<'DECIMAL'> {
  if (type.kind === 'DECIMAL') return type;
  const { precision, scale } = exactSize(type) ?? { precision: 1, scale: 0 };
  return decimal(precision, scale);
}

function decimalResult(
  call: CallShape,
  size: (p1: number, s1: number, p2: number, s2: number) => DecimalSize,
): DataType | null {
  const [a, b] = call.types as readonly [DataType, DataType];
  if (a.kind !== 'DECIMAL' || b.kind !== 'DECIMAL') return null;
  const { precision, scale } = size(a.precision, a.scale, b.precision, b.scale);
  return decimal(precision, scale);
}

/** Points in time and intervals; an untyped NULL is what can stand beside a point in time. */
function temporalArgs(call: CallShape, commutes: boolean): readonly DataType[] | null {
  const types = call.types;
  if (types.length !== 2) return null;
  const [a, b] = types as readonly [DataType, DataType];
  const interval = defaultType('INTERVAL');
  if (isDatetime(a) && b.kind === 'NULL' && commutes) return [a, interval];
  if (a.kind === 'NULL' && isDatetime(b)) return [commutes ? interval : b, b];
  if (isInterval(a) && isInterval(b)) return a.kind === b.kind ? types : null;
  if (isDatetime(a) && isInterval(b)) return plusIntervalType(a, b) === null ? null : types;
  if (isInterval(a) && isDatetime(b)) {
    return commutes && plusIntervalType(b, a) !== null ? types : null;
  }
  return !commutes && isDatetime(a) && a.kind === b.kind ? types : null;
}

function sumType(call: CallShape): DataType {
  const [a, b] = call.types as readonly [DataType, DataType];
  if (isNumeric(a)) return decimalResult(call, decimalAdd) ?? a;
  if (isDatetime(a) && isDatetime(b)) return intervalSumType(null, null);
  if (isInterval(a) && isInterval(b)) return intervalSumType(a, b);
  return (isInterval(a) ? plusIntervalType(b, a) : plusIntervalType(a, b)) ?? a;
}

function isIntervalFirst(call: CallShape): boolean {
  return isInterval(call.types[0]!);
}

function scaledInterval(call: CallShape): readonly DataType[] | null {
  if (call.types.length !== 2) return null;
  const [a, b] = call.types.map((type) => (type.kind === 'NULL' ? INT : type)) as [
    DataType,
    DataType,
  ];
  return (isInterval(a) && isNumeric(b)) || (isNumeric(a) && isInterval(b)) ? [a, b] : null;
}

function addValues(a: number | bigint, b: number | bigint): number | bigint {
  return typeof a === 'bigint' ? a + (b as bigint) : a + (b as number);
}

function subtractValues(a: number | bigint, b: number | bigint): number | bigint {
  return typeof a === 'bigint' ? a - (b as bigint) : a - (b as number);
}
