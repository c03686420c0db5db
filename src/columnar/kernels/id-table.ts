import { resourceError } from '../../common/errors.ts';
import type { Arena } from '../arena/arena.ts';
import type { Region } from '../arena/region.ts';
import type { GroupLookup } from './group-lookup.ts';
import { rangeFor } from './int-slots.ts';
import { type KernelLibrary, kernelsFor } from './library.ts';

/** What the keys of an id table are: integers up to 64 bits, packed rows of words, or strings. */
export type KeyShape = 'int' | 'rows' | 'strings';

/** An id table as plain data, for reading on other threads. */
export interface IdTableDescriptor {
  readonly shape: KeyShape;
  readonly words: number;
  readonly header: number;
}

/** Flag: a key that is not there gets -1, instead of an id. */
export const FIND = 1;
/** Flag: NULL gets -1, instead of an id of its own. */
export const SKIP_NULLS = 2;

/** Fields of the header that the kernels share: see `id-table.as.ts`. */
const SLOTS = 0;
const MASK = 1;
const COUNT = 2;
const LIMIT = 3;
const NULL_ID = 4;
const KEYS = 5;
const BYTES = 6;
const BYTES_CAPACITY = 7;
const LEFT = 8;
const SHORT_SLOTS = 9;
const SHORT_MASK = 10;
const SHORT_LEFT = 11;
const BASE = 12;
const RANGE = 14;
/** Where `keyBounds` writes: two 64-bit integers. */
const BOUNDS = 16;
const HEADER_WORDS = 20;

const SLOTS_FIRST = 1024;
/** Slots per id at the least: half of the slots stay empty, which keeps searches short. */
const SLOTS_PER_ID = 2;
/** Tables below this grow fourfold, so that a few steps suffice; larger ones double. */
const SLOTS_FAST = 2 ** 18;
/** Slots that are filled between two looks whether the work is still wanted. */
const LOOK_SLOTS = 2 ** 16;
/** Bytes of a slot that holds an integer or a short string. */
const SHORT_SLOT_BYTES = 16;
/** Bytes of a slot for one value of a range. */
const RANGE_SLOT_BYTES = 4;
/** Bytes of a slot that holds a hash. */
const HASH_SLOT_BYTES = 8;
const STRING_BYTES_FIRST = 8192;
/** Offsets of strings have 31 bits. */
const STRING_BYTES_MAX = 2 ** 31 - 64;

/** Where keys lie: what an id table is asked for. Addresses; 0: absent. */
export interface KeySource {
  readonly values: number;
  /** Bytes of an integer key. */
  readonly width: number;
  /** The offsets of strings. */
  readonly offsets: Int32Array | null;
  readonly validity: number;
  /** The rows that count; null: all. */
  readonly selection: Int32Array | null;
  readonly count: number;
}

/**
 * A hash table in the arena from keys to ids 0, 1, 2 … in the order of first appearance. One
 * thread inserts; others may attach by a descriptor and find, while nobody inserts.
 */
export class IdTable {
  readonly #arena: Arena;
  readonly #region: Region | null;
  readonly #kernels: KernelLibrary;
  readonly #shape: KeyShape;
  readonly #words: number;
  readonly #header: Uint32Array;
  /** How many keys there were when slots for their range were last tried. */
  #ranged = 0;

  private constructor(arena: Arena, region: Region | null, descriptor: IdTableDescriptor) {
    this.#arena = arena;
    this.#region = region;
    this.#kernels = kernelsFor(arena);
    this.#shape = descriptor.shape;
    this.#words = descriptor.words;
    this.#header = new Uint32Array(arena.buffer, descriptor.header, HEADER_WORDS);
  }

  /** An empty table in memory of `region`. `words` is the size of packed rows. Errors: MEMORY_LIMIT. */
  static create(region: Region, shape: KeyShape, words = 1): IdTable {
    const header = region.alloc(HEADER_WORDS * 4);
    const table = new IdTable(region.arena, region, { shape, words, header });
    table.#initialize();
    return table;
  }

  /** The table of a descriptor, for finding keys on another thread. */
  static attach(arena: Arena, descriptor: IdTableDescriptor): IdTable {
    return new IdTable(arena, null, descriptor);
  }

