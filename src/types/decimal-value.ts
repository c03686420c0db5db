import { runtimeError, validationError } from '../common/errors.ts';
import {
  compareDecimals,
  decimalToNumber,
  divideHalfUp,
  type ParsedDecimal,
  parseDecimal,
  pow10,
  printDecimal,
  rescale,
} from './decimal.ts';

/** Digits that a quotient has after the point beyond those of the dividend. */
const QUOTIENT_DIGITS = 6;
/** Digits after the point that a Decimal has at most. */
const SCALE_MAX = 1000;

/** What is taken for a Decimal: itself, its text, an integer, a number by its shortest text. */
export type DecimalLike = Decimal | ParsedDecimal | string | number | bigint;

/**
 * An exact decimal number: the value of a DECIMAL in JavaScript. Immutable. `unscaled` are the
 * digits without the point, `scale` is how many of them are after it: 1.50 is 150n and 2.
 *
 * A structured clone (postMessage) keeps both fields but not the methods; `Decimal.from` takes
 * the clone. Comparisons (`<`) and Number() see the nearest number, texts see the exact digits.
 *
 * @example
 * ```ts
 * import { Decimal } from 'millrace';
 *
 * const price = Decimal.from('19.90');
 * console.log(String(price.times(3).plus('0.05'))); // 59.75
 * console.log(price.unscaled, price.scale); // 1990n 2
 * ```
 */
export class Decimal {
  readonly unscaled: bigint;
  readonly scale: number;

  /** Errors: ValidationError INVALID_DECIMAL. */
  constructor(unscaled: bigint, scale = 0) {
    if (typeof unscaled !== 'bigint' || !isScale(scale)) {
      throw validationError('INVALID_DECIMAL', {
        value: `${String(unscaled)} with scale ${String(scale)}`,
      });
    }
    this.unscaled = unscaled;
    this.scale = scale;
  }

  /** The exact decimal of a value. Errors: ValidationError INVALID_DECIMAL. */
  static from(value: DecimalLike): Decimal {
    if (value instanceof Decimal) return value;
    const digits = decimalDigits(value);
    if (digits === null) throw validationError('INVALID_DECIMAL', { value: String(value) });
    return new Decimal(digits.unscaled, digits.scale);
  }

  /** The exact sum. */
  plus(other: DecimalLike): Decimal {
    return this.#aligned(other, (a, b) => a + b);
  }

  /** The exact difference. */
  minus(other: DecimalLike): Decimal {
    return this.#aligned(other, (a, b) => a - b);
  }

  /** The exact product; its scale is the sum of both. */
  times(other: DecimalLike): Decimal {
    const by = Decimal.from(other);
    return new Decimal(this.unscaled * by.unscaled, this.scale + by.scale);
  }

  /**
   * The quotient, rounded half up to `scale` digits after the point: by default six more than
   * the longer operand has. Errors: TableRuntimeError DIVISION_BY_ZERO.
   */
  dividedBy(other: DecimalLike, scale?: number): Decimal {
    const by = Decimal.from(other);
    if (by.unscaled === 0n) throw runtimeError('DIVISION_BY_ZERO', {});
    const to = scale ?? Math.max(this.scale, by.scale) + QUOTIENT_DIGITS;
    checkScale(to);
    const shift = to + by.scale - this.scale;
    const quotient =
      shift >= 0
        ? divideHalfUp(this.unscaled * pow10(shift), by.unscaled)
        : divideHalfUp(this.unscaled, by.unscaled * pow10(-shift));
    return new Decimal(quotient, to);
  }

  /** The remainder, with the sign of this number. Errors: TableRuntimeError DIVISION_BY_ZERO. */
  mod(other: DecimalLike): Decimal {
    const by = Decimal.from(other);
    if (by.unscaled === 0n) throw runtimeError('DIVISION_BY_ZERO', {});
    return this.#aligned(by, (a, b) => a % b);
  }

  /** The number with the other sign. */
  negated(): Decimal {
    return new Decimal(-this.unscaled, this.scale);
  }

  /** The number without its sign. */
  abs(): Decimal {
    return this.unscaled < 0n ? this.negated() : this;
  }

  /** The number with `scale` digits after the point, rounded half up. */
  round(scale = 0): Decimal {
    checkScale(scale);
    return new Decimal(rescale(this.unscaled, this.scale, scale), scale);
  }

  /** Negative, zero or positive, as for a sort. */
  compareTo(other: DecimalLike): number {
    const to = Decimal.from(other);
    return compareDecimals(this.unscaled, this.scale, to.unscaled, to.scale);
  }

  /** Whether the numbers are equal; 1.5 equals 1.50. */
  equals(other: DecimalLike): boolean {
    return this.compareTo(other) === 0;
  }

  /** The nearest number. */
  toNumber(): number {
    return decimalToNumber(this.unscaled, this.scale);
  }

  /** All digits, without exponent: Flink's text. */
  toString(): string {
    return printDecimal(this.unscaled, this.scale);
  }

  /** The text, because a JSON number would not be exact. */
  toJSON(): string {
    return this.toString();
  }

  /** A text where one is asked for, else the nearest number. */
  [Symbol.toPrimitive](hint: string): number | string {
    return hint === 'number' ? this.toNumber() : this.toString();
  }

  /** `Decimal`. */
  get [Symbol.toStringTag](): string {
    return 'Decimal';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Decimal(${this.toString()})`;
  }

  #aligned(other: DecimalLike, combine: (a: bigint, b: bigint) => bigint): Decimal {
    const by = Decimal.from(other);
    const scale = Math.max(this.scale, by.scale);
    const a = rescale(this.unscaled, this.scale, scale);
    return new Decimal(combine(a, rescale(by.unscaled, by.scale, scale)), scale);
  }
}

function checkScale(scale: unknown): void {
  if (!isScale(scale))
    throw validationError('INVALID_DECIMAL', { value: `scale ${String(scale)}` });
}

function isScale(scale: unknown): boolean {
  return typeof scale === 'number' && Number.isInteger(scale) && scale >= 0 && scale <= SCALE_MAX;
}

/** The digits of whatever is taken for a Decimal; null for everything else. */
export function decimalDigits(value: unknown): ParsedDecimal | null {
  switch (typeof value) {
    case 'bigint':
      return { unscaled: value, scale: 0 };
    case 'number':
      return Number.isFinite(value) ? parseDecimal(String(value)) : null;
    case 'string':
      return parseDecimal(value);
    case 'object': {
      if (value === null || !('unscaled' in value) || !('scale' in value)) return null;
      const { unscaled, scale } = value;
      if (typeof unscaled !== 'bigint' || typeof scale !== 'number' || !isScale(scale)) return null;
      return { unscaled, scale };
    }
    default:
      return null;
  }
}
