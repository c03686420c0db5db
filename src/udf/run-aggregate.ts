import { toExternal } from '../columnar/rows.ts';
import { notImplemented, udfError } from '../common/errors.ts';
import type { AggregateSite, RowAccumulator } from '../functions/definition.ts';
import { printType } from '../types/print.ts';
import { udfBadResult, udfFailed } from './errors.ts';
import type { FunctionContext } from './function-context.ts';
import type { AggregateFunction } from './kinds.ts';
import { loadTarget } from './load.ts';
import { type ResultConverter, resultConverter } from './loops/results.ts';
import type { ScalarCall } from './scalar-call.ts';

type Aggregator = Pick<AggregateFunction, 'createAccumulator' | 'getValue' | 'open' | 'close'> & {
  accumulate(accumulator: unknown, ...args: readonly unknown[]): void;
};

const METHODS = ['createAccumulator', 'accumulate', 'getValue'] as const;

/** An aggregate function that is loaded and opened in this thread, for one pipeline. */
export class AggregateRunner {
  readonly #call: ScalarCall;
  readonly #aggregator: Aggregator;
  readonly #tick: () => void;

  private constructor(call: ScalarCall, aggregator: Aggregator, tick: () => void) {
    this.#call = call;
    this.#aggregator = aggregator;
    this.#tick = tick;
  }

  /**
   * Loads and opens the function; `tick` is called every 64 rows. Errors: UdfError
   * UDF_MODULE_FAILED, UDF_LOAD_FAILED, UDF_FAILED.
   */
  static async open(
    call: ScalarCall,
    context: FunctionContext,
    tick: () => void,
  ): Promise<AggregateRunner> {
    const { name } = call;
    const target = await loadTarget(name, call.body);
    const missing = METHODS.find((method) => typeof Reflect.get(target, method) !== 'function');
    if (missing !== undefined) {
      const reason = `it has no method '${missing}'`;
      throw udfError('UDF_LOAD_FAILED', { name, reason }, { functionName: name });
    }
    // Checked by the lines above.
    const aggregator = target as Aggregator;
    try {
      await aggregator.open?.(context);
    } catch (cause) {
      throw udfFailed(`${name}.open`, cause, []);
    }
    return new AggregateRunner(call, aggregator, tick);
  }

  /** The accumulator of one group. Errors of all methods: UdfError UDF_FAILED, UDF_RESULT. */
  accumulator({ types }: AggregateSite): RowAccumulator {
    const readers = types.map((type) => toExternal(type));
    const convert = resultConverter(this.#call.result, this.#call.name);
    const guard = <T>(args: readonly unknown[], f: () => T): T => {
      try {
        return f();
      } catch (cause) {
        throw udfFailed(this.#call.name, cause, args);
      }
    };
    const state = guard([], () => this.#aggregator.createAccumulator());
    let rows = 0;
    return {
      add: (values) => {
        if ((rows++ & 63) === 0) this.#tick();
        const args = values.map((value, i) => readers[i]!(value));
        guard(args, () => this.#aggregator.accumulate(state, ...args));
      },
      value: () =>
        this.#converted(
          convert,
          guard([], () => this.#aggregator.getValue(state)),
        ),
      merge: unmergeable,
      state: unmergeable,
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

  #converted(convert: ResultConverter, result: unknown): unknown {
    try {
      return convert(result);
    } catch {
      const { name, result: type } = this.#call;
      throw udfBadResult(name, printType(type), result, []);
    }
  }
}

/** Plans with user-defined aggregates group all rows of a group at once. */
function unmergeable(): never {
  throw notImplemented('Merging the accumulators of a user-defined aggregate function');
}
