import { assert } from '../../common/assert.ts';
import type { Column } from '../column.ts';
import { addressOf, gatherFor, type KernelLibrary } from './library.ts';
import type { Scratch } from './scratch.ts';

/** Where the values of a fixed-width column and the bitmap of its NULLs (0: none) lie. */
export interface PlainValues {
  readonly values: number;
  readonly validity: number;
}

/**
 * The plain values of a column of numbers or booleans; those behind codes are brought to `scratch`.
 * Errors: ResourceError MEMORY_LIMIT.
 */
export function plainValues(
  column: Column,
  width: number,
  scratch: Scratch,
  kernels: KernelLibrary,
): PlainValues {
  const validity = column.nullCount === 0 ? 0 : addressOf(column.validity);
  if (column.layout === 'fixed') return { values: column.values.byteOffset, validity };
  if (column.layout === 'bool') return { values: column.bits.byteOffset, validity };
  const bytes = column.length * width;
  if (column.layout === 'null') {
    const values = scratch.cleared(bytes);
    return { values, validity: values };
  }
  assert(column.layout === 'dictionary' && column.dictionary.layout === 'fixed', 'a number');
  const values = scratch.bytes(bytes);
  const source = column.dictionary.values.byteOffset;
  gatherFor(kernels, width)(source, column.codes.byteOffset, column.length, values);
  return { values, validity };
}
