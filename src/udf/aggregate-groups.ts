import type { Region } from '../columnar/arena/region.ts';
import { builderFor } from '../columnar/builders/builder-for.ts';
import type { Column } from '../columnar/column.ts';
import { assert } from '../common/assert.ts';
import { Accumulators } from './accumulators.ts';
import type { Aggregator } from './aggregator.ts';
import { udfBadCall } from './errors.ts';
import { AggregateLoop } from './loops/aggregate-loop.ts';
import { argumentOf, type CallArgument } from './loops/arguments.ts';
import { resultConverter } from './loops/results.ts';
import { beat, type Pulse } from './pulse.ts';
import type { ScalarCall } from './scalar-call.ts';

/** The accumulators of all groups of one call, filled from columns: here or in another process. */
export interface GroupAccumulators {
  /** Adds rows; null for all in the first group. Errors: UdfError UDF_FAILED. */
  update(
    args: readonly CallArgument[],
    rows: number,
    groupIds: Int32Array | null,
    groups: number,
  ): void;
  /** The results of the groups, in memory of `region`. Errors: UdfError UDF_FAILED, UDF_RESULT, UDF_ACCUMULATOR. */
  results(groups: number, region: Region): Column;
  /** Adds the rows of other tasks: the i-th state belongs to group `groupIds[i]`. */
  merge(states: Column, groupIds: Int32Array | null, groups: number): void;
  /** The accumulators of the groups as values of their type. Errors: UdfError UDF_ACCUMULATOR. */
  states(groups: number, region: Region): Column;
  /** Forgets all groups. */
  reset(): void;
}

/** Accumulators in this thread. */
export class AggregateGroups implements GroupAccumulators {
  readonly #call: ScalarCall;
  readonly #made: Accumulators;
  readonly #loop: AggregateLoop;
  readonly #pulse: Pulse;
  readonly #accumulators: unknown[] = [];
  /** Whether rows were added, not accumulators that were found good. */
  #hasRows = false;

  constructor(call: ScalarCall, aggregator: Aggregator, pulse: Pulse) {
    this.#call = call;
    this.#made = new Accumulators(call, aggregator);
    this.#loop = new AggregateLoop(call, aggregator, pulse);
    this.#pulse = pulse;
  }

  update(
    args: readonly CallArgument[],
    rows: number,
    groupIds: Int32Array | null,
    groups: number,
  ): void {
    this.#ensure(groups);
    this.#hasRows = true;
    this.#loop.run(args.map(argumentOf), rows, groupIds, this.#accumulators);
  }

  merge(states: Column, groupIds: Int32Array | null, groups: number): void {
    this.#ensure(groups);
    for (let i = 0; i < states.length; i++) {
      beat(this.#pulse);
      const group = groupIds === null ? 0 : groupIds[i]!;
      this.#made.merge(this.#accumulators[group], states.get(i));
    }
  }

  states(groups: number, region: Region): Column {
    const { accumulator } = this.#call.body;
    assert(accumulator !== null, 'accumulators with a type are merged');
    this.#ensure(groups);
    const builder = builderFor(accumulator, region, groups);
    for (let group = 0; group < groups; group++) {
      beat(this.#pulse);
      builder.append(this.#made.stateOf(this.#accumulators[group]));
    }
    return builder.finish();
  }

  results(groups: number, region: Region): Column {
    this.#ensure(groups);
    const { name, result: type } = this.#call;
    const convert = resultConverter(type, name);
    const builder = builderFor(type, region, groups);
    for (let group = 0; group < groups; group++) {
      beat(this.#pulse);
      const accumulator = this.#accumulators[group];
      if (this.#hasRows) this.#made.check(accumulator);
      const result = this.#made.valueOf(accumulator);
      let value: unknown;
      try {
        value = convert(result);
      } catch (cause) {
        throw udfBadCall(this.#call, { result, cause }, []);
      }
      builder.append(value);
    }
    return builder.finish();
  }

  reset(): void {
    this.#accumulators.length = 0;
    this.#hasRows = false;
  }

  #ensure(groups: number): void {
    while (this.#accumulators.length < groups) {
      this.#accumulators.push(this.#made.create());
    }
  }
}
