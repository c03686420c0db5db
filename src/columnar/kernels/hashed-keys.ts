import type { Region } from '../arena/region.ts';
import type { Column } from '../column.ts';
import { type Bloom, filterByBloom } from './bloom.ts';
import { JoinedNumbers, type NumberPlan } from './joined-numbers.ts';
import { KeyTable, type KeyTableDescriptor } from './key-table.ts';
import { type KernelLibrary, kernelsFor } from './library.ts';
import { integersOf } from './plain-values.ts';
import { Scratch } from './scratch.ts';

/** An index of hashed keys as plain data: what another thread attaches by. */
export interface HashedIndex {
  readonly table: KeyTableDescriptor;
  /** How the keys become the number that the table is of; null: it is of the keys. */
  readonly numbers: NumberPlan | null;
  /** Tells most keys that are not there; null where the table is not of integers. */
  readonly bloom: (Bloom & { readonly width: number }) | null;
}

/** Where fewer rows than this share have a match, a Bloom filter leaves most of the others out. */
const SELECTIVE_SHARE = 1 / 4;

/** Ids of keys by a hash table, for looking them up. */
export class HashedKeys {
  readonly #index: HashedIndex;
  readonly #region: Region;
  readonly #kernels: KernelLibrary;
  readonly #table: KeyTable;
  readonly #numbers: JoinedNumbers | null;
  readonly #plain: Scratch;
  readonly #memory: Scratch;
  /** Whether most rows that were looked up last had no match. */
  #isSelective = true;

  /** `region` holds scratch memory. */
  constructor(index: HashedIndex, region: Region) {
    const { table, numbers } = index;
    this.#index = index;
    this.#region = region;
    this.#kernels = kernelsFor(region.arena);
    this.#table = KeyTable.attach(table, region);
    this.#numbers = numbers === null ? null : new JoinedNumbers(numbers, false, region);
    this.#plain = new Scratch(region);
    this.#memory = new Scratch(region);
  }

  /** Whether `candidates` knows more than that all rows are. */
  get hasFilter(): boolean {
    return this.#index.bloom !== null;
  }

  /**
   * Writes the id of each row that counts to `out`; -1 for keys that are not there. Returns how many
   * have one. Errors: ResourceError MEMORY_LIMIT.
   */
  find(
    keyColumns: readonly Column[],
    rows: number,
    selection: Int32Array | null,
    out: Int32Array,
  ): number {
    const keys = this.#keysOf(keyColumns, rows, selection);
    const count = out.length;
    const hits =
      this.#isSelective && this.hasFilter
        ? this.#findFew(keys, rows, selection, out)
        : this.#findAll(keys, rows, selection, out);
    this.#isSelective = hits < count * SELECTIVE_SHARE;
    return hits;
  }

  /**
   * Writes the rows that count and may have a match to `out`, which has room for all; returns how
   * many. Errors: ResourceError MEMORY_LIMIT.
   */
  candidates(
    keyColumns: readonly Column[],
    rows: number,
    selection: Int32Array | null,
    out: Int32Array,
  ): number {
    return this.#filter(this.#keysOf(keyColumns, rows, selection), selection, out, null);
  }

  /** The keys, as they are in the table. */
  #keysOf(
    keyColumns: readonly Column[],
    rows: number,
    selection: Int32Array | null,
  ): readonly Column[] {
    const numbers = this.#numbers;
    return numbers === null ? keyColumns : [numbers.of(keyColumns, rows, selection)];
  }

  #findAll(
    keys: readonly Column[],
    rows: number,
    selection: Int32Array | null,
    out: Int32Array,
  ): number {
    this.#table.find(keys, rows, selection, out);
    return this.#kernels.countMatched(out.byteOffset, out.length);
  }

  #findFew(
    keys: readonly Column[],
    rows: number,
    selection: Int32Array | null,
    out: Int32Array,
  ): number {
    const most = out.length;
    const memory = this.#memory.int32(3 * most);
    const [found, positions] = [memory.subarray(0, most), memory.subarray(most, 2 * most)];
    const few = this.#filter(keys, selection, found, positions);
    const ids = memory.subarray(2 * most, 2 * most + few);
    this.#table.find(keys, rows, found.subarray(0, few), ids);
    out.fill(-1);
    return this.#kernels.placeIds(ids.byteOffset, positions.byteOffset, few, out.byteOffset);
  }

  #filter(
    [key]: readonly Column[],
    selection: Int32Array | null,
    out: Int32Array,
    positions: Int32Array | null,
  ): number {
    const { width: whole, ...bloom } = this.#index.bloom!;
    const keys = integersOf(key!, whole, this.#plain, this.#kernels);
    const rows = { keys, width: keys.width, selection, count: out.length };
    return filterByBloom(bloom, rows, out, positions, this.#region);
  }
}
