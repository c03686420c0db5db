import { types } from 'node:util';
import { udfError } from '../common/errors.ts';
import { describeThrown, isTableError } from '../common/thrown.ts';
import type { UdfBody, UdfReference } from '../functions/definition.ts';
import { readFunction } from './captures.ts';
import { hintFor, udfFailed } from './errors.ts';
import { placeOfExport } from './export-place.ts';
import type { FunctionContext } from './function-context.ts';
import { importInTime, inTime } from './import-in-time.ts';
import * as kinds from './kinds.ts';
import { isClass } from './methods.ts';
import { moduleReason } from './module-reason.ts';
import { nested } from './nested-calls.ts';
import { INJECTED_HELPERS, isCoverageCounter, isModuleReference } from './reference.ts';
import { isUserFunction } from './user-function.ts';
import { noteEvaluated } from './user-lines.ts';

/** A function of the user in this thread, ready to be called. */
export interface LoadedFunction {
  readonly call: (...args: readonly unknown[]) => unknown;
  /** Whether it has neither a state that we know of nor a life: one is enough for a thread. */
  readonly isPlain: boolean;
  open(context: FunctionContext): void | Promise<void>;
  close(): void | Promise<void>;
}

/**
 * Makes the function of a body in this thread: by importing its module or evaluating its text.
 * Errors: UdfError UDF_MODULE_FAILED, UDF_LOAD_FAILED.
 */
export async function loadFunction(name: string, body: UdfBody): Promise<LoadedFunction> {
  const { target } = await findTarget(name, body);
  const loaded = readTarget(name, body, () => callable(name, target, body));
  return body.reference.kind === 'inline' && body.async !== null
    ? { ...loaded, call: nested(name, loaded.call) }
    : loaded;
}

/**
 * Reads what a function is made of: a proxy may throw whatever it is asked. Errors: UdfError
 * UDF_LOAD_FAILED, with the place of what a module exports.
 */
export function readTarget<T>(name: string, { reference }: UdfBody, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (isTableError(cause)) throw cause;
    const reason = `it cannot be read${exportedAt(reference)}: ${describeThrown(cause)}`;
    throw udfError('UDF_LOAD_FAILED', { name, reason }, { functionName: name, cause });
  }
}

/** Where a module exports the function, in parentheses. */
function exportedAt(reference: UdfReference): string {
  if (reference.kind !== 'module') return '';
  const place = placeOfExport(reference.url, reference.export);
  return place === null ? '' : ` (${place})`;
}

/** The same for an object with methods of other names. */
export async function loadTarget(name: string, body: UdfBody): Promise<object> {
  const { target } = await findTarget(name, body);
  const made = isClass(target) ? instanceOf(name, target) : target;
  if (typeof made === 'object' && made !== null) {
    if (typeof readTarget(name, body, (): unknown => Reflect.get(made, 'then')) !== 'function') {
      return made;
    }
    const reason = `it has a method 'then', by which it is taken for a promise`;
    throw udfError('UDF_LOAD_FAILED', { name, reason }, { functionName: name });
  }
  const reason = `it is neither an object with methods nor a class${exportedAt(body.reference)}`;
  throw udfError('UDF_LOAD_FAILED', { name, reason }, { functionName: name });
}

/** A value that a promise must not look at: it may have a method `then`, or be a proxy that throws. */
interface Boxed {
  readonly target: unknown;
}

async function findTarget(name: string, { reference, id, target }: UdfBody): Promise<Boxed> {
  switch (reference.kind) {
    case 'inline':
      return { target };
    case 'source':
      return evaluate(name, id, reference);
    case 'module':
      return importTarget(name, reference.url, reference.export);
  }
}

/** The export itself, or what it wraps: `udf(...)` in a module may use all that the module has. */
async function importTarget(name: string, url: string, exportName: string): Promise<Boxed> {
  const { target: exported } = await importExport(name, url, exportName);
  if (!isUserFunction(exported)) return { target: exported };
  const { target } = exported;
  return isModuleReference(target)
    ? importTarget(name, String(target.module), target.export ?? 'default')
    : { target };
}

