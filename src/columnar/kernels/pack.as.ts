// Brings keys of several columns into one row of bytes, and floating-point keys to one form.
import { bitAt, rowAt } from './bits.as';

// How the values of a key column lie.
// @ts-ignore: decorator
@inline
export const FLOAT32: i32 = 1;
// @ts-ignore: decorator
@inline
export const FLOAT64: i32 = 2;
// @ts-ignore: decorator
@inline
export const BITS: i32 = 3;

/** The bits of a number, with one zero and one NaN. */
// @ts-ignore: decorator
@inline
export function bits64(at: usize): u64 {
  const value = load<f64>(at);
  if (value == 0) return 0;
  return value != value ? 0x7ff8000000000000 : reinterpret<u64>(value);
}

// @ts-ignore: decorator
@inline
export function bits32(at: usize): u32 {
  const value = load<f32>(at);
  if (value == 0) return 0;
  return value != value ? 0x7fc00000 : reinterpret<u32>(value);
}

// @ts-ignore: decorator
@inline
function packPlain<T>(
  values: usize, validity: usize, selection: usize, count: i32, out: usize, stride: i32,
): void {
  let to = out;
  for (let i = 0; i < count; i++) {
    const row = rowAt(selection, i);
    const value = load<T>(values + <usize>row * sizeof<T>());
    store<T>(to, validity && !bitAt(validity, row) ? <T>0 : value);
    to += stride;
  }
}

// @ts-ignore: decorator
@inline
function packOther(
  values: usize, width: i32, form: i32, validity: usize, selection: usize, count: i32, out: usize,
  stride: i32,
): void {
  let to = out;
  for (let i = 0; i < count; i++) {
    const row = rowAt(selection, i);
    const valid = !validity || bitAt(validity, row);
    if (form == FLOAT64) store<u64>(to, valid ? bits64(values + (<usize>row << 3)) : 0);
    else if (form == FLOAT32) store<u32>(to, valid ? bits32(values + (<usize>row << 2)) : 0);
    else if (form == BITS) store<u8>(to, valid ? bitAt(values, row) : 0);
    else {
      const value = v128.load(values + (<usize>row << 4));
      v128.store(to, valid ? value : v128.splat<u64>(0));
    }
    to += stride;
  }
}

/**
 * Writes a key column into rows of `stride` bytes at `out`, which already points to the key's
 * place in the first row. NULL gives zeros. At `nullAt` (0: the key has no such byte) of each row
 * a byte tells whether it is NULL.
 */
export function packKey(
  values: usize, width: i32, form: i32, validity: usize, selection: usize, count: i32,
  out: usize, stride: i32, nullAt: usize,
): void {
  if (form != 0 || width == 16) {
    packOther(values, width, form, validity, selection, count, out, stride);
  } else if (width == 4) packPlain<u32>(values, validity, selection, count, out, stride);
  else if (width == 8) packPlain<u64>(values, validity, selection, count, out, stride);
  else if (width == 2) packPlain<u16>(values, validity, selection, count, out, stride);
  else packPlain<u8>(values, validity, selection, count, out, stride);
  if (!nullAt) return;
  let flag = nullAt;
  for (let i = 0; i < count; i++) {
    store<u8>(flag, validity ? bitAt(validity, rowAt(selection, i)) ^ 1 : 0);
    flag += stride;
  }
}

/** Appends an id to each of the numbers that are made of the ids of the keys before it. */
export function appendIds(numbers: usize, ids: usize, bits: i32, count: i32): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const at = numbers + (i << 2);
    store<i32>(at, (load<i32>(at) << bits) | load<i32>(ids + (i << 2)));
  }
}

/** Translates numbers by a map: -1 where it has none. Returns how many these are. */
export function mapNumbers(numbers: usize, map: usize, count: i32, out: usize): i32 {
  let unknown = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const id = load<i32>(map + (<usize>load<i32>(numbers + (i << 2)) << 2));
    store<i32>(out + (i << 2), id);
    unknown -= id >> 31;
  }
  return unknown;
}

/** Enters the ids of numbers into a map. */
export function enterNumbers(numbers: usize, ids: usize, count: i32, map: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const id = load<i32>(ids + (i << 2));
    store<i32>(map + (<usize>load<i32>(numbers + (i << 2)) << 2), id);
  }
}

