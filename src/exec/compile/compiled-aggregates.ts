import { type Batch, batchOf, rowCount } from '../../columnar/batch.ts';
import type { Column } from '../../columnar/column.ts';
import type { GroupLookup } from '../../columnar/kernels/group-lookup.ts';
import { compileRow, type RowEvaluator } from '../../expr/evaluate.ts';
import type { AggregateCall, Expr } from '../../expr/expr.ts';
import type { DataType } from '../../types/data-type.ts';
import { field, schemaOf } from '../../types/schema.ts';
import type { TaskContext } from '../operator.ts';
import { AggregateColumns } from './aggregate-columns.ts';
import { aggregateSpec, foundSpec } from './aggregate-loop.ts';
import { AggregateRecords, addToSlot, addTotals, type Totals } from './aggregate-records.ts';
import { type CallSlots, type Slot, SlotTable } from './aggregate-slots.ts';
import type { AggregateStates } from './api.ts';
import { addGroupParams, type GroupShape, groupKey, shapeOf } from './group-code.ts';
import { plannedInputs, RowLoop } from './row-loop.ts';
import { Scratch } from './scratch.ts';
import { Temporaries } from './temporaries.ts';

/** The state types of an aggregate call. */
export function stateTypesOf({ definition, args, type }: AggregateCall): readonly DataType[] {
  const literals = args.map((arg) => (arg.kind === 'Literal' ? arg.value : undefined));
  return definition.state({ types: args.map((arg) => arg.type), literals, result: type });
}

/** Whether the updates and merges of a call are emitted as code. */
export function isEmitted(call: AggregateCall): boolean {
  const table = new SlotTable();
  return table.addUpdate(call) !== null && plannedInputs(aggregateSpec(table, true)) !== null;
}

/** Aggregate calls whose updates are one emitted loop over the records of groups. */
export class CompiledAggregates implements AggregateStates {
  readonly #calls: readonly AggregateCall[];
  readonly #ctx: TaskContext;
  readonly #scratch: Scratch;
  readonly #temporaries: Temporaries;
  /** The loops of `updateFound` by the shape of their lookups. */
  readonly #found = new Map<string, RowLoop | null>();
  #form: Form | null = null;

  /** Every call must be one that `isEmitted`. */
  constructor(calls: readonly AggregateCall[], ctx: TaskContext) {
    this.#calls = calls;
    this.#ctx = ctx;
    this.#scratch = new Scratch(ctx.region);
    this.#temporaries = new Temporaries(this.#scratch, ctx);
  }

  update(batch: Batch, groupIds: Int32Array | null, groups: number): void {
    this.#form ??= this.#updateForm();
    this.#run(this.#form, batch, groupIds, groups);
  }

  updateFound(
    batch: Batch,
    condition: Expr | null,
    lookup: GroupLookup | null,
    keys: readonly Expr[],
    groups: number,
  ): number | null {
    this.#form ??= this.#updateForm();
    const { records } = this.#form;
    const shape = lookup === null ? null : shapeOf(lookup, keys[0]!);
    records.ensure(groups);
    const roomy = records.hasRoom(batch.length, groups);
    const loop = this.#foundLoop(condition, shape, roomy);
    if (loop === null) return null;
    const params = new Map([
      ['records', records.address],
      ['spare', records.spare],
      ['checked', records.checked],
    ]);
    if (lookup !== null) addGroupParams(lookup, params);
    return loop.runUntil(batch, params);
  }

  /** Adds what another loop found out about the argument of all calls, to group 0. */
  addTotals(totals: Totals): void {
    this.#form ??= this.#updateForm();
    const { records, table } = this.#form;
    records.ensure(1);
    const record = records.record(0);
    for (const slot of table.slots) addTotals(slot, record, totals);
  }

  merge(stateColumns: readonly Column[], groupIds: Int32Array | null, groups: number): void {
    this.#form ??= this.#mergeForm();
    const schema = schemaOf(stateColumns.map((column, i) => field(`s${i}`, column.type)));
    this.#run(this.#form, batchOf(schema, stateColumns), groupIds, groups);
  }

