import { runtimeError } from '../../common/errors.ts';
import type { DataType } from '../../types/data-type.ts';
import { isCharacter } from '../../types/families.ts';
import { type Schema, schemaOf } from '../../types/schema.ts';
import { BIGINT, BOOLEAN, DOUBLE, STRING } from '../../types/types.ts';
import { inferTemporal } from '../infer-temporal.ts';
import type { InputFile } from '../input-file.ts';
import type { TextStyle } from '../text-values.ts';
import type { CsvDialect } from './dialect.ts';
import { unquote } from './fields.ts';
import { fieldParser } from './values.ts';

/** Bytes that are looked at to find out how a file is made. */
const SAMPLE_BYTES = 65536;
/** Bytes that the first line may have. */
const FIRST_LINE_MAX = 16 * 1024 ** 2;
/** Columns that a file may have. */
const COLUMNS_MAX = 16_384;

/** The beginning of a file: its first rows as texts. */
export interface CsvSample {
  /** The first row that is no comment; null for an empty file. */
  readonly first: readonly string[] | null;
  /** The rows after it. */
  readonly rest: readonly (readonly string[])[];
  /** Offset of the first row, behind a byte order mark. */
  readonly start: number;
  /** Offset of the row after the first one. */
  readonly second: number;
  readonly path: string;
}

/** Reads the first rows of a file. Errors: TableRuntimeError BAD_ROW, FILE_ERROR. */
export function readSample(file: InputFile, dialect: CsvDialect): CsvSample {
  let size = Math.min(SAMPLE_BYTES, file.size);
  for (;;) {
    const bytes = Buffer.alloc(size);
    const used = bytes.subarray(0, file.read(bytes, 0));
    const bom = used.length >= 3 && used[0] === 0xef && used[1] === 0xbb && used[2] === 0xbf;
    const whole = size >= file.size;
    const rows = splitRows(used, bom ? 3 : 0, whole, dialect);
    if (rows.length > 0 || whole) {
      const [first, second] = rows;
      return {
        path: file.path,
        first: first?.fields ?? null,
        rest: rows.slice(1).map((row) => row.fields),
        start: first?.start ?? (bom ? 3 : 0),
        second: second?.start ?? first?.end ?? used.length,
      };
    }
    if (size >= FIRST_LINE_MAX) {
      const reason = 'the first row has no end: a quote is not closed, or it is longer than 16 MiB';
      throw runtimeError('BAD_ROW', { path: file.path, line: 1, reason });
    }
    size = Math.min(size * 8, file.size, FIRST_LINE_MAX);
  }
}

interface SampleRow {
  readonly fields: readonly string[];
  readonly start: number;
  readonly end: number;
}

/** The rows of a text, the last one only if `whole` or if its newline is there. */
function splitRows(
  bytes: Buffer,
  from: number,
  whole: boolean,
  dialect: CsvDialect,
): readonly SampleRow[] {
  const { delimiter, quote, escapeByte, comment } = dialect;
  const rows: SampleRow[] = [];
  let fields: string[] = [];
  let rowStart = from;
  let start = from;
  let quoted = false;
  for (let i = from; i <= bytes.length; i++) {
    const atEnd = i === bytes.length;
    const byte = atEnd ? 10 : bytes[i]!;
    if (atEnd && (!whole || rowStart === i)) break;
    if (escapeByte !== 0 && byte === escapeByte && !atEnd) i++;
    else if (quoted && !atEnd) {
      if (byte === quote && bytes[i + 1] === quote) i++;
      else if (byte === quote) quoted = false;
    } else if (byte === quote && quote !== 0 && i === start) quoted = true;
    else if (byte === 10 || byte === delimiter) {
      const end = byte === 10 && i > start && bytes[i - 1] === 13 ? i - 1 : i;
      fields.push(unquote(bytes.toString('utf8', start, end), dialect).text);
      start = i + 1;
      if (byte !== 10) continue;
      const comments = comment !== 0 && bytes[rowStart] === comment;
      const empty = fields.length === 1 && end === rowStart;
      if (!comments && !empty)
        rows.push({ fields, start: rowStart, end: Math.min(start, bytes.length) });
      fields = [];
      rowStart = start;
    }
  }
  return rows;
}

/** Column names of a header: trimmed, never empty, never twice. */
export function headerNames(header: readonly string[]): readonly string[] {
  const names = new Set<string>();
  const counts = new Map<string, number>();
  for (const [i, text] of header.entries()) {
    const base = text.trim() || `f${i}`;
    let count = counts.get(base) ?? 0;
    let name = count === 0 ? base : `${base}_${count}`;
    while (names.has(name)) name = `${base}_${++count}`;
    counts.set(base, count + 1);
    names.add(name);
  }
  return [...names];
}

