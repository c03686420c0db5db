import type { Schema } from '../types/schema.ts';
import type { Column } from './column.ts';

/** How a row changes the result. Bytes as in Flink's RowKind, so they travel unchanged. */
export const RowKind = { INSERT: 0, UPDATE_BEFORE: 1, UPDATE_AFTER: 2, DELETE: 3 } as const;
/** One of the four row kinds. */
export type RowKind = (typeof RowKind)[keyof typeof RowKind];

/** Rows of a batch inside a chain: small enough for the cache, large enough to pay for the calls. */
export const BATCH_ROWS = 16384;
/** Rows of a morsel: what a worker claims at a time. */
export const MORSEL_ROWS = 65536;

/**
 * Rows that travel together.
 *
 * A batch that an operator yields is borrowed: it is valid until that operator is called again.
 * Whoever keeps rows copies them into a region of its own.
 */
export interface Batch {
  readonly schema: Schema;
  /** Rows in the columns; with a selection, fewer of them count. */
  readonly length: number;
  readonly columns: readonly Column[];
  /** One RowKind a row; null when all rows are INSERT. */
  readonly rowKinds: Uint8Array | null;
  /**
   * The rows that count, ascending, in the arena; null means all. Only inside a chain, between
   * operators that declare that they read selections.
   */
  readonly selection: Int32Array | null;
}

/** Makes a batch of inserted rows. `length` is given for batches without columns. */
export function batchOf(schema: Schema, columns: readonly Column[], length?: number): Batch {
  return {
    schema,
    length: length ?? columns[0]?.length ?? 0,
    columns,
    rowKinds: null,
    selection: null,
  };
}

/** How many rows of a batch count. */
export function rowCount(batch: Batch): number {
  return batch.selection === null ? batch.length : batch.selection.length;
}
