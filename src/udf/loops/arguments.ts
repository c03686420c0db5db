import { isAscii } from 'node:buffer';
import type { BinaryColumn, Column } from '../../columnar/column.ts';
import { toExternal } from '../../columnar/rows.ts';

/** How the generated loop reads one argument. */
export interface Argument {
  /** The value of row `i`, as source text over the names `a<n>`, `b<n>` and `n<n>`. */
  readonly code: string;
  /** What the names stand for: values or codes, dictionary values, validity. */
  readonly values: unknown;
  readonly dictionary: unknown;
  readonly validity: Uint8Array | null;
}

/** Makes the argument that reads a column. Fixed-width numbers are read in place. */
export function argumentOf(column: Column, n: number): Argument {
  const plain = plainArgument(column, n);
  if (column.nullCount === 0 || column.layout === 'null') return plain;
  const validity = column.validity;
  const code = `((n${n}[i >> 3] & (1 << (i & 7))) === 0 ? null : ${plain.code})`;
  return { ...plain, code, validity };
}

function plainArgument(column: Column, n: number): Argument {
  const none = { dictionary: null, validity: null };
  if (column.layout === 'null') return { ...none, code: 'null', values: null };
  if (column.layout === 'bool') {
    const code = `((a${n}[i >> 3] & (1 << (i & 7))) !== 0)`;
    return { ...none, code, values: column.bits };
  }
  if (column.layout === 'fixed' && READ_IN_PLACE.has(column.type.kind)) {
    return { ...none, code: `a${n}[i]`, values: column.values };
  }
  if (column.layout === 'dictionary') {
    const dictionary = decodeValues(column.dictionary);
    return { code: `b${n}[a${n}[i]]`, values: column.codes, dictionary, validity: null };
  }
  return { ...none, code: `a${n}[i]`, values: decodeValues(column) };
}

/** Types whose stored elements are the JavaScript values. */
const READ_IN_PLACE: ReadonlySet<string> = new Set([
  'TINYINT',
  'SMALLINT',
  'INT',
  'BIGINT',
  'FLOAT',
  'DOUBLE',
]);

/** The JavaScript values of a column; what stands for NULL rows is not looked at. */
function decodeValues(column: Column): readonly unknown[] {
  if (
    column.layout === 'binary' &&
    column.type.kind !== 'BINARY' &&
    column.type.kind !== 'VARBINARY'
  ) {
    return decodeStrings(column);
  }
  const read = toExternal(column.type);
  return Array.from({ length: column.length }, (_, row) => {
    return read(column.get(row));
  });
}

/** Rows of a chunk that is decoded at once: larger ones pin too much text by their slices. */
const CHUNK_ROWS = 2048;

/**
 * Decodes the strings of a column. ASCII chunks are decoded as a whole and cut: 16 ns a string
 * against 80 for one call each.
 */
export function decodeStrings(column: BinaryColumn): string[] {
  const { offsets, bytes, length } = column;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const strings: string[] = new Array<string>(length);
  for (let from = 0; from < length; from += CHUNK_ROWS) {
    const to = Math.min(from + CHUNK_ROWS, length);
    const start = offsets[from]!;
    const end = offsets[to]!;
    if (isAscii(buffer.subarray(start, end))) {
      const text = buffer.toString('latin1', start, end);
      for (let row = from; row < to; row++) {
        strings[row] = text.slice(offsets[row]! - start, offsets[row + 1]! - start);
      }
    } else {
      for (let row = from; row < to; row++) {
        strings[row] = buffer.toString('utf8', offsets[row]!, offsets[row + 1]!);
      }
    }
  }
  return strings;
}
