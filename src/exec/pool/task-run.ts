import type { Arena } from '../../columnar/arena/arena.ts';
import { Region } from '../../columnar/arena/region.ts';
import { assert } from '../../common/assert.ts';
import { cancelledError } from '../../common/errors.ts';
import type { SourceSpec, WorkerSink, WorkerSource } from '../../connectors/connector.ts';
import type { HashJoin, PhysicalPlan } from '../../planner/physical/nodes.ts';
import { TaskMetrics } from '../../udf/metrics.ts';
import { ChildLink } from '../child/child-link.ts';
import { TaskMemory } from '../memory.ts';
import type { TaskContext } from '../operator.ts';
import { type PartedRows, partRows } from '../operators/range-sort.ts';
import { type BuiltUnit, buildUnit, heldBatches, rowsReadBy } from '../operators/table-build.ts';
import { TaskProfile } from '../profile/task-profile.ts';
import {
  HoldOutput,
  NO_PRODUCT,
  partsOutput,
  TableOutput,
  type TaskOutput,
  WriteOutput,
} from '../task/output.ts';
import { type Branch, type SegmentOutput, SegmentTask } from '../task/segment.ts';
import { FIRST_SLICE_MS, SLICE_MS, Slice } from '../task/slice.ts';
import { userFunctionsOf } from '../task/udf-nodes.ts';
import { ControlBlock } from './control.ts';
import { encodeError } from './errors.ts';
import { FedRows } from './fed-rows.ts';
import {
  FED_SPLITS_MAX,
  type OutputSpec,
  type Split,
  type TaskOutcome,
  type TaskSpec,
} from './protocol.ts';
import { ResultOutput } from './results.ts';
import { StrayErrors } from './stray-errors.ts';
import type { TaskLink } from './task-link.ts';
import { lowerPriority } from './thread-priority.ts';
import { receiveNodes } from './written-nodes.ts';
import { readSplits } from './written-splits.ts';

type BuildSpec = Extract<OutputSpec, { kind: 'build' }>;
type PartSpec = Extract<OutputSpec, { kind: 'part' }>;
type PlainSpec = Exclude<OutputSpec, BuildSpec | PartSpec>;

/** How a worker makes sources and sinks again. */
export interface Connectors {
  restoreSource(spec: SourceSpec): WorkerSource;
  restoreSink(spec: SourceSpec): WorkerSink;
}

/**
 * One task in a worker. An async function that is synchronous inside chains: it awaits only when
 * no slot is free for a result, and every 10 ms, to give way to the other tasks of its thread.
 */
export class TaskRun {
  readonly #spec: TaskSpec;
  readonly #link: TaskLink;
  readonly #splits: readonly Split[];
  readonly #control: ControlBlock;
  readonly #ctx: TaskContext;
  readonly #connectors: Connectors;

