import type { Region } from '../arena/region.ts';
import type { Column } from '../column.ts';
import { DenseKeys, type DenseKeysDescriptor, denseNumbers, type KeyBounds } from './dense-keys.ts';
import { kernelsFor } from './library.ts';
import { Scratch } from './scratch.ts';

/** Which key of a join leads to its build rows, and the index that is to be made of it. */
export interface DensePlan {
  readonly lead: number;
  readonly width: number;
  readonly least: bigint;
  readonly numbers: number;
  /** Whether ids are the numbers of the rows, so that there is nothing to list. */
  readonly ascending: boolean;
  /** Whether there are as many rows as numbers, and none is NULL: each number may be a key. */
  readonly full: boolean;
}

/** The memory of an index, and of the build rows by key: as plain data. */
export interface DenseLists {
  readonly lead: number;
  readonly keys: DenseKeysDescriptor;
  /** Where the list of an id begins; the next one's beginning is its end. */
  readonly starts: number;
  /** The rows of all lists; 0: ids are the numbers of the rows. */
  readonly lists: number;
}

/** What is known when a part of the lists is there. */
export interface ListedPart {
  /** Whether no two rows have the same key. */
  readonly unique: boolean;
  /** The sum of the squared lengths of the lists: what it costs to look at all pairs. */
  readonly squares: number;
}

/**
 * Chooses the key whose numbers lie close together and are the most, by the ranges of the keys;
 * null when there is none. Keys that are no integers have no range.
 */
export function planDense(
  widths: readonly (number | null)[],
  ranges: readonly (KeyBounds | null)[],
): DensePlan | null {
  let plan: DensePlan | null = null;
  for (const [lead, range] of ranges.entries()) {
    const width = widths[lead];
    if (range === null || width === null || width === undefined) return null;
    const numbers = denseNumbers(range);
    if (numbers === null || (plan !== null && plan.numbers >= numbers)) continue;
    const { least, ascending, valid, rows } = range;
    const full = numbers === rows && valid === rows;
    plan = { lead, width, least, numbers, ascending, full };
  }
  return plan;
}

/** Memory for the lists of `rows` rows in `region`. Errors: ResourceError MEMORY_LIMIT. */
export function allocLists(plan: DensePlan, rows: number, region: Region): DenseLists {
  const { lead, width, least, numbers } = plan;
  // The number of each row's key is one more than that of the row before.
  if (plan.full && plan.ascending) {
    const keys = DenseKeys.filled(least, numbers, width, region).describe();
    return { lead, keys, starts: 0, lists: 0 };
  }
  const keys = DenseKeys.create(least, numbers, width, region).describe();
  if (plan.ascending) return { lead, keys, starts: 0, lists: 0 };
  const starts = region.alloc((rows + 1) * 4);
  region.int32(starts, 1)[0] = 0;
  return { lead, keys, starts, lists: region.alloc(rows * 4) };
}

/** In how many parts lists are made of which `most` can be made at the same time. */
export function partsOf({ keys }: DenseLists, most: number): number {
  return keys.words === 0 ? 0 : most;
}

/**
 * Makes one of several parts of the lists of all rows, by the leading keys of the batches in turn.
 * The parts may be made at the same time: they have no memory in common.
 */
export function listPart(
  lists: DenseLists,
  batches: readonly Column[],
  part: number,
  parts: number,
  region: Region,
): ListedPart {
  const kernels = kernelsFor(region.arena);
  using scratch = region.child();
  const keys = DenseKeys.attach(lists.keys, scratch);
  const from = Math.floor((lists.keys.words * part) / parts);
  const to = Math.floor((lists.keys.words * (part + 1)) / parts);
  const ascending = lists.lists === 0;
  const { below, entered, distinct } = keys.enter(batches, from, to, ascending);
  if (ascending) return { unique: true, squares: entered };
  const memory = new Scratch(scratch);
  const eachBatch = (use: (ids: number, count: number, first: number) => void) => {
    let first = 0;
    for (const column of batches) {
      region.look();
      const ids = memory.int32(column.length);
      keys.findBetween(column, column.length, null, from, to, ids);
      use(ids.byteOffset, column.length, first);
      first += column.length;
    }
  };
  const ends = region.int32(lists.starts + (below + 1) * 4, entered);
  if (distinct === entered) {
    for (let i = 0; i < entered; i++) ends[i] = below + i + 1;
    eachBatch((ids, count, first) => {
      kernels.placeRows(ids, count, first, lists.lists);
    });
    return { unique: true, squares: entered };
  }
  ends.fill(0, 0, distinct);
  // Ids that are left over have no rows.
  ends.fill(below + entered, distinct);
  eachBatch((ids, count) => {
    kernels.countRows(ids, count, lists.starts);
  });
  // The list of the first id begins where that of the part below ends.
  const squares = kernels.startLists(lists.starts, below, distinct, below);
  eachBatch((ids, count, first) => {
    kernels.listRows(ids, count, first, lists.starts, lists.lists);
  });
  return { unique: false, squares };
}
