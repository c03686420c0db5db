// String keys. Strings of up to eight bytes have slots of 16 bytes: the bytes as a word, the id plus
// one, the length. Longer ones have slots of 8 bytes as above. For both, KEYS holds offsets by id
// and BYTES the bytes.
import { bitAt, rowAt } from './bits.as';
import { copyBytes } from './gather.as';
import { hashBytes, hashInt, sameBytes } from './hash.as';
import {
  SLOTS, MASK, COUNT, LIMIT, NULL_ID, KEYS, BYTES, BYTES_CAPACITY,
  LEFT, SHORT_SLOTS, SHORT_MASK, SHORT_LEFT, FIND, BLOCK, FULL, nullId,
} from './id-table.as';

/** Ids of strings. Returns how many rows are done: fewer if ids, slots or bytes are used up. */
export function idsOfStrings(
  table: usize, offsets: usize, bytes: usize, validity: usize, selection: usize,
  from: i32, count: i32, out: usize, flags: i32,
): i32 {
  const slots = load<usize>(table, SHORT_SLOTS);
  const mask = load<u32>(table, SHORT_MASK);
  for (let start = from; start < count; start += BLOCK) {
    const end = min(start + BLOCK, count);
    let long = 0;
    for (let i = start; i < end; i++) {
      const at = offsets + (<usize>rowAt(selection, i) << 2);
      const begin = load<i32>(at);
      const length = load<i32>(at, 4) - begin;
      if (length > 8) {
        store<u32>(out + (<usize>i << 2), hashLong(bytes + begin, length));
        long++;
        continue;
      }
      const word = load<u64>(bytes + begin) & shortMask(length);
      const slot = slots + (<usize>(hashInt(word) & mask) << 4);
      const same = i32(load<u64>(slot) == word) & i32(load<i32>(slot, 12) == length);
      store<i32>(out + (<usize>i << 2), select(load<i32>(slot, 8) - 1, -1, same));
    }
    if (long > 0) foundLong(table, offsets, bytes, selection, start, end, out);
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

/**
 * Puts ids in the place of the hashes of long strings that are in the first slot of their hash. All
 * slots of a block are read, then all strings there, so that many reads are on their way at once.
 */
function foundLong(
  table: usize, offsets: usize, bytes: usize, selection: usize, start: i32, end: i32, out: usize,
): void {
  const slots = load<usize>(table, SLOTS);
  const mask = load<u32>(table, MASK);
  const keys = load<usize>(table, KEYS);
  const stored = load<usize>(table, BYTES);
  for (let i = start; i < end; i++) {
    const to = out + (<usize>i << 2);
    // The hash of a long string is negative; ids of short ones are there already, or -1.
    const hash = load<u32>(to);
    const slot = load<u64>(slots + (<usize>(hash & mask) << 3));
    const found = <i32>(<i32>hash < -1) & <i32>(<u32>slot == hash) & <i32>(slot >>> 32 != 0);
    store<u32>(to, select(<u32>(slot >>> 32) - 1, hash, found));
  }
  for (let i = start; i < end; i++) {
    const to = out + (<usize>i << 2);
    const id = load<i32>(to);
    const at = offsets + (<usize>rowAt(selection, i) << 2);
    const begin = load<i32>(at);
    const length = load<i32>(at, 4) - begin;
    if (id < 0 || length <= 8) continue;
    const key = keys + (<usize>id << 2);
    const known = load<i32>(key);
    if (load<i32>(key, 4) - known == length && sameBytes(stored + known, bytes + begin, length)) {
      continue;
    }
    store<u32>(to, hashLong(bytes + begin, length));
  }
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
