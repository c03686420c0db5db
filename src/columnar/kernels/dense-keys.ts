import type { Region } from '../arena/region.ts';
import type { Column, ValueRange } from '../column.ts';
import { integerWidth } from './key-parts.ts';
import { addressOf, type KernelLibrary, kernelsFor } from './library.ts';
import { integersOf } from './plain-values.ts';
import { Scratch } from './scratch.ts';

/** An index of dense keys as plain data: what another thread attaches by. */
export interface DenseKeysDescriptor {
  readonly header: number;
  /** Words of bits; 0: the keys fill their range, and the id of a key is how far it is from the least. */
  readonly words: number;
  /** Bytes of a key. */
  readonly width: number;
}

/** The least and the greatest of some keys. */
export interface KeyBounds {
  readonly least: bigint;
  readonly greatest: bigint;
  readonly rows: number;
  /** How many are not NULL. */
  readonly valid: number;
  /** Whether each key is greater than those before, and none is NULL. */
  readonly ascending: boolean;
}

/** What the keys between two words of an index turned out to be. */
export interface EnteredKeys {
  /** Keys of rows below, and between the words: what their ids and lists start from. */
  readonly below: number;
  readonly entered: number;
  readonly distinct: number;
}

/** Fields of the header that the kernels share: see `dense-keys.as.ts`. */
const HEADER_BYTES = 16;
const NUMBERS = 2;
const WORDS = 3;
/** Behind the last word. */
const ANY_WORD = -1;
/** Numbers of a word, and its bytes: the bits, and the id of the first. */
const WORD_NUMBERS = 64;
const WORD_BYTES = 16;
/** Numbers a key at the most: the index then takes less memory than a hash table of the keys. */
const NUMBERS_PER_KEY = 64;
/** So many numbers are always few: two megabytes of index. */
const NUMBERS_FEW = 2 ** 23;

/** How many numbers there are from the least to the greatest key; null when those are too many. */
export function denseNumbers({ least, greatest, valid }: KeyBounds): number | null {
  if (valid === 0) return 0;
  const numbers = greatest - least + 1n;
  const most = Math.min(2 ** 31 - WORD_NUMBERS, Math.max(NUMBERS_FEW, valid * NUMBERS_PER_KEY));
  return numbers <= BigInt(most) ? Number(numbers) : null;
}

/**
 * Ids of integer keys that lie close together, by counting: no hashing, no comparing, and a key
 * that is not there costs one look. The ids ascend with the keys, and have gaps where a key is
 * there several times. NULL has no id.
 */
export class DenseKeys {
  readonly #region: Region;
  readonly #kernels: KernelLibrary;
  readonly #descriptor: DenseKeysDescriptor;
  readonly #plain: Scratch;
  readonly #owner: boolean;

  private constructor(region: Region, descriptor: DenseKeysDescriptor, owner: boolean) {
    this.#region = region;
    this.#kernels = kernelsFor(region.arena);
    this.#descriptor = descriptor;
    this.#plain = new Scratch(region);
    this.#owner = owner;
  }

  /** An index without keys, for those of a range. Errors: ResourceError MEMORY_LIMIT. */
  static create(least: bigint, numbers: number, width: number, region: Region): DenseKeys {
    const words = Math.max(1, Math.ceil(numbers / WORD_NUMBERS));
    const header = allocHeader(least, numbers, words, region);
    region.clear(header + HEADER_BYTES, words * WORD_BYTES);
    return new DenseKeys(region, { header, words, width }, true);
  }

  /**
   * The index of a range in which every number is a key, in the order of the ids: the id of a key
   * is how far it is from the least. Errors: ResourceError MEMORY_LIMIT.
   */
  static filled(least: bigint, numbers: number, width: number, region: Region): DenseKeys {
    const header = allocHeader(least, numbers, 0, region);
    return new DenseKeys(region, { header, words: 0, width }, true);
  }

  /** The index of a descriptor; `region` holds scratch memory. */
  static attach(descriptor: DenseKeysDescriptor, region: Region): DenseKeys {
    return new DenseKeys(region, descriptor, false);
  }

  /** What another thread attaches by. */
  describe(): DenseKeysDescriptor {
    return this.#descriptor;
  }

