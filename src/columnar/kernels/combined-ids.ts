import type { Region } from '../arena/region.ts';
import type { Column, DictionaryColumn } from '../column.ts';
import type { GroupLookup } from './group-lookup.ts';
import { addressOf, type KernelLibrary, kernelsFor } from './library.ts';
import { Scratch } from './scratch.ts';

/** Bits of a number that is made of several ids: the map of all of them stays in the cache. */
const BITS_MAX = 16;
/** Bits of an id at the least, so that a few more values do not void the map. */
const BITS_MIN = 2;
/** Entry of the map for numbers that were not met yet. */
const UNKNOWN = -1;
/** Entry for pairs whose ids are about to be found. */
const PENDING = -2;

/**
 * Remembers the ids of keys that are made of a few small ids: TPC-H Q1 groups by two such keys,
 * and looking the pair up in a map takes a third of the time of hashing it.
 */
export class CombinedIds {
  readonly #kernels: KernelLibrary;
  readonly #mapMemory: Scratch;
  readonly #numbers: Scratch;
  /** Bits of each id; empty while there are too many. */
  #bits: readonly number[] = [];
  #map: Int32Array = new Int32Array(0);

  readonly #pairMemory: Scratch;
  readonly #newRows: Scratch;
  readonly #newIds: Scratch;
  #pair: readonly [Column | null, Column | null] = [null, null];
  #pairMap: Int32Array = new Int32Array(0);

  constructor(region: Region) {
    this.#kernels = kernelsFor(region.arena);
    this.#mapMemory = new Scratch(region);
    this.#numbers = new Scratch(region);
    this.#pairMemory = new Scratch(region);
    this.#newRows = new Scratch(region);
    this.#newIds = new Scratch(region);
  }

  /**
   * Writes the ids of rows whose keys are made of `ids` (each below its entry of `counts`) to
   * `out`. `resolve` writes them when some of the rows are new. Errors: ResourceError MEMORY_LIMIT.
   */
  ids(
    ids: readonly Int32Array[],
    counts: readonly number[],
    count: number,
    out: Int32Array,
    resolve: () => void,
  ): void {
    if (!this.#fit(counts)) {
      resolve();
      return;
    }
    const numbers = this.#numbers.int32(count);
    numbers.set(ids[0]!.subarray(0, count));
    const at = addressOf(numbers);
    for (let i = 1; i < ids.length; i++) {
      this.#kernels.appendIds(at, addressOf(ids[i]!), this.#bits[i]!, count);
    }
    const map = addressOf(this.#map);
    if (this.#kernels.mapNumbers(at, map, count, addressOf(out)) === 0) return;
    resolve();
    this.#kernels.enterNumbers(at, addressOf(out), count, map);
  }

  /**
   * As `ids`, of rows whose keys are a pair of dictionary columns without NULL. The ids of pairs of
   * values are kept while the dictionaries stay the same; of the pairs that are new, `resolve` finds
   * the id of one row each. False: there are too many pairs, and nothing was written.
   */
  idsOfPair(
    [a, b]: readonly [DictionaryColumn, DictionaryColumn],
    selection: Int32Array | null,
    count: number,
    out: Int32Array,
    resolve: (rows: Int32Array, ids: Int32Array) => void,
  ): boolean {
    const size = b.dictionary.length;
    const pairs = a.dictionary.length * size;
    if (pairs > 2 ** BITS_MAX) return false;
    if (this.#pair[0] !== a.dictionary || this.#pair[1] !== b.dictionary) {
      this.#pair = [a.dictionary, b.dictionary];
      this.#pairMap = this.#pairMemory.int32(pairs).fill(UNKNOWN);
    }
    const { mapPairs, missingPairs, enterPairs } = this.#kernels;
    const [codes, others, rows] = [addressOf(a.codes), addressOf(b.codes), addressOf(selection)];
    const [map, ids] = [addressOf(this.#pairMap), addressOf(out)];
    if (mapPairs(codes, others, rows, count, size, map, ids) === 0) return true;
    const firstRows = this.#newRows.int32(Math.min(count, pairs));
    const first = addressOf(firstRows);
    const found = missingPairs(codes, others, rows, count, size, map, PENDING, first);
    const newIds = this.#newIds.int32(found);
    resolve(firstRows.subarray(0, found), newIds);
    enterPairs(codes, others, first, found, size, addressOf(newIds), map);
    mapPairs(codes, others, rows, count, size, map, ids);
    return true;
  }

  /** Where the ids of pairs lie that `idsOfPair` found; null for rows of other dictionaries. */
  lookup([a, b, c]: readonly Column[]): GroupLookup | null {
    if (a?.layout !== 'dictionary' || b?.layout !== 'dictionary' || c !== undefined) return null;
    if (this.#pair[0] !== a.dictionary || this.#pair[1] !== b.dictionary) return null;
    const others = { codes: addressOf(b.codes), size: b.dictionary.length };
    return { kind: 'codes', codes: addressOf(a.codes), others, map: addressOf(this.#pairMap) };
  }

  /** Gives the memory back. */
  free(): void {
    this.#mapMemory.free();
    this.#numbers.free();
    this.#pairMemory.free();
    this.#newRows.free();
    this.#newIds.free();
  }

  /** Makes the map wide enough for the ids; false if that is too wide. */
  #fit(counts: readonly number[]): boolean {
    const bits = this.#bits;
    if (bits.length > 0 && counts.every((count, i) => count <= 2 ** bits[i]!)) return true;
    this.#bits = counts.map((count) => Math.max(BITS_MIN, Math.ceil(Math.log2(count))));
    const sum = this.#bits.reduce((total, width) => total + width, 0);
    if (sum > BITS_MAX) {
      this.#bits = [];
      return false;
    }
    this.#map = this.#mapMemory.int32(2 ** sum).fill(UNKNOWN);
    return true;
  }
}
