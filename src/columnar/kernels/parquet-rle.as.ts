// Parquet's hybrid of runs and bit-packed groups: levels, dictionary indexes, booleans.
//
// A decoder's state is 32 bytes that live between calls: words of the next byte, the end of the
// bytes, bits a value, values left in the run, the run's value, where packed values begin (0: the
// run repeats one value), bits of them that are read. Functions answer -1 for bytes that do not
// fit the format. Buffers have 16 readable bytes behind their end.

const NEXT = 0;
const END = 4;
const WIDTH = 8;
const LEFT = 12;
const VALUE = 16;
const PACKED = 20;
const BITS = 24;

/** Begins to decode the bytes from `start` to `end`, `width` bits a value. */
export function rleStart(state: usize, start: usize, end: usize, width: i32): void {
  store<u32>(state, <u32>start, NEXT);
  store<u32>(state, <u32>end, END);
  store<i32>(state, width, WIDTH);
  store<i32>(state, 0, LEFT);
}

/** Reads the header of the next run; false when there is none. */
function nextRun(state: usize): bool {
  let at = <usize>load<u32>(state, NEXT);
  const end = <usize>load<u32>(state, END);
  const width = load<i32>(state, WIDTH);
  let header: u32 = 0;
  let shift = 0;
  for (;;) {
    if (at >= end || shift > 28) return false;
    const byte = <u32>load<u8>(at++);
    header |= (byte & 127) << shift;
    if (byte < 128) break;
    shift += 7;
  }
  if ((header & 1) != 0) {
    const groups = header >> 1;
    const bytes = <u64>groups * width;
    // The last group may be cut: what is not there must not be asked for.
    const there = <u64>(end - at);
    const values: u64 = bytes <= there ? <u64>groups * 8 : width == 0 ? 0 : (there * 8) / width;
    if (values == 0 || values > 0x7fffffff) return false;
    store<i32>(state, <i32>values, LEFT);
    store<u32>(state, <u32>at, PACKED);
    store<u32>(state, 0, BITS);
    at += <usize>(bytes <= there ? bytes : there);
  } else {
    const bytes = (width + 7) >> 3;
    if (end - at < <usize>bytes || header < 2) return false;
    let value: u32 = 0;
    for (let i = 0; i < bytes; i++) value |= <u32>load<u8>(at + i) << (i << 3);
    at += bytes;
    store<i32>(state, <i32>(header >> 1), LEFT);
    store<u32>(state, value, VALUE);
    store<u32>(state, 0, PACKED);
  }
  store<u32>(state, <u32>at, NEXT);
  return true;
}

@inline
function minimum(a: i32, b: i32): i32 {
  return a < b ? a : b;
}

/** Decodes `count` values into 32-bit integers. */
export function rleDecode(state: usize, out: usize, count: i32): i32 {
  const width = load<i32>(state, WIDTH);
  const mask: u64 = (<u64>1 << width) - 1;
  let done = 0;
  while (done < count) {
    if (load<i32>(state, LEFT) == 0 && !nextRun(state)) return -1;
    const take = minimum(load<i32>(state, LEFT), count - done);
    const packed = <usize>load<u32>(state, PACKED);
    let to = out + (<usize>done << 2);
    if (packed == 0) {
      const value = load<i32>(state, VALUE);
      for (let i = 0; i < take; i++, to += 4) store<i32>(to, value);
    } else {
      let bit: usize = load<u32>(state, BITS);
      for (let i = 0; i < take; i++, to += 4, bit += width) {
        store<i32>(to, <i32>((load<u64>(packed + (bit >> 3)) >> (bit & 7)) & mask));
      }
      store<u32>(state, <u32>bit, BITS);
    }
    store<i32>(state, load<i32>(state, LEFT) - take, LEFT);
    done += take;
  }
  return count;
}

