// Strings: comparison, LIKE, case, length and parts, on UTF-8 bytes. Results of comparisons are
// bitmaps without regard to NULL.
import { compareBytes, compareRows } from './compare.as';
import { copyBytes } from './gather.as';

// @ts-ignore: decorator
@inline
const LESS: i32 = 1;
// @ts-ignore: decorator
@inline
const EQUAL: i32 = 2;
// @ts-ignore: decorator
@inline
const GREATER: i32 = 4;

// Bytes that UTF-8 never has stand for the wildcards of a pattern.
// @ts-ignore: decorator
@inline
const ANY_STRING: u8 = 0xff;
// @ts-ignore: decorator
@inline
const ANY_CHARACTER: u8 = 0xfe;

/** Whether an order (negative, 0, positive) is one of those that `wanted` allows. */
// @ts-ignore: decorator
@inline
function fits(order: i32, wanted: i32): i32 {
  const is = order < 0 ? LESS : order == 0 ? EQUAL : GREATER;
  return (is & wanted) != 0 ? 1 : 0;
}

// @ts-ignore: decorator
@inline
function put(out: usize, row: i32, bit: i32): void {
  const at = out + (row >>> 3);
  const rest = (row & 7) == 0 ? 0 : <i32>load<u8>(at);
  store<u8>(at, rest | (bit << (row & 7)));
}

/** Compares the strings of a column with one string. */
export function compareConstant(
  offsets: usize, bytes: usize, rows: i32, text: usize, length: i32, wanted: i32, out: usize,
): void {
  let from = load<i32>(offsets);
  for (let row = 0; row < rows; row++) {
    const to = load<i32>(offsets + (<usize>row << 2), 4);
    put(out, row, fits(compareBytes(bytes + from, to - from, text, length), wanted));
    from = to;
  }
}

/** Compares the strings of two columns, row by row. */
export function compareColumns(
  offsets: usize, bytes: usize, otherOffsets: usize, otherBytes: usize, rows: i32, wanted: i32,
  out: usize,
): void {
  for (let row = 0; row < rows; row++) {
    const a = offsets + (<usize>row << 2);
    const b = otherOffsets + (<usize>row << 2);
    const from = load<i32>(a);
    const other = load<i32>(b);
    const order = compareBytes(
      bytes + from, load<i32>(a, 4) - from, otherBytes + other, load<i32>(b, 4) - other,
    );
    put(out, row, fits(order, wanted));
  }
}

/** The row of the least string, or of the greatest, in at least one row; the first of equal ones. */
export function extremeString(offsets: usize, bytes: usize, rows: i32, greatest: bool): i32 {
  let best = 0;
  for (let row = 1; row < rows; row++) {
    const order = compareRows(offsets, bytes, row, best);
    if (greatest ? order > 0 : order < 0) best = row;
  }
  return best;
}

/** Whether strings start with a text. */
export function startsWith(
  offsets: usize, bytes: usize, rows: i32, text: usize, length: i32, out: usize,
): void {
  let from = load<i32>(offsets);
  for (let row = 0; row < rows; row++) {
    const to = load<i32>(offsets + (<usize>row << 2), 4);
    const bit = to - from >= length && compareBytes(bytes + from, length, text, length) == 0;
    put(out, row, bit ? 1 : 0);
    from = to;
  }
}

/** Whether strings end with a text. */
export function endsWith(
  offsets: usize, bytes: usize, rows: i32, text: usize, length: i32, out: usize,
): void {
  let from = load<i32>(offsets);
  for (let row = 0; row < rows; row++) {
    const to = load<i32>(offsets + (<usize>row << 2), 4);
    const bit =
      to - from >= length && compareBytes(bytes + to - length, length, text, length) == 0;
    put(out, row, bit ? 1 : 0);
    from = to;
  }
}

/**
 * Whether strings contain a text of at least one byte: looks for its first and last byte in the
 * whole buffer, 16 places at a time, and for the row only when it is found. `out` is all 0.
 */
