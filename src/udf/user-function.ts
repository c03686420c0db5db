import { types } from 'node:util';
import { showValue } from '../columnar/show-value.ts';
import { invalidArgument, requireOptions } from '../common/arguments.ts';
import { validationError } from '../common/errors.ts';
import type { AsyncCalls, Isolation, UdfReference } from '../functions/definition.ts';
import type { ProcessSpec } from '../functions/process.ts';
import type { DataType } from '../types/data-type.ts';
import { isolationOf } from './isolation.ts';
import type { AsyncOptions, CommonOptions, InferredTypes, RetryOptions } from './options.ts';
import {
  isModuleReference,
  type ModuleReference,
  referenceOf,
  type SharedModules,
} from './reference.ts';
import {
  faultOf,
  type GetTypeInference,
  isType,
  type Signature,
  type Typing,
} from './type-inference.ts';
import { callerPlace } from './user-lines.ts';

/** What kind of function it is. */
export type UserFunctionKind =
  | 'scalar'
  | 'async'
  | 'table'
  | 'aggregate'
  | 'tableAggregate'
  | 'process';

/** The options of all kinds together. */
export type FunctionOptions = CommonOptions &
  InferredTypes &
  Omit<AsyncOptions, 'resultType'> & {
    readonly resultType?: DataType;
    readonly accumulatorType?: DataType;
    readonly funcType?: 'general' | 'arrow';
  };

const OPTIONS: readonly string[] = [
  'inputTypes',
  'argumentNames',
  'resultType',
  'overloads',
  'getTypeInference',
  'accumulatorType',
  'deterministic',
  'name',
  'captures',
  'execution',
  'funcType',
  'concurrency',
  'timeoutMs',
  'retry',
  'outputMode',
  'isolation',
  'permissions',
] satisfies readonly (keyof FunctionOptions)[];

const RETRY_OPTIONS: readonly string[] = [
  'attempts',
  'delayMs',
  'backoff',
  'maxDelayMs',
  'totalMs',
] satisfies readonly (keyof RetryOptions)[];

/** Marks user-defined functions, also those of another copy of this package. */
const BRAND = Symbol.for('millrace.UserFunction');

/** The longest pause between two attempts, unless the user says otherwise. */
const MAX_DELAY_MS = 60_000;
/** How long attempts go on, unless the user says otherwise. */
const TOTAL_MS = 600_000;

/** A user-defined function, ready to be registered: what `udf` and its like return. */
export class UserFunction {
  /** @internal */
  readonly [BRAND] = true;
  readonly functionKind: UserFunctionKind;
  /**
   * The function object itself, an instance of a function class, or a module reference.
   *
   * @internal
   */
  readonly target: unknown;
  /** @internal */
  readonly typing: Typing;
  readonly funcType: 'general' | 'arrow';
  readonly deterministic: boolean;
  /** Runs on the calling thread. @internal */
  readonly inline: boolean;
  readonly name: string;
  /** How calls of an async function are made; null for the other kinds. @internal */
  readonly async: AsyncCalls | null;
  /** The type of the accumulators of an aggregate that can merge them, else null. @internal */
  readonly accumulator: DataType | null;
  /** What a process table function takes and keeps; null for the other kinds. @internal */
  readonly process: ProcessSpec | null;
  /** The process that it runs in; null for the threads of the program. @internal */
  readonly isolation: Isolation | null;
  readonly #options: FunctionOptions;
  readonly #madeAt: string | null = callerPlace();

  /**
   * `code` is what a module reference refers to, if known. Errors: ValidationError UDF_OPTIONS,
   * UDF_PERMISSIONS.
   *
   * @internal
   */
  constructor(
    kind: UserFunctionKind,
    target: unknown,
    options: FunctionOptions,
    code: unknown = target,
    process: ProcessSpec | null = null,
  ) {
    requireOptions('a function', options, OPTIONS);
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
    this.typing = typingOf(name, target, options);
    this.funcType = options.funcType ?? 'general';
    this.deterministic = options.deterministic ?? isDeterministic(target);
    this.async = kind === 'async' ? asyncCalls(options) : null;
    this.process = process;
    this.isolation = isolationOf(name, options);
    // Accumulators do not leave the process of their function: one task has all rows of a group.
    this.accumulator = this.isolation === null ? mergedType(code, options) : null;
    this.#options = options;
  }

