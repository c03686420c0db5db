import type { MessagePort } from 'node:worker_threads';
import type { Expr } from '../../expr/expr.ts';
import type { Isolation, StatementContext } from '../../functions/definition.ts';
import type { DataType } from '../../types/data-type.ts';
import type { MetricSnapshot } from '../../udf/metrics.ts';
import type { ProcessCall } from '../../udf/run-process.ts';
import type { ScalarCall } from '../../udf/scalar-call.ts';
import type { ProcessTables } from '../operators/process-rows.ts';
import type { EncodedError } from '../pool/errors.ts';

/** One argument of a call: a column of the request's rows, or a value that all rows share. */
export type ArgumentForm =
  | { readonly kind: 'column'; readonly type: DataType }
  | { readonly kind: 'constant'; readonly type: DataType; readonly value: unknown };

/** What a function's `open` is told. */
export interface OpenSite {
  readonly statement: StatementContext;
  readonly args: readonly (Expr | null)[];
  readonly cacheFolder: string;
  readonly task: number;
  readonly tasks: number;
}

/** A call of a process table function, whose results say of which row they are. */
export interface IsolatedProcessCall extends ProcessCall, ScalarCall {
  /** Where the rows that are sent have the columns of the tables. */
  readonly input: ProcessTables;
}

/** An aggregate function, and the types of its arguments. */
export interface OpenedAggregate {
  readonly kind: 'aggregate';
  readonly call: ScalarCall;
  readonly types: readonly DataType[];
}

/** The function that is opened. */
export type Opened =
  | {
      readonly kind: 'scalar';
      readonly call: ScalarCall;
      /**
       * Rows that one call may give, whose calls are left where they give many; null: calls give
       * all at once.
       */
      readonly rowsMax: number | null;
    }
  | OpenedAggregate
  | { readonly kind: 'process'; readonly call: IsolatedProcessCall };

/** The header of a request. `fn` numbers the functions that are open in a child. */
export type Request =
  | {
      readonly op: 'open';
      readonly fn: number;
      readonly opened: Opened;
      readonly site: OpenSite;
    }
  /** One result for each row; of a call that was left, for its row alone: further rows. */
  | {
      readonly op: 'call';
      readonly fn: number;
      readonly args: readonly ArgumentForm[];
      readonly length: number;
    }
  /** Ends the call that was left. */
  | { readonly op: 'stop'; readonly fn: number }
  /** Rows for groups; with `grouped`, the last column says which, else all are for the first. */
  | {
      readonly op: 'update';
      readonly fn: number;
      readonly set: number;
      readonly args: readonly ArgumentForm[];
      readonly length: number;
      readonly groups: number;
      readonly grouped: boolean;
    }
  /** The results of all groups of a set. */
  | { readonly op: 'results'; readonly fn: number; readonly set: number; readonly groups: number }
  /** Forgets the groups of a set. */
  | { readonly op: 'reset'; readonly fn: number; readonly set: number }
  /** Rows for one accumulator; the last column says whether they are added or taken out. */
  | {
      readonly op: 'change';
      readonly fn: number;
      readonly accumulator: number;
      readonly types: readonly DataType[];
      readonly length: number;
    }
  /** The same, and then the value of the accumulator. */
  | {
      readonly op: 'value';
      readonly fn: number;
      readonly accumulator: number;
      readonly types: readonly DataType[];
      readonly length: number;
    }
  /** Forgets accumulators. */
  | { readonly op: 'release'; readonly fn: number; readonly accumulators: readonly number[] }
  /**
   * Rows for a process table function, which begins to make rows of them. `at` are their places;
   * behind those in `ends` a partition ends, and with the others the last one goes on.
   */
  | {
      readonly op: 'process';
      readonly fn: number;
      readonly types: readonly DataType[];
      readonly at: Int32Array;
      readonly ends: readonly number[];
      readonly rowsMax: number;
    }
  /** Further rows that it makes. */
  | { readonly op: 'more'; readonly fn: number; readonly rowsMax: number }
  | { readonly op: 'close'; readonly fn: number };

/** The header of a reply; its rows, if any, have one column. */
export interface Reply {
  readonly error: EncodedError | null;
  /** What an aggregate function can do, after `open`. */
  readonly abilities: Abilities | null;
  /** Whether a table function may make more of the rows that it was sent. */
  readonly hasMore: boolean;
  /** How often the request called the function; of aggregate functions the asker knows. */
  readonly calls: number;
  /** What the function measured, after `close`. */
  readonly metrics: readonly MetricSnapshot[];
}

/** What an aggregate function can do. */
export interface Abilities {
  readonly retracts: boolean;
}

/** Which children can serve a function: those of the same permissions and modules. */
export interface ChildKind {
  readonly isolation: Isolation;
  /** The URLs of the modules that it must be able to read. */
  readonly modules: readonly string[];
}

/** From a task to the calling thread: a request for a child of a kind; null ends the child. */
export interface ToChild {
  /** Comes back with the answer. */
  readonly id: number;
  readonly kind: ChildKind;
  readonly frame: Uint8Array<ArrayBuffer> | null;
}

/** From the calling thread to a task: the answer to the request `id`. */
export type FromChild = { readonly id: number } & Answer;

/** What became of a request. */
export type Answer =
  | { readonly kind: 'reply'; readonly frame: Uint8Array<ArrayBuffer> }
  /** The child is gone. `timeoutMs`: because it made no progress for so long. */
  | {
      readonly kind: 'died';
      readonly reason: string;
      readonly hint: string | null;
      readonly timeoutMs: number | null;
    };

/** What the task's thread and the calling thread share beside messages. */
export interface LinkEnd {
  readonly port: MessagePort;
  /** The words below. */
  readonly words: Int32Array;
}

/** A word that changes with every message to the task: it wakes its thread. */
export const SIGNAL = 0;
/** A word that changes with every sign of life of the child. */
export const PROGRESS = 1;
/** How many words there are. */
export const LINK_WORDS = 2;