@inline
function putValue(width: i32, dictionary: usize, index: usize, out: usize): void {
  if (width == 1) store<u8>(out, load<u8>(dictionary + index));
  else if (width == 2) store<u16>(out, load<u16>(dictionary + (index << 1)));
  else if (width == 4) store<u32>(out, load<u32>(dictionary + (index << 2)));
  else if (width == 8) store<u64>(out, load<u64>(dictionary + (index << 3)));
  else v128.store(out, v128.load(dictionary + (index << 4)));
}

/** Four values from bit `bit` of the bytes at `packed`; all of them lie in one word. */
@inline
function putFour(
  packed: usize, bit: usize, width: i32, mask: u64, limit: i32, bytes: i32, dictionary: usize, out: usize,
): bool {
  const word = load<u64>(packed + (bit >> 3)) >> (bit & 7);
  const a = <i32>(word & mask);
  const b = <i32>((word >> width) & mask);
  const c = <i32>((word >> (width << 1)) & mask);
  const d = <i32>((word >> (width * 3)) & mask);
  if (((limit - a) | (limit - b) | (limit - c) | (limit - d)) < 0) return false;
  putValue(bytes, dictionary, a, out);
  putValue(bytes, dictionary, b, out + bytes);
  putValue(bytes, dictionary, c, out + (bytes << 1));
  putValue(bytes, dictionary, d, out + bytes * 3);
  return true;
}

@inline
function gatherRuns(state: usize, dictionary: usize, entries: i32, bytes: i32, out: usize, count: i32): i32 {
  const width = load<i32>(state, WIDTH);
  const mask: u64 = (<u64>1 << width) - 1;
  let done = 0;
  let bad = 0;
  let to = out;
  while (done < count) {
    if (load<i32>(state, LEFT) == 0 && !nextRun(state)) return -1;
    const take = minimum(load<i32>(state, LEFT), count - done);
    const packed = <usize>load<u32>(state, PACKED);
    if (packed == 0) {
      const value = load<u32>(state, VALUE);
      if (value >= <u32>entries) return -1;
      for (let i = 0; i < take; i++, to += bytes) putValue(bytes, dictionary, <usize>value, to);
    } else {
      let bit: usize = load<u32>(state, BITS);
      let i = 0;
      // Four values of 14 bits and the bits before them in their byte fit one word.
      if (width <= 14) {
        const step = <usize>(width << 2);
        for (; i + 4 <= take; i += 4, to += bytes << 2, bit += step) {
          if (!putFour(packed, bit, width, mask, entries - 1, bytes, dictionary, to)) return -1;
        }
      }
      for (; i < take; i++, to += bytes, bit += width) {
        const value = <u32>((load<u64>(packed + (bit >> 3)) >> (bit & 7)) & mask);
        const inside = value < <u32>entries;
        bad |= <i32>!inside;
        putValue(bytes, dictionary, inside ? <usize>value : 0, to);
      }
      store<u32>(state, <u32>bit, BITS);
    }
    store<i32>(state, load<i32>(state, LEFT) - take, LEFT);
    done += take;
  }
  return bad != 0 ? -1 : count;
}

/** Decodes indexes and stores the dictionary's values of `bytes` bytes each. */
export function rleGather(
  state: usize, dictionary: usize, entries: i32, bytes: i32, out: usize, count: i32,
): i32 {
  if (bytes == 8) return gatherRuns(state, dictionary, entries, 8, out, count);
  if (bytes == 4) return gatherRuns(state, dictionary, entries, 4, out, count);
  if (bytes == 2) return gatherRuns(state, dictionary, entries, 2, out, count);
  if (bytes == 1) return gatherRuns(state, dictionary, entries, 1, out, count);
  return gatherRuns(state, dictionary, entries, 16, out, count);
}

