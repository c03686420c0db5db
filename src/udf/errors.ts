import { types } from 'node:util';
import { showValue } from '../columnar/show-value.ts';
import { cutText, splitStack } from '../common/cut-text.ts';
import { CancelledError, ResourceError, UdfError, udfError } from '../common/errors.ts';
import { isTableError } from '../common/thrown.ts';
import type { DataType } from '../types/data-type.ts';
import { printType } from '../types/print.ts';
import { findMisfit } from './misfit.ts';
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
  const params = { name, args: forArguments(args), reason: reasonOf(cause) };
  const hint = hintFor(cause);
  return udfError('UDF_FAILED', params, { functionName: name, args, hint, cause });
}

/**
 * An async function whose attempts took too long together. `failure` is what the last one failed
 * by, as `udfFailed` says it.
 */
export function udfGaveUp(
  name: string,
  failure: Error,
  args: readonly unknown[],
  { attempts, totalMs }: { readonly attempts: number; readonly totalMs: number },
): Error {
  const reason = isTableError(failure) ? failure.sentence : failure.message;
  const cause = failure.cause ?? failure;
  const params = { name, attempts, totalMs, reason };
  return udfError('UDF_RETRY_TIMEOUT', params, { functionName: name, args, cause });
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

/** A result that cannot be stored, and what says so. */
export interface BadResult {
  readonly result: unknown;
  /** What its conversion threw. */
  readonly cause: unknown;
  /** What the result is called; default: `result`. */
  readonly root?: string;
  /** Rows of the same call that came before a list of rows; default: 0. */
  readonly rowsBefore?: number;
}

/** A value of another kind than is expected. */
interface WrongValue {
  readonly type: string;
  readonly value: unknown;
  /** Where in the result it is: ` in result.price`. */
  readonly at: string;
  readonly hint?: string | null;
}

/**
 * The error for a result that the type of a call cannot hold, with the part of it that does not
 * fit. What the result's own getters throw is a failure of the function. `args` null: a whole batch.
 */
export function udfBadCall(
  { name, body, result: type }: Pick<ScalarCall, 'name' | 'body' | 'result'>,
  bad: BadResult,
  args: readonly unknown[] | null,
): Error {
  const { result } = bad;
  if (!body.rows || type.kind !== 'ARRAY') return udfBadResult(name, type, bad, args);
  if (Array.isArray(result)) return udfBadResult(name, type, { ...bad, root: 'rows' }, args);
  return badResult(
    name,
    { type: `rows of ${printType(type.element)}`, value: result, at: '' },
    args,
  );
}

/** The same for a result of a type. */
export function udfBadResult(
  name: string,
  type: DataType,
  { result, cause, root = 'result', rowsBefore = 0 }: BadResult,
  args: readonly unknown[] | null,
): Error {
  if (!isTableError(cause)) return udfFailed(name, cause, args);
  try {
    const { path, type: expected, value, hint } = findMisfit(type, result, root, rowsBefore);
    const at = path === 'result' ? '' : ` in ${path}`;
    return badResult(name, { type: printType(expected), value, at, hint }, args);
  } catch (thrown) {
    return udfFailed(name, thrown, args);
  }
}

const AWAITED =
  'Nobody waits for it: only scalar functions may return promises, and are then made with asyncUdf(...).';

/** A result of another kind than is expected. */
export function badResult(
  name: string,
  { type, value, at, hint: said = null }: WrongValue,
  args: readonly unknown[] | null,
): UdfError {
  const isPromise = types.isPromise(value);
  // Nobody looks at it any more: its rejection would end the program.
  if (isPromise) value.catch(() => {});
  const hint = isPromise ? AWAITED : said;
  const params = { name, type, at, value: showValue(value), args: forArguments(args) };
  return udfError('UDF_RESULT', params, { functionName: name, args, hint });
}

function showUserLines(cause: unknown): void {
  try {
    if (types.isProxy(cause) || !(cause instanceof Error)) return;
    if (typeof cause.stack !== 'string') return;
    // A message may be very long.
    const [, lines] = splitStack(cause.stack, String(cause.message));
    const start = cause.stack.slice(0, cause.stack.length - lines.length);
    cause.stack = start + withUserLines(cutText(lines));
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

/** Of which arguments; nothing where there are none, as of the value of a group. */
function forArguments(args: readonly unknown[] | null): string {
  if (args === null) return ' for whole columns';
  return args.length === 0 ? '' : ` for (${args.map(showValue).join(', ')})`;
}

/** Whatever was thrown, in words. */
function reasonOf(cause: unknown): string {
  try {
    if (cause instanceof Error) return cutText(`${cause.name}: ${cause.message}`);
    return `it threw ${showValue(cause)}.`;
  } catch {
    return 'it threw something that cannot be read.';
  }
}
