import type { TaskState } from './control.ts';
import type { FromWorker, TaskSpec, ToWorker } from './protocol.ts';
import type { WorkerThread } from './thread.ts';

/** How a task gets its thread. */
export interface Placing {
  /** It gets a thread of its own, if one comes free within 100 ms: for user code. */
  readonly exclusive: boolean;
  /** It waits at a thread that lives, rather than for one that starts. */
  readonly joins: boolean;
  /** What it does now. */
  state(): TaskState;
}

/** Who is told of a task, later than it was started. */
export interface TaskReceiver {
  received(message: FromWorker): void;
  /** Nothing more comes: its thread is gone (WorkerExit), did not take it, or does not work. */
  lost(error: unknown): void;
}

/** One task for a thread: it waits for one, or has one. */
export class PoolTask {
  readonly spec: TaskSpec;
  readonly placing: Placing;
  readonly #receiver: TaskReceiver;
  #thread: WorkerThread | null = null;
  /** Messages of the time before it had a thread. */
  readonly #early: ToWorker[] = [];
  readonly #left = Promise.withResolvers<void>();

  constructor(spec: TaskSpec, placing: Placing, receiver: TaskReceiver) {
    this.spec = spec;
    this.placing = placing;
    this.#receiver = receiver;
  }

  /** Its number among all tasks of the arena: no other one has the same owner. */
  get number(): number {
    return this.spec.owner;
  }

  /** The thread that has it or had it; null: none yet. */
  get thread(): WorkerThread | null {
    return this.#thread;
  }

  /** Resolves when no thread touches what it was given any more. */
  get left(): Promise<void> {
    return this.#left.promise;
  }

  /** Sends it a message. */
  post(message: ToWorker): void {
    if (this.#thread === null) this.#early.push(message);
    else this.#thread.post(this, message);
  }

  /** Gives it to a thread. */
  place(thread: WorkerThread): void {
    this.#thread = thread;
    thread.start(this);
    for (const message of this.#early.splice(0)) thread.post(this, message);
  }

  /** Its thread has sent a message. */
  receive(message: FromWorker): void {
    if (message.kind === 'end') this.leave();
    this.#receiver.received(message);
  }

  /** Nothing more comes of it. */
  lose(error: unknown): void {
    this.leave();
    // Whoever starts a task is not told before it has it.
    queueMicrotask(() => this.#receiver.lost(error));
  }

  /** No thread touches what it was given any more. */
  leave(): void {
    this.#left.resolve();
  }
}