  private constructor(
    spec: TaskSpec,
    link: TaskLink,
    control: ControlBlock,
    arena: Arena,
    connectors: Connectors,
  ) {
    this.#spec = spec;
    this.#link = link;
    this.#splits = readSplits(spec.splits);
    this.#connectors = connectors;
    this.#control = control;
    const checkCancelled = () => {
      if (control.cancelled) throw cancelledError('CANCELLED', {});
    };
    this.#ctx = {
      region: new Region(arena, spec.owner, { look: checkCancelled }),
      memory: new TaskMemory(arena, spec.tasks, () => {
        control.markFiles();
        return spec.spillFolder;
      }),
      statement: spec.statement,
      batchRows: spec.batchRows,
      compile: spec.compile,
      checkCancelled,
      progress: control.markOf(spec.place),
      userCode: {
        metrics: new TaskMetrics(),
        cacheFolder: spec.cacheFolder,
        task: spec.task,
        tasks: spec.tasks,
        children: spec.children === null ? null : new ChildLink(spec.children),
      },
      profile: spec.profile ? new TaskProfile() : undefined,
    };
  }

  /** Runs a task and sends its outcome; false: it was revoked. */
  static async run(
    spec: TaskSpec,
    link: TaskLink,
    arena: Arena,
    connectors: Connectors,
  ): Promise<boolean> {
    const control = new ControlBlock(arena.buffer, spec.control, spec.places);
    if (!spec.young) lowerPriority();
    if (!control.begin(spec.place)) return false;
    await new TaskRun(spec, link, control, arena, connectors).#run();
    return true;
  }

  async #run(): Promise<void> {
    const { words, index } = this.#ctx.progress;
    if (this.#spec.watched) {
      this.#link.listen(({ kind }) => {
        if (kind === 'ping') words[index]!++;
      });
    }
    const outcome = await this.#outcome();
    // Functions may count until they are closed.
    const metrics = this.#ctx.userCode.metrics.snapshot();
    const operators = this.#ctx.profile?.profiles() ?? new Map();
    const memory = this.#ctx.memory.snapshot();
    this.#link.post({ kind: 'end', ...outcome, metrics, operators, memory });
  }

  async #outcome(): Promise<Omit<TaskOutcome, 'metrics' | 'operators' | 'memory'>> {
    let output: TaskOutput | null = null;
    let segment: SegmentTask | null = null;
    let strays: StrayErrors | null = null;
    try {
      this.#ctx.checkCancelled();
      const spec = this.#spec.output;
      if (spec.kind === 'build') {
        return { error: null, rowsSkipped: 0, ...NO_PRODUCT, built: await this.#build(spec) };
      }
      if (spec.kind === 'part') {
        return { error: null, rowsSkipped: 0, ...NO_PRODUCT, parted: await this.#part(spec) };
      }
      const made = this.#measuredOutput(spec);
      output = made.output;
      const results = made.plain instanceof ResultOutput ? made.plain : null;
      const branches = this.#branches();
      const functions = functionsOf(branches);
      const task = new SegmentTask(branches, this.#splits, this.#ctx);
      segment = task;
      if (functions.length === 0) await this.#drive(task, made.output, results);
      else {
        strays = new StrayErrors(functions);
        await strays.run(() => this.#drive(task, made.output, results));
        await strays.settle();
      }
      return { error: null, rowsSkipped: task.rowsSkipped, ...output.finish() };
    } catch (error) {
      output?.abort();
      const explained = this.#ctx.memory.explain(error);
      return {
        error: encodeError(explained),
        rowsSkipped: segment?.rowsSkipped ?? 0,
        ...NO_PRODUCT,
      };
    } finally {
      // What fails while a failed task is closed is no news.
      const closed = () => segment?.close();
      await (strays === null ? closed() : strays.run(closed))?.catch(() => {});
      strays?.stop();
    }
  }

  /** Runs the segment to its end, and closes it. */
  async #drive(
    segment: SegmentTask,
    output: TaskOutput,
    results: ResultOutput | null,
  ): Promise<void> {
    using slice = new Slice(this.#spec.young ? FIRST_SLICE_MS : SLICE_MS);
    for (const item of this.#items(segment)) {
      if (item?.kind === 'wait') {
        results?.tellEnds();
        await this.#leave(item.until, item.idle === true ? 'waiting' : 'awaiting');
      } else if (item?.kind === 'splitEnd') results?.endSplit(item.split);
      else if (item?.kind === 'batch') {
        const pending = output.write(item.split, item.batch);
        // Results say themselves that they wait.
        if (pending !== undefined) await (results === null ? this.#leave(pending) : pending);
      }
      // Also between batches: an operator that has all its rows may hand on seconds of them.
      if (!slice.over) continue;
      results?.tellEnds();
      await this.#leave(slice.giveWay(), 'waiting');
    }
    this.#control.setState(this.#spec.place, 'awaiting');
    await segment.close();
  }

  /** The rows after all splits are numbered by task, so that they come out in a fixed order. */
  #items(segment: SegmentTask): Generator<SegmentOutput> {
    const { task, fed } = this.#spec;
    if (fed) return segment.runFed(new FedRows(this.#link), FED_SPLITS_MAX + task);
    return segment.run(() => this.#control.claim(), this.#splits.length + task);
  }

  /** Leaves the thread to other tasks; `awaiting`: meanwhile its own work goes on. */
  async #leave(until: Promise<void>, state: 'awaiting' | 'waiting' = 'awaiting'): Promise<void> {
    this.#control.setState(this.#spec.place, state);
    await until;
    this.#control.setState(this.#spec.place, 'running');
    this.#ctx.checkCancelled();
  }

  #branches(): Branch[] {
    const nodes = receiveNodes(this.#spec.nodes);
    return this.#spec.branches.map(({ source, tables, perSplit, readBy }, i) => {
      const { join, chain } = nodes[i]!;
      return {
        source: source === null ? null : this.#connectors.restoreSource(source),
        join: join === null ? null : hashJoin(join),
        chain: chain.map((node, at) => ({ node, table: tables[at]! })),
        perSplit,
        readBy,
      };
    });
  }

  /** Claims units of a join's table until none is left. */
  async #build({ join, units }: BuildSpec): Promise<readonly BuiltUnit[]> {
    const held = heldBatches(this.#splits);
    return this.#units(
      units,
      (unit) => rowsReadBy(unit, held),
      (unit, region) => buildUnit(unit, join, held, region),
    );
  }

  /** Claims batches to be parted for a sort until none is left. */
  async #part({ sort, units }: PartSpec): Promise<readonly PartedRows[]> {
    const held = heldBatches(this.#splits);
    return this.#units(
      units,
      ({ from, to }) => held.slice(from, to).reduce((sum, { length }) => sum + length, 0),
      (unit, region) => partRows(sort, unit, held, region),
    );
  }

  /** Claims units of work until none is left; `rowsOf` a unit are counted as input. */
  async #units<U, R>(
    units: readonly U[],
    rowsOf: (unit: U) => number,
    work: (unit: U, region: Region) => R,
  ): Promise<readonly R[]> {
    const { profile } = this.#ctx;
    const { outputBy } = this.#spec;
    const done: R[] = [];
    using slice = new Slice();
    for (let i = this.#control.claim(); i < units.length; i = this.#control.claim()) {
      this.#ctx.checkCancelled();
      const unit = units[i]!;
      const make = ({ region }: TaskContext) => work(unit, region);
      if (profile === undefined || outputBy === null) done.push(make(this.#ctx));
      else done.push(profile.work(outputBy, this.#ctx, rowsOf(unit), make));
      if (slice.over) await this.#leave(slice.giveWay(), 'waiting');
    }
    return done;
  }

  #measuredOutput(output: PlainSpec): {
    readonly output: TaskOutput;
    readonly plain: TaskOutput;
  } {
    const { profile } = this.#ctx;
    const { outputBy } = this.#spec;
    if (profile !== undefined && outputBy !== null) {
      return profile.output(outputBy, this.#ctx, (ctx) => this.#output(output, ctx));
    }
    const plain = this.#output(output, this.#ctx);
    return { output: plain, plain };
  }

  #output(output: PlainSpec, ctx: TaskContext): TaskOutput {
    const { task, place } = this.#spec;
    switch (output.kind) {
      case 'rows':
        return new ResultOutput(this.#link, this.#control, place, ctx);
      case 'hold':
        return new HoldOutput(output.keys, output.partitions, ctx);
      case 'parts':
        return partsOutput(output.keys, ctx);
      case 'table':
        return new TableOutput(output.join, output.rowsStay, ctx);
      case 'write': {
        const sink = this.#connectors.restoreSink(output.sink);
        return new WriteOutput(sink.writer(task, ctx.region), ctx);
      }
    }
  }
}

function hashJoin(node: PhysicalPlan): HashJoin {
  assert(node.kind === 'HashJoin', 'only hash joins are done in parts');
  return node;
}

/** The names of the user's functions that chains call. */
function functionsOf(branches: readonly Branch[]): readonly string[] {
  const nodes = branches.flatMap(({ chain }) => chain.map(({ node }) => node));
  return nodes.flatMap(userFunctionsOf).map(({ name }) => name);
}
