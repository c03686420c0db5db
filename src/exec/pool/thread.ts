import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  Worker,
} from 'node:worker_threads';
import type { ArenaHandle } from '../../columnar/arena/arena.ts';
import { decodeError } from './errors.ts';
import { loaderFlags } from './loader-flags.ts';
import type { PoolTask } from './pool-task.ts';
import type { FromThread, ToThread, ToWorker, WorkerInit } from './protocol.ts';
import { suspectsOf } from './suspects.ts';

/**
 * The part of a heap for new objects. Left to itself V8 takes up to 192 MiB on a machine with much
 * memory, over thousands of statements, and saves no time by it.
 */
const YOUNG_HEAP_MB = 48;

/** A worker that does not say in so many milliseconds how large its heap is does not matter. */
const HEAP_WAIT_MS = 100;

/** What an exclusive task weighs beside others. */
const EXCLUSIVE_LOAD = 100_000;

/** The JavaScript heap of a worker, in bytes. */
export interface WorkerHeap {
  readonly usedBytes: number;
  /** What it may grow to. */
  readonly limitBytes: number;
}

/** What threads are made with. */
export interface ThreadOptions {
  readonly url: URL;
  readonly heapMb: number;
  readonly arena: ArenaHandle;
}

/** Who is told of a thread. */
export interface ThreadListener {
  ready(): void;
  /** It is gone. Its tasks are told by itself. */
  exited(exit: WorkerExit): void;
}

/** The worker of a task is gone: it exited, ran out of heap, or was terminated. */
export class WorkerExit extends Error {
  /** `terminate` ended it, perhaps because of another task. */
  readonly terminated: boolean;
  /** It ended by itself, and only the statement that is told of it can be the reason. */
  readonly suspected: boolean;

  constructor(message: string, terminated: boolean, cause: unknown, suspected = false) {
    super(message, { cause });
    this.terminated = terminated;
    this.suspected = suspected;
  }
}

