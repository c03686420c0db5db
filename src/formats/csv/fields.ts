import type { Region } from '../../columnar/arena/region.ts';
import { decodeUtf8 } from '../../columnar/utf8.ts';
import type { CsvDialect } from './dialect.ts';

/** The fields of some rows, as the scan kernels list them: see `csv-scan.as.ts`. */
export interface FieldList {
  /** Address of the list: u32 addresses into the text. */
  readonly address: number;
  /** Entries a row. */
  readonly stride: number;
  readonly rows: number;
  /** Bytes of the text of all rows together, at most. */
  readonly textBytes: number;
  /** The last field of a row is its line's last and may end in a carriage return. */
  readonly regular: boolean;
  /** Rows have an entry of their own before their first field, and so need not adjoin. */
  readonly apart: boolean;
}

/** Where a field lies, without carriage return and quotes. */
export interface FieldText {
  readonly missing: boolean;
  readonly quoted: boolean;
  readonly text: string;
  /** A quoted field that is not closed, or not by its last byte. */
  readonly malformed: boolean;
}

/** The text of one field: the exact way, for what kernels leave over, and for messages. */
export function fieldText(
  region: Region,
  list: FieldList,
  row: number,
  field: number,
  dialect: CsvDialect,
): FieldText {
  const entries = new Uint32Array(region.arena.buffer, list.address, list.rows * list.stride + 1);
  const at = row * list.stride + field;
  const start = entries[at]! + 1;
  let end = entries[at + 1]!;
  if (end < start) return { missing: true, quoted: false, text: '', malformed: false };
  const bytes = new Uint8Array(region.arena.buffer);
  if (list.regular && end > start && bytes[end - 1] === 13) end--;
  return unquote(decodeUtf8(bytes, start, end), dialect);
}

/** Takes quotes and escapes off the text of a field. */
export function unquote(raw: string, { quote, escapeByte }: CsvDialect): FieldText {
  const quoteText = String.fromCharCode(quote);
  const quoted = quote !== 0 && raw.startsWith(quoteText);
  if (!quoted && escapeByte === 0) return { missing: false, quoted, text: raw, malformed: false };
  let text = '';
  let closedAt = -1;
  let i = quoted ? 1 : 0;
  for (; i < raw.length && closedAt < 0; i++) {
    const code = raw.charCodeAt(i);
    if (escapeByte !== 0 && code === escapeByte && i + 1 < raw.length) text += raw[++i];
    else if (!quoted || code !== quote) text += raw[i];
    else if (raw.charCodeAt(i + 1) === quote) text += raw[i++];
    else closedAt = i;
  }
  const malformed = quoted && closedAt !== raw.length - 1;
  return { missing: false, quoted, text, malformed };
}
