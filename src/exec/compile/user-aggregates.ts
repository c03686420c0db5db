import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, rowCount } from '../../columnar/batch.ts';
import type { Column } from '../../columnar/column.ts';
import { assert } from '../../common/assert.ts';
import type { AggregateCall } from '../../expr/expr.ts';
import type { AggregateFunctionDefinition } from '../../functions/definition.ts';
import type { Schema } from '../../types/schema.ts';
import type { GroupAccumulators } from '../../udf/aggregate-groups.ts';
import type { CallArgument } from '../../udf/loops/arguments.ts';
import { rowsCalled } from '../../udf/loops/rows-called.ts';
import type { CallMeter } from '../../udf/metrics.ts';
import type { TaskContext } from '../operator.ts';
import { callMeter } from '../operators/function-context.ts';
import type { AggregateStates, BatchFilter, BatchProjection } from './api.ts';
import { createFilter } from './filter.ts';
import { narrowedGroups } from './narrowed-groups.ts';
import { createProjection } from './projection.ts';
import { Scratch } from './scratch.ts';

/** The definition of a user's aggregate function that is loaded in this thread. */
export interface LoadedAggregate extends AggregateFunctionDefinition {
  /** Makes the accumulators of the groups of a call; null if it takes rows alone. */
  readonly createGroups: (() => GroupAccumulators) | null;
}

/** Whether a call is of a user's function that takes columns. */
export function takesColumns({ definition, distinct }: AggregateCall): boolean {
  return !distinct && groupsOf(definition) !== null;
}

/** Calls of the user's functions: one loop over the rows of a batch for each. */
export class UserAggregateStates implements AggregateStates {
  readonly #calls: readonly UserCall[];
  readonly #scratch: Scratch;

  /** Every call must be one that `takesColumns`. */
  constructor(calls: readonly AggregateCall[], input: Schema, ctx: TaskContext) {
    this.#calls = calls.map((call) => new UserCall(call, input, ctx));
    this.#scratch = new Scratch(ctx.region);
  }

  update(batch: Batch, groupIds: Int32Array | null, groups: number): void {
    for (const call of this.#calls) call.update(batch, groupIds, groups);
  }

  /** Every call that is merged has one column of accumulators. */
  merge(stateColumns: readonly Column[], groupIds: Int32Array | null, groups: number): void {
    for (const [i, call] of this.#calls.entries()) {
      call.groups.merge(stateColumns[i]!, groupIds, groups);
    }
  }

  stateColumns(groups: number): Column[] {
    this.#scratch.reset();
    return this.#calls.map((call) => call.groups.states(groups, this.#scratch));
  }

  results(groups: number): Column[] {
    this.#scratch.reset();
    return this.#calls.map((call) => call.results(groups, this.#scratch));
  }

  reset(): void {
    for (const call of this.#calls) call.groups.reset();
  }

  close(): void {
    this.#scratch.dispose();
    for (const call of this.#calls) call.close();
  }
}

class UserCall {
  readonly groups: GroupAccumulators;
  readonly #call: AggregateCall;
  readonly #meter: CallMeter;
  /** Whether the function is called for the values of groups, not for rows. */
  readonly #isArrow: boolean;
  readonly #filter: BatchFilter | null;
  /** The arguments that are no literals. */
  readonly #columns: BatchProjection;

  constructor(call: AggregateCall, input: Schema, ctx: TaskContext) {
    const createGroups = groupsOf(call.definition);
    assert(createGroups !== null, 'a function that takes columns');
    this.groups = createGroups();
    const { body } = call.definition;
    this.#isArrow = body.kind === 'udf' && body.funcType === 'arrow';
    this.#call = call;
    this.#meter = callMeter(ctx, call.definition.name);
    this.#filter = call.filter === null ? null : createFilter(call.filter, input, ctx);
    const exprs = call.args.filter(({ kind }) => kind !== 'Literal');
    const fields = exprs.map(({ type }, i) => ({ name: `$a${i}`, type, comment: null }));
    this.#columns = createProjection(exprs, input, { fields }, ctx);
  }

  update(batch: Batch, groupIds: Int32Array | null, groups: number): void {
    const selection = this.#filter === null ? batch.selection : this.#filter.select(batch);
    const counting: Batch = { ...batch, selection };
    const ids = this.#filter === null ? groupIds : narrowedGroups(batch, groupIds, selection);
    const { columns } = this.#columns.project(counting);
    let next = 0;
    const args = this.#call.args.map((arg): CallArgument => {
      return arg.kind === 'Literal'
        ? { kind: 'constant', type: arg.type, value: arg.value }
        : { kind: 'column', column: columns[next++]! };
    });
    const rows = rowCount(counting);
    const start = performance.now();
    this.groups.update(args, rows, ids, groups);
    const calls = this.#isArrow ? 0 : rowsCalled(args, rows, requiredBy(this.#call));
    this.#meter.add(calls, rows, start);
  }

  results(groups: number, region: Region): Column {
    const start = performance.now();
    const column = this.groups.results(groups, region);
    this.#meter.add(this.#isArrow ? groups : 0, 0, start);
    return column;
  }

  close(): void {
    this.#filter?.close();
    this.#columns.close();
  }
}

function requiredBy({ definition: { body } }: AggregateCall): readonly number[] {
  return body.kind === 'udf' ? body.required : [];
}

function groupsOf(definition: AggregateFunctionDefinition): LoadedAggregate['createGroups'] {
  return 'createGroups' in definition ? (definition as LoadedAggregate).createGroups : null;
}
