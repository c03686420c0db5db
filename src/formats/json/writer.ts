import type { Batch } from '../../columnar/batch.ts';
import { runtimeError } from '../../common/errors.ts';
import type { DataType, TypeOfKind } from '../../types/data-type.ts';
import { isCharacter } from '../../types/families.ts';
import type { Schema } from '../../types/schema.ts';
import { printVariant } from '../../types/variant-value.ts';
import type { FileWriter } from '../format.ts';
import { OutputFile } from '../output-file.ts';
import { textPrinter } from '../text-values.ts';
import { textKeys } from './decode.ts';
import type { JsonOptions } from './options.ts';

/** Writes an internal value that is not NULL as JSON. */
type JsonPrinter = (value: never) => string;

/** Opens a writer of a new file, one object a line. Errors: TableRuntimeError FILE_ERROR. */
export function openJsonWriter(path: string, schema: Schema, options: JsonOptions): FileWriter {
  const printers = schema.fields.map(({ type }) => jsonPrinter(type, options));
  const names = schema.fields.map(({ name }) => `${JSON.stringify(name)}:`);
  const ignoreNulls = options['encode.ignore-null-fields'];
  const file = new OutputFile(path);
  return {
    write(batch: Batch) {
      const count = batch.selection?.length ?? batch.length;
      for (let i = 0; i < count; i++) {
        const row = batch.selection === null ? i : batch.selection[i]!;
        let line = '';
        for (let c = 0; c < printers.length; c++) {
          const value = batch.columns[c]?.get(row) ?? null;
          if (value === null && ignoreNulls) continue;
          line += `${line === '' ? '' : ','}${names[c]}${value === null ? 'null' : printers[c]?.(value)}`;
        }
        file.writeText(`{${line}}\n`);
      }
    },
    finish: () => file.finish(),
    abort: () => file.abort(),
  };
}

function jsonPrinter(type: DataType, options: JsonOptions): (value: unknown) => string {
  // The column's type says what its internal values are.
  return printerOf(type, options) as (value: unknown) => string;
}

function printerOf(type: DataType, options: JsonOptions): JsonPrinter {
  const separator = options['timestamp-format.standard'] === 'SQL' ? ' ' : 'T';
  switch (type.kind) {
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
    case 'DECIMAL':
      return textPrinter(type, { timeZone: 'UTC', separator });
    case 'FLOAT':
    case 'DOUBLE':
      return (value: number) =>
        Number.isFinite(value) ? (Object.is(value, -0) ? '-0' : String(value)) : `"${value}"`;
    case 'ARRAY': {
      const element = orNull(jsonPrinter(type.element, options));
      return (value: readonly unknown[]) => `[${value.map(element).join(',')}]`;
    }
    case 'MAP':
    case 'MULTISET':
      return mapPrinter(type, options);
    case 'ROW': {
      const fields = type.fields.map((field) => ({
        name: `${JSON.stringify(field.name)}:`,
        print: orNull(jsonPrinter(field.type, options)),
      }));
      return (value: readonly unknown[]) =>
        `{${fields.map(({ name, print }, i) => `${name}${print(value[i])}`).join(',')}}`;
    }
    case 'VARIANT':
      return printVariant;
    default: {
      const print = textPrinter(type, { timeZone: 'UTC', separator });
      return (value: unknown) => JSON.stringify(print(value));
    }
  }
}

function orNull(print: (value: unknown) => string): (value: unknown) => string {
  return (value) => (value === null ? 'null' : print(value));
}

function mapPrinter(type: TypeOfKind<'MAP' | 'MULTISET'>, options: JsonOptions): JsonPrinter {
  if (!isCharacter('key' in type ? type.key : type.element)) throw textKeys(type);
  const print = orNull('value' in type ? jsonPrinter(type.value, options) : String);
  const { 'map-null-key.mode': mode, 'map-null-key.literal': literal } = options;
  return (value: ReadonlyMap<string | null, unknown>) => {
    const entries: string[] = [];
    for (const [key, inner] of value) {
      if (key === null && mode === 'DROP') continue;
      if (key === null && mode === 'FAIL') {
        throw runtimeError('JSON_NULL_KEY', {}, { hint: "Set 'json.map-null-key.mode'." });
      }
      entries.push(`${JSON.stringify(key ?? literal)}:${print(inner)}`);
    }
    return `{${entries.join(',')}}`;
  };
}
