import type { Comparator } from '../functions/compare.ts';

/** A time at which a partition is called; without a name it is told apart by its time. */
export interface Timer {
  readonly name: string | null;
  /** An internal value. */
  readonly time: unknown;
}

interface NumberedTimer extends Timer {
  /** How many timers came before it. */
  readonly number: number;
}

/** The timers of one partition, by time; those of one time in the order in which they came. */
export class Timers {
  readonly #compare: Comparator;
  readonly #timers: NumberedTimer[] = [];
  readonly #byName = new Map<string, NumberedTimer>();
  /** How many of the first timers were taken out: mostly they are removed together. */
  #taken = 0;
  #registered = 0;

  constructor(compare: Comparator) {
    this.#compare = compare;
  }

  /** How many there are. */
  get count(): number {
    return this.#timers.length;
  }

  /** Takes the place of the timer of that name; one without a name is there once for a time. */
  register({ name, time }: Timer): void {
    this.remove({ name, time });
    const timer = { name, time, number: this.#registered++ };
    this.#timers.splice(this.#placeOf(timer), 0, timer);
    if (name !== null) this.#byName.set(name, timer);
  }

  /** Removes the timer of that name, or the one of that time. */
  remove({ name, time }: Timer): void {
    if (name !== null) {
      const timer = this.#byName.get(name);
      if (timer === undefined) return;
      this.#byName.delete(name);
      this.#timers.splice(this.#placeOf(timer), 1);
      return;
    }
    for (let at = this.#placeOf({ time, number: 0 }); at < this.#timers.length; at++) {
      const timer = this.#timers[at]!;
      if (this.#compare(timer.time, time) !== 0) return;
      if (timer.name !== null) continue;
      this.#timers.splice(at, 1);
      return;
    }
  }

  clear(): void {
    this.#timers.length = 0;
    this.#taken = 0;
    this.#byName.clear();
  }

  /** Takes the earliest one out; null when there is none. */
  next(): Timer | null {
    const timer = this.#timers[this.#taken];
    if (timer === undefined) return null;
    this.#taken++;
    if (timer.name !== null) this.#byName.delete(timer.name);
    if (this.#taken * 2 > this.#timers.length) {
      this.#timers.splice(0, this.#taken);
      this.#taken = 0;
    }
    return timer;
  }

  /** Where a timer is, or belongs. */
  #placeOf({ time, number }: Pick<NumberedTimer, 'time' | 'number'>): number {
    let from = this.#taken;
    let to = this.#timers.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      const other = this.#timers[middle]!;
      const order = this.#compare(other.time, time) || other.number - number;
      if (order < 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
