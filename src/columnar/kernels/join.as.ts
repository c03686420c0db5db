// Joins: build rows in lists by key id, and pairs of matching rows.
import { bitAt, rowAt } from './bits.as';

// The rows of an id lie in a list, ascending: `starts[id]` to `starts[id + 1]` of `rows`. Lists are
// made in three steps: the rows of each id are counted, the counts become starts, the rows are put
// in. While that goes on the entry behind an id is its own; at the end it is where its list ends.

/** Counts the rows of each id; -1 is none. */
export function countRows(ids: usize, count: i32, starts: usize): void {
  for (let i = 0; i < count; i++) {
    const id = load<i32>(ids + (<usize>i << 2));
    if (id < 0) continue;
    const at = starts + (<usize>id << 2);
    store<i32>(at, load<i32>(at, 4) + 1, 4);
  }
}

/**
 * Makes starts of the counts of `ids` ids from `from` on, the first list at `first`. Returns the
 * sum of the squares of the counts.
 */
export function startLists(starts: usize, from: i32, ids: i32, first: i32): f64 {
  let sum = first;
  let squares: f64 = 0;
  for (let id = from; id < from + ids; id++) {
    const at = starts + (<usize>id << 2);
    const count = load<i32>(at, 4);
    store<i32>(at, sum, 4);
    sum += count;
    squares += <f64>count * <f64>count;
  }
  return squares;
}

/** Puts rows, numbered from `first` on, into the lists of their ids. */
export function listRows(ids: usize, count: i32, first: i32, starts: usize, rows: usize): void {
  for (let i = 0; i < count; i++) {
    const id = load<i32>(ids + (<usize>i << 2));
    if (id < 0) continue;
    const at = starts + (<usize>id << 2);
    const to = load<i32>(at, 4);
    store<i32>(rows + (<usize>to << 2), first + i);
    store<i32>(at, to + 1, 4);
  }
}

/**
 * Writes matching pairs of probe and build rows, at most `most`, starting at the probe entry and
 * the match in `cursor` (two words), and moves the cursor on. `rows` 0: the build row of an id is
 * the id itself. Returns the number of pairs.
 */
export function expandMatches(
  ids: usize, selection: usize, count: i32, starts: usize, rows: usize,
  cursor: usize, most: i32, outProbe: usize, outBuild: usize,
): i32 {
  let i = load<i32>(cursor);
  let skip = load<i32>(cursor, 4);
  let pairs: i32 = 0;
  if (!rows) {
    for (; i < count && pairs < most; i++) {
      const id = load<i32>(ids + (<usize>i << 2));
      store<i32>(outProbe + (<usize>pairs << 2), rowAt(selection, i));
      store<i32>(outBuild + (<usize>pairs << 2), id);
      pairs += id >= 0 ? 1 : 0;
    }
  } else {
    for (; i < count && pairs < most; i++) {
      const id = load<i32>(ids + (<usize>i << 2));
      if (id < 0) continue;
      const end = load<i32>(starts + (<usize>id << 2), 4);
      let k = load<i32>(starts + (<usize>id << 2)) + skip;
      const stop = min(end, k + most - pairs);
      const row = rowAt(selection, i);
      const first = k;
      for (; k < stop; k++) {
        store<i32>(outProbe + (<usize>pairs << 2), row);
        store<i32>(outBuild + (<usize>pairs << 2), load<i32>(rows + (<usize>k << 2)));
        pairs++;
      }
      if (k < end) {
        skip += k - first;
        break;
      }
      skip = 0;
    }
  }
  store<i32>(cursor, i);
  store<i32>(cursor, skip, 4);
  return pairs;
}

/**
 * Writes the probe rows that have a match (`wanted` 1) or none (0); returns how many: semi and
 * anti joins.
 */
export function selectMatched(
  ids: usize, selection: usize, count: i32, wanted: i32, out: usize,
): i32 {
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const matched = load<i32>(ids + (<usize>i << 2)) >= 0 ? 1 : 0;
    store<i32>(out + (<usize>kept << 2), rowAt(selection, i));
    kept += matched == wanted ? 1 : 0;
  }
  return kept;
}

