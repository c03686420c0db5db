import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, batchOf, rowCount } from '../../columnar/batch.ts';
import { compact, sliceBatch } from '../../columnar/batches.ts';
import type { Column } from '../../columnar/column.ts';
import { GroupTable } from '../../columnar/kernels/group-table.ts';
import { kernelsFor } from '../../columnar/kernels/library.ts';
import { Scratch } from '../../columnar/kernels/scratch.ts';
import { take } from '../../columnar/take.ts';
import { assert } from '../../common/assert.ts';
import type { Expr } from '../../expr/expr.ts';
import type { HashAggregate } from '../../planner/physical/nodes.ts';
import type { Schema } from '../../types/schema.ts';
import { createAggregates } from '../compile/aggregates.ts';
import type { AggregateStates } from '../compile/api.ts';
import { type MemoryAccount, tableGrowth } from '../memory.ts';
import type { Operator, TaskContext } from '../operator.ts';
import { readKept, type SpilledBatch } from '../spill/spill-file.ts';
import { SpillPartitions } from '../spill/spill-partitions.ts';
import { DistinctCall } from './distinct-call.ts';
import { FoundRows } from './found-rows.ts';

/** From so many groups on it is asked whether partial states save rows. */
const JUDGED_GROUPS = 32_768;
/** Partial states are worth keeping when a group has at least so many rows. */
const ROWS_PER_GROUP = 3;
/** Where they save none, so many rows become states of their own until they are grouped again. */
const PASSED_ROWS = 2 ** 18;
/** Halvings of the range in which the number of keys is searched: three digits are enough. */
const STEPS = 16;

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
 * partial states of groups with few rows are handed on, and the next rows are not grouped at all.
 * Without keys there is one group, which `single` and `final` emit even for no input.
 *
 * When memory does not hold more groups, partial states are handed on. Else rows of new groups are
 * parted by a hash of the keys, in a file, and grouped part by part when the groups in memory have
 * come out.
 */
export class HashAggregateOperator implements Operator {
  readonly readsSelection: boolean;
  readonly expressions: readonly Expr[];
  readonly #node: HashAggregate;
  readonly #ctx: TaskContext;
  readonly #input: Schema;
  readonly #region: Region;
  readonly #ids: Scratch;
  readonly #rows: Scratch;
  readonly #distinct: readonly (DistinctCall | null)[];
  /** Null when there is no condition and nothing to be added without ids. */
  readonly #found: FoundRows | null;
  readonly #memory: MemoryAccount;
  readonly #level: number;
  /** The rows whose groups memory does not hold; null as long as it holds all. */
  #others: SpillPartitions | null = null;
  #grouping: Grouping;
  #rowsToPass = 0;
  #passed: Region | null = null;

  /** `level`: how often the rows were parted before they come here. */
  constructor(
    node: HashAggregate,
    ctx: TaskContext,
    memory: MemoryAccount = ctx.memory.open('HashAggregate', ctx.metrics, tablesOf(node)),
    level = 0,
  ) {
    this.#memory = memory;
    this.#level = level;
    this.#node = node;
    this.expressions =
      node.phase === 'final'
        ? []
        : [
            ...(node.condition === undefined ? [] : [node.condition]),
            ...node.calls.flatMap(({ args, filter }) =>
              filter === null ? args : [filter, ...args],
            ),
          ];
    this.#ctx = ctx;
    // States are merged from dense columns; rows are read with a selection.
    this.readsSelection = node.phase !== 'final';
    this.#region = ctx.region.child();
    this.#ids = new Scratch(this.#region);
    this.#rows = new Scratch(this.#region);
    const input = node.inputs[0]?.schema;
    assert(input !== undefined, 'HashAggregate has an input');
    this.#input = input;
    this.#grouping = this.#newGrouping();
    this.#found = FoundRows.plan(node, input, ctx);
    this.#distinct = node.calls.map((call) =>
      call.distinct ? new DistinctCall(call, node.keys, input, ctx, memory, this.#region) : null,
    );
  }

  get readsMorsels(): boolean {
    const passes = this.#rowsToPass > 0 || this.#others !== null || this.#passed !== null;
    return !passes && this.#found?.isFast(this.#grouping.states) === true;
  }

