import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, batchOf, rowCount } from '../../columnar/batch.ts';
import { sliceBatch } from '../../columnar/batches.ts';
import type { Column } from '../../columnar/column.ts';
import { GroupTable } from '../../columnar/kernels/group-table.ts';
import { Scratch } from '../../columnar/kernels/scratch.ts';
import { assert } from '../../common/assert.ts';
import type { HashAggregate } from '../../planner/physical/nodes.ts';
import { createAggregates } from '../compile/aggregates.ts';
import type { AggregateStates } from '../compile/api.ts';
import type { Operator, TaskContext } from '../operator.ts';
import { DistinctCall } from './distinct-call.ts';

/**
 * Groups rows and aggregates them. State: one number a group and the states of the calls.
 *
 * Blocking: emits when the input has ended, in the order in which the groups first appeared.
 * Without keys there is one group, which `single` and `final` emit even for no input.
 */
export class HashAggregateOperator implements Operator {
  readonly readsSelection: boolean;
  readonly #node: HashAggregate;
  readonly #ctx: TaskContext;
  readonly #region: Region;
  readonly #groups: GroupTable;
  readonly #ids: Scratch;
  /** The calls without DISTINCT. */
  readonly #states: AggregateStates;
  readonly #distinct: readonly (DistinctCall | null)[];
  #rows = 0;

  constructor(node: HashAggregate, ctx: TaskContext) {
    this.#node = node;
    this.#ctx = ctx;
    // States are merged from dense columns; rows are read with a selection.
    this.readsSelection = node.phase !== 'final';
    this.#region = ctx.region.child();
    this.#ids = new Scratch(this.#region);
    const input = node.inputs[0]?.schema;
    assert(input !== undefined, 'HashAggregate has an input');
    const keyTypes = node.keys.map((key) => input.fields[key]!.type);
    this.#groups = GroupTable.create(keyTypes, this.#region);
    const plain = node.calls.filter((call) => !call.distinct);
    this.#states = createAggregates(plain, input, ctx);
    this.#distinct = node.calls.map((call) =>
      call.distinct ? new DistinctCall(call, node.keys, input, ctx, this.#region) : null,
    );
  }

  process(batch: Batch): Iterable<Batch> {
    const count = rowCount(batch);
    this.#rows += count;
    const ids = this.#groupIds(batch, count);
    const groups = this.#groupCount();
    if (this.#node.phase === 'final') {
      this.#states.merge(batch.columns.slice(this.#node.keys.length), ids, groups);
      return [];
    }
    this.#states.update(batch, ids, groups);
    for (const call of this.#distinct) call?.update(batch, ids, groups);
    return [];
  }

  *finish(): Iterable<Batch> {
    const { phase, keys, schema } = this.#node;
    if (this.#rows === 0 && (keys.length > 0 || phase === 'partial')) return;
    const groups = this.#groupCount();
    const keyColumns = this.#groups.keyColumns(this.#region);
    const columns = phase === 'partial' ? this.#states.stateColumns(groups) : this.#results(groups);
    const all = batchOf(schema, [...keyColumns, ...columns], groups);
    const scratch = this.#region.child();
    const { batchRows } = this.#ctx;
    for (let from = 0; from < groups; from += batchRows) {
      scratch.recycle();
      yield sliceBatch(all, from, Math.min(from + batchRows, groups), scratch);
    }
  }

  close(): void {
    this.#states.close();
    for (const call of this.#distinct) call?.close();
    this.#region.dispose();
  }

  #groupIds(batch: Batch, count: number): Int32Array | null {
    const { keys } = this.#node;
    if (keys.length === 0) return null;
    const ids = this.#ids.int32(count);
    const columns = keys.map((key) => batch.columns[key]!);
    this.#groups.assign(columns, batch.length, batch.selection, ids);
    return ids;
  }

  #groupCount(): number {
    return this.#node.keys.length === 0 ? 1 : this.#groups.groups;
  }

  /** The results of all calls, in their order. */
  #results(groups: number): Column[] {
    const plain = this.#states.results(groups);
    let next = 0;
    return this.#distinct.map((call) => (call === null ? plain[next++]! : call.result(groups)));
  }
}
