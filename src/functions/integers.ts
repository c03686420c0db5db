import type { DataType } from '../types/data-type.ts';

/** Wraps a whole number around to TINYINT, SMALLINT or INT: keeps the low bits that these have. */
export function wrapInteger(value: number, to: DataType): number {
  if (to.kind === 'TINYINT') return (value << 24) >> 24;
  return to.kind === 'SMALLINT' ? (value << 16) >> 16 : value | 0;
}
