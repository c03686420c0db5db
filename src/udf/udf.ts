import { invalidArgument, requireOptions } from '../common/arguments.ts';
import { validationError } from '../common/errors.ts';
import type { AsyncCalls, UdfReference } from '../functions/definition.ts';
import type { DataType } from '../types/data-type.ts';
import { row } from '../types/types.ts';
import { isModuleReference, type ModuleReference, referenceOf } from './reference.ts';

/** Options of every kind of user-defined function. */
interface CommonOptions {
  /** The types of the arguments; calls are cast to them where SQL allows. If absent, every type is accepted. */
  readonly inputTypes?: readonly DataType[];
  /** Same arguments, same result: may be cached, folded and called less often. Default: true. */
  readonly deterministic?: boolean;
  /** The name in messages; default: the name it is registered under. */
  readonly name?: string;
  /** Values of the surrounding program that the function uses; they must be cloneable. */
  readonly captures?: Readonly<Record<string, unknown>>;
  /** `inline` runs it on the calling thread, where it sees its own surroundings. */
  readonly execution?: 'worker' | 'inline';
}

/** Options of `udf`. */
export interface ScalarOptions extends CommonOptions {
  readonly resultType: DataType;
  /** `general` (default) gets one row's values; `arrow` gets and gives whole columns. */
  readonly funcType?: 'general' | 'arrow';
}

/** Options of `asyncUdf`. */
export interface AsyncOptions extends CommonOptions {
  readonly resultType: DataType;
  /** Calls under way at once, in each worker. Default: 10. */
  readonly concurrency?: number;
  /** Milliseconds that a call may take. Default: 180000. */
  readonly timeoutMs?: number;
  /** How often a call is made before its failure counts (1), and the pause between (100 ms). */
  readonly retry?: { readonly attempts: number; readonly delayMs?: number };
}

/** Options of `udtf`. */
export interface TableOptions extends CommonOptions {
  /** The types of the columns that the function makes. */
  readonly resultTypes: readonly DataType[] | DataType;
  readonly resultNames?: readonly string[];
}

/** Options of `udaf`. */
export interface AggregateOptions extends CommonOptions {
  readonly resultType: DataType;
  readonly accumulatorType?: DataType;
}

/** What kind of function it is. */
export type UserFunctionKind = 'scalar' | 'async' | 'table' | 'aggregate' | 'tableAggregate';

/** Marks user-defined functions, also those of another copy of this package. */
const BRAND = Symbol.for('millrace.UserFunction');

/** A user-defined function, ready to be registered: what `udf` and its like return. */
export class UserFunction {
  readonly [BRAND] = true;
  readonly functionKind: UserFunctionKind;
  /** The function object itself, an instance of a function class, or a module reference. */
  readonly target: unknown;
  readonly inputTypes: readonly DataType[] | null;
  readonly resultType: DataType;
  readonly funcType: 'general' | 'arrow';
  readonly deterministic: boolean;
  /** Runs on the calling thread. */
  readonly inline: boolean;
  readonly name: string;
  /** How calls of an async function are made; null for the other kinds. */
  readonly async: AsyncCalls | null;
  readonly #captures: Readonly<Record<string, unknown>>;
  #reference: UdfReference | null = null;

  /** Errors: ValidationError UDF_OPTIONS. */
  constructor(
    kind: UserFunctionKind,
    target: unknown,
    options: CommonOptions &
      Omit<AsyncOptions, 'resultType'> & {
        readonly resultType: DataType;
        readonly funcType?: string;
      },
  ) {
    requireOptions('a function', options);
    const name = options.name ?? nameOf(target);
    if (typeof target !== 'function' && (typeof target !== 'object' || target === null)) {
      throw invalidArgument(
        'What a function is made of',
        'a function, an object with methods or { module, export }',
        target,
      );
    }
    checkOptions(name, options);
    this.functionKind = kind;
    this.name = name;
    this.target = target;
    this.inline = options.execution === 'inline';
    this.inputTypes = options.inputTypes ?? null;
    this.resultType = options.resultType;
    this.funcType = options.funcType === 'arrow' ? 'arrow' : 'general';
    this.deterministic = options.deterministic ?? isDeterministic(target);
    this.async = kind === 'async' ? asyncCalls(options) : null;
    this.#captures = options.captures ?? {};
  }

