import { assert } from '../../common/assert.ts';
import type { DataType } from '../../types/data-type.ts';
import type { Region } from '../arena/region.ts';
import { MORSEL_ROWS } from '../batch.ts';
import type { Column } from '../column.ts';
import { sliceColumn } from '../take.ts';
import { KeyTable, type KeyTableDescriptor } from './key-table.ts';
import { addressOf, type KernelLibrary, kernelsFor } from './library.ts';
import { Scratch } from './scratch.ts';

/** A join table as plain data: what another thread attaches by. */
export interface JoinTableDescriptor {
  readonly keys: KeyTableDescriptor;
  readonly rows: number;
  readonly starts: number;
  readonly lists: number;
  readonly marks: number;
}

/** Pairs of matching rows; the arrays are reused by the next probe. */
export interface Matches {
  readonly probeRows: Int32Array;
  readonly buildRows: Int32Array;
}

/**
 * The build side of a hash join: which build rows have a key.
 *
 * Built once, by one thread; probed by any number of threads, each through a table of its own that
 * is attached by the descriptor. The build rows of a key come in their order.
 */
export class JoinTable {
  readonly #region: Region;
  readonly #kernels: KernelLibrary;
  readonly #keys: KeyTable;
  readonly #descriptor: JoinTableDescriptor;
  readonly #ids: Scratch;
  readonly #pairs: Scratch;
  readonly #owner: boolean;

  private constructor(
    region: Region,
    keys: KeyTable,
    descriptor: JoinTableDescriptor,
    owner: boolean,
  ) {
    this.#region = region;
    this.#kernels = kernelsFor(region.arena);
    this.#keys = keys;
    this.#descriptor = descriptor;
    this.#ids = new Scratch(region);
    this.#pairs = new Scratch(region);
    this.#owner = owner;
  }

  /**
   * Builds the table of `rows` materialised rows. With `nullsMatch` (set operations, IS NOT
   * DISTINCT FROM) NULL equals NULL; otherwise a row with a NULL key matches nothing.
   * Errors: NotImplementedError for keys of type VARIANT; ResourceError MEMORY_LIMIT.
   */
  static build(
    keyTypes: readonly DataType[],
    keyColumns: readonly Column[],
    rows: number,
    region: Region,
    nullsMatch = false,
  ): JoinTable {
    const kernels = kernelsFor(region.arena);
    const keys = KeyTable.create(keyTypes, region, nullsMatch);
    const ids = region.int32(region.alloc(rows * 4), rows);
    // In pieces: packed keys of all rows at once would take as much memory as the rows.
    for (let from = 0; from < rows; from += MORSEL_ROWS) {
      const to = Math.min(rows, from + MORSEL_ROWS);
      const piece = keyColumns.map((column) => sliceColumn(column, from, to, region));
      keys.assign(piece, to - from, null, ids.subarray(from, to));
    }
    const marks = region.alloc(rows);
    region.bytes(marks, rows).fill(0);
    let starts = 0;
    let lists = 0;
    // When every row has a key of its own, ids are row numbers and no lists are needed.
    if (keys.count < rows) {
      starts = region.alloc((keys.count + 1) * 4);
      lists = region.alloc(rows * 4);
      kernels.listRows(ids.byteOffset, rows, keys.count, starts, lists);
    }
    region.free(ids.byteOffset);
    return new JoinTable(region, keys, { keys: keys.describe(), rows, starts, lists, marks }, true);
  }

  /** The table of a descriptor, for probing on another thread; `region` holds its scratch memory. */
  static attach(descriptor: JoinTableDescriptor, region: Region): JoinTable {
    const keys = KeyTable.attach(descriptor.keys, region);
    return new JoinTable(region, keys, descriptor, false);
  }

  /** What another thread attaches by. The table must outlive its use there. */
  describe(): JoinTableDescriptor {
    return this.#descriptor;
  }

  /** Build rows. */
  get rows(): number {
    return this.#descriptor.rows;
  }

