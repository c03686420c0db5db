// Hash tables from keys to ids 0, 1, 2 … in the order of first appearance. A table is a header of
// 32-bit words in memory; the caller makes it, makes it larger when a kernel stops early, and frees
// it. Ids are written for the rows in turn: out[i] belongs to the i-th row of the selection.
//
// First the likely slot of every row of a block is looked at without a branch, so that the cache
// misses overlap; only rows that this does not settle take the loop.
import { bitAt, rowAt } from './bits.as';
import { copyBytes } from './gather.as';
import { hashBytes, hashInt, mix, sameBytes } from './hash.as';

// Fields of the header, as offsets.
// @ts-ignore: decorator
@inline
const SLOTS: usize = 0;
// @ts-ignore: decorator
@inline
const MASK: usize = 4;
// @ts-ignore: decorator
@inline
const COUNT: usize = 8;
// @ts-ignore: decorator
@inline
const LIMIT: usize = 12;
// @ts-ignore: decorator
@inline
const NULL_ID: usize = 16;
// @ts-ignore: decorator
@inline
const KEYS: usize = 20;
// @ts-ignore: decorator
@inline
const BYTES: usize = 24;
// @ts-ignore: decorator
@inline
const BYTES_CAPACITY: usize = 28;
// Of string tables: how many more strings the slots take, and the slots of short strings.
// @ts-ignore: decorator
@inline
const LEFT: usize = 32;
// @ts-ignore: decorator
@inline
const SHORT_SLOTS: usize = 36;
// @ts-ignore: decorator
@inline
const SHORT_MASK: usize = 40;
// @ts-ignore: decorator
@inline
const SHORT_LEFT: usize = 44;

// What to do with a key that is not there, and with NULL.
// @ts-ignore: decorator
@inline
const FIND: i32 = 1;
// @ts-ignore: decorator
@inline
const SKIP_NULLS: i32 = 2;

// Rows that are looked at before their collisions are solved.
// @ts-ignore: decorator
@inline
const BLOCK: i32 = 512;

// @ts-ignore: decorator
@inline
const FULL: i32 = -2;

/** The id of NULL; -1 when it has none, FULL when there is no room. */
function nullId(table: usize, flags: i32): i32 {
  if (flags & SKIP_NULLS) return -1;
  const known = load<i32>(table, NULL_ID);
  if (known >= 0 || flags & FIND) return known;
  const id = load<i32>(table, COUNT);
  if (id >= load<i32>(table, LIMIT)) return FULL;
  store<i32>(table, id, NULL_ID);
  store<i32>(table, id + 1, COUNT);
  return id;
}

// Integer keys: slots of 16 bytes hold the key and its id plus one (0: empty); the keys by id lie
// in KEYS, eight bytes each.

function resolveInt(table: usize, key: u64, flags: i32): i32 {
  const slots = load<usize>(table, SLOTS);
  const mask = load<u32>(table, MASK);
  let index = hashInt(key) & mask;
  while (true) {
    const slot = slots + (<usize>index << 4);
    const id = load<i32>(slot, 8);
    if (id == 0) {
      if (flags & FIND) return -1;
      const count = load<i32>(table, COUNT);
      if (count >= load<i32>(table, LIMIT)) return FULL;
      store<u64>(slot, key);
      store<i32>(slot, count + 1, 8);
      store<u64>(load<usize>(table, KEYS) + (<usize>count << 3), key);
      store<i32>(table, count + 1, COUNT);
      return count;
    }
    if (load<u64>(slot) == key) return id - 1;
    index = (index + 1) & mask;
  }
}

// @ts-ignore: decorator
@inline
function idsOfInts<T>(
  table: usize, values: usize, validity: usize, selection: usize,
  from: i32, count: i32, out: usize, flags: i32,
): i32 {
  const slots = load<usize>(table, SLOTS);
  const mask = load<u32>(table, MASK);
  for (let start = from; start < count; start += BLOCK) {
    const end = min(start + BLOCK, count);
    for (let i = start; i < end; i++) {
      const row = rowAt(selection, i);
      const key = <u64>load<T>(values + <usize>row * sizeof<T>());
      const slot = slots + (<usize>(hashInt(key) & mask) << 4);
      const id = load<i32>(slot, 8) - 1;
      store<i32>(out + (<usize>i << 2), select(id, -1, load<u64>(slot) == key));
    }
    for (let i = start; i < end; i++) {
      const at = out + (<usize>i << 2);
      if (validity) {
        const row = rowAt(selection, i);
        if (!bitAt(validity, row)) {
          const id = nullId(table, flags);
          if (id == FULL) return i;
          store<i32>(at, id);
          continue;
        }
      }
      if (load<i32>(at) >= 0) continue;
      const row = rowAt(selection, i);
      const id = resolveInt(table, <u64>load<T>(values + <usize>row * sizeof<T>()), flags);
      if (id == FULL) return i;
      store<i32>(at, id);
    }
  }
  return count;
}

