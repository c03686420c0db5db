import { RetryError } from '../catalog/retry.ts';

/** More than a statement needs modules and names: something takes back what it gave. */
const ATTEMPTS_MAX = 1000;

/**
 * Starts statements in the order of their calls. They start at once, unless one before them waits
 * for the module of a function, or for a catalog.
 */
export class StatementOrder {
  /** Resolves when the statement that waits has started. */
  #gate: Promise<void> | null = null;
  #isStarting = false;

  /** Whether a statement has begun and waits, seen from outside of statements. */
  get isWaiting(): boolean {
    return this.#gate !== null && !this.#isStarting;
  }

  /** Runs a statement; `start` is called again when what it lacked is there. */
  async run<T>(start: () => T | Promise<T>): Promise<T> {
    while (this.#gate !== null) await this.#gate;
    let opened: PromiseWithResolvers<void> | null = null;
    const open = (): void => {
      if (opened === null) return;
      if (this.#gate === opened.promise) this.#gate = null;
      opened.resolve();
    };
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          const started = this.#started(start);
          open();
          return await started;
        } catch (error) {
          if (!(error instanceof RetryError) || attempt === ATTEMPTS_MAX) throw error;
          opened ??= Promise.withResolvers();
          this.#gate ??= opened.promise;
          await error.ready();
        }
      }
    } finally {
      open();
    }
  }

  #started<T>(start: () => T): T {
    this.#isStarting = true;
    try {
      return start();
    } finally {
      this.#isStarting = false;
    }
  }
}
