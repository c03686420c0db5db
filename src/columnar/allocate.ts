import type { Region } from './arena/region.ts';
import { bitmapBytes, setBit, setBits } from './bitmap.ts';
import type { FixedValues } from './column.ts';
import { type Storage, viewOf } from './values.ts';

/** Bytes a bitmap's memory is a multiple of, so that kernels may go through it word by word. */
const BITMAP_ALIGNMENT = 8;

/** Memory for `rows` elements of a storage; the contents are undefined. */
export function allocFixed(
  region: Region,
  storage: Storage,
  rows: number,
  width: number,
): FixedValues {
  return viewOf(region.arena.buffer, storage, region.alloc(rows * width), rows);
}

/** Memory for `length` 32-bit integers; the contents are undefined. */
export function allocInt32(region: Region, length: number): Int32Array {
  return region.int32(region.alloc(length * 4), length);
}

/** Memory for `length` bytes; the contents are undefined. */
export function allocBytes(region: Region, length: number): Uint8Array {
  return region.bytes(region.alloc(length), length);
}

/** A bitmap of `rows` bits, all 0 or all 1; the bits behind the last row are 0. */
export function allocBitmap(region: Region, rows: number, bit: 0 | 1): Uint8Array {
  const bytes = bitmapBytes(rows);
  const padded = Math.ceil(bytes / BITMAP_ALIGNMENT) * BITMAP_ALIGNMENT;
  const address = region.alloc(padded);
  region.clear(address, padded);
  const bitmap = region.bytes(address, bytes);
  if (bit === 1) setBits(bitmap, rows);
  return bitmap;
}

/** The validity that several parts of a column under construction write into. */
export interface Validity {
  readonly validity: Uint8Array | null;
  readonly nullCount: number;
}

/** What a column without NULL has. */
export const ALL_VALID: Validity = { validity: null, nullCount: 0 };

/** Copies `count` bits from bit `from` of `source` to bit `to` of `target`, whose bits are 0 there. */
export function copyBits(
  source: Uint8Array,
  from: number,
  target: Uint8Array,
  to: number,
  count: number,
): void {
  let done = 0;
  if ((from & 7) === (to & 7)) {
    while (done < count && ((from + done) & 7) !== 0)
      done += copyBit(source, from, target, to, done);
    const bytes = (count - done) >> 3;
    const start = (from + done) >> 3;
    target.set(source.subarray(start, start + bytes), (to + done) >> 3);
    done += bytes << 3;
  }
  while (done < count) done += copyBit(source, from, target, to, done);
}

function copyBit(source: Uint8Array, from: number, target: Uint8Array, to: number, at: number): 1 {
  const bit = from + at;
  if ((source[bit >> 3]! & (1 << (bit & 7))) !== 0) setBit(target, to + at);
  return 1;
}
