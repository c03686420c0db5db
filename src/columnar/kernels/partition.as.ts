// Hashes of keys that are the same in every batch and on every thread, however the key is encoded,
// and the parts that rows go to by them.
import { bitAt, rowAt } from './bits.as';
import { hashBytes, hashInt, mix } from './hash.as';
import { FLOAT32, FLOAT64, BITS, bits32, bits64 } from './pack.as';

/** Mixes the hash of one more key into that of a row. */
// @ts-ignore: decorator
@inline
function append(hashes: usize, i: i32, hash: u32, first: i32): void {
  const at = hashes + (<usize>i << 2);
  const before: u64 = first ? 0 : load<u32>(at);
  store<u32>(at, hashInt((before << 32) | hash));
}

// @ts-ignore: decorator
@inline
function hashOf(values: usize, width: i32, form: i32, row: usize): u32 {
  if (form == FLOAT64) return hashInt(bits64(values + (row << 3)));
  if (form == FLOAT32) return hashInt(bits32(values + (row << 2)));
  if (form == BITS) return bitAt(values, <i32>row) + 1;
  if (width == 8) return hashInt(load<u64>(values + (row << 3)));
  if (width == 4) return hashInt(<u64><i64>load<i32>(values + (row << 2)));
  if (width == 2) return hashInt(<u64><i64>load<i16>(values + (row << 1)));
  if (width == 1) return hashInt(<u64><i64>load<i8>(values + row));
  const at = values + (row << 4);
  return <u32>(mix(mix(0, load<u64>(at)), load<u64>(at, 8)) >>> 32);
}

/** Mixes a fixed-width key into the hashes of the rows; `first`: it is the first key. */
export function hashFixed(
  values: usize, width: i32, form: i32, validity: usize, selection: usize, count: i32,
  first: i32, out: usize,
): void {
  for (let i = 0; i < count; i++) {
    const row = rowAt(selection, i);
    const valid = !validity || bitAt(validity, row);
    append(out, i, valid ? hashOf(values, width, form, row) : 0, first);
  }
}

/** Mixes a string key into the hashes of the rows. */
export function hashStrings(
  offsets: usize, bytes: usize, validity: usize, selection: usize, count: i32, first: i32,
  out: usize,
): void {
  for (let i = 0; i < count; i++) {
    const row = rowAt(selection, i);
    let hash: u32 = 0;
    if (!validity || bitAt(validity, row)) {
      const at = offsets + (<usize>row << 2);
      const begin = load<i32>(at);
      hash = hashBytes(bytes + begin, load<i32>(at, 4) - begin);
    }
    append(out, i, hash, first);
  }
}

/** The hashes of strings by themselves: of a dictionary's values. */
export function hashValues(offsets: usize, bytes: usize, count: i32, out: usize): void {
  for (let i = 0; i < count; i++) {
    const at = offsets + (<usize>i << 2);
    const begin = load<i32>(at);
    store<u32>(out + (<usize>i << 2), hashBytes(bytes + begin, load<i32>(at, 4) - begin));
  }
}

/** Mixes a key into the hashes of the rows whose values, by code, have the hashes in `values`. */
export function hashCodes(
  codes: usize, values: usize, validity: usize, selection: usize, count: i32, first: i32,
  out: usize,
): void {
  for (let i = 0; i < count; i++) {
    const row = rowAt(selection, i);
    const valid = !validity || bitAt(validity, row);
    const code = <usize>load<i32>(codes + (<usize>row << 2));
    append(out, i, valid ? load<u32>(values + (code << 2)) : 0, first);
  }
}

/**
 * Puts rows into parts by their hashes: `starts[part]` to `starts[part + 1]` of `out` are the rows
 * of a part, in their order. The hashes are overwritten.
 */
export function partition(
  hashes: usize, selection: usize, count: i32, parts: i32, starts: usize, out: usize,
): void {
  memory.fill(starts, 0, (<usize>parts + 1) << 2);
  for (let i = 0; i < count; i++) {
    const at = hashes + (<usize>i << 2);
    const part = <i32>((<u64>load<u32>(at) * <u64>parts) >>> 32);
    store<i32>(at, part);
    const size = starts + (<usize>part << 2);
    store<i32>(size, load<i32>(size, 4) + 1, 4);
  }
  for (let part = 1; part <= parts; part++) {
    const at = starts + (<usize>part << 2);
    store<i32>(at, load<i32>(at) + load<i32>(at - 4));
  }
  // Each start moves to its end while rows are put in, and back afterwards.
  for (let i = 0; i < count; i++) {
    const at = starts + (<usize>load<i32>(hashes + (<usize>i << 2)) << 2);
    const to = load<i32>(at);
    store<i32>(out + (<usize>to << 2), rowAt(selection, i));
    store<i32>(at, to + 1);
  }
  for (let part = parts; part > 0; part--) {
    store<i32>(starts + (<usize>part << 2), load<i32>(starts + (<usize>(part - 1) << 2)));
  }
  store<i32>(starts, 0);
}
