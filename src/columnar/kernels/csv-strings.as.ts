// Reads string fields that csv-scan.as.ts found: plain, or with a dictionary.
// Parameters as in csv-columns.as.ts.

const LAST_FIELD: i32 = 1 << 16;

/**
 * Strings as offsets and bytes; `bytes` has room for all text of the rows and 16 bytes more. The
 * words at `out` get: the number of NULLs, 1 when a byte above 127 was met, and the first row
 * whose quotes are malformed plus 1. Answers the bytes used.
 */
export function csvStrings(
  fields: usize, stride: i32, rows: i32, shape: i32, nullAt: usize, nullLength: i32,
  offsets: usize, bytes: usize, validity: usize, out: usize,
): i32 {
  const step = <usize>stride << 2;
  const quote: i32 = shape & 255;
  const escape: i32 = (shape >> 8) & 255;
  let at = fields;
  let to = bytes;
  let nulls = 0;
  let bad = 0;
  let seen: u64 = 0;
  let bits: u32 = 0;
  store<u32>(offsets, 0);
  for (let row = 0; row < rows; row++, at += step) {
    let start = <usize>load<u32>(at) + 1;
    let end = <usize>load<u32>(at, 4);
    if ((shape & LAST_FIELD) != 0 && end > start && load<u8>(end - 1) == 13) end--;
    let valid: u32 = <u32>(end >= start);
    if (valid) {
      let plain = escape == 0;
      let quoted = false;
      if (quote != 0 && end > start && <i32>load<u8>(start) == quote) {
        if (!closes(start, end, quote, escape) && bad == 0) bad = row + 1;
        start++;
        end = end > start ? end - 1 : start;
        plain = false;
        quoted = true;
      }
      const from = to;
      if (plain) {
        for (let p = start; p < end; p += 8, to += 8) {
          const word = load<u64>(p);
          store<u64>(to, word);
          seen |= p + 8 <= end ? word : word & (((<u64>1) << (<u64>(end - p) << 3)) - 1);
        }
        to = from + (end - start);
      } else {
        for (let p = start; p < end; p++) {
          let byte = load<u8>(p);
          // An escape, or the first of two quotes, is not part of the value.
          const dropped = (escape != 0 && <i32>byte == escape) || (quoted && <i32>byte == quote);
          if (dropped && p + 1 < end) {
            byte = load<u8>(++p);
          }
          store<u8>(to++, byte);
          seen |= <u64>byte;
        }
      }
      if (nullLength >= 0 && <i32>(to - from) == nullLength && memory.compare(from, nullAt, <usize>nullLength) == 0) {
        to = from;
        valid = 0;
      }
    }
    if (!valid) nulls++;
    store<u32>(offsets + (<usize>(row + 1) << 2), <u32>(to - bytes));
    bits |= valid << (row & 7);
    if ((row & 7) == 7) {
      store<u8>(validity + (row >> 3), <u8>bits);
      bits = 0;
    }
  }
  if ((rows & 7) != 0) store<u8>(validity + (rows >> 3), <u8>bits);
  store<u32>(out, nulls);
  store<u32>(out, (seen & 0x8080808080808080) != 0 ? 1 : 0, 4);
  store<u32>(out, bad, 8);
  return <i32>(to - bytes);
}

/** Whether the quote at `start` is closed by the field's last byte and not earlier. */
function closes(start: usize, end: usize, quote: i32, escape: i32): bool {
  if (end < start + 2) return false;
  const last = end - 1;
  let at = start + 1;
  while (at < last) {
    const byte: i32 = load<u8>(at);
    if (escape != 0 && byte == escape) {
      at += 2;
    } else if (byte == quote) {
      if (at + 1 >= last || <i32>load<u8>(at, 1) != quote) return false;
      at += 2;
    } else {
      at++;
    }
  }
  return at == last && <i32>load<u8>(last) == quote;
}

// A dictionary: words `entries`, `bytes used`, then slots of (hash, code + 1).
const HEADER: usize = 64;

