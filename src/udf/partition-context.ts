import { toExternal } from '../columnar/rows.ts';
import { showValue } from '../columnar/show-value.ts';
import { toInternal } from '../columnar/to-internal.ts';
import { didYouMean } from '../common/diagnostics.ts';
import { udfError } from '../common/errors.ts';
import { isTableError } from '../common/thrown.ts';
import { comparatorOf } from '../functions/compare.ts';
import type { DataType } from '../types/data-type.ts';
import { timestampLtz } from '../types/types.ts';
import type { FunctionContext } from './function-context.ts';
import type { OnTimerContext, TableSemantics, TimeContext } from './process-context.ts';
import { newStates } from './process-state.ts';
import type { ProcessCall } from './run-process.ts';
import { Timers } from './timers.ts';

/** What a process table function sees of one partition. Its methods may be taken out of it. */
export class PartitionContext implements OnTimerContext, TimeContext {
  readonly timers: Timers;
  /** The time of the row or timer that is at work, as an internal value; null without `on_time`. */
  now: unknown = null;
  /** The name of the timer that is at work. */
  timer: string | null = null;
  readonly #call: ProcessCall;
  readonly #functionContext: FunctionContext;
  readonly #canWait: boolean;
  readonly #type: DataType;
  readonly #states: ReturnType<typeof newStates>;
  readonly #shown: OnTimerContext['state'];

  /**
   * `canWait`: whether there is a method for timers, and a set of rows that they end; `guard` keeps
   * the states from being replaced.
   */
  constructor(
    call: ProcessCall,
    functionContext: FunctionContext,
    canWait: boolean,
    guard: ProxyHandler<object>,
  ) {
    this.#call = call;
    this.#functionContext = functionContext;
    this.#canWait = canWait;
    this.#type = call.timeType ?? timestampLtz(3);
    this.timers = new Timers(comparatorOf(this.#type));
    this.#states = newStates(call.name, call.spec.state);
    // They are made after their declarations, which say their types.
    this.#shown = new Proxy(this.#states, guard) as unknown as OnTimerContext['state'];
  }

  get state(): OnTimerContext['state'] {
    return this.#shown;
  }

  readonly clearState = (name: string): void => {
    const state = Object.hasOwn(this.#states, name) ? this.#states[name] : undefined;
    if (state === undefined) {
      const hint = didYouMean(name, Object.keys(this.#states));
      throw this.#failed(`there is no state '${name}'`, hint);
    }
    state.clear();
  };

  readonly clearAllState = (): void => {
    for (const state of Object.values(this.#states)) state.clear();
  };

  readonly clearAll = (): void => {
    this.clearAllState();
    this.clearAllTimers();
  };

  readonly timeContext = (): TimeContext => {
    return this;
  };

  readonly tableSemanticsFor = (argument: string): TableSemantics => {
    const table = this.#call.tables.find(({ name }) => name === argument);
    if (table !== undefined) return table.semantics;
    throw this.#failed(`there is no table argument '${argument}'`);
  };

  readonly getFunctionContext = (): FunctionContext => {
    return this.#functionContext;
  };

  readonly currentTimer = (): string | null => {
    return this.timer;
  };

  readonly time = (): unknown => {
    return toExternal(this.#type)(this.now);
  };

  readonly currentWatermark = (): null => {
    return null;
  };

  readonly registerOnTime = (...args: readonly unknown[]): void => {
    if (!this.#canWait) {
      throw this.#failed(
        "timers need a method 'onTimer', and a table of sets that does not pass its columns through",
      );
    }
    const [name, time] = args.length > 1 ? args : [null, args[0]];
    if (name !== null && typeof name !== 'string')
      throw this.#failed('the name of a timer is a text');
    this.timers.register({ name, time: this.#internalTime(time) });
  };

  readonly clearTimer = (nameOrTime: unknown): void => {
    this.timers.remove(
      typeof nameOrTime === 'string'
        ? { name: nameOrTime, time: null }
        : { name: null, time: this.#internalTime(nameOrTime) },
    );
  };

  readonly clearAllTimers = (): void => {
    this.timers.clear();
  };

  #internalTime(time: unknown): unknown {
    if (time === null || time === undefined) throw this.#failed('a timer needs a time');
    try {
      return toInternal(this.#type, 'the time of a timer')(time);
    } catch (cause) {
      if (this.#call.timeType !== null || !isTableError(cause)) throw cause;
      const hint = 'Name the time column in the call: on_time => DESCRIPTOR(ts).';
      const reason = `the call has no 'on_time', so times are Temporal.Instant, not ${showValue(time)}`;
      throw this.#failed(reason, hint);
    }
  }

  #failed(reason: string, hint: string | null = null): Error {
    const { name } = this.#call;
    return udfError('UDF_PROCESS', { name, reason }, { functionName: name, hint });
  }
}
