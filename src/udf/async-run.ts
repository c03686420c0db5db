import { setTimeout as sleep } from 'node:timers/promises';
import type { Region } from '../columnar/arena/region.ts';
import type { Column } from '../columnar/column.ts';
import { assert } from '../common/assert.ts';
import { ResourceError, udfError } from '../common/errors.ts';
import type { RecentlyUsed } from '../common/recently-used.ts';
import type { AsyncCalls } from '../functions/definition.ts';
import { printType } from '../types/print.ts';
import { udfBadResult, udfFailed } from './errors.ts';
import type { LoadedFunction } from './load.ts';
import type { Argument } from './loops/arguments.ts';
import { resultConverter, resultWriter } from './loops/results.ts';
import type { ScalarCall } from './scalar-call.ts';
import { textKey } from './value-key.ts';

/** What a call has returned: kept for the same arguments. */
export interface KnownResult {
  readonly value: unknown;
}

/** What the runs of one call have in common. */
export interface AsyncSite {
  readonly call: ScalarCall;
  readonly fn: LoadedFunction['call'];
  /** Results by argument; null: every row is called. */
  readonly known: RecentlyUsed<KnownResult> | null;
}

/**
 * The calls for one batch: a limited number under way at once. Rows of the same arguments share one
 * call where the function is deterministic.
 */
export class AsyncRun {
  readonly #site: AsyncSite;
  readonly #args: readonly Argument[];
  readonly #rows: number;
  readonly #options: AsyncCalls;
  readonly #results: unknown[];
  readonly #ended: (row: number) => void;
  /** Rows that wait for the call of another row. */
  readonly #waiting = new Map<string, number[]>();
  /** Resolves when nothing is under way any more. */
  readonly over: Promise<void>;
  #next = 0;
  #isOver = false;
  #error: { readonly cause: unknown } | null = null;

  /** `ended` is called for each row that has its result. */
  constructor(
    site: AsyncSite,
    args: readonly Argument[],
    rows: number,
    ended: (row: number) => void,
  ) {
    const { async } = site.call.body;
    assert(async !== null, 'the function is async');
    this.#site = site;
    this.#args = args;
    this.#rows = rows;
    this.#options = async;
    this.#ended = ended;
    this.#results = new Array<unknown>(rows).fill(null);
    const lanes = Math.min(async.concurrency, rows);
    const all = Promise.all(Array.from({ length: lanes }, () => this.#lane()));
    this.over = all.then(() => {
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

  /** Throws what ended the calls early. Errors: UdfError UDF_FAILED, UDF_CALL_TIMEOUT. */
  check(): void {
    if (this.#error !== null) throw this.#error.cause;
  }

  /** The results of rows that have theirs, in memory of `region`. Errors: UdfError UDF_RESULT. */
  results(rows: Int32Array, region: Region): Column {
    const { name, result } = this.#site.call;
    const convert = resultConverter(result, name);
    const writer = resultWriter(result, rows.length, region, convert);
    for (const [at, row] of rows.entries()) {
      try {
        writer.other(at, this.#results[row]);
      } catch (cause) {
        if (cause instanceof ResourceError) throw cause;
        throw udfBadResult(name, printType(result), this.#results[row], this.#argumentsOf(row));
      }
    }
    return writer.finish();
  }

  async #lane(): Promise<void> {
    while (this.#next < this.#rows) {
      const row = this.#next++;
      const args = this.#argumentsOf(row);
      if (this.#site.call.body.required.some((i) => args[i] === null)) this.#end(row, null);
      else if (this.#site.known === null) await this.#callRow(row, args);
      else await this.#callOnce(row, args, this.#site.known);
    }
  }

  async #callOnce(
    row: number,
    args: readonly unknown[],
    known: RecentlyUsed<KnownResult>,
  ): Promise<void> {
    const key = textKey(args);
    const result = known.get(key);
    if (result !== null) return this.#end(row, result.value);
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) {
      waiting.push(row);
      return;
    }
    const others: number[] = [];
    this.#waiting.set(key, others);
    await this.#callRow(row, args);
    if (this.#error !== null) return;
    const value = this.#results[row];
    known.put(key, { value });
    this.#waiting.delete(key);
    for (const other of others) this.#end(other, value);
  }

  async #callRow(row: number, args: readonly unknown[]): Promise<void> {
    const { attempts, delayMs, backoff, maxDelayMs } = this.#options;
    for (let attempt = 1; ; attempt++) {
      try {
        this.#end(row, await this.#attempt(args));
        return;
      } catch (cause) {
        if (attempt >= attempts || this.#error !== null) {
          this.#error ??= { cause: udfFailed(this.#site.call.name, cause, args) };
          this.stop();
          return;
        }
        await sleep(Math.min(maxDelayMs, delayMs * backoff ** (attempt - 1)));
      }
    }
  }

  async #attempt(args: readonly unknown[]): Promise<unknown> {
    const { timeoutMs } = this.#options;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const { name } = this.#site.call;
      const error = udfError('UDF_CALL_TIMEOUT', { name, timeoutMs }, { functionName: name, args });
      late.reject(error);
    }, timeoutMs);
    try {
      return await Promise.race([this.#site.fn(...args), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  #end(row: number, result: unknown): void {
    this.#results[row] = result;
    this.#ended(row);
  }

  #argumentsOf(row: number): readonly unknown[] {
    return this.#args.map((arg) => arg.at(row));
  }
}
