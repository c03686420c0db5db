import { assert } from '../../common/assert.ts';
import { resourceError } from '../../common/errors.ts';

/** Bytes of a page: the unit in which regions own memory. */
export const PAGE_BYTES = 65536;
/**
 * Page 0 holds the header and is never handed out, so that address 0 can mean "absent". Nor is the
 * last page, so that what lies behind any allocation can be read.
 */
const HEADER_PAGES = 1;
/** Owner tag of a free page. */
const FREE = 0;
/** Owner tag of the header and of the page table itself. */
const RESERVED = -1;
/** What 32 bits can address. */
const BYTES_MAX = 4 * 1024 ** 3;
/** Room for the reserved pages and a first query. */
const PAGES_MIN = 64;

/** Header words (int32 indexes). */
const NEXT_OWNER = 0;
/** Where the search for free pages starts: no free page is below it, or only by accident. */
const SEARCH_HINT = 1;
/** No page from this one on was ever taken. */
const HIGH_WATER = 2;
/** Pages that owners have: counted page by page, so that a thread that dies is wrong by one. */
const OWNED = 3;

/** Searches before memory counts as exhausted: another thread may hold pages that it gives up. */
const SEARCHES = 3;

/** What a worker needs to attach to an arena: sent once, in `workerData`. */
export interface ArenaHandle {
  readonly memory: WebAssembly.Memory;
  readonly pages: number;
}

/**
 * The shared memory of one environment and its page allocator.
 *
 * The memory is created at its full size: address space is reserved at once, pages are touched
 * when they are first written, and views never go stale. The page table (one owner tag a page)
 * lies in the arena itself, so every thread allocates and frees alike. There is no lock that a
 * thread could die with: pages are claimed one by one, and whatever a dead thread claimed is freed
 * with its owner.
 */
export class Arena {
  readonly memory: WebAssembly.Memory;
  readonly buffer: SharedArrayBuffer;
  readonly pages: number;
  readonly #header: Int32Array;
  readonly #table: Int32Array;

  private constructor(handle: ArenaHandle) {
    this.memory = handle.memory;
    // The memory is created `shared`, which the type of `buffer` does not say.
    this.buffer = handle.memory.buffer as unknown as SharedArrayBuffer;
    this.pages = handle.pages;
    this.#header = new Int32Array(this.buffer, 0, PAGE_BYTES / 4);
    this.#table = new Int32Array(this.buffer, HEADER_PAGES * PAGE_BYTES, handle.pages);
  }

  /** Creates the arena of an environment. `limitBytes` is rounded up to pages, at most 4 GiB. */
  static create(limitBytes: number): Arena {
    const pages = Math.max(PAGES_MIN, Math.ceil(Math.min(limitBytes, BYTES_MAX) / PAGE_BYTES));
    const memory = reserve(pages);
    const arena = new Arena({ memory, pages });
    const reserved = HEADER_PAGES + Math.ceil((pages * 4) / PAGE_BYTES);
    arena.#table.fill(RESERVED, 0, reserved);
    arena.#table[pages - 1] = RESERVED;
    arena.#header[NEXT_OWNER] = 1;
    arena.#header[SEARCH_HINT] = reserved;
    arena.#header[HIGH_WATER] = reserved;
    return arena;
  }

  /** Attaches another thread. */
  static attach(handle: ArenaHandle): Arena {
    return new Arena(handle);
  }

  /** What a worker attaches by. */
  get handle(): ArenaHandle {
    return { memory: this.memory, pages: this.pages };
  }