  stateColumns(groups: number): Column[] {
    const { form, columns } = this.#columns(groups);
    return form.slots.flatMap((slots) => columns.state(slots, stateTypesOf(slots.call)));
  }

  results(groups: number): Column[] {
    const { form, columns } = this.#columns(groups);
    return form.slots.map((slots) => columns.result(slots));
  }

  reset(): void {
    this.#form?.records.close();
  }

  close(): void {
    for (const loop of this.#found.values()) loop?.close();
    this.#form?.grouped.close();
    this.#form?.single.close();
    this.#form?.records.close();
    this.#temporaries.close();
    this.#scratch.dispose();
  }

  /** The loop of `updateFound`; null when it is not emitted as a whole. */
  #foundLoop(condition: Expr | null, shape: GroupShape | null, roomy: boolean): RowLoop | null {
    const key = `${roomy} ${shape === null ? '' : groupKey(shape)}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const spec = foundSpec(this.#form!.table, condition, shape, roomy);
    const loop = RowLoop.plan(spec, this.#temporaries, this.#ctx);
    const emitted = loop === null || loop.needsTemporaries ? null : loop;
    if (emitted === null) loop?.close();
    this.#found.set(key, emitted);
    return emitted;
  }

  #columns(groups: number): { form: Form; columns: AggregateColumns } {
    this.#form ??= this.#updateForm();
    const { records, table } = this.#form;
    records.ensure(groups);
    this.#scratch.reset();
    const columns = new AggregateColumns(records, table.stride, groups, this.#scratch);
    return { form: this.#form, columns };
  }

  #run(form: Form, batch: Batch, groupIds: Int32Array | null, groups: number): void {
    this.#scratch.reset();
    form.records.ensure(groups);
    form.records.forgetRoom();
    const params = new Map([['records', form.records.address]]);
    if (groupIds !== null) params.set('groups', groupIds.byteOffset);
    const loop = groupIds === null ? form.single : form.grouped;
    if (rowCount(batch) === 0) return;
    let evaluators: readonly SlotEvaluator[] | null = null;
    loop.run(batch, params, (position) => {
      const row = batch.selection === null ? position : batch.selection[position]!;
      const record = form.records.record(groupIds === null ? 0 : groupIds[position]!);
      evaluators ??= evaluatorsOf(form.table, this.#ctx);
      for (const { slot, filter, args } of evaluators) {
        if (filter !== null && filter(batch.columns, row) !== true) continue;
        const values = args.map((arg) => arg(batch.columns, row));
        addToSlot(slot, record, values);
      }
    });
  }

  #updateForm(): Form {
    const table = new SlotTable();
    return this.#formOf(
      table,
      this.#calls.map((call) => table.addUpdate(call)!),
    );
  }

  #mergeForm(): Form {
    const table = new SlotTable();
    let first = 0;
    const slots = this.#calls.map((call) => {
      const types = stateTypesOf(call);
      const merged = table.addMerge(call, first, types);
      first += types.length;
      return merged!;
    });
    return this.#formOf(table, slots);
  }

  #formOf(table: SlotTable, slots: readonly CallSlots[]): Form {
    const ctx = this.#ctx;
    const loops = [true, false].map((grouped) =>
      RowLoop.plan(aggregateSpec(table, grouped), this.#temporaries, ctx),
    );
    const records = new AggregateRecords(table, ctx.region);
    return { table, slots, records, grouped: loops[0]!, single: loops[1]! };
  }
}

/** What updates or merges need: made at the first one, as an instance does only one of the two. */
interface Form {
  readonly table: SlotTable;
  readonly slots: readonly CallSlots[];
  readonly records: AggregateRecords;
  readonly grouped: RowLoop;
  readonly single: RowLoop;
}

/** What adds a row to a slot that the emitted loop cannot compute. */
interface SlotEvaluator {
  readonly slot: Slot;
  readonly filter: RowEvaluator | null;
  readonly args: readonly RowEvaluator[];
}

function evaluatorsOf({ slots }: SlotTable, { statement }: TaskContext): readonly SlotEvaluator[] {
  return slots.map((slot) => ({
    slot,
    filter: slot.filter === null ? null : compileRow(slot.filter, statement),
    args: slot.args.map((arg) => compileRow(arg, statement)),
  }));
}