export function contains(
  offsets: usize, bytes: usize, rows: i32, text: usize, length: i32, out: usize,
): void {
  const first = i8x16.splat(load<i8>(text));
  const last = i8x16.splat(load<i8>(text + length - 1));
  const end = load<i32>(offsets + (<usize>rows << 2));
  let row = 0;
  let at = load<i32>(offsets);
  while (at + length <= end) {
    const here = bytes + at;
    const both = v128.and(
      i8x16.eq(v128.load(here), first),
      i8x16.eq(v128.load(here + length - 1), last),
    );
    let mask = i8x16.bitmask(both);
    let next = at + 16;
    while (mask != 0) {
      const found = at + ctz(mask);
      mask &= mask - 1;
      if (found + length > end) break;
      if (compareBytes(bytes + found, length, text, length) != 0) continue;
      while (load<i32>(offsets + (<usize>row << 2), 4) <= found) row++;
      const rowEnd = load<i32>(offsets + (<usize>row << 2), 4);
      if (found + length > rowEnd) continue;
      const byte = out + (row >>> 3);
      store<u8>(byte, <i32>load<u8>(byte) | (1 << (row & 7)));
      next = rowEnd;
      break;
    }
    at = next;
  }
}

/**
 * Whether strings match a pattern with wildcards anywhere. Only those are looked at that contain
 * the pattern's longest text, if it has one of two bytes. `out` is all 0.
 */
export function like(
  offsets: usize, bytes: usize, rows: i32, pattern: usize, length: i32, out: usize,
): void {
  let text = pattern;
  let longest = 0;
  let begin = pattern;
  for (let at = pattern; at <= pattern + length; at++) {
    if (at < pattern + length && load<u8>(at) < ANY_CHARACTER) continue;
    if (<i32>(at - begin) > longest) {
      longest = <i32>(at - begin);
      text = begin;
    }
    begin = at + 1;
  }
  if (longest < 2) {
    for (let row = 0; row < rows; row++) likeRow(offsets, bytes, row, pattern, length, out);
    return;
  }
  contains(offsets, bytes, rows, text, longest, out);
  for (let row = 0; row < rows; row++) {
    const rest = <i32>load<u8>(out + (row >>> 3)) >>> (row & 7);
    // No string from here to the end of the byte contains the text.
    if (rest == 0) row |= 7;
    else if (rest & 1) likeRow(offsets, bytes, row, pattern, length, out);
  }
}

/** Sets the bit of a row, which may be set already, if its string matches; else clears it. */
function likeRow(
  offsets: usize, bytes: usize, row: i32, pattern: usize, length: i32, out: usize,
): void {
  const at = offsets + (<usize>row << 2);
  const bit = matches(bytes + load<i32>(at), bytes + load<i32>(at, 4), pattern, pattern + length);
  const byte = out + (row >>> 3);
  const others = <i32>load<u8>(byte) & ~(1 << (row & 7));
  store<u8>(byte, others | ((bit ? 1 : 0) << (row & 7)));
}

/** Two pointers; after a mismatch the last ANY_STRING takes in one more byte. */
function matches(text: usize, textEnd: usize, pattern: usize, patternEnd: usize): bool {
  let at = text;
  let p = pattern;
  let star: usize = 0;
  let retry: usize = 0;
  while (at < textEnd) {
    const wanted: u8 = p < patternEnd ? load<u8>(p) : 0;
    if (p < patternEnd && wanted == ANY_STRING) {
      star = p++;
      retry = at;
    } else if (p < patternEnd && wanted == ANY_CHARACTER) {
      at = afterCharacter(at, textEnd);
      p++;
    } else if (p < patternEnd && wanted == load<u8>(at)) {
      at++;
      p++;
    } else if (star) {
      p = star + 1;
      // Only starts of characters are tried, so that a wildcard never splits one.
      retry = afterCharacter(retry, textEnd);
      at = retry;
    } else return false;
  }
  while (p < patternEnd && load<u8>(p) == ANY_STRING) p++;
  return p == patternEnd;
}

