import { Region } from '../../columnar/arena/region.ts';
import { type Batch, rowCount } from '../../columnar/batch.ts';
import { compact } from '../../columnar/batches.ts';
import { assert } from '../../common/assert.ts';
import { plainContext } from '../../functions/statement-context.ts';
import type { MetricSnapshot } from '../../udf/metrics.ts';
import { isMemoryLimit, type OperatorMemory } from '../memory.ts';
import type { TaskContext } from '../operator.ts';
import { createOperator } from '../operators/index.ts';
import { heldBatches } from '../operators/table-build.ts';
import { PoolSegment, type SegmentSpec } from '../pool/pool-segment.ts';
import type { OutputSpec, TaskOutcome } from '../pool/protocol.ts';
import {
  besideEachOther,
  type OperatorProfiles,
  oneAfterTheOther,
} from '../profile/operator-profile.ts';
import { isSpilled } from '../spill/spill-file.ts';
import { runLocal } from './calling-thread.ts';
import { Chain } from './chain.ts';
import { isMadeInUnits, tableInUnits, type UnitRunner, unitsHere } from './held-table.ts';
import type { JobSite } from './job-site.ts';
import { localContext } from './local-context.ts';
import {
  HoldOutput,
  NO_PRODUCT,
  partsOutput,
  TableOutput,
  type TaskOutput,
  type TaskProduct,
  WriteOutput,
} from './output.ts';
import { partitionsOf } from './partition-count.ts';
import { SegmentTask } from './segment.ts';
import { Slice } from './slice.ts';
import { partedSegment, planSegmentSort, sortedSegment, tasksFor } from './sorted-segment.ts';
import { type ReadyBranch, type ReadySegment, readySegment, tableOf } from './splits.ts';
import type { Stage, StageBranch, StageOutput } from './stage.ts';
import { callsIsolated, readerOf, udfNames } from './stage-facts.ts';
import { StageFiles } from './stage-files.ts';

/** For so long a statement may be one that soon ends. */
const YOUNG_MS = 250;

/** One stage as it runs. */
export class StageRun {
  readonly #stage: Stage;
  readonly #site: JobSite;
  readonly #onPool: boolean;
  readonly #region: Region;
  readonly #ctx: TaskContext;
  readonly #files: StageFiles;
  readonly #pooled: PoolSegment[] = [];
  #localRowsSkipped = 0;

  /** Rows that memory does not hold go to the folder of `newFolder`, which is called at most once. */
  constructor(stage: Stage, site: JobSite, onPool: boolean, newFolder: () => string) {
    this.#stage = stage;
    this.#site = site;
    this.#onPool = onPool;
    this.#files = new StageFiles(newFolder);
    this.#region = new Region(site.pool.arena);
    // Operators of the tail hold rows while the tasks on the pool hold theirs.
    const sharers = onPool && stage.tail.length > 0 ? 1 + site.options.parallelism : 1;
    const folder = () => {
      this.#files.markUsed();
      return this.#files.path;
    };
    this.#ctx = localContext(site, this.#region, folder, sharers);
  }

  /** Rows that the stage's sources passed over so far. */
  get rowsSkipped(): number {
    return this.#ended.reduce((sum, task) => sum + task.rowsSkipped, this.#localRowsSkipped);
  }

