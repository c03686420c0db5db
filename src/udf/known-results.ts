/** Results of one generation. */
const GENERATION_MAX = 8192;
/** Keys that are looked up before the results are judged: without hits they are not kept on. */
const TRIED_MAX = 4 * GENERATION_MAX;
/** A result is worth keeping when one of so many look-ups finds one. */
const LOOKUPS_PER_HIT = 100;

/**
 * The results of a deterministic function by its arguments. Two generations: the older one is
 * dropped when the younger one is full, which costs nothing for each result.
 */
export class KnownResults {
  #young = new Map<string, unknown>();
  #old = new Map<string, unknown>();
  #lookups = 0;
  #hits = 0;

  /** Whether arguments have come again often enough that keys are worth their time. */
  get pays(): boolean {
    return this.#lookups < TRIED_MAX || this.#hits * LOOKUPS_PER_HIT > this.#lookups;
  }

  /** Counts a key whose call is under way as found. */
  hit(): void {
    this.#hits++;
  }

  /** The result of a key; undefined if it is not known. */
  get(key: string): { readonly value: unknown } | undefined {
    this.#lookups++;
    for (const generation of [this.#young, this.#old]) {
      if (!generation.has(key)) continue;
      this.#hits++;
      return { value: generation.get(key) };
    }
    return undefined;
  }

  put(key: string, value: unknown): void {
    if (this.#young.size >= GENERATION_MAX) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
