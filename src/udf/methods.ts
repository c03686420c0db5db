import { types } from 'node:util';
import { validationError } from '../common/errors.ts';
import { readable } from '../common/thrown.ts';
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
 * Refuses a function without a method that its calls need, as far as that is known before it is
 * loaded: not what is behind a module reference, nor what a constructor makes. Errors:
 * ValidationError UDF_METHOD, INVALID_ARGUMENT.
 */
export function requireMethods(name: string, fn: UserFunction): void {
  const { target } = fn;
  if (isModuleReference(target) || isClass(target) || types.isProxy(target)) return;
  // The constructor of user-defined functions takes nothing else.
  const object = target as object;
  const missing = readable(`function '${name}'`, () => missingOf(object, fn));
  if (missing !== null) throw validationError('UDF_METHOD', { name, method: missing });
}

function missingOf(target: object, { functionKind: kind, funcType, accumulator }: UserFunction) {
  if ((kind === 'aggregate' && funcType !== 'arrow') || kind === 'tableAggregate') {
    const rows = kind === 'tableAggregate';
    return missingOfAggregate(target, { rows, merges: accumulator !== null });
  }
  const isCalled = kind !== 'process' && typeof target === 'function';
  return isCalled || has(target, 'eval') ? null : 'eval';
}

/** Whether something is a class, which functions are made of by `new`. */
export function isClass(target: unknown): target is new () => object {
  return typeof target === 'function' && /^class\b/.test(Function.prototype.toString.call(target));
}

/** Whether an object has a method. */
export function has(target: object, method: string): boolean {
  return typeof Reflect.get(target, method) === 'function';
}
