import { assert } from '../common/assert.ts';
import { allocBytes } from './allocate.ts';
import type { Region } from './arena/region.ts';
import { type Batch, RowKind } from './batch.ts';
import type { Column } from './column.ts';
import { concatColumns, copyColumn, ownDictionary } from './concat.ts';
import { hasGaps, sliceColumn, take } from './take.ts';

/**
 * The rows of a batch in the order of `indices` (into the columns, whatever the selection);
 * -1 makes a row of NULLs. Dictionaries are not copied. Errors: ResourceError MEMORY_LIMIT.
 */
export function takeBatch(batch: Batch, indices: Int32Array, region: Region): Batch {
  const gaps = hasGaps(indices, region);
  return {
    schema: batch.schema,
    length: indices.length,
    columns: batch.columns.map((column) => take(column, indices, region, gaps)),
    rowKinds: batch.rowKinds === null ? null : takeKinds(batch.rowKinds, indices, region),
    selection: null,
  };
}

function takeKinds(kinds: Uint8Array, indices: Int32Array, region: Region): Uint8Array {
  const taken = allocBytes(region, indices.length);
  for (let i = 0; i < indices.length; i++) {
    taken[i] = indices[i]! < 0 ? RowKind.INSERT : kinds[indices[i]!]!;
  }
  return taken;
}

/**
 * The batch without a selection: its rows alone, in memory of `region`; the batch itself if it
 * has none. Dictionaries are not copied. Errors: ResourceError MEMORY_LIMIT.
 */
export function compact(batch: Batch, region: Region): Batch {
  if (batch.selection === null) return batch;
  if (batch.selection.length === batch.length) return { ...batch, selection: null };
  return takeBatch(batch, batch.selection, region);
}

/**
 * The rows from `from` to `to` of a batch without selection. Shares the memory of the batch;
 * only bits that do not start at a byte are copied to `region`.
 */
export function sliceBatch(batch: Batch, from: number, to: number, region: Region): Batch {
  assert(batch.selection === null, 'a compacted batch');
  if (from === 0 && to === batch.length) return batch;
  return {
    schema: batch.schema,
    length: to - from,
    columns: batch.columns.map((column) => sliceColumn(column, from, to, region)),
    rowKinds: batch.rowKinds?.subarray(from, to) ?? null,
    selection: null,
  };
}

/**
 * A compacted copy of a batch that lies in memory of `region` alone, dictionaries included.
 * Errors: ResourceError MEMORY_LIMIT.
 */
export function copyBatch(batch: Batch, region: Region): Batch {
  if (batch.selection !== null) {
    const taken = compact(batch, region);
    if (taken.columns !== batch.columns) {
      // The rows are in the region by now; only dictionaries may still lie elsewhere.
      return { ...taken, columns: taken.columns.map((column) => ownDictionary(column, region)) };
    }
    return copyBatch(taken, region);
  }
  const { rowKinds } = batch;
  const kinds = rowKinds === null ? null : allocBytes(region, batch.length);
  if (rowKinds !== null) kinds?.set(rowKinds);
  return {
    schema: batch.schema,
    length: batch.length,
    columns: batch.columns.map((column) => copyColumn(column, region)),
    rowKinds: kinds,
    selection: null,
  };
}

/**
 * The rows of several batches without selection, one after the other, in memory of `region`
 * alone. There is at least one batch. Errors: ResourceError MEMORY_LIMIT.
 */
export function concatBatches(batches: readonly Batch[], region: Region): Batch {
  const first = batches[0];
  assert(first !== undefined, 'at least one batch');
  const length = batches.reduce((sum, batch) => sum + batch.length, 0);
  return {
    schema: first.schema,
    length,
    columns: first.columns.map((_, i) =>
      concatColumns(
        batches.map((batch) => batch.columns[i]!),
        region,
      ),
    ),
    rowKinds: concatKinds(batches, length, region),
    selection: null,
  };
}

function concatKinds(batches: readonly Batch[], length: number, region: Region): Uint8Array | null {
  if (batches.every((batch) => batch.rowKinds === null)) return null;
  const kinds = allocBytes(region, length).fill(RowKind.INSERT);
  let row = 0;
  for (const batch of batches) {
    if (batch.rowKinds !== null) kinds.set(batch.rowKinds.subarray(0, batch.length), row);
    row += batch.length;
  }
  return kinds;
}

/** Bytes that the rows of a batch take, those of its dictionaries included. */
export function bytesOfBatch({ columns, length, selection }: Batch): number {
  const share = selection === null || length === 0 ? 1 : selection.length / length;
  return columns.reduce((sum, column) => sum + bytesOfColumn(column, share), 0);
}

/** Bytes of a share of the rows of a column. */
function bytesOfColumn(column: Column, share: number): number {
  const rows = column.length * share;
  const bitmap = column.nullCount > 0 ? rows / 8 : 0;
  switch (column.layout) {
    case 'null':
      return 0;
    case 'bool':
      return bitmap + rows / 8;
    case 'fixed':
      return bitmap + rows * column.width;
    case 'binary': {
      const { offsets, length } = column;
      return bitmap + rows * 4 + (offsets[length]! - offsets[0]!) * share;
    }
    case 'list': {
      const { offsets, length, child } = column;
      const entries = (offsets[length]! - offsets[0]!) / Math.max(1, child.length);
      return bitmap + rows * 4 + bytesOfColumn(child, entries * share);
    }
    case 'struct':
      return bitmap + column.children.reduce((sum, child) => sum + bytesOfColumn(child, share), 0);
    case 'dictionary':
      return bitmap + rows * 4 + bytesOfColumn(column.dictionary, 1);
  }
}
