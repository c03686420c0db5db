import type { DataType, TypeOfKind } from '../../../types/data-type.ts';
import { MILLIS_PER_DAY } from '../../../types/time.ts';
import { i64, loweredType } from '../../lowered.ts';
import type { Code, CodeBuilder, LoweredValue, Lowering } from '../../lowering.ts';
import { digitsOfBoth, scaleOf } from './comparison.ts';
import {
  addDigits,
  type Digits,
  digitsOf,
  divideDigits,
  fitDigits,
  multiplyDigits,
  negateDigits,
  rescaleDigits,
} from './decimal.ts';

const MICROS_PER_MILLI = i64(1000n);

/** Lowers `+` and `-`. */
export function lowerSum(op: 'add' | 'sub'): Lowering {
  return (builder, [a, b], { result }) => {
    if (result.kind === 'DECIMAL') return lowerDecimalSum(builder, op, a!, b!, result);
    if (isDatetime(a!.type) || isDatetime(b!.type)) {
      return lowerDatetimeSum(builder, op, a!, b!, result);
    }
    return lowerPlain(builder, op, a!, b!, result);
  };
}

/** Lowers `*` of numbers. */
export const lowerProduct: Lowering = (builder, [a, b], { result }) => {
  if (result.kind.startsWith('INTERVAL')) return null;
  if (result.kind !== 'DECIMAL') return lowerPlain(builder, 'mul', a!, b!, result);
  const left = digitsOf(builder, a!);
  const right = digitsOf(builder, b!);
  if (left === null || right === null) return null;
  const product = multiplyDigits(builder, left, right);
  const scale = scaleOf(a!.type) + scaleOf(b!.type);
  const rescaled = rescaleDigits(builder, product, scale, result.scale);
  return rescaled === null ? null : fitDigits(rescaled, result);
};

/** Lowers `/` of numbers. */
export const lowerQuotient: Lowering = (builder, [a, b], { result, literals }) => {
  const local = loweredType(result);
  if (local === null || !isSameKind(a!, b!, result)) return null;
  if (local === 'f32' || local === 'f64') {
    // Constants that were not folded are divided by zero: an error.
    if (literals[0] !== undefined && literals[1] !== undefined) return null;
    return plain(builder, result, [`${local}.div`, a!.code, b!.code]);
  }
  if (result.kind === 'DECIMAL') return lowerDecimalQuotient(builder, a!, b!, result);
  if (isIntervalType(result)) return null;
  builder.trapIf([`${local}.eqz`, b!.code]);
  // The machine traps on 0 and on the least number divided by -1.
  const minusOne: Code = [`${local}.eq`, b!.code, [`${local}.const`, -1]];
  const special: Code = ['i32.or', [`${local}.eqz`, b!.code], minusOne];
  const divisor: Code = ['select', [`${local}.const`, 1], b!.code, special];
  const quotient: Code = [`${local}.div_s`, a!.code, divisor];
  const negated: Code = [`${local}.sub`, [`${local}.const`, 0], a!.code];
  return plain(builder, result, ['select', negated, quotient, minusOne]);
};

/** Lowers `%` of integers. */
export const lowerRemainder: Lowering = (builder, [a, b], { result }) => {
  if (!isInteger(a!.type) || !isInteger(b!.type) || !isInteger(result)) return null;
  const local = a!.type.kind === 'BIGINT' || b!.type.kind === 'BIGINT' ? 'i64' : 'i32';
  const left = widen(a!, local);
  const right = widen(b!, local);
  builder.trapIf([`${local}.eqz`, right]);
  const divisor: Code = ['select', [`${local}.const`, 1], right, [`${local}.eqz`, right]];
  const rest: Code = [`${local}.rem_s`, left, divisor];
  const narrowed: Code =
    local === 'i64' && loweredType(result) === 'i32' ? ['i32.wrap_i64', rest] : rest;
  return plain(builder, result, narrowed);
};

/** Lowers unary minus. */
export const lowerNegation: Lowering = (builder, [value], { result }) => {
  const local = loweredType(result);
  if (local === null || result.kind === 'NULL') return null;
  if (result.kind === 'DECIMAL') {
    const digits = digitsOf(builder, value!);
    return digits === null ? null : fitDigits(negateDigits(builder, digits), result);
  }
  const floating = local === 'f32' || local === 'f64';
  const code: Code = floating
    ? [`${local}.neg`, value!.code]
    : [`${local}.sub`, [`${local}.const`, 0], value!.code];
  return plain(builder, result, code);
};

/** Lowers ABS. */
export const lowerAbsolute: Lowering = (builder, [value], { result }) => {
  const local = loweredType(result);
  if (local === null || !isSameKind(value!, value!, result)) return null;
  if (local === 'f32' || local === 'f64') {
    return plain(builder, result, [`${local}.abs`, value!.code]);
  }
  const zero: Code = [`${local}.const`, 0];
  if (value!.high !== null) return null;
  const least: Code = [
    `${local}.eq`,
    value!.code,
    [`${local}.const`, local === 'i32' ? -(2 ** 31) : -(2n ** 63n)],
  ];
  if (result.kind === 'DECIMAL') builder.overflowIf(least);
  const negated: Code = [`${local}.sub`, zero, value!.code];
  const negative: Code = [`${local}.lt_s`, value!.code, zero];
  return plain(builder, result, wrapTo(result, ['select', negated, value!.code, negative]));
};

