import type { Region } from '../columnar/arena/region.ts';
import { toExternal } from '../columnar/rows.ts';
import { notImplemented } from '../common/errors.ts';
import type { AggregateSite, RowAccumulator } from '../functions/definition.ts';
import { Accumulators } from './accumulators.ts';
import { AggregateGroups } from './aggregate-groups.ts';
import { type Aggregator, loadAggregator, requireOver } from './aggregator.ts';
import { ArrowAggregator } from './arrow-aggregator.ts';
import { udfBadCall, udfFailed } from './errors.ts';
import type { FunctionContext } from './function-context.ts';
import { type ResultConverter, resultConverter } from './loops/results.ts';
import { BEAT_ROWS, beat, type Pulse } from './pulse.ts';
import type { ScalarCall } from './scalar-call.ts';

/** An aggregate function that is loaded and opened in this thread, for one pipeline. */
export class AggregateRunner {
  readonly #call: ScalarCall;
  readonly #aggregator: Aggregator | ArrowAggregator;
  readonly #pulse: Pulse;
  /** Null for functions of columns. */
  readonly #accumulators: Accumulators | null;

  private constructor(call: ScalarCall, aggregator: Aggregator | ArrowAggregator, pulse: Pulse) {
    this.#call = call;
    this.#aggregator = aggregator;
    this.#pulse = pulse;
    this.#accumulators =
      aggregator instanceof ArrowAggregator ? null : new Accumulators(call, aggregator);
  }

  /**
   * Loads and opens the function; `pulse` beats every 64 rows. Errors: UdfError
   * UDF_MODULE_FAILED, UDF_LOAD_FAILED, UDF_FAILED.
   */
  static async open(
    call: ScalarCall,
    context: FunctionContext,
    region: Region,
    pulse: Pulse,
  ): Promise<AggregateRunner> {
    const aggregator =
      call.body.funcType === 'arrow'
        ? await ArrowAggregator.load(call, region)
        : await loadAggregator(call);
    try {
      await aggregator.open?.(context);
    } catch (cause) {
      throw udfFailed(`${call.name}.open`, cause, []);
    }
    return new AggregateRunner(call, aggregator, pulse);
  }

  /** The accumulators of the groups of a call, filled from columns; null if it takes rows alone. */
  get createGroups(): (() => AggregateGroups) | null {
    const aggregator = this.#aggregator;
    if (aggregator instanceof ArrowAggregator) return null;
    return () => new AggregateGroups(this.#call, aggregator, this.#pulse);
  }

  /** Whether rows can be taken out of an accumulator again. */
  get retracts(): boolean {
    return this.#aggregator.retract !== undefined;
  }

  /** The accumulator of one group. Errors of all methods: UdfError UDF_FAILED, UDF_RESULT. */
  accumulator(site: Pick<AggregateSite, 'types'>): RowAccumulator {
    const convert = resultConverter(this.#call.result, this.#call.name);
    const aggregator = this.#aggregator;
    const isArrow = aggregator instanceof ArrowAggregator;
    const made = this.#accumulators;
    const state =
      made === null ? this.#guard([], () => aggregator.createAccumulator()) : made.create();
    let isChecked = made === null;
    // Once is enough: sliding frames ask for the value of each row.
    const check = () => {
      if (!isChecked) made?.check(state);
      isChecked = true;
    };
    const value = () => {
      check();
      const given = this.#guard([], () =>
        isArrow ? aggregator.getValue(state, site.types) : aggregator.getValue(state),
      );
      return this.#converted(convert, given);
    };
    const merging = (): Accumulators => {
      if (made === null) throw notImplemented('Merging the accumulators of an arrow function');
      check();
      return made;
    };
    // Columns are made of values as the engine has them.
    const readers = isArrow ? null : site.types.map((type) => toExternal(type));
    const counted = (f: (state: unknown, ...args: readonly unknown[]) => unknown) => {
      let rows = 0;
      return (values: readonly unknown[]): void => {
        if ((rows++ & (BEAT_ROWS - 1)) === 0) beat(this.#pulse);
        if (this.#call.body.required.some((i) => values[i] === null)) return;
        const args = readers === null ? values : values.map((given, i) => readers[i]!(given));
        this.#guard(args, () => requireOver(f(state, ...args)));
      };
    };
    const { retract } = aggregator;
    return {
      add: counted((...args) => aggregator.accumulate(...args)),
      ...(retract === undefined
        ? {}
        : { retract: counted((...args) => retract.apply(aggregator, args)) }),
      value,
      merge: ([other]) => merging().merge(state, other),
      state: () => [merging().stateOf(state)],
    };
  }

  /** Calls the function's `close`. Errors: UdfError UDF_FAILED. */
  async close(): Promise<void> {
    try {
      await this.#aggregator.close?.();
    } catch (cause) {
      throw udfFailed(`${this.#call.name}.close`, cause, []);
    }
  }

  #guard<T>(args: readonly unknown[], f: () => T): T {
    try {
      return f();
    } catch (cause) {
      throw udfFailed(this.#call.name, cause, args);
    }
  }

  #converted(convert: ResultConverter, result: unknown): unknown {
    try {
      return convert(result);
    } catch (cause) {
      throw udfBadCall(this.#call, { result, cause }, []);
    }
  }
}