  /** Whether no two build rows have the same key. */
  get unique(): boolean {
    return this.#descriptor.lists === 0;
  }

  /**
   * Finds the matches of the rows that count, at most `most` pairs at a time, in the order of the
   * probe rows. `rows` is the length of the columns. Errors: ResourceError MEMORY_LIMIT.
   */
  *probe(
    keyColumns: readonly Column[],
    rows: number,
    selection: Int32Array | null,
    most = PAIRS_MAX,
  ): Generator<Matches, void> {
    const count = selection?.length ?? rows;
    const ids = this.#find(keyColumns, rows, selection);
    // The cursor lies in front of the pairs; one more entry is written than counts.
    const memory = this.#pairs.int32(CURSOR_WORDS + 2 * (most + 1));
    const cursor = memory.subarray(0, 2).fill(0);
    const probeRows = memory.subarray(CURSOR_WORDS, CURSOR_WORDS + most + 1);
    const buildRows = memory.subarray(CURSOR_WORDS + most + 1);
    const { starts, lists } = this.#descriptor;
    while (cursor[0]! < count) {
      const pairs = this.#kernels.expandMatches(
        ids.byteOffset,
        addressOf(selection),
        count,
        starts,
        lists,
        cursor.byteOffset,
        most,
        probeRows.byteOffset,
        buildRows.byteOffset,
      );
      if (pairs === 0) continue;
      yield { probeRows: probeRows.subarray(0, pairs), buildRows: buildRows.subarray(0, pairs) };
    }
  }

  /**
   * The rows that count and have a match (`wanted`) or none: semi and anti joins without further
   * condition. The array is reused by the next call. Errors: ResourceError MEMORY_LIMIT.
   */
  probeExists(
    keyColumns: readonly Column[],
    rows: number,
    selection: Int32Array | null,
    wanted: boolean,
  ): Int32Array {
    const count = selection?.length ?? rows;
    const ids = this.#find(keyColumns, rows, selection);
    const out = this.#pairs.int32(count + 1);
    const kept = this.#kernels.selectMatched(
      ids.byteOffset,
      addressOf(selection),
      count,
      wanted ? 1 : 0,
      out.byteOffset,
    );
    return out.subarray(0, kept);
  }

  /** Marks build rows as matched: for right and full joins. All threads share the marks. */
  mark(buildRows: Int32Array): void {
    this.#kernels.markRows(buildRows.byteOffset, buildRows.length, this.#descriptor.marks);
  }

  /**
   * The build rows from `from` to `to` that are marked, or are not, in the arena; the array is
   * reused by the next call. Errors: ResourceError MEMORY_LIMIT.
   */
  markedRows(from: number, to: number, marked: boolean): Int32Array {
    assert(from <= to && to <= this.rows, 'build rows');
    const out = this.#pairs.int32(to - from + 1);
    const wanted = marked ? 1 : 0;
    const { marks } = this.#descriptor;
    const kept = this.#kernels.selectMarked(marks, from, to, wanted, out.byteOffset);
    return out.subarray(0, kept);
  }

  /** Gives the memory back to the region; an attached table only its scratch memory. */
  dispose(): void {
    this.#ids.free();
    this.#pairs.free();
    this.#keys.free();
    if (!this.#owner) return;
    const { starts, lists, marks } = this.#descriptor;
    for (const address of [starts, lists, marks]) if (address !== 0) this.#region.free(address);
  }

  /** The key id of each row that counts, -1 for no match. */
  #find(keyColumns: readonly Column[], rows: number, selection: Int32Array | null): Int32Array {
    const ids = this.#ids.int32(selection?.length ?? rows);
    this.#keys.find(keyColumns, rows, selection, ids);
    return ids;
  }
}

/** Pairs that a probe hands out at a time, unless told otherwise. */
const PAIRS_MAX = 16384;
/** Words of the cursor, padded so that what follows is aligned. */
const CURSOR_WORDS = 16;
