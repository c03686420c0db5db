import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, batchOf, rowCount } from '../../columnar/batch.ts';
import { sliceBatch } from '../../columnar/batches.ts';
import type { Column } from '../../columnar/column.ts';
import { GroupTable } from '../../columnar/kernels/group-table.ts';
import { Scratch } from '../../columnar/kernels/scratch.ts';
import { assert } from '../../common/assert.ts';
import type { Expr } from '../../expr/expr.ts';
import type { HashAggregate } from '../../planner/physical/nodes.ts';
import type { Schema } from '../../types/schema.ts';
import { createAggregates } from '../compile/aggregates.ts';
import type { AggregateStates } from '../compile/api.ts';
import type { Operator, TaskContext } from '../operator.ts';
import { DistinctCall } from './distinct-call.ts';

/** From so many groups on, partial states that hardly save rows are handed on. */
const HANDED_ON_GROUPS = 32_768;
/** Partial states are worth keeping when a group has at least so many rows. */
const ROWS_PER_GROUP = 3;

/** Groups, and the states of the calls without DISTINCT. */
interface Grouping {
  readonly region: Region;
  readonly table: GroupTable;
  readonly states: AggregateStates;
  rows: number;
}

/**
 * Groups rows and aggregates them. State: one number a group and the states of the calls.
 *
 * Blocking: emits when the input has ended, in the order in which the groups first appeared; but
 * partial states of many groups with few rows are handed on at once, since they would only fill
 * the memory. Without keys there is one group, which `single` and `final` emit even for no input.
 */
export class HashAggregateOperator implements Operator {
  readonly readsSelection: boolean;
  readonly expressions: readonly Expr[];
  readonly #node: HashAggregate;
  readonly #ctx: TaskContext;
  readonly #input: Schema;
  readonly #region: Region;
  readonly #ids: Scratch;
  readonly #distinct: readonly (DistinctCall | null)[];
  #grouping: Grouping;

  constructor(node: HashAggregate, ctx: TaskContext) {
    this.#node = node;
    this.expressions =
      node.phase === 'final'
        ? []
        : node.calls.flatMap(({ args, filter }) => (filter === null ? args : [filter, ...args]));
    this.#ctx = ctx;
    // States are merged from dense columns; rows are read with a selection.
    this.readsSelection = node.phase !== 'final';
    this.#region = ctx.region.child();
    this.#ids = new Scratch(this.#region);
    const input = node.inputs[0]?.schema;
    assert(input !== undefined, 'HashAggregate has an input');
    this.#input = input;
    this.#grouping = this.#newGrouping();
    this.#distinct = node.calls.map((call) =>
      call.distinct ? new DistinctCall(call, node.keys, input, ctx, this.#region) : null,
    );
  }

  *process(batch: Batch): Iterable<Batch> {
    const { phase, keys } = this.#node;
    const { table, states } = this.#grouping;
    const count = rowCount(batch);
    this.#grouping.rows += count;
    const ids = this.#groupIds(batch, count);
    const groups = this.#groupCount();
    if (phase === 'final') {
      states.merge(batch.columns.slice(keys.length), ids, groups);
      return;
    }
    states.update(batch, ids, groups);
    for (const call of this.#distinct) call?.update(batch, ids, groups);
    if (phase !== 'partial' || table.groups < HANDED_ON_GROUPS) return;
    if (this.#grouping.rows >= ROWS_PER_GROUP * table.groups) return;
    yield* this.#emit();
    this.#close();
    this.#grouping = this.#newGrouping();
  }

  *finish(): Iterable<Batch> {
    const { phase, keys } = this.#node;
    if (this.#grouping.rows === 0 && (keys.length > 0 || phase === 'partial')) return;
    yield* this.#emit();
  }

  close(): void {
    this.#close();
    for (const call of this.#distinct) call?.close();
    this.#region.dispose();
  }

  *#emit(): Iterable<Batch> {
    const { phase, schema } = this.#node;
    const { region, table, states } = this.#grouping;
    const groups = this.#groupCount();
    const keyColumns = table.keyColumns(region);
    const columns = phase === 'partial' ? states.stateColumns(groups) : this.#results(groups);
    const all = batchOf(schema, [...keyColumns, ...columns], groups);
    using scratch = this.#region.child();
    const { batchRows } = this.#ctx;
    for (let from = 0; from < groups; from += batchRows) {
      scratch.recycle();
      yield sliceBatch(all, from, Math.min(from + batchRows, groups), scratch);
    }
  }

  #newGrouping(): Grouping {
    const { keys, calls } = this.#node;
    const region = this.#ctx.region.child();
    const keyTypes = keys.map((key) => this.#input.fields[key]!.type);
    const plain = calls.filter((call) => !call.distinct);
    return {
      region,
      table: GroupTable.create(keyTypes, region),
      states: createAggregates(plain, this.#input, { ...this.#ctx, region }),
      rows: 0,
    };
  }

  #close(): void {
    this.#grouping.states.close();
    this.#grouping.region.dispose();
  }

  #groupIds(batch: Batch, count: number): Int32Array | null {
    const { keys } = this.#node;
    if (keys.length === 0) return null;
    const ids = this.#ids.int32(count);
    const columns = keys.map((key) => batch.columns[key]!);
    this.#grouping.table.assign(columns, batch.length, batch.selection, ids);
    return ids;
  }

  #groupCount(): number {
    return this.#node.keys.length === 0 ? 1 : this.#grouping.table.groups;
  }

  /** The results of all calls, in their order. */
  #results(groups: number): Column[] {
    const plain = this.#grouping.states.results(groups);
    let next = 0;
    return this.#distinct.map((call) => (call === null ? plain[next++]! : call.result(groups)));
  }
}
