import { allocInt32 } from '../allocate.ts';
import type { Region } from '../arena/region.ts';
import type { BoolColumn } from '../column.ts';
import { addressOf, kernelsFor } from './library.ts';

/**
 * The rows in which a condition is true (neither false nor NULL), ascending, in memory of
 * `region`; of a selection, if one is given. Errors: ResourceError MEMORY_LIMIT.
 */
export function selectTrue(
  condition: BoolColumn,
  selection: Int32Array | null,
  region: Region,
): Int32Array {
  const kernels = kernelsFor(region.arena);
  const { bits, length, nullCount } = condition;
  const validity = nullCount === 0 ? 0 : addressOf(condition.validity);
  const count = selection?.length ?? length;
  // One more entry than counts is written.
  const out = allocInt32(region, count + 1);
  const kept =
    selection === null
      ? kernels.selectBits(addressOf(bits), validity, length, addressOf(out))
      : kernels.refineBits(addressOf(bits), validity, addressOf(selection), count, addressOf(out));
  return out.subarray(0, kept);
}