  /** A fresh owner tag; tags are never used twice. */
  newOwner(): number {
    return Atomics.add(this.#header, NEXT_OWNER, 1);
  }

  /** Bytes of the whole arena: the memory limit. */
  get limitBytes(): number {
    return this.pages * PAGE_BYTES;
  }

  /** Bytes in pages that nobody has: one look at a counter, for deciding what to keep in memory. */
  get freeBytes(): number {
    const reserved = HEADER_PAGES + Math.ceil((this.pages * 4) / PAGE_BYTES) + 1;
    return (this.pages - reserved - Atomics.load(this.#header, OWNED)) * PAGE_BYTES;
  }

  /** Bytes in pages that are in use. Looks at every page: for tests, metrics and errors. */
  get usedBytes(): number {
    const end = this.#highWater;
    let pages = 0;
    for (let page = 0; page < end; page++) if (this.#table[page] !== FREE) pages++;
    return pages * PAGE_BYTES;
  }

  /** Bytes in pages with this owner. */
  bytesOf(owner: number): number {
    const end = this.#highWater;
    let pages = 0;
    for (let page = 0; page < end; page++) if (this.#table[page] === owner) pages++;
    return pages * PAGE_BYTES;
  }

  /** Bytes in use by owner; those of the arena itself are of no owner. */
  bytesByOwner(): ReadonlyMap<number, number> {
    const bytes = new Map<number, number>();
    const end = this.#highWater;
    for (let page = 0; page < end; page++) {
      const owner = this.#table[page]!;
      if (owner > FREE) bytes.set(owner, (bytes.get(owner) ?? 0) + PAGE_BYTES);
    }
    return bytes;
  }

  /**
   * Takes a run of pages for `owner` and returns the address of the first byte. The contents are
   * undefined. Errors: ResourceError MEMORY_LIMIT.
   */
  allocatePages(count: number, owner: number): number {
    assert(owner > 0 && count > 0, 'pages are taken by an owner');
    for (let search = 0; search < SEARCHES; search++) {
      const hint = Atomics.load(this.#header, SEARCH_HINT);
      let start = this.#claim(hint, this.pages, count, owner);
      if (start < 0) start = this.#claim(0, Math.min(this.pages, hint + count), count, owner);
      if (start < 0) continue;
      // Smaller holes that were passed over are found again by the second search, from page 0.
      Atomics.compareExchange(this.#header, SEARCH_HINT, hint, start + count);
      return start * PAGE_BYTES;
    }
    throw this.#exhausted(count * PAGE_BYTES);
  }

  /** Gives a run of pages back. */
  freePages(address: number, count: number, owner: number): void {
    const start = address / PAGE_BYTES;
    for (let page = start; page < start + count; page++) {
      const before = Atomics.compareExchange(this.#table, page, owner, FREE);
      assert(before === owner, 'pages are freed by their owner');
      Atomics.sub(this.#header, OWNED, 1);
    }
    this.#lowerHint(start);
  }

  /**
   * Frees all pages of an owner, whichever thread took them. No thread may use or allocate for
   * the owner any more.
   */
  freeOwner(owner: number): void {
    assert(owner > 0, 'only owners can be freed');
    // The built-in search needs no warming up, as a loop over thousands of pages does.
    const table = this.#table.subarray(0, this.#highWater);
    const first = table.indexOf(owner);
    for (let page = first; page >= 0; page = table.indexOf(owner, page + 1)) {
      Atomics.store(table, page, FREE);
      Atomics.sub(this.#header, OWNED, 1);
    }
    if (first >= 0) this.#lowerHint(first);
  }

  get #highWater(): number {
    return Atomics.load(this.#header, HIGH_WATER);
  }

  /** Claims the first free run between two pages; -1 if there is none. */
  #claim(from: number, to: number, count: number, owner: number): number {
    let run = 0;
    for (let page = from; page < to; page++) {
      run = this.#table[page] === FREE ? run + 1 : 0;
      if (run < count) continue;
      const start = page - count + 1;
      const taken = this.#claimRun(start, count, owner);
      if (taken === count) return start;
      // Another thread was faster at one of the pages: go on behind it.
      page = start + taken;
      run = 0;
    }
    return -1;
  }

  /** Claims pages one by one; gives them up and returns how many they were if one is not free. */
  #claimRun(start: number, count: number, owner: number): number {
    // The mark is raised first, so that what is claimed is always found by `freeOwner`.
    this.#raise(start + count);
    for (let i = 0; i < count; i++) {
      if (Atomics.compareExchange(this.#table, start + i, FREE, owner) === FREE) {
        Atomics.add(this.#header, OWNED, 1);
        continue;
      }
      for (let k = 0; k < i; k++) Atomics.store(this.#table, start + k, FREE);
      Atomics.sub(this.#header, OWNED, i);
      return i;
    }
    return count;
  }

  #raise(end: number): void {
    let mark = this.#highWater;
    while (mark < end) {
      const seen = Atomics.compareExchange(this.#header, HIGH_WATER, mark, end);
      if (seen === mark) return;
      mark = seen;
    }
  }

  #lowerHint(page: number): void {
    let hint = Atomics.load(this.#header, SEARCH_HINT);
    while (page < hint) {
      const seen = Atomics.compareExchange(this.#header, SEARCH_HINT, hint, page);
      if (seen === hint) return;
      hint = seen;
    }
  }

  #exhausted(bytes: number): Error {
    const limit = this.limitBytes;
    return resourceError(
      'MEMORY_LIMIT',
      { wanted: `${Math.ceil(bytes / 1024)} KiB`, limit: `${Math.floor(limit / 1024 ** 2)} MiB` },
      { limit, used: this.usedBytes },
    );
  }
}

/** Reserves the address space. Errors: ResourceError MEMORY_LIMIT where the system refuses it. */
function reserve(pages: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch (cause) {
    const bytes = pages * PAGE_BYTES;
    const limit = `${Math.floor(bytes / 1024 ** 2)} MiB`;
    throw resourceError(
      'MEMORY_LIMIT',
      { wanted: 'the environment, whose memory the system does not give', limit },
      { limit: bytes, used: 0, cause, hint: "A smaller 'table.exec.memory.limit' needs less." },
    );
  }
}
