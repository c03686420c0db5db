import { types } from 'node:util';
import { didYouMean } from './diagnostics.ts';
import { validationError } from './errors.ts';

/** Errors: ValidationError INVALID_ARGUMENT for a value that is no text. */
export function requireText(argument: string, value: unknown): asserts value is string {
  if (typeof value !== 'string') throw invalidArgument(argument, 'a text', value);
}

/** Errors: ValidationError INVALID_ARGUMENT for what is no list of texts. */
export function requireTexts(argument: string, value: unknown): asserts value is readonly string[] {
  if (!Array.isArray(value)) throw invalidArgument(argument, 'a list of texts', value);
  for (const item of value) requireText(`Each of ${argument}`, item);
}

/** The text of an option. Errors: ValidationError INVALID_ARGUMENT for keys and values of no text. */
export function optionText(key: unknown, value: unknown): string {
  requireText('The key of an option', key);
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value);
  throw invalidArgument(`The value of '${key}'`, 'a text, a number or a boolean', value);
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
    if (supported.includes(key)) continue;
    const hint = didYouMean(key, supported);
    throw validationError('UNKNOWN_OPTION', { key, owner, supported }, { hint });
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

/** A value in a message: a primitive as it is, else what it is. Objects do not get to say it. */
export function describeValue(value: unknown): string {
  const isPrimitive = value === null || (typeof value !== 'object' && typeof value !== 'function');
  return isPrimitive ? printed(value) : kindOf(value);
}

/** What a value is, in the words of a message. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'function') return 'a function';
  if (!types.isProxy(value) && Array.isArray(value)) return 'a list';
  if (typeof value !== 'object') return `the ${typeof value} ${printed(value)}`;
  const name = types.isProxy(value) ? '' : classNameOf(value);
  return name !== 'Object' && name !== '' ? `a ${name}` : 'an object';
}

/** The name of the class that made an object; empty when there is none. */
function classNameOf(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  const made: unknown = Object.getOwnPropertyDescriptor(prototype ?? {}, 'constructor')?.value;
  return typeof made === 'function' && typeof made.name === 'string' ? made.name : '';
}

function printed(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
