import { allocInt32 } from '../../columnar/allocate.ts';
import type { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import type { Cancellation } from '../../columnar/cancellation.ts';
import { GroupTable } from '../../columnar/kernels/group-table.ts';
import { kernelsFor } from '../../columnar/kernels/library.ts';
import { listRowsById } from '../../columnar/kernels/row-lists.ts';
import { sortRows, sortSegments } from '../../columnar/kernels/sort.ts';
import { sliceColumn } from '../../columnar/take.ts';
import type { OverAggregate } from '../../planner/physical/nodes.ts';
import { withNullable } from '../../types/data-type.ts';

/** Rows between two looks whether the query was cancelled. */
const LOOK_ROWS = 2 ** 16;

/**
 * Rows by partition and order. A position is the place of a row in that order; partitions have
 * the numbers of their groups.
 */
export interface SortedRows {
  /** The row at each position. */
  readonly order: Int32Array;
  /** The partition of each row; null when there is one. */
  readonly ids: Int32Array | null;
  /** The first position of each partition, then the number of rows. */
  readonly starts: Int32Array;
}

/** The same, with the rows that have no order among each other: found when somebody asks. */
export class Partitions implements SortedRows {
  readonly order: Int32Array;
  readonly ids: Int32Array | null;
  readonly starts: Int32Array;
  readonly #all: Batch;
  readonly #keys: OverAggregate['order'];
  readonly #region: Region;
  readonly #cancellation: Cancellation;
  #peers: Peers | null = null;

  /** Partitions of the rows of `all` by sorted keys; peers lie in `region`. */
  constructor(
    sorted: SortedRows,
    all: Batch,
    keys: OverAggregate['order'],
    region: Region,
    cancellation: Cancellation,
  ) {
    this.order = sorted.order;
    this.ids = sorted.ids;
    this.starts = sorted.starts;
    this.#all = all;
    this.#keys = keys;
    this.#region = region;
    this.#cancellation = cancellation;
  }

  /** For each position the first one of the rows with the same order keys. Errors: MEMORY_LIMIT. */
  get peersFrom(): Int32Array {
    return this.#found().from;
  }

  /** For each position the one behind the last of those rows. Errors: MEMORY_LIMIT. */
  get peersTo(): Int32Array {
    return this.#found().to;
  }

  #found(): Peers {
    this.#peers ??= peersOf(this.#all, this.#keys, this, this.#region, this.#cancellation);
    return this.#peers;
  }
}

interface Peers {
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** The columns that make partitions and their order. */
type PartitionKeys = Pick<OverAggregate, 'partition' | 'order'>;

/** Sorts at least one row into partitions, in memory of `region`. Errors: MEMORY_LIMIT. */
export function partitionRows(
  all: Batch,
  keys: PartitionKeys,
  region: Region,
  cancellation: Cancellation,
): Partitions {
  const sorted = sortPartitions(all, keys, region, cancellation);
  return new Partitions(sorted, all, keys.order, region, cancellation);
}

/** The same without the rows that have equal order keys. */
export function sortPartitions(
  all: Batch,
  { partition, order: keys }: PartitionKeys,
  region: Region,
  cancellation: Cancellation,
): SortedRows {
  const { ids, groups } = groupRows(all, partition, region, cancellation);
  const starts = allocInt32(region, groups + 1);
  if (ids === null) {
    starts[0] = 0;
    starts[1] = all.length;
    return { order: sortRows(all.columns, keys, all.length, region, cancellation), ids, starts };
  }
  const order = allocInt32(region, all.length);
  const kernels = kernelsFor(region.arena);
  const { check } = cancellation;
  listRowsById(kernels, ids.byteOffset, all.length, groups, starts, order.byteOffset, check);
  sortSegments(all.columns, keys, order, starts, region, cancellation);
  return { order, ids, starts };
}

/** Numbers the rows by the values of some columns; null where all are the same. */
function groupRows(
  all: Batch,
  by: readonly number[],
  region: Region,
  { check }: Cancellation,
): { readonly ids: Int32Array | null; readonly groups: number } {
  if (by.length === 0) return { ids: null, groups: 1 };
  const keys = by.map((column) => all.columns[column]!);
  const scratch = region.child();
  try {
    const table = GroupTable.create(
      // Rows of a union may be put together under the type of those without NULL.
      keys.map((key) => withNullable(key.type, key.nullCount > 0)),
      scratch,
    );
    const ids = allocInt32(region, all.length);
    for (let from = 0; from < all.length; from += LOOK_ROWS) {
      check();
      const to = Math.min(from + LOOK_ROWS, all.length);
      const columns = keys.map((key) => sliceColumn(key, from, to, scratch));
      table.assign(columns, to - from, null, ids.subarray(from, to));
    }
    return { ids, groups: table.groups };
  } finally {
    scratch.dispose();
  }
}

function peersOf(
  all: Batch,
  keys: OverAggregate['order'],
  { order, starts }: SortedRows,
  region: Region,
  cancellation: Cancellation,
): Peers {
  const from = allocInt32(region, order.length);
  const to = allocInt32(region, order.length);
  const { ids } = groupRows(
    all,
    keys.map((key) => key.column),
    region,
    cancellation,
  );
  let look = LOOK_ROWS;
  for (let partition = 0; partition + 1 < starts.length; partition++) {
    const end = starts[partition + 1]!;
    let first = starts[partition]!;
    while (first < end) {
      if (first >= look) {
        cancellation.check();
        look = first + LOOK_ROWS;
      }
      let next = first + 1;
      const id = ids === null ? 0 : ids[order[first]!]!;
      while (next < end && (ids === null || ids[order[next]!]! === id)) next++;
      from.fill(first, first, next);
      to.fill(next, first, next);
      first = next;
    }
  }
  return { from, to };
}
