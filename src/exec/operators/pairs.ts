import type { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import { isValid } from '../../columnar/bitmap.ts';
import { JoinTable, type Matches } from '../../columnar/kernels/join-table.ts';
import { Scratch } from '../../columnar/kernels/scratch.ts';
import { assert } from '../../common/assert.ts';
import type { HashJoin } from '../../planner/physical/nodes.ts';
import type { TaskContext } from '../operator.ts';
import type { SharedTable } from '../pool/protocol.ts';

/** Finds the build rows that a probe batch may join with. */
export interface PairFinder {
  /** Pairs in the order of the probe rows: borrowed until the next one. */
  pairs(batch: Batch): Iterable<Matches>;
  /**
   * Each row with its only partner, -1 where there is none: borrowed; null when rows may have
   * several.
   */
  partners(batch: Batch): Matches | null;
  /** The rows that have a partner (`wanted`) or none; null when only pairs can tell. */
  rowsWith(batch: Batch, wanted: boolean): Int32Array | null;
  /** Remembers that build rows had a match. All tasks share the marks. */
  mark(buildRows: Int32Array): void;
  /** The build rows from `from` to `to` that are marked, or are not: borrowed. */
  markedRows(from: number, to: number, marked: boolean): Int32Array;
  close(): void;
}

/** Finds pairs with equal keys in a hash table. */
export class HashPairs implements PairFinder {
  readonly #region: Region;
  readonly #table: JoinTable;
  readonly #keys: readonly number[];
  /** Keys of which NULL matches nothing, although the table lets NULL match NULL. */
  readonly #strictKeys: readonly number[];
  readonly #strictRows: Scratch;
  readonly #batchRows: number;

  constructor(node: HashJoin | null, table: SharedTable, ctx: TaskContext) {
    assert(table.index !== null, 'a hash join has a hash table');
    this.#region = ctx.region.child();
    this.#table = JoinTable.attach(table.index, this.#region);
    this.#keys = (node?.build === 'left' ? node.rightKeys : node?.leftKeys) ?? [];
    const mixed = node?.nullSafe.some(Boolean) ?? false;
    this.#strictKeys = mixed ? this.#keys.filter((_, i) => node?.nullSafe[i] === false) : [];
    this.#strictRows = new Scratch(this.#region);
    this.#batchRows = ctx.batchRows;
  }

  pairs(batch: Batch): Iterable<Matches> {
    return this.#table.probe(
      this.#keyColumns(batch),
      batch.length,
      this.#candidates(batch),
      this.#batchRows,
    );
  }

  partners(batch: Batch): Matches | null {
    if (this.#strictKeys.length > 0) return null;
    return this.#table.probeOuter(this.#keyColumns(batch), batch.length, batch.selection);
  }

  rowsWith(batch: Batch, wanted: boolean): Int32Array | null {
    if (this.#strictKeys.length > 0 || this.#table.compares) return null;
    return this.#table.probeExists(this.#keyColumns(batch), batch.length, batch.selection, wanted);
  }

  mark(buildRows: Int32Array): void {
    this.#table.mark(buildRows);
  }

  markedRows(from: number, to: number, marked: boolean): Int32Array {
    return this.#table.markedRows(from, to, marked);
  }

  close(): void {
    this.#region.dispose();
  }

  #keyColumns(batch: Batch) {
    return this.#keys.map((key) => batch.columns[key]!);
  }

  #candidates({ columns, length, selection }: Batch): Int32Array | null {
    const strict = this.#strictKeys.map((key) => columns[key]!).filter((c) => c.nullCount > 0);
    if (strict.length === 0) return selection;
    const count = selection?.length ?? length;
    const rows = this.#strictRows.int32(count);
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const row = selection === null ? i : selection[i]!;
      const valid = strict.every((c) => c.layout !== 'null' && isValid(c.validity, row));
      if (valid) rows[kept++] = row;
    }
    return rows.subarray(0, kept);
  }
}

/** Pairs every probe row with every build row. */
export class AllPairs implements PairFinder {
  readonly #rows: number;
  readonly #marks: Uint8Array | null;
  readonly #region: Region;
  readonly #memory: Scratch;
  readonly #batchRows: number;

  constructor(table: SharedTable, ctx: TaskContext) {
    this.#rows = table.rows.length;
    this.#marks =
      table.marks === 0 ? null : new Uint8Array(ctx.region.arena.buffer, table.marks, this.#rows);
    this.#region = ctx.region.child();
    this.#memory = new Scratch(this.#region);
    this.#batchRows = ctx.batchRows;
  }

  *pairs({ length, selection }: Batch): Iterable<Matches> {
    const most = this.#batchRows;
    const memory = this.#memory.int32(2 * most);
    const probeRows = memory.subarray(0, most);
    const buildRows = memory.subarray(most);
    const count = selection?.length ?? length;
    let pairs = 0;
    for (let i = 0; i < count; i++) {
      const row = selection === null ? i : selection[i]!;
      for (let build = 0; build < this.#rows; build++) {
        probeRows[pairs] = row;
        buildRows[pairs] = build;
        if (++pairs < most) continue;
        yield { probeRows, buildRows };
        pairs = 0;
      }
    }
    if (pairs === 0) return;
    yield { probeRows: probeRows.subarray(0, pairs), buildRows: buildRows.subarray(0, pairs) };
  }

  partners(): null {
    return null;
  }

  rowsWith(): null {
    return null;
  }

  mark(buildRows: Int32Array): void {
    const marks = this.#marks;
    if (marks === null) return;
    for (let i = 0; i < buildRows.length; i++) marks[buildRows[i]!] = 1;
  }

  markedRows(from: number, to: number, marked: boolean): Int32Array {
    const rows = this.#memory.int32(to - from);
    let kept = 0;
    for (let row = from; row < to; row++) {
      if ((this.#marks?.[row] === 1) === marked) rows[kept++] = row;
    }
    return rows.subarray(0, kept);
  }

  close(): void {
    this.#region.dispose();
  }
}
