import { assert } from '../../common/assert.ts';
import { resourceError } from '../../common/errors.ts';

/** Bytes of a page: the unit in which regions own memory. */
export const PAGE_BYTES = 65536;
/** Page 0 holds the header and is never handed out, so that address 0 can mean "absent". */
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
const LOCK = 0;
const NEXT_OWNER = 1;
const PAGES_USED = 2;
const SEARCH_HINT = 3;

/** Turns of the spin before a worker gives its time slice away. */
const SPINS = 1000;
/** A dead thread's lock is taken over after this many milliseconds: allocating takes far less. */
const TAKEOVER_MS = 50;
/** So long nobody holds the lock: whoever does has died unnoticed. */
const LOST_MS = 2000;

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
 * lies in the arena itself, so every thread allocates and frees alike, and any thread can take
 * back the pages of a dead worker's owner.
 */
export class Arena {
  readonly memory: WebAssembly.Memory;
  readonly buffer: SharedArrayBuffer;
  readonly pages: number;
  readonly #header: Int32Array;
  readonly #table: Int32Array;
  /** Identifies this thread in the lock word; never 0. */
  readonly #threadId: number;
  readonly #mayBlock: boolean;
  readonly #condemned = new Set<number>();

  private constructor(handle: ArenaHandle, threadId: number, mayBlock: boolean) {
    this.memory = handle.memory;
    // The memory is created `shared`, which the type of `buffer` does not say.
    this.buffer = handle.memory.buffer as unknown as SharedArrayBuffer;
    this.pages = handle.pages;
    this.#header = new Int32Array(this.buffer, 0, PAGE_BYTES / 4);
    this.#table = new Int32Array(this.buffer, HEADER_PAGES * PAGE_BYTES, handle.pages);
    this.#threadId = threadId;
    this.#mayBlock = mayBlock;
  }

  /** Creates the arena of an environment. `limitBytes` is rounded up to pages, at most 4 GiB. */
  static create(limitBytes: number): Arena {
    const pages = Math.max(PAGES_MIN, Math.ceil(Math.min(limitBytes, BYTES_MAX) / PAGE_BYTES));
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    const arena = new Arena({ memory, pages }, 1, false);
    const reserved = HEADER_PAGES + Math.ceil((pages * 4) / PAGE_BYTES);
    arena.#table.fill(RESERVED, 0, reserved);
    arena.#header[NEXT_OWNER] = 1;
    arena.#header[PAGES_USED] = reserved;
    arena.#header[SEARCH_HINT] = reserved;
    return arena;
  }

  /** Attaches a worker thread. `threadId` is above 1 and unique in the environment. */
  static attach(handle: ArenaHandle, threadId: number): Arena {
    return new Arena(handle, threadId, true);
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

  /** Bytes in pages that are in use. */
  get usedBytes(): number {
    return Atomics.load(this.#header, PAGES_USED) * PAGE_BYTES;
  }

  /** Bytes in pages with this owner. */
  bytesOf(owner: number): number {
    let pages = 0;
    for (let page = 0; page < this.pages; page++) if (this.#table[page] === owner) pages++;
    return pages * PAGE_BYTES;
  }

  /**
   * Takes a run of pages for `owner` and returns the address of the first byte. The contents are
   * undefined. Errors: ResourceError MEMORY_LIMIT.
   */
  allocatePages(count: number, owner: number): number {
    assert(owner > 0 && count > 0, 'pages are taken by an owner');
    this.#lock();
    try {
      const start = this.#findRun(count);
      if (start < 0) throw this.#exhausted(count * PAGE_BYTES);
      this.#table.fill(owner, start, start + count);
      this.#header[SEARCH_HINT] = start + count;
      Atomics.add(this.#header, PAGES_USED, count);
      return start * PAGE_BYTES;
    } finally {
      this.#unlock();
    }
  }

  /** Gives a run of pages back. */
  freePages(address: number, count: number, owner: number): void {
    const start = address / PAGE_BYTES;
    this.#lock();
    try {
      for (let page = start; page < start + count; page++) {
        assert(this.#table[page] === owner, 'pages are freed by their owner');
        this.#table[page] = FREE;
      }
      this.#header[SEARCH_HINT] = Math.min(this.#header[SEARCH_HINT]!, start);
      Atomics.sub(this.#header, PAGES_USED, count);
    } finally {
      this.#unlock();
    }
  }

  /** Frees all pages of an owner, whichever thread took them. */
  freeOwner(owner: number): void {
    assert(owner > 0, 'only owners can be freed');
    this.#lock();
    try {
      let freed = 0;
      for (let page = this.#table.indexOf(owner); page >= 0; ) {
        this.#table[page] = FREE;
        if (page < this.#header[SEARCH_HINT]!) this.#header[SEARCH_HINT] = page;
        freed++;
        page = this.#table.indexOf(owner, page + 1);
      }
      Atomics.sub(this.#header, PAGES_USED, freed);
    } finally {
      this.#unlock();
    }
  }

  /**
   * Says that a worker is being ended: should it die with the lock, the calling thread, which must
   * not wait, takes the lock over. Called before the worker is terminated.
   */
  expectDeath(threadId: number): void {
    this.#condemned.add(threadId);
  }

  /**
   * Takes the lock back from a thread that died while holding it. The table is written page by
   * page, so it is consistent at every moment; only the count is made anew.
   */
  recoverFrom(deadThreadId: number): void {
    this.#condemned.delete(deadThreadId);
    const holder = Atomics.compareExchange(this.#header, LOCK, deadThreadId, this.#threadId);
    if (holder !== deadThreadId) return;
    let used = 0;
    for (let page = 0; page < this.pages; page++) if (this.#table[page] !== FREE) used++;
    Atomics.store(this.#header, PAGES_USED, used);
    this.#unlock();
  }

  #findRun(count: number): number {
    const from = this.#header[SEARCH_HINT]!;
    const found = this.#scan(from, this.pages, count);
    return found >= 0 ? found : this.#scan(0, Math.min(this.pages, from + count), count);
  }

  #scan(from: number, to: number, count: number): number {
    let run = 0;
    for (let page = from; page < to; page++) {
      run = this.#table[page] === FREE ? run + 1 : 0;
      if (run === count) return page - count + 1;
    }
    return -1;
  }

  #lock(): void {
    let since: number | null = null;
    for (;;) {
      for (let spin = 0; spin < SPINS; spin++) {
        if (Atomics.compareExchange(this.#header, LOCK, 0, this.#threadId) === 0) return;
      }
      const holder = Atomics.load(this.#header, LOCK);
      if (holder === 0) continue;
      if (this.#mayBlock) {
        Atomics.wait(this.#header, LOCK, holder, 1);
        continue;
      }
      since ??= performance.now();
      const waited = performance.now() - since;
      if (waited > LOST_MS || (waited > TAKEOVER_MS && this.#condemned.has(holder))) {
        this.recoverFrom(holder);
      }
    }
  }

  #unlock(): void {
    Atomics.store(this.#header, LOCK, 0);
    Atomics.notify(this.#header, LOCK, 1);
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
