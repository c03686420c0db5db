import { Region } from '../../columnar/arena/region.ts';
import { type Batch, rowCount } from '../../columnar/batch.ts';
import { compact } from '../../columnar/batches.ts';
import type { OperatorMemory } from '../memory.ts';
import type { TaskContext } from '../operator.ts';
import { createOperator } from '../operators/index.ts';
import { Chain } from './chain.ts';
import type { JobSite } from './job-site.ts';
import { localContext } from './local-context.ts';
import { SegmentTask } from './segment.ts';
import { SLICE_MS_MIN, Slice } from './slice.ts';
import { type ReadySegment, readySegment } from './splits.ts';
import type { Stage, StageBranch } from './stage.ts';
import { readsInWorkers } from './stage-facts.ts';

/** Rows, something to wait for, or (null) a place where the thread may be left for a while. */
type Step = Batch | Promise<unknown> | null;

/**
 * A job of one stage and one task on the calling thread. Its rows come through plain generators:
 * in a query of some ten microseconds of work, promises between the layers would take most of the
 * time.
 */
export class InlineJob {
  readonly #stage: Stage;
  readonly #site: JobSite;
  readonly #region: Region;
  readonly #ctx: TaskContext;
  readonly #closing: Promise<void>[] = [];
  #rowsSkipped = 0;

  private constructor(stage: Stage, site: JobSite, spillFolder: () => string) {
    this.#stage = stage;
    this.#site = site;
    this.#region = new Region(site.pool.arena);
    this.#ctx = localContext(site, this.#region, spillFolder);
  }

  /**
   * The job of these stages, which are small and without user code; null when there are several
   * or a source is read asynchronously.
   */
  static of(stages: readonly Stage[], site: JobSite, spillFolder: () => string): InlineJob | null {
    const [stage] = stages;
    if (stage === undefined || stages.length > 1 || stage.output.kind !== 'rows') return null;
    if (site.options.profile === true || !readsInWorkers(stage)) return null;
    return new InlineJob(stage, site, spillFolder);
  }

  /** Rows that the sources passed over so far. */
  get rowsSkipped(): number {
    return this.#rowsSkipped;
  }

  /** The owner of its memory. */
  get owner(): number {
    return this.#region.owner;
  }

  /** What operators held and spilled so far. */
  get memory(): readonly OperatorMemory[] {
    return this.#ctx.memory.snapshot();
  }

  /** The rows, in batches without selection, borrowed until the next pull. Called once. */
  async *batches(): AsyncGenerator<Batch> {
    using slice = new Slice(SLICE_MS_MIN, SLICE_MS_MIN);
    try {
      for (const step of this.#steps()) {
        if (step instanceof Promise) await step;
        else if (step !== null) yield step;
        if (slice.over) await slice.giveWay();
      }
      for (let next = this.#closing.shift(); next !== undefined; next = this.#closing.shift()) {
        await next;
      }
    } catch (error) {
      throw this.#ctx.memory.explain(error);
    } finally {
      if (this.#closing.length > 0) await Promise.allSettled(this.#closing);
      this.#region.dispose();
    }
  }

  *#steps(): Generator<Step> {
    const scratch = this.#region.child();
    for (const step of this.#rows()) {
      if (step === null || step instanceof Promise) yield step;
      else if (rowCount(step) === 0) yield null;
      else {
        scratch.recycle();
        yield compact(step, scratch);
      }
    }
  }

  /** Rows, perhaps with a selection, or none. */
  *#rows(): Generator<Step> {
    const operators = this.#stage.tail.map((node) => createOperator(node, null, this.#ctx));
    const tail = new Chain(operators, this.#ctx);
    try {
      for (const branches of this.#stage.segments) {
        if (tail.done) break;
        yield* this.#segment(branches, tail);
      }
      yield* tail.finish();
    } finally {
      this.#closing.push(tail.close());
    }
  }

  *#segment(branches: readonly StageBranch[], tail: Chain): Generator<Step> {
    const { splits } = yield* this.#ready(branches);
    const chains = branches.map(({ source, chain }) => ({
      source: source.kind === 'scan' ? source.node.source : null,
      chain: chain.map(({ node }) => ({ node, table: null })),
      join: null,
      perSplit: false,
      readBy: null,
    }));
    const task = new SegmentTask(chains, splits, this.#ctx);
    let next = 0;
    try {
      for (const item of task.run(() => next++, splits.length)) {
        if (item?.kind === 'wait') yield item.until;
        else if (item?.kind === 'batch') yield* tail.process(item.batch);
        else yield null;
        if (tail.done) break;
      }
    } finally {
      this.#rowsSkipped += task.rowsSkipped;
      this.#closing.push(task.close());
    }
  }

  *#ready(branches: readonly StageBranch[]): Generator<Step, ReadySegment> {
    this.#ctx.checkCancelled();
    let ready = readySegment(branches, this.#site, this.#region);
    if (ready instanceof Promise) {
      yield ready.then((segment) => {
        ready = segment;
      });
      this.#ctx.checkCancelled();
    }
    return ready as ReadySegment; // awaited above
  }
}
