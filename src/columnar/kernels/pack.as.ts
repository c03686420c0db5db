// Brings keys of several columns into one row of bytes, and floating-point keys to one form.
import { bitAt, rowAt } from './bits.as';

// How the values of a key column lie.
// @ts-ignore: decorator
@inline
const FLOAT32: i32 = 1;
// @ts-ignore: decorator
@inline
const FLOAT64: i32 = 2;
// @ts-ignore: decorator
@inline
const BITS: i32 = 3;

/** The bits of a number, with one zero and one NaN. */
// @ts-ignore: decorator
@inline
function bits64(at: usize): u64 {
  const value = load<f64>(at);
  if (value == 0) return 0;
  return value != value ? 0x7ff8000000000000 : reinterpret<u64>(value);
}

// @ts-ignore: decorator
@inline
function bits32(at: usize): u32 {
  const value = load<f32>(at);
  if (value == 0) return 0;
  return value != value ? 0x7fc00000 : reinterpret<u32>(value);
}

// @ts-ignore: decorator
@inline
function put(values: usize, width: i32, form: i32, row: i32, to: usize): void {
  if (form == FLOAT64) store<u64>(to, bits64(values + (<usize>row << 3)));
  else if (form == FLOAT32) store<u32>(to, bits32(values + (<usize>row << 2)));
  else if (form == BITS) store<u8>(to, bitAt(values, row));
  else if (width == 4) store<u32>(to, load<u32>(values + (<usize>row << 2)));
  else if (width == 8) store<u64>(to, load<u64>(values + (<usize>row << 3)));
  else if (width == 2) store<u16>(to, load<u16>(values + (<usize>row << 1)));
  else if (width == 1) store<u8>(to, load<u8>(values + row));
  else v128.store(to, v128.load(values + (<usize>row << 4)));
}

/**
 * Writes a key column into rows of `stride` bytes at `out`, which already points to the key's
 * place in the first row. NULL gives zeros, and a 1 at `nullAt` (0: the key has no such byte)
 * of the row.
 */
export function packKey(
  values: usize, width: i32, form: i32, validity: usize, selection: usize, count: i32,
  out: usize, stride: i32, nullAt: usize,
): void {
  let to = out;
  let flag = nullAt;
  for (let i = 0; i < count; i++) {
    const row = rowAt(selection, i);
    if (!validity || bitAt(validity, row)) put(values, width, form, row, to);
    else if (nullAt) store<u8>(flag, 1);
    to += stride;
    flag += stride;
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
