import { TableError } from '../../src/common/errors.ts';

/** A result; or that there was an error, whichever of several came first. */
export function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof TableError) return 'error';
    throw error;
  }
}
