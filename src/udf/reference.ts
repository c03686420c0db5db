import { types } from 'node:util';
import { didYouMean } from '../common/diagnostics.ts';
import { validationError } from '../common/errors.ts';
import type { UdfReference } from '../functions/definition.ts';
import { readFunction } from './captures.ts';
import * as kinds from './kinds.ts';
import { requireExport, requireModule } from './module-file.ts';

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

const INLINE = "A function of a module, and one with execution: 'inline', are used as they are.";

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

/** The modules that inline functions may use: the URL by the name of each export. */
export type SharedModules = ReadonlyMap<string, string>;

/** What the text of a function may use besides its parameters and globals. */
interface Surroundings {
  readonly captures: Readonly<Record<string, unknown>>;
  readonly modules: SharedModules;
}

/**
 * How a worker gets at `target`: a function, an instance of a function class, or a module
 * reference. Errors: ValidationError UDF_CAPTURES (naming the variable), UDF_NOT_PORTABLE,
 * UDF_MODULE; UdfError UDF_MODULE_FAILED where there is no such file or export.
 */
export function referenceOf(
  target: unknown,
  captures: Readonly<Record<string, unknown>>,
  name: string,
  modules: SharedModules = new Map(),
  madeAt: string | null = null,
): UdfReference {
  if (isModuleReference(target)) return moduleReference(target, name);
  if (types.isProxy(target)) {
    const reason = 'it is a Proxy, whose handler would stay behind';
    throw validationError('UDF_NOT_PORTABLE', { name, reason }, { hint: INLINE });
  }
  const parts = partsOf(target, name);
  const cloned = clonedFields(captures, name, 'capture');
  const surroundings = { captures, modules };
  const shared: Record<string, string> = {};
  const texts = parts.sources.map(({ key, text }) => {
    const native = /\{\s*\[native code\]\s*\}\s*$/.test(text);
    const source = native ? nativePath(target, name) : checked(text, surroundings, name, shared);
    return key === null ? source : `${JSON.stringify(key)}: (${source})`;
  });
  const text = parts.form === 'object' ? `{ ${texts.join(',\n')} }` : texts.join('');
  const fields = clonedFields(parts.fields, name, 'field');
  return { kind: 'source', text, captures: cloned, shared, form: parts.form, fields, madeAt };
}

/** The texts that a target is made of, and the values beside them. */
interface Parts {
  readonly form: Extract<UdfReference, { kind: 'source' }>['form'];
  /** The text of the function or class; or of each method, by its name. */
  readonly sources: readonly { readonly key: string | null; readonly text: string }[];
  readonly fields: Readonly<Record<string, unknown>>;
}

function partsOf(target: unknown, name: string): Parts {
  const single = (code: object) => [{ key: null, text: Function.prototype.toString.call(code) }];
  if (typeof target === 'function') {
    return { form: 'function', sources: single(target), fields: {} };
  }
  if (typeof target === 'object' && target !== null) {
    const Class = target.constructor;
    if (Class !== Object && typeof Class === 'function') {
      return { form: 'class', sources: single(Class), fields: { ...target } };
    }
    const entries = Object.entries(target);
    const methods = entries.filter(([, value]) => typeof value === 'function');
    if (methods.length > 0) {
      const data = entries.filter(([, value]) => typeof value !== 'function');
      const sources = methods.map(([key, method]) => ({
        key,
        text: Function.prototype.toString.call(method),
      }));
      return { form: 'object', sources, fields: Object.fromEntries(data) };
    }
  }
  throw validationError('UDF_NOT_PORTABLE', {
    name,
    reason: 'it is neither a function, nor an object with methods, nor a module reference',
  });
}

/** Whether a value is `{ module, export }`. */
export function isModuleReference(value: unknown): value is ModuleReference {
  if (typeof value !== 'object' || value === null || !('module' in value)) return false;
  return value.module instanceof URL || typeof value.module === 'string';
}

/**
 * A reference to an export, which is not imported. Errors: ValidationError UDF_MODULE; UdfError
 * UDF_MODULE_FAILED where there is no such file or export.
 */
export function moduleReference(
  target: ModuleReference,
  name: string,
): Extract<UdfReference, { kind: 'module' }> {
  const text = String(target.module);
  const protocol = URL.canParse(text) ? new URL(text).protocol : null;
  if (protocol !== 'file:' && protocol !== 'data:') {
    const hint = protocol === null ? `Write new URL('${text}', import.meta.url).` : null;
    throw validationError('UDF_MODULE', { name, module: text }, { hint });
  }
  const exportName = target.export ?? 'default';
  requireModule(name, text);
  requireExport(name, text, exportName);
  return { kind: 'module', url: text, export: exportName };
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
      const isFunction = typeof value === 'function';
      const kind = isFunction ? 'a function' : 'not plain data';
      const reason = `its ${what} '${key}' is ${kind}, and only plain data travels to workers`;
      const hint = isFunction ? `Define it inside the function, or ${byModule(name)}` : null;
      throw validationError('UDF_NOT_PORTABLE', { name, reason }, { hint, cause });
    }
  }
  return cloned;
}

/** The expression of a text; notes in `shared` the exports of modules that it uses. */
function checked(
  text: string,
  surroundings: Surroundings,
  name: string,
  shared: Record<string, string>,
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
  const [relative] = source.relativeImports;
  if (relative !== undefined) throw relativeImport(relative, name);
  const { captures, modules } = surroundings;
  for (const variable of source.free) {
    const url = modules.get(variable);
    if (url !== undefined && !Object.hasOwn(captures, variable)) shared[variable] = url;
    else if (!isKnown(variable, captures)) {
      throw unknownVariable(variable, name, [...Object.keys(captures), ...source.parameters]);
    }
  }
  return source.expression;
}

function unknownVariable(variable: string, name: string, known: readonly string[]): Error {
  const ways = waysTo(variable, name);
  const near = didYouMean(variable, known);
  const hint = near === null ? ways : `${near} ${ways}`;
  return validationError('UDF_CAPTURES', { name, variable }, { hint });
}

/** How a function gets at something of its surroundings. */
function waysTo(variable: string, name: string): string {
  if (variable === 'require') {
    return `Write process.getBuiltinModule('node:fs') for modules of Node, or await import(…) of a package in its method 'open'; or ${byModule(name)}`;
  }
  return `Pass plain data as 'captures: { ${variable} }', define functions inside this one, or ${byModule(name)}`;
}

function relativeImport(specifier: string, name: string): Error {
  const reason = `it imports '${specifier}', and its text has no folder where that path starts`;
  const hint = `Import by a file: URL that is passed in 'captures', or ${byModule(name)}`;
  return validationError('UDF_NOT_PORTABLE', { name, reason }, { hint });
}

/** The ways of modules, for functions as well as for data. */
function byModule(name: string): string {
  return `add the module that exports it by 'await tEnv.addModule(path)', or export udf(…) from a module and register { module: new URL('./functions.ts', import.meta.url), export: '${name}' } in place of the function.`;
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
