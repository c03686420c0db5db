import type { Batch } from '../../columnar/batch.ts';
import type { DataType } from '../../types/data-type.ts';
import type { Schema } from '../../types/schema.ts';
import type { FileWriter } from '../format.ts';
import { OutputFile } from '../output-file.ts';
import type { CsvDialect } from './dialect.ts';
import { fieldPrinter } from './values.ts';

/** Instants are written in UTC, with a `Z`. */
const STYLE = { timeZone: 'UTC', separator: ' ' } as const;

const PLAIN: ReadonlySet<DataType['kind']> = new Set<DataType['kind']>([
  'BOOLEAN',
  'TINYINT',
  'SMALLINT',
  'INT',
  'BIGINT',
  'FLOAT',
  'DOUBLE',
  'DECIMAL',
  'DATE',
  'TIME',
  'TIMESTAMP',
  'TIMESTAMP_LTZ',
]);
const SAFE_DELIMITERS = ',;|\t';

/** Opens a writer of a new CSV file. Errors: TableRuntimeError FILE_ERROR. */
export function openCsvWriter(path: string, schema: Schema, dialect: CsvDialect): FileWriter {
  const quote = quoter(dialect);
  const delimiter = String.fromCharCode(dialect.delimiter);
  const printers = schema.fields.map(({ type }) => {
    const print = fieldPrinter(type, dialect, STYLE);
    // The texts of numbers, dates and times have none of the usual special characters.
    const isPlain = PLAIN.has(type.kind) && SAFE_DELIMITERS.includes(delimiter);
    const isSafe = isPlain && dialect.nullLiteral === null && dialect.escapeByte === 0;
    return isSafe ? print : (value: unknown) => quote(print(value));
  });
  const file = new OutputFile(path);
  if (dialect.options.header === 'true') {
    file.writeText(`${schema.fields.map(({ name }) => quote(name)).join(delimiter)}\n`);
  }
  const nullText = dialect.nullLiteral ?? '';
  return {
    write(batch: Batch) {
      const rows = batch.selection?.length ?? batch.length;
      for (let i = 0; i < rows; i++) {
        const row = batch.selection === null ? i : batch.selection[i]!;
        let line = '';
        for (let c = 0; c < printers.length; c++) {
          const value = batch.columns[c]?.get(row) ?? null;
          if (c > 0) line += delimiter;
          line += value === null ? nullText : printers[c]?.(value);
        }
        file.writeText(`${line}\n`);
      }
    },
    finish: () => file.finish(),
    abort: () => file.abort(),
  };
}

/** Puts quotes around what would be read differently without. */
function quoter({
  quote,
  escapeByte,
  delimiter,
  nullLiteral,
}: CsvDialect): (text: string) => string {
  const mark = String.fromCharCode(quote);
  const separator = String.fromCharCode(delimiter);
  const escaping = escapeByte === 0 ? '' : String.fromCharCode(escapeByte);
  return (text) => {
    const special =
      text.includes(separator) ||
      text.includes('\n') ||
      text.includes('\r') ||
      text.startsWith('#') ||
      (quote !== 0 && text.includes(mark)) ||
      (escaping !== '' && text.includes(escaping)) ||
      text === nullLiteral;
    if (!special || quote === 0) return text;
    const inner = escaping === '' ? text : text.replaceAll(escaping, escaping + escaping);
    return mark + inner.replaceAll(mark, mark + mark) + mark;
  };
}
