// Integer keys that lie close together: one bit for every number from the least to the greatest
// key, and the ids of the keys by counting the bits below. Sixteen bytes hold sixty-four numbers: a
// word of bits, and the id of the first of them. Ids ascend with the keys.
//
// Several threads may build an index, each the keys between two words: what they write lies apart.
import { bitAt, rowAt } from './bits.as';

// Fields of the header, as offsets.
// @ts-ignore: decorator
@inline
const LEAST: usize = 0;
// @ts-ignore: decorator
@inline
const NUMBERS: usize = 8;
// @ts-ignore: decorator
@inline
const WORDS: usize = 12;

// Behind the last word: nothing is left out.
// @ts-ignore: decorator
@inline
const ANY_WORD: u32 = u32.MAX_VALUE;

// @ts-ignore: decorator
@inline
function widen<T>(values: usize, validity: usize, count: i32, bounds: usize): i32 {
  let least = load<i64>(bounds);
  let greatest = load<i64>(bounds, 8);
  let ascending = load<i32>(bounds, 16);
  let valid = 0;
  for (let i = 0; i < count; i++) {
    if (validity && !bitAt(validity, i)) continue;
    const key = <i64>load<T>(values + <usize>i * sizeof<T>());
    ascending &= <i32>(key > greatest);
    least = min(least, key);
    greatest = max(greatest, key);
    valid++;
  }
  store<i64>(bounds, least);
  store<i64>(bounds, greatest, 8);
  store<i32>(bounds, ascending, 16);
  return valid;
}

/**
 * Widens bounds by keys; returns how many are not NULL. Bounds: the least and the greatest key, 8
 * bytes each, and a word that says whether each key is greater than those before.
 */
export function widenBounds(
  values: usize, width: i32, validity: usize, count: i32, bounds: usize,
): i32 {
  if (width == 8) return widen<i64>(values, validity, count, bounds);
  if (width == 4) return widen<i32>(values, validity, count, bounds);
  if (width == 2) return widen<i16>(values, validity, count, bounds);
  return widen<i8>(values, validity, count, bounds);
}

// @ts-ignore: decorator
@inline
function wordOf<T>(values: usize, row: i32, least: u64): u32 {
  return <u32>((<u64>load<T>(values + <usize>row * sizeof<T>()) - least) >>> 6);
}

// @ts-ignore: decorator
@inline
function enter<T>(
  index: usize, values: usize, validity: usize, count: i32, from: u32, to: u32, ascending: i32,
  counts: usize,
): void {
  if (count == 0) return;
  const least = load<u64>(index, LEAST);
  const words = load<usize>(index, WORDS);
  let below = 0;
  let entered = 0;
  if (ascending) {
    if (wordOf<T>(values, 0, least) >= to) return;
    if (wordOf<T>(values, count - 1, least) < from) {
      store<i32>(counts, load<i32>(counts) + count);
      return;
    }
  }
  for (let i = 0; i < count; i++) {
    if (validity && !bitAt(validity, i)) continue;
    const number = <u64>load<T>(values + <usize>i * sizeof<T>()) - least;
    const word = <u32>(number >>> 6);
    if (word < from || word >= to) {
      below += <i32>(word < from);
      continue;
    }
    entered++;
    const at = words + (<usize>word << 4);
    store<u64>(at, load<u64>(at) | ((<u64>1) << (number & 63)));
  }
  store<i32>(counts, load<i32>(counts) + below);
  store<i32>(counts, load<i32>(counts, 4) + entered, 4);
}

/**
 * Sets the bits of keys between two words. Counts the keys below them, and those between them.
 * `ascending`: each key is greater than those before, and none is NULL.
 */
export function enterDense(
  index: usize, values: usize, width: i32, validity: usize, count: i32, from: i32, to: i32,
  ascending: i32, counts: usize,
): void {
  if (width == 8) enter<i64>(index, values, validity, count, from, to, ascending, counts);
  else if (width == 4) enter<i32>(index, values, validity, count, from, to, ascending, counts);
  else if (width == 2) enter<i16>(index, values, validity, count, from, to, ascending, counts);
  else enter<i8>(index, values, validity, count, from, to, ascending, counts);
}

