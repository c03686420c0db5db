import { didYouMean } from '../common/diagnostics.ts';
import { validationError } from '../common/errors.ts';
import type { UdfReference } from '../functions/definition.ts';
import { readFunction } from './captures.ts';
import * as kinds from './kinds.ts';

/** A function by the module that exports it: workers import it themselves. */
export interface ModuleReference {
  readonly module: URL | string;
  /** The name of the export; default: `default`. */
  readonly export?: string;
}

/** Helpers that build tools write into functions: supplied in workers, where they do nothing. */
export const INJECTED_HELPERS: Readonly<Record<string, string>> = {
  __name: '(target) => target',
  __publicField: '(target, key, value) => { target[key] = value; return value; }',
};

/** Counters of coverage tools: `cov_1a2b()`. */
const COVERAGE = /^(cov_\w+|__coverage__)$/;

/** The globals of every thread; what a program adds to its own, workers do not have. */
const GLOBALS: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(globalThis));

/** Where natives are looked for, so that they can travel by their path. */
const NAMESPACES = [
  'Math',
  'JSON',
  'Object',
  'String',
  'Number',
  'BigInt',
  'Date',
  'Array',
  'Atomics',
  'Reflect',
];

/**
 * How a worker gets at `target`: a function, an instance of a function class, or a module
 * reference. Errors: ValidationError UDF_CAPTURES (naming the variable), UDF_NOT_PORTABLE,
 * UDF_MODULE.
 */
export function referenceOf(
  target: unknown,
  captures: Readonly<Record<string, unknown>>,
  name: string,
): UdfReference {
  if (isModuleReference(target)) return moduleReference(target, name);
  const cloned = clonedFields(captures, name, 'capture');
  if (typeof target === 'function') {
    const text = Function.prototype.toString.call(target);
    if (/\{\s*\[native code\]\s*\}\s*$/.test(text)) {
      return {
        kind: 'source',
        text: nativePath(target, name),
        captures: {},
        form: 'function',
        fields: {},
      };
    }
    const source = checkedSource(text, captures, name);
    return { kind: 'source', text: source, captures: cloned, form: 'function', fields: {} };
  }
  if (typeof target === 'object' && target !== null) {
    const Class = target.constructor;
    if (Class !== Object && typeof Class === 'function') {
      const text = Function.prototype.toString.call(Class);
      const source = checkedSource(text, captures, name);
      const fields = clonedFields({ ...target }, name, 'field');
      return { kind: 'source', text: source, captures: cloned, form: 'class', fields };
    }
    if (Object.values(target).some((value) => typeof value === 'function')) {
      return objectReference(target, captures, cloned, name);
    }
  }
  throw validationError('UDF_NOT_PORTABLE', {
    name,
    reason: 'it is neither a function, nor an object with methods, nor a module reference',
  });
}

/** An object of methods: each goes by its text, the other fields by their values. */
function objectReference(
  target: object,
  captures: Readonly<Record<string, unknown>>,
  cloned: Readonly<Record<string, unknown>>,
  name: string,
): UdfReference {
  const methods: string[] = [];
  const fields: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(target)) {
    if (typeof value !== 'function') fields[key] = value;
    else {
      const source = checkedSource(Function.prototype.toString.call(value), captures, name);
      methods.push(`${JSON.stringify(key)}: (${source})`);
    }
  }
  const text = `{ ${methods.join(',\n')} }`;
  const data = clonedFields(fields, name, 'field');
  return { kind: 'source', text, captures: cloned, form: 'object', fields: data };
}

/** Whether a value is `{ module, export }`. */
export function isModuleReference(value: unknown): value is ModuleReference {
  if (typeof value !== 'object' || value === null || !('module' in value)) return false;
  return value.module instanceof URL || typeof value.module === 'string';
}

function moduleReference(target: ModuleReference, name: string): UdfReference {
  const text = String(target.module);
  if (!URL.canParse(text)) throw validationError('UDF_MODULE', { name, module: text });
  const { protocol } = new URL(text);
  if (protocol !== 'file:' && protocol !== 'data:') {
    throw validationError('UDF_MODULE', { name, module: text });
  }
  return { kind: 'module', url: text, export: target.export ?? 'default' };
}

/** Copies what travels with a function. Errors: UDF_NOT_PORTABLE, naming what cannot. */
function clonedFields(
  fields: Readonly<Record<string, unknown>>,
  name: string,
  what: 'capture' | 'field',
): Readonly<Record<string, unknown>> {
  const cloned: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    try {
      cloned[key] = structuredClone(value);
    } catch (cause) {
      const kind = typeof value === 'function' ? 'a function' : 'not plain data';
      const reason = `its ${what} '${key}' is ${kind}, and only plain data travels to workers`;
      throw validationError('UDF_NOT_PORTABLE', { name, reason }, { cause });
    }
  }
  return cloned;
}

function checkedSource(
  text: string,
  captures: Readonly<Record<string, unknown>>,
  name: string,
): string {
  const source = readFunction(text);
  if (source === null) {
    const reason = 'its text is not JavaScript that stands alone';
    throw validationError('UDF_NOT_PORTABLE', { name, reason });
  }
  if (source.hasPrivateNames) {
    const reason = 'its class has private names (#), which cannot be copied: use public fields';
    throw validationError('UDF_NOT_PORTABLE', { name, reason });
  }
  for (const variable of source.free) {
    if (isKnown(variable, captures)) continue;
    const hint = didYouMean(variable, [...Object.keys(captures), ...source.parameters]);
    const ways = `Pass it as 'captures: { ${variable} }', or put the function into a module and register { module: new URL('./functions.ts', import.meta.url), export: '${name}' }.`;
    throw validationError(
      'UDF_CAPTURES',
      { name, variable },
      { hint: hint === null ? ways : `${hint} ${ways}` },
    );
  }
  return source.expression;
}

function isKnown(variable: string, captures: Readonly<Record<string, unknown>>): boolean {
  return (
    GLOBALS.has(variable) ||
    variable === 'undefined' ||
    Object.hasOwn(captures, variable) ||
    Object.hasOwn(INJECTED_HELPERS, variable) ||
    Object.hasOwn(kinds, variable) ||
    COVERAGE.test(variable)
  );
}

function nativePath(target: unknown, name: string): string {
  for (const [key, value] of Object.entries(Object.getOwnPropertyDescriptors(globalThis))) {
    if (value.value === target && typeof target === 'function') return key;
  }
  for (const namespace of NAMESPACES) {
    const holder: unknown = Reflect.get(globalThis, namespace);
    const members = Object.getOwnPropertyDescriptors(holder);
    for (const [key, { value }] of Object.entries(members)) {
      if (value === target) return `${namespace}.${key}`;
    }
  }
  const reason = 'it is a bound function or a native one without a global name';
  throw validationError('UDF_NOT_PORTABLE', { name, reason });
}

/** Whether coverage counters of this name can be replaced by a function that does nothing. */
export function isCoverageCounter(variable: string): boolean {
  return COVERAGE.test(variable);
}
