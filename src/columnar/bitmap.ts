/** Whether the bit of `row` is set; an absent bitmap counts as all set. */
export function isValid(bitmap: Uint8Array | null, row: number): boolean {
  return bitmap === null || (bitmap[row >> 3]! & (1 << (row & 7))) !== 0;
}

/** Bytes of a bitmap of `rows` bits. */
export function bitmapBytes(rows: number): number {
  return (rows + 7) >> 3;
}

/** Sets the bit of `row`. */
export function setBit(bitmap: Uint8Array, row: number): void {
  bitmap[row >> 3]! |= 1 << (row & 7);
}

/** Clears the bit of `row`. */
export function clearBit(bitmap: Uint8Array, row: number): void {
  bitmap[row >> 3]! &= ~(1 << (row & 7));
}

/** Sets the first `rows` bits of a bitmap that is all 0. */
export function setBits(bitmap: Uint8Array, rows: number): void {
  bitmap.fill(0xff, 0, rows >> 3);
  if ((rows & 7) !== 0) bitmap[rows >> 3] = (1 << (rows & 7)) - 1;
}

/** How many of the first `rows` bits are set. */
export function countBits(bitmap: Uint8Array, rows: number): number {
  let count = 0;
  const whole = rows >> 3;
  for (let i = 0; i < whole; i++) count += POPCOUNT[bitmap[i]!]!;
  if ((rows & 7) !== 0) count += POPCOUNT[bitmap[whole]! & ((1 << (rows & 7)) - 1)]!;
  return count;
}

const POPCOUNT = Uint8Array.from({ length: 256 }, (_, byte) => {
  let bits = 0;
  for (let b = byte; b !== 0; b &= b - 1) bits++;
  return bits;
});
