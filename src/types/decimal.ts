import type { DecimalSize } from './decimal-types.ts';

/**
 * Exact decimal numbers are bigints of unscaled digits; the scale is in the type. Functions that
 * compute into a type return null when the result has more digits than the type: SQL's overflow.
 */

const POWERS: bigint[] = [1n];

/** Ten to the power of `exponent`, which is not negative. */
export function pow10(exponent: number): bigint {
  for (let i = POWERS.length; i <= exponent; i++) POWERS.push((POWERS[i - 1] ?? 1n) * 10n);
  return POWERS[exponent] ?? 1n;
}

/** `dividend / divisor`, rounded to the nearest integer, halves away from zero. */
export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const remainder = dividend - quotient * divisor;
  if (abs(remainder) * 2n < abs(divisor)) return quotient;
  return dividend < 0n === divisor < 0n ? quotient + 1n : quotient - 1n;
}

/** The digits at another scale, rounded half up. */
export function rescale(unscaled: bigint, from: number, to: number): bigint {
  if (to >= from) return unscaled * pow10(to - from);
  return divideHalfUp(unscaled, pow10(from - to));
}

/** The digits before the point, cut off towards zero. */
export function integerPart(unscaled: bigint, scale: number): bigint {
  return unscaled / pow10(scale);
}

/** The digits if a DECIMAL of `precision` holds them, else null. */
export function fitPrecision(unscaled: bigint, precision: number): bigint | null {
  return abs(unscaled) < pow10(precision) ? unscaled : null;
}

/** The digits at the scale of a type; null when they overflow it. */
export function fitDecimal(unscaled: bigint, scale: number, to: DecimalSize): bigint | null {
  return fitPrecision(rescale(unscaled, scale, to.scale), to.precision);
}

/** `a + b` in the result type. */
export function addDecimals(
  a: bigint,
  aScale: number,
  b: bigint,
  bScale: number,
  to: DecimalSize,
): bigint | null {
  const scale = Math.max(aScale, bScale);
  return fitDecimal(rescale(a, aScale, scale) + rescale(b, bScale, scale), scale, to);
}

/** `a - b` in the result type. */
export function subtractDecimals(
  a: bigint,
  aScale: number,
  b: bigint,
  bScale: number,
  to: DecimalSize,
): bigint | null {
  return addDecimals(a, aScale, -b, bScale, to);
}

/** `a * b` in the result type. */
export function multiplyDecimals(
  a: bigint,
  aScale: number,
  b: bigint,
  bScale: number,
  to: DecimalSize,
): bigint | null {
  return fitDecimal(a * b, aScale + bScale, to);
}

/** `a / b` in the result type; `b` is not zero. */
export function divideDecimals(
  a: bigint,
  aScale: number,
  b: bigint,
  bScale: number,
  to: DecimalSize,
): bigint | null {
  const shift = to.scale + bScale - aScale;
  const quotient =
    shift >= 0 ? divideHalfUp(a * pow10(shift), b) : divideHalfUp(a, b * pow10(-shift));
  return fitPrecision(quotient, to.precision);
}

/** `a % b` in the result type, with the sign of `a`; `b` is not zero. */
export function moduloDecimals(
  a: bigint,
  aScale: number,
  b: bigint,
  bScale: number,
  to: DecimalSize,
): bigint | null {
  const scale = Math.max(aScale, bScale);
  return fitDecimal(rescale(a, aScale, scale) % rescale(b, bScale, scale), scale, to);
}

/** Which of two decimals is greater: negative, zero or positive, as for a sort. */
export function compareDecimals(a: bigint, aScale: number, b: bigint, bScale: number): number {
  const scale = Math.max(aScale, bScale);
  const left = rescale(a, aScale, scale);
  const right = rescale(b, bScale, scale);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The digits and the scale of a decimal of any size. */
export interface ParsedDecimal {
  readonly unscaled: bigint;
  /** Never negative. */
  readonly scale: number;
}

/** Digits before or after the point beyond which a text cannot be meant as a DECIMAL. */
const DIGITS_MAX = 1000;

const NUMBER = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?\s*$/;

/**
 * Parses `12.30`, `-.5`, `1e3` with blanks around; null when the text is something else, or has so
 * many digits that no DECIMAL comes near it.
 */
export function parseDecimal(text: string): ParsedDecimal | null {
  const match = NUMBER.exec(text);
  if (match === null) return null;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  if (whole.length + fraction.length === 0) return null;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  if (digits === '') return { unscaled: 0n, scale: Math.min(fraction.length, DIGITS_MAX) };
  const scale = fraction.length - Number(exponent);
  if (digits.length > DIGITS_MAX || Math.abs(scale) > DIGITS_MAX) return null;
  const unscaled = BigInt(digits) * (scale < 0 ? pow10(-scale) : 1n);
  return { unscaled: sign === '-' ? -unscaled : unscaled, scale: Math.max(scale, 0) };
}

/** Prints digits with their point, without exponent: Flink's text of a DECIMAL. */
export function printDecimal(unscaled: bigint, scale: number): string {
  if (scale === 0) return unscaled.toString();
  const sign = unscaled < 0n ? '-' : '';
  const digits = abs(unscaled)
    .toString()
    .padStart(scale + 1, '0');
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** The decimal nearest to the shortest text of a number; null when it is not finite or overflows. */
export function decimalFromNumber(value: number, to: DecimalSize): bigint | null {
  const parsed = Number.isFinite(value) ? parseDecimal(String(value)) : null;
  return parsed === null ? null : fitDecimal(parsed.unscaled, parsed.scale, to);
}

/** Powers of ten up to this one are exact as numbers. */
const EXACT_POWER_MAX = 22;

/** The number nearest to a decimal. */
export function decimalToNumber(unscaled: bigint, scale: number): number {
  const digits = Number(unscaled);
  // Both operands are exact, so the division rounds once.
  if (Number.isSafeInteger(digits) && scale <= EXACT_POWER_MAX) return digits / 10 ** scale;
  return Number(printDecimal(unscaled, scale));
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
