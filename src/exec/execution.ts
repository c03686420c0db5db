import type { Batch } from '../columnar/batch.ts';
import type { StatementContext } from '../functions/definition.ts';
import type { MetricTotals } from '../udf/metrics.ts';
import type { OperatorMemory } from './memory.ts';
import type { OperatorProfiles } from './profile/operator-profile.ts';

/** How one statement runs: captured at its call. */
export interface ExecuteOptions {
  readonly statement: StatementContext;
  /** Cancels the statement. */
  readonly signal?: AbortSignal | null;
  /** Workers that the statement uses at most (`parallelism.default`). */
  readonly parallelism: number;
  /** The plan has the values of one call: nothing that is made of it is kept. Absent: it is kept. */
  readonly ofOneCall?: boolean;
  /** Whether expressions are compiled (`table.exec.compile`). */
  readonly compile: boolean;
  /** Rows that operators on the calling thread interpret expressions for before they compile them. */
  readonly interpretedRows?: number;
  /** Rows of the batches that operators make. */
  readonly batchRows: number;
  /** Milliseconds without progress after which a user-defined function is stopped. */
  readonly udfTimeoutMs: number;
  /** Stages of fewer estimated rows, and without user code, run on the calling thread. */
  readonly inlineRowsMax: number;
  /** Whether the operators of nodes with numbers are measured (EXPLAIN ANALYZE). */
  readonly profile?: boolean;
  /** Where rows go that memory does not hold; null: the system's place for temporary files. */
  readonly spillDirectory?: string | null;
}

/** One run of one physical plan. */
export interface Execution {
  /**
   * The rows, in batches without selection: borrowed, valid until the next pull. Nothing runs
   * before the first pull; leaving the loop cancels the rest. Can be called once. A plan that
   * ends in a TableSink is committed before its one row (the number of rows written) comes.
   * Errors: always TableErrors (CancelledError after `cancel`, the signal, or `Engine.close`).
   */
  batches(): AsyncIterable<Batch>;
  /** Stops the run: the pull that waits, or else the next one, throws CancelledError. Idempotent. */
  cancel(): void;
  /** Rows that sinks wrote so far. */
  readonly rowsWritten: number;
  /** Rows that sources passed over because of `ignore-parse-errors`. */
  readonly rowsSkipped: number;
  /** What the user's functions measured, once the run has ended. */
  readonly metrics: MetricTotals;
  /** What was measured of the plan's nodes, once the run has ended. */
  readonly profile: ExecutionProfile;
  /** What operators held and spilled, by task, as far as their stages have ended. */
  readonly memory: readonly OperatorMemory[];
}

/** How a run went. */
export interface ExecutionProfile {
  /** By number of the node; empty unless the options asked for it. */
  readonly operators: OperatorProfiles;
  /** Tasks that ran, in workers and on the calling thread. */
  readonly tasks: number;
  /** Milliseconds from the first pull to the end. */
  readonly ms: number;
}
