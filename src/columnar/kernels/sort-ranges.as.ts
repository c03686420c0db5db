// Sorting in parallel: several keys are folded to one word a row, rows are parted by ranges of the
// words, and each range is sorted by itself. Words order rows as far as they differ; rows with one
// word may differ in their keys.
import { bitAt } from './bits.as';
import { compareBytes } from './compare.as';
import { tailWord } from './hash.as';
import { sortSegment } from './sort.as';

/**
 * Words of strings: behind the prefix that they share, the first `text` bytes (at most 7), and then
 * a byte with 1 more than the bytes that are left: `text` + 2 when there are more than that. 0 for
 * strings before all that have the prefix, ones for those behind.
 */
export function stringWords(
  offsets: usize, bytes: usize, prefix: usize, prefixLength: i32, text: i32, count: i32,
  descending: i32, out: usize,
): void {
  const flip: u64 = descending ? ~(<u64>0) : 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const at = offsets + (i << 2);
    const from = load<i32>(at);
    const length = load<i32>(at, 4) - from;
    const start = bytes + from;
    const shared = min(length, prefixLength);
    const order = compareBytes(start, shared, prefix, prefixLength);
    let word: u64 = order < 0 ? 0 : ~(<u64>0);
    if (order == 0) {
      const left = length - prefixLength;
      const kept = min(left, text);
      word = kept <= 0 ? 0 : bswap<u64>(tailWord(start + prefixLength, kept));
      word = text == 0 ? 0 : word >>> (<u64>(7 - text) << 3) & ~(<u64>255);
      word |= <u64>(min(left, text + 1) + 1);
    }
    store<u64>(out + (i << 3), word ^ flip);
  }
}

/** Writes the least and the greatest of the words whose rows are not NULL; returns how many are NULL. */
export function wordBounds(words: usize, count: i32, validity: usize, out: usize): i32 {
  let low: u64 = ~(<u64>0);
  let high: u64 = 0;
  let nulls = 0;
  for (let i = 0; i < count; i++) {
    if (validity && !bitAt(validity, i)) {
      nulls++;
      continue;
    }
    const word = load<u64>(words + (<usize>i << 3));
    low = min(low, word);
    high = max(high, word);
  }
  store<u64>(out, low);
  store<u64>(out, high, 8);
  return nulls;
}

// What becomes of a NULL in `foldWords`: it was not expected and comes first, or last; or it has a
// value of its own before all others, or behind them.
// @ts-ignore: decorator
@inline
const NULLS_BEFORE: i32 = 0;
// @ts-ignore: decorator
@inline
const NULLS_BEHIND: i32 = 1;
// @ts-ignore: decorator
@inline
const NULLS_FIRST: i32 = 2;

/**
 * Writes a key to the bits of the words from `up` on, which are 0 in the words of a `first` one: its distance from the least expected one (the
 * word at `bounds`; behind it the greatest), without the lowest `down` bits, plus `base`. Rows that
 * are not as expected (outside of the bounds, or cut: their lowest byte is `cut`) go to the end of
 * what is below or above them, whatever their later keys, which are in the bits below `up`: returns
 * how many those are.
 */