/**
 * A worker thread and the port by which the calling thread and all its tasks talk: user code in the
 * worker does not reach it. The process lives while the thread starts or is ended; who waits for its
 * tasks keeps it alive.
 */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #listener: ThreadListener;
  /** Those that it may still come to, by number. */
  readonly #tasks = new Map<number, PoolTask>();
  /** Those that have not ended. */
  readonly #active = new Set<PoolTask>();
  readonly #exited = Promise.withResolvers<void>();
  #load = 0;
  #isReady = false;
  #terminated = false;
  #isGone = false;
  #error: unknown = null;

  constructor({ url, heapMb, arena }: ThreadOptions, listener: ThreadListener) {
    this.#listener = listener;
    const { port1, port2 } = new MessageChannel();
    const init: WorkerInit = { arena, port: port2 };
    this.#worker = new Worker(url, {
      workerData: init,
      transferList: [port2],
      execArgv: loaderFlags(process.execArgv),
      resourceLimits: {
        maxOldGenerationSizeMb: heapMb,
        maxYoungGenerationSizeMb: YOUNG_HEAP_MB,
      },
    });
    this.#port = port1;
    port1.on('message', (message: FromThread) => this.#receive(message));
    port1.unref();
    this.#worker.on('error', (error: unknown) => {
      this.#error = error;
    });
    this.#worker.on('exit', (code) => this.#exit(code));
  }

  /** Whether it takes tasks: it has started, and nobody ends it. */
  get isReady(): boolean {
    return this.#isReady && !this.#terminated && !this.#isGone;
  }

  /** Whether it has ever taken tasks. */
  get hasStarted(): boolean {
    return this.#isReady;
  }

  /** Whether it takes tasks soon. */
  get isStarting(): boolean {
    return !this.#isReady && !this.#terminated && !this.#isGone;
  }

  /** What its tasks weigh. */
  get load(): number {
    return this.#load;
  }

  /** Resolves when it is gone. */
  get exited(): Promise<void> {
    return this.#exited.promise;
  }

  /** Takes a task, of which it has no message yet. */
  start(task: PoolTask): void {
    const { spec } = task;
    const transfer = spec.children === null ? [] : [spec.children.port];
    const message: ToThread = { task: task.number, message: { kind: 'start', spec } };
    try {
      this.#port.postMessage(message, transfer);
    } catch (error) {
      task.lose(error);
      return;
    }
    this.#tasks.set(task.number, task);
    this.#active.add(task);
    this.#load += loadOf(task);
  }

  /** Sends one of its tasks a message. */
  post({ number }: PoolTask, message: ToWorker): void {
    const sent: ToThread = { task: number, message };
    this.#port.postMessage(sent);
  }

  /** A task of it has ended, or need not be begun. */
  free(task: PoolTask): void {
    if (this.#active.delete(task)) this.#load -= loadOf(task);
  }

  /** Whether a task keeps it, beside this one. */
  isKeptFrom(task: PoolTask): boolean {
    // The first ones have begun: the look ends there.
    for (const other of this.#active)
      if (other !== task && other.placing.state() === 'running') return true;
    return false;
  }

  /** Its heap; null if it does not answer at once. */
  async heap(): Promise<WorkerHeap | null> {
    const statistics = this.#worker.getHeapStatistics().then(
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

  /** Ends it, and with it its tasks. Idempotent. */
  async terminate(): Promise<void> {
    this.#terminated = true;
    this.#worker.ref();
    await this.#worker.terminate();
    await this.exited;
  }

  #receive(message: FromThread): void {
    if (message.kind === 'ready') {
      if (!this.#isGone) this.#begin();
      return;
    }
    const task = this.#tasks.get(message.task);
    if (task === undefined) return;
    if (message.kind === 'message') {
      if (message.message.kind === 'end') this.#forget(task);
      task.receive(message.message);
      return;
    }
    this.#forget(task);
    if (message.kind === 'left') task.leave();
    else {
      if (!message.refused) void this.terminate();
      task.lose(decodeError(message.error));
    }
  }

  #begin(): void {
    this.#isReady = true;
    if (!this.#terminated) this.#worker.unref();
    this.#listener.ready();
  }

  #forget(task: PoolTask): void {
    this.#tasks.delete(task.number);
  }

  #exit(code: number): void {
    this.#isGone = true;
    // What it sent before.
    const port = this.#port;
    for (let m = receiveMessageOnPort(port); m !== undefined; m = receiveMessageOnPort(port)) {
      this.#receive(m.message);
    }
    port.close();
    const cause = this.#error;
    const ended = this.#terminated ? 'it was stopped' : `exit code ${code}`;
    const reason = cause === null ? ended : cause instanceof Error ? cause.message : String(cause);
    this.#loseTasks(reason);
    this.#listener.exited(new WorkerExit(reason, this.#terminated, cause));
    this.#exited.resolve();
  }

  #loseTasks(reason: string): void {
    const tasks = [...this.#tasks.values()];
    const suspects = this.#terminated ? [] : suspectsOf(tasks);
    const others = tasks.filter((task) => !suspects.includes(task));
    const by = suspects.some(({ placing }) => placing.exclusive) ? 'a function of ' : '';
    const ofOther = suspects.length === 0 ? reason : `${reason}, by ${by}another statement`;
    this.#tasks.clear();
    this.#active.clear();
    this.#load = 0;
    const lose = (task: PoolTask, text: string, suspected: boolean) =>
      task.lose(new WorkerExit(text, this.#terminated, this.#error, suspected));
    // First, as the first error of a segment is the one that is reported.
    for (const task of suspects) lose(task, reason, true);
    for (const task of others) lose(task, ofOther, false);
  }
}

function loadOf({ placing }: PoolTask): number {
  return placing.exclusive ? EXCLUSIVE_LOAD : 1;
}
