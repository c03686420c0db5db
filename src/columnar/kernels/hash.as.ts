// Hashes of integers and bytes. Both read whole words: up to 7 bytes behind a string are read and
// ignored, which the padding of every allocation allows.

// @ts-ignore: decorator
@inline
const PRIME: u64 = 0x9e3779b97f4a7c15;

/** 32 well-mixed bits of a 64-bit integer. */
// @ts-ignore: decorator
@inline
export function hashInt(key: u64): u32 {
  return <u32>(((key ^ (key >>> 32)) * PRIME) >>> 32);
}

/** Mixes one more word into a hash. */
// @ts-ignore: decorator
@inline
export function mix(hash: u64, word: u64): u64 {
  const product = (hash ^ word) * PRIME;
  return product ^ (product >>> 29);
}

/** The last 1 to 8 bytes of a string, the rest of the word cleared. */
// @ts-ignore: decorator
@inline
export function tailWord(at: usize, length: i32): u64 {
  return load<u64>(at) & (~(<u64>0) >>> (<u64>(8 - length) << 3));
}

/** 32 well-mixed bits of some bytes. */
// @ts-ignore: decorator
@inline
export function hashBytes(at: usize, length: i32): u32 {
  let hash: u64 = <u64>length * PRIME;
  let left = length;
  let from = at;
  while (left > 8) {
    hash = mix(hash, load<u64>(from));
    from += 8;
    left -= 8;
  }
  if (left > 0) hash = mix(hash, tailWord(from, left));
  return <u32>(hash >>> 32);
}

/** Whether two strings of one length are equal. */
// @ts-ignore: decorator
@inline
export function sameBytes(a: usize, b: usize, length: i32): bool {
  let left = length;
  while (left > 8) {
    if (load<u64>(a) != load<u64>(b)) return false;
    a += 8;
    b += 8;
    left -= 8;
  }
  return left <= 0 || tailWord(a, left) == tailWord(b, left);
}
