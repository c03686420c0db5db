import type { Worker } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import type { Arena } from '../../columnar/arena/arena.ts';
import { loadPackage } from '../../common/packages.ts';
import { ownEntry } from '../own-entry.ts';
import { loaderFlags } from './loader-flags.ts';
import type { TaskSpec, WorkerInit } from './protocol.ts';

/** Tasks of one thread at once. Tasks wait without a thread, so the number only has to be high. */
const TASKS_PER_WORKER = 100_000;
/** A task with user code waits this long for a worker of its own, then it shares one. */
const EXCLUSIVE_WAIT_MS = 100;
/** Mebibytes of JavaScript heap of a worker or child, unless the engine's options say otherwise. */
export const HEAP_MB = 1024;

/**
 * The part of it for new objects. Left to itself V8 takes up to 192 MiB on a machine with much
 * memory, over thousands of statements, and saves no time by it.
 */
const YOUNG_HEAP_MB = 48;

/** A worker that does not say in so many milliseconds how large its heap is does not matter. */
const HEAP_WAIT_MS = 100;

/** The JavaScript heap of a worker, in bytes. */
export interface WorkerHeap {
  readonly usedBytes: number;
  /** What it may grow to. */
  readonly limitBytes: number;
}

/** What a pool is made with. */
export interface PoolOptions {
  readonly workersMax: number;
  readonly heapMb: number | null;
  readonly workerUrl: URL | null;
}

/** How a task gets its thread. */
export interface Placing {
  /** It gets a thread of its own, if one comes free within 100 ms: for user code. */
  readonly exclusive: boolean;
  /** It waits at a thread that lives, rather than for one that starts. */
  readonly joins: boolean;
  /** Whether it keeps its thread now. */
  isBusy(): boolean;
}

/** One task on a worker. */
export interface PoolTask {
  /** Resolves when the task has ended, whatever its outcome. Errors: WorkerExit. */
  readonly ended: Promise<void>;
}

/** The worker of a task is gone: it exited, ran out of heap, or was terminated. */
export class WorkerExit extends Error {
  /** `terminate` ended it, perhaps because of another task. */
  readonly terminated: boolean;

  constructor(message: string, terminated: boolean, cause: unknown) {
    super(message, { cause });
    this.terminated = terminated;
  }
}

/** A worker thread as the pool sees it. */
interface Seat {
  readonly worker: Worker;
  readonly exited: Promise<void>;
  readonly tasks: Set<Placement>;
  exclusive: number;
  terminated: boolean;
}

/** A task that waits for its place or has it. */
interface Placement extends Placing {
  seat: Seat | null;
}

/**
 * The workers of one environment: spawned when they are needed, kept, and replaced when they die.
 * Idle workers do not keep the process alive.
 */
export class WorkerPool {
  readonly #arena: Arena;
  readonly #options: PoolOptions;
  #piscina: Promise<Piscina> | null = null;
  #threads: Piscina | null = null;
  /** The same, once those who waited for it go on. */
  #ready: Piscina | null = null;
  /** The symbol under which Piscina shows a task's own options to the balancer. */
  #placementKey: symbol = Symbol('placement');
  readonly #seats = new Map<number, Seat>();
  readonly #placements = new WeakMap<PoolTask, Placement>();
  /** Fail functions of tasks that have no worker yet: for a worker that cannot start. */
  readonly #unplaced = new Set<(error: Error) => void>();
  readonly #freed = new Set<() => void>();
  #posting = false;
  #adding = false;
  #closed = false;

  constructor(arena: Arena, options: PoolOptions) {
    this.#arena = arena;
    this.#options = options;
  }

  /** Worker threads that live. */
  get size(): number {
    return this.#threads?.threads.length ?? 0;
  }

