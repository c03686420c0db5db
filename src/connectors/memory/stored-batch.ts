import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, batchOf } from '../../columnar/batch.ts';
import { concatBatches } from '../../columnar/batches.ts';
import { type Column, FixedColumn } from '../../columnar/column.ts';
import { concatColumns, copyColumn } from '../../columnar/concat.ts';
import { rangeOf } from '../../columnar/kernels/dense-keys.ts';
import { narrowCopy } from '../../columnar/narrow-copy.ts';
import { assert } from '../../common/assert.ts';
import type { SharedDictionaries } from './shared-dictionaries.ts';

/** Integers of fewer rows stay as wide as their type: every width has loops of its own. */
const NARROW_ROWS_MIN = 1024;

/** How the strings of inserted rows are stored: as they come unless it says so. */
interface StringStorage {
  /** Changes how the values of a column lie. */
  readonly encode?: (column: Column, region: Region) => Column;
  /** Dictionaries of the chunks before, in the same memory. */
  readonly dictionaries?: SharedDictionaries;
}

/**
 * A copy of inserted rows as tables keep them, in memory of `region` alone: with the ranges of their
 * integers, which scans and compiled expressions make use of, and no wider than these need. Batches
 * become one, column by column: `scratch` lends memory for one of them.
 */
export function storedBatch(
  batches: readonly Batch[],
  region: Region,
  scratch: Region,
  { encode, dictionaries }: StringStorage = {},
): Batch {
  const [first] = batches;
  assert(first !== undefined, 'at least one batch');
  const rows = batches.reduce((sum, { length }) => sum + length, 0);
  const copy = rows < NARROW_ROWS_MIN ? copyColumn : narrowCopy;
  using piece = scratch.child();
  const columns = first.columns.map((column, i) => {
    piece.recycle();
    const parts = batches.map((batch) => batch.columns[i]!);
    const whole = parts.length === 1 ? column : concatColumns(parts, piece);
    const encoded = encode?.(whole, piece) ?? whole;
    return dictionaries?.copy(encoded, i) ?? copy(withRange(encoded, piece), region);
  });
  return batchOf(first.schema, columns, rows);
}

/** The rows of some batches of a table as one of them, in memory of `region` alone. */
export function mergedBatch(batches: readonly Batch[], region: Region): Batch {
  const rows = batches.reduce((sum, { length }) => sum + length, 0);
  return rows < NARROW_ROWS_MIN
    ? concatBatches(batches, region)
    : storedBatch(batches, region, region);
}

function withRange(column: Column, region: Region): Column {
  if (column.layout !== 'fixed' || column.range !== null) return column;
  const range = rangeOf(column, region);
  if (range === null) return column;
  const { type, length, values, width, validity, nullCount } = column;
  return new FixedColumn(type, length, values, width, validity, nullCount, range);
}
