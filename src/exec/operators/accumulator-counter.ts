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
  readonly #timedEvery: number;
  #adds = 0;
  #values = 0;

  constructor({ funcType, required, isolation }: UdfBody, meter: CallMeter) {
    this.#meter = meter;
    this.#required = required;
    this.#takesColumns = funcType === 'arrow';
    // Few calls go to another process, with the rows of the others: they stand for themselves.
    this.#timedEvery = isolation === null ? TIMED_EVERY : 1;
  }

  /** The accumulator, counted. No closure is made for a row: it would cost more than to count. */
  counted(accumulator: RowAccumulator): RowAccumulator {
    const { retract } = accumulator;
    return {
      ...accumulator,
      add: (values) => {
        this.#meter.rows++;
        this.#count(values);
        const isTimed = this.#adds++ % this.#timedEvery === 0;
        const start = isTimed ? performance.now() : 0;
        accumulator.add(values);
        if (isTimed) this.#time(start);
      },
      ...(retract === undefined
        ? {}
        : {
            retract: (values) => {
              this.#count(values);
              const isTimed = this.#adds++ % this.#timedEvery === 0;
              const start = isTimed ? performance.now() : 0;
              retract.call(accumulator, values);
              if (isTimed) this.#time(start);
            },
          }),
      value: () => {
        if (this.#takesColumns) this.#meter.calls++;
        const isTimed = this.#values++ % this.#timedEvery === 0;
        const start = isTimed ? performance.now() : 0;
        const value = accumulator.value();
        if (isTimed) this.#time(start);
        return value;
      },
    };
  }

  #count(values: readonly unknown[]): void {
    if (this.#takesColumns) return;
    for (const i of this.#required) if (values[i] === null) return;
    this.#meter.calls++;
  }

  #time(start: number): void {
    this.#meter.timeMs += (performance.now() - start) * this.#timedEvery;
  }
}