  /** The heaps of the workers that live; null for one that does not answer at once. */
  heaps(): Promise<readonly (WorkerHeap | null)[]> {
    return Promise.all((this.#threads?.threads ?? []).map(heapOf));
  }

  /** Starts a task. */
  start(spec: TaskSpec, placing: Placing): PoolTask {
    const placement: Placement = { ...placing, seat: null };
    const task: PoolTask = { ended: this.#run(spec, placement) };
    // Whoever started the task looks at `ended` later.
    task.ended.catch(() => {});
    this.#placements.set(task, placement);
    return task;
  }

  /** Says that a task has ended, as soon as it says so itself: its place is free. */
  leave(task: PoolTask): void {
    const placement = this.#placements.get(task);
    if (placement !== undefined) this.#leave(placement);
  }

  /** Starts one more thread, if there may be one, and none is idle or being started here. */
  addThread(): void {
    if (this.#adding || this.#closed || !this.mayGrow) return;
    this.#adding = true;
    this.#addThread()
      // Whoever needs the thread learns why there is none.
      .catch(() => {})
      .finally(() => {
        this.#adding = false;
      });
  }

  /** Whether there may be more threads than there are. */
  get mayGrow(): boolean {
    return this.size < this.#options.workersMax;
  }

  /** Whether there is a thread that has no task. */
  get hasIdle(): boolean {
    return this.#idle > 0;
  }

  get #idle(): number {
    return [...this.#seats.values()].filter(({ tasks }) => tasks.size === 0).length;
  }

  /** Whether another task keeps the thread of this one. */
  isKept(task: PoolTask): boolean {
    const placement = this.#placements.get(task);
    const others = [...(placement?.seat?.tasks ?? [])].filter((other) => other !== placement);
    return others.some((other) => other.isBusy());
  }

  /** Ends the worker of a task, and with it the other tasks of that worker. */
  async terminate(task: PoolTask): Promise<void> {
    const seat = this.#placements.get(task)?.seat;
    if (seat === null || seat === undefined) return;
    await this.#end(seat);
  }

  /** Ends all workers. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    const piscina = await this.#piscina;
    for (const seat of this.#seats.values()) seat.terminated = true;
    await piscina?.destroy();
    await Promise.all([...this.#seats.values()].map((seat) => seat.exited));
  }

  async #run(spec: TaskSpec, placement: Placement): Promise<void> {
    // Tasks are placed in the order in which they are started, and at once, once there is a thread.
    const piscina = this.#ready ?? (await this.#made());
    this.#ready = piscina;
    if (placement.exclusive) await this.#waitForFreeWorker(piscina);
    if (this.#closed) throw new WorkerExit('the environment was closed', true, null);
    const failed = Promise.withResolvers<never>();
    this.#unplaced.add(failed.reject);
    try {
      const { port, children } = spec;
      const transferList = [port, ...(children === null ? [] : [children.port])];
      const run = this.#post(piscina, { ...spec }, placement, { transferList });
      await Promise.race([run, failed.promise]);
    } catch (cause) {
      const { seat } = placement;
      if (seat !== null && piscina.threads.includes(seat.worker)) {
        // It has refused a message that cannot be cloned; else it could not even tell the outcome.
        if (!(cause instanceof Error && cause.name === 'DataCloneError')) void this.#end(seat);
        throw cause;
      }
      await seat?.exited;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new WorkerExit(reason, seat?.terminated ?? false, cause);
    } finally {
      this.#unplaced.delete(failed.reject);
      this.#leave(placement);
    }
  }

  /** Gives Piscina a task; what does not join a thread that lives may make it start one. */
  #post(
    piscina: Piscina,
    task: object,
    placement: Placement,
    options: Parameters<Piscina['run']>[1],
  ): Promise<unknown> {
    this.#posting = !placement.joins;
    try {
      return piscina.run({ ...task, [this.#placementKey]: placement }, options);
    } finally {
      this.#posting = false;
    }
  }

  async #addThread(): Promise<void> {
    const placement = { exclusive: false, joins: false, isBusy: () => false, seat: null };
    try {
      await this.#post(await this.#made(), {}, placement, { name: 'begin' });
    } finally {
      this.#leave(placement);
    }
  }

  #made(): Promise<Piscina> {
    this.#piscina ??= this.#create();
    return this.#piscina;
  }

  async #end(seat: Seat): Promise<void> {
    seat.terminated = true;
    await seat.worker.terminate();
    await seat.exited;
  }

  async #create(): Promise<Piscina> {
    const { Piscina, queueOptionsSymbol } = loadPackage<typeof import('piscina')>('piscina');
    this.#placementKey = queueOptionsSymbol;
    const init: WorkerInit = { arena: this.#arena.handle };
    const piscina = new Piscina({
      filename: (this.#options.workerUrl ?? ownEntry('worker')).href,
      name: 'runTask',
      minThreads: 0,
      maxThreads: this.#options.workersMax,
      idleTimeout: Number.POSITIVE_INFINITY,
      concurrentTasksPerWorker: TASKS_PER_WORKER,
      // 'sync' would block the thread between tasks: timers and the other tasks must go on.
      atomics: 'disabled',
      recordTiming: false,
      execArgv: loaderFlags(process.execArgv),
      resourceLimits: {
        maxOldGenerationSizeMb: this.#options.heapMb ?? HEAP_MB,
        maxYoungGenerationSizeMb: YOUNG_HEAP_MB,
      },
      workerData: init,
      // Piscina types the workers as objects with an id; the key is its own way to pass options.
      loadBalancer: (task, workers) => {
        const placement = (task as unknown as Record<symbol, unknown>)[this.#placementKey];
        return this.#place(placement as Placement, workers);
      },
    });
    piscina.on('error', (error: Error) => {
      for (const fail of [...this.#unplaced]) fail(error);
    });
    this.#threads = piscina;
    return piscina;
  }

  /** Chooses an idle worker, lets Piscina spawn one (null), or chooses the least busy one. */
  #place<W extends { readonly id: number }>(placement: Placement, workers: readonly W[]): W | null {
    let best: W | null = null;
    let bestLoad = Number.POSITIVE_INFINITY;
    for (const candidate of workers) {
      const seat = this.#seats.get(candidate.id);
      const load = seat === undefined ? 0 : seat.tasks.size + seat.exclusive * TASKS_PER_WORKER;
      if (load < bestLoad) {
        best = candidate;
        bestLoad = load;
      }
    }
    if (best === null) return null;
    if (bestLoad > 0 && this.#posting && this.mayGrow) return null;
    this.#seat(placement, best.id);
    return best;
  }

  #seat(placement: Placement, threadId: number): void {
    let seat = this.#seats.get(threadId);
    if (seat === undefined) {
      const worker = this.#threads?.threads.find((thread) => thread.threadId === threadId);
      if (worker === undefined) return;
      const { promise: exited, resolve } = Promise.withResolvers<void>();
      worker.once('exit', () => {
        this.#seats.delete(threadId);
        resolve();
      });
      seat = { worker, exited, tasks: new Set(), exclusive: 0, terminated: false };
      this.#seats.set(threadId, seat);
    }
    placement.seat = seat;
    seat.tasks.add(placement);
    if (placement.exclusive) seat.exclusive++;
  }

  #leave(placement: Placement): void {
    const { seat } = placement;
    if (seat === null) return;
    placement.seat = null;
    seat.tasks.delete(placement);
    if (placement.exclusive) seat.exclusive--;
    for (const wake of [...this.#freed]) wake();
  }

  #waitForFreeWorker(piscina: Piscina): Promise<void> {
    const free = () => piscina.threads.length < this.#options.workersMax || this.#idle > 0;
    if (free()) return Promise.resolve();
    return new Promise((resolve) => {
      const settle = () => {
        clearTimeout(timer);
        this.#freed.delete(look);
        resolve();
      };
      const look = () => {
        if (free()) settle();
      };
      const timer = setTimeout(settle, EXCLUSIVE_WAIT_MS);
      this.#freed.add(look);
    });
  }
}

async function heapOf(worker: Worker): Promise<WorkerHeap | null> {
  const statistics = worker.getHeapStatistics().then(
    ({ used_heap_size: usedBytes, heap_size_limit: limitBytes }) => ({ usedBytes, limitBytes }),
    // It ended in the meantime.
    () => null,
  );
  // The worker does not keep the process alive: the timer does, until there is an answer.
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, HEAP_WAIT_MS, null);
  const heap = await Promise.race([statistics, late]);
  clearTimeout(timer);
  return heap;
}