  /** What the user's functions measured so far: on the calling thread, and in ended tasks. */
  get metrics(): readonly MetricSnapshot[] {
    const pooled = this.#ended.flatMap((task) => task.metrics);
    return [...this.#ctx.userCode.metrics.snapshot(), ...pooled];
  }

  /** What was measured of the operators, on the calling thread and in ended tasks. */
  get profiles(): OperatorProfiles {
    const pooled = this.#pooled.map(({ ended }) =>
      besideEachOther(ended.map(({ operators }) => operators)),
    );
    return oneAfterTheOther([this.#ctx.profile?.profiles() ?? new Map(), ...pooled]);
  }

  /** The owners of its memory. */
  get owners(): readonly number[] {
    return [this.#region.owner, ...this.#pooled.flatMap(({ owners }) => owners)];
  }

  /** Tasks that were started: on the pool, or the one on the calling thread. */
  get tasks(): number {
    return Math.max(
      1,
      this.#pooled.reduce((sum, segment) => sum + segment.tasks, 0),
    );
  }

  get #ended(): readonly TaskOutcome[] {
    return this.#pooled.flatMap((segment) => segment.ended);
  }

  /** What operators held and spilled so far: on the calling thread, and in ended tasks. */
  get memory(): readonly OperatorMemory[] {
    return [...this.#ctx.memory.snapshot(), ...this.#pooled.flatMap(({ memory }) => memory)];
  }

  /**
   * The rows, in order, on the calling thread. Borrowed, perhaps with a selection. Whoever takes them
   * may never leave the thread by itself, nor do the messages that bring them.
   */
  async *rows(): AsyncGenerator<Batch> {
    const operators = this.#stage.tail.map((node) => createOperator(node, null, this.#ctx));
    const tail = new Chain(operators, this.#ctx);
    using slice = new Slice();
    try {
      for (const branches of this.#stage.segments) {
        if (tail.done) break;
        const segment = await this.#prepare(branches);
        for await (const batch of this.#segmentRows(segment, slice)) {
          yield* withRows(tail.process(batch));
          if (tail.done) break;
          if (slice.over) await slice.giveWay();
        }
      }
      for (const batch of withRows(tail.finish())) {
        yield batch;
        if (slice.over) await slice.giveWay();
      }
    } catch (error) {
      throw this.#ctx.memory.explain(error);
    } finally {
      await tail.close();
    }
  }

  /** The same without selections, and without batches that have no rows. */
  async *compactRows(): AsyncGenerator<Batch> {
    const scratch = this.#region.child();
    for await (const batch of this.rows()) {
      scratch.recycle();
      const rows = compact(batch, scratch);
      if (rows.length > 0) yield rows;
    }
  }

  /** Runs the stage to its end; it makes something else than rows. */
  async products(): Promise<readonly TaskProduct[]> {
    const { segments, output, tail } = this.#stage;
    const spec = tail.length === 0 ? this.#workerOutput(output) : null;
    const isHere = !this.#onPool && (spec?.kind !== 'table' || !spec.rowsStay);
    if (spec === null || isHere) return [await this.#collect()];
    const products: TaskProduct[] = [];
    for (const branches of segments) {
      const segment = await this.#prepare(branches);
      const table = spec.kind === 'table' ? await this.#heldTable(segment, spec) : null;
      if (table !== null) products.push(table);
      else if (!this.#onPool) products.push(await this.#collect());
      else products.push(...(await this.#startOnPool(segment, spec).outcomes()));
    }
    return products;
  }

  /** Makes the pull that waits throw. */
  cancel(error: Error): void {
    for (const pooled of this.#pooled) pooled.cancel(error);
  }

  /** Frees what the stage made: memory at once, then the files. False: there were none. */
  async dispose(): Promise<boolean> {
    for (const pooled of this.#pooled) this.#disposePooled(pooled);
    this.#region.dispose();
    return this.#files.remove();
  }

  #disposePooled(pooled: PoolSegment): void {
    if (pooled.hasFiles) this.#files.markUsed();
    pooled.dispose();
  }

  async #collect(): Promise<TaskProduct> {
    const { profile } = this.#ctx;
    const by = this.#stage.outputBy;
    const output =
      profile === undefined || by === null
        ? this.#localOutput(this.#ctx)
        : profile.output(by, this.#ctx, (ctx) => this.#localOutput(ctx)).output;
    try {
      for await (const batch of this.rows()) {
        const pending = output.write(0, batch);
        if (pending !== undefined) await pending;
      }
      return output.finish();
    } catch (error) {
      output.abort();
      throw error;
    }
  }

  async *#segmentRows(segment: ReadySegment, slice: Slice): AsyncGenerator<Batch> {
    if (this.#onPool) yield* this.#startOnPool(segment, { kind: 'rows' }).batches();
    else yield* this.#runHere(segment, slice);
  }

  async *#runHere(segment: ReadySegment, slice: Slice): AsyncGenerator<Batch> {
    const branches = segment.branches.map(({ source, chain }) => ({
      source: source.kind === 'scan' ? source.node.source : null,
      chain: chain.map(({ node, table }) => ({ node, table: tableOf(table, this.#site) })),
      join: source.kind === 'join' ? source.node : null,
      perSplit: this.#isPartitioned(source),
      readBy: readerOf({ source, chain }),
    }));
    const task = new SegmentTask(branches, segment.splits, this.#ctx);
    const async = branches.some(({ source }) => source !== null && source.spec === null);
    const { cancelled } = this.#site;
    try {
      yield* runLocal({ task, splits: segment.splits.length, async, cancelled, slice });
    } finally {
      this.#localRowsSkipped += task.rowsSkipped;
    }
  }

  /** The table of rows that are held; null: one task does better, as far as memory tells. */
  async #heldTable(
    segment: ReadySegment,
    spec: Extract<OutputSpec, { kind: 'table' }>,
  ): Promise<TaskProduct | null> {
    const held = heldBatches(segment.splits);
    const { join } = spec;
    if (!isMadeInUnits(held, spec, this.#ctx)) return null;
    const memory = this.#region.child();
    const pooled: PoolSegment[] = [];
    const onPool: UnitRunner = async (units) => {
      const started = this.#startOnPool(segment, { kind: 'build', join, units });
      pooled.push(started);
      return (await started.outcomes()).flatMap(({ built }) => built);
    };
    const here = unitsHere(join, held, this.#stage.outputBy, memory, this.#ctx);
    const parts = this.#onPool ? this.#site.options.parallelism : 1;
    try {
      const table = await tableInUnits(join, held, parts, memory, this.#onPool ? onPool : here);
      return { ...NO_PRODUCT, table };
    } catch (error) {
      if (!isMemoryLimit(error) || join.keys === null) throw this.#ctx.memory.explain(error);
      for (const started of pooled) {
        this.#pooled.splice(this.#pooled.indexOf(started), 1);
        this.#disposePooled(started);
      }
      memory.dispose();
      return null;
    }
  }

  /** The same segment; the rows of one that begins with a sort are parted, to be sorted by range. */
  async #partToSort(segment: ReadySegment): Promise<ReadySegment> {
    const sort = planSegmentSort(segment, this.#ctx);
    if (sort === null) return segment;
    const by = sort.node.number ?? null;
    const output: OutputSpec = { kind: 'part', sort: sort.sort, units: sort.units };
    const pooled = this.#startOnPool(partedSegment(segment), output, by);
    try {
      const parted = (await pooled.outcomes()).flatMap((task) => task.parted);
      return sortedSegment(segment, sort, parted);
    } catch (error) {
      if (!isMemoryLimit(error)) throw error;
      // Others have taken the memory meanwhile: the operator goes on in files.
      this.#pooled.splice(this.#pooled.indexOf(pooled), 1);
      this.#disposePooled(pooled);
      return segment;
    }
  }

  #startOnPool(
    { branches, splits }: ReadySegment,
    output: OutputSpec,
    outputBy: number | null = this.#stage.outputBy,
  ): PoolSegment {
    const { options, pool, startedAt } = this.#site;
    const { statement, batchRows, compile, parallelism, udfTimeoutMs, profile } = options;
    const feed = this.#feedOf({ branches, splits });
    const most = tasksFor({ branches, splits }, output, this.#stage.parallel);
    const tasks = feed !== null && this.#stage.parallel ? parallelism : Math.min(parallelism, most);
    const spec: SegmentSpec = {
      statement: plainContext(statement),
      batchRows,
      compile,
      profile: profile === true,
      spillFolder: this.#files.path,
      splits: feed === null ? splits : [],
      feed,
      output,
      outputBy,
      tasks,
      udfTimeoutMs,
      young: performance.now() - startedAt < YOUNG_MS && this.#site.isShort,
      functions: udfNames(this.#stage),
      isolated: callsIsolated(this.#stage),
      branches: branches.map(({ source, chain }) => ({
        source: source.kind === 'scan' ? source.node.source.spec : null,
        chain: chain.map(({ node }) => node),
        tables: chain.map(({ table }) => tableOf(table, this.#site)),
        join: source.kind === 'join' ? source.node : null,
        perSplit: this.#isPartitioned(source),
        // What is fed was read here.
        readBy: feed === null ? readerOf({ source, chain }) : null,
      })),
    };
    const pooled = new PoolSegment(pool, spec);
    this.#pooled.push(pooled);
    return pooled;
  }

  /** The rows of a source that workers cannot read; null when they can read all sources. */
  #feedOf({ branches, splits }: ReadySegment): AsyncGenerator<Batch> | null {
    const here = branches.find(
      ({ source }) => source.kind === 'scan' && source.node.source.spec === null,
    );
    if (here?.source.kind !== 'scan') return null;
    assert(branches.length === 1, 'a segment that is fed has one source');
    return this.#fed({ branches: [{ source: here.source, chain: [] }], splits });
  }

  async *#fed(segment: ReadySegment): AsyncGenerator<Batch> {
    using slice = new Slice();
    yield* this.#runHere(segment, slice);
  }

  async #prepare(branches: readonly StageBranch[]): Promise<ReadySegment> {
    this.#ctx.checkCancelled();
    const segment = await readySegment(branches, this.#site, this.#region, this.#ctx.profile);
    // The run may have been cancelled meanwhile: then nothing may start any more.
    this.#ctx.checkCancelled();
    return this.#onPool ? this.#partToSort(segment) : segment;
  }

  #isPartitioned(source: ReadyBranch['source']): boolean {
    return (
      source.kind === 'held' && (this.#site.held.get(source.stage)?.partitions.length ?? 0) > 1
    );
  }

  /** The output as workers make it; null when only the calling thread can. */
  #workerOutput(output: StageOutput): OutputSpec | null {
    switch (output.kind) {
      case 'rows':
        return null;
      case 'hold':
        return { kind: 'hold', keys: output.keys, partitions: partitionsOf(output, this.#site) };
      case 'parts':
        return output;
      case 'table':
        return { ...output, rowsStay: this.#rowsStay() };
      case 'write': {
        const { spec } = output.node.sink;
        return spec === null ? null : { kind: 'write', sink: spec };
      }
    }
  }

  #localOutput(ctx: TaskContext): TaskOutput {
    const { output } = this.#stage;
    switch (output.kind) {
      case 'hold':
        return new HoldOutput(output.keys, partitionsOf(output, this.#site), ctx);
      case 'parts':
        return partsOutput(output.keys, ctx);
      case 'table':
        return new TableOutput(output.join, this.#rowsStay(), ctx);
      case 'write':
        return new WriteOutput(output.node.sink.writer(0, ctx.region), ctx);
      case 'rows':
        assert(false, 'rows are handed out as they come');
    }
  }

  /** Whether the rows of the stage are those that earlier stages hold. */
  #rowsStay(): boolean {
    const branches = this.#stage.segments.flat();
    return branches.every(({ source, chain }) => {
      if (source.kind !== 'held' || chain.length > 0) return false;
      return !(this.#site.held.get(source.stage)?.partitions.flat().some(isSpilled) ?? false);
    });
  }
}

function* withRows(batches: Iterable<Batch>): Iterable<Batch> {
  for (const batch of batches) if (rowCount(batch) > 0) yield batch;
}
