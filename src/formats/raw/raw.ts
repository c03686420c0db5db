import { type Batch, batchOf } from '../../columnar/batch.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import { option, type ValuesOf } from '../../common/config-option.ts';
import { runtimeError, validationError } from '../../common/errors.ts';
import type { DataType } from '../../types/data-type.ts';
import { isBinary, isCharacter } from '../../types/families.ts';
import { printType } from '../../types/print.ts';
import type { Schema } from '../../types/schema.ts';
import { STRING } from '../../types/types.ts';
import {
  type DecodingFormat,
  defineFormat,
  type FileSplit,
  type FileWriter,
  type ReadContext,
} from '../format.ts';
import { openInput } from '../input-file.ts';
import { lineAt } from '../line-number.ts';
import { nextLine, readLines } from '../lines.ts';
import { OutputFile } from '../output-file.ts';
import { textParser, textPrinter } from '../text-values.ts';

const RAW_OPTIONS = {
  charset: option.enum(['UTF-8'], { doc: 'The encoding of texts.', default: 'UTF-8' }),
  endianness: option.enum(['big-endian', 'little-endian'], {
    doc: 'Accepted for compatibility: numbers are written as texts, one a line.',
    default: 'big-endian',
  }),
  'line-delimiter': option.string({ doc: 'What ends a row.', default: null }),
} as const;

const SPLIT_BYTES_MIN = 1024 ** 2;
const BATCH_ROWS_MAX = 16_384;

/** The format raw: one column, a line a row. */
export const raw = defineFormat({
  identifier: 'raw',
  doc: 'One column: each line of the file is a value.',
  extensions: ['txt', 'log'],
  options: RAW_OPTIONS,
  decoding: (table, options) => {
    checkOptions(table, options);
    return new RawDecoding(table);
  },
  encoding: (table, options) => {
    checkOptions(table, options);
    return { extension: 'txt', open: openRawWriter };
  },
});

function checkOptions(table: Schema | null, options: ValuesOf<typeof RAW_OPTIONS>): void {
  const delimiter = options['line-delimiter'];
  if (delimiter !== null && delimiter !== '\n' && delimiter !== '\\n') {
    throw validationError('INVALID_OPTION', {
      key: 'raw.line-delimiter',
      value: delimiter,
      expected: 'a newline',
    });
  }
  if (table !== null && table.fields.length !== 1) {
    throw validationError('NOT_SUPPORTED', {
      feature: `A table of ${table.fields.length} columns in the format 'raw'`,
      reason: 'it has one column',
    });
  }
}

class RawDecoding implements DecodingFormat {
  readonly #table: Schema;

  constructor(table: Schema | null) {
    this.#table = table ?? { fields: [{ name: 'line', type: STRING, comment: null }] };
  }

  inferSchema(): Schema {
    return this.#table;
  }

  splits(path: string, targetBytes: number): readonly FileSplit[] {
    using file = openInput(path);
    const starts = [0];
    const step = Math.max(targetBytes, SPLIT_BYTES_MIN);
    for (let at = step; file.splittable && at < file.size; at += step) {
      const start = nextLine(file, at);
      if (start < file.size && start > (starts.at(-1) ?? 0)) starts.push(start);
    }
    return starts.map((start, i) => {
      return { path, start, end: starts[i + 1] ?? file.size, blocks: null, rows: null };
    });
  }

  *read(split: FileSplit, schema: Schema, context: ReadContext): Iterable<Batch> {
    using file = openInput(split.path);
    const column = this.#table.fields[0]!;
    const parse = parserOf(column.type, context.timeZone);
    const builder = builderFor(column.type, context.region);
    const rowsMax = Math.min(context.batchRows, BATCH_ROWS_MAX);
    const isRead = schema.fields.length > 0;
    let rows = 0;
    const finish = () => batchOf(schema, isRead ? [builder.finish()] : [], rows);
    for (const { text, offset } of readLines(file, split.start, Math.min(split.end, file.size))) {
      const clean = text.endsWith('\r') ? text.slice(0, -1) : text;
      const value = parse(clean);
      if (value === undefined) {
        throw runtimeError('BAD_FIELD', {
          path: split.path,
          line: lineAt(file, offset),
          column: column.name,
          value: `'${clean}'`,
          type: printType(column.type),
        });
      }
      builder.append(value);
      if (++rows < rowsMax) continue;
      yield finish();
      context.checkCancelled();
      builder.reset();
      rows = 0;
    }
    if (rows > 0) yield finish();
  }
}

function parserOf(type: DataType, timeZone: string): (text: string) => unknown {
  if (isBinary(type)) return (text) => new Uint8Array(Buffer.from(text, 'utf8'));
  return textParser(type, { timeZone, separator: ' ' });
}

function openRawWriter(path: string, schema: Schema): FileWriter {
  const type = schema.fields[0]?.type ?? STRING;
  const print = isCharacter(type) || !isBinary(type) ? textPrinter(type, STYLE) : null;
  const file = new OutputFile(path);
  return {
    write(batch) {
      const count = batch.selection?.length ?? batch.length;
      for (let i = 0; i < count; i++) {
        const row = batch.selection === null ? i : batch.selection[i]!;
        const value = batch.columns[0]?.get(row) ?? null;
        if (value instanceof Uint8Array) file.write(value);
        else if (value !== null && print !== null) file.writeText(print(value));
        file.writeText('\n');
      }
    },
    finish: () => file.finish(),
    abort: () => file.abort(),
  };
}

const STYLE = { timeZone: 'UTC', separator: ' ' } as const;
