import { notImplemented, runtimeError } from '../../common/errors.ts';
import { printBitmap } from '../../types/bitmap-value.ts';
import type { DataType } from '../../types/data-type.ts';
import { printDecimal } from '../../types/decimal.ts';
import { parseJson, quoteJson, writeJson, writeObject } from '../../types/json-value.ts';
import { printDate, printTime, printTimestamp } from '../../types/time.ts';
import { timeZone } from '../../types/time-zone.ts';
import { printVariant } from '../../types/variant-value.ts';
import { stringPrinter } from '../cast/to-string.ts';

/** Writes an internal value, NULL included, as JSON. */
export type JsonWriter = (value: unknown) => string;

/**
 * The function that writes values of a type as JSON: dates and times in ISO form, bytes in
 * base 64, rows and maps as objects with sorted keys.
 *
 * Errors: NOT_IMPLEMENTED for maps whose keys are collections.
 */
export function jsonWriter(type: DataType): JsonWriter {
  const write = valueWriter(type);
  return (value) => (value === null ? 'null' : write(value));
}

function valueWriter(type: DataType): JsonWriter {
  switch (type.kind) {
    case 'NULL':
      return () => 'null';
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
      return String;
    case 'FLOAT':
    case 'DOUBLE': {
      const print = stringPrinter(type, timeZone('UTC'));
      return (value) => (Number.isFinite(value) ? print(value) : quoteJson(String(value)));
    }
    case 'DECIMAL':
      return (value) => printDecimal(value as bigint, type.scale);
    case 'CHAR':
    case 'VARCHAR':
      return (value) => quoteJson(value as string);
    case 'BINARY':
    case 'VARBINARY':
      return (value) => quoteJson(Buffer.from(value as Uint8Array).toString('base64'));
    case 'DATE':
      return (value) => quoteJson(printDate(value as number));
    case 'TIME':
      return (value) => quoteJson(printTime(value as number, type.precision));
    case 'TIMESTAMP':
      return (value) => quoteJson(isoTimestamp(value as bigint, type.precision));
    case 'TIMESTAMP_LTZ':
      return (value) => quoteJson(`${isoTimestamp(value as bigint, type.precision)}Z`);
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME': {
      const print = stringPrinter(type, timeZone('UTC'));
      return (value) => quoteJson(print(value));
    }
    case 'BITMAP':
      return (value) => quoteJson(printBitmap(value as Uint8Array));
    case 'VARIANT':
      return printVariant;
    default:
      return collectionWriter(type);
  }
}

function collectionWriter(type: DataType): JsonWriter {
  switch (type.kind) {
    case 'ARRAY': {
      const write = jsonWriter(type.element);
      return (value) => `[${(value as readonly unknown[]).map(write).join(',')}]`;
    }
    case 'ROW': {
      const writers = type.fields.map((f) => [f.name, jsonWriter(f.type)] as const);
      return (value) =>
        writeObject(
          writers.map(
            ([name, write], i) => [name, write((value as readonly unknown[])[i])] as const,
          ),
        );
    }
    case 'MAP':
      return mapWriter(type.key, jsonWriter(type.value));
    case 'MULTISET':
      return mapWriter(type.element, String);
    default:
      throw notImplemented(`JSON of values of type ${type.kind}`);
  }
}

function mapWriter(key: DataType, write: JsonWriter): JsonWriter {
  const print = stringPrinter(key, timeZone('UTC'));
  return (value) =>
    writeObject(
      [...(value as ReadonlyMap<unknown, unknown>)].map(
        ([k, v]) => [k === null ? 'null' : print(k), write(v)] as const,
      ),
    );
}

function isoTimestamp(nanos: bigint, precision: number): string {
  return printTimestamp(nanos, precision).replace(' ', 'T');
}

/**
 * JSON text that becomes part of another one: checked, and without its blanks; NULL and an empty
 * text are null.
 *
 * Errors: TableRuntimeError INVALID_FUNCTION_ARGUMENT.
 */
export function rawJson(value: unknown): string {
  if (value === null || String(value).trim() === '') return 'null';
  const json = parseJson(String(value));
  if (json === undefined) {
    throw runtimeError('INVALID_FUNCTION_ARGUMENT', {
      function: 'JSON',
      reason: 'the text is not JSON',
    });
  }
  return writeJson(json);
}
