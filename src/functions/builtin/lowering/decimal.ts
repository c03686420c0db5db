import type { DataType } from '../../../types/data-type.ts';
import { DECIMAL_PRECISION_INT64 } from '../../../types/data-type.ts';
import { pow10 } from '../../../types/decimal.ts';
import { exactSize } from '../../../types/decimal-types.ts';
import { both, highOf, i64, not, ROUNDED_UP } from '../../lowered.ts';
import type { Code, CodeBuilder, LoweredValue } from '../../lowering.ts';

/** Two numbers below this have a sum of 128 bits. */
const WIDE_BELOW = 1.6e38;
/** Bits of the product of two numbers below which it is sure to fit 128 bits. */
const PRODUCT_BITS_MAX = 126n;

/** Digits of an exact number in emitted code, without their scale. */
export interface Digits {
  readonly low: Code;
  /** The high word; null when the number fits 64 bits. */
  readonly high: Code | null;
  /** The number lies between this and its negative, both excluded. */
  readonly below: number;
}

/** Below this, numbers are sure to fit 64 bits, however the bound was rounded. */
const INT64_BELOW = 9.2e18;
/** Above this, products of bounds are rounded. */
const EXACT_BELOW = 1e22;

/** The digits of an integer or decimal; null for other types. */
export function digitsOf(builder: CodeBuilder, value: LoweredValue): Digits | null {
  const size = exactSize(value.type);
  if (size === null) return null;
  const below = Math.min(10 ** size.precision, value.below ?? Number.POSITIVE_INFINITY);
  if (value.type.kind === 'BIGINT') return { low: value.code, high: null, below };
  if (value.type.kind !== 'DECIMAL') {
    const low = builder.local('i64', ['i64.extend_i32_s', value.code]);
    return { low, high: null, below };
  }
  return { low: value.code, high: value.high, below };
}

/** `a + b` of numbers with the same scale. */
export function addDigits(builder: CodeBuilder, a: Digits, b: Digits): Digits {
  const below = (a.below + b.below) * ROUNDED_UP;
  if (a.high === null && b.high === null) {
    const sum = builder.local('i64', ['i64.add', a.low, b.low]);
    if (below <= INT64_BELOW) return { low: sum, high: null, below };
    if (!builder.exact) {
      const signs: Code = ['i64.and', ['i64.xor', a.low, sum], ['i64.xor', b.low, sum]];
      builder.overflowIf(['i64.lt_s', signs, i64(0n)]);
      return { low: sum, high: null, below };
    }
  }
  const low = builder.local('i64', ['i64.add', a.low, b.low]);
  const carry: Code = ['i64.extend_i32_u', ['i64.lt_u', low, a.low]];
  const sum: Code = ['i64.add', ['i64.add', highWord(a), highWord(b)], carry];
  const high = builder.local('i64', sum);
  // Two numbers of 38 digits make one that 128 bits need not hold.
  if (below > WIDE_BELOW) {
    const signs: Code = ['i64.and', ['i64.xor', highWord(a), high], ['i64.xor', highWord(b), high]];
    builder.overflowIf(['i64.lt_s', signs, i64(0n)]);
  }
  return { low, high, below };
}

/** `-a`. */
export function negateDigits(builder: CodeBuilder, a: Digits): Digits {
  const low = builder.local('i64', ['i64.sub', i64(0n), a.low]);
  if (a.high === null) {
    if (a.below > INT64_BELOW) builder.overflowIf(['i64.eq', a.low, i64(-(2n ** 63n))]);
    return { low, high: null, below: a.below };
  }
  const borrow: Code = ['i64.extend_i32_u', ['i64.ne', a.low, i64(0n)]];
  const high = builder.local('i64', ['i64.sub', ['i64.sub', i64(0n), a.high], borrow]);
  return { low, high, below: a.below };
}

/** `a * b`. */
export function multiplyDigits(builder: CodeBuilder, a: Digits, b: Digits): Digits {
  const below = productBelow(a.below, b.below);
  if (a.high === null && b.high === null) {
    if (below <= INT64_BELOW || !builder.exact) {
      if (below > INT64_BELOW) {
        const zeros: Code = [
          'i64.add',
          ['i64.clz', magnitude(a.low)],
          ['i64.clz', magnitude(b.low)],
        ];
        builder.overflowIf(['i64.lt_u', zeros, i64(65n)]);
      }
      const low = builder.local('i64', ['i64.mul', a.low, b.low]);
      return { low, high: null, below };
    }
    return { ...builder.wideHelper('multiply64', a.low, b.low), below };
  }
  const bits: Code = [
    'i64.add',
    builder.helper('bits128', a.low, highWord(a)),
    builder.helper('bits128', b.low, highWord(b)),
  ];
  builder.overflowIf(['i64.gt_u', bits, i64(PRODUCT_BITS_MAX)]);
  const product = builder.wideHelper('multiply128', a.low, highWord(a), b.low, highWord(b));
  return { ...product, below };
}

function productBelow(a: number, b: number): number {
  const product = a * b;
  return product <= EXACT_BELOW ? product : product * ROUNDED_UP;
}

