/**
 * A set of 32-bit integers as the bytes of a Roaring bitmap in the portable format: what BITMAP
 * columns hold. Equal sets made here have equal bytes. Values are unsigned: -1 is 4294967295.
 *
 * Format: https://github.com/RoaringBitmap/RoaringFormatSpec
 */
export type BitmapBytes = Uint8Array;

/** How two bitmaps become one. */
export type BitmapOperation = 'and' | 'or' | 'xor' | 'andnot';

/** The cookies of bitmaps without and with containers of runs. */
const COOKIE = 12346;
const COOKIE_RUNS = 12347;
/** With runs, bitmaps of fewer containers have no offsets. */
const NO_OFFSETS_BELOW = 4;
/** Values up to which a container is a sorted list; above, it is a bit for each value. */
const LIST_MAX = 4096;
/** Values of a container: they share their upper 16 bits. */
const CONTAINER_VALUES = 65536;
const WORDS = CONTAINER_VALUES / 32;

/** The lower 16 bits of the values of a container: sorted, or 65536 bits. */
type Container = Uint16Array | Uint32Array;

/** A set of 32-bit integers that grows: containers by the upper 16 bits of their values. */
export class Bitmap {
  readonly #containers = new Map<number, Uint32Array>();

  /** Adds an integer, signed or unsigned. */
  add(value: number): void {
    this.#words(value >>> 16)[(value & 0xffff) >> 5]! |= 1 << (value & 31);
  }

