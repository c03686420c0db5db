// Stable sorting of strings: by eight bytes at a time as words, as long as many strings share what
// came before; a few of them are merged by comparison.
import { compareRows } from './compare.as';
import { tailWord } from './hash.as';
import { radixSort } from './sort.as';
import { isStopped, LOOK_ROWS } from './stop.as';

// Runs up to this length are sorted by insertion.
// @ts-ignore: decorator
@inline
const INSERTION_MAX: i32 = 12;
// Runs from this length on are sorted by words: below, the counters of a radix sort cost more.
// @ts-ignore: decorator
@inline
const RADIX_MIN: i32 = 256;
// Levels of runs inside of runs after which comparison takes over: the stack is finite.
// @ts-ignore: decorator
@inline
const LEVELS_MAX: i32 = 64;

// Where strings end: see `wordsAt`.
// @ts-ignore: decorator
@inline
const NONE: i32 = 0;
// @ts-ignore: decorator
@inline
const SOME: i32 = 1;
// @ts-ignore: decorator
@inline
const ALL: i32 = 2;

/**
 * Sorts the rows in `order` by their strings; equal ones stay in their order. `words` and
 * `otherWords` have 8 bytes a row, `otherOrder` has 4; `counts` is 8 KiB. The result is in `order`.
 */
export function sortStrings(
  offsets: usize, bytes: usize, order: usize, count: i32, descending: i32, words: usize,
  otherWords: usize, otherOrder: usize, counts: usize, stop: usize,
): void {
  sortRun(
    offsets, bytes, order, count, descending, words, otherWords, otherOrder, counts, stop, 0,
    LEVELS_MAX,
  );
}

/** Sorts rows whose strings have the first `depth` bytes in common. */
function sortRun(
  offsets: usize, bytes: usize, order: usize, count: i32, descending: i32, words: usize,
  otherWords: usize, otherOrder: usize, counts: usize, stop: usize, depth: i32, levels: i32,
): void {
  let skip = depth;
  while (true) {
    if (isStopped(stop)) return;
    if (count < RADIX_MIN || levels == 0) {
      mergeSort(order, count, offsets, bytes, descending ? -1 : 1, otherOrder, stop);
      return;
    }
    const ended = wordsAt(offsets, bytes, order, count, skip, descending, words, stop);
    if (!allSame(words, count)) {
      if (radixSort(words, order, otherWords, otherOrder, count, counts, stop)) {
        memory.copy(words, otherWords, <usize>count << 3);
        memory.copy(order, otherOrder, <usize>count << 2);
      }
      break;
    }
    if (ended == ALL) return;
    // Strings that end here differ at most in zeros behind the common bytes.
    if (ended == SOME) {
      mergeSort(order, count, offsets, bytes, descending ? -1 : 1, otherOrder, stop);
      return;
    }
    skip += 8;
  }
  for (let from = 0; from < count; ) {
    const word = load<u64>(words + (<usize>from << 3));
    let to = from + 1;
    while (to < count && load<u64>(words + (<usize>to << 3)) == word) to++;
    if (to - from > 1) {
      const at = <usize>from << 2;
      const wide = <usize>from << 3;
      sortRun(
        offsets, bytes, order + at, to - from, descending, words + wide, otherWords + wide,
        otherOrder + at, counts, stop, skip, levels - 1,
      );
    }
    from = to;
  }
}

/**
 * Writes the eight bytes of each string from `skip` on, filled up with zeros. Returns NONE if no
 * string ends among them, ALL if all do at the same place, else SOME.
 */
