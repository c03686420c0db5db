import { PendingFunction } from './module-function.ts';

/**
 * Starts statements in the order of their calls. They start at once, unless one before them waits
 * for the module of a function that it uses.
 */
export class StatementOrder {
  /** Resolves when the statement that waits has started. */
  #gate: Promise<void> | null = null;

  /** Runs a statement; `start` is called again when what it lacked has been imported. */
  async run<T>(start: () => T | Promise<T>): Promise<T> {
    while (this.#gate !== null) await this.#gate;
    const opened = Promise.withResolvers<void>();
    const open = (): void => {
      if (this.#gate === opened.promise) this.#gate = null;
      opened.resolve();
    };
    try {
      for (;;) {
        try {
          const started = start();
          open();
          return await started;
        } catch (error) {
          if (!(error instanceof PendingFunction)) throw error;
          this.#gate ??= opened.promise;
          await error.load();
        }
      }
    } finally {
      open();
    }
  }
}