/** Clears bit i of `out` when the i-th row of the selection is NULL. */
export function clearNulls(validity: usize, selection: usize, count: i32, out: usize): void {
  for (let i = 0; i < count; i++) {
    if (bitAt(validity, rowAt(selection, i))) continue;
    const at = out + (i >>> 3);
    store<u8>(at, <u8>(<i32>load<u8>(at) & ~(1 << (i & 7))));
  }
}

/**
 * Translates dictionary codes: out[i] = map[code], or `nullId` for NULL. Returns how many rows
 * met a code whose entry is `missing`.
 */
export function mapCodes(
  codes: usize, validity: usize, selection: usize, count: i32,
  map: usize, nullId: i32, missing: i32, out: usize,
): i32 {
  let unknown = 0;
  for (let i = 0; i < count; i++) {
    const row = rowAt(selection, i);
    let id = load<i32>(map + (<usize>load<i32>(codes + (<usize>row << 2)) << 2));
    if (validity && !bitAt(validity, row)) id = nullId;
    unknown += id == missing ? 1 : 0;
    store<i32>(out + (<usize>i << 2), id);
  }
  return unknown;
}

/**
 * Writes the codes whose entry of the map is `missing`, each once and in the order of the rows, and
 * sets their entries to `pending`; a NULL, if wanted, is written once as -1. Returns how many.
 */
export function missingCodes(
  codes: usize, validity: usize, selection: usize, count: i32, map: usize, wantNull: i32,
  missing: i32, pending: i32, out: usize,
): i32 {
  let found = 0;
  let nulls = wantNull;
  for (let i = 0; i < count; i++) {
    const row = rowAt(selection, i);
    if (validity && !bitAt(validity, row)) {
      if (!nulls) continue;
      nulls = 0;
      store<i32>(out + (<usize>found << 2), -1);
      found++;
      continue;
    }
    const code = load<i32>(codes + (<usize>row << 2));
    const entry = map + (<usize>code << 2);
    if (load<i32>(entry) != missing) continue;
    store<i32>(entry, pending);
    store<i32>(out + (<usize>found << 2), code);
    found++;
  }
  return found;
}

/**
 * Translates pairs of codes: out[i] = map[code * size + otherCode], -1 where the map has none.
 * Returns how many these are.
 */
export function mapPairs(
  codes: usize, otherCodes: usize, selection: usize, count: i32, size: i32, map: usize,
  out: usize,
): i32 {
  let unknown = 0;
  for (let i = 0; i < count; i++) {
    const at = <usize>rowAt(selection, i) << 2;
    const number = load<i32>(codes + at) * size + load<i32>(otherCodes + at);
    const id = load<i32>(map + (<usize>number << 2));
    store<i32>(out + (<usize>i << 2), id);
    unknown -= id >> 31;
  }
  return unknown;
}

/**
 * Writes the rows of the pairs of codes that the map has no id for, each pair once and in the order
 * of the rows, and sets their entries to `pending`. Returns how many.
 */
export function missingPairs(
  codes: usize, otherCodes: usize, selection: usize, count: i32, size: i32, map: usize,
  pending: i32, out: usize,
): i32 {
  let found = 0;
  for (let i = 0; i < count; i++) {
    const row = rowAt(selection, i);
    const at = <usize>row << 2;
    const number = load<i32>(codes + at) * size + load<i32>(otherCodes + at);
    const entry = map + (<usize>number << 2);
    const id = load<i32>(entry);
    if (id >= 0 || id == pending) continue;
    store<i32>(entry, pending);
    store<i32>(out + (<usize>found << 2), row);
    found++;
  }
  return found;
}

/** Enters the ids of pairs of codes into a map. */
export function enterPairs(
  codes: usize, otherCodes: usize, selection: usize, count: i32, size: i32, ids: usize,
  map: usize,
): void {
  for (let i = 0; i < count; i++) {
    const at = <usize>rowAt(selection, i) << 2;
    const number = load<i32>(codes + at) * size + load<i32>(otherCodes + at);
    store<i32>(map + (<usize>number << 2), load<i32>(ids + (<usize>i << 2)));
  }
}
