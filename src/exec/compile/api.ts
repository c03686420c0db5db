import type { Batch } from '../../columnar/batch.ts';
import type { Column } from '../../columnar/column.ts';
import type { GroupLookup } from '../../columnar/kernels/group-lookup.ts';
import type { Expr } from '../../expr/expr.ts';

/** A compiled filter: which rows of a batch fulfil a condition. Made by `createFilter`. */
export interface BatchFilter {
  /**
   * The rows for which the condition is TRUE, ascending, in the arena; of the batch's selection
   * if it has one. Borrowed: valid until the next call.
   */
  select(batch: Batch): Int32Array;
  /** Frees the buffers. */
  close(): void;
}

/** A compiled expression list: one output column each. Made by `createProjection`. */
export interface BatchProjection {
  /**
   * The expressions over the rows that count: dense, without a selection, and with the row kinds
   * of those rows. Borrowed: valid until the next call. Input columns that pass through unchanged
   * are not copied when the batch has no selection.
   */
  project(batch: Batch): Batch;
  /** Frees the buffers. */
  close(): void;
}

/**
 * The states of a list of aggregate calls, one set per group. Made by `createAggregates`. An
 * instance is either updated with rows or merged with states, never both.
 */
export interface AggregateStates {
  /**
   * Adds rows: the i-th row of `batch` that counts belongs to group `groupIds[i]`, below `groups`
   * (the number of groups so far; it never falls). `groupIds` lies in the arena; null puts all
   * rows into group 0 (`groups` is then 1), which is faster.
   */
  update(batch: Batch, groupIds: Int32Array | null, groups: number): void;
  /**
   * Adds partial states: the columns are the state columns of all calls, in order, dense, and
   * their i-th row belongs to group `groupIds[i]`.
   */
  merge(stateColumns: readonly Column[], groupIds: Int32Array | null, groups: number): void;
  /** The partial states of groups 0 to `groups - 1`: for each call, a column per `state` type. */
  stateColumns(groups: number): Column[];
  /** The results of groups 0 to `groups - 1`, one column a call. Groups without rows are allowed. */
  results(groups: number): Column[];
  /**
   * Adds the first rows of a batch without selection that fulfil `condition`, as long as their
   * groups are found by `lookup` (null: there is one group) and 64 bits hold what is
   * computed. Returns how many rows are done, or null when this is not emitted.
   */
  updateFound?(
    batch: Batch,
    condition: Expr | null,
    lookup: GroupLookup | null,
    keys: readonly Expr[],
    groups: number,
  ): number | null;
  /** Forgets all groups. */
  reset(): void;
  /** Frees the states and buffers. */
  close(): void;
}
