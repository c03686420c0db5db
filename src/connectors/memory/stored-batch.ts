import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, batchOf } from '../../columnar/batch.ts';
import { concatBatches } from '../../columnar/batches.ts';
import { type Column, FixedColumn } from '../../columnar/column.ts';
import { copyColumn } from '../../columnar/concat.ts';
import { rangeOf } from '../../columnar/kernels/dense-keys.ts';
import { narrowCopy } from '../../columnar/narrow-copy.ts';

/** Integers of fewer rows stay as wide as their type: every width has loops of its own. */
const NARROW_ROWS_MIN = 1024;

/**
 * A copy of inserted rows as tables keep them, in memory of `region` alone: with the ranges of their
 * integers, which scans and compiled expressions make use of, and no wider than these need.
 */
export function storedBatch(batch: Batch, region: Region, scratch: Region): Batch {
  const copy = batch.length < NARROW_ROWS_MIN ? copyColumn : narrowCopy;
  const columns = batch.columns.map((column) => copy(withRange(column, scratch), region));
  return batchOf(batch.schema, columns, batch.length);
}

/** The rows of some batches of a table as one of them, in memory of `region` alone. */
export function mergedBatch(batches: readonly Batch[], region: Region): Batch {
  const rows = batches.reduce((sum, { length }) => sum + length, 0);
  if (rows < NARROW_ROWS_MIN) return concatBatches(batches, region);
  using scratch = region.child();
  return storedBatch(concatBatches(batches, scratch), region, scratch);
}

function withRange(column: Column, region: Region): Column {
  if (column.layout !== 'fixed' || column.range !== null) return column;
  const range = rangeOf(column, region);
  if (range === null) return column;
  const { type, length, values, width, validity, nullCount } = column;
  return new FixedColumn(type, length, values, width, validity, nullCount, range);
}
