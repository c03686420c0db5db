import { assert } from '../../common/assert.ts';
import type { DataType } from '../../types/data-type.ts';
import type { Region } from '../arena/region.ts';
import type { Column } from '../column.ts';
import { DenseKeys } from './dense-keys.ts';
import { HashedKeys } from './hashed-keys.ts';
import { buildIndex, type JoinIndex, type KeyPlan } from './join-index.ts';
import { addressOf, type KernelLibrary, kernelsFor } from './library.ts';
import { type Integers, integersOf } from './plain-values.ts';
import { Scratch } from './scratch.ts';

/** A join table as plain data: what another thread attaches by. */
export interface JoinTableDescriptor extends JoinIndex, Pick<KeyPlan, 'ranges'> {
  readonly rows: number;
  /** A byte for each row that says whether it had a match. */
  readonly marks: number;
}

/** Pairs of matching rows; the arrays are reused by the next probe. */
export interface Matches {
  readonly probeRows: Int32Array;
  readonly buildRows: Int32Array;
  /** Whether the probe rows are all rows of their columns in turn, so that nobody need take them. */
  readonly aligned?: boolean;
}

/**
 * The build side of a hash join: which build rows have a key.
 *
 * Built once; probed by any number of threads, each through a table of its own that is attached by
 * the descriptor. The build rows of a key come in their order.
 */
export class JoinTable {
  /** The memory of the table; of an attached one its scratch memory. */
  readonly #region: Region;
  readonly #kernels: KernelLibrary;
  readonly #keys: HashedKeys | DenseKeys;
  readonly #descriptor: JoinTableDescriptor;
  /** The key that a dense index is of. */
  readonly #lead: number;
  readonly #rows: Scratch;
  readonly #everyRow: EveryRow;
  readonly #ids: Scratch;
  readonly #pairs: Scratch;
  readonly #plain: readonly Scratch[];
  /** Whether most rows that were looked up last had no match. */
  #isSelective = true;

  private constructor(region: Region, descriptor: JoinTableDescriptor) {
    const { index } = descriptor;
    this.#region = region;
    this.#kernels = kernelsFor(region.arena);
    const dense = index.kind === 'dense';
    this.#keys = dense ? DenseKeys.attach(index.keys, region) : new HashedKeys(index, region);
    this.#descriptor = descriptor;
    this.#lead = dense ? index.lead : 0;
    this.#rows = new Scratch(region);
    this.#everyRow = new EveryRow(region);
    this.#ids = new Scratch(region);
    this.#pairs = new Scratch(region);
    this.#plain = dense ? index.rest.map(() => new Scratch(region)) : [];
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
    const memory = region.child();
    const index = buildIndex(keyTypes, keyColumns, rows, memory, nullsMatch);
    return new JoinTable(memory, { ...index, rows, marks: allocMarks(rows, memory) });
  }

  /** The table of a descriptor, for probing on another thread; `region` holds its scratch memory. */
  static attach(descriptor: JoinTableDescriptor, region: Region): JoinTable {
    return new JoinTable(region.child(), descriptor);
  }

  /** What another thread attaches by. The table must outlive its use there. */
  describe(): JoinTableDescriptor {
    return this.#descriptor;
  }

  /** Build rows. */
  get rows(): number {
    return this.#descriptor.rows;
  }

  /** Whether no two build rows have the same id. */
  get unique(): boolean {
    return this.#descriptor.starts === 0;
  }

  /** Whether the rows of an id may differ in other keys, so that only pairs tell what matches. */
  get compares(): boolean {
    return this.#plain.length > 0;
  }

  /**
   * Finds the matches of the rows that count, at most `most` pairs at a time, in the order of the
   * probe rows. `rows` is the length of the columns. Errors: ResourceError MEMORY_LIMIT.
   */
  probe(
    keyColumns: readonly Column[],
    rows: number,
    selection: Int32Array | null,
    most = PAIRS_MAX,
  ): Generator<Matches, void> {
    if (this.unique) {
      const found = this.#partners(keyColumns, rows, selection);
      return this.#pairUp(found, keyColumns, most);
    }
    // Rows without a match are left behind before their lists are looked at.
    const candidates = this.#candidates(keyColumns, rows, selection) ?? selection;
    const ids = this.#ids.int32(candidates?.length ?? rows);
    const hits = this.#find(keyColumns, rows, candidates, ids);
    this.#isSelective = isSelective(hits, selection?.length ?? rows);
    return this.#expand(ids, candidates, keyColumns, most);
  }

