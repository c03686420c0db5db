import { allocInt32 } from '../../columnar/allocate.ts';
import type { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import { FixedColumn } from '../../columnar/column.ts';
import { GroupTable } from '../../columnar/kernels/group-table.ts';
import { sortRows } from '../../columnar/kernels/sort.ts';
import type { OverAggregate } from '../../planner/physical/nodes.ts';
import { withNullable } from '../../types/data-type.ts';
import { INT } from '../../types/types.ts';

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

/** The same, with the rows that have no order among each other. */
export interface Partitions extends SortedRows {
  /** For each position the first one of the rows with the same order keys. */
  readonly peersFrom: Int32Array;
  /** For each position the one behind the last of the rows with the same order keys. */
  readonly peersTo: Int32Array;
}

/** The columns that make partitions and their order. */
type PartitionKeys = Pick<OverAggregate, 'partition' | 'order'>;

/** Sorts at least one row into partitions, in memory of `region`. Errors: MEMORY_LIMIT. */
export function partitionRows(all: Batch, keys: PartitionKeys, region: Region): Partitions {
  const sorted = sortPartitions(all, keys, region);
  return { ...sorted, ...peersOf(all, keys.order, sorted, region) };
}

/** The same without looking for rows with equal order keys. */
export function sortPartitions(
  all: Batch,
  { partition, order: keys }: PartitionKeys,
  region: Region,
): SortedRows {
  const { ids, groups } = groupRows(all, partition, region);
  const columns = [...all.columns];
  const sortKeys = [...keys];
  if (ids !== null) {
    const column = columns.push(new FixedColumn(INT, all.length, ids, 4, null, 0)) - 1;
    sortKeys.unshift({ column, descending: false, nullsFirst: true });
  }
  const order = sortRows(columns, sortKeys, all.length, region);
  return { order, ids, starts: startsOf(order, ids, groups, region) };
}

/** Numbers the rows by the values of some columns; null where all are the same. */
function groupRows(
  all: Batch,
  columns: readonly number[],
  region: Region,
): { readonly ids: Int32Array | null; readonly groups: number } {
  if (columns.length === 0) return { ids: null, groups: 1 };
  const keys = columns.map((column) => all.columns[column]!);
  const scratch = region.child();
  try {
    const table = GroupTable.create(
      // Rows of a union may be put together under the type of those without NULL.
      keys.map((key) => withNullable(key.type, key.nullCount > 0)),
      scratch,
    );
    const ids = allocInt32(region, all.length);
    table.assign(keys, all.length, null, ids);
    return { ids, groups: table.groups };
  } finally {
    scratch.dispose();
  }
}

function startsOf(
  order: Int32Array,
  ids: Int32Array | null,
  groups: number,
  region: Region,
): Int32Array {
  const starts = allocInt32(region, groups + 1);
  starts[0] = 0;
  if (ids !== null) {
    let current = 0;
    for (let at = 0; at < order.length; at++) {
      const id = ids[order[at]!]!;
      while (current < id) starts[++current] = at;
    }
  }
  starts[groups] = order.length;
  return starts;
}

function peersOf(
  all: Batch,
  keys: OverAggregate['order'],
  { order, starts }: SortedRows,
  region: Region,
): Pick<Partitions, 'peersFrom' | 'peersTo'> {
  const peersFrom = allocInt32(region, order.length);
  const peersTo = allocInt32(region, order.length);
  const { ids } = groupRows(
    all,
    keys.map((key) => key.column),
    region,
  );
  for (let partition = 0; partition + 1 < starts.length; partition++) {
    const end = starts[partition + 1]!;
    let first = starts[partition]!;
    while (first < end) {
      let next = first + 1;
      const id = ids === null ? 0 : ids[order[first]!]!;
      while (next < end && (ids === null || ids[order[next]!]! === id)) next++;
      peersFrom.fill(first, first, next);
      peersTo.fill(next, first, next);
      first = next;
    }
  }
  return { peersFrom, peersTo };
}
