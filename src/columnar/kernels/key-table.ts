import { assert } from '../../common/assert.ts';
import type { DataType } from '../../types/data-type.ts';
import type { Region } from '../arena/region.ts';
import type { Column } from '../column.ts';
import { CombinedIds } from './combined-ids.ts';
import type { GroupLookup } from './group-lookup.ts';
import { FIND, IdTable, type IdTableDescriptor, SKIP_NULLS } from './id-table.ts';
import { type Key, keyColumn } from './key-columns.ts';
import { Form, planKeys } from './key-parts.ts';
import { addressOf, type KernelLibrary, kernelsFor } from './library.ts';
import { isNested, nestedTexts, nestedValues } from './nested-keys.ts';
import { integersOf, type PlainValues, plainValues } from './plain-values.ts';
import { Scratch } from './scratch.ts';
import { StringIds } from './string-ids.ts';

/** A key table as plain data, for finding keys on other threads. */
export interface KeyTableDescriptor {
  readonly types: readonly DataType[];
  readonly nullsMatch: boolean;
  readonly table: IdTableDescriptor;
  readonly strings: readonly (IdTableDescriptor | null)[];
}

/**
 * Ids 0, 1, 2 … of the distinct keys of rows, in the order of first appearance: what grouping and
 * joining have in common. A key is one or several values of any types; NULL is a
 * value like others if `nullsMatch`, else a row with a NULL has the id -1. Zero and minus zero are
 * one value, and so are all NaNs.
 *
 * A single integer key or string key has a table of its own kind. Several keys are packed into
 * rows of bytes, strings by ids of their own.
 */
export class KeyTable {
  readonly #region: Region;
  readonly #types: readonly DataType[];
  readonly #nullsMatch: boolean;
  readonly #kernels: KernelLibrary;
  readonly #parts: readonly Key[];
  readonly #table: IdTable;
  /** Bytes of a packed row; 0 when the single key is used as it is. */
  readonly #stride: number;
  readonly #packed: Scratch;
  readonly #codes: readonly Scratch[];
  /** Shortens the way for keys that are strings all; null for others. */
  readonly #combined: CombinedIds | null;
  readonly #valid: Scratch;
  readonly #plain: Scratch;