/** Where the columns of a table lie in the rows of one file. */
export interface CsvLayout {
  /** Offset of the first row with data. */
  readonly dataStart: number;
  /** Fields a row has. */
  readonly fields: number;
  /** The field of each column of the table; -1: the file does not have it. */
  readonly fieldOf: readonly number[];
}

/**
 * Finds the columns of a table in a file: by the names of its header if they are all there, else
 * by position.
 */
export function layoutOf(
  sample: CsvSample,
  table: Schema,
  dialect: CsvDialect,
  style: TextStyle,
): CsvLayout {
  const byPosition = table.fields.map((_, i) => i);
  const { first } = sample;
  const { header } = dialect.options;
  if (first === null)
    return { dataStart: sample.second, fields: byPosition.length, fieldOf: byPosition };
  const names = headerNames(first);
  const byName = table.fields.map((field) => names.indexOf(field.name));
  const named = byName.length > 0 && byName.every((index) => index >= 0);
  const hasHeader =
    header === 'true' || (header === 'auto' && (named || isHeader(sample, table, dialect, style)));
  if (!hasHeader)
    return { dataStart: sample.start, fields: byPosition.length, fieldOf: byPosition };
  const fields = named ? names.length : byPosition.length;
  return { dataStart: sample.second, fields, fieldOf: named ? byName : byPosition };
}

/** Whether the first row does not hold values of the declared types, but the second one does. */
function isHeader(
  { first, rest }: CsvSample,
  table: Schema,
  dialect: CsvDialect,
  style: TextStyle,
): boolean {
  const holdsValues = (row: readonly string[] | null | undefined) =>
    table.fields.every(({ type }, i) => {
      const text = row?.[i];
      if (text === undefined || isCharacter(type)) return true;
      const field = { missing: false, quoted: false, malformed: false, text };
      return fieldParser(type, dialect, style)(field) !== undefined;
    });
  return !holdsValues(first) && (rest.length === 0 || holdsValues(rest[0]));
}

/** Infers names and types of the columns of a file. Errors: TableRuntimeError BAD_FILE. */
export function inferColumns(sample: CsvSample, dialect: CsvDialect): Schema {
  const { first, rest, path } = sample;
  const bad = (reason: string) => runtimeError('BAD_FILE', { path, format: 'CSV', reason });
  if (first === null) throw bad('it has no rows to infer columns from');
  const { header } = dialect.options;
  const width = Math.max(first.length, ...rest.slice(0, 1).map((row) => row.length));
  if (width > COLUMNS_MAX) throw bad(`it has more than ${COLUMNS_MAX} columns`);
  const typesOf = (rows: readonly (readonly string[])[]) =>
    Array.from({ length: width }, (_, i) =>
      inferType(
        rows.map((row) => row[i] ?? ''),
        dialect,
      ),
    );
  const withFirst = typesOf([first, ...rest]);
  const without = typesOf(rest);
  // A header is a row of texts above values, or the first of rows that are all texts.
  const looksSo =
    withFirst.every(isCharacter) &&
    first.every((text) => text.trim() !== '') &&
    new Set(first).size === first.length;
  const differs = withFirst.some(
    (type, i) => isCharacter(type) && !isCharacter(without[i] ?? type),
  );
  const hasHeader = header === 'true' || (header === 'auto' && (differs || looksSo));
  const names = headerNames(hasHeader ? first : Array.from({ length: width }, () => ''));
  const types = hasHeader ? without : withFirst;
  return schemaOf(types.map((type, i) => ({ name: names[i] ?? `f${i}`, type, comment: null })));
}

const WHOLE = /^\s*[+-]?(?:0|[1-9]\d{0,17})\s*$/;
const NUMBER =
  /^\s*[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$|^\s*[+-]?(?:NaN|Infinity)\s*$/;
function inferType(texts: readonly string[], { nullLiteral }: CsvDialect): DataType {
  const values = texts.filter((text) => text !== '' && text !== nullLiteral);
  const all = (test: (text: string) => boolean) => values.every(test);
  if (values.length === 0) return STRING;
  if (all((text) => /^(?:true|false)$/i.test(text))) return BOOLEAN;
  if (all((text) => WHOLE.test(text))) return BIGINT;
  if (all((text) => NUMBER.test(text))) return DOUBLE;
  return inferTemporal(values) ?? STRING;
}
