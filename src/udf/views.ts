import { valueKey } from './value-key.ts';

/** A list in an accumulator. */
export class ListView<T> implements Iterable<T> {
  #items: T[] = [];

  /** Adds an item at the end. */
  add(item: T): void {
    this.#items.push(item);
  }

  /** Adds items at the end, in their order. */
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

  /** Takes out all items. */
  clear(): void {
    this.#items = [];
  }

  /** The items, in the order in which they came. */
  [Symbol.iterator](): Iterator<T> {
    return this.#items[Symbol.iterator]();
  }
}

/** A map in an accumulator. Keys are equal by value: also dates, decimals and bytes. */
export class MapView<K, V> {
  readonly #entries = new Map<unknown, readonly [K, V]>();

  /** The value of a key; undefined where there is none. */
  get(key: K): V | undefined {
    return this.#entries.get(valueKey(key))?.[1];
  }

  /** Sets the value of a key. */
  put(key: K, value: V): void {
    this.#entries.set(valueKey(key), [key, value]);
  }

  /** Sets the values of several keys. */
  putAll(entries: Iterable<readonly [K, V]>): void {
    for (const [key, value] of entries) this.put(key, value);
  }

  /** Whether there was one. */
  remove(key: K): boolean {
    return this.#entries.delete(valueKey(key));
  }

  /** Whether there is such a key. */
  contains(key: K): boolean {
    return this.#entries.has(valueKey(key));
  }

  /** The number of keys. */
  get size(): number {
    return this.#entries.size;
  }

  /** Whether there is no key. */
  isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** Takes out all keys. */
  clear(): void {
    this.#entries.clear();
  }

  /** The keys, in the order in which they came. */
  *keys(): Iterable<K> {
    for (const [key] of this.#entries.values()) yield key;
  }

  /** The values, in the order of their keys. */
  *values(): Iterable<V> {
    for (const [, value] of this.#entries.values()) yield value;
  }

  /** The keys with their values. */
  entries(): Iterable<readonly [K, V]> {
    return this.#entries.values();
  }

  /** The keys with their values. */
  [Symbol.iterator](): Iterator<readonly [K, V]> {
    return this.#entries.values();
  }
}
