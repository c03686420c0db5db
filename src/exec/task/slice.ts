import { setImmediate } from 'node:timers/promises';

/** A task gives way to its neighbours after this many milliseconds. */
export const SLICE_MS = 10;
/** What is left of it where many tasks share a thread, and what small work takes of a thread. */
export const SLICE_MS_MIN = 2;

/**
 * The first slice of a task of a young statement: what ends in it waits for nobody, also on a busy
 * machine. Others that begin meanwhile get another thread.
 */
export const FIRST_SLICE_MS = 100;

/** Tasks that this thread has begun and not ended. */
let tasks = 0;

/**
 * The time slices of one task on its thread. After the first one the tasks of a thread share the
 * time of one, so that the next one soon begins.
 */
export class Slice implements Disposable {
  #start = performance.now();
  #ms: number;
  readonly #nextMs: number;

  constructor(firstMs = SLICE_MS, nextMs = SLICE_MS) {
    this.#ms = firstMs;
    this.#nextMs = nextMs;
    tasks++;
  }

  /** Whether the task should give way now. */
  get over(): boolean {
    return performance.now() - this.#start > this.#ms;
  }

  /** Lets whatever else waits for the thread run. */
  async giveWay(): Promise<void> {
    await setImmediate();
    this.#start = performance.now();
    this.#ms = Math.max(SLICE_MS_MIN, this.#nextMs / tasks);
  }

  [Symbol.dispose](): void {
    tasks--;
  }
}
