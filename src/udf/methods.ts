import { types } from 'node:util';
import { validationError } from '../common/errors.ts';
import { readable } from '../common/thrown.ts';
import * as kinds from './kinds.ts';
import { isModuleReference } from './reference.ts';
import type { UserFunction } from './user-function.ts';

/** The first method that an aggregate function lacks; null if it has all. */
export function missingOfAggregate(
  target: object,
  { rows, merges }: { readonly rows: boolean; readonly merges: boolean },
): string | null {
  const needed = ['createAccumulator', 'accumulate'];
  if (!rows) needed.push('getValue');
  if (merges) needed.push('merge');
  const missing = needed.find((method) => !has(target, method));
  if (missing !== undefined) return missing;
  const emits = has(target, 'emitValue') || has(target, 'emitUpdateWithRetract');
  return rows && !emits ? 'emitValue' : null;
}

/**
 * Refuses a function without a method that its calls need, and an aggregate with one that nobody
 * would wait for, as far as that is known before it is loaded: not what is behind a module
 * reference. Errors: ValidationError UDF_METHOD, UDF_ASYNC_METHOD, INVALID_ARGUMENT.
 */
export function requireMethods(name: string, fn: UserFunction): void {
  const { target, functionKind } = fn;
  if (isModuleReference(target) || types.isProxy(target)) return;
  // The constructor of user-defined functions takes nothing else.
  const object = (isClass(target) ? target.prototype : target) as object;
  const missing = readable(`function '${name}'`, () => missingOf(object, fn));
  if (missing !== null && !(isClass(target) && mentions(target, missing))) {
    throw validationError('UDF_METHOD', { name, method: missing });
  }
  if (functionKind !== 'aggregate' && functionKind !== 'tableAggregate') return;
  const late = readable(`function '${name}'`, () => awaitedMethod(object));
  if (late !== null) throw validationError('UDF_ASYNC_METHOD', { name, ...late });
}

function missingOf(target: object, { functionKind: kind, funcType, accumulator }: UserFunction) {
  if ((kind === 'aggregate' && funcType !== 'arrow') || kind === 'tableAggregate') {
    const rows = kind === 'tableAggregate';
    return missingOfAggregate(target, { rows, merges: accumulator !== null });
  }
  const isCalled = kind !== 'process' && typeof target === 'function';
  return isCalled || has(target, 'eval') ? null : 'eval';
}

/** Whether the text of a class names something: its constructor may make a method of that name. */
function mentions(Class: object, method: string): boolean {
  for (let made: unknown = Class; typeof made === 'function'; made = Object.getPrototypeOf(made)) {
    if (made === Function.prototype) return false;
    const isOurs = (Object.values(kinds) as readonly unknown[]).includes(made);
    const text = Function.prototype.toString.call(made);
    if (!isOurs && RegExp(`(?<![\\w$])${method}(?![\\w$])`).test(text)) return true;
  }
  return false;
}

/** The methods of aggregate functions that must be over when they return. */
const IMMEDIATE = [
  'createAccumulator',
  'accumulate',
  'retract',
  'merge',
  'getValue',
  'emitValue',
  'emitUpdateWithRetract',
];

/** Those of them whose rows or value a generator may give. */
const GENERATORS: ReadonlySet<string> = new Set(['getValue', 'emitValue']);

/** A method of an aggregate function that would not be over when it returns; null if there is none. */
export function awaitedMethod(
  target: object,
): { readonly method: string; readonly what: string } | null {
  for (const method of IMMEDIATE) {
    const fn: unknown = Reflect.get(target, method);
    if (types.isAsyncFunction(fn)) return { method, what: 'async' };
    const isGenerator = types.isGeneratorFunction(fn) && !GENERATORS.has(method);
    if (isGenerator) return { method, what: 'a generator' };
  }
  return null;
}

/** Whether something is a class, which functions are made of by `new`. */
export function isClass(target: unknown): target is new () => object {
  return typeof target === 'function' && /^class\b/.test(Function.prototype.toString.call(target));
}

/** Whether an object has a method. */
export function has(target: object, method: string): boolean {
  return typeof Reflect.get(target, method) === 'function';
}
