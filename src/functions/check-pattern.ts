import { TableRuntimeError, ValidationError } from '../common/errors.ts';

/**
 * Compiles a pattern that is a literal of the query, while the query is bound.
 *
 * Errors: ValidationError where compiling it throws a TableRuntimeError.
 */
export function checkPattern(compile: () => unknown): void {
  try {
    compile();
  } catch (error) {
    if (!(error instanceof TableRuntimeError)) throw error;
    throw new ValidationError(error.code, error.sentence, { cause: error });
  }
}