  *process(batch: Batch): Iterable<Batch> {
    const found = this.#found;
    if (found === null) yield* this.#addRows(batch);
    else if (this.#rowsToPass > 0 || this.#others !== null || this.#passed !== null) {
      yield* this.#addRows(found.select(batch));
    } else {
      for (const { added, rest } of found.add(batch, () => this.#grouping)) {
        this.#grouping.rows += added;
        if (rest !== null) yield* this.#addRows(rest);
      }
    }
  }

  /** Adds rows that fulfil the condition, whether their groups are known or not. */
  *#addRows(batch: Batch): Iterable<Batch> {
    const count = rowCount(batch);
    if (count === 0) return;
    if (this.#rowsToPass > 0) {
      this.#rowsToPass -= count;
      yield this.#passOn(batch, count);
      return;
    }
    const { states } = this.#grouping;
    // What passed went through the same states.
    if (this.#passed !== null && this.#grouping.rows === 0) states.reset();
    this.#grouping.rows += count;
    const ids = this.#groupIds(batch, count);
    if (this.#others === null || ids === null) this.#add(batch, ids);
    else this.#addKnown(batch, ids);
    if (this.#node.phase === 'partial') yield* this.#handOn();
    else if (this.#others === null && !this.#fits() && ids !== null) this.#spill();
  }

  *finish(): Iterable<Batch> {
    const { phase, keys } = this.#node;
    if (this.#grouping.rows === 0 && (keys.length > 0 || phase === 'partial')) return;
    yield* this.#emit();
    if (this.#others === null) return;
    const others = this.#others.finish();
    this.#close();
    this.#grouping = this.#newGrouping();
    for (const part of others) yield* this.#aggregatePart(part);
  }

  close(): void {
    this.#close();
    this.#others?.dispose();
    for (const call of this.#distinct) call?.close();
    this.#found?.close();
    this.#passed?.dispose();
    this.#region.dispose();
  }

  /** Whether the rows to come, as far as can be said, leave enough rows to a group. */
  #savesRows(groups: number): boolean {
    const { rows } = this.#grouping;
    if (rows >= ROWS_PER_GROUP * groups) return true;
    const estimate = this.#node.inputs[0]!.rows / this.#ctx.userCode.tasks;
    return estimate >= ROWS_PER_GROUP * distinctOf(rows, groups);
  }

  /** Each row as the state of a group of its own. */
  #passOn(batch: Batch, count: number): Batch {
    const { keys, schema } = this.#node;
    const { states } = this.#grouping;
    const ids = this.#ids.int32(count);
    kernelsFor(this.#region.arena).iota(count, ids.byteOffset);
    states.reset();
    states.update(batch, ids, count);
    this.#passed?.recycle();
    this.#passed ??= this.#region.child();
    const region = this.#passed;
    const keyColumns = keys.map((key) => {
      const column = batch.columns[key]!;
      return batch.selection === null ? column : take(column, batch.selection, region);
    });
    return batchOf(schema, [...keyColumns, ...states.stateColumns(count)], count);
  }

  #add(batch: Batch, ids: Int32Array | null): void {
    const { phase, keys } = this.#node;
    const groups = this.#groupCount();
    if (phase === 'final') {
      this.#grouping.states.merge(batch.columns.slice(keys.length), ids, groups);
      return;
    }
    this.#grouping.states.update(batch, ids, groups);
    for (const call of this.#distinct) call?.update(batch, ids, groups);
  }

  /** Adds the rows of groups in memory; puts the other ones, whose id is -1, aside. */
  #addKnown(batch: Batch, ids: Int32Array): void {
    const count = rowCount(batch);
    const rows = this.#rows.int32(count);
    let known = 0;
    let other = count;
    for (let i = 0; i < count; i++) {
      const row = batch.selection === null ? i : batch.selection[i]!;
      if (ids[i]! < 0) rows[--other] = row;
      else {
        ids[known] = ids[i]!;
        rows[known++] = row;
      }
    }
    if (other < count) this.#others?.add({ ...batch, selection: rows.subarray(other).reverse() });
    if (known === 0) return;
    using scratch = this.#region.child();
    const selected = { ...batch, selection: rows.subarray(0, known) };
    this.#add(this.readsSelection ? selected : compact(selected, scratch), ids.subarray(0, known));
  }

  /** Hands partial states on when they save few rows, or memory does not hold more of them. */
  *#handOn(): Iterable<Batch> {
    const groups = this.#groupCount();
    const poor = groups >= JUDGED_GROUPS && !this.#savesRows(groups);
    if (!poor && (this.#fits() || this.#node.keys.length === 0)) return;
    yield* this.#emit();
    this.#close();
    this.#grouping = this.#newGrouping();
    if (poor) this.#rowsToPass = PASSED_ROWS;
  }

  #fits(): boolean {
    const held = this.#grouping.region.pageBytes + this.#region.pageBytes;
    return this.#memory.fits(held, tableGrowth(held));
  }

  /** No group is added any more; rows of other ones wait in a file. */
  #spill(): void {
    const { keys } = this.#node;
    this.#others = new SpillPartitions(keys, this.#level + 1, this.#memory, this.#ctx);
  }

  *#aggregatePart(part: readonly SpilledBatch[]): Iterable<Batch> {
    if (part.length === 0) return;
    const operator = new HashAggregateOperator(
      this.#node,
      this.#ctx,
      this.#memory,
      this.#level + 1,
    );
    try {
      for (const batch of readKept(part, this.#ctx.region)) {
        this.#ctx.checkCancelled();
        yield* operator.process(batch);
      }
      yield* operator.finish();
    } finally {
      operator.close();
    }
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
    const { table } = this.#grouping;
    if (this.#others === null) table.assign(columns, batch.length, batch.selection, ids);
    else table.find(columns, batch.length, batch.selection, ids);
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

/** One of the groups, and one a call with DISTINCT. */
function tablesOf(node: HashAggregate): number {
  return 1 + node.calls.filter(({ distinct }) => distinct).length;
}

/**
 * How many distinct keys there are when so many of the first rows were distinct, for keys in random
 * order: the D of `distinct = D (1 - exp(-rows / D))`.
 */
function distinctOf(rows: number, distinct: number): number {
  if (distinct >= rows) return Number.POSITIVE_INFINITY;
  let [low, high] = [distinct, (rows * rows) / (2 * (rows - distinct)) + distinct];
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2;
    if (middle * -Math.expm1(-rows / middle) < distinct) low = middle;
    else high = middle;
  }
  return high;
}
