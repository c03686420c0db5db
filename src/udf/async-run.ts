import { setTimeout as sleep } from 'node:timers/promises';
import type { Region } from '../columnar/arena/region.ts';
import type { Column } from '../columnar/column.ts';
import { assert } from '../common/assert.ts';
import { ResourceError, udfError } from '../common/errors.ts';
import type { AsyncCalls } from '../functions/definition.ts';
import { udfBadResult, udfFailed, udfGaveUp } from './errors.ts';
import type { KnownResults } from './known-results.ts';
import type { LoadedFunction } from './load.ts';
import type { Argument } from './loops/arguments.ts';
import { forEachChunk } from './loops/chunks.ts';
import { type ResultWriter, resultConverter, resultWriter } from './loops/results.ts';
import type { CallMeter } from './metrics.ts';
import type { ScalarCall } from './scalar-call.ts';
import { textKey } from './value-key.ts';

/** One of the calls that are under way at once. */
interface Lane {
  args: readonly unknown[];
  startedAt: number;
  /** Ends the call; null before the first one. A call that has ended takes no notice. */
  reject: ((error: Error) => void) | null;
}

/** How often at least calls are looked for that take too long. */
const EXPIRE_MS_MAX = 500;

/** What the runs of one call have in common. */
export interface AsyncSite {
  readonly call: ScalarCall;
  readonly fn: LoadedFunction['call'];
  /** Results by argument; null: every row is called. */
  readonly known: KnownResults | null;
  readonly meter: CallMeter;
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
  /** Resolves when every row has its result, or the calls ended early. */
  readonly over: Promise<void>;
  readonly #stopped = new AbortController();
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
    const lanes = Array.from({ length: Math.min(async.concurrency, rows) }, (): Lane => {
      return { args: [], startedAt: 0, reject: null };
    });
    const everyMs = Math.min(EXPIRE_MS_MAX, Math.max(1, async.timeoutMs / 10));
    const watch = setInterval(() => this.#expire(lanes), everyMs);
    const stopped = new Promise<void>((resolve) => {
      this.#stopped.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    const all = Promise.all(lanes.map((lane) => this.#lane(lane)));
    // After an error nobody waits for the calls that are under way.
    this.over = Promise.race([all, stopped]).then(() => {
      clearInterval(watch);
      this.#isOver = true;
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Starts no further call, and no further attempt. */
  stop(): void {
    this.#next = this.#rows;
    this.#stopped.abort();
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
    forEachChunk(rows.length, (from, to) => {
      for (let at = from; at < to; at++) this.#store(writer, at, rows[at]!);
      writer.chunkEnd?.(from, to);
    });
    return writer.finish();
  }

  #store(writer: ResultWriter, at: number, row: number): void {
    try {
      writer.other(at, this.#results[row]);
    } catch (cause) {
      if (cause instanceof ResourceError) throw cause;
      const { name, result } = this.#site.call;
      const bad = { result: this.#results[row], cause };
      throw udfBadResult(name, result, bad, this.#argumentsOf(row));
    }
  }

  async #lane(lane: Lane): Promise<void> {
    const { known, call } = this.#site;
    while (this.#next < this.#rows) {
      const row = this.#next++;
      const args = this.#argumentsOf(row);
      if (call.body.required.some((i) => args[i] === null)) {
        this.#end(row, null);
        continue;
      }
      const key = known?.pays === true ? textKey(args) : null;
      if (key === null || !this.#isKnown(row, key)) await this.#callRow(row, args, key, lane);
    }
  }

  /** Whether a row has a result, or will have that of a call under way. */
  #isKnown(row: number, key: string): boolean {
    const { known } = this.#site;
    const result = known?.get(key);
    if (result !== undefined) {
      this.#end(row, result.value);
      return true;
    }
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) {
      this.#waiting.set(key, []);
      return false;
    }
    known?.hit();
    waiting.push(row);
    return true;
  }

  async #callRow(
    row: number,
    args: readonly unknown[],
    key: string | null,
    lane: Lane,
  ): Promise<void> {
    const { meter } = this.#site;
    const begun = performance.now();
    for (let attempts = 1; ; attempts++) {
      try {
        meter.calls++;
        const value = await this.#attempt(args, lane);
        meter.timeMs += performance.now() - lane.startedAt;
        this.#end(row, value);
        if (key !== null) this.#share(key, value);
        return;
      } catch (cause) {
        if (this.#error !== null || this.#stopped.signal.aborted) return;
        const pause = this.#pauseAfter(attempts, performance.now() - begun);
        if (pause === null) {
          this.#fail(cause, args, attempts);
          return;
        }
        // Nobody waits for it any more when it is cut short.
        await sleep(pause, undefined, { signal: this.#stopped.signal }).catch(() => {});
      }
    }
  }

  /** How long the next attempt waits; null where there is none. */
  #pauseAfter(attempts: number, elapsed: number): number | null {
    const { delayMs, backoff, maxDelayMs, totalMs } = this.#options;
    if (attempts >= this.#options.attempts) return null;
    const pause = Math.min(maxDelayMs, delayMs * backoff ** (attempts - 1));
    return elapsed + pause < totalMs ? pause : null;
  }

  #fail(cause: unknown, args: readonly unknown[], attempts: number): void {
    const { name } = this.#site.call;
    const { totalMs } = this.#options;
    const failure = udfFailed(name, cause, args);
    const isOver = attempts >= this.#options.attempts;
    this.#error = {
      cause: isOver ? failure : udfGaveUp(name, failure, args, { attempts, totalMs }),
    };
    this.stop();
  }

  #attempt(args: readonly unknown[], lane: Lane): Promise<unknown> {
    return new Promise((resolve, reject) => {
      lane.args = args;
      lane.startedAt = performance.now();
      lane.reject = reject;
      Promise.resolve(this.#site.fn(...args)).then(resolve, reject);
    });
  }

  /** Ends the calls that take too long. A timer for each call would cost more than the call. */
  #expire(lanes: readonly Lane[]): void {
    const { timeoutMs } = this.#options;
    const { name } = this.#site.call;
    const latest = performance.now() - timeoutMs;
    for (const { startedAt, args, reject } of lanes) {
      if (startedAt > latest || reject === null) continue;
      reject(udfError('UDF_CALL_TIMEOUT', { name, timeoutMs }, { functionName: name, args }));
    }
  }

  #share(key: string, value: unknown): void {
    this.#site.known?.put(key, value);
    for (const row of this.#waiting.get(key) ?? []) this.#end(row, value);
    this.#waiting.delete(key);
  }

  #end(row: number, result: unknown): void {
    this.#site.meter.rows++;
    this.#results[row] = result;
    this.#ended(row);
  }

  #argumentsOf(row: number): readonly unknown[] {
    return this.#args.map((arg) => arg.at(row));
  }
}
