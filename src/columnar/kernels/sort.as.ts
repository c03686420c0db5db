// Stable sorting of row numbers. Every key becomes unsigned 64-bit words whose order is the key's;
// several keys are sorted by from the last to the first.
import { bitAt } from './bits.as';
import { isStopped, LOOK_ROWS } from './stop.as';

// How the values of a sort key lie: their bytes as signed integers, or one of these.
// @ts-ignore: decorator
@inline
const FLOAT32: i32 = 20;
// @ts-ignore: decorator
@inline
const FLOAT64: i32 = 21;
// @ts-ignore: decorator
@inline
const BITS: i32 = 22;
// The low word of 16 bytes, unsigned.
// @ts-ignore: decorator
@inline
const LOW: i32 = 23;
// The high word of 16 bytes, signed.
// @ts-ignore: decorator
@inline
const HIGH: i32 = 24;
// The first word of 16 bytes, signed.
// @ts-ignore: decorator
@inline
const FIRST: i32 = 25;
// The rank of a dictionary code.
// @ts-ignore: decorator
@inline
const RANK: i32 = 26;

// @ts-ignore: decorator
@inline
const SIGN: u64 = 0x8000000000000000;

/**
 * Floating-point bits in the order of the numbers: -0 before 0, NaN last, as Java's Double.compare
 * and Flink's sort keys have it. `=` and GROUP BY take -0 and 0 for one.
 */
// @ts-ignore: decorator
@inline
function ordered(bits: i64): u64 {
  return <u64>bits ^ (<u64>(bits >> 63) | SIGN);
}

// @ts-ignore: decorator
@inline
function keyAt(values: usize, form: i32, row: usize, ranks: usize): u64 {
  if (form == 4) return <u64><i64>load<i32>(values + (row << 2)) ^ SIGN;
  if (form == 8 || form == FIRST) {
    return load<u64>(values + (form == 8 ? row << 3 : row << 4)) ^ SIGN;
  }
  if (form == FLOAT64) {
    const value = load<f64>(values + (row << 3));
    return ordered(value != value ? 0x7ff8000000000000 : reinterpret<i64>(value));
  }
  if (form == RANK) return load<u32>(ranks + (<usize>load<i32>(values + (row << 2)) << 2));
  if (form == FLOAT32) {
    const value = <f64>load<f32>(values + (row << 2));
    return ordered(value != value ? 0x7ff8000000000000 : reinterpret<i64>(value));
  }
  if (form == LOW) return load<u64>(values + (row << 4));
  if (form == HIGH) return load<u64>(values + (row << 4), 8) ^ SIGN;
  if (form == 2) return <u64><i64>load<i16>(values + (row << 1)) ^ SIGN;
  if (form == 1) return <u64><i64>load<i8>(values + row) ^ SIGN;
  return bitAt(values, <i32>row);
}

/** Writes the sort words of the rows in `order`. */
export function sortWords(
  values: usize, form: i32, ranks: usize, order: usize, count: i32, descending: i32, out: usize,
  stop: usize,
): void {
  const flip: u64 = descending ? ~(<u64>0) : 0;
  for (let from = 0; from < count && !isStopped(stop); from += LOOK_ROWS) {
    const to = <usize>min(from + LOOK_ROWS, count);
    for (let i = <usize>from; i < to; i++) {
      const row = <usize>load<i32>(order + (i << 2));
      store<u64>(out + (i << 3), keyAt(values, form, row, ranks) ^ flip);
    }
  }
}

/**
 * Sorts pairs of a word and a row number by the word, byte by byte from the last, and leaves out
 * bytes that are the same everywhere. `counts` is 8 KiB of scratch. Returns 1 when the result is
 * in the other pair of arrays, else 0.
 */
