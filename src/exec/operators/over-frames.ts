import { allocInt32 } from '../../columnar/allocate.ts';
import type { Region } from '../../columnar/arena/region.ts';
import type { Column } from '../../columnar/column.ts';
import { assert } from '../../common/assert.ts';
import type { FrameBound, WindowFrame } from '../../expr/expr.ts';
import type { StatementContext } from '../../functions/definition.ts';
import type { ColumnSortKey } from '../../planner/physical/nodes.ts';
import type { Partitions } from './over-partitions.ts';
import { type Distance, distanceFrom } from './range-distance.ts';

/** Rows between two looks whether the query was cancelled; the same of partitions. Powers of two. */
const LOOK_ROWS = 4096;
const LOOK_PARTITIONS = 64;

/** The frame of each position: from the position `from` up to, but not including, `to`. */
export interface FrameBounds {
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** The order key that offsets of RANGE are distances of. */
export interface RangeKey {
  readonly column: Column;
  readonly key: ColumnSortKey;
}

/** The frames of all positions, in memory of `region`. Both ends never go back in a partition. */
export function frameBounds(
  frame: WindowFrame,
  partitions: Partitions,
  key: RangeKey | null,
  context: StatementContext,
  region: Region,
  check: () => void,
): FrameBounds {
  const { starts, order } = partitions;
  const from = allocInt32(region, order.length);
  const to = allocInt32(region, order.length);
  const site = { frame, partitions, key, context, check };
  const fillFrom = filler(site, frame.start, 0, from);
  const fillTo = filler(site, frame.end, 1, to);
  for (let partition = 0; partition + 1 < starts.length; partition++) {
    if ((partition & (LOOK_PARTITIONS - 1)) === 0) check();
    fillFrom(starts[partition]!, starts[partition + 1]!);
    fillTo(starts[partition]!, starts[partition + 1]!);
  }
  check();
  for (let at = 0; at < order.length; at++) {
    if (to[at]! < from[at]!) to[at] = from[at]!;
  }
  return { from, to };
}

interface Site {
  readonly frame: WindowFrame;
  readonly partitions: Partitions;
  readonly key: RangeKey | null;
  readonly context: StatementContext;
  readonly check: () => void;
}

/** Writes one end of the frames of the positions from `start` to `end`: a whole partition. */
type Filler = (start: number, end: number) => void;

/** `behind` is 1 for the end of a frame, which is the position behind its last row. */
function filler(site: Site, bound: FrameBound, behind: 0 | 1, out: Int32Array): Filler {
  const { frame, partitions } = site;
  switch (bound.bound) {
    case 'unbounded':
      return (start, end) => out.fill(behind === 0 ? start : end, start, end);
    case 'current': {
      if (frame.unit === 'ROWS') {
        return (start, end) => {
          for (let at = start; at < end; at++) out[at] = at + behind;
        };
      }
      const peers = behind === 0 ? partitions.peersFrom : partitions.peersTo;
      return (start, end) => out.set(peers.subarray(start, end), start);
    }
    case 'offset': {
      if (frame.unit === 'RANGE') return rangeFiller(site, bound, behind, out);
      // Beyond all rows the exact number does not matter.
      const rows = Number(bound.offset.value) * (bound.following ? 1 : -1) + behind;
      return (start, end) => {
        for (let at = start; at < end; at++) {
          out[at] = Math.max(start, Math.min(end, at + rows));
        }
      };
    }
  }
}

/**
 * Rows whose key is NULL are at no distance of each other, and infinitely far from all other keys:
 * their frame ends before, or behind, their peers as the offset says.
 */
function rangeFiller(
  { partitions, key, context, check }: Site,
  bound: Extract<FrameBound, { bound: 'offset' }>,
  behind: 0 | 1,
  out: Int32Array,
): Filler {
  assert(key !== null, 'RANGE with an offset has an order key');
  const { column } = key;
  const { descending } = key.key;
  const { order } = partitions;
  const forward = Number(bound.offset.value) * (bound.following ? 1 : -1);
  const isBehind = forward === 0 ? behind === 1 : forward > 0;
  const peers = isBehind ? partitions.peersTo : partitions.peersFrom;
  const distance = distanceFrom(column.type, bound, descending, context);
  return (start, end) => {
    out.set(peers.subarray(start, end), start);
    let first = start;
    while (first < end && column.get(order[first]!) === null) first++;
    let last = end;
    while (last > first && column.get(order[last - 1]!) === null) last--;
    fillRange(distance, { column, order, first, last, behind, check }, out);
  };
}

interface Range {
  readonly column: Column;
  readonly order: Int32Array;
  /** The positions whose keys are not NULL. */
  readonly first: number;
  readonly last: number;
  readonly behind: 0 | 1;
  readonly check: () => void;
}

function fillRange(
  { measure, shift, compare }: Distance,
  { column, order, first, last, behind, check }: Range,
  out: Int32Array,
): void {
  const keys: unknown[] = [];
  for (let at = first; at < last; at++) {
    if ((at & (LOOK_ROWS - 1)) === 0) check();
    keys.push(measure(column.get(order[at]!)));
  }
  let found = first;
  for (let at = first; at < last; at++) {
    if ((at & (LOOK_ROWS - 1)) === 0) check();
    const target = shift(column.get(order[at]!));
    // The first key that is not before the target; for the end of a frame, the first behind it.
    while (found < last && compare(keys[found - first], target) < behind) found++;
    out[at] = found;
  }
}