function wordsAt(
  offsets: usize, bytes: usize, order: usize, count: i32, skip: i32, descending: i32, out: usize,
  stop: usize,
): i32 {
  const flip: u64 = descending ? ~(<u64>0) : 0;
  let shortest = i32.MAX_VALUE;
  let longest = i32.MIN_VALUE;
  for (let first = 0; first < count && !isStopped(stop); first += LOOK_ROWS) {
    const end = <usize>min(first + LOOK_ROWS, count);
    for (let i = <usize>first; i < end; i++) {
      const at = offsets + (<usize>load<i32>(order + (i << 2)) << 2);
      const from = load<i32>(at) + skip;
      const length = load<i32>(at, 4) - from;
      shortest = min(shortest, length);
      longest = max(longest, length);
      const text = bytes + from;
      const word = length >= 8 ? load<u64>(text) : length <= 0 ? 0 : tailWord(text, length);
      store<u64>(out + (i << 3), bswap<u64>(word) ^ flip);
    }
  }
  return shortest > 8 ? NONE : shortest == longest ? ALL : SOME;
}

function allSame(words: usize, count: i32): bool {
  const first = load<u64>(words);
  for (let i: usize = 1; i < <usize>count; i++) {
    if (load<u64>(words + (i << 3)) != first) return false;
  }
  return true;
}

function mergeSort(
  order: usize, count: i32, offsets: usize, bytes: usize, sign: i32, scratch: usize, stop: usize,
): void {
  for (let from = 0; from < count; from += INSERTION_MAX) {
    if (isStopped(stop)) return;
    insertionSort(order, from, min(from + INSERTION_MAX, count), offsets, bytes, sign);
  }
  for (let width = INSERTION_MAX; width < count; width <<= 1) {
    for (let from = 0; from + width < count; from += width << 1) {
      if (isStopped(stop)) return;
      const end = min(from + (width << 1), count);
      merge(order, from, from + width, end, offsets, bytes, sign, scratch, stop);
    }
  }
}

function insertionSort(
  order: usize, from: i32, to: i32, offsets: usize, bytes: usize, sign: i32,
): void {
  for (let i = from + 1; i < to; i++) {
    const row = load<i32>(order + (<usize>i << 2));
    let k = i;
    while (k > from) {
      const before = load<i32>(order + (<usize>(k - 1) << 2));
      if (compareRows(offsets, bytes, before, row) * sign <= 0) break;
      store<i32>(order + (<usize>k << 2), before);
      k--;
    }
    store<i32>(order + (<usize>k << 2), row);
  }
}

/** Merges two sorted neighbours; equal strings stay in their order. */
function merge(
  order: usize, from: i32, middle: i32, to: i32, offsets: usize, bytes: usize, sign: i32,
  scratch: usize, stop: usize,
): void {
  const last = load<i32>(order + (<usize>(middle - 1) << 2));
  const next = load<i32>(order + (<usize>middle << 2));
  if (compareRows(offsets, bytes, last, next) * sign <= 0) return;
  const left = middle - from;
  memory.copy(scratch, order + (<usize>from << 2), <usize>left << 2);
  let i = 0;
  let k = middle;
  let out = from;
  while (i < left) {
    if ((out & (LOOK_ROWS - 1)) == 0 && isStopped(stop)) return;
    const a = load<i32>(scratch + (<usize>i << 2));
    if (k < to) {
      const b = load<i32>(order + (<usize>k << 2));
      if (compareRows(offsets, bytes, a, b) * sign > 0) {
        store<i32>(order + (<usize>(out++) << 2), b);
        k++;
        continue;
      }
    }
    store<i32>(order + (<usize>(out++) << 2), a);
    i++;
  }
}

/** Writes the rank of each string, given their sorted order; equal strings have one rank. */
export function rankStrings(
  order: usize, count: i32, offsets: usize, bytes: usize, ranks: usize, stop: usize,
): void {
  let rank = 0;
  for (let i = 0; i < count; i++) {
    if ((i & (LOOK_ROWS - 1)) == 0 && isStopped(stop)) return;
    const row = load<i32>(order + (<usize>i << 2));
    if (i > 0) {
      const before = load<i32>(order + (<usize>(i - 1) << 2));
      if (compareRows(offsets, bytes, before, row) != 0) rank = i;
    }
    store<i32>(ranks + (<usize>row << 2), rank);
  }
}
