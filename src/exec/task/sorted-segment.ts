import type { Sort } from '../../planner/physical/nodes.ts';
import type { TaskContext } from '../operator.ts';
import {
  fitsRangeSort,
  type PartedRows,
  type PartingUnit,
  partingUnits,
  planRangeSort,
  type RangeSort,
} from '../operators/range-sort.ts';
import { heldBatches } from '../operators/table-build.ts';
import type { OutputSpec } from '../pool/protocol.ts';
import { isSpilled } from '../spill/spill-file.ts';
import type { ReadySegment } from './splits.ts';

/** The sort of a segment that several tasks do: first they part its rows, then they read ranges. */
export interface SegmentSort {
  readonly node: Sort;
  readonly sort: RangeSort;
  readonly units: readonly PartingUnit[];
}

/**
 * Plans how several tasks do the sort that a segment begins with; null when it begins with none, or
 * when the operator does it better: rows are in files, memory is short, or there are few rows. What
 * is shared lies in the context's region. Errors: ResourceError MEMORY_LIMIT.
 */
export function planSegmentSort(
  { branches, splits }: ReadySegment,
  ctx: TaskContext,
): SegmentSort | null {
  const [branch, ...others] = branches;
  const node = branch?.chain[0]?.node;
  if (others.length > 0 || branch?.source.kind !== 'held' || node?.kind !== 'Sort') return null;
  const kept = splits.flatMap(({ rows }) => (rows.kind === 'held' ? rows.batches : []));
  if (kept.some(isSpilled)) return null;
  const batches = heldBatches(splits);
  if (!fitsRangeSort(batches, ctx)) return null;
  const sort = planRangeSort(node.keys, batches, ctx.region);
  return sort === null ? null : { node, sort, units: partingUnits(batches) };
}

/** The segment whose rows are only parted. */
export function partedSegment({ branches, splits }: ReadySegment): ReadySegment {
  return { branches: branches.map(({ source }) => ({ source, chain: [] })), splits };
}

/** The segment that reads the ranges of the sorted rows, in their order. */
export function sortedSegment(
  { branches }: ReadySegment,
  { node, sort }: SegmentSort,
  parted: readonly PartedRows[],
): ReadySegment {
  const of = { sort, parted };
  return {
    branches: branches.map(({ chain }) => ({
      source: { kind: 'sorted', node },
      chain: chain.slice(1),
    })),
    splits: Array.from({ length: sort.ranges }, (_, range) => ({
      branch: 0,
      rows: { kind: 'range', of, range },
    })),
  };
}

/** Tasks that a segment has work for, if it is in a stage that several tasks may share. */
export function tasksFor(
  { branches, splits }: ReadySegment,
  output: OutputSpec,
  parallel: boolean,
): number {
  if ('units' in output) return output.units.length;
  const isSorted = branches[0]?.source.kind === 'sorted';
  // Several writers would tear the order apart, and the table of a join has one.
  const keepsOrder = isSorted && output.kind !== 'write' && output.kind !== 'table';
  return parallel || keepsOrder ? Math.max(1, splits.length) : 1;
}
