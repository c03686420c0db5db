import type { Region } from '../columnar/arena/region.ts';
import type { Batch } from '../columnar/batch.ts';
import type { Cancellation } from '../columnar/cancellation.ts';
import type { Expr } from '../expr/expr.ts';
import type { StatementContext } from '../functions/definition.ts';
import type { TaskMetrics } from '../udf/metrics.ts';
import type { ChildLink } from './child/child-link.ts';
import type { TaskMemory } from './memory.ts';
import type { OperatorMetrics } from './profile/operator-profile.ts';
import type { TaskProfile } from './profile/task-profile.ts';

/** What an operator gets from the task that owns it. */
export interface TaskContext {
  /** The memory of this task; freed with it. */
  readonly region: Region;
  /** What operators that hold rows ask whether they may hold more. */
  readonly memory: TaskMemory;
  readonly statement: StatementContext;
  /** Rows of the batches that operators make; tests set 1 and 3. */
  readonly batchRows: number;
  /** Whether expressions are compiled (`table.exec.compile`). */
  readonly compile: boolean;
  /** Rows for which expressions are interpreted before they are compiled; absent: none. */
  readonly interpretedRows?: number;
  /** Throws CancelledError when the query was cancelled. Called between batches, and in long loops. */
  checkCancelled(): void;
  /** The operator's input stays where it is until the task ends: rows to keep need no copy. */
  readonly inputStays?: boolean;
  /** The columns of the operator's output that others read; absent or null: all. */
  readonly columnsRead?: ReadonlySet<number> | null;
  /** Says that the task is alive. Loops over user code mark it every 64 rows. */
  readonly progress: ProgressMark;
  readonly userCode: UserCodeSite;
  /** Where the task's operators are measured; absent when nobody asked (EXPLAIN ANALYZE does). */
  readonly profile?: TaskProfile | undefined;
  /** What an operator tells about its work; absent when it is not measured. */
  readonly metrics?: OperatorMetrics;
}

/** What user code can see of its task. */
export interface UserCodeSite {
  readonly metrics: TaskMetrics;
  /** The environment's folder for files; not there until somebody makes it. */
  readonly cacheFolder: string;
  /** The number of the task, and how many there are. */
  readonly task: number;
  readonly tasks: number;
  /** The way to the processes of functions that have their own; null where none can be waited for. */
  readonly children: ChildLink | null;
}

/** Words that a task and the calling thread share. */
export interface ProgressMark {
  readonly words: Int32Array;
  /** The word that changes while the task makes progress; the calling thread watches it. */
  readonly index: number;
  /** The word that is not 0 when the query was cancelled. */
  readonly cancelled: number;
}

/** How the kernels of a task, and what calls them, learn that its query was cancelled. */
export function cancellationOf({
  region,
  progress: { words, cancelled },
  checkCancelled: check,
}: Pick<TaskContext, 'region' | 'progress' | 'checkCancelled'>): Cancellation {
  // The calling thread cannot be told while it is in a kernel: it has no such word.
  const isShared = words.buffer === region.arena.buffer;
  return { address: isShared ? words.byteOffset + cancelled * words.BYTES_PER_ELEMENT : 0, check };
}

/**
 * One step of a pipeline: a batch in, any number of batches out.
 *
 * Operators never call each other. The task drives them and pulls each result lazily, so a slow
 * consumer holds its producer back and a satisfied LIMIT stops the work above it. A yielded batch
 * is borrowed: it is valid until the operator is called again or its iterable is pulled again.
 * One without rows goes to no other operator: it offers a pause in long work that yields nothing.
 */
export interface Operator {
  /** Called once, before all else: for what must be awaited, such as loading user code. */
  open?(): Promise<void>;
  /** Called for each batch that arrives on `port` (0 unless the node has several inputs). */
  process(batch: Batch, port: number): Iterable<Batch>;
  /** The input on `port` has ended. A blocking operator (sort, aggregate) emits here. */
  finish?(port: number): Iterable<Batch>;
  /** What the operator waits for, when it has just yielded a batch without rows. */
  readonly pending?: Promise<void> | null;
  /** True when no further input changes the output: a satisfied LIMIT. */
  readonly done?: boolean;
  /** What the operator evaluates over the rows it is given: an error of theirs then says which. */
  readonly expressions?: readonly Expr[];
  /** Whether the operator reads batches with a selection; others get compacted ones. */
  readonly readsSelection: boolean;
  /** Whether the next batches may be whole morsels, where rows lie in memory. Absent: no. */
  readonly readsMorsels?: boolean;
  /** Called once at the end, also after a failure. */
  close?(): void | Promise<void>;
}

/** An operator that waits for the outside world: ends a chain. */
export interface AsyncOperator {
  process(batch: Batch, port: number): AsyncIterable<Batch>;
  finish?(port: number): AsyncIterable<Batch>;
  close?(): void;
}
