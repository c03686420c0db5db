import { deserialize, serialize } from 'node:v8';

/** Plain data as bytes that every task reads: to clone it for each takes longer. */
export interface Written {
  /** A number under which threads keep what they have read; null: nobody will ask again. */
  readonly id: number | null;
  readonly bytes: SharedArrayBuffer;
}

let lastId = 0;

/** Writes data; `isKept` says that it will be read again, by the same threads. */
export function write(data: unknown, isKept: boolean): Written {
  const bytes = serialize(data);
  const shared = new SharedArrayBuffer(bytes.byteLength);
  new Uint8Array(shared).set(bytes);
  return { id: isKept ? ++lastId : null, bytes: shared };
}

/** What a thread made of the data that it has read latest. */
export class Readings<T> {
  readonly #max: number;
  readonly #make: (data: unknown) => T;
  readonly #kept = new Map<number, T>();

  constructor(max: number, make: (data: unknown) => T) {
    this.#max = max;
    this.#make = make;
  }

  /** What is made of data; the same object where this thread has read it before. */
  read({ id, bytes }: Written): T {
    const before = id === null ? undefined : this.#kept.get(id);
    const made = before ?? this.#make(deserialize(new Uint8Array(bytes)));
    if (id === null) return made;
    // The latest is the last one to go.
    this.#kept.delete(id);
    this.#kept.set(id, made);
    if (this.#kept.size > this.#max) this.#kept.delete(this.#kept.keys().next().value!);
    return made;
  }
}
