import type { RowAccumulator, UdfBody } from '../../functions/definition.ts';
import type { CallMeter } from '../../udf/metrics.ts';

/** One call in so many is timed, and stands for the others: a clock for each would cost as much. */
const TIMED_EVERY = 64;

/**
 * Counts the calls of a user's function whose accumulators take row by row. Each row is a call, but
 * of a function of columns, which is called when its value is asked for.
 */
export class AccumulatorCounter {
  readonly #meter: CallMeter;
  readonly #required: readonly number[];
  readonly #takesColumns: boolean;
  #adds = 0;
  #values = 0;

  constructor({ funcType, required }: UdfBody, meter: CallMeter) {
    this.#meter = meter;
    this.#required = required;
    this.#takesColumns = funcType === 'arrow';
  }

  /** The accumulator, counted. */
  counted(accumulator: RowAccumulator): RowAccumulator {
    const { retract } = accumulator;
    const taken = (values: readonly unknown[], take: () => void): void => {
      const lacks = this.#required.some((i) => values[i] === null);
      if (!this.#takesColumns && !lacks) this.#meter.calls++;
      this.#timed(this.#adds++, take);
    };
    return {
      ...accumulator,
      add: (values) => {
        this.#meter.rows++;
        taken(values, () => accumulator.add(values));
      },
      ...(retract === undefined
        ? {}
        : {
            retract: (values) => taken(values, () => retract.call(accumulator, values)),
          }),
      value: () => {
        if (this.#takesColumns) this.#meter.calls++;
        return this.#timed(this.#values++, () => accumulator.value());
      },
    };
  }

  #timed<T>(count: number, call: () => T): T {
    if (count % TIMED_EVERY !== 0) return call();
    const start = performance.now();
    const result = call();
    this.#meter.timeMs += (performance.now() - start) * TIMED_EVERY;
    return result;
  }
}