/** Ids of keys of 1 byte, sign-extended. Returns how many rows are done. */
export function ids1(
  table: usize, values: usize, validity: usize, selection: usize,
  from: i32, count: i32, out: usize, flags: i32,
): i32 {
  return idsOfInts<i8>(table, values, validity, selection, from, count, out, flags);
}

/** Ids of keys of 2 bytes, sign-extended. Returns how many rows are done. */
export function ids2(
  table: usize, values: usize, validity: usize, selection: usize,
  from: i32, count: i32, out: usize, flags: i32,
): i32 {
  return idsOfInts<i16>(table, values, validity, selection, from, count, out, flags);
}

/** Ids of keys of 4 bytes, sign-extended. Returns how many rows are done. */
export function ids4(
  table: usize, values: usize, validity: usize, selection: usize,
  from: i32, count: i32, out: usize, flags: i32,
): i32 {
  return idsOfInts<i32>(table, values, validity, selection, from, count, out, flags);
}

/** Ids of keys of 8 bytes. Returns how many rows are done. */
export function ids8(
  table: usize, values: usize, validity: usize, selection: usize,
  from: i32, count: i32, out: usize, flags: i32,
): i32 {
  return idsOfInts<i64>(table, values, validity, selection, from, count, out, flags);
}

/** Moves the entries of slots of 16 bytes to larger ones, which are all empty. */
export function rehash16(old: usize, capacity: i32, slots: usize, mask: u32): void {
  const end = old + (<usize>capacity << 4);
  for (let at = old; at < end; at += 16) {
    const id = load<i32>(at, 8);
    if (id == 0) continue;
    let index = hashInt(load<u64>(at)) & mask;
    while (load<i32>(slots + (<usize>index << 4), 8) != 0) index = (index + 1) & mask;
    v128.store(slots + (<usize>index << 4), v128.load(at));
  }
}

// Keys of several words: slots of 8 bytes hold the hash and the id plus one; the keys by id lie in
// KEYS, one behind the other.

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
  for (let i = from; i < count; i++) {
    store<u32>(out + (<usize>i << 2), hashRow(keys + <usize>i * width, width));
  }
  for (let i = from; i < count; i++) {
    const at = out + (<usize>i << 2);
    if (validity && !bitAt(validity, i)) {
      store<i32>(at, -1);
      continue;
    }
    const key = keys + <usize>i * width;
    const hash = load<u32>(at);
    let index = hash & mask;
    while (true) {
      const slot = slots + (<usize>index << 3);
      const id = load<i32>(slot, 4);
      if (id == 0) {
        if (flags & FIND) {
          store<i32>(at, -1);
          break;
        }
        const next = load<i32>(table, COUNT);
        if (next >= load<i32>(table, LIMIT)) return i;
        store<u32>(slot, hash);
        store<i32>(slot, next + 1, 4);
        const target = stored + <usize>next * width;
        for (let w = 0; w < width; w += 8) store<u64>(target + w, load<u64>(key + w));
        store<i32>(table, next + 1, COUNT);
        store<i32>(at, next);
        break;
      }
      if (load<u32>(slot) == hash && sameWords(stored + <usize>(id - 1) * width, key, width)) {
        store<i32>(at, id - 1);
        break;
      }
      index = (index + 1) & mask;
    }
  }
  return count;
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

// String keys. Strings of up to eight bytes have slots of 16 bytes: the bytes as a word, the id plus
// one, the length. Longer ones have slots of 8 bytes as above. For both, KEYS holds offsets by id
// and BYTES the bytes.

