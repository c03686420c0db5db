import type { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import type { Column } from '../../columnar/column.ts';
import { GroupTable } from '../../columnar/kernels/group-table.ts';
import { Scratch } from '../../columnar/kernels/scratch.ts';
import type { AggregateCall } from '../../expr/expr.ts';
import type { Schema } from '../../types/schema.ts';
import { createAggregates } from '../compile/aggregates.ts';
import type { AggregateStates, BatchFilter } from '../compile/api.ts';
import { createFilter } from '../compile/filter.ts';
import type { TaskContext } from '../operator.ts';

/**
 * An aggregate call with DISTINCT: passes the rows on whose group and arguments were not seen
 * together before. State: one number for each distinct row, and the state of the call.
 */
export class DistinctCall {
  readonly #states: AggregateStates;
  readonly #filter: BatchFilter | null;
  readonly #seen: GroupTable;
  /** Columns of the input that tell rows apart: keys, then arguments. */
  readonly #columns: readonly number[];
  readonly #ids: Scratch;
  readonly #rows: Scratch;
  readonly #groups: Scratch;
  readonly #kept: Scratch;

  constructor(
    call: AggregateCall,
    keys: readonly number[],
    input: Schema,
    ctx: TaskContext,
    region: Region,
  ) {
    const { filter } = call;
    this.#states = createAggregates([{ ...call, distinct: false, filter: null }], input, ctx);
    this.#filter = filter === null ? null : createFilter(filter, input, ctx);
    this.#columns = [
      ...keys,
      ...call.args.flatMap((arg) => (arg.kind === 'InputRef' ? [arg.index] : [])),
    ];
    const types = this.#columns.map((column) => input.fields[column]!.type);
    this.#seen = GroupTable.create(types, region);
    this.#ids = new Scratch(region);
    this.#rows = new Scratch(region);
    this.#groups = new Scratch(region);
    this.#kept = new Scratch(region);
  }

  /** Adds rows; as `AggregateStates.update`. */
  update(batch: Batch, groupIds: Int32Array | null, groups: number): void {
    const { selection, ids } = this.#filtered(batch, groupIds);
    const count = selection?.length ?? batch.length;
    const seen = this.#ids.int32(count);
    let next = this.#seen.groups;
    const columns = this.#columns.map((column) => batch.columns[column]!);
    this.#seen.assign(columns, batch.length, selection, seen);
    const rows = this.#rows.int32(count);
    const fresh = ids === null ? null : this.#groups.int32(count);
    let kept = 0;
    for (let i = 0; i < count; i++) {
      // Numbers are given in the order of first appearance: the next one marks a new row.
      if (seen[i] !== next) continue;
      next++;
      rows[kept] = selection === null ? i : selection[i]!;
      if (fresh !== null) fresh[kept] = ids![i]!;
      kept++;
    }
    const first = { ...batch, selection: rows.subarray(0, kept) };
    this.#states.update(first, fresh?.subarray(0, kept) ?? null, groups);
  }

  /** The results of groups 0 to `groups - 1`. */
  result(groups: number): Column {
    return this.#states.results(groups)[0]!;
  }

  close(): void {
    this.#states.close();
    this.#filter?.close();
  }

  /** The rows that pass the call's FILTER, and their groups. */
  #filtered(
    batch: Batch,
    groupIds: Int32Array | null,
  ): { readonly selection: Int32Array | null; readonly ids: Int32Array | null } {
    if (this.#filter === null) return { selection: batch.selection, ids: groupIds };
    const selection = this.#filter.select(batch);
    if (groupIds === null) return { selection, ids: null };
    // The passing rows are among those that count, both ascending.
    const ids = this.#kept.int32(selection.length);
    let at = 0;
    for (let i = 0; i < selection.length; i++) {
      while ((batch.selection === null ? at : batch.selection[at]!) !== selection[i]) at++;
      ids[i] = groupIds[at]!;
    }
    return { selection, ids };
  }
}
