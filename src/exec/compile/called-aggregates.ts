import type { Batch } from '../../columnar/batch.ts';
import type { Column } from '../../columnar/column.ts';
import { assert } from '../../common/assert.ts';
import type { AggregateCall } from '../../expr/expr.ts';
import type { AggregateFunctionDefinition } from '../../functions/definition.ts';
import { ResultTotals } from '../../udf/loops/result-totals.ts';
import type { TaskContext } from '../operator.ts';
import { SUM_CHAINS } from './aggregate-loop.ts';
import type { AggregateStates } from './api.ts';
import { CompiledAggregates } from './compiled-aggregates.ts';

/** The results of a user's function, which is called by the aggregates that read them. */
export interface CalledResults {
  /** Adds the results for the rows of a batch to totals; false, and nothing is done: it cannot. */
  total(batch: Batch, totals: ResultTotals): boolean;
  /** The batch with the results as one more column. Borrowed until the next call. */
  append(batch: Batch): Batch;
}

/** The definition of an aggregate that reads nothing but results of a user's function. */
interface CalledDefinition extends AggregateFunctionDefinition {
  readonly results: CalledResults;
}

/** The aggregate call over results that it makes itself. */
export function readingResults(call: AggregateCall, results: CalledResults): AggregateCall {
  const definition: CalledDefinition = { ...call.definition, results };
  return { ...call, definition };
}

/** The results of a call that is one of `readingResults`; null: it is another one. */
export function resultsOf({ definition }: AggregateCall): CalledResults | null {
  return 'results' in definition ? (definition as CalledDefinition).results : null;
}

/**
 * Aggregates of the results of a user's function. Without groups they are added up where they are
 * made, in the loop over the function (bench `udf`, `numeric`).
 */
export class CalledAggregates implements AggregateStates {
  readonly #results: CalledResults;
  readonly #states: CompiledAggregates;
  readonly #totals: ResultTotals;

  /** All calls must be of these results, and one of them must have an argument. */
  constructor(calls: readonly AggregateCall[], results: CalledResults, ctx: TaskContext) {
    const arg = calls.flatMap(({ args }) => args)[0];
    assert(arg !== undefined, 'an aggregate of results');
    this.#results = results;
    this.#states = new CompiledAggregates(calls, ctx);
    const functions = new Set(calls.map(({ definition }) => definition.compiled));
    const wanted = {
      sum: functions.has('sum') || functions.has('sum0') || functions.has('avg'),
      least: functions.has('min'),
      greatest: functions.has('max'),
    };
    this.#totals = new ResultTotals(arg.type, wanted, SUM_CHAINS);
  }

  update(batch: Batch, groupIds: Int32Array | null, groups: number): void {
    if (groupIds === null && this.#results.total(batch, this.#totals)) return;
    this.#states.update(this.#results.append(batch), groupIds, groups);
  }

  merge(stateColumns: readonly Column[], groupIds: Int32Array | null, groups: number): void {
    this.#states.merge(stateColumns, groupIds, groups);
  }

  stateColumns(groups: number): Column[] {
    return this.#settled().stateColumns(groups);
  }

  results(groups: number): Column[] {
    return this.#settled().results(groups);
  }

  reset(): void {
    this.#totals.reset();
    this.#states.reset();
  }

  close(): void {
    this.#states.close();
  }

  /** The states with what has been added up. */
  #settled(): CompiledAggregates {
    if (this.#totals.rows > 0) this.#states.addTotals(this.#totals);
    this.#totals.reset();
    return this.#states;
  }
}
