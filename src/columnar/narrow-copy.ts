import { allocBitmap, copyBits } from './allocate.ts';
import type { Region } from './arena/region.ts';
import { type Column, FixedColumn } from './column.ts';
import { copyColumn } from './concat.ts';
import { addressOf, kernelsFor } from './kernels/library.ts';
import { Narrow } from './narrow.ts';

/** A column whose narrow integers can be read in `region`; other columns as they are. */
export function readableIn(column: Column, region: Region): Column {
  if (column.layout !== 'fixed' || column.narrow === null) return column;
  const { type, length, width, validity, nullCount, range } = column;
  const narrow = new Narrow(column.narrow.values, region);
  return new FixedColumn(type, length, narrow, width, validity, nullCount, range);
}

/**
 * A copy of a column in memory of `region` alone, for tables: integers of 4 and 8 bytes take one or
 * two where their range needs no more. Errors: ResourceError MEMORY_LIMIT.
 */
export function narrowCopy(column: Column, region: Region): Column {
  const narrow = column.layout === 'fixed' ? narrowWidth(column) : null;
  if (column.layout !== 'fixed' || narrow === null) return copyColumn(column, region);
  const { type, length, width, range } = column;
  const address = region.alloc(length * narrow);
  const kernels = kernelsFor(region.arena);
  kernels.narrow(addressOf(column.values), width, narrow, length, address);
  const values = Narrow.at(address, narrow, length, region.arena, null);
  const validity = copyValidity(column, region);
  return new FixedColumn(type, length, values, width, validity, column.nullCount, range);
}

/** The validity of a column in memory of `region`; null when it has no NULL. */
export function copyValidity(
  { length, validity, nullCount }: Column,
  region: Region,
): Uint8Array | null {
  if (nullCount === 0 || validity === null) return null;
  const copy = allocBitmap(region, length, 0);
  copyBits(validity, 0, copy, 0, length);
  return copy;
}

/**
 * One or two bytes, when they hold the integers of a column. Columns of four would mostly be keys,
 * which joins and sorts would have to widen.
 */
function narrowWidth({ width, range }: FixedColumn): number | null {
  if (range === null || (width !== 4 && width !== 8)) return null;
  for (const narrow of [1, 2] as const) {
    const most = 2n ** BigInt(8 * narrow - 1);
    if (range.least >= -most && range.greatest < most) return narrow < width ? narrow : null;
  }
  return null;
}
