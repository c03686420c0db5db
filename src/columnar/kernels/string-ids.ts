import { assert } from '../../common/assert.ts';
import type { Region } from '../arena/region.ts';
import type { Column, DictionaryColumn } from '../column.ts';
import type { GroupLookup } from './group-lookup.ts';
import { FIND, type IdTable, SKIP_NULLS } from './id-table.ts';
import { addressOf, type KernelLibrary, kernelsFor } from './library.ts';
import { Scratch } from './scratch.ts';

/** Entry of a dictionary's map whose value was not looked up yet. */
const UNKNOWN = -3;
/** Entry of a dictionary's map whose value is about to be looked up. */
const PENDING = -4;
/** The version of a map whose values are all inserted. */
const INSERTING = -1;

/**
 * Ids of string columns, plain or dictionary-encoded. Of a dictionary each value that occurs is
 * hashed once; the rows only translate their codes.
 */
export class StringIds {
  readonly table: IdTable;
  readonly #region: Region;
  readonly #kernels: KernelLibrary;
  readonly #mapMemory: Scratch;
  readonly #missing: Scratch;
  #dictionary: Column | null = null;
  /** What the map was filled for: the table's count when finding. */
  #version = INSERTING;
  #map: Int32Array = new Int32Array(0);

  constructor(table: IdTable, region: Region) {
    this.table = table;
    this.#region = region;
    this.#kernels = kernelsFor(region.arena);
    this.#mapMemory = new Scratch(region);
    this.#missing = new Scratch(region);
  }

  /** Writes the id of each row that counts to `out`. Errors: ResourceError MEMORY_LIMIT. */
  ids(
    column: Column,
    selection: Int32Array | null,
    count: number,
    out: Int32Array,
    flags: number,
  ): void {
    if (column.layout === 'dictionary') {
      this.#idsOfCodes(column, selection, count, out, flags);
      return;
    }
    if (column.layout === 'null') {
      if (count > 0) out.fill(this.#idOfNull(flags), 0, count);
      return;
    }
    assert(column.layout === 'binary', 'strings');
    const { offsets, bytes } = column;
    const validity = column.nullCount === 0 ? 0 : addressOf(column.validity);
    const values = bytes.byteOffset;
    this.table.ids({ values, width: 0, offsets, validity, selection, count }, out, flags);
  }

  /** Where the ids of the values lie that were looked up; null for rows of another dictionary. */
  lookup(column: Column): GroupLookup | null {
    if (column.layout !== 'dictionary' || column.dictionary !== this.#dictionary) return null;
    if (this.#version !== INSERTING) return null;
    const codes = addressOf(column.codes);
    return { kind: 'codes', codes, others: null, map: addressOf(this.#map) };
  }

  /** Gives the scratch memory back. */
  free(): void {
    this.#mapMemory.free();
    this.#missing.free();
  }

  #idsOfCodes(
    column: DictionaryColumn,
    selection: Int32Array | null,
    count: number,
    out: Int32Array,
    flags: number,
  ): void {
    const { dictionary } = column;
    // What is not found today may be inserted tomorrow, so a map for finding ages with the table.
    const version = (flags & FIND) === 0 ? INSERTING : this.table.count;
    if (this.#dictionary !== dictionary || this.#version !== version) {
      this.#map = this.#mapMemory.int32(Math.max(1, dictionary.length)).fill(UNKNOWN);
      this.#dictionary = dictionary;
      this.#version = version;
    }
    if (this.#translate(column, selection, count, out, flags) === 0) return;
    this.#lookUp(column, selection, count, flags);
    this.#translate(column, selection, count, out, flags);
  }

  /** Writes the ids that are known, UNKNOWN for the others, and returns how many these are. */
  #translate(
    column: DictionaryColumn,
    selection: Int32Array | null,
    count: number,
    out: Int32Array,
    flags: number,
  ): number {
    const validity = column.nullCount === 0 ? 0 : addressOf(column.validity);
    const { nullId } = this.table;
    return this.#kernels.mapCodes(
      addressOf(column.codes),
      validity,
      addressOf(selection),
      count,
      addressOf(this.#map),
      this.#knowsNull(flags) ? ((flags & SKIP_NULLS) !== 0 ? -1 : nullId) : UNKNOWN,
      UNKNOWN,
      addressOf(out),
    );
  }

  /** Looks up the values that occur and have no entry in the map, in the order of the rows. */
  #lookUp(
    column: DictionaryColumn,
    selection: Int32Array | null,
    count: number,
    flags: number,
  ): void {
    const wanted = this.#missing.int32(2 * count);
    const found = this.#kernels.missingCodes(
      addressOf(column.codes),
      column.nullCount === 0 ? 0 : addressOf(column.validity),
      addressOf(selection),
      count,
      addressOf(this.#map),
      this.#knowsNull(flags) ? 0 : 1,
      UNKNOWN,
      PENDING,
      addressOf(wanted),
    );
    // NULL, an entry of -1, gets its id between those of the values before and after it.
    const atNull = wanted.subarray(0, found).indexOf(-1);
    const { dictionary } = column;
    if (atNull < 0) {
      this.#lookUpCodes(dictionary, wanted, 0, found, flags);
      return;
    }
    this.#lookUpCodes(dictionary, wanted, 0, atNull, flags);
    this.#idOfNull(flags);
    this.#lookUpCodes(dictionary, wanted, atNull + 1, found, flags);
  }

  /** Looks up the values of some of the codes, in the second half of whose memory their ids are written. */
  #lookUpCodes(
    dictionary: Column,
    wanted: Int32Array,
    from: number,
    to: number,
    flags: number,
  ): void {
    if (from === to) return;
    const codes = wanted.subarray(from, to);
    const ids = wanted.subarray(wanted.length >> 1, (wanted.length >> 1) + codes.length);
    this.ids(dictionary, codes, codes.length, ids, flags);
    for (let i = 0; i < codes.length; i++) this.#map[codes[i]!] = ids[i]!;
  }

  /** Whether NULL has an id, or will have none. */
  #knowsNull(flags: number): boolean {
    return this.table.nullId >= 0 || (flags & (FIND | SKIP_NULLS)) !== 0;
  }

  /** The id of NULL, found by one row of an empty string that is not valid. */
  #idOfNull(flags: number): number {
    const address = this.#region.alloc(32);
    const view = this.#region.int32(address, 8).fill(0);
    const source = {
      values: address,
      width: 0,
      offsets: view.subarray(0, 2),
      validity: address,
      selection: null,
      count: 1,
    };
    const out = view.subarray(4, 5);
    this.table.ids(source, out, flags);
    const id = out[0]!;
    this.#region.free(address);
    return id;
  }
}
