import type { FunctionContext } from './function-context.ts';

export { ListView, MapView } from './views.ts';

/** A class-based scalar function: one value of one row. */
export abstract class ScalarFunction {
  /** The value of a row, whose arguments are the parameters. */
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
  /** The value of a row, whose arguments are the parameters. */
  abstract eval(...args: readonly never[]): Promise<unknown>;
  /** Called once in each worker before the first row. */
  open?(context: FunctionContext): void | Promise<void>;
  /** Called once in each worker after the last row. */
  close?(): void | Promise<void>;
  /** Whether equal arguments give equal results. Default: true. */
  isDeterministic(): boolean {
    return true;
  }
}

/** A class-based table function: rows of one row. */
export abstract class TableFunction {
  /** The rows of a row: a generator, or a list. */
  abstract eval(...args: readonly never[]): Iterable<unknown>;
  /** Called once in each worker before the first row. */
  open?(context: FunctionContext): void | Promise<void>;
  /** Called once in each worker after the last row. */
  close?(): void | Promise<void>;
  /** Whether equal arguments give equal results. Default: true. */
  isDeterministic(): boolean {
    return true;
  }
}

/** A class-based aggregate function: one value of many rows. */
export abstract class AggregateFunction<Accumulator = unknown> {
  /** What a group starts with. */
  abstract createAccumulator(): Accumulator;
  /** Takes a row in. */
  abstract accumulate(accumulator: Accumulator, ...args: readonly never[]): void;
  /** The value of a group. */
  abstract getValue(accumulator: Accumulator): unknown;
  /** Takes a row back out; needed where input rows can be taken back. */
  retract?(accumulator: Accumulator, ...args: readonly never[]): void;
  /** Takes other accumulators in; needed where groups are combined. */
  merge?(accumulator: Accumulator, others: Iterable<Accumulator>): void;
  /** Called once in each worker before the first row. */
  open?(context: FunctionContext): void | Promise<void>;
  /** Called once in each worker after the last row. */
  close?(): void | Promise<void>;
  /** Whether equal arguments give equal results. Default: true. */
  isDeterministic(): boolean {
    return true;
  }
}

/** A class-based table aggregate function: rows of many rows. */
export abstract class TableAggregateFunction<Accumulator = unknown> {
  /** What a group starts with. */
  abstract createAccumulator(): Accumulator;
  /** Takes a row in. */
  abstract accumulate(accumulator: Accumulator, ...args: readonly never[]): void;
  /** The rows of a group; a row of one column may be its value. */
  emitValue?(accumulator: Accumulator): Iterable<unknown>;
  /** The same by changes, where `emitValue` is missing: rows that are retracted were collected before. */
  emitUpdateWithRetract?(accumulator: Accumulator, out: RetractableCollector): void;
  /** Takes a row back out; needed where input rows can be taken back. */
  retract?(accumulator: Accumulator, ...args: readonly never[]): void;
  /** Takes other accumulators in; needed where groups are combined. */
  merge?(accumulator: Accumulator, others: Iterable<Accumulator>): void;
  /** Called once in each worker before the first row. */
  open?(context: FunctionContext): void | Promise<void>;
  /** Called once in each worker after the last row. */
  close?(): void | Promise<void>;
  /** Whether equal arguments give equal results. Default: true. */
  isDeterministic(): boolean {
    return true;
  }
}

/**
 * A class-based process table function: rows of tables, with states and timers for each partition.
 */
export abstract class ProcessTableFunction {
  /** Called for each row of each table; returns the rows that it makes, if any. */
  abstract eval(context: never, args: never): unknown;
  /** Called when a timer's time has come. */
  onTimer?(context: never): unknown;
  /** Called once before the first row. */
  open?(context: FunctionContext): void | Promise<void>;
  /** Called at the end, also after a failure. */
  close?(): void | Promise<void>;
  /** Whether the same rows give the same rows. */
  isDeterministic(): boolean {
    return true;
  }
}

/** Takes the rows of a table aggregate function. */
export interface RetractableCollector<Row = unknown> {
  /** Gives a row. */
  collect(row: Row): void;
  /** Takes a row back that was collected. */
  retract(row: Row): void;
}
