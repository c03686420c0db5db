// Blocked Bloom filters of integer keys: each key sets two bits of one word of 64 bits, so that a
// look costs one load. A key that is not there passes in about one of a hundred cases.
import { bitAt, rowAt } from './bits.as';
import { hashInt } from './hash.as';

// @ts-ignore: decorator
@inline
function wordAt(words: usize, mask: u32, hash: u32): usize {
  return words + (<usize>(hash & mask) << 3);
}

// @ts-ignore: decorator
@inline
function bitsOf(hash: u32): u64 {
  return ((<u64>1) << <u64>(hash >>> 26)) | ((<u64>1) << <u64>((hash >>> 20) & 63));
}

/** Enters keys of 8 bytes. */
export function enterBloom(words: usize, mask: u32, keys: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const hash = hashInt(load<u64>(keys + (<usize>i << 3)));
    const at = wordAt(words, mask, hash);
    store<u64>(at, load<u64>(at) | bitsOf(hash));
  }
}

// @ts-ignore: decorator
@inline
function keep<T>(
  words: usize, mask: u32, values: usize, validity: usize, selection: usize, count: i32,
  outRows: usize, outPositions: usize,
): i32 {
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const row = rowAt(selection, i);
    const hash = hashInt(<u64>load<T>(values + <usize>row * sizeof<T>()));
    const bits = bitsOf(hash);
    let hit = <i32>((load<u64>(wordAt(words, mask, hash)) & bits) == bits);
    if (validity) hit &= bitAt(validity, row);
    store<i32>(outRows + (<usize>kept << 2), row);
    if (outPositions) store<i32>(outPositions + (<usize>kept << 2), i);
    kept += hit;
  }
  return kept;
}

// @ts-ignore: decorator
@inline
function filter<T>(
  words: usize, mask: u32, values: usize, validity: usize, selection: usize, count: i32,
  outRows: usize, outPositions: usize,
): i32 {
  if (!validity && !selection && !outPositions) {
    return keep<T>(words, mask, values, 0, 0, count, outRows, 0);
  }
  return keep<T>(words, mask, values, validity, selection, count, outRows, outPositions);
}

/**
 * Writes the rows that count and whose key may be there, and (0: not) the positions that they have
 * among those that count; returns how many. NULL is not there.
 */
export function filterBloom(
  words: usize, mask: u32, values: usize, width: i32, validity: usize, selection: usize,
  count: i32, rows: usize, positions: usize,
): i32 {
  if (width == 8) {
    return filter<i64>(words, mask, values, validity, selection, count, rows, positions);
  }
  if (width == 4) {
    return filter<i32>(words, mask, values, validity, selection, count, rows, positions);
  }
  if (width == 2) {
    return filter<i16>(words, mask, values, validity, selection, count, rows, positions);
  }
  return filter<i8>(words, mask, values, validity, selection, count, rows, positions);
}

/** Writes ids to positions, and returns how many of them are not -1. */
export function placeIds(ids: usize, positions: usize, count: i32, out: usize): i32 {
  let hits = 0;
  for (let i = 0; i < count; i++) {
    const id = load<i32>(ids + (<usize>i << 2));
    store<i32>(out + (<usize>load<i32>(positions + (<usize>i << 2)) << 2), id);
    hits += <i32>(id >= 0);
  }
  return hits;
}
