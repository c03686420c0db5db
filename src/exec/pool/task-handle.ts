import type { Arena } from '../../columnar/arena/arena.ts';
import type { ChildPool } from '../child/child-pool.ts';
import { TaskChildren } from '../child/task-children.ts';
import type { ControlBlock, TaskState } from './control.ts';
import type { WorkerPool } from './pool.ts';
import type { PoolTask } from './pool-task.ts';
import type { FromWorker, TaskOutcome, TaskSpec, ToWorker } from './protocol.ts';

/** What a task is started with, beside what it has of its own. */
export type CommonSpec = Omit<TaskSpec, 'children' | 'owner' | 'control' | 'place'>;

/** Where a task is started. */
export interface TaskSite {
  readonly arena: Arena;
  readonly pool: WorkerPool;
  /** Whether it waits at a thread that lives, rather than for one that starts. */
  readonly joins: boolean;
  readonly control: ControlBlock;
  /** The processes of its functions that have their own; null: there are none. */
  readonly children: ChildPool | null;
}

/** Who is told of a task. */
export interface TaskListener {
  received(task: TaskHandle, message: FromWorker): void;
  /** Its worker is gone, or did not take it, and there is no outcome. */
  lost(task: TaskHandle, exit: unknown): void;
  /** Nothing more comes of it. */
  over(task: TaskHandle): void;
}

/** One task on the pool as the calling thread sees it. */
export class TaskHandle {
  readonly index: number;
  readonly #place: number;
  /** The owner of its memory. */
  readonly owner: number;
  readonly children: TaskChildren | null;
  readonly #site: TaskSite;
  readonly #listener: TaskListener;
  readonly #pooled: PoolTask;
  readonly #ended = Promise.withResolvers<void>();
  #revoked = false;
  outcome: TaskOutcome | null = null;
  over = false;

  /**
   * Starts it; with its own worker, if one is free, where it calls user code. No other task was
   * given its place in the control block.
   */
  constructor(place: number, common: CommonSpec, site: TaskSite, listener: TaskListener) {
    this.index = common.task;
    this.#place = place;
    this.#site = site;
    this.#listener = listener;
    this.owner = site.arena.newOwner();
    this.children = site.children === null ? null : new TaskChildren(site.children);
    site.control.enqueue(place);
    const spec: TaskSpec = {
      ...common,
      children: this.children?.end ?? null,
      owner: this.owner,
      control: site.control.address,
      place,
    };
    const placing = {
      exclusive: common.watched,
      joins: site.joins,
      state: () => this.state,
    };
    this.#pooled = site.pool.start(spec, placing, {
      received: (message) => this.#receive(message),
      lost: (exit) => this.#lost(exit),
    });
  }

  /** What it does now. */
  get state(): TaskState {
    return this.#site.control.stateOf(this.#place);
  }

  /** A number that changes while it makes progress. */
  get progress(): number {
    return this.#site.control.progressOf(this.#place);
  }

  /** Whether no thread has come to it, because of another task that goes on and on. */
  get isKept(): boolean {
    return !this.over && this.state === 'queued' && this.#site.pool.isKept(this.#pooled);
  }

  /** Resolves when nothing more comes of it. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Whether no thread touches what it was given any more. */
  get isLeft(): boolean {
    return this.over && !this.#revoked;
  }

  /** Resolves when no thread touches what it was given any more. */
  get left(): Promise<void> {
    // A thread that comes late to a task looks whether it was revoked.
    return this.#revoked ? this.#pooled.left : this.ended;
  }

  /** Sends the task a message. */
  post(message: ToWorker): void {
    this.#pooled.post(message);
  }

  /** Ends a task that no thread has come to; false: one has. */
  revoke(): boolean {
    if (!this.withdraw()) return false;
    this.#listener.over(this);
    return true;
  }

  /** The same, and nobody is told: another task takes its place. */
  withdraw(): boolean {
    if (this.over || !this.#site.control.revoke(this.#place)) return false;
    this.#revoked = true;
    this.#end();
    return true;
  }

  /** Ends its worker. */
  async kill(): Promise<void> {
    await this.#site.pool.terminate(this.#pooled);
    await this.ended;
  }

  #receive(message: FromWorker): void {
    if (this.over) return;
    if (message.kind === 'end') this.outcome = message;
    this.#listener.received(this, message);
    if (message.kind !== 'end') return;
    this.#end();
    this.#listener.over(this);
  }

  #lost(exit: unknown): void {
    if (this.over) return;
    this.#listener.lost(this, exit);
    this.#end();
    this.#listener.over(this);
  }

  #end(): void {
    this.over = true;
    this.#site.pool.leave(this.#pooled);
    this.children?.close();
    this.#ended.resolve();
  }
}