@inline
function hashOf(start: usize, length: usize): u64 {
  let hash: u64 = <u64>length * 0x9e3779b97f4a7c15;
  let at = start;
  const end = start + length;
  for (; at + 8 <= end; at += 8) {
    hash = (hash ^ load<u64>(at)) * 0xff51afd7ed558ccd;
    hash ^= hash >> 32;
  }
  if (at < end) {
    const word = load<u64>(at) & (((<u64>1) << (<u64>(end - at) << 3)) - 1);
    hash = (hash ^ word) * 0xff51afd7ed558ccd;
    hash ^= hash >> 32;
  }
  return hash ^ (hash >> 17);
}

/**
 * Codes of strings in a dictionary of at most `entriesMax` strings and `bytesMax` bytes, which it
 * fills: `table` has a header of 64 bytes and 4 * entriesMax slots of 8 bytes (entriesMax is a
 * power of two), `offsets` and `bytes` are the dictionary's. Answers 0, or 1 when the strings do
 * not fit or are written with doubled quotes or escapes: the column must then be read plainly.
 * The words at `out`: NULLs, unused, the first row with malformed quotes plus 1.
 */
export function csvDictionary(
  fields: usize, stride: i32, rows: i32, shape: i32, nullAt: usize, nullLength: i32,
  table: usize, entriesMax: i32, offsets: usize, bytes: usize, bytesMax: i32,
  codes: usize, validity: usize, out: usize,
): i32 {
  const step = <usize>stride << 2;
  const quote: i32 = shape & 255;
  const escape: i32 = (shape >> 8) & 255;
  const mask = (<u32>entriesMax << 2) - 1;
  let entries: i32 = load<i32>(table);
  let used: i32 = load<i32>(table, 4);
  let at = fields;
  let nulls = 0;
  let bits: u32 = 0;
  store<u32>(out, 0, 8);
  for (let row = 0; row < rows; row++, at += step) {
    let start = <usize>load<u32>(at) + 1;
    let end = <usize>load<u32>(at, 4);
    if ((shape & LAST_FIELD) != 0 && end > start && load<u8>(end - 1) == 13) end--;
    let valid: u32 = <u32>(end >= start);
    let code = 0;
    if (valid && quote != 0 && end > start && <i32>load<u8>(start) == quote) {
      start++;
      end--;
      if (end < start || <i32>load<u8>(end) != quote) return 1;
      for (let p = start; p < end; p++) if (<i32>load<u8>(p) == quote) return 1;
    }
    if (valid && escape != 0) {
      for (let p = start; p < end; p++) if (<i32>load<u8>(p) == escape) return 1;
    }
    const length = end - start;
    if (valid && nullLength >= 0 && <i32>length == nullLength && memory.compare(start, nullAt, length) == 0) {
      valid = 0;
    }
    if (valid) {
      const hash = <u32>hashOf(start, length);
      let slot = hash & mask;
      for (;;) {
        const entry = table + HEADER + (<usize>slot << 3);
        code = load<i32>(entry, 4) - 1;
        if (code < 0) {
          if (entries >= entriesMax || <usize>used + length > <usize>bytesMax) return 1;
          code = entries++;
          store<u32>(entry, hash);
          store<i32>(entry, entries, 4);
          memory.copy(bytes + <usize>used, start, length);
          used += <i32>length;
          store<i32>(offsets + (<usize>entries << 2), used);
          store<i32>(table, entries);
          store<i32>(table, used, 4);
          break;
        }
        if (load<u32>(entry) == hash) {
          const from = <usize>load<u32>(offsets + (<usize>code << 2));
          const to = <usize>load<u32>(offsets + (<usize>code << 2), 4);
          if (to - from == length && equals(bytes + from, start, length)) break;
        }
        slot = (slot + 1) & mask;
      }
    } else {
      nulls++;
    }
    store<i32>(codes + (<usize>row << 2), code);
    bits |= valid << (row & 7);
    if ((row & 7) == 7) {
      store<u8>(validity + (row >> 3), <u8>bits);
      bits = 0;
    }
  }
  if ((rows & 7) != 0) store<u8>(validity + (rows >> 3), <u8>bits);
  store<u32>(out, nulls);
  return 0;
}

@inline
function equals(a: usize, b: usize, length: usize): bool {
  let i: usize = 0;
  for (; i + 8 <= length; i += 8) if (load<u64>(a + i) != load<u64>(b + i)) return false;
  for (; i < length; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false;
  return true;
}
