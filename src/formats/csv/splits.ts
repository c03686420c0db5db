import type { FileSplit } from '../format.ts';
import type { InputFile } from '../input-file.ts';
import type { CsvDialect } from './dialect.ts';
import type { CsvLayout, CsvSample } from './sample.ts';

/** Bytes that are looked at to find the start of a row. */
const WINDOW_BYTES = 65536;
/** Rows behind a boundary that must look right. */
const ROWS_CHECKED = 8;
/** Parts smaller than this are not worth their overhead. */
const SPLIT_BYTES_MIN = 1024 ** 2;

/**
 * Cuts a file into parts that begin at rows. Where quotes leave open whether a newline ends a row
 * there is no cut.
 */
export function csvSplits(
  file: InputFile,
  targetBytes: number,
  sample: CsvSample,
  layout: CsvLayout,
  dialect: CsvDialect,
): readonly FileSplit[] {
  const starts = [layout.dataStart];
  const step = Math.max(targetBytes, SPLIT_BYTES_MIN);
  if (file.splittable && dialect.escapeByte === 0) {
    const window = new Uint8Array(WINDOW_BYTES);
    for (let at = layout.dataStart + step; at < file.size; at += step) {
      const used = window.subarray(0, file.read(window, at));
      const start = rowStart(used, dialect, layout.fields);
      if (start !== null && at + start < file.size) starts.push(at + start);
    }
  }
  const rowBytes = averageRow(sample);
  return starts.map((start, i) => {
    const end = starts[i + 1] ?? file.size;
    const rows = rowBytes === null ? null : Math.round((end - start) / rowBytes);
    return { path: file.path, start, end, blocks: null, rows };
  });
}

/** Bytes of a row of the sample; null when it has none. */
function averageRow({ first, rest, start, second }: CsvSample): number | null {
  if (first === null) return null;
  const rows = [first, ...rest];
  const bytes = rows.reduce(
    (sum, row) => sum + row.reduce((length, text) => length + text.length + 1, 0),
    0,
  );
  return rest.length === 0 ? Math.max(1, second - start) : Math.max(1, bytes / rows.length);
}

/** The offset of the first row that begins in the window; null when it cannot be told. */
function rowStart(window: Uint8Array, dialect: CsvDialect, fields: number): number | null {
  const { quote } = dialect;
  if (quote === 0 || window.indexOf(quote) < 0) {
    const newline = window.indexOf(10);
    return newline < 0 ? null : newline + 1;
  }
  const outside = checkRows(window, dialect, fields, false);
  const inside = checkRows(window, dialect, fields, true);
  // Both readings hold only for texts that are made to confuse.
  return outside !== null && inside !== null ? null : (outside ?? inside);
}

/**
 * Reads the window as if it began inside or outside of quotes. Returns where the first row
 * begins, or null when quotes or fields do not come out right.
 */
function checkRows(
  window: Uint8Array,
  { delimiter, quote }: CsvDialect,
  fields: number,
  startsQuoted: boolean,
): number | null {
  let quoted = startsQuoted;
  let first: number | null = null;
  let rows = 0;
  let count = 1;
  let fieldStart = -1;
  for (let i = 0; i < window.length && rows < ROWS_CHECKED; i++) {
    const byte = window[i]!;
    if (quoted) {
      if (byte !== quote) continue;
      const next = window[i + 1];
      if (next === quote) i++;
      else if (next === undefined || next === delimiter || next === 10 || next === 13)
        quoted = false;
      else return null;
    } else if (byte === quote) {
      if (i !== fieldStart && i !== 0) return null;
      quoted = true;
    } else if (byte === delimiter) {
      count++;
      fieldStart = i + 1;
    } else if (byte === 10) {
      if (first === null) first = i + 1;
      else if (count !== fields && count !== fields + 1) return null;
      else rows++;
      count = 1;
      fieldStart = i + 1;
    }
  }
  return rows > 0 ? first : null;
}