/** Decodes indexes as codes of a dictionary with so many entries. */
export function rleCodes(state: usize, entries: i32, out: usize, count: i32): i32 {
  if (rleDecode(state, out, count) < 0) return -1;
  let most: u32 = 0;
  for (let i = 0; i < count; i++) {
    const code = load<u32>(out + (<usize>i << 2));
    most = code > most ? code : most;
  }
  return count > 0 && most >= <u32>entries ? -1 : count;
}

@inline
function setBits(bitmap: usize, from: i32, count: i32): void {
  let at = from;
  const to = from + count;
  while (at < to && (at & 7) != 0) {
    setBit(bitmap, at);
    at++;
  }
  const whole = (to - at) >> 3;
  memory.fill(bitmap + (at >> 3), 255, whole);
  at += whole << 3;
  for (; at < to; at++) setBit(bitmap, at);
}

@inline
function setBit(bitmap: usize, at: i32): void {
  const byte = bitmap + (at >> 3);
  store<u8>(byte, load<u8>(byte) | (<u8>1 << <u8>(at & 7)));
}

/**
 * Decodes definition levels of a column without lists into validity bits from bit `offset` on,
 * where the bitmap is 0. Answers how many rows have the level `most`, which means a value.
 */
export function rleValidity(state: usize, count: i32, most: i32, bitmap: usize, offset: i32): i32 {
  const width = load<i32>(state, WIDTH);
  const mask: u64 = (<u64>1 << width) - 1;
  let done = 0;
  let valid = 0;
  while (done < count) {
    if (load<i32>(state, LEFT) == 0 && !nextRun(state)) return -1;
    const take = minimum(load<i32>(state, LEFT), count - done);
    const packed = <usize>load<u32>(state, PACKED);
    if (packed == 0) {
      const level = load<i32>(state, VALUE);
      if (level > most) return -1;
      if (level == most) {
        setBits(bitmap, offset + done, take);
        valid += take;
      }
    } else {
      let bit: usize = load<u32>(state, BITS);
      for (let i = 0; i < take; i++, bit += width) {
        const level = <i32>((load<u64>(packed + (bit >> 3)) >> (bit & 7)) & mask);
        if (level > most) return -1;
        if (level == most) {
          setBit(bitmap, offset + done + i);
          valid++;
        }
      }
      store<u32>(state, <u32>bit, BITS);
    }
    store<i32>(state, load<i32>(state, LEFT) - take, LEFT);
    done += take;
  }
  return valid;
}

/** Moves `valid` values at the front of `count` places to those whose bit is set; others get 0. */
export function spread(
  bytes: i32, values: usize, count: i32, valid: i32, bitmap: usize, offset: i32,
): void {
  let from = valid;
  for (let row = count - 1; row >= 0; row--) {
    const at = offset + row;
    const isValid = ((<u32>load<u8>(bitmap + (at >> 3)) >> (at & 7)) & 1) != 0;
    const to = values + <usize>row * bytes;
    if (isValid) {
      from--;
      if (from < 0) return;
      putValue(bytes, values, from, to);
    } else if (bytes == 16) {
      store<u64>(to, 0);
      store<u64>(to, 0, 8);
    } else if (bytes == 8) store<u64>(to, 0);
    else if (bytes == 4) store<u32>(to, 0);
    else if (bytes == 2) store<u16>(to, 0);
    else store<u8>(to, 0);
  }
}

/** Sets bits from bit `offset` on, where the bitmap is 0, for the integers that are not 0. */
export function packBits(values: usize, count: i32, bitmap: usize, offset: i32): void {
  for (let i = 0; i < count; i++) {
    if (load<u32>(values + (<usize>i << 2)) != 0) setBit(bitmap, offset + i);
  }
}

/** Unpacks `count` bits from bit `from` on to 32-bit integers. */
export function unpackBits(bits: usize, from: i32, count: i32, out: usize): void {
  for (let i = 0; i < count; i++) {
    const at = from + i;
    store<u32>(out + (<usize>i << 2), (<u32>load<u8>(bits + (at >> 3)) >> (at & 7)) & 1);
  }
}
