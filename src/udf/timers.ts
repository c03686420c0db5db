import type { Comparator } from '../functions/compare.ts';

/** A time at which a partition is called; without a name it is told apart by its time. */
export interface Timer {
  readonly name: string | null;
  /** An internal value. */
  readonly time: unknown;
}

/** The timers of one partition, by time; those of one time in the order in which they came. */
export class Timers {
  readonly #compare: Comparator;
  readonly #timers: Timer[] = [];

  constructor(compare: Comparator) {
    this.#compare = compare;
  }

  /** Takes the place of the timer of that name; one without a name is there once for a time. */
  register(timer: Timer): void {
    this.remove(timer);
    let from = 0;
    let to = this.#timers.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#compare(this.#timers[middle]!.time, timer.time) > 0) to = middle;
      else from = middle + 1;
    }
    this.#timers.splice(from, 0, timer);
  }

  /** Removes the timer of that name, or the one of that time. */
  remove({ name, time }: Timer): void {
    const at = this.#timers.findIndex(
      (other) => other.name === name && (name !== null || this.#compare(other.time, time) === 0),
    );
    if (at >= 0) this.#timers.splice(at, 1);
  }

  clear(): void {
    this.#timers.length = 0;
  }

  /** Takes the earliest one out; null when there is none. */
  next(): Timer | null {
    return this.#timers.shift() ?? null;
  }
}
