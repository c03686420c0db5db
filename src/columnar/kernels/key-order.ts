import type { Region } from '../arena/region.ts';
import type { Column } from '../column.ts';
import type { DensePlan } from './dense-lists.ts';
import { kernelsFor } from './library.ts';
import { plainValues } from './plain-values.ts';
import { Scratch } from './scratch.ts';

/** Keys of which each number of a range seems to be one, in no order. */
export type RangeKeys = Pick<DensePlan, 'width' | 'least' | 'numbers'>;

/**
 * The rows in the order of their keys, which lie in several pieces, in memory of `region`; null
 * when two rows have the same key. Errors: ResourceError MEMORY_LIMIT.
 */
export function keyOrder(
  pieces: readonly Column[],
  { width, least, numbers }: RangeKeys,
  region: Region,
): Int32Array | null {
  const kernels = kernelsFor(region.arena);
  const order = region.int32(region.alloc(numbers * 4), numbers).fill(-1);
  using scratch = region.child();
  const plain = new Scratch(scratch);
  const from = scratch.alloc(8);
  new BigInt64Array(region.arena.buffer, from, 1)[0] = least;
  let rows = 0;
  for (const column of pieces) {
    const { values } = plainValues(column, width, plain, kernels);
    const { length } = column;
    if (kernels.orderRows(from, values, width, length, rows, order.byteOffset) > 0) return null;
    rows += length;
  }
  return order;
}