/** Gives ids from `first` on to the keys between two words; returns how many keys there are. */
export function rankDense(words: usize, from: i32, to: i32, first: i32): i32 {
  let id = first;
  for (let word = from; word < to; word++) {
    const at = words + (<usize>word << 4);
    store<i32>(at, id, 8);
    id += <i32>popcnt(load<u64>(at));
  }
  return id - first;
}

// An index without words is that of keys which fill their range, one row each, in its order: the
// number of a key is its id.

// @ts-ignore: decorator
@inline
function numbersOf<T>(
  index: usize, values: usize, validity: usize, selection: usize, count: i32, out: usize,
): i32 {
  const least = load<u64>(index, LEAST);
  const numbers = <u64>load<u32>(index, NUMBERS);
  let hits = 0;
  for (let i = 0; i < count; i++) {
    const row = rowAt(selection, i);
    const number = <u64>load<T>(values + <usize>row * sizeof<T>()) - least;
    let hit = <i32>(number < numbers);
    if (validity) hit &= bitAt(validity, row);
    store<i32>(out + (<usize>i << 2), select(<i32>number, -1, hit));
    hits += hit;
  }
  return hits;
}

/** As `numbersOf`, of all rows of keys of 4 bytes without NULL: four at a time. */
function numbersOfWords(index: usize, values: usize, count: i32, out: usize): i32 {
  const least = load<i32>(index, LEAST);
  const numbers = load<i32>(index, NUMBERS);
  const from = i32x4.splat(least);
  const most = i32x4.splat(numbers);
  let hits = i32x4.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const number = i32x4.sub(v128.load(values + (<usize>i << 2)), from);
    const outside = v128.not(v128.lt<u32>(number, most));
    v128.store(out + (<usize>i << 2), v128.or(number, outside));
    hits = i32x4.add(hits, i32x4.add(outside, i32x4.splat(1)));
  }
  let sum = i32x4.extract_lane(hits, 0) + i32x4.extract_lane(hits, 1) +
    i32x4.extract_lane(hits, 2) + i32x4.extract_lane(hits, 3);
  for (; i < count; i++) {
    const number = load<i32>(values + (<usize>i << 2)) - least;
    const hit = <i32>(<u32>number < <u32>numbers);
    store<i32>(out + (<usize>i << 2), select(number, -1, hit));
    sum += hit;
  }
  return sum;
}

/** Whether all keys of an index are numbers of 4 bytes. */
function hasNarrowKeys(index: usize): bool {
  const least = load<i64>(index, LEAST);
  const end = least + <i64>load<u32>(index, NUMBERS);
  return least >= <i64>i32.MIN_VALUE && end <= <i64>i32.MAX_VALUE + 1;
}

// @ts-ignore: decorator
@inline
function lookUp<T>(
  index: usize, values: usize, validity: usize, selection: usize, count: i32, from: u32, to: u32,
  out: usize,
): i32 {
  const least = load<u64>(index, LEAST);
  const numbers = <u64>load<u32>(index, NUMBERS);
  const words = load<usize>(index, WORDS);
  let hits = 0;
  for (let i = 0; i < count; i++) {
    const row = rowAt(selection, i);
    const number = <u64>load<T>(values + <usize>row * sizeof<T>()) - least;
    const inside = number < numbers;
    const word = <u32>select(number >>> 6, 0, inside);
    const at = words + (<usize>word << 4);
    const below = load<u64>(at) << (~number & 63);
    const id = load<i32>(at, 8) + <i32>popcnt(below << 1);
    let hit = <i32>(below >>> 63) & <i32>inside;
    if (to != ANY_WORD) hit &= <i32>(word >= from) & <i32>(word < to);
    if (validity) hit &= bitAt(validity, row);
    store<i32>(out + (<usize>i << 2), select(id, -1, hit));
    hits += hit;
  }
  return hits;
}

// @ts-ignore: decorator
@inline
function find<T>(
  index: usize, values: usize, validity: usize, selection: usize, count: i32, from: u32, to: u32,
  out: usize,
): i32 {
  if (!load<usize>(index, WORDS)) {
    if (sizeof<T>() == 4 && !validity && !selection && hasNarrowKeys(index)) {
      return numbersOfWords(index, values, count, out);
    }
    return numbersOf<T>(index, values, validity, selection, count, out);
  }
  if (to == ANY_WORD) {
    if (!validity && !selection) return lookUp<T>(index, values, 0, 0, count, 0, ANY_WORD, out);
    return lookUp<T>(index, values, validity, selection, count, 0, ANY_WORD, out);
  }
  return lookUp<T>(index, values, validity, selection, count, from, to, out);
}

