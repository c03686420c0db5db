import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import { udfFailed } from '../../udf/errors.ts';

/** Whose user code the code at hand is, or comes of: of timers and promises too. */
const owner = new AsyncLocalStorage<StrayErrors>();

/** The functions that have run on this thread. */
const ran = new Set<string>();

/**
 * What a task's user code throws outside any call: a promise that nobody handles, a timer. It would
 * end the thread, after the task perhaps; so it is caught, and fails the task that it comes of, or
 * once that has ended is a warning of the process.
 */
export class StrayErrors {
  readonly #functions: readonly string[];
  #found: { readonly cause: unknown } | null = null;
  #stopped = false;

  /** For worker threads and child processes only: it takes over their handlers, for good. */
  constructor(functions: readonly string[]) {
    this.#functions = functions;
    if (ran.size === 0) {
      process.on('unhandledRejection', report);
      process.on('uncaughtException', report);
    }
    for (const name of functions) ran.add(name);
  }

  /** Runs user code. What it leaves behind counts as its own. */
  run<T>(code: () => T): T {
    return owner.run(this, code);
  }

  /** Waits until what user code left behind has had its turn. Errors: UdfError UDF_FAILED. */
  async settle(): Promise<void> {
    await setImmediate();
    if (this.#found !== null) throw errorOf(this.#functions, this.#found.cause, null);
  }

  /** Ends the watch: whatever comes now has no task to fail. Idempotent. */
  stop(): void {
    this.#stopped = true;
  }

  /** Takes an error that nobody caught. */
  found(cause: unknown): void {
    if (this.#stopped) warn(this.#functions, cause);
    else this.#found ??= { cause };
  }
}

function errorOf(functions: readonly string[], cause: unknown, args: null | []): Error {
  return udfFailed(functions.join("', '"), cause, args);
}

function report(cause: unknown): void {
  const mine = owner.getStore();
  if (mine !== undefined) mine.found(cause);
  else warn([...ran], cause);
}

/** Says what fails no statement; with several functions, it was one of them. */
function warn(functions: readonly string[], cause: unknown): void {
  process.emitWarning(`After its statement had ended: ${errorOf(functions, cause, []).message}`);
}