/** Imports a module and takes one of its exports. Errors: UdfError UDF_MODULE_FAILED. */
export async function importExport(name: string, url: string, exportName: string): Promise<Boxed> {
  let exports: Readonly<Record<string, unknown>>;
  try {
    exports = await importInTime(url);
    const exported = exports[exportName];
    if (types.isPromise(exported)) {
      return { target: await inTime(exported, `the promise that it exports as '${exportName}'`) };
    }
  } catch (cause) {
    throw udfError(
      'UDF_MODULE_FAILED',
      { name, module: url, reason: moduleReason(cause) },
      { functionName: name, hint: hintFor(cause), cause },
    );
  }
  if (exportName in exports) return { target: exports[exportName] };
  const names = Object.keys(exports).sort();
  const reason =
    names.length === 0
      ? 'it exports nothing'
      : `it has no export '${exportName}', only: ${names.join(', ')}`;
  throw udfError('UDF_MODULE_FAILED', { name, module: url, reason }, { functionName: name });
}

async function evaluate(
  name: string,
  id: number,
  reference: Extract<UdfReference, { kind: 'source' }>,
): Promise<Boxed> {
  const shared: Record<string, unknown> = {};
  for (const [variable, url] of Object.entries(reference.shared)) {
    shared[variable] = (await importExport(name, url, variable)).target;
  }
  const names = [...Object.keys(shared), ...Object.keys(reference.captures)];
  const helpers = helperLines(reference.text, names);
  // The comment makes the text unique: V8 shares type feedback between functions of equal text.
  const file = `udf-${id}-${name}.js`;
  // As strict as the module that it stands in: an assignment that keeps nothing is an error there.
  const body = `'use strict';\n${helpers}return (${reference.text}\n);`;
  const text = `${body}\n//# sourceURL=${file}`;
  noteEvaluated(file, body, reference.madeAt);
  try {
    const values = { ...kinds, ...shared, ...reference.captures };
    const make = new Function(...Object.keys(values), text);
    const made: unknown = make(...Object.values(values));
    if (reference.form === 'function') return { target: made };
    if (reference.form === 'object') {
      return { target: Object.assign(made as object, reference.fields) };
    }
    const Class = made as new () => object;
    return { target: Object.assign(Object.create(Class.prototype), reference.fields) };
  } catch (cause) {
    const reason = describeThrown(cause);
    throw udfError('UDF_LOAD_FAILED', { name, reason }, { functionName: name, cause });
  }
}

/** Definitions of the helpers that build and coverage tools wrote into the text. */
function helperLines(text: string, captured: readonly string[]): string {
  const free = readFunction(text)?.free ?? new Set<string>();
  return [...free]
    .filter((variable) => !captured.includes(variable))
    .map((variable) => {
      const helper = INJECTED_HELPERS[variable];
      if (helper !== undefined) return `const ${variable} = ${helper};\n`;
      // A counter answers every property and call with itself.
      return isCoverageCounter(variable)
        ? `const ${variable} = new Proxy(() => ${variable}, { get: () => ${variable}, set: () => true });\n`
        : '';
    })
    .join('');
}

function callable(name: string, target: unknown, body: UdfBody): LoadedFunction {
  if (typeof target === 'function') {
    if (isClass(target)) return callable(name, instanceOf(name, target), body);
    const call = target as LoadedFunction['call'];
    return { call, isPlain: true, open: () => {}, close: () => {} };
  }
  const instance = target as {
    eval?: LoadedFunction['call'];
    open?: LoadedFunction['open'];
    close?: LoadedFunction['close'];
  } | null;
  if (typeof instance?.eval !== 'function') {
    const at = exportedAt(body.reference);
    const reason = `it is neither a function nor an object with an 'eval' method${at}`;
    throw udfError('UDF_LOAD_FAILED', { name, reason }, { functionName: name });
  }
  return {
    call: instance.eval.bind(instance) as LoadedFunction['call'],
    isPlain: false,
    open: (context) => instance.open?.(context),
    close: () => instance.close?.(),
  };
}

function instanceOf(name: string, Class: new () => object): object {
  try {
    return new Class();
  } catch (cause) {
    throw udfFailed(`${name}.constructor`, cause, []);
  }
}
