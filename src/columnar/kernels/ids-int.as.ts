// Integer keys: slots of 16 bytes hold the key and its id plus one (0: empty); the keys by id lie
// in KEYS, eight bytes each.
import { bitAt, rowAt } from './bits.as';
import { hashInt } from './hash.as';
import { SLOTS, MASK, COUNT, LIMIT, KEYS, FIND, BLOCK, FULL, nullId } from './id-table.as';

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
