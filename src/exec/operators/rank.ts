import { allocInt32 } from '../../columnar/allocate.ts';
import type { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import type { Cancellation } from '../../columnar/cancellation.ts';
import type { Rank } from '../../planner/physical/nodes.ts';
import type { MemoryAccount } from '../memory.ts';
import { cancellationOf, type Operator, type TaskContext } from '../operator.ts';
import { readKept, type SpilledBatch } from '../spill/spill-file.ts';
import { LEVELS_MAX, SpillPartitions } from '../spill/spill-partitions.ts';
import { Candidates } from './candidates.ts';
import { partitionRows, type SortedRows, sortPartitions } from './over-partitions.ts';
import { takeSlices } from './slices.ts';

/**
 * The first rows of each partition, by number or by rank. State: about twice the rows it yields.
 * Blocking: the rows come partition by partition, in the order of the keys. A local one lets all
 * rows pass where few of them would be left out. When memory does not hold the candidates of all
 * partitions, rows are parted by a hash of the keys, in a file, and ranked part by part.
 */
export class RankOperator implements Operator {
  readonly readsSelection = false;
  readonly #ctx: TaskContext;
  readonly #candidates: Candidates;
  readonly #node: Rank;
  readonly #memory: MemoryAccount;
  readonly #level: number;
  #parts: SpillPartitions | null = null;
  /** Whether rows pass as they come: too few would be left out. */
  #passes = false;

  /** `level`: how often the rows were parted before they come here. */
  constructor(
    node: Rank,
    ctx: TaskContext,
    memory: MemoryAccount = ctx.memory.open('Rank', ctx.metrics),
    level = 0,
  ) {
    this.#node = node;
    this.#ctx = ctx;
    this.#memory = memory;
    this.#level = level;
    this.#candidates = new Candidates(ctx, memory, node.limit, (all, scratch) =>
      firstOfPartitions(all, node, scratch, cancellationOf(ctx)),
    );
  }

  process(batch: Batch): Iterable<Batch> {
    if (this.#passes) return [batch];
    if (this.#parts !== null) {
      this.#parts.add(batch);
      return [];
    }
    const candidates = this.#candidates;
    const fits = candidates.add(batch);
    if (this.#node.local && (candidates.isPoor || !fits)) {
      this.#passes = true;
      return this.#held();
    }
    if (!fits && this.#canSpill) this.#spilled();
    return [];
  }

  *finish(): Iterable<Batch> {
    if (this.#passes || (this.#parts === null && this.#candidates.isEmpty)) return;
    const { local } = this.#node;
    // What nobody else can do ends with the error of the memory.
    const mayFail = this.#parts === null && !local && !this.#canSpill;
    if (mayFail) this.#candidates.thinOut();
    if (this.#parts === null && (mayFail || this.#candidates.tryThinOut() !== null || local)) {
      yield* this.#held();
    } else for (const part of this.#spilled().finish()) yield* this.#rankPart(part);
  }

  close(): void {
    this.#candidates.dispose();
    this.#parts?.dispose();
  }

  get #canSpill(): boolean {
    return this.#node.partition.length > 0 && this.#level < LEVELS_MAX;
  }

  /** The parts in files, with all rows that came so far. */
  #spilled(): SpillPartitions {
    if (this.#parts !== null) return this.#parts;
    const { partition } = this.#node;
    const parts = new SpillPartitions(partition, this.#level + 1, this.#memory, this.#ctx);
    this.#parts = parts;
    for (const batch of this.#candidates.batches) parts.add(batch);
    this.#candidates.clear();
    return parts;
  }

  *#rankPart(part: readonly SpilledBatch[]): Iterable<Batch> {
    const operator = new RankOperator(this.#node, this.#ctx, this.#memory, this.#level + 1);
    try {
      for (const batch of readKept(part, this.#ctx.region)) operator.process(batch);
      yield* operator.finish();
    } finally {
      operator.close();
    }
  }

  /** The rows that memory holds. */
  *#held(): Iterable<Batch> {
    const { batches, scratch } = this.#candidates;
    for (const batch of batches) yield* takeSlices(batch, 0, batch.length, scratch, this.#ctx);
  }
}

/** The rows whose rank is at most the limit, partition by partition. */
function firstOfPartitions(
  all: Batch,
  node: Rank,
  region: Region,
  cancellation: Cancellation,
): Int32Array {
  const { rows, lastOf } = ranked(all, node, region, cancellation);
  const { order, starts } = rows;
  const chosen = allocInt32(region, all.length);
  let count = 0;
  for (let partition = 0; partition + 1 < starts.length; partition++) {
    const to = lastOf(starts[partition]!, starts[partition + 1]!);
    for (let at = starts[partition]!; at < to; at++) chosen[count++] = order[at]!;
  }
  return chosen.subarray(0, count);
}

/** The sorted rows, and where the first ones of the partition between two positions end. */
function ranked(
  all: Batch,
  node: Rank,
  region: Region,
  cancellation: Cancellation,
): { readonly rows: SortedRows; lastOf(start: number, end: number): number } {
  const { limit } = node;
  if (node.function === 'ROW_NUMBER') {
    const rows = sortPartitions(all, node, region, cancellation);
    return { rows, lastOf: (start, end) => Math.min(end, start + limit) };
  }
  const rows = partitionRows(all, node, region, cancellation);
  const { peersTo } = rows;
  if (node.function === 'RANK') {
    // The peers of the last row that has its place by number stay with it.
    return {
      rows,
      lastOf: (start, end) => (end - start <= limit ? end : peersTo[start + limit - 1]!),
    };
  }
  return {
    rows,
    lastOf(start, end) {
      let at = start;
      for (let values = 0; values < limit && at < end; values++) at = peersTo[at]!;
      return at;
    },
  };
}
