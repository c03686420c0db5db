import { type Batch, rowCount } from '../../columnar/batch.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import type { Column } from '../../columnar/column.ts';
import { notImplemented } from '../../common/errors.ts';
import { compileRow, type RowEvaluator } from '../../expr/evaluate.ts';
import type { AggregateCall } from '../../expr/expr.ts';
import { keyOf } from '../../functions/compare.ts';
import type { AggregateSite, RowAccumulator } from '../../functions/definition.ts';
import type { DataType } from '../../types/data-type.ts';
import type { TaskContext } from '../operator.ts';
import type { AggregateStates } from './api.ts';
import { stateTypesOf } from './compiled-aggregates.ts';
import { Scratch } from './scratch.ts';

/** Aggregate calls that are updated row by row: what has no emitted form, and the reference. */
export class RowAggregates implements AggregateStates {
  readonly #calls: readonly RowAggregate[];
  readonly #scratch: Scratch;

  constructor(calls: readonly AggregateCall[], ctx: TaskContext) {
    this.#calls = calls.map((call) => new RowAggregate(call, ctx));
    this.#scratch = new Scratch(ctx.region);
  }

  update(batch: Batch, groupIds: Int32Array | null, groups: number): void {
    for (const call of this.#calls) call.update(batch, groupIds, groups);
  }

  merge(stateColumns: readonly Column[], groupIds: Int32Array | null, groups: number): void {
    let first = 0;
    for (const call of this.#calls) {
      const { length } = call.stateTypes;
      call.merge(stateColumns.slice(first, first + length), groupIds, groups);
      first += length;
    }
  }

  stateColumns(groups: number): Column[] {
    this.#scratch.reset();
    return this.#calls.flatMap((call) => call.states(groups, this.#scratch));
  }

  results(groups: number): Column[] {
    this.#scratch.reset();
    return this.#calls.map((call) => call.results(groups, this.#scratch));
  }

  reset(): void {
    for (const call of this.#calls) call.reset();
  }

  close(): void {
    this.#scratch.dispose();
  }
}

/** One call: an accumulator per group, and for DISTINCT the values each has seen. */
class RowAggregate {
  readonly stateTypes: readonly DataType[];
  readonly #call: AggregateCall;
  readonly #site: AggregateSite;
  readonly #args: readonly RowEvaluator[];
  readonly #filter: RowEvaluator | null;
  readonly #keyOf: (values: readonly unknown[]) => unknown;
  readonly #accumulators: RowAccumulator[] = [];
  readonly #seen: Set<unknown>[] = [];

  constructor(call: AggregateCall, ctx: TaskContext) {
    this.#call = call;
    const types = call.args.map((arg) => arg.type);
    this.#site = {
      types,
      literals: call.args.map((arg) => (arg.kind === 'Literal' ? arg.value : undefined)),
      result: call.type,
      context: ctx.statement,
    };
    this.stateTypes = stateTypesOf(call);
    this.#args = call.args.map((arg) => compileRow(arg, ctx.statement));
    this.#filter = call.filter === null ? null : compileRow(call.filter, ctx.statement);
    this.#keyOf = keyOfAll(types);
  }

  update(batch: Batch, groupIds: Int32Array | null, groups: number): void {
    this.#ensure(groups);
    const { columns, selection } = batch;
    const { skipsNulls } = this.#call.definition;
    const rows = rowCount(batch);
    for (let i = 0; i < rows; i++) {
      const row = selection === null ? i : selection[i]!;
      if (this.#filter !== null && this.#filter(columns, row) !== true) continue;
      const values = this.#args.map((arg) => arg(columns, row));
      if (skipsNulls && values.includes(null)) continue;
      const group = groupIds === null ? 0 : groupIds[i]!;
      if (this.#call.distinct && !this.#isNew(group, values)) continue;
      this.#accumulators[group]!.add(values);
    }
  }

  merge(states: readonly Column[], groupIds: Int32Array | null, groups: number): void {
    this.#rejectDistinct();
    this.#ensure(groups);
    const rows = states[0]?.length ?? 0;
    for (let i = 0; i < rows; i++) {
      const group = groupIds === null ? 0 : groupIds[i]!;
      this.#accumulators[group]!.merge(states.map((column) => column.get(i)));
    }
  }

  states(groups: number, scratch: Scratch): Column[] {
    this.#rejectDistinct();
    this.#ensure(groups);
    const builders = this.stateTypes.map((type) => builderFor(type, scratch, groups));
    for (let g = 0; g < groups; g++) {
      const state = this.#accumulators[g]!.state();
      for (const [i, builder] of builders.entries()) builder.append(state[i]);
    }
    return builders.map((builder) => builder.finish());
  }

  results(groups: number, scratch: Scratch): Column {
    this.#ensure(groups);
    const builder = builderFor(this.#call.type, scratch, groups);
    for (let g = 0; g < groups; g++) builder.append(this.#accumulators[g]!.value());
    return builder.finish();
  }

  reset(): void {
    for (const accumulator of this.#accumulators) accumulator.release?.();
    this.#accumulators.length = 0;
    this.#seen.length = 0;
  }

  #ensure(groups: number): void {
    while (this.#accumulators.length < groups) {
      this.#accumulators.push(this.#call.definition.createAccumulator(this.#site));
      if (this.#call.distinct) this.#seen.push(new Set());
    }
  }

  #isNew(group: number, values: readonly unknown[]): boolean {
    const seen = this.#seen[group]!;
    const before = seen.size;
    seen.add(this.#keyOf(values));
    return seen.size > before;
  }

  /** The values that were seen are not part of a state. */
  #rejectDistinct(): void {
    if (this.#call.distinct) throw notImplemented('DISTINCT aggregation in two phases');
  }
}

/** A key of several values: equal for equal values. */
function keyOfAll(types: readonly DataType[]): (values: readonly unknown[]) => unknown {
  const keys = types.map(keyOf);
  const [only] = keys;
  if (only !== undefined && keys.length === 1) return ([value]) => only(value);
  return (values) =>
    values
      .map((value, i) => {
        const text = String(keys[i]!(value));
        return `${value === null ? 'n' : ''}${text.length}:${text}`;
      })
      .join();
}
