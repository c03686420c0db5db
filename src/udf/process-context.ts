import type { DataType } from '../types/data-type.ts';
import type { FunctionContext } from './function-context.ts';
import type { SqlResult, SqlValue } from './sql-values.ts';
import type { ListView, MapView } from './views.ts';

/** One state of a process table function as it is declared; each partition has its own. */
export type StateType =
  | { readonly value: DataType }
  | { readonly list: DataType }
  | { readonly map: readonly [key: DataType, value: DataType] };

/** The states of a function by name. */
export type StateTypes = Readonly<Record<string, StateType>>;

/** One value of a partition. */
export interface ValueState<T, Given = T> {
  /** What was kept last; null before. */
  value(): T | null;
  /** Keeps a value. Errors: UdfError UDF_STATE for one of another type. */
  update(value: Given | null): void;
  /** Forgets the value. */
  clear(): void;
}

/** The states of a partition. */
export type States<S extends StateTypes> = { readonly [K in keyof S]: StateOf<S[K]> };

type StateOf<S extends StateType> = S extends { readonly value: infer T extends DataType }
  ? ValueState<NonNullable<SqlValue<T>>, NonNullable<SqlResult<T>>>
  : S extends { readonly list: infer T extends DataType }
    ? ListView<SqlValue<T>>
    : S extends { readonly map: readonly [infer K extends DataType, infer V extends DataType] }
      ? MapView<SqlValue<K>, SqlValue<V>>
      : never;

/** How the rows of a table argument come. */
export interface TableSemantics {
  readonly partitionBy: readonly string[];
  readonly orderBy: readonly string[];
  /** The column of `on_time`; null without it. */
  readonly timeColumn: string | null;
}

/** What `eval` of a process table function gets besides its arguments. */
export interface ProcessContext<S extends StateTypes = StateTypes> {
  /** The states of the row's partition. */
  readonly state: States<S>;
  /** Empties one state. */
  clearState(name: keyof S & string): void;
  /** Empties all states. */
  clearAllState(): void;
  /** Empties all states and removes all timers. */
  clearAll(): void;
  /** The times of the partition: those of the column that `on_time` names, else instants. */
  timeContext(): TimeContext;
  /** How the rows of a table argument come. */
  tableSemanticsFor(argument: string): TableSemantics;
  /** What `open` got: job parameters, metrics, the cache folder. */
  getFunctionContext(): FunctionContext;
}

/** What `onTimer` gets. */
export interface OnTimerContext<S extends StateTypes = StateTypes> extends ProcessContext<S> {
  /** The name of the timer; null when it has none. */
  currentTimer(): string | null;
}

/**
 * The times of a partition. They are `Temporal.PlainDateTime` or `Temporal.Instant` by the column
 * that `on_time` names, instants without it; what registers them may also be a Date or ISO text.
 */
export interface TimeContext {
  /** The time of the row, or of the timer; null without `on_time`. */
  time(): unknown;
  /** How far time is known to have come: null, as rows of a batch come without watermarks. */
  currentWatermark(): unknown;
  /** Calls `onTimer` at a time; a later timer of the same name takes the place of an earlier one. */
  registerOnTime(time: unknown): void;
  /** The same under a name. */
  registerOnTime(name: string, time: unknown): void;
  /** Removes the timer of a name (any text), or the one without a name at a time. */
  clearTimer(nameOrTime: unknown): void;
  /** Removes all timers. */
  clearAllTimers(): void;
}
