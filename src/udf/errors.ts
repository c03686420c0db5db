import { TableError, UdfError, udfError } from '../common/errors.ts';

/** Characters of one argument that a message shows. */
const SHOWN_MAX = 60;

/** An exception in a user's function as a UdfError: the function, the row's arguments, the cause. */
export function udfFailed(name: string, cause: unknown, args: readonly unknown[]): UdfError {
  if (cause instanceof UdfError) return cause;
  const reason =
    cause instanceof TableError || cause instanceof Error
      ? `${cause.name}: ${cause.message}`
      : `it threw ${shown(cause)}`;
  const list = args.map(shown).join(', ');
  return udfError('UDF_FAILED', { name, args: list, reason }, { functionName: name, args, cause });
}

/** A result that the declared type cannot hold. */
export function udfBadResult(
  name: string,
  type: string,
  result: unknown,
  args: readonly unknown[],
): UdfError {
  return udfError(
    'UDF_RESULT',
    { name, type, value: shown(result), args: args.map(shown).join(', ') },
    { functionName: name, args },
  );
}

function shown(value: unknown): string {
  let text: string;
  try {
    text =
      typeof value === 'string'
        ? `'${value}'`
        : typeof value === 'object' && value !== null && Array.isArray(value)
          ? `[${value.map(shown).join(', ')}]`
          : String(value);
  } catch {
    text = Object.prototype.toString.call(value);
  }
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX - 3)}...` : text;
}
