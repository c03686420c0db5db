import type { Column } from '../../columnar/column.ts';
import {
  type ColumnSummary,
  greater,
  lesser,
  type SummaryValue,
  summaryValue,
} from '../../types/column-summary.ts';
import type { Version } from './memory-table.ts';

/** Rows that are looked at, over all chunks: some microseconds for a column of numbers. */
const SAMPLE_ROWS = 1024;

const GOLDEN_RATIO = 0.618_033_988_75;

const known = new WeakMap<Version, Map<number, ColumnSummary | null>>();

/** What a sample tells of a column of a table; null: nothing. Found once for each version. */
export function sampledSummary(version: Version, column: number): ColumnSummary | null {
  let columns = known.get(version);
  if (columns === undefined) {
    columns = new Map();
    known.set(version, columns);
  }
  let summary = columns.get(column);
  if (summary === undefined) {
    const isKnown = version.chunks.every(({ batch }) => isSampled(batch.columns[column]!));
    summary = isKnown && version.rows > 0 ? summaryOf(version, column) : null;
    columns.set(column, summary);
  }
  return summary;
}

function summaryOf(version: Version, column: number): ColumnSummary {
  const counts = new Map<unknown, number>();
  let sampled = 0;
  let nulls = 0;
  let repeated = 0;
  let min: SummaryValue = null;
  let max: SummaryValue = null;
  for (const [value, next] of sampledValues(version, column)) {
    sampled++;
    if (value === next) repeated++;
    if (value === null) {
      nulls++;
      continue;
    }
    counts.set(value, (counts.get(value) ?? 0) + 1);
    min = lesser(min, summaryValue(value));
    max = greater(max, summaryValue(value));
  }
  const nullShare = nulls / sampled;
  const rows = version.rows * (1 - nullShare);
  // Rows with equal values often lie together: there are no more values than runs of them.
  const runs = Math.max(counts.size, Math.round(version.rows * (1 - repeated / sampled)));
  const distinctCount = Math.min(runs, distinctOf(counts, sampled - nulls, rows));
  return { nullShare, distinctCount, min, max };
}

/** The values of rows of a sample, each with that of the row behind it in its chunk. */
function* sampledValues(
  { chunks, rows }: Version,
  index: number,
): Generator<readonly [value: unknown, next: unknown]> {
  const step = Math.max(1, rows / SAMPLE_ROWS);
  let sampled = 0;
  let first = 0;
  for (const { batch } of chunks) {
    const column = batch.columns[index]!;
    const end = first + batch.length;
    for (let row = sampledRow(sampled, step); row < end; row = sampledRow(sampled, step)) {
      yield [column.get(row - first), row + 1 < end ? column.get(row + 1 - first) : undefined];
      sampled++;
    }
    first = end;
  }
}

/** One row of each stretch of `step` rows, at a place that follows no period of the data. */
function sampledRow(index: number, step: number): number {
  return Math.floor((index + ((index * GOLDEN_RATIO) % 1)) * step);
}

/** Values that a Map tells apart: numbers and texts. */
function isSampled({ layout, type }: Column): boolean {
  return layout === 'bool' || layout === 'fixed' || layout === 'dictionary'
    ? type.kind !== 'BINARY' && type.kind !== 'VARBINARY'
    : layout === 'binary' && (type.kind === 'CHAR' || type.kind === 'VARCHAR');
}

/**
 * How many values a column has by those of a sample: values that were seen once stand for those
 * that were not seen (the estimator Duj1 of Haas and others, VLDB 1995).
 */
function distinctOf(counts: ReadonlyMap<unknown, number>, sampled: number, rows: number): number {
  if (sampled === 0) return 0;
  let once = 0;
  for (const count of counts.values()) if (count === 1) once++;
  const unseen = ((1 - Math.min(1, sampled / rows)) * once) / sampled;
  return Math.round(counts.size / (1 - unseen));
}
