import { assert } from '../../common/assert.ts';
import type { Column } from '../column.ts';
import { addressOf, gatherFor, type KernelLibrary } from './library.ts';
import type { Scratch } from './scratch.ts';

/** Where the values of a fixed-width column and the bitmap of its NULLs (0: none) lie. */
export interface PlainValues {
  readonly values: number;
  readonly validity: number;
}

/** The same with the bytes of an element. */
export interface Integers extends PlainValues {
  readonly width: number;
}

/**
 * As `plainValues`, for kernels that read integers of any width: narrow ones stay where they are.
 * Errors: ResourceError MEMORY_LIMIT.
 */
export function integersOf(
  column: Column,
  width: number,
  scratch: Scratch,
  kernels: KernelLibrary,
): Integers {
  if (column.layout !== 'fixed' || column.narrow === null) {
    return { ...plainValues(column, width, scratch, kernels), width };
  }
  const validity = column.nullCount === 0 ? 0 : addressOf(column.validity);
  return { values: addressOf(column.narrow.values), validity, width: column.narrow.width };
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