export function foldWords(
  keys: usize, count: i32, validity: usize, bounds: usize, down: i32, up: i32, base: i32,
  nulls: i32, cut: i32, first: i32, words: usize,
): i32 {
  if (first) memory.fill(words, 0, <usize>count << 3);
  const low = load<u64>(bounds);
  const high = load<u64>(bounds, 8);
  const top = ((high - low) >>> <u64>down) + <u64>base;
  const below: u64 = up == 64 ? ~(<u64>0) : ((<u64>1) << <u64>up) - 1;
  const shift = <u64>up;
  let others = 0;
  for (let i = 0; i < count; i++) {
    const at = words + (<usize>i << 3);
    const key = load<u64>(keys + (<usize>i << 3));
    if (validity && !bitAt(validity, i)) {
      if (nulls == NULLS_BEFORE) store<u64>(at, 0);
      else if (nulls == NULLS_BEHIND) store<u64>(at, (top << shift) | below);
      else if (nulls != NULLS_FIRST) store<u64>(at, ((top + 1) << shift) | load<u64>(at));
      others += i32(nulls < NULLS_FIRST);
    } else if (key < low) {
      store<u64>(at, <u64>base << shift);
      others++;
    } else if (key > high) {
      store<u64>(at, (top << shift) | below);
      others++;
    } else {
      const word = (((key - low) >>> <u64>down) + <u64>base) << shift;
      const isCut = <i32>(key & 255) == cut;
      store<u64>(at, isCut ? word : word | load<u64>(at));
      others += i32(isCut);
    }
  }
  return others;
}

/** Cells of the table by which the range of a word is found: most have no bound inside. */
// @ts-ignore: decorator
@inline
const CELLS_LAST: u64 = 4095;

/**
 * Writes the range of each word: how many of the words at `bounds` are at most as large. `cells` has
 * for each cell of `1 << shift` words, from the least bound on, how many bounds are in those before
 * it; 4096 cells and one more. `counts` of each range are added up.
 */
export function rangesOfWords(
  words: usize, count: i32, bounds: usize, cells: usize, shift: i32, counts: usize, out: usize,
): void {
  const least = load<u64>(bounds);
  for (let i: usize = 0; i < <usize>count; i++) {
    const word = load<u64>(words + (i << 3));
    const cell = word < least ? 0 : <usize>min((word - least) >>> <u64>shift, CELLS_LAST);
    let range = <usize>load<u8>(cells + cell);
    let end = <usize>load<u8>(cells + cell, 1);
    while (range < end) {
      const middle = (range + end) >>> 1;
      if (load<u64>(bounds + (middle << 3)) <= word) range = middle + 1;
      else end = middle;
    }
    store<u8>(out + i, <u8>range);
    const at = counts + (range << 2);
    store<i32>(at, load<i32>(at) + 1);
  }
}

/** Moves words and the references of their rows, from `firstRef` on, to the heads of their ranges. */
export function placeWords(
  words: usize, ranges: usize, count: i32, firstRef: i32, heads: usize, outWords: usize,
  outRefs: usize,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const head = heads + (<usize>load<u8>(ranges + i) << 2);
    const to = <usize>load<i32>(head);
    store<i32>(head, <i32>to + 1);
    store<u64>(outWords + (to << 3), load<u64>(words + (i << 3)));
    store<i32>(outRefs + (to << 2), firstRef + <i32>i);
  }
}

// Bits of a digit: its counters are the 8 KiB of `counts`.
// @ts-ignore: decorator
@inline
const DIGIT: i32 = 11;
// Rows whose highest bits are the same are few if there are so many more bits than rows need.
// @ts-ignore: decorator
@inline
const SPARE: i32 = 5;

/**
 * Sorts pairs of a word and a reference by the word; stable. Only the highest bits that differ are
 * sorted by digits, as many as tell most of the rows apart; the others are put in order where they
 * are not. `counts` is 8 KiB of scratch.
 */
export function sortWordRange(
  words: usize, refs: usize, otherWords: usize, otherRefs: usize, count: i32, counts: usize,
): void {
  const differing = bitsThatDiffer(words, count);
  if (differing == 0) return;
  const wanted = 32 - clz<i32>(count) + SPARE;
  const digits = (min(differing, wanted) + DIGIT - 1) / DIGIT;
  const low = max(0, differing - digits * DIGIT);
  let fromWords = words;
  let fromRefs = refs;
  let toWords = otherWords;
  let toRefs = otherRefs;
  for (let digit = 0; digit < digits; digit++) {
    sortByDigit(fromWords, fromRefs, toWords, toRefs, count, low + digit * DIGIT, counts);
    const w = fromWords;
    fromWords = toWords;
    toWords = w;
    const r = fromRefs;
    fromRefs = toRefs;
    toRefs = r;
  }
  if (fromWords != words) {
    memory.copy(words, otherWords, <usize>count << 3);
    memory.copy(refs, otherRefs, <usize>count << 2);
  }
  if (low > 0) sortRests(words, refs, otherWords, otherRefs, count, <u64>low, counts);
}

