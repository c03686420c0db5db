import type { Arena } from '../../columnar/arena/arena.ts';
import { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import { restoreBatch } from '../../columnar/descriptor.ts';
import { runtimeError, TableError, udfError } from '../../common/errors.ts';
import type { ChildPool } from '../child/child-pool.ts';
import type { OperatorMemory } from '../memory.ts';
import { ControlBlock } from './control.ts';
import { decodeError } from './errors.ts';
import { Feeder } from './feeder.ts';
import { poolWithIdle } from './idle-thread.ts';
import { keepAlive } from './keep-alive.ts';
import type { WorkerPool } from './pool.ts';
import { ProgressWatch } from './progress-watch.ts';
import {
  type BranchSpec,
  FED_SPLITS_MAX,
  type FromWorker,
  type Split,
  type TaskOutcome,
  type TaskSpec,
} from './protocol.ts';
import { SplitOrder } from './split-order.ts';
import { type CommonSpec, TaskHandle, type TaskListener } from './task-handle.ts';
import { WorkerExit } from './thread.ts';
import type { Written } from './written.ts';
import { type BranchNodes, type SentNodes, sendNodes } from './written-nodes.ts';
import { writeSplits } from './written-splits.ts';

/** A worker that has not answered a cancellation for so long is terminated. */
const CANCEL_MS = 500;
/** A task of a young statement that waits so long for a thread that another one keeps gets an idle one. */
const KEPT_MS = 10;

/** What a segment on the pool needs of its engine. */
export interface PoolSite {
  readonly arena: Arena;
  readonly pool: WorkerPool;
  /** Threads for what would wait behind long work. */
  readonly spare: WorkerPool;
  /** Whether a long statement runs. */
  hasLong(): boolean;
  /** The processes of functions that have their own. */
  readonly children: ChildPool;
  /** Memory of the calling thread, for control blocks. */
  readonly region: Region;
  /** Where user code may keep files. */
  readonly cacheFolder: string;
}

/** A source and the nodes that its rows go through. */
export type SegmentBranch = BranchSpec & BranchNodes;

/** What all tasks of a segment have in common. */
export type SegmentSpec = Pick<
  TaskSpec,
  | 'statement'
  | 'batchRows'
  | 'compile'
  | 'profile'
  | 'output'
  | 'outputBy'
  | 'spillFolder'
  | 'young'
> & {
  readonly branches: readonly SegmentBranch[];
  readonly splits: readonly Split[];
  readonly tasks: number;
  /** The user's functions in it: it then gets workers of its own, and is watched. */
  readonly functions: readonly string[];
  /** Whether some of them have processes of their own. */
  readonly isolated: boolean;
  readonly udfTimeoutMs: number;
  /** Rows that are read here and fed to the tasks; else null. */
  readonly feed: AsyncGenerator<Batch> | null;
};

/** A batch in a task's slot. */
interface Delivered {
  readonly task: TaskHandle;
  readonly slot: number;
  readonly batch: Extract<FromWorker, { kind: 'batch' }>['batch'];
}

/** A segment that runs on the pool: starts its tasks, takes their rows, ends them. */
export class PoolSegment {
  readonly #site: PoolSite;
  readonly #spec: SegmentSpec;
  readonly #control: ControlBlock;
  readonly #splits: Written;
  readonly #nodes: SentNodes;
  readonly #branches: readonly BranchSpec[];
  readonly #tasks: TaskHandle[] = [];
  readonly #listener: TaskListener;
  readonly #order = new SplitOrder<Delivered>();
  readonly #feeder: Feeder | null;
  /** Memory of the rows that are fed. */
  readonly #feedRegion: Region | null;
  readonly #watch: ProgressWatch | null;
  #look: NodeJS.Timeout | null = null;
  /** Handles of tasks that were started again on other threads. */
  readonly #withdrawn: TaskHandle[] = [];
  #error: Error | null = null;
  #stopping = false;
  #wake: (() => void) | null = null;

  constructor(site: PoolSite, spec: SegmentSpec) {
    this.#site = site;
    this.#spec = spec;
    this.#control = ControlBlock.create(site.region, 2 * spec.tasks);
    this.#splits = writeSplits(spec.splits);
    this.#nodes = sendNodes(spec.branches, this.#isWatched);
    this.#branches = spec.branches.map(({ source, tables, perSplit, readBy }) => {
      return { source, tables, perSplit, readBy };
    });
    this.#listener = {
      received: (task, message) => this.#receive(task, message),
      lost: (task, exit) => this.#lost(task, exit),
      over: (task) => this.#taskOver(task),
    };
    this.#feedRegion = spec.feed === null ? null : new Region(site.arena);
    this.#feeder =
      spec.feed === null || this.#feedRegion === null
        ? null
        : new Feeder(spec.feed, this.#feedRegion);
    for (let i = 0; i < spec.tasks; i++) this.#tasks.push(this.#start(i, i));
    if (this.#mayMove) this.#lookLater();
    if (this.#feeder !== null) void this.#feed(this.#feeder);
    this.#watch = this.#isWatched ? new ProgressWatch(() => this.#tasks, spec.udfTimeoutMs) : null;
  }

  /** The rows, in the order of the splits. Borrowed. Leaving the loop ends the tasks. */
  async *batches(): AsyncGenerator<Batch> {
    try {
      for (let next = await this.#next(); next !== null; next = await this.#next()) {
        yield restoreBatch(this.#site.arena, next.batch);
        next.task.post({ kind: 'release', slot: next.slot });
      }
    } finally {
      await this.stop();
    }
  }

  /** Waits for the tasks and returns what became of them. Errors: the first task's error. */
  async outcomes(): Promise<readonly TaskOutcome[]> {
    try {
      while (this.#error === null && !this.#allOver()) await this.#change();
      if (this.#error !== null) throw this.#error;
      return this.ended;
    } finally {
      await this.stop();
    }
  }

  /** What became of the tasks that have ended. */
  get ended(): readonly TaskOutcome[] {
    return this.#tasks.flatMap(({ outcome }) => (outcome === null ? [] : [outcome]));
  }

  /** The owners of its memory. */
  get owners(): readonly number[] {
    const fed = this.#feedRegion === null ? [] : [this.#feedRegion.owner];
    return [...fed, ...this.#tasks.map(({ owner }) => owner)];
  }

  /** Tasks that were started. */
  get tasks(): number {
    return this.#tasks.length;
  }

  /** Whether its tasks have perhaps put files into the spill folder. Not asked after `dispose`. */
  get hasFiles(): boolean {
    return this.#control.hasFiles;
  }

  /** What the operators of ended tasks held and spilled. */
  get memory(): readonly OperatorMemory[] {
    return this.ended.flatMap(({ memory }) => memory);
  }

  /** Makes the pull that waits, or the next one, throw. */
  cancel(error: Error): void {
    this.#fail(error);
    this.#wake?.();
  }

  /** Makes the tasks end, by force after 500 ms. Idempotent. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#feeder?.stop();
    this.#watch?.stop();
    if (this.#look !== null) clearTimeout(this.#look);
    if (!this.#allOver()) {
      this.#control.cancel();
      this.#revokeQueued();
      for (const task of this.#tasks) if (!task.over) task.post({ kind: 'cancel' });
      await this.#waitAtMost(CANCEL_MS);
      const stuck = this.#tasks.filter((task) => this.#isStuck(task));
      await Promise.all(stuck.map((task) => task.kill()));
    }
    this.#wake?.();
  }

  /** Frees what the tasks hold in the arena; those that still wait follow when they have ended. */
  dispose(): void {
    const { arena, region } = this.#site;
    const free = () => {
      region.free(this.#control.address);
      this.#feedRegion?.dispose();
    };
    for (const task of this.#tasks) {
      if (task.over) arena.freeOwner(task.owner);
      else void task.ended.then(() => arena.freeOwner(task.owner));
    }
    const all = [...this.#tasks, ...this.#withdrawn];
    if (all.every(({ isLeft }) => isLeft)) free();
    else void Promise.all(all.map(({ left }) => left)).then(free);
  }

  /** Whether it calls code of the user. */
  get #isWatched(): boolean {
    return this.#spec.functions.length > 0;
  }

  /** Whether its tasks may be started again elsewhere: what is fed lies with the task it is for. */
  get #mayMove(): boolean {
    return this.#spec.young && this.#spec.feed === null;
  }

  #start(task: number, place: number): TaskHandle {
    const { arena, children, cacheFolder } = this.#site;
    const { functions: _, isolated, udfTimeoutMs: __, feed, ...common } = this.#spec;
    const idle = this.#mayMove ? poolWithIdle(this.#site) : null;
    const spec: CommonSpec = {
      ...common,
      splits: this.#splits,
      nodes: this.#nodes,
      branches: this.#branches,
      watched: this.#isWatched,
      cacheFolder,
      fed: feed !== null,
      task,
      places: 2 * common.tasks,
    };
    const site = {
      arena,
      pool: idle ?? this.#site.pool,
      joins: this.#mayMove && !this.#isWatched,
      control: this.#control,
      children: isolated ? children : null,
    };
    const handle = new TaskHandle(place, spec, site, this.#listener);
    this.#feeder?.add((message) => handle.post(message));
    return handle;
  }

  #lookLater(): void {
    this.#look = setTimeout(() => this.#startKept(), KEPT_MS).unref();
  }

  /** Starts tasks again on idle threads that wait for those of tasks that go on and on. */
  #startKept(): void {
    const { tasks } = this.#spec;
    for (const [index, handle] of this.#tasks.entries()) {
      // Once: there is one other place for it, which a thread may still come to.
      if (this.#isAgain(handle) || !handle.isKept) continue;
      if (poolWithIdle(this.#site) === null || !handle.withdraw()) continue;
      this.#withdrawn.push(handle);
      this.#tasks[index] = this.#start(index, tasks + index);
    }
    // A thread may also be starting: this one's, or one that will be idle.
    const isQueued = (task: TaskHandle) => !task.over && task.state === 'queued';
    if (this.#tasks.some((task) => isQueued(task) && !this.#isAgain(task))) this.#lookLater();
  }

  #isAgain({ index }: TaskHandle): boolean {
    return this.#withdrawn.some((handle) => handle.index === index);
  }

  #receive(task: TaskHandle, message: FromWorker): void {
    if (message.kind === 'batch') {
      this.#order.push(message.split, { task, slot: message.slot, batch: message.batch });
    } else if (message.kind === 'splitsEnd') {
      for (const split of message.splits) this.#order.end(split);
    } else if (message.kind === 'fed') this.#feeder?.fed(task.index, message.slot);
    else if (message.error !== null) this.#failed(task, decodeError(message.error));
    this.#wake?.();
  }

  #taskOver({ index, outcome }: TaskHandle): void {
    const { feed, splits } = this.#spec;
    for (const split of this.#feeder?.end(index) ?? []) this.#order.end(split);
    this.#order.end((feed === null ? splits.length : FED_SPLITS_MAX) + index);
    // What no thread has come to would only end later: all is taken, and another task has ended.
    if (outcome?.error === null && this.#isAllTaken()) this.#revokeQueued();
    this.#wake?.();
  }

  #isAllTaken(): boolean {
    const { feed, splits, output } = this.#spec;
    const parts = output.kind === 'build' ? output.units : splits;
    return feed === null && this.#control.claimed >= parts.length;
  }

  #revokeQueued(): void {
    for (const task of this.#tasks) task.revoke();
  }

  async #feed(feeder: Feeder): Promise<void> {
    try {
      this.#order.skip(await feeder.run(), FED_SPLITS_MAX);
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
    this.#wake?.();
  }

  #fail(error: Error): void {
    // What the tasks report after they were told to stop is no news.
    if (this.#stopping || this.#error !== null) return;
    this.#error = error;
    this.#control.cancel();
  }

  #failed(task: TaskHandle, error: unknown): void {
    const { functions } = this.#spec;
    if (error instanceof TableError || functions.length === 0) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    // Functions may have changed what our own code relies on: the thread is not used again.
    const params = { name: functions.join("', '"), reason: String(error) };
    const details = { functionName: functions[0] ?? '', cause: error };
    this.#fail(udfError('UDF_WORKER_BROKEN', params, details));
    void task.kill();
  }

  #lost(task: TaskHandle, exit: unknown): void {
    if (!(exit instanceof WorkerExit)) {
      this.#failed(task, exit);
      return;
    }
    const { functions, udfTimeoutMs: timeoutMs } = this.#spec;
    const { message: reason, suspected } = exit;
    const name = functions.join("', '");
    const functionName = functions[0] ?? '';
    if (this.#watch?.hasEnded(task.index) === true) {
      this.#fail(udfError('UDF_TIMEOUT', { name, timeoutMs }, { functionName }));
    } else if (functions.length > 0 && suspected) {
      this.#fail(udfError('UDF_WORKER_DIED', { name, reason }, { functionName, cause: exit }));
    } else this.#fail(runtimeError('WORKER_LOST', { reason }, { cause: exit }));
  }

  async #next(): Promise<Delivered | null> {
    for (;;) {
      if (this.#error !== null) throw this.#error;
      const over = this.#allOver();
      const next = over ? this.#order.drain() : this.#order.take();
      if (next !== null || over) return next;
      await this.#change();
    }
  }

  /** Waits until a message came or a task ended. There is one waiter at a time. */
  #change(): Promise<void> {
    const letGo = keepAlive();
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = null;
        letGo();
        resolve();
      };
    });
  }

  #allOver(): boolean {
    return this.#tasks.every(({ over }) => over);
  }

  async #waitAtMost(ms: number): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    await Promise.race([Promise.all(this.#tasks.map((task) => task.ended)), late]);
    clearTimeout(timer);
  }

  /**
   * Whether a task that was told to end needs force. One that waits touches nothing and ends when
   * it wakes; but where user code runs, its microtasks may keep the thread for ever.
   */
  #isStuck({ over, state }: TaskHandle): boolean {
    if (over || state === 'queued') return false;
    return state !== 'waiting' || this.#isWatched;
  }
}