/** The number at another scale, rounded half up; null for more than 18 digits less. */
export function rescaleDigits(
  builder: CodeBuilder,
  a: Digits,
  from: number,
  to: number,
): Digits | null {
  if (from === to) return a;
  if (to > from) {
    const factor = pow10(to - from);
    const narrow = BigInt.asIntN(64, factor) === factor;
    const high = narrow ? null : i64(factor >> 64n);
    return multiplyDigits(builder, a, { low: i64(factor), high, below: 10 ** (to - from) });
  }
  if (from - to > DECIMAL_PRECISION_INT64) return null;
  const below = (a.below / 10 ** (from - to) + 1) * ROUNDED_UP;
  if (a.high !== null) {
    const wide = builder.wideHelper('divideHalfUp', a.low, a.high, i64(pow10(from - to)));
    return { ...wide, below };
  }
  const divisor = i64(pow10(from - to));
  const quotient = builder.local('i64', ['i64.div_s', a.low, divisor]);
  const rest = builder.local('i64', ['i64.sub', a.low, ['i64.mul', quotient, divisor]]);
  const sign: Code = ['i64.or', ['i64.shr_s', a.low, i64(63n)], i64(1n)];
  const half: Code = ['i64.ge_u', ['i64.mul', ['i64.mul', rest, sign], i64(2n)], divisor];
  const carry: Code = ['i64.mul', ['i64.extend_i32_u', half], sign];
  const low = builder.local('i64', ['i64.add', quotient, carry]);
  return { low, high: null, below };
}

/**
 * `a * 10^shift / b`, rounded half up; null for divisors of 128 bits. Rows with `b` = 0 must have
 * been marked by `trapIf`.
 */
export function divideDigits(
  builder: CodeBuilder,
  a: Digits,
  shift: number,
  b: Digits,
): Digits | null {
  if (b.high !== null || shift < 0 || shift > 38) return null;
  const factor = pow10(shift);
  const dividend =
    a.high === null && BigInt.asIntN(64, factor) === factor
      ? builder.wideHelper('multiply64', a.low, i64(factor))
      : multiplyDigits(builder, { ...a, high: highWord(a) }, wideConstant(factor));
  const high = highWord(dividend);
  const isZero: Code = ['i64.eqz', b.low];
  const divisor: Code = ['select', i64(1n), b.low, isZero];
  const quotient = builder.wideHelper('divideHalfUp', dividend.low, high, divisor);
  return { ...quotient, below: a.below * 10 ** (shift + 1) };
}

function wideConstant(value: bigint): Digits {
  return { low: i64(value), high: i64(value >> 64n), below: Number(value) * 2 };
}

/** A number as a value of a decimal type; NULL where it has too many digits. */
export function fitDigits(a: Digits, type: DataType): LoweredValue {
  const precision = exactSize(type)?.precision ?? 0;
  const valid = fits(a, precision);
  const narrow = precision <= DECIMAL_PRECISION_INT64;
  return { type, code: a.low, high: narrow ? null : a.high, valid, below: a.below };
}

/** Whether a number has at most `precision` digits; null when that is certain. */
function fits(a: Digits, precision: number): Code | null {
  if (a.below <= 10 ** precision) return null;
  const limit = pow10(precision);
  if (a.high === null) {
    if (precision > DECIMAL_PRECISION_INT64) return null;
    return both(['i64.lt_s', a.low, i64(limit)], ['i64.gt_s', a.low, i64(-limit)]);
  }
  return both(lessThan(a, wideConstant(limit)), lessThan(wideConstant(-limit), a));
}

/** How `a` and `b`, of the same scale, compare; null for an unknown operator. */
export function compareDigits(op: string, a: Digits, b: Digits): Code | null {
  const narrow = a.high === null && b.high === null;
  switch (op) {
    case '=':
      return narrow ? ['i64.eq', a.low, b.low] : equal(a, b);
    case '<>':
      return narrow ? ['i64.ne', a.low, b.low] : not(equal(a, b));
    case '<':
      return lessThan(a, b);
    case '<=':
      return not(lessThan(b, a));
    case '>':
      return lessThan(b, a);
    case '>=':
      return not(lessThan(a, b));
    default:
      return null;
  }
}

function equal(a: Digits, b: Digits): Code {
  return ['i32.and', ['i64.eq', a.low, b.low], ['i64.eq', highWord(a), highWord(b)]];
}

function lessThan(a: Digits, b: Digits): Code {
  if (a.high === null && b.high === null) return ['i64.lt_s', a.low, b.low];
  const below: Code = ['i64.lt_s', highWord(a), highWord(b)];
  const same: Code = ['i64.eq', highWord(a), highWord(b)];
  return ['i32.or', below, ['i32.and', same, ['i64.lt_u', a.low, b.low]]];
}

/** The double nearest to a number with a scale; null for numbers that need the interpreter. */
export function digitsToDouble(builder: CodeBuilder, a: Digits, scale: number): Code | null {
  // A quotient of two exact doubles is rounded once, as it should be.
  if (a.high !== null || scale > 22) return null;
  const exact: Code = ['i64.le_u', ['i64.add', a.low, i64(2n ** 53n)], i64(2n ** 54n)];
  if (a.below > 1e15) builder.overflowIf(not(exact));
  const value: Code = ['f64.convert_i64_s', a.low];
  return scale === 0 ? value : ['f64.div', value, ['f64.const', 10 ** scale]];
}

/** The high word of a number. */
function highWord(a: { readonly low: Code; readonly high: Code | null }): Code {
  return highOf({ code: a.low, high: a.high });
}

function magnitude(word: Code): Code {
  return ['i64.xor', word, ['i64.shr_s', word, i64(63n)]];
}

/** An i32 truth value as a LoweredValue of a BOOLEAN type. */
export function truth(type: DataType, code: Code, valid: Code | null = null): LoweredValue {
  return { type, code, high: null, valid };
}
