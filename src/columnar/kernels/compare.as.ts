// The order of strings: that of their bytes, which for UTF-8 is that of the characters.

/** The order of two strings by their bytes: negative, 0 or positive. */
// @ts-ignore: decorator
@inline
export function compareBytes(a: usize, aLength: i32, b: usize, bLength: i32): i32 {
  const shorter = min(aLength, bLength);
  for (let k = 0; k < shorter; k += 8) {
    let x = load<u64>(a + k);
    let y = load<u64>(b + k);
    if (shorter - k < 8) {
      const mask = ~(<u64>0) >>> (<u64>(8 - (shorter - k)) << 3);
      x &= mask;
      y &= mask;
    }
    if (x != y) return bswap<u64>(x) < bswap<u64>(y) ? -1 : 1;
  }
  return aLength - bLength;
}

/** The order of the strings of two rows. */
// @ts-ignore: decorator
@inline
export function compareRows(offsets: usize, bytes: usize, a: i32, b: i32): i32 {
  const x = offsets + (<usize>a << 2);
  const y = offsets + (<usize>b << 2);
  const from = load<i32>(x);
  const other = load<i32>(y);
  return compareBytes(
    bytes + from, load<i32>(x, 4) - from, bytes + other, load<i32>(y, 4) - other,
  );
}
