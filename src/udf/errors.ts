import { showValue } from '../columnar/show-value.ts';
import { CancelledError, ResourceError, UdfError, udfError } from '../common/errors.ts';

/**
 * What was thrown while a user's function ran, as a UdfError: the function, the row's arguments,
 * the cause. Our own errors (a cancelled query, memory) stay what they are. `args` null: a whole
 * batch.
 */
export function udfFailed(
  name: string,
  cause: unknown,
  args: readonly unknown[] | null,
): UdfError | CancelledError | ResourceError {
  if (
    cause instanceof UdfError ||
    cause instanceof CancelledError ||
    cause instanceof ResourceError
  ) {
    return cause;
  }
  const params = { name, args: shownArguments(args), reason: reasonOf(cause) };
  return udfError('UDF_FAILED', params, { functionName: name, args, cause });
}

/** A result that the declared type cannot hold. `args` null: a whole batch. */
export function udfBadResult(
  name: string,
  type: string,
  result: unknown,
  args: readonly unknown[] | null,
): UdfError {
  const hint =
    result instanceof Promise ? 'Make functions that return promises with asyncUdf(...).' : null;
  return udfError(
    'UDF_RESULT',
    { name, type, value: showValue(result), args: shownArguments(args) },
    { functionName: name, args, hint },
  );
}

function shownArguments(args: readonly unknown[] | null): string {
  return args === null ? 'whole columns' : args.map(showValue).join(', ');
}

/** Whatever was thrown, in words; user code may have made it hostile. */
function reasonOf(cause: unknown): string {
  try {
    if (cause instanceof Error) return `${cause.name}: ${cause.message}`;
  } catch {
    return 'it threw an error that cannot be read.';
  }
  return `it threw ${showValue(cause)}.`;
}
