// Strings of Parquet pages as offsets and bytes.

/**
 * Reads `count` plain strings, each after its length, from the bytes up to `end`, as offsets from
 * `offsets` on, whose first is `base`, and bytes after `bytes` + `base`. The word at `out` gets the
 * address behind them. Answers the end of the bytes, or -1.
 */
export function plainStrings(
  from: usize, end: usize, count: i32, offsets: usize, bytes: usize, base: i32, out: usize,
): i32 {
  let at = from;
  let used = base;
  for (let i = 0; i < count; i++) {
    if (end - at < 4) return -1;
    const length = load<u32>(at);
    at += 4;
    if (<usize>length > end - at) return -1;
    copyShort(bytes + <usize>used, at, length);
    at += length;
    used += <i32>length;
    store<i32>(offsets + (<usize>(i + 1) << 2), used);
  }
  store<u32>(out, <u32>at);
  return used;
}

/** Copies eight bytes at a time: up to seven more than asked for are written. */
@inline
function copyShort(to: usize, from: usize, length: u32): void {
  if (length > 64) {
    memory.copy(to, from, length);
    return;
  }
  for (let i: usize = 0; i < <usize>length; i += 8) store<u64>(to + i, load<u64>(from + i));
}

/** Bytes of the strings that codes stand for. */
export function codesBytes(codes: usize, count: i32, offsets: usize): f64 {
  let bytes: i64 = 0;
  for (let i = 0; i < count; i++) {
    const at = offsets + (<usize>load<u32>(codes + (<usize>i << 2)) << 2);
    bytes += <i64>(load<i32>(at, 4) - load<i32>(at));
  }
  return <f64>bytes;
}

/** The strings that codes stand for, as in `plainStrings`. */
export function gatherStrings(
  codes: usize, count: i32, fromOffsets: usize, fromBytes: usize,
  offsets: usize, bytes: usize, base: i32,
): i32 {
  let used = base;
  for (let i = 0; i < count; i++) {
    const at = fromOffsets + (<usize>load<u32>(codes + (<usize>i << 2)) << 2);
    const start = load<i32>(at);
    const length = load<i32>(at, 4) - start;
    copyShort(bytes + <usize>used, fromBytes + <usize>start, <u32>length);
    used += length;
    store<i32>(offsets + (<usize>(i + 1) << 2), used);
  }
  return used;
}

/**
 * Moves the ends of `valid` strings, from `offsets` + 4 on, to the rows whose bit is set; the
 * others are empty. Counterpart of `spread`.
 */
export function spreadOffsets(
  offsets: usize, count: i32, valid: i32, bitmap: usize, offset: i32,
): void {
  let from = valid;
  for (let row = count - 1; row >= 0; row--) {
    const at = offset + row;
    store<i32>(offsets + (<usize>(row + 1) << 2), load<i32>(offsets + (<usize>from << 2)));
    if (((<u32>load<u8>(bitmap + (at >> 3)) >> (at & 7)) & 1) != 0 && from > 0) from--;
  }
}

/** Strings of `size` bytes each, back to back: their offsets. */
export function fixedOffsets(count: i32, size: i32, offsets: usize, base: i32): void {
  for (let i = 1; i <= count; i++) store<i32>(offsets + (<usize>i << 2), base + i * size);
}

/**
 * Offsets of strings whose lengths are 64-bit integers, from a first one of 0. Answers their
 * sum, or -1 when a length is negative or they are too many for `most` bytes.
 */
export function lengthsToOffsets(lengths: usize, count: i32, most: i32, offsets: usize): i32 {
  let used: i64 = 0;
  store<i32>(offsets, 0);
  for (let i = 0; i < count; i++) {
    const length = load<i64>(lengths + (<usize>i << 3));
    if (length < 0 || length > <i64>most) return -1;
    used += length;
    if (used > <i64>most) return -1;
    store<i32>(offsets + (<usize>(i + 1) << 2), <i32>used);
  }
  return <i32>used;
}

/** The bytes that strings have whose beginnings repeat the one before, or -1. */
export function prefixedBytes(prefixes: usize, suffixes: usize, count: i32, most: i32): i32 {
  let used: i64 = 0;
  let last: i64 = 0;
  for (let i = 0; i < count; i++) {
    const prefix = load<i64>(prefixes + (<usize>i << 3));
    const suffix = load<i64>(suffixes + (<usize>i << 3));
    if (prefix < 0 || suffix < 0 || prefix > last || suffix > <i64>most) return -1;
    last = prefix + suffix;
    used += last;
    if (used > <i64>most) return -1;
  }
  return <i32>used;
}

/** Puts such strings together: checked by `prefixedBytes`, and `suffixes` are all there. */
export function joinPrefixed(
  prefixes: usize, suffixes: usize, from: usize, count: i32, offsets: usize, bytes: usize,
): void {
  let at = from;
  let used: usize = 0;
  let last: usize = 0;
  store<i32>(offsets, 0);
  for (let i = 0; i < count; i++) {
    const prefix = <usize>load<i64>(prefixes + (<usize>i << 3));
    const suffix = <usize>load<i64>(suffixes + (<usize>i << 3));
    memory.copy(bytes + used, bytes + last, prefix);
    memory.copy(bytes + used + prefix, at, suffix);
    at += suffix;
    last = used;
    used += prefix + suffix;
    store<i32>(offsets + (<usize>(i + 1) << 2), <i32>used);
  }
}