  private constructor(
    region: Region,
    types: readonly DataType[],
    nullsMatch: boolean,
    from: KeyTableDescriptor | null,
  ) {
    this.#region = region;
    this.#types = types;
    this.#nullsMatch = nullsMatch;
    this.#kernels = kernelsFor(region.arena);
    this.#packed = new Scratch(region);
    this.#codes = types.map(() => new Scratch(region));
    this.#valid = new Scratch(region);
    this.#plain = new Scratch(region);
    const plan = planKeys(types, nullsMatch);
    const onlyStrings = plan.parts.every((part) => part.form === Form.strings);
    this.#combined = onlyStrings && types.length > 1 ? new CombinedIds(region) : null;
    this.#stride = plan.stride;
    const table =
      from === null
        ? IdTable.create(region, plan.shape, plan.stride / 8)
        : IdTable.attach(region.arena, from.table);
    this.#table = table;
    this.#parts = plan.parts.map((part, i): Key => {
      if (part.form !== Form.strings) return { ...part, strings: null };
      if (plan.shape === 'strings') return { ...part, strings: new StringIds(table, region) };
      const shared = from?.strings[i] ?? null;
      const own =
        shared === null ? IdTable.create(region, 'strings') : IdTable.attach(region.arena, shared);
      return { ...part, strings: new StringIds(own, region) };
    });
  }

  /**
   * An empty table of keys of these types in memory of `region`.
   * Errors: NotImplementedError for VARIANT; ResourceError MEMORY_LIMIT.
   */
  static create(types: readonly DataType[], region: Region, nullsMatch: boolean): KeyTable {
    return new KeyTable(region, types, nullsMatch, null);
  }

  /** The table of a descriptor, for finding keys on another thread; `region` holds scratch memory. */
  static attach(descriptor: KeyTableDescriptor, region: Region): KeyTable {
    return new KeyTable(region, descriptor.types, descriptor.nullsMatch, descriptor);
  }

  /** What another thread attaches by, once all keys are in. */
  describe(): KeyTableDescriptor {
    return {
      types: this.#types,
      nullsMatch: this.#nullsMatch,
      table: this.#table.describe(),
      strings: this.#parts.map((part) =>
        part.strings === null ? null : part.strings.table.describe(),
      ),
    };
  }

  /** How many distinct keys there are. */
  get count(): number {
    return this.#table.count;
  }

  /** Where the keys lie by their ids, 8 bytes each, if they are a single integer. */
  get integers(): number {
    assert(this.#stride === 0 && this.#parts[0]!.strings === null, 'the keys are integers');
    return this.#table.keys;
  }

  /**
   * Writes the id of each row that counts to `out`, which lies in the arena; new keys get new
   * ids. `rows` is the length of the columns. Errors: ResourceError MEMORY_LIMIT.
   */
  assign(
    columns: readonly Column[],
    rows: number,
    selection: Int32Array | null,
    out: Int32Array,
  ): void {
    this.#ids(columns, selection, selection?.length ?? rows, out, 0);
  }

  /** As `assign`, but keys that are not there get -1. Errors: ResourceError MEMORY_LIMIT. */
  find(
    columns: readonly Column[],
    rows: number,
    selection: Int32Array | null,
    out: Int32Array,
  ): void {
    this.#ids(columns, selection, selection?.length ?? rows, out, FIND);
  }

  /** Where emitted code finds the ids of rows with these keys; null when it cannot. */
  lookup(columns: readonly Column[]): GroupLookup | null {
    if (columns.some((column) => column.nullCount > 0)) return null;
    const [first, second] = columns;
    if (this.#combined !== null) return this.#combined.lookup(columns);
    if (this.#stride > 0 || second !== undefined || first === undefined) return null;
    const { strings } = this.#parts[0]!;
    if (strings !== null) return strings.lookup(first);
    return first.layout === 'fixed' && this.#parts[0]!.form === Form.plain
      ? this.#table.lookup()
      : null;
  }

  /**
   * The keys in the order of their ids, one column a key. The columns look at the table's memory
   * or lie in `region`: they are valid until the next `assign`. Errors: ResourceError MEMORY_LIMIT.
   */
  keyColumns(region: Region): Column[] {
    return this.#parts.map((part) => {
      const column = keyColumn(part, this.#table, this.#stride, region);
      return isNested(part.type) ? nestedValues(column, part.type, region) : column;
    });
  }

  /** Gives all memory back to the region. */
  free(): void {
    for (const part of this.#parts) {
      part.strings?.free();
      if (part.strings !== null && part.strings.table !== this.#table) part.strings.table.free();
    }
    this.#table.free();
    for (const scratch of [this.#packed, ...this.#codes, this.#valid, this.#plain]) scratch.free();
    this.#combined?.free();
  }

  #ids(
    columns: readonly Column[],
    selection: Int32Array | null,
    count: number,
    out: Int32Array,
    mode: number,
  ): void {
    if (count === 0) return;
    const flags = mode | (this.#nullsMatch ? 0 : SKIP_NULLS);
    if (!columns.some((column) => isNested(column.type))) {
      this.#idsOfFlat(columns, selection, count, out, flags);
      return;
    }
    using scratch = this.#region.child();
    const flat = columns.map((column) =>
      isNested(column.type) ? nestedTexts(column, selection, scratch) : column,
    );
    this.#idsOfFlat(flat, selection, count, out, flags);
  }

  #idsOfFlat(
    columns: readonly Column[],
    selection: Int32Array | null,
    count: number,
    out: Int32Array,
    flags: number,
  ): void {
    const first = this.#parts[0]!;
    if (this.#stride > 0) this.#idsOfPacked(columns, selection, count, out, flags);
    else if (first.strings !== null) {
      first.strings.ids(columns[0]!, selection, count, out, flags);
    } else {
      const keys = integersOf(columns[0]!, first.width, this.#plain, this.#kernels);
      const source = { ...keys, offsets: null, selection, count };
      this.#table.ids(source, out, flags);
    }
  }

  #idsOfPacked(
    columns: readonly Column[],
    selection: Int32Array | null,
    count: number,
    out: Int32Array,
    flags: number,
  ): void {
    const [first, second, third] = columns;
    const isDone =
      this.#combined !== null &&
      flags === 0 &&
      third === undefined &&
      first?.layout === 'dictionary' &&
      second?.layout === 'dictionary' &&
      first.nullCount + second.nullCount === 0 &&
      this.#combined.idsOfPair([first, second], selection, count, out, (rows, ids) =>
        this.#resolveStrings(columns, rows, rows.length, ids, flags),
      );
    if (!isDone) this.#resolveStrings(columns, selection, count, out, flags);
  }

  /** Finds the ids of string keys by themselves, and those of the whole keys by them. */
  #resolveStrings(
    columns: readonly Column[],
    selection: Int32Array | null,
    count: number,
    out: Int32Array,
    flags: number,
  ): void {
    const codes = this.#parts.map((part, i) => {
      if (part.strings === null) return null;
      const ids = this.#codes[i]!.int32(count);
      part.strings.ids(columns[i]!, selection, count, ids, flags);
      return ids;
    });
    const resolve = () => this.#resolve(columns, codes, selection, count, out, flags);
    if (this.#combined === null || flags !== 0) resolve();
    else {
      const ids = codes.filter((part) => part !== null);
      const counts = this.#parts.map((part) => part.strings?.table.count ?? 0);
      this.#combined.ids(ids, counts, count, out, resolve);
    }
  }

  /** Packs the keys, strings by their ids, and finds the ids of the packed rows. */
  #resolve(
    columns: readonly Column[],
    codes: readonly (Int32Array | null)[],
    selection: Int32Array | null,
    count: number,
    out: Int32Array,
    flags: number,
  ): void {
    const stride = this.#stride;
    // What lies between the keys is never written, and stays 0.
    const packed = this.#packed.zeroed(count * stride);
    let validity = 0;
    for (let i = 0; i < this.#parts.length; i++) {
      const part = this.#parts[i]!;
      const column = columns[i]!;
      if (column.nullCount > 0 && (flags & SKIP_NULLS) !== 0) {
        validity = this.#withoutNulls(column, selection, count, validity);
      }
      const ids = codes[i] ?? null;
      if (ids === null) this.#pack(part, column, selection, count, packed);
      else {
        const at = packed + part.offset;
        this.#kernels.packKey(ids.byteOffset, part.width, Form.plain, 0, 0, count, at, stride, 0);
      }
    }
    const source = { values: packed, width: 8, offsets: null, validity, selection: null, count };
    this.#table.ids(source, out, flags);
  }

  #pack(
    part: Key,
    column: Column,
    selection: Int32Array | null,
    count: number,
    packed: number,
  ): void {
    const { values, validity } = this.#view(column, part);
    assert(
      validity === 0 || part.nullOffset >= 0 || !this.#nullsMatch,
      'a key column without NULL has none',
    );
    const { width, form, offset } = part;
    const nullAt = part.nullOffset < 0 ? 0 : packed + part.nullOffset;
    const rows = addressOf(selection);
    const { packKey } = this.#kernels;
    packKey(values, width, form, validity, rows, count, packed + offset, this.#stride, nullAt);
  }

  /** A bitmap of the rows that count, without those where `column` is NULL. */
  #withoutNulls(
    column: Column,
    selection: Int32Array | null,
    count: number,
    before: number,
  ): number {
    let bitmap = before;
    if (bitmap === 0) {
      const bytes = Math.ceil(count / 64) * 8;
      bitmap = this.#valid.bytes(bytes);
      this.#region.bytes(bitmap, bytes).fill(0xff);
    }
    if (column.layout === 'null') this.#region.clear(bitmap, Math.ceil(count / 8));
    else this.#kernels.clearNulls(addressOf(column.validity), addressOf(selection), count, bitmap);
    return bitmap;
  }

  #view(column: Column, part: Key): PlainValues {
    return plainValues(column, part.width, this.#plain, this.#kernels);
  }
}