// @ts-ignore: decorator
@inline
function afterCharacter(at: usize, end: usize): usize {
  at++;
  while (at < end && (load<u8>(at) & 0xc0) == 0x80) at++;
  return at;
}

/** Whether bytes are all ASCII. */
export function isAscii(bytes: usize, length: i32): i32 {
  let all: u64 = 0;
  let i = 0;
  for (; i + 8 <= length; i += 8) all |= load<u64>(bytes + i);
  for (; i < length; i++) all |= <u64>load<u8>(bytes + i);
  return (all & 0x8080808080808080) == 0 ? 1 : 0;
}

/** Copies ASCII bytes with the letters from `first` to `first` + 25 in the other case. */
export function changeCase(bytes: usize, length: i32, first: i32, out: usize): void {
  const low = i8x16.splat(<i8>first);
  const count = i8x16.splat(26);
  const bit = i8x16.splat(0x20);
  for (let i = 0; i < length; i += 16) {
    const word = v128.load(bytes + i);
    const letter = i8x16.lt_u(i8x16.sub(word, low), count);
    v128.store(out + i, v128.xor(word, v128.and(letter, bit)));
  }
}

/** How many characters start in some bytes. */
// @ts-ignore: decorator
@inline
function characters(at: usize, length: i32): i32 {
  let rest: u64 = 0;
  let i = 0;
  for (; i + 8 <= length; i += 8) {
    const word = load<u64>(at + i);
    rest += popcnt((word >>> 7) & ~(word >>> 6) & 0x0101010101010101);
  }
  if (i < length) {
    const word = load<u64>(at + i) & (~(<u64>0) >>> (<u64>(8 - (length - i)) << 3));
    rest += popcnt((word >>> 7) & ~(word >>> 6) & 0x0101010101010101);
  }
  return length - <i32>rest;
}

/** The number of characters of each string. */
export function charLengths(offsets: usize, bytes: usize, rows: i32, out: usize): void {
  let from = load<i32>(offsets);
  for (let row = 0; row < rows; row++) {
    const to = load<i32>(offsets + (<usize>row << 2), 4);
    store<i32>(out + (<usize>row << 2), characters(bytes + from, to - from));
    from = to;
  }
}

/**
 * The part of each string from character `start` (from 1; negative: from the end; 0 is 1) of at
 * most `length` characters: writes where the parts begin, and the offsets of the parts alone.
 */
export function substringRanges(
  offsets: usize, bytes: usize, rows: i32, start: i32, length: i32, begins: usize, out: usize,
): void {
  let from = load<i32>(offsets);
  let sum = 0;
  store<i32>(out, 0);
  for (let row = 0; row < rows; row++) {
    const to = load<i32>(offsets + (<usize>row << 2), 4);
    const end = bytes + to;
    let skip = start > 0 ? start - 1 : 0;
    if (start < 0) skip = characters(bytes + from, to - from) + start;
    let begin = skip < 0 ? end : bytes + from;
    for (; skip > 0 && begin < end; skip--) begin = afterCharacter(begin, end);
    let stop = begin;
    if (length >= to - from) stop = end;
    else for (let left = length; left > 0 && stop < end; left--) stop = afterCharacter(stop, end);
    store<i32>(begins + (<usize>row << 2), <i32>(begin - bytes));
    sum += <i32>(stop - begin);
    store<i32>(out + (<usize>row << 2), sum, 4);
    from = to;
  }
}

/** Copies the parts that `substringRanges` found; up to 7 bytes behind them are overwritten. */
export function copyRanges(
  begins: usize, bytes: usize, rows: i32, outOffsets: usize, out: usize,
): void {
  for (let row: usize = 0; row < <usize>rows; row++) {
    const at = outOffsets + (row << 2);
    const to = load<i32>(at);
    copyBytes(bytes + load<i32>(begins + (row << 2)), out + to, load<i32>(at, 4) - to);
  }
}
