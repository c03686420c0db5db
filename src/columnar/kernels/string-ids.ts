import { assert } from '../../common/assert.ts';
import type { Region } from '../arena/region.ts';
import { isValid } from '../bitmap.ts';
import type { Column, DictionaryColumn } from '../column.ts';
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
    this.#lookUp(column, selection, count, out, flags);
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
    const known = nullId >= 0 || (flags & (FIND | SKIP_NULLS)) !== 0;
    return this.#kernels.mapCodes(
      addressOf(column.codes),
      validity,
      addressOf(selection),
      count,
      addressOf(this.#map),
      known ? ((flags & SKIP_NULLS) !== 0 ? -1 : nullId) : UNKNOWN,
      UNKNOWN,
      addressOf(out),
    );
  }

  /** Looks up the values that `out` marks as unknown, in the order of the rows. */
  #lookUp(
    column: DictionaryColumn,
    selection: Int32Array | null,
    count: number,
    out: Int32Array,
    flags: number,
  ): void {
    const map = this.#map;
    const { codes, dictionary } = column;
    let missing: number[] = [];
    let nullSeen = false;
    for (let i = 0; i < count; i++) {
      if (out[i] !== UNKNOWN) continue;
      const row = selection === null ? i : selection[i]!;
      if (column.nullCount > 0 && !isValid(column.validity, row)) {
        if (nullSeen) continue;
        nullSeen = true;
        this.#lookUpCodes(dictionary, missing, flags);
        missing = [];
        this.#idOfNull(flags);
        continue;
      }
      const code = codes[row]!;
      if (map[code] !== UNKNOWN) continue;
      map[code] = PENDING;
      missing.push(code);
    }
    this.#lookUpCodes(dictionary, missing, flags);
  }

  #lookUpCodes(dictionary: Column, codes: readonly number[], flags: number): void {
    if (codes.length === 0) return;
    const memory = this.#missing.int32(codes.length * 2);
    const wanted = memory.subarray(0, codes.length);
    const found = memory.subarray(codes.length);
    wanted.set(codes);
    this.ids(dictionary, wanted, codes.length, found, flags);
    for (let i = 0; i < codes.length; i++) this.#map[codes[i]!] = found[i]!;
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
