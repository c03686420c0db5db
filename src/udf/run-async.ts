import { setTimeout as sleep } from 'node:timers/promises';
import type { Region } from '../columnar/arena/region.ts';
import type { Column } from '../columnar/column.ts';
import { assert } from '../common/assert.ts';
import { ResourceError, udfError } from '../common/errors.ts';
import type { AsyncCalls } from '../functions/definition.ts';
import { printType } from '../types/print.ts';
import { udfBadResult, udfFailed } from './errors.ts';
import type { FunctionContext } from './kinds.ts';
import { type LoadedFunction, loadFunction } from './load.ts';
import { type Argument, argumentOf, type CallArgument } from './loops/arguments.ts';
import { resultConverter, resultWriter } from './loops/results.ts';
import type { ScalarCall } from './run-scalar.ts';

/** An async scalar function that is loaded and opened in this thread, for one pipeline. */
export class AsyncRunner {
  readonly #call: ScalarCall;
  readonly #loaded: LoadedFunction;

  private constructor(call: ScalarCall, loaded: LoadedFunction) {
    this.#call = call;
    this.#loaded = loaded;
  }

  /** Loads and opens the function. Errors: UdfError UDF_MODULE_FAILED, UDF_LOAD_FAILED, UDF_FAILED. */
  static async open(call: ScalarCall, context: FunctionContext): Promise<AsyncRunner> {
    const loaded = await loadFunction(call.name, call.body);
    try {
      await loaded.open(context);
    } catch (cause) {
      throw udfFailed(`${call.name}.open`, cause, []);
    }
    return new AsyncRunner(call, loaded);
  }

  /** Starts the calls for the rows of a batch, which must stay until they are over. */
  start(args: readonly CallArgument[], rows: number): AsyncRun {
    return new AsyncRun(this.#call, this.#loaded.call, args.map(argumentOf), rows);
  }

  /** Calls the function's `close`. Errors: UdfError UDF_FAILED. */
  async close(): Promise<void> {
    try {
      await this.#loaded.close();
    } catch (cause) {
      throw udfFailed(`${this.#call.name}.close`, cause, []);
    }
  }
}

/** The calls for one batch: a limited number under way at once, the results in the order of rows. */
export class AsyncRun {
  readonly #call: ScalarCall;
  readonly #fn: LoadedFunction['call'];
  readonly #args: readonly Argument[];
  readonly #rows: number;
  readonly #options: AsyncCalls;
  readonly #results: unknown[];
  /** Resolves when nothing is under way any more. */
  readonly over: Promise<void>;
  #next = 0;
  #isOver = false;
  #error: { readonly cause: unknown } | null = null;

  constructor(
    call: ScalarCall,
    fn: LoadedFunction['call'],
    args: readonly Argument[],
    rows: number,
  ) {
    const { async } = call.body;
    assert(async !== null, 'the function is async');
    this.#call = call;
    this.#fn = fn;
    this.#args = args;
    this.#rows = rows;
    this.#options = async;
    this.#results = new Array<unknown>(rows).fill(null);
    const lanes = Math.min(async.concurrency, rows);
    const ended = Promise.all(Array.from({ length: lanes }, () => this.#lane()));
    this.over = ended.then(() => {
      this.#isOver = true;
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Starts no further call. */
  stop(): void {
    this.#next = this.#rows;
  }

  /** The results, in memory of `region`. Errors: UdfError UDF_FAILED, UDF_RESULT, UDF_CALL_TIMEOUT. */
  results(region: Region): Column {
    assert(this.#isOver, 'all calls are over');
    if (this.#error !== null) throw this.#error.cause;
    const { name, result } = this.#call;
    const writer = resultWriter(result, this.#rows, region, resultConverter(result, name));
    for (let row = 0; row < this.#rows; row++) {
      try {
        writer.other(row, this.#results[row]);
      } catch (cause) {
        if (cause instanceof ResourceError) throw cause;
        throw udfBadResult(name, printType(result), this.#results[row], this.#argumentsOf(row));
      }
    }
    return writer.finish();
  }

  async #lane(): Promise<void> {
    while (this.#next < this.#rows) await this.#callRow(this.#next++);
  }

  async #callRow(row: number): Promise<void> {
    const { attempts, delayMs } = this.#options;
    for (let attempt = 1; ; attempt++) {
      try {
        this.#results[row] = await this.#attempt(row);
        return;
      } catch (cause) {
        if (attempt >= attempts) {
          this.#error ??= { cause: udfFailed(this.#call.name, cause, this.#argumentsOf(row)) };
          this.stop();
          return;
        }
        await sleep(delayMs);
      }
    }
  }

  async #attempt(row: number): Promise<unknown> {
    const args = this.#argumentsOf(row);
    const { timeoutMs } = this.#options;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const { name } = this.#call;
      const error = udfError('UDF_CALL_TIMEOUT', { name, timeoutMs }, { functionName: name, args });
      late.reject(error);
    }, timeoutMs);
    try {
      return await Promise.race([this.#fn(...args), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  #argumentsOf(row: number): readonly unknown[] {
    return this.#args.map((arg) => arg.at(row));
  }
}
