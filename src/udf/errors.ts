import { types } from 'node:util';
import { showValue } from '../columnar/show-value.ts';
import { toInternal } from '../columnar/to-internal.ts';
import { CancelledError, ResourceError, UdfError, udfError } from '../common/errors.ts';
import { printType } from '../types/print.ts';
import type { ScalarCall } from './scalar-call.ts';
import { withUserLines } from './user-lines.ts';

const ROWS_PER_CALL = 'table.exec.udf.rows-per-call.max';

/** A call of a table function gives more rows than one call may. */
export class CallRowsError extends RangeError {
  override readonly name = 'RangeError';
  readonly hint =
    `SET '${ROWS_PER_CALL}' = '…' allows more; who keeps them all needs the memory for them.`;

  constructor(rowsMax: number) {
    super(`it goes on after ${rowsMax} rows of one call ('${ROWS_PER_CALL}')`);
  }
}

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
  if (isOurs(cause)) return cause;
  showUserLines(cause);
  const params = { name, args: shownArguments(args), reason: reasonOf(cause) };
  const hint = hintFor(cause);
  return udfError('UDF_FAILED', params, { functionName: name, args, hint, cause });
}

/** What to do about what was thrown: an access that Node denied, too many rows; else null. */
export function hintFor(cause: unknown): string | null {
  try {
    if (cause instanceof CallRowsError) return cause.hint;
    const denied = cause instanceof Error && 'code' in cause && cause.code === 'ERR_ACCESS_DENIED';
    return denied ? "The function's option 'permissions' says what it may do." : null;
  } catch {
    return null;
  }
}

/**
 * A result that the declared type of a call cannot hold: of a function that gives rows, the first
 * row that is wrong. `args` null: a whole batch.
 */
export function udfBadCall(
  { name, body, result }: ScalarCall,
  value: unknown,
  args: readonly unknown[] | null,
): UdfError {
  if (!body.rows || result.kind !== 'ARRAY' || !Array.isArray(value)) {
    return udfBadResult(name, printType(result), value, args);
  }
  const convert = toInternal(result.element, name);
  const wrong = value.find((row) => {
    try {
      convert(row);
      return false;
    } catch {
      return true;
    }
  });
  return udfBadResult(name, `rows of ${printType(result.element)}`, wrong, args);
}

/** A result that the declared type cannot hold. `args` null: a whole batch. */
export function udfBadResult(
  name: string,
  type: string,
  result: unknown,
  args: readonly unknown[] | null,
): UdfError {
  const hint = types.isPromise(result)
    ? 'Make functions that return promises with asyncUdf(...).'
    : null;
  return udfError(
    'UDF_RESULT',
    { name, type, value: showValue(result), args: shownArguments(args) },
    { functionName: name, args, hint },
  );
}

function showUserLines(cause: unknown): void {
  try {
    if (types.isProxy(cause) || !(cause instanceof Error)) return;
    if (typeof cause.stack === 'string') cause.stack = withUserLines(cause.stack);
  } catch {
    // A frozen error keeps its stack.
  }
}

/** Everything that looks at what was thrown is careful: it may be a proxy that throws. */
function isOurs(cause: unknown): cause is UdfError | CancelledError | ResourceError {
  try {
    return [UdfError, CancelledError, ResourceError].some((Class) => cause instanceof Class);
  } catch {
    return false;
  }
}

function shownArguments(args: readonly unknown[] | null): string {
  return args === null ? 'whole columns' : args.map(showValue).join(', ');
}

/** Whatever was thrown, in words. */
function reasonOf(cause: unknown): string {
  try {
    if (cause instanceof Error) return `${cause.name}: ${cause.message}`;
    return `it threw ${showValue(cause)}.`;
  } catch {
    return 'it threw something that cannot be read.';
  }
}
