// Hash tables from keys to ids 0, 1, 2 … in the order of first appearance. A table is a header of
// 32-bit words in memory; the caller makes it, makes it larger when a kernel stops early, and frees
// it. Ids are written for the rows in turn: out[i] belongs to the i-th row of the selection.
//
// First the likely slot of every row of a block is looked at without a branch, so that the cache
// misses overlap; only rows that this does not settle take the loop.

// Fields of the header, as offsets.
// @ts-ignore: decorator
@inline
export const SLOTS: usize = 0;
// @ts-ignore: decorator
@inline
export const MASK: usize = 4;
// @ts-ignore: decorator
@inline
export const COUNT: usize = 8;
// @ts-ignore: decorator
@inline
export const LIMIT: usize = 12;
// @ts-ignore: decorator
@inline
export const NULL_ID: usize = 16;
// @ts-ignore: decorator
@inline
export const KEYS: usize = 20;
// @ts-ignore: decorator
@inline
export const BYTES: usize = 24;
// @ts-ignore: decorator
@inline
export const BYTES_CAPACITY: usize = 28;
// Of string tables: how many more strings the slots take, and the slots of short strings.
// @ts-ignore: decorator
@inline
export const LEFT: usize = 32;
// @ts-ignore: decorator
@inline
export const SHORT_SLOTS: usize = 36;
// @ts-ignore: decorator
@inline
export const SHORT_MASK: usize = 40;
// @ts-ignore: decorator
@inline
export const SHORT_LEFT: usize = 44;
// Of integer tables: the least key of the range that the slots cover one by one, and its size;
// 0: the slots are hashed.
// @ts-ignore: decorator
@inline
export const BASE: usize = 48;
// @ts-ignore: decorator
@inline
export const RANGE: usize = 56;

// What to do with a key that is not there, and with NULL.
// @ts-ignore: decorator
@inline
export const FIND: i32 = 1;
// @ts-ignore: decorator
@inline
export const SKIP_NULLS: i32 = 2;

// Rows that are looked at before their collisions are solved.
// @ts-ignore: decorator
@inline
export const BLOCK: i32 = 512;

// @ts-ignore: decorator
@inline
export const FULL: i32 = -2;

/** The id of NULL; -1 when it has none, FULL when there is no room. */
export function nullId(table: usize, flags: i32): i32 {
  if (flags & SKIP_NULLS) return -1;
  const known = load<i32>(table, NULL_ID);
  if (known >= 0 || flags & FIND) return known;
  const id = load<i32>(table, COUNT);
  if (id >= load<i32>(table, LIMIT)) return FULL;
  store<i32>(table, id, NULL_ID);
  store<i32>(table, id + 1, COUNT);
  return id;
}
