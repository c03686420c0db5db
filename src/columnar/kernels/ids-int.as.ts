// Integer keys: the keys by id lie in KEYS, eight bytes each. Hashed slots of 16 bytes hold the key
// and its id plus one (0: empty). Where the keys are dense there is a slot of 4 bytes for each value
// of a range, which holds the id plus one.
import { bitAt, rowAt } from './bits.as';
import { hashInt } from './hash.as';
import {
  SLOTS, MASK, COUNT, LIMIT, NULL_ID, KEYS, BASE, RANGE, FIND, BLOCK, FULL, nullId,
} from './id-table.as';

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

// Keys whose slots cover a range. Stops, too, at a new key outside of it.
// @ts-ignore: decorator
@inline
function idsInRange<T>(
  table: usize, values: usize, validity: usize, selection: usize,
  from: i32, count: i32, out: usize, flags: i32,
): i32 {
  const slots = load<usize>(table, SLOTS);
  const base = load<u64>(table, BASE);
  const range = <u64>load<u32>(table, RANGE);
  const keys = load<usize>(table, KEYS);
  for (let i = from; i < count; i++) {
    const at = out + (<usize>i << 2);
    const row = rowAt(selection, i);
    if (validity && !bitAt(validity, row)) {
      const id = nullId(table, flags);
      if (id == FULL) return i;
      store<i32>(at, id);
      continue;
    }
    const key = <u64>load<T>(values + <usize>row * sizeof<T>());
    const index = key - base;
    if (index >= range) {
      if (!(flags & FIND)) return i;
      store<i32>(at, -1);
      continue;
    }
    const slot = slots + (<usize>index << 2);
    let next = load<i32>(slot);
    if (next == 0 && !(flags & FIND)) {
      const known = load<i32>(table, COUNT);
      if (known >= load<i32>(table, LIMIT)) return i;
      next = known + 1;
      store<i32>(slot, next);
      store<u64>(keys + (<usize>known << 3), key);
      store<i32>(table, next, COUNT);
    }
    store<i32>(at, next - 1);
  }
  return count;
}

// @ts-ignore: decorator
@inline
function idsOfInts<T>(
  table: usize, values: usize, validity: usize, selection: usize,
  from: i32, count: i32, out: usize, flags: i32,
): i32 {
  if (load<u32>(table, RANGE) != 0) {
    return idsInRange<T>(table, values, validity, selection, from, count, out, flags);
  }
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

/** Writes the least and the greatest of the keys that have ids, NULL apart, to `out`: two words. */
export function keyBounds(table: usize, out: usize): void {
  const keys = load<usize>(table, KEYS);
  const count = load<i32>(table, COUNT);
  const none = load<i32>(table, NULL_ID);
  let least = i64.MAX_VALUE;
  let greatest = i64.MIN_VALUE;
  for (let id = 0; id < count; id++) {
    if (id == none) continue;
    const key = load<i64>(keys + (<usize>id << 3));
    least = min(least, key);
    greatest = max(greatest, key);
  }
  store<i64>(out, least);
  store<i64>(out, greatest, 8);
}

/** Enters the keys of some ids into slots, hashed by MASK, or one for each value from BASE on. */
export function enterKeys(table: usize, from: i32, to: i32): void {
  const slots = load<usize>(table, SLOTS);
  const mask = load<u32>(table, MASK);
  const base = load<u64>(table, BASE);
  const isRange = load<u32>(table, RANGE) != 0;
  const keys = load<usize>(table, KEYS);
  const none = load<i32>(table, NULL_ID);
  for (let id = from; id < to; id++) {
    if (id == none) continue;
    const key = load<u64>(keys + (<usize>id << 3));
    if (isRange) {
      store<i32>(slots + (<usize>(key - base) << 2), id + 1);
      continue;
    }
    let index = hashInt(key) & mask;
    while (load<i32>(slots + (<usize>index << 4), 8) != 0) index = (index + 1) & mask;
    store<u64>(slots + (<usize>index << 4), key);
    store<i32>(slots + (<usize>index << 4), id + 1, 8);
  }
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