/** Lowers SQRT. */
export const lowerSquareRoot: Lowering = (builder, [value], { result }) => {
  if (value!.type.kind !== 'DOUBLE' || result.kind !== 'DOUBLE') return null;
  return plain(builder, result, ['f64.sqrt', value!.code]);
};

function lowerDecimalSum(
  builder: CodeBuilder,
  op: 'add' | 'sub',
  a: LoweredValue,
  b: LoweredValue,
  result: DataType & { readonly kind: 'DECIMAL' },
): LoweredValue | null {
  const both = digitsOfBoth(builder, a, b);
  if (both === null) return null;
  const { x, y, scale } = both;
  const second: Digits = op === 'add' ? y : negateDigits(builder, y);
  const sum = rescaleDigits(builder, addDigits(builder, x, second), scale, result.scale);
  return sum === null ? null : fitDigits(sum, result);
}

function lowerDecimalQuotient(
  builder: CodeBuilder,
  a: LoweredValue,
  b: LoweredValue,
  result: TypeOfKind<'DECIMAL'>,
): LoweredValue | null {
  const left = digitsOf(builder, a);
  const right = digitsOf(builder, b);
  if (left === null || right === null) return null;
  builder.trapIf(['i64.eqz', right.low]);
  const shift = result.scale + scaleOf(b.type) - scaleOf(a.type);
  const quotient = divideDigits(builder, left, shift, right);
  return quotient === null ? null : fitDigits(quotient, result);
}

/** Points in time plus or minus day-time intervals, and differences of points in time. */
function lowerDatetimeSum(
  builder: CodeBuilder,
  op: 'add' | 'sub',
  a: LoweredValue,
  b: LoweredValue,
  result: DataType,
): LoweredValue | null {
  const [time, other] = isDatetime(a.type) ? [a, b] : [b, a];
  if (isDatetime(other.type)) return lowerDifference(builder, a, b, result);
  if (other.type.kind !== 'INTERVAL_DAY_TIME' || loweredType(time.type) === null) return null;
  if (time.type.kind === 'DATE' && result.kind === 'DATE') {
    const days: Code = ['i32.wrap_i64', ['i64.div_s', other.code, i64(BigInt(MILLIS_PER_DAY))]];
    return plain(builder, result, [`i32.${op}`, time.code, days]);
  }
  const isTimestamp = time.type.kind === 'TIMESTAMP' || time.type.kind === 'TIMESTAMP_LTZ';
  if (!isTimestamp || time.type.kind !== result.kind || loweredType(result) !== 'i64') return null;
  const micros: Code = ['i64.mul', other.code, MICROS_PER_MILLI];
  return plain(builder, result, [`i64.${op}`, time.code, micros]);
}

function lowerDifference(
  builder: CodeBuilder,
  a: LoweredValue,
  b: LoweredValue,
  result: DataType,
): LoweredValue | null {
  if (a.type.kind !== b.type.kind) return null;
  if (a.type.kind === 'DATE') {
    const wide = (value: LoweredValue): Code => ['i64.extend_i32_s', value.code];
    const days: Code = ['i64.sub', wide(a), wide(b)];
    return plain(builder, result, ['i64.mul', days, i64(BigInt(MILLIS_PER_DAY))]);
  }
  if (a.type.kind === 'TIME') {
    return plain(builder, result, ['i64.extend_i32_s', ['i32.sub', a.code, b.code]]);
  }
  if (loweredType(a.type) !== 'i64' || loweredType(b.type) !== 'i64') return null;
  return plain(builder, result, ['i64.div_s', ['i64.sub', a.code, b.code], MICROS_PER_MILLI]);
}

function lowerPlain(
  builder: CodeBuilder,
  op: 'add' | 'sub' | 'mul',
  a: LoweredValue,
  b: LoweredValue,
  result: DataType,
): LoweredValue | null {
  const local = loweredType(result);
  if (local === null || !isSameKind(a, b, result)) return null;
  return plain(builder, result, [`${local}.${op}`, a.code, b.code]);
}

/** A computed value of a type; TINYINT and SMALLINT wrap around. */
function plain(builder: CodeBuilder, type: DataType, code: Code): LoweredValue | null {
  const local = loweredType(type);
  if (local === null) return null;
  const wrapped = wrapTo(type, code);
  return { type, code: builder.local(local, wrapped), high: null, valid: null };
}

/** Cuts an i32 to the bits of TINYINT or SMALLINT. */
export function wrapTo(type: DataType, code: Code): Code {
  if (type.kind === 'TINYINT') return ['i32.extend8_s', code];
  return type.kind === 'SMALLINT' ? ['i32.extend16_s', code] : code;
}

function isSameKind(a: LoweredValue, b: LoweredValue, result: DataType): boolean {
  return a.type.kind === b.type.kind && a.type.kind === result.kind && result.kind !== 'NULL';
}

function widen(value: LoweredValue, local: 'i32' | 'i64'): Code {
  const narrow = loweredType(value.type) === 'i32';
  return local === 'i64' && narrow ? ['i64.extend_i32_s', value.code] : value.code;
}

function isInteger({ kind }: DataType): boolean {
  return kind === 'TINYINT' || kind === 'SMALLINT' || kind === 'INT' || kind === 'BIGINT';
}

function isDatetime({ kind }: DataType): boolean {
  return kind === 'DATE' || kind === 'TIME' || kind === 'TIMESTAMP' || kind === 'TIMESTAMP_LTZ';
}

function isIntervalType({ kind }: DataType): boolean {
  return kind === 'INTERVAL_YEAR_MONTH' || kind === 'INTERVAL_DAY_TIME';
}