  /**
   * The rows that count with the only build row that each can match, -1 where there is none; null
   * when there may be several, or only pairs tell. Errors: ResourceError MEMORY_LIMIT.
   */
  probeOuter(
    keyColumns: readonly Column[],
    rows: number,
    selection: Int32Array | null,
  ): Matches | null {
    if (!this.unique || this.compares) return null;
    const probeRows = selection ?? this.#everyRow.until(rows);
    const buildRows = this.#ids.int32(probeRows.length);
    this.#find(keyColumns, rows, selection, buildRows);
    this.#toRows(buildRows);
    return { probeRows, buildRows, aligned: selection === null };
  }

  /** The rows that count and have a partner, where no id has more than one row. */
  #partners(keyColumns: readonly Column[], rows: number, selection: Int32Array | null): Matches {
    const count = selection?.length ?? rows;
    // Rows without a match are left behind by one look at a bit.
    const candidates = this.#isSelective ? this.#candidates(keyColumns, rows, selection) : null;
    if (candidates !== null) {
      const ids = this.#ids.int32(candidates.length);
      const hits = this.#find(keyColumns, rows, candidates, ids);
      this.#isSelective = isSelective(hits, count);
      const [at, found] = [ids.byteOffset, candidates.byteOffset];
      if (hits < ids.length) this.#kernels.keepMatched(at, found, ids.length, found);
      const buildRows = this.#toRows(ids.subarray(0, hits));
      return { probeRows: candidates.subarray(0, hits), buildRows };
    }
    const ids = this.#ids.int32(count);
    const hits = this.#find(keyColumns, rows, selection, ids);
    this.#isSelective = isSelective(hits, count);
    // Rows that are compared are dropped in place, so that they have to be written.
    if (hits === count && !this.compares) {
      const probeRows = selection ?? this.#everyRow.until(rows);
      return { probeRows, buildRows: this.#toRows(ids), aligned: selection === null };
    }
    const probeRows = this.#rows.int32(count);
    const { keepMatched } = this.#kernels;
    keepMatched(ids.byteOffset, addressOf(selection), count, probeRows.byteOffset);
    const buildRows = this.#toRows(ids.subarray(0, hits));
    return { probeRows: probeRows.subarray(0, hits), buildRows };
  }

