import { AsyncRun, type AsyncSite } from './async-run.ts';
import { udfFailed } from './errors.ts';
import type { FunctionContext } from './function-context.ts';
import { KnownResults } from './known-results.ts';
import { type LoadedFunction, loadFunction } from './load.ts';
import { argumentOf, type CallArgument } from './loops/arguments.ts';
import type { CallMeter } from './metrics.ts';
import type { ScalarCall } from './scalar-call.ts';

/** An async scalar function that is loaded and opened in this thread, for one pipeline. */
export class AsyncRunner {
  readonly #site: AsyncSite;
  readonly #loaded: LoadedFunction;

  private constructor(call: ScalarCall, loaded: LoadedFunction, meter: CallMeter) {
    const known = call.body.deterministic ? new KnownResults() : null;
    this.#site = { call, fn: loaded.call, known, meter };
    this.#loaded = loaded;
  }

  /** Loads and opens the function. Errors: UdfError UDF_MODULE_FAILED, UDF_LOAD_FAILED, UDF_FAILED. */
  static async open(
    call: ScalarCall,
    context: FunctionContext,
    meter: CallMeter,
  ): Promise<AsyncRunner> {
    const loaded = await loadFunction(call.name, call.body);
    try {
      await loaded.open(context);
    } catch (cause) {
      throw udfFailed(`${call.name}.open`, cause, []);
    }
    return new AsyncRunner(call, loaded, meter);
  }

  /**
   * Starts the calls for the rows of a batch, which must stay until they are over; `ended` is
   * called for each row that has its result.
   */
  start(args: readonly CallArgument[], rows: number, ended: (row: number) => void): AsyncRun {
    return new AsyncRun(this.#site, args.map(argumentOf), rows, ended);
  }

  /** Calls the function's `close`. Errors: UdfError UDF_FAILED. */
  async close(): Promise<void> {
    try {
      await this.#loaded.close();
    } catch (cause) {
      throw udfFailed(`${this.#site.call.name}.close`, cause, []);
    }
  }
}
