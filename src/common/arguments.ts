import { validationError } from './errors.ts';

/** Errors: ValidationError INVALID_ARGUMENT for a value that is no text. */
export function requireText(argument: string, value: unknown): asserts value is string {
  if (typeof value !== 'string') throw invalidArgument(argument, 'a text', value);
}

/**
 * Checks an object of options: callers without types get an answer too. Errors: ValidationError
 * INVALID_ARGUMENT for what is no object, UNKNOWN_OPTION for keys that are not `supported`.
 */
export function requireOptions(
  owner: string,
  value: unknown,
  supported: readonly string[] | null = null,
): asserts value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidArgument(`The options of ${owner}`, 'an object', value);
  }
  if (supported === null) return;
  for (const key of Object.keys(value)) {
    if (!supported.includes(key))
      throw validationError('UNKNOWN_OPTION', { key, owner, supported });
  }
}

/** Errors: ValidationError INVALID_ARGUMENT for what is neither undefined nor an AbortSignal. */
export function requireSignal(value: unknown): void {
  if (value === undefined || value instanceof AbortSignal) return;
  throw invalidArgument("The option 'signal'", 'an AbortSignal', value);
}

/** Errors: ValidationError INVALID_ARGUMENT for a value that no `expected` class made. */
export function requireInstance(
  argument: string,
  value: unknown,
  expected: abstract new (...args: never[]) => object,
): void {
  if (!(value instanceof expected)) throw invalidArgument(argument, `a ${expected.name}`, value);
}

/** The error for an argument of a method that is not what the method takes. */
export function invalidArgument(argument: string, expected: string, value: unknown): Error {
  return validationError('INVALID_ARGUMENT', { argument, expected, got: kindOf(value) });
}

/** What a value is, in the words of a message. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object') return `the ${typeof value} ${printed(value)}`;
  const name: unknown = value.constructor?.name;
  return typeof name === 'string' && name !== 'Object' && name !== '' ? `a ${name}` : 'an object';
}

function printed(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
