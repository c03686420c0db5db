import type { ExecuteOptions } from '../execution.ts';
import type { PoolSite } from '../pool/pool-segment.ts';
import type { KeptBatch, SharedTable } from '../pool/protocol.ts';

/** Rows that a stage keeps for later ones. */
export interface HeldRows {
  readonly partitions: readonly (readonly KeptBatch[])[];
  readonly rows: number;
}

/** What the stages of one run share. */
export interface JobSite {
  readonly pool: PoolSite;
  readonly options: ExecuteOptions;
  /** When the run began, as `performance.now()` says it. */
  readonly startedAt: number;
  /** Whether the plan seems to be done soon. */
  readonly isShort: boolean;
  readonly held: ReadonlyMap<number, HeldRows>;
  readonly tables: ReadonlyMap<number, SharedTable>;
  /** Whether the run was cancelled. */
  isCancelled(): boolean;
  /** Rejects when it is. */
  readonly cancelled: Promise<never>;
}