/** How many ids are not -1. */
export function countMatched(ids: usize, count: i32): i32 {
  let none = i32x4.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    none = i32x4.add(none, i32x4.shr_u(v128.load(ids + (<usize>i << 2)), 31));
  }
  let left = i32x4.extract_lane(none, 0) + i32x4.extract_lane(none, 1) +
    i32x4.extract_lane(none, 2) + i32x4.extract_lane(none, 3);
  for (; i < count; i++) left += load<i32>(ids + (<usize>i << 2)) >>> 31;
  return count - left;
}

/**
 * Keeps the ids of entries that have one, and writes the rows of these. Returns how many there are.
 */
export function keepMatched(ids: usize, selection: usize, count: i32, outRows: usize): i32 {
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const id = load<i32>(ids + (<usize>i << 2));
    store<i32>(outRows + (<usize>kept << 2), rowAt(selection, i));
    store<i32>(ids + (<usize>kept << 2), id);
    kept += <i32>(id >= 0);
  }
  return kept;
}

/**
 * Keeps the pairs whose keys of one more column are equal; NULL equals nothing. Returns how many.
 */
export function keepEqual(
  probeWidth: i32, probe: usize, probeValidity: usize, buildWidth: i32, build: usize,
  buildValidity: usize, pairs: i32, probeRows: usize, buildRows: usize,
): i32 {
  const p = probe;
  const b = build;
  const pv = probeValidity;
  const bv = buildValidity;
  if (buildWidth == 8) {
    if (probeWidth == 8) return keep<i64, i64>(p, pv, b, bv, pairs, probeRows, buildRows);
    if (probeWidth == 4) return keep<i32, i64>(p, pv, b, bv, pairs, probeRows, buildRows);
    if (probeWidth == 2) return keep<i16, i64>(p, pv, b, bv, pairs, probeRows, buildRows);
    return keep<i8, i64>(p, pv, b, bv, pairs, probeRows, buildRows);
  }
  if (buildWidth == 4) {
    if (probeWidth == 4) return keep<i32, i32>(p, pv, b, bv, pairs, probeRows, buildRows);
    if (probeWidth == 2) return keep<i16, i32>(p, pv, b, bv, pairs, probeRows, buildRows);
    return keep<i8, i32>(p, pv, b, bv, pairs, probeRows, buildRows);
  }
  if (buildWidth == 2) return keep<i16, i16>(p, pv, b, bv, pairs, probeRows, buildRows);
  return keep<i8, i8>(p, pv, b, bv, pairs, probeRows, buildRows);
}

// @ts-ignore: decorator
@inline
function keep<P, B>(
  probe: usize, probeValidity: usize, build: usize, buildValidity: usize, pairs: i32,
  probeRows: usize, buildRows: usize,
): i32 {
  let kept = 0;
  for (let i = 0; i < pairs; i++) {
    const row = load<i32>(probeRows + (<usize>i << 2));
    const other = load<i32>(buildRows + (<usize>i << 2));
    const wanted = load<B>(build + <usize>other * sizeof<B>());
    let equal = <i32>(<B>load<P>(probe + <usize>row * sizeof<P>()) == wanted);
    if (probeValidity) equal &= bitAt(probeValidity, row);
    if (buildValidity) equal &= bitAt(buildValidity, other);
    store<i32>(probeRows + (<usize>kept << 2), row);
    store<i32>(buildRows + (<usize>kept << 2), other);
    kept += equal;
  }
  return kept;
}

/** Sets the byte of each row, -1 for none: several threads may do so at once. */
export function markRows(rows: usize, count: i32, marks: usize): void {
  for (let i = 0; i < count; i++) {
    const row = load<i32>(rows + (<usize>i << 2));
    if (row >= 0) store<u8>(marks + row, 1);
  }
}

/** Writes the rows whose byte is `wanted`; returns how many. */
export function selectMarked(marks: usize, from: i32, to: i32, wanted: i32, out: usize): i32 {
  let kept = 0;
  for (let row = from; row < to; row++) {
    store<i32>(out + (<usize>kept << 2), row);
    kept += <i32>load<u8>(marks + row) == wanted ? 1 : 0;
  }
  return kept;
}