  /**
   * How workers get at the function, which is registered as `name` and may use exports of
   * `modules`. Asked for when it is registered, because a function that a module exports may use
   * whatever that module has. Errors: ValidationError UDF_CAPTURES, UDF_NOT_PORTABLE, UDF_MODULE.
   *
   * @internal
   */
  reference(name: string, modules: SharedModules): UdfReference {
    if (this.inline) return { kind: 'inline' };
    return referenceOf(this.target, this.#options.captures ?? {}, name, modules, this.#madeAt);
  }

  /**
   * The same function, run by the calling thread as it is; modules are imported there anyway. It
   * must be one without permissions.
   *
   * @internal
   */
  inThisThread(): UserFunction {
    if (this.inline || isModuleReference(this.target)) return this;
    const { isolation: _, ...rest } = this.#options;
    const options = { ...rest, execution: 'inline' } as const;
    return new UserFunction(this.functionKind, this.target, options, this.target, this.process);
  }

  /** The same function by the module that exports it; functions that run inline stay. @internal */
  referringTo(reference: ModuleReference): UserFunction {
    if (this.inline) return this;
    const { infer } = this.typing;
    const options = {
      ...this.#options,
      name: this.name,
      deterministic: this.deterministic,
      ...(infer === null ? {} : { getTypeInference: infer }),
    };
    return new UserFunction(this.functionKind, reference, options, this.target, this.process);
  }
}

/** Whether a value was made by `udf`, `asyncUdf`, `udtf`, `udaf`, `udtaf` or `ptf`. */
export function isUserFunction(value: unknown): value is UserFunction {
  // A proxy has not the private fields, a copy of the properties not the methods.
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false;
  return BRAND in value && 'reference' in value;
}

/** The name of a function, for messages. */
export function nameOf(target: unknown): string {
  if (typeof target === 'function' && target.name !== '') return target.name;
  if (isModuleReference(target)) return target.export ?? 'default';
  const made = typeof target === 'object' ? target?.constructor : undefined;
  return typeof made === 'function' && made !== Object ? made.name : 'anonymous';
}

/** For a reference to an export without its types. */
const BARE_REFERENCE =
  "If the export was made by udf(…), it has its types: register { module, export } itself, as in createTemporarySystemFunction('f', { module, export }). If it is a plain function, name its types: udf({ module, export }, { inputTypes, resultType }).";

/** The error for options that say something impossible. */
export function invalidOptions(name: string, reason: string, hint: string | null = null): Error {
  return validationError('UDF_OPTIONS', { name, reason }, { hint });
}

function asyncCalls(options: FunctionOptions): AsyncCalls {
  const { concurrency = 10, timeoutMs = 180_000, retry, outputMode = 'ordered' } = options;
  return {
    concurrency,
    timeoutMs,
    attempts: retry?.attempts ?? 1,
    delayMs: retry?.delayMs ?? 100,
    backoff: retry?.backoff ?? 1,
    maxDelayMs: retry?.maxDelayMs ?? MAX_DELAY_MS,
    totalMs: retry?.totalMs ?? TOTAL_MS,
    ordered: outputMode === 'ordered',
  };
}

/** Accumulators meet where they have a type, in which they travel, and a method that merges them. */
function mergedType(code: unknown, { accumulatorType }: FunctionOptions): DataType | null {
  if (accumulatorType === undefined) return null;
  const methods: unknown = typeof code === 'function' ? code.prototype : code;
  const merges = typeof methods === 'object' && methods !== null && 'merge' in methods;
  return merges ? accumulatorType : null;
}

function isDeterministic(target: unknown): boolean {
  const ask = methodOf(target, 'isDeterministic');
  return ask === null || Boolean(ask());
}

/** A method of an object that decides something about a function; null if it has none. */
function methodOf(target: unknown, key: string): ((...args: unknown[]) => unknown) | null {
  if (typeof target !== 'object' || target === null || !(key in target)) return null;
  const method: unknown = Reflect.get(target, key);
  if (typeof method !== 'function') throw invalidOptions(nameOf(target), `${key} must be a method`);
  return (...args) => Reflect.apply(method, target, args);
}

function typingOf(name: string, target: unknown, options: FunctionOptions): Typing {
  const { inputTypes, argumentNames, resultType, overloads } = options;
  // What it returns is checked when it is called.
  const infer = (options.getTypeInference ??
    methodOf(target, 'getTypeInference')) as GetTypeInference | null;
  if (infer !== null && typeof infer !== 'function') {
    throw invalidOptions(name, 'getTypeInference must be a function');
  }
  if (infer !== null && resultType === undefined) return { signatures: [], infer };
  const single = {
    ...(inputTypes === undefined ? {} : { inputTypes }),
    ...(argumentNames === undefined ? {} : { argumentNames }),
    resultType,
  };
  const given: unknown = overloads ?? [single];
  if (!Array.isArray(given) || given.length === 0) {
    throw invalidOptions(name, 'overloads must be a list of { inputTypes, resultType }');
  }
  for (const signature of given) {
    const reason = faultOf(signature);
    if (reason === null) continue;
    const isBare = isModuleReference(target) && resultType === undefined && overloads === undefined;
    throw invalidOptions(name, reason, isBare ? BARE_REFERENCE : null);
  }
  return { signatures: given as readonly Signature[], infer: null };
}

function checkOptions(name: string, options: FunctionOptions): void {
  if (options.accumulatorType !== undefined && !isType(options.accumulatorType)) {
    throw invalidOptions(name, 'accumulatorType must be a DataTypes value');
  }
  const { funcType = 'general', execution = 'worker', outputMode = 'ordered' } = options;
  if (funcType !== 'general' && funcType !== 'arrow') {
    throw invalidOptions(name, "funcType is 'general' or 'arrow'");
  }
  if (execution !== 'worker' && execution !== 'inline') {
    throw invalidOptions(name, "execution is 'worker' or 'inline'");
  }
  if (outputMode !== 'ordered' && outputMode !== 'unordered') {
    throw invalidOptions(name, "outputMode is 'ordered' or 'unordered'");
  }
  checkCalls(name, options);
}

/** NaN, and no call at once, would leave rows without a call. */
function checkCalls(name: string, { concurrency, timeoutMs, retry }: FunctionOptions): void {
  if (retry !== undefined) requireOptions('retry', retry, RETRY_OPTIONS);
  const { attempts, delayMs, backoff, maxDelayMs, totalMs } = retry ?? {};
  const check = (option: string, value: unknown, what: string, fits: (n: number) => boolean) => {
    if (value === undefined || (typeof value === 'number' && fits(value))) return;
    throw invalidOptions(name, `${option} must be ${what}, not ${showValue(value)}`);
  };
  const isCount = (n: number): boolean => Number.isInteger(n) && n > 0;
  check('concurrency', concurrency, 'a whole number above 0', isCount);
  check('timeoutMs', timeoutMs, 'a number above 0', (n) => n > 0);
  check('retry.attempts', attempts, 'a whole number above 0', isCount);
  check('retry.totalMs', totalMs, 'a number above 0', (n) => n > 0);
  const pauses = {
    'retry.delayMs': delayMs,
    'retry.backoff': backoff,
    'retry.maxDelayMs': maxDelayMs,
  };
  for (const [option, value] of Object.entries(pauses)) {
    check(option, value, 'a number that is not negative', (n) => n >= 0);
  }
}