  /** Adds, keeps or removes what another bitmap contains. */
  combine(operation: BitmapOperation, bytes: BitmapBytes): void {
    const others = readContainers(bytes) ?? new Map<number, Container>();
    if (operation === 'and') {
      for (const key of this.#containers.keys()) {
        if (!others.has(key)) this.#containers.delete(key);
      }
    }
    for (const [key, container] of others) {
      if (!this.#containers.has(key) && (operation === 'and' || operation === 'andnot')) continue;
      combineWords(operation, this.#words(key), wordsOf(container));
    }
  }

  /** The number of values. */
  cardinality(): number {
    let count = 0;
    for (const words of this.#containers.values()) count += countBits(words);
    return count;
  }

  /** The bytes of the bitmap. */
  toBytes(): BitmapBytes {
    const containers = [...this.#containers].sort(([a], [b]) => a - b);
    return writeContainers(
      containers.flatMap(([key, words]) => {
        const container = containerOf(words);
        return container.length === 0 ? [] : [[key, container] as const];
      }),
    );
  }

  #words(key: number): Uint32Array {
    let words = this.#containers.get(key);
    if (words === undefined) {
      words = new Uint32Array(WORDS);
      this.#containers.set(key, words);
    }
    return words;
  }
}

/** The bitmap of integers, signed or unsigned, in any order. */
export function bitmapOf(values: Iterable<number>): BitmapBytes {
  const sorted = Uint32Array.from(values).sort();
  const containers: [number, Container][] = [];
  for (let from = 0; from < sorted.length; ) {
    const key = sorted[from]! >>> 16;
    const lows: number[] = [];
    for (; from < sorted.length && sorted[from]! >>> 16 === key; from++) {
      const low = sorted[from]! & 0xffff;
      if (lows.at(-1) !== low) lows.push(low);
    }
    const list = Uint16Array.from(lows);
    containers.push([key, list.length <= LIST_MAX ? list : wordsOf(list)]);
  }
  return writeContainers(containers);
}

/** Two bitmaps as one. */
export function combineBitmaps(
  operation: BitmapOperation,
  a: BitmapBytes,
  b: BitmapBytes,
): BitmapBytes {
  const left = readContainers(a) ?? new Map<number, Container>();
  const right = readContainers(b) ?? new Map<number, Container>();
  const keys = [...new Set([...left.keys(), ...right.keys()])].sort((x, y) => x - y);
  const containers = keys.flatMap((key) => {
    const words = wordsOf(left.get(key) ?? new Uint16Array()).slice();
    combineWords(operation, words, wordsOf(right.get(key) ?? new Uint16Array()));
    const container = containerOf(words);
    return container.length === 0 ? [] : [[key, container] as const];
  });
  return writeContainers(containers);
}

/** The number of values of a bitmap. */
export function bitmapCardinality(bytes: BitmapBytes): number {
  let count = 0;
  for (const container of (readContainers(bytes) ?? new Map()).values()) count += sizeOf(container);
  return count;
}

/** The values of a bitmap as unsigned integers, in order. */
export function* bitmapValues(bytes: BitmapBytes): Generator<number> {
  for (const [key, container] of readContainers(bytes) ?? []) {
    const base = key * CONTAINER_VALUES;
    if (container instanceof Uint16Array) for (const low of container) yield base + low;
    else {
      for (let low = 0; low < CONTAINER_VALUES; low++) {
        if ((container[low >> 5]! >>> (low & 31)) & 1) yield base + low;
      }
    }
  }
}

/** The bitmap that bytes of the portable format contain; null when they are none. */
export function readBitmap(bytes: Uint8Array): BitmapBytes | null {
  const containers = readContainers(bytes);
  return containers === null ? null : writeContainers([...containers]);
}

/** The text of a bitmap, e.g. `{1,2,3}`; long ones end in `,...}`. */
export function printBitmap(bytes: BitmapBytes): string {
  let text = '{';
  let count = 0;
  for (const value of bitmapValues(bytes)) {
    if (text.length > PRINTED_MAX) return `${text},...}`;
    text += count++ === 0 ? value : `,${value}`;
  }
  return `${text}}`;
}

/** Characters after which the text of a bitmap is cut. */
const PRINTED_MAX = 0x80000;

function combineWords(operation: BitmapOperation, a: Uint32Array, b: Uint32Array): void {
  for (let i = 0; i < WORDS; i++) {
    if (operation === 'and') a[i]! &= b[i]!;
    else if (operation === 'or') a[i]! |= b[i]!;
    else if (operation === 'xor') a[i]! ^= b[i]!;
    else a[i]! &= ~b[i]!;
  }
}

function countBits(words: Uint32Array): number {
  let count = 0;
  for (const word of words) {
    let bits = word - ((word >>> 1) & 0x55555555);
    bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
    count += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

function sizeOf(container: Container): number {
  return container instanceof Uint16Array ? container.length : countBits(container);
}

function wordsOf(container: Container): Uint32Array {
  if (container instanceof Uint32Array) return container;
  const words = new Uint32Array(WORDS);
  for (const low of container) words[low >> 5]! |= 1 << (low & 31);
  return words;
}

function containerOf(words: Uint32Array): Container {
  const size = countBits(words);
  if (size > LIST_MAX) return words;
  const list = new Uint16Array(size);
  let at = 0;
  for (let i = 0; i < WORDS; i++) {
    for (let word = words[i]!; word !== 0; word &= word - 1) {
      list[at++] = i * 32 + (31 - Math.clz32(word & -word));
    }
  }
  return list;
}

function writeContainers(containers: readonly (readonly [number, Container])[]): BitmapBytes {
  const header = 8 + containers.length * 8;
  const size = containers.reduce((sum, [, container]) => sum + container.byteLength, header);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, COOKIE, true);
  view.setUint32(4, containers.length, true);
  let offset = header;
  for (const [i, [key, container]] of containers.entries()) {
    view.setUint16(8 + i * 4, key, true);
    view.setUint16(10 + i * 4, sizeOf(container) - 1, true);
    view.setUint32(8 + containers.length * 4 + i * 4, offset, true);
    for (const [j, item] of container.entries()) {
      if (container instanceof Uint16Array) view.setUint16(offset + j * 2, item, true);
      else view.setUint32(offset + j * 4, item, true);
    }
    offset += container.byteLength;
  }
  return bytes;
}

/** The containers by their keys, in order; null when the bytes are malformed. */
function readContainers(bytes: Uint8Array): Map<number, Container> | null {
  try {
    return new Reader(bytes).read();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Reads the portable format. What lies beyond the bytes is a RangeError, as is what is wrong. */
class Reader {
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): Map<number, Container> {
    const cookie = this.#uint32();
    const withRuns = (cookie & 0xffff) === COOKIE_RUNS;
    if (!withRuns && cookie !== COOKIE) throw new RangeError('no bitmap');
    const count = withRuns ? (cookie >>> 16) + 1 : this.#uint32();
    if (count > CONTAINER_VALUES) throw new RangeError('too many containers');
    const runs = withRuns ? this.#take(Math.ceil(count / 8)) : null;
    const heads = Array.from(
      { length: count },
      () => [this.#uint16(), this.#uint16() + 1] as const,
    );
    if (!withRuns || count >= NO_OFFSETS_BELOW) this.#take(count * 4);
    const containers = new Map<number, Container>();
    let last = -1;
    for (const [i, [key, size]] of heads.entries()) {
      if (key <= last) throw new RangeError('containers are not in order');
      last = key;
      const isRun = runs !== null && ((runs[i >> 3]! >> (i & 7)) & 1) === 1;
      containers.set(key, isRun ? this.#runs() : this.#container(size));
    }
    return containers;
  }

  #container(size: number): Container {
    if (size > LIST_MAX) return Uint32Array.from({ length: WORDS }, () => this.#uint32());
    return Uint16Array.from({ length: size }, () => this.#uint16());
  }

  #runs(): Container {
    const words = new Uint32Array(WORDS);
    for (let left = this.#uint16(); left > 0; left--) {
      const start = this.#uint16();
      const end = start + this.#uint16();
      if (end >= CONTAINER_VALUES) throw new RangeError('a run is too long');
      for (let low = start; low <= end; low++) words[low >> 5]! |= 1 << (low & 31);
    }
    return containerOf(words);
  }

  #uint16(): number {
    this.#at += 2;
    return this.#view.getUint16(this.#at - 2, true);
  }

  #uint32(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  #take(length: number): Uint8Array {
    this.#at += length;
    if (this.#at > this.#view.byteLength) throw new RangeError('too short');
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + this.#at - length, length);
  }
}
