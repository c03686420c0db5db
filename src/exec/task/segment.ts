import { type Batch, rowCount } from '../../columnar/batch.ts';
import { type BatchDescriptor, restoreBatch } from '../../columnar/descriptor.ts';
import { closeAll } from '../../common/close-all.ts';
import type { WorkerSource } from '../../connectors/connector.ts';
import type { HashJoin, PhysicalPlan } from '../../planner/physical/nodes.ts';
import type { TaskContext } from '../operator.ts';
import { createOperators } from '../operators/index.ts';
import { joinParts } from '../operators/join-parts.ts';
import { readLeftover } from '../operators/leftover.ts';
import { RangeReader } from '../operators/range-sort.ts';
import type { SharedTable, Split } from '../pool/protocol.ts';
import { isSpilled, readKept } from '../spill/spill-file.ts';
import { Chain } from './chain.ts';
import { columnsRead } from './columns-read.ts';
import { SegmentReading } from './segment-reading.ts';

/** A node of a chain, and the table that it looks rows up in. */
export interface ChainNode {
  readonly node: PhysicalPlan;
  readonly table: SharedTable | null;
}

/** A source and the chain of operators its rows go through, ready to run. */
export interface Branch {
  readonly source: WorkerSource | null;
  /** The join of splits that are parts of its two sides. */
  readonly join: HashJoin | null;
  readonly chain: readonly ChainNode[];
  /** Whether each split runs through operators of its own. */
  readonly perSplit: boolean;
  /** Number of the node that is measured as reading the rows; null: none. */
  readonly readBy: number | null;
}

/**
 * Rows of a split, the end of a split, something to wait for, or (null) a place where the task may
 * be left for a while.
 */
export type SegmentOutput =
  | { readonly kind: 'wait'; readonly until: Promise<void>; readonly idle?: boolean }
  | { readonly kind: 'batch'; readonly split: number; readonly batch: Batch }
  | { readonly kind: 'splitEnd'; readonly split: number }
  | null;

/** Rows that come to a task instead of splits that it claims. */
export interface Feed {
  /** The next rows, or null when there are none now. */
  take(): {
    readonly split: number;
    readonly slot: number;
    readonly batch: BatchDescriptor;
  } | null;
  /** Nothing more will come. */
  readonly ended: boolean;
  /** Resolves when something has come. */
  more(): Promise<void>;
  /** Gives the memory of rows back. */
  done(slot: number): void;
}

/**
 * One task's share of a segment: claims splits until none is left and runs their rows through the
 * chains of their branches. The same on the calling thread and in workers.
 */
export class SegmentTask {
  readonly #branches: readonly Branch[];
  readonly #splits: readonly Split[];
  readonly #ctx: TaskContext;
  readonly #reading: SegmentReading;
  readonly #chains: (Chain | null)[];
  /** What ranges of sorted rows are read with: those of a segment are of one sort. */
  #ranges: RangeReader | null = null;

  constructor(branches: readonly Branch[], splits: readonly Split[], ctx: TaskContext) {
    this.#branches = branches;
    this.#splits = splits;
    this.#ctx = ctx;
    this.#chains = branches.map(() => null);
    this.#reading = new SegmentReading(ctx);
  }

  get rowsSkipped(): number {
    return this.#reading.rowsSkipped;
  }

