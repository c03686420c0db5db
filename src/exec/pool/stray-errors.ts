import { setImmediate } from 'node:timers/promises';
import { udfFailed } from '../../udf/errors.ts';

/** The tasks of this thread that run user code. */
const watching = new Set<StrayErrors>();

/**
 * What a task's user code throws outside any call: a promise that nobody handles, a timer. It would
 * end the thread, after the task perhaps; so it is caught, and fails the task instead.
 */
export class StrayErrors {
  readonly #functions: readonly string[];
  #found: { readonly cause: unknown } | null = null;

  /** Starts to watch. For worker threads only: it takes over the thread's handlers. */
  constructor(functions: readonly string[]) {
    this.#functions = functions;
    if (watching.size === 0) {
      process.on('unhandledRejection', report);
      process.on('uncaughtException', report);
    }
    watching.add(this);
  }

  /** Waits until what user code left behind has had its turn. Errors: UdfError UDF_FAILED. */
  async settle(): Promise<void> {
    await setImmediate();
    if (this.#found === null) return;
    throw udfFailed(this.#functions.join("', '"), this.#found.cause, null);
  }

  /** Ends the watch. Idempotent. */
  stop(): void {
    if (!watching.delete(this) || watching.size > 0) return;
    process.off('unhandledRejection', report);
    process.off('uncaughtException', report);
  }

  /** Takes an error that nobody caught. */
  found(cause: unknown): void {
    this.#found ??= { cause };
  }
}

function report(cause: unknown): void {
  for (const task of watching) task.found(cause);
}
