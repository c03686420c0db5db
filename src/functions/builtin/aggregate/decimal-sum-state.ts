import type { DataType } from '../../../types/data-type.ts';
import { DECIMAL_PRECISION_MAX } from '../../../types/data-type.ts';
import { pow10 } from '../../../types/decimal.ts';
import { SUMMED_PRECISION_MAX } from '../../../types/decimal-types.ts';
import { BIGINT } from '../../../types/types.ts';

/** What a carry of a sum of decimals counts for. */
export const DECIMAL_CARRY = pow10(DECIMAL_PRECISION_MAX);

/** Whether sums of a type may have more than 38 digits on the way, and so have carries. */
export function hasCarries(type: DataType): boolean {
  return type.kind === 'DECIMAL' && type.precision > SUMMED_PRECISION_MAX;
}

/** The state types of a sum: the sum, the number of values, and how often 10^38 is to be added. */
export function sumState(type: DataType, sum: DataType): readonly DataType[] {
  const count: DataType = { ...BIGINT, nullable: false };
  const types = [{ ...sum, nullable: false }, count];
  return hasCarries(type) ? [...types, count] : types;
}

/** The state of a sum. */
export function splitSum(
  type: DataType,
  sum: number | bigint,
  count: bigint,
): readonly (number | bigint)[] {
  if (!hasCarries(type) || typeof sum === 'number') return [sum, count];
  return [sum % DECIMAL_CARRY, count, sum / DECIMAL_CARRY];
}

/** The sum of a state. */
export function joinSum([sum, , carries]: readonly unknown[]): number | bigint {
  if (carries === undefined) return sum as number | bigint;
  return (sum as bigint) + (carries as bigint) * DECIMAL_CARRY;
}
