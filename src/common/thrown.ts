import { describeValue } from './arguments.ts';
import { cutText } from './cut-text.ts';
import { TableError, validationError } from './errors.ts';

/** Whether a thrown value is one of our errors. The user's code may throw a proxy that throws. */
export function isTableError(thrown: unknown): thrown is TableError {
  try {
    return thrown instanceof TableError;
  } catch {
    return false;
  }
}

/** Whatever the user's code threw, in words. */
export function describeThrown(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return cutText(`${thrown.name}: ${thrown.message}`);
  } catch {
    // Errors, too, may have getters that throw.
  }
  return `it threw ${describeValue(thrown)}`;
}

/**
 * Reads what a caller gave: a proxy may throw whatever it is asked. Errors: ValidationError
 * INVALID_ARGUMENT; those of `read` that are ours.
 */
export function readable<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (isTableError(cause)) throw cause;
    const params = {
      argument: `What ${what} is made of`,
      expected: 'readable',
      got: `an object that throws: ${describeThrown(cause)}`,
    };
    throw validationError('INVALID_ARGUMENT', params, { cause });
  }
}