/** The number of the lowest bits in which some of the words differ; 0 if they are in order. */
function bitsThatDiffer(words: usize, count: i32): i32 {
  const first = load<u64>(words);
  let before = first;
  let differing: u64 = 0;
  let ordered = true;
  for (let i: usize = 1; i < <usize>count; i++) {
    const word = load<u64>(words + (i << 3));
    differing |= word ^ first;
    ordered = ordered && before <= word;
    before = word;
  }
  return ordered ? 0 : 64 - <i32>clz<u64>(differing);
}

function sortByDigit(
  words: usize, refs: usize, toWords: usize, toRefs: usize, count: i32, low: i32, counts: usize,
): void {
  const size = <usize>count;
  const shift = <u64>low;
  const mask: u64 = (1 << DIGIT) - 1;
  memory.fill(counts, 0, 4 << DIGIT);
  for (let i: usize = 0; i < size; i++) {
    const at = counts + (<usize>((load<u64>(words + (i << 3)) >>> shift) & mask) << 2);
    store<i32>(at, load<i32>(at) + 1);
  }
  let sum = 0;
  for (let value: usize = 0; value < 4 << DIGIT; value += 4) {
    const here = load<i32>(counts + value);
    store<i32>(counts + value, sum);
    sum += here;
  }
  for (let i: usize = 0; i < size; i++) {
    const word = load<u64>(words + (i << 3));
    const at = counts + (<usize>((word >>> shift) & mask) << 2);
    const to = <usize>load<i32>(at);
    store<i32>(at, <i32>to + 1);
    store<u64>(toWords + (to << 3), word);
    store<i32>(toRefs + (to << 2), load<i32>(refs + (i << 2)));
  }
}

/** Sorts the words that are the same without their `low` lowest bits, where they are not in order. */
function sortRests(
  words: usize, refs: usize, otherWords: usize, otherRefs: usize, count: i32, low: u64,
  counts: usize,
): void {
  let start = 0;
  let before = load<u64>(words);
  for (let i = 1; i < count; i++) {
    const word = load<u64>(words + (<usize>i << 3));
    if (word >>> low != before >>> low) start = i;
    else if (word < before) {
      let end = i + 1;
      while (end < count && load<u64>(words + (<usize>end << 3)) >>> low == word >>> low) end++;
      const wide = <usize>start << 3;
      const narrow = <usize>start << 2;
      sortSegment(
        words + wide, refs + narrow, otherWords + wide, otherRefs + narrow, end - start, counts, 0,
      );
      i = end - 1;
      before = load<u64>(words + (<usize>i << 3));
      continue;
    }
    before = word;
  }
}

/**
 * Writes the places of the rows whose word others have, too, and where the runs of equal words
 * begin among them; at `found` the number of places, and that of runs.
 */
export function tiedWords(
  words: usize, count: i32, places: usize, starts: usize, found: usize,
): void {
  let tied = 0;
  let runs = 0;
  for (let i = 0; i < count; ) {
    const word = load<u64>(words + (<usize>i << 3));
    let end = i + 1;
    while (end < count && load<u64>(words + (<usize>end << 3)) == word) end++;
    if (end - i > 1) {
      store<i32>(starts + (<usize>(runs++) << 2), tied);
      for (let row = i; row < end; row++) store<i32>(places + (<usize>(tied++) << 2), row);
    }
    i = end;
  }
  store<i32>(found, tied);
  store<i32>(found, runs, 4);
}
