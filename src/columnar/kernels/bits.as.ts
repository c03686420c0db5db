// Bitmaps: least significant bit first. Address 0 stands for a bitmap of ones.

/** The bit of a row: 0 or 1. */
// @ts-ignore: decorator
@inline
export function bitAt(bitmap: usize, row: i32): i32 {
  return (<i32>load<u8>(bitmap + (row >>> 3)) >>> (row & 7)) & 1;
}

/** The row of the i-th entry of a selection; i itself if there is none. */
// @ts-ignore: decorator
@inline
export function rowAt(selection: usize, i: i32): i32 {
  return selection ? load<i32>(selection + (<usize>i << 2)) : i;
}

/** 64 bits from a row that is a multiple of 64, those from `rows` on cleared. */
// @ts-ignore: decorator
@inline
function wordAt(bitmap: usize, row: i32, rows: i32): u64 {
  const left = rows - row;
  const mask: u64 = left >= 64 ? ~(<u64>0) : ((<u64>1) << <u64>left) - 1;
  return (bitmap ? load<u64>(bitmap + (row >>> 3)) : ~(<u64>0)) & mask;
}

/** out = a AND b, for `bytes` bytes. */
export function andBits(a: usize, b: usize, bytes: i32, out: usize): void {
  for (let i: usize = 0; i < <usize>bytes; i += 8) {
    store<u64>(out + i, load<u64>(a + i) & load<u64>(b + i));
  }
}

/** How many of the first `rows` bits are set. */
export function popcount(bitmap: usize, rows: i32): i32 {
  let count: u64 = 0;
  for (let row = 0; row < rows; row += 64) count += popcnt(wordAt(bitmap, row, rows));
  return <i32>count;
}

/**
 * Sets bit i when the row of index i is set in `source`; -1 gives 0. Writes whole bytes; returns
 * how many bits are set.
 */
export function gatherBits(source: usize, indices: usize, count: i32, out: usize): i32 {
  let set = 0;
  let byte = 0;
  for (let i = 0; i < count; i++) {
    const row = load<i32>(indices + (<usize>i << 2));
    const bit = row < 0 ? 0 : source ? bitAt(source, row) : 1;
    set += bit;
    byte |= bit << (i & 7);
    if ((i & 7) == 7) {
      store<u8>(out + (i >>> 3), byte);
      byte = 0;
    }
  }
  if ((count & 7) != 0) store<u8>(out + (count >>> 3), byte);
  return set;
}

/** Whether an index is negative. */
export function hasNegative(indices: usize, count: i32): i32 {
  let all = 0;
  for (let i = 0; i < count; i++) all |= load<i32>(indices + (<usize>i << 2));
  return all < 0 ? 1 : 0;
}
