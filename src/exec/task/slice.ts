import { setImmediate } from 'node:timers/promises';

/** A task gives way to its neighbours after this many milliseconds. */
const SLICE_MS = 10;

/** The time slice of one task on its thread. */
export class Slice {
  #start = performance.now();

  /** Whether the task should give way now. */
  get over(): boolean {
    return performance.now() - this.#start > SLICE_MS;
  }

  /** Lets whatever else waits for the thread run. */
  async giveWay(): Promise<void> {
    await setImmediate();
    this.#start = performance.now();
  }
}
