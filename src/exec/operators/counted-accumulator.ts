import type { RowAccumulator } from '../../functions/definition.ts';
import type { CallMeter } from '../../udf/metrics.ts';

/** One call in so many is timed, and stands for the others: a clock for each would cost as much. */
const TIMED_EVERY = 64;

/**
 * An accumulator of a user's function whose calls are counted: each row is one, but for a function
 * of columns, which is called when its value is asked for.
 */
export function countedAccumulator(
  accumulator: RowAccumulator,
  meter: CallMeter,
  takesColumns: boolean,
): RowAccumulator {
  let count = 0;
  const timed = <T>(calls: number, rows: number, call: () => T): T => {
    meter.calls += calls;
    meter.rows += rows;
    if (count++ % TIMED_EVERY !== 0) return call();
    const start = performance.now();
    const result = call();
    meter.timeMs += (performance.now() - start) * TIMED_EVERY;
    return result;
  };
  const { retract } = accumulator;
  return {
    ...accumulator,
    add: (values) => timed(takesColumns ? 0 : 1, 1, () => accumulator.add(values)),
    ...(retract === undefined
      ? {}
      : { retract: (values) => timed(1, 0, () => retract.call(accumulator, values)) }),
    value: () => timed(takesColumns ? 1 : 0, 0, () => accumulator.value()),
  };
}
