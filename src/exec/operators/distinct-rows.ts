import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, batchOf, rowCount } from '../../columnar/batch.ts';
import { FixedColumn, NullColumn } from '../../columnar/column.ts';
import { GroupTable } from '../../columnar/kernels/group-table.ts';
import { Scratch } from '../../columnar/kernels/scratch.ts';
import { take } from '../../columnar/take.ts';
import { assert } from '../../common/assert.ts';
import type { DataType } from '../../types/data-type.ts';
import { field, type Schema } from '../../types/schema.ts';
import { type MemoryAccount, tableGrowth } from '../memory.ts';
import type { TaskContext } from '../operator.ts';
import { readKept } from '../spill/spill-file.ts';
import { LEVELS_MAX, SpillPartitions } from '../spill/spill-partitions.ts';

const GROUP: DataType = { kind: 'INT', nullable: false };

/** Rows that count, and the group of each; null where there is one group. */
export interface GroupedRows {
  readonly batch: Batch;
  readonly groupIds: Int32Array | null;
}

/**
 * Finds the rows that differ from all rows before them in some columns. State: one number for each
 * of them. When memory does not hold more, rows that may be new wait in a file, parted by a hash of
 * the columns, until the input has ended.
 */
export class DistinctRows {
  readonly #columns: readonly number[];
  readonly #input: Schema;
  readonly #memory: MemoryAccount;
  readonly #ctx: TaskContext;
  readonly #level: number;
  readonly #region: Region;
  readonly #seen: GroupTable;
  readonly #ids: Scratch;
  readonly #rows: Scratch;
  readonly #groups: Scratch;
  #others: SpillPartitions | null = null;

  /** `level`: how often the rows were parted before they come here. */
  constructor(
    columns: readonly number[],
    input: Schema,
    memory: MemoryAccount,
    ctx: TaskContext,
    level = 0,
  ) {
    this.#columns = columns;
    this.#input = input;
    this.#memory = memory;
    this.#ctx = ctx;
    this.#level = level;
    this.#region = ctx.region.child();
    const types = columns.map((column) => input.fields[column]!.type);
    this.#seen = GroupTable.create(types, this.#region);
    this.#ids = new Scratch(this.#region);
    this.#rows = new Scratch(this.#region);
    this.#groups = new Scratch(this.#region);
  }

  /** Those of a batch; borrowed. Errors: ResourceError SPILL_FAILED, MEMORY_LIMIT. */
  first(input: GroupedRows): GroupedRows {
    const { batch } = input;
    const count = rowCount(batch);
    const seen = this.#ids.int32(count);
    const columns = this.#columns.map((column) => batch.columns[column]!);
    if (this.#others !== null) {
      this.#seen.find(columns, batch.length, batch.selection, seen);
      this.#putAside(this.#numbered(input, seen, -1, 0), this.#others);
      return { batch: { ...batch, selection: this.#rows.int32(0) }, groupIds: null };
    }
    // Numbers are given in the order of first appearance: the next one marks a new row.
    const next = this.#seen.groups;
    this.#seen.assign(columns, batch.length, batch.selection, seen);
    const held = this.#region.pageBytes;
    if (this.#level < LEVELS_MAX && !this.#memory.fits(held, tableGrowth(held))) {
      this.#others = new SpillPartitions(this.#columns, this.#level + 1, this.#memory, this.#ctx);
    }
    return this.#numbered(input, seen, next, 1);
  }

  /** Those of the rows that wait, when the input has ended. Errors as of `first`. */
  *rest(): Generator<GroupedRows> {
    const parts = this.#others?.finish() ?? [];
    this.#region.dispose();
    for (const part of parts) {
      if (part.length === 0) continue;
      const level = this.#level + 1;
      const rows = new DistinctRows(this.#columns, this.#input, this.#memory, this.#ctx, level);
      try {
        for (const batch of readKept(part, this.#ctx.region)) {
          this.#ctx.checkCancelled();
          yield rows.first(this.#unpacked(batch));
        }
        yield* rows.rest();
      } finally {
        rows.close();
      }
    }
  }

  close(): void {
    this.#others?.dispose();
    this.#region.dispose();
  }

  /** The rows with the number `from`; it grows by `step` with each of them. */
  #numbered(
    { batch, groupIds }: GroupedRows,
    numbers: Int32Array,
    from: number,
    step: number,
  ): GroupedRows {
    const count = rowCount(batch);
    const { selection } = batch;
    const rows = this.#rows.int32(count);
    const groups = groupIds === null ? null : this.#groups.int32(count);
    let wanted = from;
    let found = 0;
    for (let i = 0; i < count; i++) {
      if (numbers[i] !== wanted) continue;
      wanted += step;
      rows[found] = selection === null ? i : selection[i]!;
      if (groups !== null) groups[found] = groupIds![i]!;
      found++;
    }
    return {
      batch: { ...batch, selection: rows.subarray(0, found) },
      groupIds: groups?.subarray(0, found) ?? null,
    };
  }

  /** Writes the columns that tell rows apart, and the groups, as a last column. */
  #putAside({ batch, groupIds }: GroupedRows, others: SpillPartitions): void {
    const { selection } = batch;
    const count = rowCount(batch);
    if (selection === null || count === 0) return;
    using scratch = this.#region.child();
    const columns = this.#input.fields.map(({ type }, i) =>
      this.#columns.includes(i)
        ? take(batch.columns[i]!, selection, scratch, false)
        : new NullColumn(type, count),
    );
    if (groupIds !== null) columns.push(new FixedColumn(GROUP, count, groupIds, 4, null, 0));
    const schema = { fields: [...this.#input.fields, field('group', GROUP)] };
    others.add(batchOf(groupIds === null ? this.#input : schema, columns, count));
  }

  #unpacked(batch: Batch): GroupedRows {
    const width = this.#input.fields.length;
    const groups = batch.columns[width];
    const groupIds = groups instanceof FixedColumn ? groups.values : null;
    assert(groupIds === null || groupIds instanceof Int32Array, 'groups are numbers');
    return { batch: batchOf(this.#input, batch.columns.slice(0, width), batch.length), groupIds };
  }
}
