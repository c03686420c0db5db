import type { DataType } from './data-type.ts';
import { DECIMAL_PRECISION_MAX } from './data-type.ts';

/** The size of an exact number: digits in all, and digits after the point. */
export interface DecimalSize {
  readonly precision: number;
  readonly scale: number;
}

/** Digits after the point that a result keeps when its digits must be cut to 38. */
const SCALE_KEPT = 6;

/** The result of `e1 + e2` and of `e1 - e2`. */
export function decimalAdd(p1: number, s1: number, p2: number, s2: number): DecimalSize {
  const scale = Math.max(s1, s2);
  return fitted(Math.max(p1 - s1, p2 - s2) + scale + 1, scale);
}

/** The result of `e1 * e2`. */
export function decimalMultiply(p1: number, s1: number, p2: number, s2: number): DecimalSize {
  return fitted(p1 + p2 + 1, s1 + s2);
}

/** The result of `e1 / e2`. */
export function decimalDivide(p1: number, s1: number, p2: number, s2: number): DecimalSize {
  const scale = Math.max(SCALE_KEPT, s1 + p2 + 1);
  return fitted(p1 - s1 + s2 + scale, scale);
}

/** The result of `e1 % e2`. */
export function decimalModulo(p1: number, s1: number, p2: number, s2: number): DecimalSize {
  const scale = Math.max(s1, s2);
  return fitted(Math.min(p1 - s1, p2 - s2) + scale, scale);
}

/** The result of `ROUND(e, digits)`. */
export function decimalRound(precision: number, scale: number, digits: number): DecimalSize {
  if (digits >= scale) return { precision, scale };
  const whole = 1 + precision - scale;
  if (digits < 0) return { precision: Math.min(DECIMAL_PRECISION_MAX, whole), scale: 0 };
  return { precision: whole + digits, scale: digits };
}

/** The result of `SUM(e)`. */
export function decimalSum(scale: number): DecimalSize {
  return { precision: DECIMAL_PRECISION_MAX, scale };
}

/** Digits of decimals whose sums are within 38 digits, of fewer than 10^18 of them. */
export const SUMMED_PRECISION_MAX = 20;

/** The result of `AVG(e)`: the sum divided by a count of 20 digits. */
export function decimalAverage(scale: number): DecimalSize {
  return decimalDivide(DECIMAL_PRECISION_MAX, scale, 20, 0);
}

/** The decimal that holds every value of an exact number type; null for other types. */
export function exactSize(type: DataType): DecimalSize | null {
  switch (type.kind) {
    case 'TINYINT':
      return { precision: 3, scale: 0 };
    case 'SMALLINT':
      return { precision: 5, scale: 0 };
    case 'INT':
      return { precision: 10, scale: 0 };
    case 'BIGINT':
      return { precision: 19, scale: 0 };
    case 'DECIMAL':
      return { precision: type.precision, scale: type.scale };
    default:
      return null;
  }
}

/** Cuts a size to 38 digits: whole digits stay, and up to six after the point. */
function fitted(precision: number, scale: number): DecimalSize {
  if (precision <= DECIMAL_PRECISION_MAX) return { precision, scale };
  const kept = Math.max(DECIMAL_PRECISION_MAX - (precision - scale), Math.min(scale, SCALE_KEPT));
  return { precision: DECIMAL_PRECISION_MAX, scale: kept };
}
