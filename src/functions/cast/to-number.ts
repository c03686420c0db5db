import type { DataType, TypeOfKind } from '../../types/data-type.ts';
import {
  decimalFromNumber,
  decimalToNumber,
  fitDecimal,
  integerPart,
  parseDecimal,
} from '../../types/decimal.ts';
import { millisOfUnit, monthsOfUnit } from '../../types/interval.ts';
import { wrapInteger } from '../integers.ts';
import { castFailed } from './cast-failed.ts';

/** A type whose values are numbers of SQL. */
export type NumericType = TypeOfKind<
  'TINYINT' | 'SMALLINT' | 'INT' | 'BIGINT' | 'FLOAT' | 'DOUBLE' | 'DECIMAL'
>;

/** One row: an internal value in, an internal value out. */
export type Conversion = (value: unknown) => unknown;

const INT_MAX = 2147483647;
const INT_MIN = -2147483648;
const BIGINT_MAX = 9223372036854775807n;
const BIGINT_MIN = -9223372036854775808n;

/** The least and the greatest value of the integer types. */
const RANGES = {
  TINYINT: [-128n, 127n],
  SMALLINT: [-32768n, 32767n],
  INT: [BigInt(INT_MIN), BigInt(INT_MAX)],
  BIGINT: [BIGINT_MIN, BIGINT_MAX],
} as const;

/**
 * The cast of `from` to a number; null when there is none.
 *
 * Errors: TableRuntimeError CAST_FAILED for text that is no number of the target's range, and for
 * NaN and infinities as DECIMAL. A number that overflows a DECIMAL gives NULL; integers wrap.
 */
export function toNumber(from: DataType, to: NumericType): Conversion | null {
  switch (from.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
      return fromInt(to);
    case 'BIGINT':
      return fromBigint(to);
    case 'FLOAT':
    case 'DOUBLE':
      return fromDouble(to);
    case 'DECIMAL':
      return fromDecimal(from, to);
    case 'BOOLEAN': {
      const number = fromInt(to);
      return (value) => number(value === true ? 1 : 0);
    }
    case 'CHAR':
    case 'VARCHAR':
      return fromString(to);
    case 'INTERVAL_YEAR_MONTH': {
      const number = fromInt(to);
      const unit = monthsOfUnit(from.unit);
      return (value) => number(Math.trunc((value as number) / unit));
    }
    case 'INTERVAL_DAY_TIME': {
      const number = fromBigint(to);
      const unit = millisOfUnit(from.unit);
      return (value) => number((value as bigint) / unit);
    }
    case 'VARIANT':
      return fromVariant(to);
    default:
      return null;
  }
}

function fromInt(to: NumericType): Conversion {
  switch (to.kind) {
    case 'BIGINT':
      return (value) => BigInt(value as number);
    case 'FLOAT':
      return (value) => Math.fround(value as number);
    case 'DOUBLE':
      return (value) => value;
    case 'DECIMAL':
      return (value) => fitDecimal(BigInt(value as number), 0, to);
    default:
      return (value) => wrapInteger(value as number, to);
  }
}

function fromBigint(to: NumericType): Conversion {
  switch (to.kind) {
    case 'BIGINT':
      return (value) => value;
    case 'FLOAT':
      return (value) => bigintToFloat(value as bigint);
    case 'DOUBLE':
      return (value) => Number(value as bigint);
    case 'DECIMAL':
      return (value) => fitDecimal(value as bigint, 0, to);
    default:
      return (value) => wrapInteger(Number(BigInt.asIntN(32, value as bigint)), to);
  }
}

/** Rounds once: the bits below a double's precision only say that there is something. */
function bigintToFloat(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return Math.fround(number);
  const sticky = (value & 2047n) === 0n ? 0n : 1n;
  return Math.fround(Number((value >> 11n) | sticky) * 2048);
}

function fromDouble(to: NumericType): Conversion {
  switch (to.kind) {
    case 'BIGINT':
      return (value) => doubleToBigint(value as number);
    case 'FLOAT':
      return (value) => Math.fround(value as number);
    case 'DOUBLE':
      return (value) => value;
    case 'DECIMAL':
      return (value) => {
        if (!Number.isFinite(value)) throw castFailed(value, to);
        return decimalFromNumber(value as number, to);
      };
    default:
      return (value) => wrapInteger(saturate(value as number), to);
  }
}

function saturate(value: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.trunc(Math.min(INT_MAX, Math.max(INT_MIN, value)));
}

function doubleToBigint(value: number): bigint {
  if (Number.isNaN(value)) return 0n;
  if (value >= Number(BIGINT_MAX)) return BIGINT_MAX;
  if (value <= Number(BIGINT_MIN)) return BIGINT_MIN;
  return BigInt(Math.trunc(value));
}

function fromDecimal(from: TypeOfKind<'DECIMAL'>, to: NumericType): Conversion {
  const { scale } = from;
  switch (to.kind) {
    case 'BIGINT':
      return (value) => BigInt.asIntN(64, integerPart(value as bigint, scale));
    case 'FLOAT':
      return (value) => Math.fround(decimalToNumber(value as bigint, scale));
    case 'DOUBLE':
      return (value) => decimalToNumber(value as bigint, scale);
    case 'DECIMAL':
      return (value) => fitDecimal(value as bigint, scale, to);
    default:
      return (value) =>
        wrapInteger(Number(BigInt.asIntN(32, integerPart(value as bigint, scale))), to);
  }
}

const INTEGER = /^([+-]?\d+)(?:\.\d*)?$|^[+-]?\.\d+$/;
const DOUBLE = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfF]?$/;

function fromString(to: NumericType): Conversion {
  switch (to.kind) {
    case 'FLOAT':
      return (value) => Math.fround(parseDouble(value as string, to));
    case 'DOUBLE':
      return (value) => parseDouble(value as string, to);
    case 'DECIMAL':
      return (value) => {
        const parsed = parseDecimal(value as string);
        const unscaled = parsed === null ? null : fitDecimal(parsed.unscaled, parsed.scale, to);
        if (unscaled === null) throw castFailed(value, to);
        return unscaled;
      };
    default: {
      const [least, greatest] = RANGES[to.kind];
      return (value) => {
        const match = INTEGER.exec((value as string).trim());
        if (match === null) throw castFailed(value, to);
        const number = BigInt((match[1] ?? '0').replace('+', ''));
        if (number < least || number > greatest) throw castFailed(value, to);
        return to.kind === 'BIGINT' ? number : Number(number);
      };
    }
  }
}

function parseDouble(value: string, to: DataType): number {
  const number = doubleOf(value);
  if (number === null) throw castFailed(value, to);
  return number;
}

/** The DOUBLE that a text is, as Java reads it; null if it is none. */
export function doubleOf(value: string): number | null {
  const text = value.trim();
  if (DOUBLE.test(text)) return Number(text.replace(/[dDfF]$/, ''));
  switch (text.replace(/^[+-]/, '')) {
    case 'NaN':
      return Number.NaN;
    case 'Infinity':
      return Number(text);
    default:
      return null;
  }
}

/** A VARIANT gives the number it holds; anything else in it is an error. */
function fromVariant(to: NumericType): Conversion {
  const fromNumber = fromDouble(to);
  const fromInteger = fromBigint(to);
  return (value) => {
    if (typeof value === 'number') return fromNumber(value);
    if (typeof value === 'bigint') return fromInteger(value);
    throw castFailed(JSON.stringify(value), to);
  };
}
