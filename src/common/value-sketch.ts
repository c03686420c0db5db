/** Relative error of a quantile: 1 %. */
const GAMMA = 1.02;
/** Above the exponent of the smallest number, so that keys have the sign of their values. */
const OFFSET = 40_000;

/** The values of a `ValueSketch` as plain data. */
export interface SketchData {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly buckets: readonly (readonly [key: number, count: number])[];
}

/**
 * How numbers are distributed, in little memory: buckets whose width grows with the value, so that
 * quantiles are off by at most 1 % and sketches can be joined. NaN is not counted.
 *
 * Source: Masson, Rim, Lee: DDSketch (VLDB 2019).
 */
export class ValueSketch {
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  readonly #buckets = new Map<number, number>();

  get count(): number {
    return this.#count;
  }

  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.#count++;
    this.#sum += value;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
    this.#addToBucket(keyOf(value), 1);
  }

  /** Takes in the values of another one. */
  merge({ count, sum, min, max, buckets }: SketchData): void {
    this.#count += count;
    this.#sum += sum;
    this.#min = Math.min(this.#min, min);
    this.#max = Math.max(this.#max, max);
    for (const [key, times] of buckets) this.#addToBucket(key, times);
  }

  /** The smallest value that a share `q` of all values does not exceed; NaN without values. */
  quantile(q: number): number {
    if (this.#count === 0) return Number.NaN;
    let left = Math.max(1, Math.ceil(q * this.#count));
    for (const [key, times] of [...this.#buckets].sort(([a], [b]) => a - b)) {
      left -= times;
      if (left <= 0) return Math.min(this.#max, Math.max(this.#min, valueAt(key)));
    }
    return this.#max;
  }

  data(): SketchData {
    const buckets = [...this.#buckets];
    return { count: this.#count, min: this.#min, max: this.#max, sum: this.#sum, buckets };
  }

  #addToBucket(key: number, times: number): void {
    this.#buckets.set(key, (this.#buckets.get(key) ?? 0) + times);
  }
}

function keyOf(value: number): number {
  if (value === 0) return 0;
  const finite = Math.min(Math.abs(value), Number.MAX_VALUE);
  return Math.sign(value) * (Math.ceil(Math.log(finite) / Math.log(GAMMA)) + OFFSET);
}

function valueAt(key: number): number {
  if (key === 0) return 0;
  return (Math.sign(key) * 2 * GAMMA ** (Math.abs(key) - OFFSET)) / (1 + GAMMA);
}
