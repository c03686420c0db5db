import { jsonLines, jsonText } from '../table/json-rows.ts';
import type { TableResult } from '../table/result.ts';

/** The formats of `--format`. */
export const OUTPUT_FORMATS = ['table', 'csv', 'json', 'arrow'] as const;
/** One of them. */
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** Rows that are joined to one write. */
const ROWS_PER_WRITE = 512;

/**
 * Writes the rows of a result to standard output. Resolves when all is written. What programs read
 * has the rows of queries alone: how many rows a write has written goes to standard error.
 */
export async function writeResult(result: TableResult, format: OutputFormat): Promise<void> {
  if (format === 'table') return result.print(process.stdout);
  if (result.resultKind === 'SUCCESS') return;
  if (result.isCount) return reportCounts(result);
  if (format === 'arrow') return writeArrow(result);
  if (format === 'json') {
    for await (const lines of jsonLines(result.collect())) await write(lines);
    return;
  }
  let pending: string[] = [];
  for await (const line of csvLines(result)) {
    pending.push(line);
    if (pending.length < ROWS_PER_WRITE) continue;
    await write(pending.join(''));
    pending = [];
  }
  await write(pending.join(''));
}

async function reportCounts(result: TableResult): Promise<void> {
  const names = result.schema.columns.map((column) => column.name);
  for (const counts of await result.toArray({ rowFormat: 'array' })) {
    for (const [i, name] of names.entries()) {
      process.stderr.write(`[OK] ${name}: ${Reflect.get(counts, i)}\n`);
    }
  }
}

async function writeArrow(result: TableResult): Promise<void> {
  const { tableToIPC } = await import('apache-arrow');
  await write(tableToIPC(await result.toArrow(), 'stream'));
}

function write(data: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(data, () => resolve());
  });
}

async function* csvLines(result: TableResult): AsyncIterable<string> {
  yield `${result.schema.columns.map((column) => csvCell(column.name)).join(',')}\n`;
  for await (const row of result.collect({ rowFormat: 'array' })) {
    yield `${(row as readonly unknown[]).map(csvCell).join(',')}\n`;
  }
}

function csvCell(value: unknown): string {
  if (value === null) return '';
  const text = typeof value === 'object' ? jsonText(value) : String(value);
  const cell =
    text.startsWith('"') && typeof value === 'object' ? (JSON.parse(text) as string) : text;
  return /[",\n\r]/.test(cell) || cell === '' ? `"${cell.replaceAll('"', '""')}"` : cell;
}
