/** Values by text key, of which the least recently used one gives way when there are too many. */
export class RecentlyUsed<V> {
  readonly #values = new Map<string, V>();
  readonly #max: number;
  /** The key that was used last, which needs no other place. */
  #last: string | null = null;

  constructor(max: number) {
    this.#max = max;
  }

  /** How many values are kept. */
  get size(): number {
    return this.#values.size;
  }

  get(key: string): V | null {
    const found = this.#values.get(key);
    if (found === undefined || key === this.#last) return found ?? null;
    this.#values.delete(key);
    this.#values.set(key, found);
    this.#last = key;
    return found;
  }

  put(key: string, value: V): void {
    this.#values.set(key, value);
    this.#last = null;
    if (this.#values.size <= this.#max) return;
    for (const oldest of this.#values.keys()) {
      this.#values.delete(oldest);
      return;
    }
  }
}
