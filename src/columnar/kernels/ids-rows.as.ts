// Keys of several words: slots of 8 bytes hold the hash and the id plus one; the keys by id lie in
// KEYS, one behind the other.
import { bitAt } from './bits.as';
import { mix } from './hash.as';
import { SLOTS, MASK, COUNT, LIMIT, KEYS, FIND, BLOCK, FULL } from './id-table.as';

/**
 * Ids of keys of `words` (at least two) words, packed one behind the other; a row that is not valid has none.
 * Returns how many rows are done.
 */
export function idsOfRows(
  table: usize, keys: usize, words: i32, validity: usize,
  from: i32, count: i32, out: usize, flags: i32,
): i32 {
  const width = words << 3;
  const slots = load<usize>(table, SLOTS);
  const mask = load<u32>(table, MASK);
  const stored = load<usize>(table, KEYS);
  for (let start = from; start < count; start += BLOCK) {
    const end = min(start + BLOCK, count);
    // The first slots of all rows of a block, then all keys there: many reads are on their way at
    // once. (Join on two integers of 12 bytes: see the bench of joins.)
    for (let i = start; i < end; i++) {
      const hash = hashRow(keys + <usize>i * width, width);
      const slot = load<u64>(slots + (<usize>(hash & mask) << 3));
      const id = <i32>(slot >>> 32) - 1;
      store<i32>(out + (<usize>i << 2), select(id, -1, <u32>slot == hash));
    }
    for (let i = start; i < end; i++) {
      const at = out + (<usize>i << 2);
      const id = load<i32>(at);
      const known = stored + <usize>max(id, 0) * width;
      const same = <i32>(id >= 0) & <i32>sameWords(known, keys + <usize>i * width, width);
      store<i32>(at, select(id, -1, same));
    }
    for (let i = start; i < end; i++) {
      const at = out + (<usize>i << 2);
      if (validity && !bitAt(validity, i)) {
        store<i32>(at, -1);
        continue;
      }
      if (load<i32>(at) >= 0) continue;
      const id = resolveRow(table, keys + <usize>i * width, width, flags);
      if (id == FULL) return i;
      store<i32>(at, id);
    }
  }
  return count;
}

/** The id of a key, which gets one if it has none and is not only looked for. */
function resolveRow(table: usize, key: usize, width: i32, flags: i32): i32 {
  const slots = load<usize>(table, SLOTS);
  const mask = load<u32>(table, MASK);
  const stored = load<usize>(table, KEYS);
  const hash = hashRow(key, width);
  let index = hash & mask;
  while (true) {
    const slot = slots + (<usize>index << 3);
    const id = load<i32>(slot, 4);
    if (id == 0) {
      if (flags & FIND) return -1;
      const next = load<i32>(table, COUNT);
      if (next >= load<i32>(table, LIMIT)) return FULL;
      store<u32>(slot, hash);
      store<i32>(slot, next + 1, 4);
      const target = stored + <usize>next * width;
      for (let w = 0; w < width; w += 8) store<u64>(target + w, load<u64>(key + w));
      store<i32>(table, next + 1, COUNT);
      return next;
    }
    if (load<u32>(slot) == hash && sameWords(stored + <usize>(id - 1) * width, key, width)) {
      return id - 1;
    }
    index = (index + 1) & mask;
  }
}

// @ts-ignore: decorator
@inline
function hashRow(at: usize, width: i32): u32 {
  let hash = mix(mix(0, load<u64>(at)), load<u64>(at, 8));
  for (let w = 16; w < width; w += 8) hash = mix(hash, load<u64>(at + w));
  return <u32>(hash >>> 32);
}

// @ts-ignore: decorator
@inline
function sameWords(a: usize, b: usize, width: i32): bool {
  let difference = (load<u64>(a) ^ load<u64>(b)) | (load<u64>(a, 8) ^ load<u64>(b, 8));
  for (let w = 16; w < width; w += 8) difference |= load<u64>(a + w) ^ load<u64>(b + w);
  return difference == 0;
}

/** Moves the entries of slots with hashes to larger ones, which are all empty. */
export function rehash8(old: usize, capacity: i32, slots: usize, mask: u32): void {
  const end = old + (<usize>capacity << 3);
  for (let at = old; at < end; at += 8) {
    const entry = load<u64>(at);
    if (entry >>> 32 == 0) continue;
    let index = <u32>entry & mask;
    while (load<i32>(slots + (<usize>index << 3), 4) != 0) index = (index + 1) & mask;
    store<u64>(slots + (<usize>index << 3), entry);
  }
}
