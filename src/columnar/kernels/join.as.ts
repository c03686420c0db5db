// Joins: build rows in lists by key id, and pairs of matching rows.
import { rowAt } from './bits.as';

/**
 * Puts build rows into lists: `starts[id]` to `starts[id + 1]` of `rows` are the rows of an id,
 * ascending. `starts` has ids + 1 entries. Rows with the id -1 are in none.
 */
export function listRows(ids: usize, count: i32, idCount: i32, starts: usize, rows: usize): void {
  memory.fill(starts, 0, (<usize>idCount + 1) << 2);
  for (let i = 0; i < count; i++) {
    const id = load<i32>(ids + (<usize>i << 2));
    if (id < 0) continue;
    const at = starts + (<usize>id << 2);
    store<i32>(at, load<i32>(at) + 1);
  }
  let sum = 0;
  for (let id = 0; id <= idCount; id++) {
    const at = starts + (<usize>id << 2);
    const size = load<i32>(at);
    store<i32>(at, sum);
    sum += size;
  }
  for (let i = 0; i < count; i++) {
    const id = load<i32>(ids + (<usize>i << 2));
    if (id < 0) continue;
    const at = starts + (<usize>id << 2);
    const to = load<i32>(at);
    store<i32>(rows + (<usize>to << 2), i);
    store<i32>(at, to + 1);
  }
  // Every start has moved to its end, which is the next one's start.
  for (let id = idCount; id > 0; id--) {
    store<i32>(starts + (<usize>id << 2), load<i32>(starts + (<usize>(id - 1) << 2)));
  }
  store<i32>(starts, 0);
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

/** Sets the byte of each row: several threads may do so at once. */
export function markRows(rows: usize, count: i32, marks: usize): void {
  for (let i = 0; i < count; i++) store<u8>(marks + load<i32>(rows + (<usize>i << 2)), 1);
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
