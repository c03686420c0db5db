import type { Batch } from '../../columnar/batch.ts';
import { batchOf } from '../../columnar/batch.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import { runtimeError } from '../../common/errors.ts';
import { printType } from '../../types/print.ts';
import type { Schema } from '../../types/schema.ts';
import { row } from '../../types/types.ts';
import { type DecodingFormat, defineFormat, type FileSplit, type ReadContext } from '../format.ts';
import { type InputFile, openInput } from '../input-file.ts';
import { lineAt } from '../line-number.ts';
import { nextLine, readLines, readText } from '../lines.ts';
import { JsonMismatch, objectDecoder } from './decode.ts';
import { asSyntaxError, parseExact } from './exact.ts';
import { inferJson } from './infer.ts';
import { JSON_OPTIONS, type JsonOptions } from './options.ts';
import { openJsonWriter } from './writer.ts';

/** The format json: an object a line, or one array of objects. */
export const json = defineFormat({
  identifier: 'json',
  doc: 'JSON objects, one a line; or a file that is one array of objects.',
  extensions: ['json', 'jsonl', 'ndjson'],
  options: JSON_OPTIONS,
  decoding: (_table, options) => new JsonDecoding(options),
  encoding: (_table, options) => ({
    extension: 'json',
    open: (path, schema) => openJsonWriter(path, schema, options),
  }),
});

/** Bytes of a file that types are inferred from. */
const SAMPLE_BYTES = 65536;
/** Parts smaller than this are not worth their overhead. */
const SPLIT_BYTES_MIN = 1024 ** 2;
/** Rows that are decoded before a batch is made. */
const BATCH_ROWS_MAX = 16_384;

/** A value and where it is. */
interface JsonRow {
  readonly text: string | null;
  readonly value: unknown;
  readonly line: () => number;
}

class JsonDecoding implements DecodingFormat {
  readonly #options: JsonOptions;

  constructor(options: JsonOptions) {
    this.#options = options;
  }

  inferSchema(path: string): Schema {
    using file = openInput(path);
    const rows = isArrayFile(file) ? arrayOf(file) : sampleLines(file);
    return inferJson(rows);
  }

  splits(path: string, targetBytes: number): readonly FileSplit[] {
    using file = openInput(path);
    const starts = [0];
    const step = Math.max(targetBytes, SPLIT_BYTES_MIN);
    if (file.splittable && !isArrayFile(file)) {
      for (let at = step; at < file.size; at += step) {
        const start = nextLine(file, at);
        if (start < file.size && start > (starts.at(-1) ?? 0)) starts.push(start);
      }
    }
    return starts.map((start, i) => {
      const end = starts[i + 1] ?? file.size;
      return { path, start, end, blocks: null, rows: estimate(file, end - start) };
    });
  }

  *read(split: FileSplit, schema: Schema, context: ReadContext): Iterable<Batch> {
    using file = openInput(split.path);
    const builders = schema.fields.map(({ type }) => builderFor(type, context.region));
    const style = { timeZone: context.timeZone, separator: ' ' } as const;
    const decode = objectDecoder(row(schema.fields), style, this.#options['fail-on-missing-field']);
    const rowsMax = Math.min(context.batchRows, BATCH_ROWS_MAX);
    let rows = 0;
    const finish = () => {
      const batch = batchOf(
        schema,
        builders.map((builder) => builder.finish()),
        rows,
      );
      rows = 0;
      return batch;
    };
    for (const source of rowsOf(file, split)) {
      if (rows === 0) {
        context.checkCancelled();
        for (const builder of builders) builder.reset();
      }
      const values = this.#decode(source, decode, file, context);
      if (values === null) continue;
      for (let i = 0; i < builders.length; i++) builders[i]?.append(values[i]);
      if (++rows === rowsMax) yield finish();
    }
    if (rows > 0) yield finish();
  }

  /** The values of a row; null when it is bad and passed over. */
  #decode(
    { text, value, line }: JsonRow,
    decode: (value: unknown) => readonly unknown[],
    file: InputFile,
    context: ReadContext,
  ): readonly unknown[] | null {
    try {
      return decode(text === null ? value : parseExact(text));
    } catch (thrown) {
      const error = asSyntaxError(thrown);
      if (!(error instanceof SyntaxError || error instanceof JsonMismatch)) throw error;
      if (this.#options['ignore-parse-errors']) {
        context.skippedRows(1);
        return null;
      }
      throw rowError(error, file.path, line());
    }
  }
}

function rowError(error: SyntaxError | JsonMismatch, path: string, line: number): Error {
  if (error instanceof SyntaxError) {
    const reason = `it is not JSON: ${error.message}`;
    return runtimeError('BAD_ROW', { path, line, reason }, { cause: error });
  }
  if (error.type.kind === 'ROW') {
    return runtimeError('BAD_ROW', {
      path,
      line,
      reason: `${error.value} is no object with the fields wanted`,
    });
  }
  const { type, value } = error;
  const column = error.column ?? '';
  const hint =
    "CREATE TABLE can declare another type; 'json.ignore-parse-errors' = 'true' leaves such rows out.";
  return runtimeError('BAD_FIELD', { path, line, column, value, type: printType(type) }, { hint });
}

function* rowsOf(file: InputFile, split: FileSplit): Generator<JsonRow> {
  if (split.start === 0 && isArrayFile(file)) {
    for (const [i, value] of arrayOf(file).entries())
      yield { text: null, value, line: () => i + 1 };
    return;
  }
  for (const { text, offset } of readLines(file, split.start, Math.min(split.end, file.size))) {
    const clean = offset === 0 ? text.replace(/^\ufeff/, '') : text;
    if (clean.trim() === '') continue;
    yield { text: clean, value: null, line: () => lineAt(file, offset) };
  }
}

/** Whether the first character of a file opens an array. */
function isArrayFile(file: InputFile): boolean {
  const head = Buffer.alloc(Math.min(1024, file.size));
  return head
    .toString('utf8', 0, file.read(head, 0))
    .replace(/^\ufeff/, '')
    .trimStart()
    .startsWith('[');
}

/** The elements of a file that is one array. Errors: BAD_FILE. */
function arrayOf(file: InputFile): readonly unknown[] {
  try {
    const value = parseExact(readText(file));
    if (Array.isArray(value)) return value;
    throw new SyntaxError('it is not an array');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { path } = file;
    throw runtimeError(
      'BAD_FILE',
      { path, format: 'JSON', reason: error.message },
      { cause: error },
    );
  }
}

/** The values of the first lines. Errors: BAD_ROW. */
function sampleLines(file: InputFile): readonly unknown[] {
  const values: unknown[] = [];
  let line = 0;
  for (const { text, offset } of readLines(file, 0, file.size)) {
    line++;
    const clean = offset === 0 ? text.replace(/^\ufeff/, '') : text;
    if (clean.trim() !== '') {
      try {
        values.push(parseExact(clean));
      } catch (error) {
        const reason = `it is not JSON: ${error instanceof Error ? error.message : error}`;
        throw runtimeError('BAD_ROW', { path: file.path, line, reason }, { cause: error });
      }
    }
    if (offset > SAMPLE_BYTES) break;
  }
  return values;
}

/** Rows of so many bytes, as far as the first line tells. */
function estimate(file: InputFile, bytes: number): number | null {
  const head = Buffer.alloc(Math.min(SAMPLE_BYTES, file.size));
  const used = head.subarray(0, file.read(head, 0));
  let lines = 0;
  for (let at = used.indexOf(10); at >= 0; at = used.indexOf(10, at + 1)) lines++;
  return lines === 0 ? null : Math.round((bytes / used.length) * lines);
}
