import { storageOf, storageWidth } from '../../columnar/values.ts';
import type { PhysicalPlan } from '../../planner/physical/nodes.ts';
import type { KeptBatch } from '../pool/protocol.ts';
import type { JobSite } from './job-site.ts';
import type { StageOutput } from './stage.ts';

/**
 * The part of the memory that the rows of a partition may take, of all tasks together. Tables of
 * groups take several times the bytes of their rows while they grow, and estimates are rough.
 */
const PARTITION_SHARE = 1 / 32;
/** With more partitions, the rows of a batch that go to one of them are too few. */
const PARTITIONS_MAX = 32;
/** Partitions of fewer rows are read together: each one has operators of its own. */
const PARTITION_ROWS_MIN = 2 ** 15;
/** What a value takes whose type does not say so, on average. */
const VALUE_BYTES = 32;

/** The bytes that the rows of a node are expected to take. */
export function estimatedBytes({ schema, rows }: PhysicalPlan): number {
  const widths = schema.fields.map(({ type }) => {
    const storage = storageOf(type);
    return storage === null ? VALUE_BYTES : storageWidth(storage);
  });
  return rows * widths.reduce((sum, width) => sum + width, 0);
}

/**
 * Partitions of rows that meet by their keys: one for each task, or so many more that memory holds
 * what tasks make of a partition each. No more than that: keys that lie near one another, of which
 * each partition has some, are grouped the faster the fewer partitions there are.
 */
export function partitionCount(bytes: number, parallelism: number, limitBytes: number): number {
  let partitions = parallelism;
  const most = (limitBytes * PARTITION_SHARE) / parallelism;
  while (partitions < PARTITIONS_MAX && partitions * most < bytes) partitions *= 2;
  return partitions;
}

/** The partitions of rows that a stage keeps. */
export function partitionsOf(
  { keys, bytes }: Extract<StageOutput, { readonly kind: 'hold' }>,
  { options, pool }: JobSite,
): number {
  if (keys.length === 0) return 1;
  return partitionCount(bytes, options.parallelism, pool.arena.limitBytes);
}

/**
 * The partitions as they are read. Those of few rows come together; `isWhole`: as many as tasks, for
 * operators that are opened and closed by code of the user.
 */
export function readPartitions(
  partitions: readonly (readonly KeptBatch[])[],
  parallelism: number,
  isWhole: boolean,
): readonly (readonly KeptBatch[])[] {
  if (partitions.length <= parallelism) return partitions;
  const rows = partitions.flat().reduce((sum, { length }) => sum + length, 0);
  const most = Math.max(parallelism, isWhole ? 0 : Math.ceil(rows / PARTITION_ROWS_MIN));
  const together = Math.ceil(partitions.length / most);
  if (together === 1) return partitions;
  return Array.from({ length: Math.ceil(partitions.length / together) }, (_, i) =>
    partitions.slice(i * together, (i + 1) * together).flat(),
  );
}
