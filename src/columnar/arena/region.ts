import { assert } from '../../common/assert.ts';
import { type Arena, PAGE_BYTES } from './arena.ts';
import type { MemoryTally } from './memory-tally.ts';

/** Every allocation starts at a multiple of this: Arrow's alignment. */
export const ALIGNMENT = 64;
/** Readable bytes behind every allocation, for kernels that load sixteen bytes at once. */
const PADDING = 16;
/** Allocations above this take pages of their own; smaller ones share the region's open page. */
const SMALL_MAX = PAGE_BYTES / 2;
/** Bytes that are copied or cleared between two looks: about a millisecond of work. */
const LOOK_BYTES = 2 ** 22;
/** Free pieces above this go back to the arena at once; smaller ones are kept for reuse. */
const KEEP_MAX = PAGE_BYTES * 64;

/** What a region that is not alone is made with. */
interface RegionOptions {
  readonly parent?: Region | null;
  readonly tally?: MemoryTally | null;
  readonly look?: () => void;
}

/**
 * The memory of one owner (a table, a query, an operator) on one thread.
 *
 * Small pieces are cut from shared pages by size class, large ones take whole pages. `dispose`
 * gives everything back at once. A region is used by one thread; what it hands out may be read by
 * all.
 *
 * It also knows whether anybody still wants the work that the memory is for: it looks whenever it
 * hands out pages, and loops over many rows look now and then.
 */
export class Region {
  readonly arena: Arena;
  readonly owner: number;
  readonly #sizes = new Map<number, number>();
  /** Made when they are needed, as most regions of a small query end without. */
  #freeLists: Map<number, number[]> | null = null;
  /** Pages of a child's small pieces; null for a region that is freed as a whole. */
  readonly #pages: number[] | null;
  /** The parts of a child, which end with it; those of other regions end with the owner. */
  #children: Set<Region> | null = null;
  readonly #parent: Region | null;
  /** Counts the pages of a child and of its children; mostly nobody asks. */
  readonly #tally: MemoryTally | null;
  /** Throws when nobody wants the work any more for which the memory is taken. */
  readonly look: () => void;
  #open = 0;
  #openEnd = 0;
  #pageBytes = 0;
  #disposed = false;

  /** `owner` is given when several threads allocate for one owner, which is then freed as one. */
  constructor(
    arena: Arena,
    owner: number = arena.newOwner(),
    { parent = null, tally = null, look = parent?.look ?? (() => {}) }: RegionOptions = {},
  ) {
    this.arena = arena;
    this.look = look;
    this.owner = owner;
    this.#pages = parent === null ? null : [];
    this.#parent = parent;
    this.#tally = tally;
    if (parent !== null && parent.#pages !== null) {
      parent.#children ??= new Set();
      parent.#children.add(this);
    }
  }

  /**
   * A part of this region's memory for what ends earlier: `dispose` of the part frees only what
   * the part and its own parts took. Whatever is left of it is freed with the region, also by
   * another thread. `tally` counts its pages, and those of its own parts.
   */
  child(tally: MemoryTally | null = this.#tally): Region {
    return new Region(this.arena, this.owner, { parent: this, tally });
  }

  /** Bytes of the pages that this region took and has not given back; those of its parts apart. */
  get pageBytes(): number {
    return this.#pageBytes;
  }

