import { allocInt32 } from '../../columnar/allocate.ts';
import type { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import { concatBatches, sliceBatch, takeBatch } from '../../columnar/batches.ts';
import { type SortKey, sortRows } from '../../columnar/kernels/sort.ts';
import type { MemoryAccount } from '../memory.ts';
import { cancellationOf, type TaskContext } from '../operator.ts';
import { pieceRows, readSpilled, type SpilledBatch, type SpillFile } from './spill-file.ts';

/** Runs that are merged at once: of each a few pieces are in memory, */
const FAN_IN_MAX = 16;
/** which take about so many bytes, however small they are. */
const RUN_BYTES = 2 * 1024 ** 2;
/** The part of the memory that a piece of a run takes. */
const PIECE_SHARE = 1 / 512;
/** Pieces of fewer rows would be mostly headers. */
const PIECE_ROWS_MIN = 64;

/** Sorted rows in files, and their merge. Rows with equal keys stay in the order of their runs. */
export class SortedRuns {
  readonly #keys: readonly SortKey[];
  readonly #memory: MemoryAccount;
  readonly #ctx: TaskContext;
  #runs: Run[] = [];

  constructor(keys: readonly SortKey[], memory: MemoryAccount, ctx: TaskContext) {
    this.#keys = keys;
    this.#memory = memory;
    this.#ctx = ctx;
  }

  get isEmpty(): boolean {
    return this.#runs.length === 0;
  }

  /** Sorts rows and adds them as a run. Errors: ResourceError SPILL_FAILED, MEMORY_LIMIT. */
  add(all: Batch, scratch: Region): void {
    const cancellation = cancellationOf(this.#ctx);
    const order = sortRows(all.columns, this.#keys, all.length, scratch, cancellation);
    const rows = pieceRows(all, this.#memory.limitBytes * PIECE_SHARE, PIECE_ROWS_MIN);
    this.#runs.push(this.#write(slices(all, order, rows, this.#ctx)));
  }

  /** All rows in order; borrowed. Errors: ResourceError SPILL_FAILED, MEMORY_LIMIT. */
  *merge(): Generator<Batch> {
    const fanIn = Math.max(2, Math.min(FAN_IN_MAX, this.#memory.limitBytes / RUN_BYTES));
    while (this.#runs.length > fanIn) {
      const merged = this.#runs.splice(0, fanIn);
      const run = this.#write(mergeRuns(merged, this.#keys, this.#ctx));
      for (const { file } of merged) file.remove();
      // In the place of its parts: the order of the runs is that of the rows with equal keys.
      this.#runs.unshift(run);
    }
    yield* mergeRuns(this.#runs, this.#keys, this.#ctx);
  }

  /** Removes the files. Idempotent. */
  dispose(): void {
    for (const { file } of this.#runs) file.remove();
    this.#runs = [];
  }

  #write(batches: Iterable<Batch>): Run {
    const file = this.#memory.newFile();
    const pieces: SpilledBatch[] = [];
    try {
      for (const batch of batches) pieces.push(...file.write(batch, this.#ctx.region));
    } catch (error) {
      file.remove();
      throw error;
    }
    file.close();
    return { file, pieces };
  }
}

/** Sorted rows in a file. */
interface Run {
  readonly file: SpillFile;
  readonly pieces: readonly SpilledBatch[];
}

/** The rows of a batch in an order, some at a time. */
function* slices(all: Batch, order: Int32Array, rows: number, ctx: TaskContext): Generator<Batch> {
  using scratch = ctx.region.child();
  for (let from = 0; from < order.length; from += rows) {
    ctx.checkCancelled();
    scratch.recycle();
    yield takeBatch(all, order.subarray(from, from + rows), scratch);
  }
}

/**
 * Merges runs. The rows that are in memory are sorted together, and come out as far as none that is
 * still in a file can be before them. Each step loads at least one piece of every run, so that a
 * row is sorted about twice.
 */
function* mergeRuns(
  runs: readonly Run[],
  keys: readonly SortKey[],
  ctx: TaskContext,
): Generator<Batch> {
  const cursors = runs.map(({ pieces }) => new Cursor(pieces, ctx));
  try {
    for (;;) {
      ctx.checkCancelled();
      for (const cursor of cursors) cursor.fill();
      const live = cursors.filter(({ rows }) => rows > 0);
      if (live.length === 0) return;
      // Of its own for each step: their sizes differ.
      using scratch = ctx.region.child();
      const all = concatBatches(
        live.flatMap((cursor) => cursor.batches(scratch)),
        scratch,
      );
      const order = sortRows(all.columns, keys, all.length, scratch);
      const end = settled(order, live, scratch);
      const length = Math.min(ctx.batchRows, all.length);
      for (let from = 0; from < end; from += length) {
        using out = ctx.region.child();
        yield takeBatch(all, order.subarray(from, Math.min(from + length, end)), out);
      }
    }
  } finally {
    for (const cursor of cursors) cursor.dispose();
  }
}

/** Passes over the rows whose place is known, and returns how many they are. */
function settled(order: Int32Array, live: readonly Cursor[], scratch: Region): number {
  const cursorOf = allocInt32(scratch, order.length);
  const lasts = new Set<number>();
  let row = 0;
  for (const [i, cursor] of live.entries()) {
    cursorOf.fill(i, row, row + cursor.rows);
    row += cursor.rows;
    if (cursor.hasMore) lasts.add(row - 1);
  }
  const taken = new Array<number>(live.length).fill(0);
  let end = 0;
  while (end < order.length) {
    const next = order[end++]!;
    taken[cursorOf[next]!]!++;
    // The next row of this run may come before all that follow.
    if (lasts.has(next)) break;
  }
  for (const [i, cursor] of live.entries()) cursor.skip(taken[i]!);
  return end;
}

/** The rows of a run that are in memory. */
class Cursor {
  readonly #pieces: readonly SpilledBatch[];
  readonly #ctx: TaskContext;
  readonly #loaded: { readonly batch: Batch; readonly region: Region }[] = [];
  #next = 0;
  /** Rows of the first loaded piece that were passed over. */
  #from = 0;
  #rows = 0;

  constructor(pieces: readonly SpilledBatch[], ctx: TaskContext) {
    this.#pieces = pieces;
    this.#ctx = ctx;
  }

  /** Rows in memory that are left. */
  get rows(): number {
    return this.#rows;
  }

  get hasMore(): boolean {
    return this.#next < this.#pieces.length;
  }

  /** Loads pieces until as many rows are in memory as the next one has. */
  fill(): void {
    while (this.hasMore && this.#rows < this.#pieces[this.#next]!.length) {
      const region = this.#ctx.region.child();
      const batch = readSpilled(this.#pieces[this.#next++]!, region);
      this.#loaded.push({ batch, region });
      this.#rows += batch.length;
    }
  }

  /** The rows in memory that are left. */
  batches(scratch: Region): Batch[] {
    return this.#loaded.map(({ batch }, i) =>
      sliceBatch(batch, i === 0 ? this.#from : 0, batch.length, scratch),
    );
  }

  /** Passes over rows. */
  skip(count: number): void {
    this.#rows -= count;
    this.#from += count;
    for (;;) {
      const first = this.#loaded[0];
      if (first === undefined || this.#from < first.batch.length) return;
      this.#from -= first.batch.length;
      first.region.dispose();
      this.#loaded.shift();
    }
  }

  dispose(): void {
    for (const { region } of this.#loaded) region.dispose();
    this.#loaded.length = 0;
  }
}
