/** What `open` gets. */
export interface FunctionContext {
  /** A job parameter of the configuration (`pipeline.global-job-parameters` and `SET`), or the default. */
  getJobParameter(key: string, defaultValue: string): string;
}

/** A class-based scalar function: one value of one row. */
export abstract class ScalarFunction {
  abstract eval(...args: readonly never[]): unknown;
  /** Called once in each worker before the first row. */
  open?(context: FunctionContext): void | Promise<void>;
  /** Called once in each worker after the last row. */
  close?(): void | Promise<void>;
  /** Whether equal arguments give equal results. Default: true. */
  isDeterministic(): boolean {
    return true;
  }
}

/** A class-based scalar function that waits for the outside world. */
export abstract class AsyncScalarFunction {
  abstract eval(...args: readonly never[]): Promise<unknown>;
  open?(context: FunctionContext): void | Promise<void>;
  close?(): void | Promise<void>;
  isDeterministic(): boolean {
    return true;
  }
}

/** A class-based table function: rows of one row. */
export abstract class TableFunction {
  abstract eval(...args: readonly never[]): Iterable<unknown>;
  open?(context: FunctionContext): void | Promise<void>;
  close?(): void | Promise<void>;
  isDeterministic(): boolean {
    return true;
  }
}

/** A class-based aggregate function: one value of many rows. */
export abstract class AggregateFunction<Accumulator = unknown> {
  abstract createAccumulator(): Accumulator;
  abstract accumulate(accumulator: Accumulator, ...args: readonly never[]): void;
  abstract getValue(accumulator: Accumulator): unknown;
  /** Takes a row back out; needed where input rows can be taken back. */
  retract?(accumulator: Accumulator, ...args: readonly never[]): void;
  /** Takes other accumulators in; needed where groups are combined. */
  merge?(accumulator: Accumulator, others: Iterable<Accumulator>): void;
  open?(context: FunctionContext): void | Promise<void>;
  close?(): void | Promise<void>;
  isDeterministic(): boolean {
    return true;
  }
}

/** A class-based table aggregate function: rows of many rows. */
export abstract class TableAggregateFunction<Accumulator = unknown> {
  abstract createAccumulator(): Accumulator;
  abstract accumulate(accumulator: Accumulator, ...args: readonly never[]): void;
  abstract emitValue(accumulator: Accumulator): Iterable<unknown>;
  open?(context: FunctionContext): void | Promise<void>;
  close?(): void | Promise<void>;
  isDeterministic(): boolean {
    return true;
  }
}
