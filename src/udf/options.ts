import type { DataType } from '../types/data-type.ts';
import type { GetTypeInference, Signature } from './type-inference.ts';

/** Options of every kind of user-defined function. */
export interface CommonOptions {
  /** The types of the arguments; calls are cast to them where SQL allows. If absent, every type is accepted. */
  readonly inputTypes?: readonly DataType[];
  /** The names of the arguments, for calls such as `f(low => 1, high => 2)`. */
  readonly argumentNames?: readonly string[];
  /** Same arguments, same result: may be cached, folded and called less often. Default: true. */
  readonly deterministic?: boolean;
  /** The name in messages; default: the name it is registered under. */
  readonly name?: string;
  /** Values of the surrounding program that the function uses; they must be cloneable. */
  readonly captures?: Readonly<Record<string, unknown>>;
  /** `inline` runs it on the calling thread, where it sees its own surroundings. */
  readonly execution?: 'worker' | 'inline';
  /** `process` runs it in a process of its own: what it does to that leaves the program alone. */
  readonly isolation?: 'none' | 'process';
  /** What it may do in its process; needs `isolation: 'process'`. If absent, what the program may. */
  readonly permissions?: PermissionOptions;
}

/**
 * What code of an untrusted source may do, by Node's permission model. `{}`: read the modules that
 * it is made of, and nothing else.
 */
export interface PermissionOptions {
  /** Files: all (`true`), none (`false`, the default), or those below paths. */
  readonly fs?: boolean | { readonly read?: readonly string[]; readonly write?: readonly string[] };
  /** The network. Default: false, which Node can enforce from version 25 on. */
  readonly net?: boolean;
  /** Processes of its own, which may do everything. Default: false. */
  readonly child?: boolean;
}

/** Types by the arguments of a call, in place of `inputTypes` and `resultType`. */
export interface InferredTypes {
  /** Several signatures: the first that fits a call exactly, else the first that accepts it. */
  readonly overloads?: readonly Signature[];
  /** Decides the types of each call. A class may have it as a method. */
  readonly getTypeInference?: GetTypeInference;
}

/** Options with types by the arguments of a call. */
export type Inferred<O> = Omit<
  O,
  'inputTypes' | 'argumentNames' | 'resultType' | 'resultTypes' | 'resultNames'
> &
  InferredTypes;

/** Options beside types that are given apart. */
export type BesideTypes<O> = Omit<O, 'inputTypes' | 'resultType' | 'resultTypes'>;

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
  readonly retry?: RetryOptions;
  /** `unordered` hands rows on as their calls end, within a batch. Default: `ordered`. */
  readonly outputMode?: 'ordered' | 'unordered';
}

/** How often and when a failed call of an async function is made again. */
export interface RetryOptions {
  /** How often a call is made at most before its failure counts. Default: 1. */
  readonly attempts: number;
  /** Milliseconds before the second attempt. Default: 100. */
  readonly delayMs?: number;
  /** What each further pause is multiplied by. Default: 1, the same pause. */
  readonly backoff?: number;
  /** The longest pause. Default: 60000. */
  readonly maxDelayMs?: number;
  /** Milliseconds from the first attempt after which none begins, however many are left. Default: 600000. */
  readonly totalMs?: number;
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
  /** `general` (default) gets row after row; `arrow` is a function of a group's whole columns. */
  readonly funcType?: 'general' | 'arrow';
}

/** Options of `udtaf`. */
export interface TableAggregateOptions extends CommonOptions {
  /** A ROW: the columns that the function makes; another type: the only column. */
  readonly resultType: DataType;
  readonly accumulatorType?: DataType;
}