  /** Writes the id of each row that counts, -1 for none; returns how many have one. */
  #find(
    keyColumns: readonly Column[],
    rows: number,
    selection: Int32Array | null,
    out: Int32Array,
  ): number {
    const keys = this.#keys;
    if (keys instanceof DenseKeys) return keys.find(keyColumns[this.#lead]!, rows, selection, out);
    return keys.find(keyColumns, rows, selection, out);
  }

  /** The rows that count and may have a match; null when all of them may. */
  #candidates(
    keyColumns: readonly Column[],
    rows: number,
    selection: Int32Array | null,
  ): Int32Array | null {
    const keys = this.#keys;
    if (keys instanceof DenseKeys) return this.#matched(keys, keyColumns, rows, selection, true);
    if (!this.#isSelective || !keys.hasFilter) return null;
    const out = this.#rows.int32(selection?.length ?? rows);
    return out.subarray(0, keys.candidates(keyColumns, rows, selection, out));
  }

  /** Replaces ids by the only rows that they have. */
  #toRows(ids: Int32Array): Int32Array {
    const { lists } = this.#descriptor;
    if (lists !== 0) this.#kernels.rowsOfIds(lists, ids.length, ids.byteOffset);
    return ids;
  }

  /** The pairs that are equal in all keys, `most` at a time. */
  *#pairUp(found: Matches, keyColumns: readonly Column[], most: number): Generator<Matches, void> {
    const { probeRows, buildRows } = found;
    if (probeRows.length <= most && !this.compares) {
      if (probeRows.length > 0) yield found;
      return;
    }
    const rest = this.#restOf(keyColumns);
    for (let from = 0; from < probeRows.length; from += most) {
      const probe = probeRows.subarray(from, from + most);
      const build = buildRows.subarray(from, from + most);
      const pairs = this.#equal(rest, build.length, probe, build);
      if (pairs === 0) continue;
      yield { probeRows: probe.subarray(0, pairs), buildRows: build.subarray(0, pairs) };
    }
  }

  /** The pairs of probe rows and all build rows of their ids. */
  *#expand(
    ids: Int32Array,
    selection: Int32Array | null,
    keyColumns: readonly Column[],
    most: number,
  ): Generator<Matches, void> {
    // The cursor lies in front of the pairs; one more entry is written than counts.
    const memory = this.#pairs.int32(CURSOR_WORDS + 2 * (most + 1));
    const cursor = memory.subarray(0, 2).fill(0);
    const probeRows = memory.subarray(CURSOR_WORDS, CURSOR_WORDS + most + 1);
    const buildRows = memory.subarray(CURSOR_WORDS + most + 1);
    const { starts, lists } = this.#descriptor;
    const rest = this.#restOf(keyColumns);
    while (cursor[0]! < ids.length) {
      const found = this.#kernels.expandMatches(
        ids.byteOffset,
        addressOf(selection),
        ids.length,
        starts,
        lists,
        cursor.byteOffset,
        most,
        probeRows.byteOffset,
        buildRows.byteOffset,
      );
      const pairs = this.#equal(rest, found, probeRows, buildRows);
      if (pairs === 0) continue;
      yield { probeRows: probeRows.subarray(0, pairs), buildRows: buildRows.subarray(0, pairs) };
    }
  }

  /**
   * The rows that count and have a match (`wanted`) or none, when `compares` is false: semi and
   * anti joins without further condition. The array is reused by the next call. Errors:
   * ResourceError MEMORY_LIMIT.
   */
  probeExists(
    keyColumns: readonly Column[],
    rows: number,
    selection: Int32Array | null,
    wanted: boolean,
  ): Int32Array {
    if (this.#keys instanceof DenseKeys) {
      return this.#matched(this.#keys, keyColumns, rows, selection, wanted);
    }
    const count = selection?.length ?? rows;
    const ids = this.#ids.int32(count);
    this.#keys.find(keyColumns, rows, selection, ids);
    const out = this.#pairs.int32(count + 1);
    const [at, to] = [addressOf(selection), out.byteOffset];
    const { selectMatched } = this.#kernels;
    return out.subarray(0, selectMatched(ids.byteOffset, at, count, wanted ? 1 : 0, to));
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
    this.#region.dispose();
  }

  /** The rows that count and whose leading key is there, or is not. */
  #matched(
    keys: DenseKeys,
    keyColumns: readonly Column[],
    rows: number,
    selection: Int32Array | null,
    wanted: boolean,
  ): Int32Array {
    const out = this.#rows.int32(selection?.length ?? rows);
    const kept = keys.filter(keyColumns[this.#lead]!, rows, selection, wanted, out);
    return out.subarray(0, kept);
  }

  /** The probe side's values of the keys that pairs are compared by. */
  #restOf(keyColumns: readonly Column[]): readonly Integers[] {
    const { index } = this.#descriptor;
    if (index.kind === 'hash') return [];
    return index.rest.map(({ key, width }, i) =>
      integersOf(keyColumns[key]!, width, this.#plain[i]!, this.#kernels),
    );
  }

  /** Keeps the pairs that have the same other keys; returns how many there are. */
  #equal(
    probe: readonly Integers[],
    found: number,
    probeRows: Int32Array,
    buildRows: Int32Array,
  ): number {
    const { index } = this.#descriptor;
    if (index.kind === 'hash') return found;
    const [a, b] = [probeRows.byteOffset, buildRows.byteOffset];
    return index.rest.reduce((pairs, { width, values, validity }, i) => {
      const side = probe[i]!;
      const { keepEqual } = this.#kernels;
      return keepEqual(
        ...[side.width, side.values, side.validity, width, values, validity, pairs, a, b],
      );
    }, found);
  }
}

/** The numbers of rows from 0 on. */
class EveryRow {
  readonly #region: Region;
  #rows: Int32Array | null = null;

  constructor(region: Region) {
    this.#region = region;
  }

  /** The numbers below `rows`. Errors: ResourceError MEMORY_LIMIT. */
  until(rows: number): Int32Array {
    const known = this.#rows;
    if (known !== null && known.length >= rows) return known.subarray(0, rows);
    if (known !== null) this.#region.free(known.byteOffset);
    this.#rows = null;
    const numbers = this.#region.int32(this.#region.alloc(rows * 4), rows);
    kernelsFor(this.#region.arena).iota(rows, numbers.byteOffset);
    this.#rows = numbers;
    return numbers;
  }
}

function isSelective(matched: number, rows: number): boolean {
  return matched < rows * SELECTIVE_SHARE;
}

/** A byte for each of `rows` build rows: none of them had a match. Errors: MEMORY_LIMIT. */
export function allocMarks(rows: number, region: Region): number {
  const marks = region.alloc(rows);
  region.clear(marks, rows);
  return marks;
}

/** Where fewer rows than this share have a match, those without are left behind first. */
const SELECTIVE_SHARE = 1 / 4;
/** Pairs that a probe hands out at a time, unless told otherwise. */
const PAIRS_MAX = 16384;
/** Words of the cursor, padded so that what follows is aligned. */
const CURSOR_WORDS = 16;
