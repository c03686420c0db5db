import type { Arena } from '../../columnar/arena/arena.ts';
import { ownEntry } from '../own-entry.ts';
import { type Placing, PoolTask, type TaskReceiver } from './pool-task.ts';
import type { TaskSpec } from './protocol.ts';
import { WorkerExit, type WorkerHeap, WorkerThread } from './thread.ts';

/** A task with user code waits this long for a worker of its own, then it shares one. */
const EXCLUSIVE_WAIT_MS = 100;
/** Mebibytes of JavaScript heap of a worker or child, unless the engine's options say otherwise. */
export const HEAP_MB = 1024;

/** What a pool is made with. */
export interface PoolOptions {
  readonly workersMax: number;
  readonly heapMb: number | null;
  readonly workerUrl: URL | null;
}

/**
 * The workers of one environment: spawned when they are needed, kept, and replaced when they die.
 * Idle workers do not keep the process alive.
 */
export class WorkerPool {
  readonly #arena: Arena;
  readonly #options: PoolOptions;
  /** All that live, the oldest first. */
  readonly #threads = new Set<WorkerThread>();
  /** Tasks without a thread, the oldest first; with a timer those that do not share one before. */
  readonly #waiting = new Map<PoolTask, NodeJS.Timeout | null>();
  #closed = false;

  constructor(arena: Arena, options: PoolOptions) {
    this.#arena = arena;
    this.#options = options;
  }

  /** Worker threads that live. */
  get size(): number {
    return this.#threads.size;
  }

  /** The heaps of the workers that live; null for one that does not answer at once. */
  heaps(): Promise<readonly (WorkerHeap | null)[]> {
    return Promise.all([...this.#threads].map((thread) => thread.heap()));
  }

  /** Starts a task; at once, if a thread is idle, or lives and the task joins it. */
  start(spec: TaskSpec, placing: Placing, receiver: TaskReceiver): PoolTask {
    const task = new PoolTask(spec, placing, receiver);
    const thread = this.#leastBusy();
    if (this.#closed) task.lose(closedExit());
    else if (thread !== null && (thread.load === 0 || placing.joins)) task.place(thread);
    else this.#wait(task);
    return task;
  }

  /** Says that a task has ended, as soon as it says so itself: its place is free. */
  leave(task: PoolTask): void {
    if (task.thread !== null) task.thread.free(task);
    else {
      this.#giveUp(task);
      task.leave();
    }
    this.#placeWaiting();
  }

  /** Starts one more thread, if there may be one, and none is idle or being started. */
  addThread(): void {
    if (!this.hasIdle && this.#starting === 0) this.#spawn();
  }

  /** Whether there may be more threads than there are. */
  get mayGrow(): boolean {
    return this.size < this.#options.workersMax && !this.#closed;
  }

  /** Whether there is a thread that has no task. */
  get hasIdle(): boolean {
    return this.#leastBusy()?.load === 0;
  }

  /** Whether another task keeps the thread of this one. */
  isKept(task: PoolTask): boolean {
    return task.thread?.isKeptFrom(task) === true;
  }

  /** Ends the worker of a task, and with it the other tasks of that worker. */
  async terminate({ thread }: PoolTask): Promise<void> {
    await thread?.terminate();
  }

  /** Ends all workers. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#loseWaiting(closedExit());
    await Promise.all([...this.#threads].map((thread) => thread.terminate()));
  }

  /** The thread whose tasks weigh least; null when none has started. */
  #leastBusy(): WorkerThread | null {
    let best: WorkerThread | null = null;
    for (const thread of this.#threads) {
      if (thread.isReady && (best === null || thread.load < best.load)) best = thread;
    }
    return best;
  }

  get #starting(): number {
    return [...this.#threads].filter(({ isStarting }) => isStarting).length;
  }

  #wait(task: PoolTask): void {
    const patience = task.placing.exclusive
      ? setTimeout(() => {
          this.#waiting.set(task, null);
          this.#placeWaiting();
        }, EXCLUSIVE_WAIT_MS)
      : null;
    this.#waiting.set(task, patience);
    this.#spawnForWaiting();
    this.#placeWaiting();
  }

  /** Gives waiting tasks to idle threads; those that no thread starts for share one. */
  #placeWaiting(): void {
    let coming = this.#starting;
    for (const [task, patience] of this.#waiting) {
      const thread = this.#leastBusy();
      if (thread === null) return;
      if (thread.load > 0 && (coming-- > 0 || patience !== null)) continue;
      this.#giveUp(task);
      task.place(thread);
    }
  }

  #spawnForWaiting(): void {
    while (this.mayGrow && this.#waiting.size > this.#starting) this.#spawn();
  }

  #spawn(): void {
    if (!this.mayGrow) return;
    try {
      const thread = this.#newThread();
      this.#threads.add(thread);
    } catch (error) {
      this.#goWithout(error);
    }
  }

  #newThread(): WorkerThread {
    const { heapMb, workerUrl } = this.#options;
    const options = {
      url: workerUrl ?? ownEntry('worker'),
      heapMb: heapMb ?? HEAP_MB,
      arena: this.#arena.handle,
    };
    const thread: WorkerThread = new WorkerThread(options, {
      ready: () => this.#placeWaiting(),
      exited: (exit) => this.#exited(thread, exit),
    });
    return thread;
  }

  #exited(thread: WorkerThread, exit: WorkerExit): void {
    this.#threads.delete(thread);
    if (!thread.hasStarted) this.#goWithout(exit);
    this.#spawnForWaiting();
    this.#placeWaiting();
  }

  /** A thread has not started, and the next one would not either: tasks share those that there are. */
  #goWithout(error: unknown): void {
    for (const task of this.#waiting.keys()) {
      const thread = this.#leastBusy();
      if (thread === null) break;
      this.#giveUp(task);
      task.place(thread);
    }
    this.#loseWaiting(error);
  }

  #loseWaiting(error: unknown): void {
    for (const task of [...this.#waiting.keys()]) {
      this.#giveUp(task);
      task.lose(error);
    }
  }

  #giveUp(task: PoolTask): void {
    clearTimeout(this.#waiting.get(task) ?? undefined);
    this.#waiting.delete(task);
  }
}

function closedExit(): WorkerExit {
  return new WorkerExit('the environment was closed', true, null);
}
