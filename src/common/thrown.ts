import { describeValue } from './arguments.ts';
import { cutText } from './cut-text.ts';
import { TableError } from './errors.ts';

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
