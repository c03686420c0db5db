import { invalidArgument } from '../common/arguments.ts';

/** A stretch of text to print to: `process.stdout`, a file stream, a test's collector. */
export interface TextStream {
  /** Takes a piece of the text. */
  write(text: string): unknown;
}

/** Prints a text. Errors: ValidationError INVALID_ARGUMENT for what is no stream. */
export function printText(stream: TextStream, text: string): void {
  requireStream(stream);
  stream.write(text);
}

/** Errors: ValidationError INVALID_ARGUMENT for what has no method `write`. */
export function requireStream(stream: unknown): void {
  const isStream = typeof stream === 'object' && stream !== null && 'write' in stream;
  if (isStream && typeof stream.write === 'function') return;
  throw invalidArgument('What to print to', 'a stream', stream);
}

/** Rows that are looked at to find the column widths; later, wider cells are cut. */
const SAMPLE_ROWS = 1000;

/** How a table is printed. */
export interface TableauOptions {
  readonly headers: readonly string[];
  /** Cells that are longer are cut, with `...` at the end. */
  readonly columnWidthMax: number;
}

/**
 * Prints rows of cells as a table in Flink's style, right-aligned, with the row count below.
 * Widths come from the first rows, so that memory stays bounded. Returns the number of rows.
 */
export async function printTableau(
  stream: TextStream,
  rows: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
  options: TableauOptions,
): Promise<number> {
  const sample: (readonly string[])[] = [];
  let widths: readonly number[] | null = null;
  let count = 0;
  const start = (): readonly number[] => {
    const shown = sample.map((row) => row.map(onOneLine));
    const found = columnWidths(options, shown);
    stream.write(`${border(found)}\n${line(options.headers, found)}\n${border(found)}\n`);
    for (const row of shown) stream.write(`${line(row, found)}\n`);
    return found;
  };
  for await (const row of rows) {
    count++;
    if (widths !== null) stream.write(`${line(row.map(onOneLine), widths)}\n`);
    else if (sample.push(row) === SAMPLE_ROWS) widths = start();
  }
  if (count === 0) {
    stream.write('Empty set\n');
    return 0;
  }
  const text = sample.length === 1 && options.headers.length === 1 ? (sample[0]?.[0] ?? '') : '';
  if (text.includes('\n')) {
    // A lone text of several lines, as of EXPLAIN and SHOW CREATE, is read as it is.
    stream.write(`${text.trimEnd()}\n`);
    return 1;
  }
  widths ??= start();
  stream.write(`${border(widths)}\n${count} ${count === 1 ? 'row' : 'rows'} in set\n`);
  return count;
}

function columnWidths(
  { headers, columnWidthMax }: TableauOptions,
  rows: readonly (readonly string[])[],
): readonly number[] {
  return headers.map((header, column) => {
    let width = displayWidth(header);
    for (const row of rows) width = Math.max(width, displayWidth(row[column] ?? ''));
    return Math.max(displayWidth(header), Math.min(width, columnWidthMax));
  });
}

function border(widths: readonly number[]): string {
  return `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+`;
}

function line(cells: readonly string[], widths: readonly number[]): string {
  return `|${cells.map((cell, i) => ` ${aligned(cell, widths[i] ?? 0)} `).join('|')}|`;
}

/** The cell right-aligned in `width` columns of the terminal, cut where it is longer. */
function aligned(cell: string, width: number): string {
  const own = displayWidth(cell);
  if (own <= width) return ' '.repeat(width - own) + cell;
  let kept = '';
  let used = 0;
  for (const character of cell) {
    const wide = displayWidth(character);
    if (used + wide > width - 3) break;
    kept += character;
    used += wide;
  }
  return `${' '.repeat(Math.max(0, width - 3 - used))}${kept}...`;
}

/** Control characters as their escapes: they would break the lines of the table. */
function onOneLine(cell: string): string {
  return ASCII.test(cell) ? cell : cell.replace(/\p{Cc}/gu, (c) => CONTROLS[c] ?? `\\u${hex(c)}`);
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(4, '0');
}

const CONTROLS: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const ASCII = /^[\x20-\x7e]*$/;
/** Blocks that terminals draw two columns wide: East Asian wide and full-width forms, emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const COMBINING = /[\p{Mn}\u200b-\u200f]/u;

/** The columns that a text takes on a terminal. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) {
    if (!COMBINING.test(character)) width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}
