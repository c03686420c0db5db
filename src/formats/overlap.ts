import type { Comparator } from '../functions/compare.ts';
import type { ValueRange } from './format.ts';

/** Whether a range has values between two others; null: no bound is known. */
export function mayOverlap(
  range: ValueRange,
  min: unknown,
  max: unknown,
  compare: Comparator,
): boolean {
  if (range.min !== null && max !== null) {
    const order = compare(max, range.min);
    if (order < 0 || (order === 0 && !range.minInclusive)) return false;
  }
  if (range.max !== null && min !== null) {
    const order = compare(min, range.max);
    if (order > 0 || (order === 0 && !range.maxInclusive)) return false;
  }
  return true;
}
