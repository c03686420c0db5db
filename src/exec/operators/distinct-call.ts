import type { Region } from '../../columnar/arena/region.ts';
import type { Batch } from '../../columnar/batch.ts';
import type { Column } from '../../columnar/column.ts';
import { Scratch } from '../../columnar/kernels/scratch.ts';
import type { AggregateCall } from '../../expr/expr.ts';
import type { Schema } from '../../types/schema.ts';
import { createAggregates } from '../compile/aggregates.ts';
import type { AggregateStates, BatchFilter } from '../compile/api.ts';
import { createFilter } from '../compile/filter.ts';
import type { MemoryAccount } from '../memory.ts';
import type { TaskContext } from '../operator.ts';
import { DistinctRows } from './distinct-rows.ts';

/**
 * An aggregate call with DISTINCT: passes the rows on whose group and arguments were not seen
 * together before. State: that of these rows, and of the call.
 */
export class DistinctCall {
  readonly #states: AggregateStates;
  readonly #filter: BatchFilter | null;
  readonly #distinct: DistinctRows;
  readonly #kept: Scratch;

  constructor(
    call: AggregateCall,
    keys: readonly number[],
    input: Schema,
    ctx: TaskContext,
    memory: MemoryAccount,
    region: Region,
  ) {
    const { filter } = call;
    this.#states = createAggregates([{ ...call, distinct: false, filter: null }], input, ctx);
    this.#filter = filter === null ? null : createFilter(filter, input, ctx);
    const args = call.args.flatMap((arg) => (arg.kind === 'InputRef' ? [arg.index] : []));
    this.#distinct = new DistinctRows([...keys, ...args], input, memory, ctx);
    this.#kept = new Scratch(region);
  }

  /** Adds rows; as `AggregateStates.update`. */
  update(batch: Batch, groupIds: Int32Array | null, groups: number): void {
    const { selection, ids } = this.#filtered(batch, groupIds);
    const first = this.#distinct.first({ batch: { ...batch, selection }, groupIds: ids });
    this.#states.update(first.batch, first.groupIds, groups);
  }

  /** The results of groups 0 to `groups - 1`, when all rows are there. */
  result(groups: number): Column {
    for (const { batch, groupIds } of this.#distinct.rest()) {
      this.#states.update(batch, groupIds, groups);
    }
    return this.#states.results(groups)[0]!;
  }

  close(): void {
    this.#states.close();
    this.#distinct.close();
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
