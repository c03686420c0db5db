import path from 'node:path';
import { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import { batchOfRows } from '../../columnar/row-batch.ts';
import { cancelledError, TableError, validationError } from '../../common/errors.ts';
import type { CapturedPlan, CapturedSources } from '../../planner/physical/at-call.ts';
import type { PhysicalPlan, TableSink } from '../../planner/physical/nodes.ts';
import { isSmallWork } from '../../planner/physical/small-work.ts';
import { field, schemaOf } from '../../types/schema.ts';
import { MetricTotals } from '../../udf/metrics.ts';
import type { ExecuteOptions, Execution, ExecutionProfile } from '../execution.ts';
import type { OperatorMemory } from '../memory.ts';
import type { PoolSite } from '../pool/pool-segment.ts';
import type { SharedTable } from '../pool/protocol.ts';
import { type OperatorProfiles, oneAfterTheOther } from '../profile/operator-profile.ts';
import { TemporaryFolder } from '../temporary-folder.ts';
import { InlineJob } from './inline-job.ts';
import type { HeldRows, JobSite } from './job-site.ts';
import { stagesOf } from './kept-stages.ts';
import type { TaskProduct } from './output.ts';
import { isShort } from './short-plan.ts';
import { splitAtJoin } from './split-join.ts';
import type { Stage } from './stage.ts';
import {
  callsInline,
  estimatedRows,
  isLightBuild,
  isRepeatable,
  readsInWorkers,
  stagesUsed,
  udfNames,
} from './stage-facts.ts';
import { StageRun } from './stage-run.ts';
import { userFunctionsOf } from './udf-nodes.ts';

/**
 * Rows that are only kept, for the table of a join, take so many times as many before threads are
 * asked: each of the two stages waits for them for a millisecond. (Bench `growth`, join of 1 M rows
 * with 100,000, 2 threads: 4.0 to 2.7 ms at best.)
 */
const BUILD_ROWS_SHARE = 2;

/** What a statement that writes yields: the number of rows. */
const WRITTEN = schemaOf([field('rows', { kind: 'BIGINT', nullable: false })]);

/** Runs the stages of a plan, one after the other, and hands out the rows of the last one. */
export class JobRun implements Execution {
  readonly #plan: PhysicalPlan;
  readonly #sources: CapturedSources;
  readonly #options: ExecuteOptions;
  readonly #isShort: boolean;
  readonly #pool: PoolSite;
  readonly #ended: () => void;
  readonly #cancelled = Promise.withResolvers<never>();
  #cancelError: Error | null = null;
  #state: 'ready' | 'running' | 'ended' = 'ready';
  readonly #runs = new Map<number, StageRun>();
  #rowsWritten = 0;
  #rowsSkipped = 0;
  readonly metrics = new MetricTotals();
  #operators: OperatorProfiles = new Map();
  #tasks = 0;
  #startedAt = 0;
  #endedAt = 0;
  readonly #memory: OperatorMemory[] = [];
  #folder: TemporaryFolder | null = null;
  /** Whether a stage that has ended has perhaps written files. */
  #hasFiles = false;
  #inline: InlineJob | null = null;
  #handedOut = false;
  #paused = Promise.withResolvers<void>();

  /** `ended` is called once, when the run has ended or was given up before it began. */
  constructor(
    { plan, sources }: CapturedPlan,
    options: ExecuteOptions,
    pool: PoolSite,
    ended: () => void,
  ) {
    this.#plan = plan;
    this.#sources = sources;
    this.#options = options;
    this.#isShort = isShort(plan);
    this.#pool = pool;
    this.#ended = ended;
    // Nobody may be waiting when the run is cancelled.
    this.#cancelled.promise.catch(() => {});
  }

  get rowsWritten(): number {
    return this.#rowsWritten;
  }

  get rowsSkipped(): number {
    const inline = this.#inline?.rowsSkipped ?? 0;
    const skipped = this.#rowsSkipped + inline;
    return [...this.#runs.values()].reduce((sum, r) => sum + r.rowsSkipped, skipped);
  }

  /** The owners of the memory that it has now. */
  get owners(): readonly number[] {
    const inline = this.#inline === null ? [] : [this.#inline.owner];
    return [...inline, ...[...this.#runs.values()].flatMap(({ owners }) => owners)];
  }

  get profile(): ExecutionProfile {
    return { operators: this.#operators, tasks: this.#tasks, ms: this.#endedAt - this.#startedAt };
  }

  get memory(): readonly OperatorMemory[] {
    const inline = this.#inline?.memory ?? [];
    return [...this.#memory, ...inline, ...[...this.#runs.values()].flatMap((run) => run.memory)];
  }

  cancel(reason: unknown = null): void {
    if (this.#state === 'ended' || this.#cancelError !== null) return;
    this.#cancelError = cancelledError('CANCELLED', {}, { cause: reason });
    this.#cancelled.reject(this.#cancelError);
    for (const run of this.#runs.values()) run.cancel(this.#cancelError);
    if (this.#state === 'ready') this.#end();
  }

  /** Whether it runs, and seems not to be done soon. */
  get isLong(): boolean {
    return this.#state === 'running' && !this.#isShort;
  }

  /** Removes the files of a run whose reader pauses, and perhaps never comes back. */
  async removeFiles(): Promise<void> {
    await this.#folder?.remove();
  }

  /** Resolves when nothing of the run is under way: it has ended, or its reader pauses. */
  settled(): Promise<void> {
    return this.#state === 'running' ? this.#paused.promise : Promise.resolve();
  }

  async *batches(): AsyncGenerator<Batch> {
    if (this.#cancelError !== null) throw this.#cancelError;
    if (this.#state !== 'ready') throw validationError('RESULT_CONSUMED', {});
    this.#state = 'running';
    this.#startedAt = performance.now();
    const { signal } = this.#options;
    const abort = () => this.cancel(signal?.reason);
    try {
      if (signal?.aborted === true) abort();
      signal?.addEventListener('abort', abort, { once: true });
      for await (const batch of this.#rows()) {
        this.#paused.resolve();
        yield batch;
        this.#paused = Promise.withResolvers();
      }
    } catch (error) {
      throw this.#cancelError ?? error;
    } finally {
      signal?.removeEventListener('abort', abort);
      // To look for a folder takes as long as much else in a small query.
      const isMade = this.#hasFiles || this.#inline !== null;
      await (isMade ? this.removeFiles() : this.#folder?.giveUp());
      this.#end();
    }
  }

  #rows(): AsyncGenerator<Batch> {
    const { inlineRowsMax, ofOneCall } = this.#options;
    const small = isSmallWork(this.#plan, inlineRowsMax) && !callsUser(this.#plan);
    const stages = stagesOf(this.#plan, small, this.#sources, ofOneCall !== true);
    const folder = new TemporaryFolder(this.#options.spillDirectory ?? undefined);
    this.#folder = folder;
    if (small) this.#inline = InlineJob.of(stages, this.#site(), () => folder.path);
    return this.#inline?.batches() ?? this.#attempts(stages);
  }

  /**
   * A run whose worker died because of another one starts once more, if nobody can tell: functions
   * that are not deterministic, and may have effects, are not called again for the same rows.
   */
  async *#attempts(stages: readonly Stage[]): AsyncGenerator<Batch> {
    try {
      yield* this.#run(stages);
    } catch (error) {
      const lost = error instanceof TableError && error.code === 'WORKER_LOST';
      const repeatable =
        !this.#handedOut &&
        this.#plan.kind !== 'TableSink' &&
        stages.every((stage) => isRepeatable(stage) && readsInWorkers(stage));
      if (!lost || !repeatable || this.#cancelError !== null) throw error;
      this.#operators = new Map();
      this.#tasks = 0;
      this.#rowsSkipped = 0;
      yield* this.#run(stages);
    }
  }

  async *#run(stages: readonly Stage[]): AsyncGenerator<Batch> {
    const held = new Map<number, HeldRows>();
    const tables = new Map<number, SharedTable>();
    const site = this.#site(held, tables);
    const queue = stages.map((stage, number) => ({ stage, number }));
    const spilledBuilds = new Set<number>();
    let numbers = stages.length;
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        if (this.#cancelError !== null) throw this.#cancelError;
        const { stage, number } = next;
        const split = splitAtJoin(stage, spilledBuilds, numbers);
        if (split !== null) {
          queue.unshift({ stage: split.probe, number: numbers++ }, { stage: split.rest, number });
          continue;
        }
        const spillFolder = () => path.join(this.#folder!.path, String(number));
        const run = new StageRun(stage, site, this.#runsOnPool(stage, held), spillFolder);
        this.#runs.set(number, run);
        if (stage.output.kind === 'rows') yield* this.#handOut(run);
        else if (stage.output.kind === 'write') yield* this.#write(run, stage.output.node);
        else {
          const products = await run.products();
          held.set(number, heldRows(products));
          for (const { table } of products) if (table !== null) tables.set(number, table);
          if (stage.output.kind === 'table' && !tables.has(number)) spilledBuilds.add(number);
        }
        await this.#disposeUsed(stage, queue);
      }
    } finally {
      await this.#dispose(this.#runs.keys());
    }
  }

  #site(
    held: ReadonlyMap<number, HeldRows> = new Map(),
    tables: ReadonlyMap<number, SharedTable> = new Map(),
  ): JobSite {
    return {
      pool: this.#pool,
      options: this.#options,
      startedAt: this.#startedAt,
      isShort: this.#isShort,
      held,
      tables,
      isCancelled: () => this.#cancelError !== null,
      cancelled: this.#cancelled.promise,
    };
  }

  async *#handOut(run: StageRun): AsyncGenerator<Batch> {
    for await (const batch of run.compactRows()) {
      this.#handedOut = true;
      yield batch;
    }
  }

  /** Writes all rows and commits; yields the number of rows. */
  async *#write(run: StageRun, node: TableSink): AsyncGenerator<Batch> {
    let committed = false;
    try {
      const products = await run.products();
      if (this.#cancelError !== null) throw this.#cancelError;
      await node.sink.commit(products.map(({ part }) => part));
      committed = true;
      this.#rowsWritten = products.reduce((sum, product) => sum + product.rowsWritten, 0);
    } finally {
      if (!committed) await node.sink.abort();
    }
    using region = new Region(this.#pool.arena);
    yield batchOfRows(WRITTEN, [[BigInt(this.#rowsWritten)]], region);
  }

  #runsOnPool(stage: Stage, held: ReadonlyMap<number, HeldRows>): boolean {
    if (callsInline(stage)) return false;
    if (udfNames(stage).length > 0) return true;
    if (!readsInWorkers(stage)) return false;
    const rows = estimatedRows(stage, (number) => held.get(number)?.rows ?? 0);
    const most = isLightBuild(stage) ? BUILD_ROWS_SHARE : 1;
    return rows >= most * this.#options.inlineRowsMax;
  }

  /** Frees the stages that this one has used up. */
  async #disposeUsed(ended: Stage, queue: readonly { readonly stage: Stage }[]): Promise<void> {
    const later = queue.flatMap(({ stage }) => [...stagesUsed(stage)]);
    await this.#dispose([...stagesUsed(ended)].filter((used) => !later.includes(used)));
  }

  /** Frees the memory of stages at once; resolves when their files are gone. */
  async #dispose(numbers: Iterable<number>): Promise<void> {
    await Promise.all(Array.from(numbers, (number) => this.#disposeStage(number)));
  }

  async #disposeStage(number: number): Promise<void> {
    const run = this.#runs.get(number);
    if (run === undefined) return;
    this.#rowsSkipped += run.rowsSkipped;
    this.metrics.add(run.metrics);
    this.#operators = oneAfterTheOther([this.#operators, run.profiles]);
    this.#tasks += run.tasks;
    this.#memory.push(...run.memory);
    this.#runs.delete(number);
    if (await run.dispose()) this.#hasFiles = true;
  }

  #end(): void {
    this.#paused.resolve();
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#endedAt = performance.now();
    this.#ended();
  }
}

/** Whether a plan calls the user's code. */
function callsUser(plan: PhysicalPlan): boolean {
  return userFunctionsOf(plan).length > 0 || plan.inputs.some(callsUser);
}

function heldRows(products: readonly TaskProduct[]): HeldRows {
  const all = products.flatMap(({ held }) => held).toSorted((a, b) => a.split - b.split);
  const partitions = all.reduce((count, { partition }) => Math.max(count, partition + 1), 1);
  return {
    partitions: Array.from({ length: partitions }, (_, partition) =>
      all.filter((held) => held.partition === partition).map(({ batch }) => batch),
    ),
    rows: all.reduce((sum, { batch }) => sum + batch.length, 0),
  };
}
