import type { TableResult } from '../table/result.ts';

/** The formats of `--format`. */
export const OUTPUT_FORMATS = ['table', 'csv', 'json', 'arrow'] as const;
/** One of them. */
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** Rows that are joined to one write. */
const ROWS_PER_WRITE = 512;

/** Writes the rows of a result to standard output. Resolves when all is written. */
export async function writeResult(result: TableResult, format: OutputFormat): Promise<void> {
  if (format === 'table') return result.print(process.stdout);
  if (result.resultKind === 'SUCCESS') return;
  if (format === 'arrow') return writeArrow(result);
  const lines = format === 'csv' ? csvLines(result) : jsonLines(result);
  let pending: string[] = [];
  for await (const line of lines) {
    pending.push(line);
    if (pending.length < ROWS_PER_WRITE) continue;
    await write(pending.join(''));
    pending = [];
  }
  await write(pending.join(''));
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
  const text = typeof value === 'object' ? JSON.stringify(plain(value)) : String(value);
  const cell =
    text.startsWith('"') && typeof value === 'object' ? (JSON.parse(text) as string) : text;
  return /[",\n\r]/.test(cell) || cell === '' ? `"${cell.replaceAll('"', '""')}"` : cell;
}

async function* jsonLines(result: TableResult): AsyncIterable<string> {
  for await (const row of result.collect()) yield `${JSON.stringify(plain(row))}\n`;
}

/** The value as JSON knows it: big integers as numbers where that is exact, else as text. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item)]));
  }
  const tag = Object.prototype.toString.call(value);
  if (tag !== '[object Object]' || 'unscaled' in value) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