/** Ids of strings. Returns how many rows are done: fewer if ids, slots or bytes are used up. */
export function idsOfStrings(
  table: usize, offsets: usize, bytes: usize, validity: usize, selection: usize,
  from: i32, count: i32, out: usize, flags: i32,
): i32 {
  const slots = load<usize>(table, SHORT_SLOTS);
  const mask = load<u32>(table, SHORT_MASK);
  for (let start = from; start < count; start += BLOCK) {
    const end = min(start + BLOCK, count);
    for (let i = start; i < end; i++) {
      const at = offsets + (<usize>rowAt(selection, i) << 2);
      const begin = load<i32>(at);
      const length = load<i32>(at, 4) - begin;
      if (length > 8) {
        store<u32>(out + (<usize>i << 2), hashLong(bytes + begin, length));
        continue;
      }
      const word = load<u64>(bytes + begin) & shortMask(length);
      const slot = slots + (<usize>(hashInt(word) & mask) << 4);
      const same = i32(load<u64>(slot) == word) & i32(load<i32>(slot, 12) == length);
      store<i32>(out + (<usize>i << 2), select(load<i32>(slot, 8) - 1, -1, same));
    }
    for (let i = start; i < end; i++) {
      const to = out + (<usize>i << 2);
      const row = rowAt(selection, i);
      if (validity && !bitAt(validity, row)) {
        const known = load<i32>(table, NULL_ID);
        const id = nullId(table, flags);
        if (id == FULL) return i;
        // NULL takes the place of an empty string among the keys.
        if (id >= 0 && id != known) closeString(table, id, 0);
        store<i32>(to, id);
        continue;
      }
      if (load<i32>(to) >= 0) continue;
      const at = offsets + (<usize>row << 2);
      const begin = load<i32>(at);
      const length = load<i32>(at, 4) - begin;
      const id =
        length <= 8
          ? resolveShort(table, bytes + begin, length, flags)
          : resolveLong(table, load<u32>(to), bytes + begin, length, flags);
      if (id == FULL) return i;
      store<i32>(to, id);
    }
  }
  return count;
}

/** The bytes of a word that belong to a string of this length. */
// @ts-ignore: decorator
@inline
function shortMask(length: i32): u64 {
  return length >= 8 ? ~(<u64>0) : ((<u64>1) << (<u64>length << 3)) - 1;
}

function resolveShort(table: usize, at: usize, length: i32, flags: i32): i32 {
  const slots = load<usize>(table, SHORT_SLOTS);
  const mask = load<u32>(table, SHORT_MASK);
  const word = load<u64>(at) & shortMask(length);
  let index = hashInt(word) & mask;
  while (true) {
    const slot = slots + (<usize>index << 4);
    const id = load<i32>(slot, 8);
    if (id == 0) {
      if (flags & FIND) return -1;
      const added = addString(table, at, length, SHORT_LEFT);
      if (added == FULL) return FULL;
      store<u64>(slot, word);
      store<i32>(slot, added + 1, 8);
      store<i32>(slot, length, 12);
      return added;
    }
    if (load<u64>(slot) == word && load<i32>(slot, 12) == length) return id - 1;
    index = (index + 1) & mask;
  }
}

/** The hash of a long string: negative as an id, so that it shows that there is none yet. */
// @ts-ignore: decorator
@inline
function hashLong(at: usize, length: i32): u32 {
  return hashBytes(at, length) | 0x80000000;
}

// @ts-ignore: decorator
@inline
function resolveLong(table: usize, hash: u32, at: usize, length: i32, flags: i32): i32 {
  const slots = load<usize>(table, SLOTS);
  const mask = load<u32>(table, MASK);
  const keys = load<usize>(table, KEYS);
  const stored = load<usize>(table, BYTES);
  let index = hash & mask;
  while (true) {
    const slot = slots + (<usize>index << 3);
    const id = load<i32>(slot, 4);
    if (id == 0) {
      if (flags & FIND) return -1;
      const added = addString(table, at, length, LEFT);
      if (added == FULL) return FULL;
      store<u32>(slot, hash);
      store<i32>(slot, added + 1, 4);
      return added;
    }
    if (load<u32>(slot) == hash) {
      const key = keys + (<usize>(id - 1) << 2);
      const begin = load<i32>(key);
      if (load<i32>(key, 4) - begin == length && sameBytes(stored + begin, at, length)) return id - 1;
    }
    index = (index + 1) & mask;
  }
}

/** Gives a string the next id and keeps it, if there is room everywhere. */
function addString(table: usize, at: usize, length: i32, left: usize): i32 {
  const id = load<i32>(table, COUNT);
  const room = load<i32>(table + left);
  if (id >= load<i32>(table, LIMIT) || room == 0) return FULL;
  const begin = load<i32>(load<usize>(table, KEYS) + (<usize>id << 2));
  if (length > load<i32>(table, BYTES_CAPACITY) - begin) return FULL;
  copyBytes(at, load<usize>(table, BYTES) + begin, length);
  closeString(table, id, length);
  store<i32>(table, id + 1, COUNT);
  store<i32>(table + left, room - 1);
  return id;
}

// @ts-ignore: decorator
@inline
function closeString(table: usize, id: i32, length: i32): void {
  const key = load<usize>(table, KEYS) + (<usize>id << 2);
  store<i32>(key, load<i32>(key) + length, 4);
}
