import type { Region } from '../columnar/arena/region.ts';
import { builderFor } from '../columnar/builders/builder-for.ts';
import type { Column } from '../columnar/column.ts';
import type { Aggregator } from './aggregator.ts';
import { udfBadCall, udfFailed } from './errors.ts';
import { AggregateLoop } from './loops/aggregate-loop.ts';
import { argumentOf, type CallArgument } from './loops/arguments.ts';
import type { Tick } from './loops/generated-loop.ts';
import { resultConverter } from './loops/results.ts';
import type { ScalarCall } from './scalar-call.ts';

/** The accumulators of all groups of one call, filled from columns. */
export class AggregateGroups {
  readonly #call: ScalarCall;
  readonly #aggregator: Aggregator;
  readonly #loop: AggregateLoop;
  readonly #tick: Tick;
  readonly #accumulators: unknown[] = [];

  constructor(call: ScalarCall, aggregator: Aggregator, tick: Tick) {
    this.#call = call;
    this.#aggregator = aggregator;
    this.#loop = new AggregateLoop(call, aggregator, tick);
    this.#tick = tick;
  }

  /** Adds rows; null for all in the first group. Errors: UdfError UDF_FAILED. */
  update(
    args: readonly CallArgument[],
    rows: number,
    groupIds: Int32Array | null,
    groups: number,
  ): void {
    this.#ensure(groups);
    this.#loop.run(args.map(argumentOf), rows, groupIds, this.#accumulators);
  }

  /** The results of the groups, in memory of `region`. Errors: UdfError UDF_FAILED, UDF_RESULT. */
  results(groups: number, region: Region): Column {
    this.#ensure(groups);
    const { name, result: type } = this.#call;
    const convert = resultConverter(type, name);
    const builder = builderFor(type, region, groups);
    for (let group = 0; group < groups; group++) {
      this.#tick();
      const result = this.#guarded(() => this.#aggregator.getValue(this.#accumulators[group]));
      let value: unknown;
      try {
        value = convert(result);
      } catch {
        throw udfBadCall(this.#call, result, []);
      }
      builder.append(value);
    }
    return builder.finish();
  }

  #ensure(groups: number): void {
    while (this.#accumulators.length < groups) {
      this.#accumulators.push(this.#guarded(() => this.#aggregator.createAccumulator()));
    }
  }

  #guarded<T>(f: () => T): T {
    try {
      return f();
    } catch (cause) {
      throw udfFailed(this.#call.name, cause, []);
    }
  }
}
