import type { TaskHandle } from './task-handle.ts';

/** How often the progress of user code is looked at, at most. */
const WATCH_MS = 250;

/** A task, and how far it was when it was looked at. */
interface Watched {
  handle: TaskHandle;
  progress: number;
  progressAt: number;
}

/** Looks whether tasks with user code make progress, and ends the worker of one that makes none. */
export class ProgressWatch {
  readonly #tasks: () => readonly TaskHandle[];
  readonly #timeoutMs: number;
  readonly #watched = new Map<number, Watched>();
  readonly #timedOut = new Set<number>();
  readonly #timer: NodeJS.Timeout;
  #lookedAt = performance.now();

  /** Watches what `tasks` says there is, until it is stopped. */
  constructor(tasks: () => readonly TaskHandle[], timeoutMs: number) {
    this.#tasks = tasks;
    this.#timeoutMs = timeoutMs;
    const every = Math.max(1, Math.min(WATCH_MS, timeoutMs / 4));
    this.#timer = setInterval(() => this.#look(), every).unref();
  }

  /** Whether the worker of a task was ended for its lack of progress. */
  hasEnded(task: number): boolean {
    return this.#timedOut.has(task);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    // While this thread was busy itself, nobody passed on what children said.
    const wasDeaf = now - this.#lookedAt > this.#timeoutMs / 2;
    this.#lookedAt = now;
    for (const handle of this.#tasks()) this.#lookAt(handle, now, wasDeaf);
  }

  #lookAt(handle: TaskHandle, now: number, wasDeaf: boolean): void {
    const { index, over, children, progress, state } = handle;
    const before = this.#watched.get(index);
    if (state === 'waiting' && !over) handle.post({ kind: 'ping' });
    const isUnheard = wasDeaf && children !== null;
    const isOther = before?.handle !== handle || progress !== before.progress;
    if (over || isOther || state === 'queued' || isUnheard) {
      this.#watched.set(index, { handle, progress, progressAt: now });
    } else if (now - before.progressAt > this.#timeoutMs && !this.#timedOut.has(index)) {
      // A task that waits for a child says itself that this is gone.
      if (children?.expire(this.#timeoutMs) === true) before.progressAt = now;
      else {
        this.#timedOut.add(index);
        void handle.kill();
      }
    }
  }
}