  /**
   * Runs to the end; all sources read synchronously. `last` is the split number of the rows that
   * come when all splits have ended. The batches are borrowed.
   */
  *run(claim: () => number, last: number): Generator<SegmentOutput> {
    for (let split = claim(); split < this.#splits.length; split = claim()) {
      const chain = yield* this.#open(this.#splits[split]!.branch);
      // Splits of workers are read synchronously: the connector's contract.
      const rows = this.#read(split, chain) as Iterable<Batch>;
      if (!chain.done) {
        for (const batch of rows) {
          yield* this.#push(chain, batch, split);
          if (chain.done) break;
        }
      }
      yield* this.#endSplit(chain, split);
      if (this.#allDone()) break;
    }
    yield* this.#finish(last);
  }

  /** The same for rows that are fed to the task's only branch. */
  *runFed(feed: Feed, last: number): Generator<SegmentOutput> {
    const chain = yield* this.#open(0);
    while (!chain.done) {
      const rows = feed.take();
      if (rows === null) {
        if (feed.ended) break;
        yield { kind: 'wait', until: feed.more(), idle: true };
        continue;
      }
      const { split, slot, batch } = rows;
      yield* this.#push(chain, restoreBatch(this.#ctx.region.arena, batch), split);
      yield { kind: 'splitEnd', split };
      feed.done(slot);
    }
    yield* this.#finish(last);
  }

  /** The same for sources that are read asynchronously: on the calling thread. */
  async *runAsync(claim: () => number, last: number): AsyncGenerator<SegmentOutput> {
    for (let split = claim(); split < this.#splits.length; split = claim()) {
      const chain = yield* this.#open(this.#splits[split]!.branch);
      if (!chain.done) {
        for await (const batch of this.#read(split, chain)) {
          yield* this.#push(chain, batch, split);
          if (chain.done) break;
        }
      }
      yield* this.#endSplit(chain, split);
      if (this.#allDone()) break;
    }
    yield* this.#finish(last);
  }

  /** Closes the operators. Idempotent. */
  async close(): Promise<void> {
    const chains = this.#chains.filter((chain) => chain !== null);
    this.#chains.fill(null);
    await closeAll(chains);
  }

  *#push(chain: Chain, batch: Batch, split: number): Generator<SegmentOutput> {
    this.#ctx.checkCancelled();
    const { words, index } = this.#ctx.progress;
    words[index]!++;
    if (rowCount(batch) > 0) yield* this.#outputs(chain, chain.process(batch), split);
    yield null;
  }

  *#outputs(chain: Chain, batches: Iterable<Batch>, split: number): Generator<SegmentOutput> {
    for (const batch of batches) {
      this.#ctx.checkCancelled();
      const { pending } = chain;
      if (rowCount(batch) > 0) yield { kind: 'batch', split, batch };
      else yield pending === null ? null : { kind: 'wait', until: pending };
    }
  }

  *#endSplit(chain: Chain, split: number): Generator<SegmentOutput> {
    const branch = this.#splits[split]!.branch;
    if (this.#branches[branch]!.perSplit) {
      yield* this.#outputs(chain, chain.finish(), split);
      yield { kind: 'wait', until: chain.close() };
      this.#chains[branch] = null;
    }
    yield { kind: 'splitEnd', split };
  }

  /** Ends the chains that span splits, also those of branches that this task took nothing of. */
  *#finish(last: number): Generator<SegmentOutput> {
    for (const [i, branch] of this.#branches.entries()) {
      if (branch.perSplit) continue;
      const chain = yield* this.#open(i);
      yield* this.#outputs(chain, chain.finish(), last);
    }
  }

  /** The chain of a branch, made and opened when it is first needed. */
  *#open(branch: number): Generator<SegmentOutput, Chain> {
    const open = this.#chains[branch];
    if (open !== null && open !== undefined) return open;
    const splits = this.#splits.filter((split) => split.branch === branch);
    const held = splits.length > 0 && splits.every(({ rows }) => stays(rows));
    const { chain: nodes } = this.#branches[branch]!;
    const read = columnsRead(nodes.map(({ node }) => node));
    const contexts = nodes.map((_, i) => {
      const ctx = { ...this.#ctx, columnsRead: read[i] ?? null };
      return i === 0 ? { ...ctx, inputStays: held } : ctx;
    });
    const operators = createOperators(nodes, contexts);
    const chain = new Chain(operators, this.#ctx);
    this.#chains[branch] = chain;
    const until = chain.open();
    if (until !== null) yield { kind: 'wait', until };
    return chain;
  }

  #allDone(): boolean {
    return this.#chains.every((chain) => chain?.done === true);
  }

  #read(split: number, chain: Chain): Iterable<Batch> | AsyncIterable<Batch> {
    const { profile } = this.#ctx;
    const { readBy } = this.#branches[this.#splits[split]!.branch]!;
    const reading = chain.readsMorsels ? this.#reading.ofMorsels() : this.#reading;
    if (profile === undefined || readBy === null) return this.#rowsOf(split, reading);
    const region = profile.memoryOf(readBy, this.#ctx);
    return profile.reads(readBy, this.#rowsOf(split, reading.in(region)));
  }

  #rowsOf(split: number, reading: SegmentReading): Iterable<Batch> | AsyncIterable<Batch> {
    const { branch, rows } = this.#splits[split]!;
    switch (rows.kind) {
      case 'scan':
        return this.#branches[branch]!.source!.read(rows.split, reading);
      case 'held':
        return readKept(rows.batches, this.#ctx.region);
      case 'leftover':
        return readLeftover(rows.table, rows.leftover, this.#ctx);
      case 'join':
        return joinParts(this.#branches[branch]!.join!, rows, this.#ctx);
      case 'range':
        this.#ranges ??= new RangeReader(rows.of, { ...this.#ctx, region: reading.region });
        return this.#ranges.read(rows.range);
    }
  }
}

/** Whether the rows stay where they are until the task ends. */
function stays(rows: Split['rows']): boolean {
  return rows.kind === 'held' && !rows.batches.some(isSpilled);
}