  /**
   * Enters the keys of some columns, one behind the other, that lie between two words. Several
   * threads may do so at once, each between words of its own.
   */
  enter(columns: readonly Column[], from: number, to: number, ascending: boolean): EnteredKeys {
    const { header } = this.#descriptor;
    const kernels = this.#kernels;
    using scratch = this.#region.child();
    const counts = scratch.int32(scratch.alloc(8), 2).fill(0);
    const at = counts.byteOffset;
    const inOrder = ascending ? 1 : 0;
    for (const column of columns) {
      scratch.look();
      const { values, width, validity } = this.#view(column);
      const { length } = column;
      kernels.enterDense(header, values, width, validity, length, from, to, inOrder, at);
    }
    const [below = 0, entered = 0] = counts;
    const distinct = kernels.rankDense(header + HEADER_BYTES, from, to, below);
    return { below, entered, distinct };
  }

  /**
   * Writes the id of each row that counts to `out`; -1 for keys that are not there, and NULL.
   * Returns how many have one.
   */
  find(column: Column, rows: number, selection: Int32Array | null, out: Int32Array): number {
    return this.findBetween(column, rows, selection, 0, ANY_WORD, out);
  }

  /** As `find`, for the keys between two words alone. */
  findBetween(
    column: Column,
    rows: number,
    selection: Int32Array | null,
    from: number,
    to: number,
    out: Int32Array,
  ): number {
    const { values, width, validity } = this.#view(column);
    const { header } = this.#descriptor;
    const [at, count] = [addressOf(selection), selection?.length ?? rows];
    const { findDense } = this.#kernels;
    return findDense(header, values, width, validity, at, count, from, to, out.byteOffset);
  }

  /**
   * Writes the rows that count and whose key is there (`wanted`), or is not, to `out`, which has
   * room for all of them; returns how many.
   */
  filter(
    column: Column,
    rows: number,
    selection: Int32Array | null,
    wanted: boolean,
    out: Int32Array,
  ): number {
    const { values, width, validity } = this.#view(column);
    const { header } = this.#descriptor;
    const [at, count] = [addressOf(selection), selection?.length ?? rows];
    const { filterDense } = this.#kernels;
    return filterDense(header, values, width, validity, at, count, wanted ? 1 : 0, out.byteOffset);
  }

  /** Gives the memory back to the region; an attached index only its scratch memory. */
  free(): void {
    this.#plain.free();
    if (this.#owner) this.#region.free(this.#descriptor.header);
  }

  #view(column: Column) {
    return integersOf(column, this.#descriptor.width, this.#plain, this.#kernels);
  }
}

/** The header of an index, with room for its words behind it. */
function allocHeader(least: bigint, numbers: number, words: number, region: Region): number {
  const header = region.alloc(HEADER_BYTES + words * WORD_BYTES);
  new BigInt64Array(region.arena.buffer, header, 1)[0] = least;
  const fields = new Uint32Array(region.arena.buffer, header, HEADER_BYTES / 4);
  fields[NUMBERS] = numbers;
  fields[WORDS] = words === 0 ? 0 : header + HEADER_BYTES;
  return header;
}

/** The bounds of the keys of some columns, one behind the other. */
export function keyBoundsOf(columns: readonly Column[], width: number, region: Region): KeyBounds {
  const kernels = kernelsFor(region.arena);
  using scratch = region.child();
  const plain = new Scratch(scratch);
  const address = scratch.alloc(24);
  const range = new BigInt64Array(region.arena.buffer, address, 2);
  range.set([2n ** 63n - 1n, -(2n ** 63n)]);
  const ascending = scratch.int32(address + 16, 1).fill(1);
  let valid = 0;
  let rows = 0;
  for (const column of columns) {
    const at = integersOf(column, width, plain, kernels);
    valid += kernels.widenBounds(at.values, at.width, at.validity, column.length, address);
    rows += column.length;
  }
  const [least = 0n, greatest = 0n] = range;
  return { least, greatest, rows, valid, ascending: ascending[0] === 1 && valid === rows };
}

/** The range of the values of a column of integers; null for other columns and for NULLs alone. */
export function rangeOf(column: Column, region: Region): ValueRange | null {
  const width = column.layout === 'fixed' ? integerWidth(column.type) : null;
  if (width === null) return null;
  const { least, greatest, valid } = keyBoundsOf([column], width, region);
  return valid === 0 ? null : { least, greatest };
}