export function radixSort(
  words: usize, order: usize, otherWords: usize, otherOrder: usize, count: i32, counts: usize,
  stop: usize,
): i32 {
  if (isSorted(words, count)) return 0;
  memory.fill(counts, 0, 8192);
  for (let from = 0; from < count; from += LOOK_ROWS) {
    if (isStopped(stop)) return 0;
    const to = <usize>min(from + LOOK_ROWS, count);
    for (let i = <usize>from; i < to; i++) {
      let word = load<u64>(words + (i << 3));
      for (let digit: usize = 0; digit < 8192; digit += 1024) {
        const at = counts + digit + (<usize>(word & 255) << 2);
        store<i32>(at, load<i32>(at) + 1);
        word >>>= 8;
      }
    }
  }
  const first = load<u64>(words);
  let fromWords = words;
  let fromOrder = order;
  let toWords = otherWords;
  let toOrder = otherOrder;
  let swapped = 0;
  for (let digit: u64 = 0; digit < 8; digit++) {
    const table = counts + (<usize>digit << 10);
    const shift = digit << 3;
    if (load<i32>(table + (<usize>((first >>> shift) & 255) << 2)) == count) continue;
    let sum = 0;
    for (let value: usize = 0; value < 1024; value += 4) {
      const here = load<i32>(table + value);
      store<i32>(table + value, sum);
      sum += here;
    }
    for (let from = 0; from < count; from += LOOK_ROWS) {
      if (isStopped(stop)) return 0;
      const end = <usize>min(from + LOOK_ROWS, count);
      for (let i = <usize>from; i < end; i++) {
        const word = load<u64>(fromWords + (i << 3));
        const at = table + (<usize>((word >>> shift) & 255) << 2);
        const to = <usize>load<i32>(at);
        store<i32>(at, <i32>to + 1);
        store<u64>(toWords + (to << 3), word);
        store<i32>(toOrder + (to << 2), load<i32>(fromOrder + (i << 2)));
      }
    }
    const w = fromWords;
    fromWords = toWords;
    toWords = w;
    const o = fromOrder;
    fromOrder = toOrder;
    toOrder = o;
    swapped ^= 1;
  }
  return swapped;
}

// Segments up to this many rows are merged, longer ones sorted by digits: the counters of a radix
// sort cost more than short segments themselves.
// @ts-ignore: decorator
@inline
const MERGED_MAX: i32 = 4096;
// Runs that are sorted by insertion before they are merged.
// @ts-ignore: decorator
@inline
const RUN: i32 = 12;

/**
 * Sorts pairs of a word and a row number by the word within each segment: `starts[i]` to
 * `starts[i + 1]`. Stable; the result is in `words` and `order`. `counts` is 8 KiB of scratch.
 */
export function sortSegments(
  words: usize, order: usize, otherWords: usize, otherOrder: usize, starts: usize, segments: i32,
  counts: usize, stop: usize,
): void {
  for (let i = 0; i < segments; i++) {
    if ((i & 63) == 0 && isStopped(stop)) return;
    const start = load<i32>(starts + (<usize>i << 2));
    const count = load<i32>(starts + (<usize>i << 2), 4) - start;
    const wide = <usize>start << 3;
    const narrow = <usize>start << 2;
    sortSegment(
      words + wide, order + narrow, otherWords + wide, otherOrder + narrow, count, counts, stop,
    );
  }
}

/** Sorts one segment; the result is in `words` and `order`. */
export function sortSegment(
  words: usize, order: usize, otherWords: usize, otherOrder: usize, count: i32, counts: usize,
  stop: usize,
): void {
  if (count <= RUN) insertionSort(words, order, 0, count);
  else if (count <= MERGED_MAX) mergeSort(words, order, otherWords, otherOrder, count);
  else if (radixSort(words, order, otherWords, otherOrder, count, counts, stop) == 1) {
    memory.copy(words, otherWords, <usize>count << 3);
    memory.copy(order, otherOrder, <usize>count << 2);
  }
}