/**
 * The ids of the keys of the rows that count; -1 for keys that are not there, and NULL. Returns how
 * many have one. Only those between two words are there, unless `to` is -1.
 */
export function findDense(
  index: usize, values: usize, width: i32, validity: usize, selection: usize, count: i32,
  from: i32, to: i32, out: usize,
): i32 {
  if (width == 8) return find<i64>(index, values, validity, selection, count, from, to, out);
  if (width == 4) return find<i32>(index, values, validity, selection, count, from, to, out);
  if (width == 2) return find<i16>(index, values, validity, selection, count, from, to, out);
  return find<i8>(index, values, validity, selection, count, from, to, out);
}

// @ts-ignore: decorator
@inline
function keep<T>(
  index: usize, values: usize, validity: usize, selection: usize, count: i32, wanted: i32,
  out: usize,
): i32 {
  const least = load<u64>(index, LEAST);
  const numbers = <u64>load<u32>(index, NUMBERS);
  const words = load<usize>(index, WORDS);
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const row = rowAt(selection, i);
    const number = <u64>load<T>(values + <usize>row * sizeof<T>()) - least;
    const inside = number < numbers;
    let hit = <i32>inside;
    if (words) {
      const at = words + (<usize>select(number >>> 6, 0, inside) << 4);
      hit &= <i32>(load<u64>(at) >>> (number & 63)) & 1;
    }
    if (validity) hit &= bitAt(validity, row);
    store<i32>(out + (<usize>kept << 2), row);
    kept += <i32>(hit == wanted);
  }
  return kept;
}

// @ts-ignore: decorator
@inline
function filter<T>(
  index: usize, values: usize, validity: usize, selection: usize, count: i32, wanted: i32,
  out: usize,
): i32 {
  if (!validity && !selection) return keep<T>(index, values, 0, 0, count, wanted, out);
  return keep<T>(index, values, validity, selection, count, wanted, out);
}

/** Writes the rows whose key is there (`wanted` 1) or is not (0); returns how many. */
export function filterDense(
  index: usize, values: usize, width: i32, validity: usize, selection: usize, count: i32,
  wanted: i32, out: usize,
): i32 {
  if (width == 8) return filter<i64>(index, values, validity, selection, count, wanted, out);
  if (width == 4) return filter<i32>(index, values, validity, selection, count, wanted, out);
  if (width == 2) return filter<i16>(index, values, validity, selection, count, wanted, out);
  return filter<i8>(index, values, validity, selection, count, wanted, out);
}

/** The row of each id, -1 for none: ids[i] = rows[ids[i]]. */
export function rowsOfIds(rows: usize, count: i32, ids: usize): void {
  for (let i = 0; i < count; i++) {
    const at = ids + (<usize>i << 2);
    const id = load<i32>(at);
    store<i32>(at, id < 0 ? -1 : load<i32>(rows + (<usize>id << 2)));
  }
}

/** Writes the row of each id: rows[ids[i]] = first + i. */
export function placeRows(ids: usize, count: i32, first: i32, rows: usize): void {
  for (let i = 0; i < count; i++) {
    const id = load<i32>(ids + (<usize>i << 2));
    if (id >= 0) store<i32>(rows + (<usize>id << 2), first + i);
  }
}

// @ts-ignore: decorator
@inline
function order<T>(from: usize, values: usize, count: i32, first: i32, rows: usize): i32 {
  const least = load<u64>(from);
  let twice = 0;
  for (let i = 0; i < count; i++) {
    const number = <usize>(<u64>load<T>(values + <usize>i * sizeof<T>()) - least);
    const at = rows + (number << 2);
    twice += <i32>(load<i32>(at) >= 0);
    store<i32>(at, first + i);
  }
  return twice;
}

/**
 * Writes each row, numbered from `first` on, to the place of its key: rows[key - least], where -1
 * is before. Returns how many keys were there already.
 */
export function orderRows(
  least: usize, values: usize, width: i32, count: i32, first: i32, rows: usize,
): i32 {
  if (width == 8) return order<i64>(least, values, count, first, rows);
  if (width == 4) return order<i32>(least, values, count, first, rows);
  if (width == 2) return order<i16>(least, values, count, first, rows);
  return order<i8>(least, values, count, first, rows);
}
