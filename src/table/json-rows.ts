/** Rows whose texts are joined to one chunk of a stream. */
const ROWS_PER_CHUNK = 512;

/**
 * A row, or a value of it, as JSON text: big integers as numbers where those hold them, else as
 * texts, as are NaN and infinities; decimals and times as texts, bytes as base64, maps as objects.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(plain(value));
}

/** A line of JSON for each row, some lines at once. */
export async function* jsonLines(
  rows: AsyncIterable<unknown>,
): AsyncGenerator<string, void, undefined> {
  let lines: string[] = [];
  for await (const row of rows) {
    lines.push(`${jsonText(row)}\n`);
    if (lines.length < ROWS_PER_CHUNK) continue;
    yield lines.join('');
    lines = [];
  }
  if (lines.length > 0) yield lines.join('');
}

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
  if (value instanceof Date) return value.toJSON();
  const tag = Object.prototype.toString.call(value);
  if (tag !== '[object Object]') return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