function insertionSort(words: usize, order: usize, from: i32, to: i32): void {
  for (let i = from + 1; i < to; i++) {
    const word = load<u64>(words + (<usize>i << 3));
    const row = load<i32>(order + (<usize>i << 2));
    let at = i;
    while (at > from) {
      const before = load<u64>(words + (<usize>(at - 1) << 3));
      if (before <= word) break;
      store<u64>(words + (<usize>at << 3), before);
      store<i32>(order + (<usize>at << 2), load<i32>(order + (<usize>(at - 1) << 2)));
      at--;
    }
    store<u64>(words + (<usize>at << 3), word);
    store<i32>(order + (<usize>at << 2), row);
  }
}

function mergeSort(
  words: usize, order: usize, otherWords: usize, otherOrder: usize, count: i32,
): void {
  for (let from = 0; from < count; from += RUN) {
    insertionSort(words, order, from, min(from + RUN, count));
  }
  let fromWords = words;
  let fromOrder = order;
  let toWords = otherWords;
  let toOrder = otherOrder;
  for (let run = RUN; run < count; run <<= 1) {
    for (let left = 0; left < count; left += run << 1) {
      const middle = min(left + run, count);
      merge(fromWords, fromOrder, toWords, toOrder, left, middle, min(middle + run, count));
    }
    const w = fromWords;
    fromWords = toWords;
    toWords = w;
    const o = fromOrder;
    fromOrder = toOrder;
    toOrder = o;
  }
  if (fromWords == words) return;
  memory.copy(words, otherWords, <usize>count << 3);
  memory.copy(order, otherOrder, <usize>count << 2);
}

/** Merges two neighbouring runs; of equal words those of the first run come first. */
function merge(
  words: usize, order: usize, toWords: usize, toOrder: usize, left: i32, middle: i32, end: i32,
): void {
  let a = left;
  let b = middle;
  for (let to = left; to < end; to++) {
    const isFirst =
      b >= end ||
      (a < middle && load<u64>(words + (<usize>a << 3)) <= load<u64>(words + (<usize>b << 3)));
    const from = isFirst ? a++ : b++;
    store<u64>(toWords + (<usize>to << 3), load<u64>(words + (<usize>from << 3)));
    store<i32>(toOrder + (<usize>to << 2), load<i32>(order + (<usize>from << 2)));
  }
}

/** Makes the words of rows that are NULL the least, or the greatest if `last`. */
export function levelNulls(
  words: usize, order: usize, count: i32, validity: usize, last: i32,
): void {
  const word: u64 = last ? ~(<u64>0) : 0;
  for (let i = 0; i < count; i++) {
    if (bitAt(validity, load<i32>(order + (<usize>i << 2)))) continue;
    store<u64>(words + (<usize>i << 3), word);
  }
}

/** Writes the numbers of the words that are at most the word at `bound`; returns how many. */
export function selectAtMost(words: usize, count: i32, bound: usize, out: usize): i32 {
  const most = load<u64>(bound);
  let found = 0;
  for (let i = 0; i < count; i++) {
    store<i32>(out + (<usize>found << 2), i);
    found += i32(load<u64>(words + (<usize>i << 3)) <= most);
  }
  return found;
}

function isSorted(words: usize, count: i32): bool {
  for (let i: usize = 1; i < <usize>count; i++) {
    if (load<u64>(words + (i << 3)) < load<u64>(words + ((i - 1) << 3))) return false;
  }
  return true;
}

/** Moves the rows that are NULL to the front or to the back, each part in its order. */
export function partitionNulls(
  order: usize, count: i32, validity: usize, nullsFirst: i32, scratch: usize,
): void {
  let kept = 0;
  let nulls = 0;
  for (let i = 0; i < count; i++) {
    const row = load<i32>(order + (<usize>i << 2));
    if (bitAt(validity, row)) store<i32>(order + (<usize>(kept++) << 2), row);
    else store<i32>(scratch + (<usize>(nulls++) << 2), row);
  }
  const nullBytes = <usize>nulls << 2;
  if (nullsFirst) memory.copy(order + nullBytes, order, <usize>kept << 2);
  memory.copy(nullsFirst ? order : order + (<usize>kept << 2), scratch, nullBytes);
}