  /**
   * How workers get at the function. Asked for when it is registered, because a function that a
   * module exports may use whatever that module has. Errors: ValidationError UDF_CAPTURES,
   * UDF_NOT_PORTABLE, UDF_MODULE.
   */
  get reference(): UdfReference {
    this.#reference ??= this.inline
      ? { kind: 'inline' }
      : referenceOf(this.target, this.#captures, this.name);
    return this.#reference;
  }
}

type AnyFunction = (...args: never[]) => unknown;

/** Makes a scalar function: one value of one row (or, with `arrow`, a column of columns). */
export function udf(
  target: AnyFunction | object | ModuleReference,
  options: ScalarOptions,
): UserFunction {
  return new UserFunction('scalar', target, options);
}

/** Makes a scalar function that waits for the outside world. */
export function asyncUdf(
  target: AnyFunction | object | ModuleReference,
  options: AsyncOptions,
): UserFunction {
  return new UserFunction('async', target, options);
}

/** Makes a table function: a generator of rows. */
export function udtf(
  target: AnyFunction | object | ModuleReference,
  options: TableOptions,
): UserFunction {
  requireOptions('a function', options);
  const { resultTypes, resultNames } = options;
  if (!Array.isArray(resultTypes) && !isType(resultTypes)) {
    const reason = 'resultTypes must be DataTypes values';
    throw validationError('UDF_OPTIONS', { name: options.name ?? nameOf(target), reason });
  }
  const resultType =
    'kind' in resultTypes
      ? resultTypes
      : row(
          resultTypes.map((type, i) => ({
            name: resultNames?.[i] ?? `f${i}`,
            type,
            comment: null,
          })),
        );
  return new UserFunction('table', target, { ...options, resultType });
}

/** Makes an aggregate function of an object with createAccumulator, accumulate and getValue. */
export function udaf(target: object | ModuleReference, options: AggregateOptions): UserFunction {
  return new UserFunction('aggregate', target, options);
}

/** Makes a table aggregate function of an object with createAccumulator, accumulate and emitValue. */
export function udtaf(target: object | ModuleReference, options: AggregateOptions): UserFunction {
  return new UserFunction('tableAggregate', target, options);
}

/** Whether a value was made by `udf`, `asyncUdf`, `udtf`, `udaf` or `udtaf`. */
export function isUserFunction(value: unknown): value is UserFunction {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** The same function by the module that exports it. */
export function referringTo(fn: UserFunction, reference: ModuleReference): UserFunction {
  const { functionKind, inputTypes, resultType, funcType, deterministic, inline, name } = fn;
  return new UserFunction(functionKind, inline ? fn.target : reference, {
    ...(fn.async === null
      ? {}
      : { ...fn.async, retry: { attempts: fn.async.attempts, delayMs: fn.async.delayMs } }),
    ...(inputTypes === null ? {} : { inputTypes }),
    resultType,
    funcType,
    deterministic,
    execution: inline ? 'inline' : 'worker',
    name,
  });
}

function asyncCalls(options: Omit<AsyncOptions, 'resultType'>): AsyncCalls {
  const { concurrency = 10, timeoutMs = 180_000, retry } = options;
  return {
    concurrency: Math.max(1, concurrency),
    timeoutMs,
    attempts: Math.max(1, retry?.attempts ?? 1),
    delayMs: retry?.delayMs ?? 100,
  };
}

function nameOf(target: unknown): string {
  if (typeof target === 'function' && target.name !== '') return target.name;
  if (isModuleReference(target)) return target.export ?? 'default';
  if (typeof target === 'object' && target !== null && target.constructor !== Object) {
    return target.constructor.name;
  }
  return 'anonymous';
}

function isDeterministic(target: unknown): boolean {
  if (typeof target !== 'object' || target === null || !('isDeterministic' in target)) return true;
  const { isDeterministic: ask } = target;
  if (typeof ask !== 'function') {
    throw validationError('UDF_OPTIONS', {
      name: nameOf(target),
      reason: 'isDeterministic must be a method',
    });
  }
  return Boolean(Reflect.apply(ask, target, []));
}

function isType(type: unknown): boolean {
  return typeof type === 'object' && type !== null && 'kind' in type;
}

function checkOptions(
  name: string,
  options: {
    readonly resultType?: DataType;
    readonly inputTypes?: readonly DataType[];
    readonly funcType?: string;
    readonly execution?: string;
  },
): void {
  if (!isType(options.resultType)) {
    throw validationError('UDF_OPTIONS', { name, reason: 'resultType must be a DataTypes value' });
  }
  if (
    options.inputTypes !== undefined &&
    !(Array.isArray(options.inputTypes) && options.inputTypes.every(isType))
  ) {
    throw validationError('UDF_OPTIONS', { name, reason: 'inputTypes must be DataTypes values' });
  }
  const { funcType = 'general', execution = 'worker' } = options;
  if (funcType !== 'general' && funcType !== 'arrow') {
    throw validationError('UDF_OPTIONS', { name, reason: "funcType is 'general' or 'arrow'" });
  }
  if (execution !== 'worker' && execution !== 'inline') {
    throw validationError('UDF_OPTIONS', { name, reason: "execution is 'worker' or 'inline'" });
  }
}
