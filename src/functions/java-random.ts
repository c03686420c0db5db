const MULTIPLIER = 0x5deece66dn;
const MASK = (1n << 48n) - 1n;

/** The generator of java.util.Random: the same numbers for the same seed. */
export class JavaRandom {
  #seed: bigint;

  constructor(seed: bigint) {
    this.#seed = (seed ^ MULTIPLIER) & MASK;
  }

  /** A number from 0 (included) to 1 (excluded). */
  nextDouble(): number {
    return (this.#next(26) * 2 ** 27 + this.#next(27)) / 2 ** 53;
  }

  /** An integer from 0 (included) to `bound` (excluded), which is positive. */
  nextInt(bound: number): number {
    if ((bound & -bound) === bound) return Number((BigInt(bound) * BigInt(this.#next(31))) >> 31n);
    for (;;) {
      const bits = this.#next(31);
      const value = bits % bound;
      if (bits - value + (bound - 1) <= 0x7fffffff) return value;
    }
  }

  #next(bits: number): number {
    this.#seed = (this.#seed * MULTIPLIER + 0xbn) & MASK;
    return Number(this.#seed >> BigInt(48 - bits));
  }
}