  /**
   * The address of at least `bytes` bytes, 64-byte aligned; 16 more may be read. The contents are
   * undefined. Errors: ResourceError MEMORY_LIMIT; CancelledError.
   */
  alloc(bytes: number): number {
    assert(!this.#disposed, 'a disposed region hands out no memory');
    const size = sizeClass(bytes + PADDING);
    if (size > SMALL_MAX) this.look();
    const recycled = this.#freeLists?.get(size)?.pop();
    const address = recycled ?? (size > SMALL_MAX ? this.#take(size) : this.#cut(size));
    this.#sizes.set(address, size);
    return address;
  }

  /** Gives a piece back, to be used again for pieces of its size. */
  free(address: number): void {
    const size = this.#sizes.get(address);
    assert(size !== undefined, 'only live addresses are freed');
    this.#sizes.delete(address);
    if (size > KEEP_MAX) {
      this.#giveBack(address, size);
      return;
    }
    this.#freeLists ??= new Map();
    const list = this.#freeLists.get(size);
    if (list === undefined) this.#freeLists.set(size, [address]);
    else list.push(address);
  }

  /** The usable bytes behind an address of this region. */
  capacityOf(address: number): number {
    const size = this.#sizes.get(address);
    assert(size !== undefined, 'only live addresses have a capacity');
    return size - PADDING;
  }

  /** Moves a piece to one of at least `bytes` bytes, keeping its first `used` bytes. */
  grow(address: number, used: number, bytes: number): number {
    const capacity = this.capacityOf(address);
    if (capacity >= bytes) return address;
    const moved = this.alloc(Math.max(bytes, capacity * 2));
    for (let from = 0; from < used; from += LOOK_BYTES) {
      this.look();
      const length = Math.min(LOOK_BYTES, used - from);
      this.bytes(moved + from, length).set(this.bytes(address + from, length));
    }
    this.free(address);
    return moved;
  }

  /** The address of `bytes` bytes that are 0; otherwise as `alloc`. */
  allocZeroed(bytes: number): number {
    const address = this.alloc(bytes);
    for (let from = 0; from < bytes; from += LOOK_BYTES) {
      this.look();
      this.clear(address + from, Math.min(LOOK_BYTES, bytes - from));
    }
    return address;
  }

  /**
   * Writes 0 to `bytes` bytes of a piece, and perhaps to up to 7 more behind them. (Filling bytes
   * of shared memory one by one takes eight times as long.)
   */
  clear(address: number, bytes: number): void {
    new BigInt64Array(this.arena.buffer, address, Math.ceil(bytes / 8)).fill(0n);
  }

  /** Gives every piece back, to be used again. For buffers that live as long as one batch. */
  recycle(): void {
    for (const address of [...this.#sizes.keys()]) this.free(address);
  }

  /** Gives free pieces of whole pages back to the arena, for pieces of other sizes. */
  trim(): void {
    for (const [size, addresses] of this.#freeLists ?? []) {
      if (size <= SMALL_MAX) continue;
      for (const address of addresses) this.#giveBack(address, size);
      this.#freeLists?.delete(size);
    }
  }

  /**
   * Frees everything this owner has, on every thread; of a child only what it and its parts took.
   * Idempotent.
   */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (this.#parent !== null) this.#parent.#children?.delete(this);
    if (this.#pages === null) this.arena.freeOwner(this.owner);
    else {
      for (const child of [...(this.#children ?? [])]) child.dispose();
      this.recycle();
      this.trim();
      for (const address of this.#pages) this.#giveBack(address, PAGE_BYTES);
    }
    this.#pageBytes = 0;
    this.#sizes.clear();
    this.#freeLists = null;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** A view of `length` bytes at `address`. */
  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.arena.buffer, address, length);
  }

  /** A view of `length` 32-bit integers at `address`. */
  int32(address: number, length: number): Int32Array {
    return new Int32Array(this.arena.buffer, address, length);
  }

  /** Takes whole pages. */
  #take(bytes: number): number {
    const address = this.arena.allocatePages(bytes / PAGE_BYTES, this.owner);
    this.#pageBytes += bytes;
    this.#tally?.took(bytes);
    return address;
  }

  #giveBack(address: number, bytes: number): void {
    this.arena.freePages(address, bytes / PAGE_BYTES, this.owner);
    this.#pageBytes -= bytes;
    this.#tally?.gave(bytes);
  }

  #cut(size: number): number {
    if (this.#open + size > this.#openEnd) {
      this.#open = this.#take(PAGE_BYTES);
      this.#openEnd = this.#open + PAGE_BYTES;
      this.#pages?.push(this.#open);
    }
    const address = this.#open;
    this.#open += size;
    return address;
  }
}

/** Powers of two up to half a page; above, whole pages in steps of an eighth of the power below. */
function sizeClass(bytes: number): number {
  if (bytes <= SMALL_MAX) return Math.max(ALIGNMENT, 2 ** Math.ceil(Math.log2(bytes)));
  const pages = Math.ceil(bytes / PAGE_BYTES);
  if (pages <= 8) return pages * PAGE_BYTES;
  const step = 2 ** (Math.floor(Math.log2(pages)) - 3);
  return Math.ceil(pages / step) * step * PAGE_BYTES;
}
