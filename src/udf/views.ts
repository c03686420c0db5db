import { valueKey } from './value-key.ts';

/** A list in an accumulator. */
export class ListView<T> implements Iterable<T> {
  #items: T[] = [];

  add(item: T): void {
    this.#items.push(item);
  }

  addAll(items: Iterable<T>): void {
    for (const item of items) this.#items.push(item);
  }

  /** The items, in the order in which they came. */
  get(): readonly T[] {
    return this.#items;
  }

  /** Takes out the first item that equals this one; whether there was one. */
  remove(item: T): boolean {
    const key = valueKey(item);
    const at = this.#items.findIndex((other) => valueKey(other) === key);
    if (at >= 0) this.#items.splice(at, 1);
    return at >= 0;
  }

  clear(): void {
    this.#items = [];
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items[Symbol.iterator]();
  }
}

/** A map in an accumulator. Keys are equal by value: also dates, decimals and bytes. */
export class MapView<K, V> {
  readonly #entries = new Map<unknown, readonly [K, V]>();

  get(key: K): V | undefined {
    return this.#entries.get(valueKey(key))?.[1];
  }

  put(key: K, value: V): void {
    this.#entries.set(valueKey(key), [key, value]);
  }

  putAll(entries: Iterable<readonly [K, V]>): void {
    for (const [key, value] of entries) this.put(key, value);
  }

  /** Whether there was one. */
  remove(key: K): boolean {
    return this.#entries.delete(valueKey(key));
  }

  contains(key: K): boolean {
    return this.#entries.has(valueKey(key));
  }

  get size(): number {
    return this.#entries.size;
  }

  isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  clear(): void {
    this.#entries.clear();
  }

  *keys(): Iterable<K> {
    for (const [key] of this.#entries.values()) yield key;
  }

  *values(): Iterable<V> {
    for (const [, value] of this.#entries.values()) yield value;
  }

  entries(): Iterable<readonly [K, V]> {
    return this.#entries.values();
  }

  [Symbol.iterator](): Iterator<readonly [K, V]> {
    return this.#entries.values();
  }
}