  /** What another thread attaches by. */
  describe(): IdTableDescriptor {
    return { shape: this.#shape, words: this.#words, header: this.#header.byteOffset };
  }

  /** How many ids there are. */
  get count(): number {
    return this.#header[COUNT]!;
  }

  /** The id of NULL; -1 when it has none. */
  get nullId(): number {
    return this.#header[NULL_ID]! | 0;
  }

  /** The address of the keys by id: integers of 8 bytes, packed rows, or offsets of strings. */
  get keys(): number {
    return this.#header[KEYS]!;
  }

  /** The address of the bytes of string keys. */
  get bytes(): number {
    return this.#header[BYTES]!;
  }

  /**
   * Writes the id of each row's key to `out`, which has room for `source.count` ids. New keys
   * get new ids unless `flags` has FIND. Errors: ResourceError MEMORY_LIMIT.
   */
  ids(source: KeySource, out: Int32Array, flags: number): void {
    let done = 0;
    for (;;) {
      done = this.#run(source, done, out, flags);
      if (done === source.count) return;
      this.#makeRoom(source, done);
    }
  }

  /** Where the ids of integer keys lie by their values; null when they are hashed. */
  lookup(): GroupLookup | null {
    const header = this.#header;
    // Tables that have grown have been asked for slots of a range then.
    const small = header[LIMIT] === SLOTS_FIRST / SLOTS_PER_ID;
    if (this.#shape === 'int' && header[RANGE] === 0 && small && this.#ranged !== this.count) {
      this.#ranged = this.count;
      this.#layOutInts(null);
    }
    const size = header[RANGE]!;
    if (this.#shape !== 'int' || size === 0) return null;
    const base = BigInt.asIntN(64, BigInt(header[BASE]!) | (BigInt(header[BASE + 1]!) << 32n));
    return { kind: 'range', slots: header[SLOTS]!, base, size };
  }

  /** Gives the table's memory back to its region. */
  free(): void {
    const region = this.#region;
    if (region === null) return;
    region.free(this.#header[SLOTS]!);
    region.free(this.keys);
    if (this.#shape === 'strings') {
      region.free(this.bytes);
      region.free(this.#header[SHORT_SLOTS]!);
    }
    region.free(this.#header.byteOffset);
  }

  #run(source: KeySource, from: number, out: Int32Array, flags: number): number {
    const kernels = this.#kernels;
    const table = this.#header.byteOffset;
    const { values, validity, count } = source;
    const selection = source.selection?.byteOffset ?? 0;
    const to = out.byteOffset;
    if (this.#shape === 'rows') {
      return kernels.idsOfRows(table, values, this.#words, validity, from, count, to, flags);
    }
    if (this.#shape === 'strings') {
      const offsets = source.offsets?.byteOffset ?? 0;
      return kernels.idsOfStrings(
        ...[table, offsets, values, validity, selection, from, count, to, flags],
      );
    }
    const kernel =
      source.width === 8
        ? kernels.ids8
        : source.width === 4
          ? kernels.ids4
          : source.width === 2
            ? kernels.ids2
            : kernels.ids1;
    return kernel(table, values, validity, selection, from, count, to, flags);
  }

  #initialize(): void {
    const region = this.#owner();
    const header = this.#header;
    const limit = SLOTS_FIRST / SLOTS_PER_ID;
    header[SLOTS] = this.#emptySlots(SLOTS_FIRST, this.#slotBytes());
    header[MASK] = SLOTS_FIRST - 1;
    header[COUNT] = 0;
    header[LIMIT] = limit;
    header[NULL_ID] = -1;
    header[RANGE] = 0;
    header[KEYS] = region.alloc((limit + 1) * this.#keyBytes());
    if (this.#shape === 'strings') {
      region.int32(this.keys, 1)[0] = 0;
      header[BYTES] = region.alloc(STRING_BYTES_FIRST);
      header[BYTES_CAPACITY] = region.capacityOf(this.bytes);
      header[LEFT] = limit;
      header[SHORT_SLOTS] = this.#emptySlots(SLOTS_FIRST, SHORT_SLOT_BYTES);
      header[SHORT_MASK] = SLOTS_FIRST - 1;
      header[SHORT_LEFT] = limit;
    }
  }

  /** Makes room for the key of row `done`, at which a kernel stopped. */
  #makeRoom(source: KeySource, done: number): void {
    const header = this.#header;
    const keysFull = this.count >= header[LIMIT]!;
    if (this.#shape === 'int') {
      if (keysFull) this.#growKeys();
      // Hashed slots are as many as the keys call for; those of a range end where it ends.
      if (header[RANGE] === 0 || !keysFull) this.#layOutInts(keysFull ? null : [source, done]);
      return;
    }
    if (this.#shape === 'rows') {
      this.#growKeys();
      this.#growSlots(SLOTS, MASK, this.#slotBytes());
      return;
    }
    const shortFull = header[SHORT_LEFT] === 0;
    const longFull = header[LEFT] === 0;
    if (keysFull) this.#growKeys();
    if (shortFull) {
      header[SHORT_LEFT] = this.#growSlots(SHORT_SLOTS, SHORT_MASK, SHORT_SLOT_BYTES);
    }
    if (longFull) header[LEFT] = this.#growSlots(SLOTS, MASK, this.#slotBytes());
    if (!keysFull && !shortFull && !longFull) this.#growBytes(source, done);
  }

  #growBytes({ offsets, selection }: KeySource, done: number): void {
    const row = selection === null ? done : selection[done]!;
    const length = offsets === null ? 0 : offsets[row + 1]! - offsets[row]!;
    const region = this.#owner();
    const used = region.int32(this.keys, this.count + 1)[this.count]!;
    const wanted = Math.max(used + length, used * 2);
    const bytes = Math.min(wanted, STRING_BYTES_MAX);
    if (used + length > bytes) {
      const limit = this.#arena.limitBytes;
      throw resourceError(
        'MEMORY_LIMIT',
        { wanted: 'more than 2 GiB of distinct strings', limit: `${limit / 1024 ** 2} MiB` },
        { limit, used },
      );
    }
    this.#header[BYTES] = region.grow(this.bytes, used, bytes);
    this.#header[BYTES_CAPACITY] = Math.min(region.capacityOf(this.bytes), STRING_BYTES_MAX);
  }

  #growKeys(): void {
    const header = this.#header;
    const before = header[LIMIT]!;
    const limit = before * growthOf(before * SLOTS_PER_ID);
    const keyBytes = this.#keyBytes();
    const used = (this.count + 1) * keyBytes;
    header[KEYS] = this.#owner().grow(this.keys, used, (limit + 1) * keyBytes);
    header[LIMIT] = limit;
  }

  /** Moves slots to more of them; returns how many more entries they take. */
  #growSlots(slotsField: number, maskField: number, slotBytes: number): number {
    const header = this.#header;
    const old = header[slotsField]!;
    const before = header[maskField]! + 1;
    const capacity = before * growthOf(before);
    const slots = this.#emptySlots(capacity, slotBytes);
    const rehash = slotBytes === SHORT_SLOT_BYTES ? this.#kernels.rehash16 : this.#kernels.rehash8;
    const region = this.#owner();
    for (let from = 0; from < before; from += LOOK_SLOTS) {
      region.look();
      rehash(old + from * slotBytes, Math.min(LOOK_SLOTS, before - from), slots, capacity - 1);
    }
    region.free(old);
    header[slotsField] = slots;
    header[maskField] = capacity - 1;
    return (capacity - before) / SLOTS_PER_ID;
  }

  /**
   * Makes new slots for integer keys and the key of one more row: one for each value of their
   * range where that takes no more memory than hashed ones. (GROUP BY of 1 M
   * integers in 10 M rows: 1.7 times as fast, bench `micro`.)
   */
  #layOutInts(next: readonly [KeySource, number] | null): void {
    const header = this.#header;
    const capacity = header[LIMIT]! * SLOTS_PER_ID;
    const hashedBytes = capacity * SHORT_SLOT_BYTES;
    this.#kernels.keyBounds(header.byteOffset, header.byteOffset + BOUNDS * 4);
    const words = new BigInt64Array(this.#arena.buffer, header.byteOffset + BOUNDS * 4, 2);
    let [least, greatest] = [words[0]!, words[1]!];
    if (next !== null) {
      const key = this.#intAt(...next);
      if (key < least) least = key;
      if (key > greatest) greatest = key;
    }
    const range = rangeFor(least, greatest, hashedBytes / RANGE_SLOT_BYTES);
    // The old slots stay until there are new ones: memory may end here.
    const slots =
      range === null
        ? this.#emptySlots(capacity, SHORT_SLOT_BYTES)
        : this.#emptySlots(range.size, RANGE_SLOT_BYTES);
    this.#owner().free(header[SLOTS]!);
    header[SLOTS] = slots;
    header[RANGE] = range?.size ?? 0;
    const base = BigInt.asUintN(64, range?.least ?? 0n);
    header[BASE] = Number(base & 0xffff_ffffn);
    header[BASE + 1] = Number(base >> 32n);
    header[MASK] = capacity - 1;
    for (let from = 0; from < this.count; from += LOOK_SLOTS) {
      this.#owner().look();
      this.#kernels.enterKeys(header.byteOffset, from, Math.min(from + LOOK_SLOTS, this.count));
    }
  }

  /** The integer key of the i-th row that counts. */
  #intAt({ values, width, selection }: KeySource, i: number): bigint {
    const row = selection === null ? i : selection[i]!;
    const view = new DataView(this.#arena.buffer, values + row * width, width);
    if (width === 8) return view.getBigInt64(0, true);
    return BigInt(
      width === 4 ? view.getInt32(0, true) : width === 2 ? view.getInt16(0, true) : view.getInt8(0),
    );
  }

  #emptySlots(capacity: number, slotBytes: number): number {
    const bytes = capacity * slotBytes;
    return this.#owner().allocZeroed(bytes);
  }

  #slotBytes(): number {
    return this.#shape === 'int' ? SHORT_SLOT_BYTES : HASH_SLOT_BYTES;
  }

  #keyBytes(): number {
    return this.#shape === 'strings' ? 4 : this.#shape === 'int' ? 8 : this.#words * 8;
  }

  #owner(): Region {
    if (this.#region === null) throw new Error('Assertion failed: an attached table only finds');
    return this.#region;
  }
}

/** By how much a table of so many slots grows. */
function growthOf(slots: number): number {
  return slots < SLOTS_FAST ? 4 : 2;
}
