import { fromStored, storageTypeOf, toStored } from '../columnar/stored-values.ts';
import { validationError } from '../common/errors.ts';
import type { DataType } from '../types/data-type.ts';
import { fitDecimal, parseDecimal, printDecimal } from '../types/decimal.ts';
import { printType } from '../types/print.ts';
import {
  parseDate,
  parseTime,
  parseTimestamp,
  printDate,
  printTime,
  printTimestamp,
  truncateMillis,
  truncateNanos,
} from '../types/time.ts';
import { instantToLocal, localToInstant, timeZone } from '../types/time-zone.ts';

/** How values without a structure are written in text files. */
export interface TextStyle {
  /** IANA name: what TIMESTAMP_LTZ values without a zone are read in. */
  readonly timeZone: string;
  /** Between date and time: a blank (SQL) or `T` (ISO-8601). */
  readonly separator: ' ' | 'T';
}

/** Reads the text of a value; undefined when it is not one of the type. */
export type TextParser = (text: string) => unknown;

const INTEGER = /^\s*[+-]?\d+\s*$/;
const FLOATING = /^\s*[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|NaN|Infinity)\s*$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

const INTEGER_BOUNDS: Readonly<Record<string, number>> = {
  TINYINT: 0x7f,
  SMALLINT: 0x7fff,
  INT: 0x7fffffff,
};
const BIGINT_BOUND = 2n ** 63n - 1n;

/**
 * How texts become internal values of a type. Errors: ValidationError NOT_SUPPORTED for types
 * without a text form.
 */
export function textParser(type: DataType, style: TextStyle): TextParser {
  switch (type.kind) {
    case 'CHAR':
    case 'VARCHAR':
      return (text) => text;
    case 'BOOLEAN':
      return (text) => {
        const word = text.trim().toLowerCase();
        return word === 'true' ? true : word === 'false' ? false : undefined;
      };
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'INTERVAL_YEAR_MONTH':
      return integerParser(INTEGER_BOUNDS[type.kind] ?? 0x7fffffff);
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return (text) => {
        const value = INTEGER.test(text) ? BigInt(text.trim().replace(/^\+/, '')) : null;
        if (value === null || value > BIGINT_BOUND || value < -BIGINT_BOUND - 1n) return undefined;
        return value;
      };
    case 'FLOAT':
      return (text) => (FLOATING.test(text) ? Math.fround(Number(text)) : undefined);
    case 'DOUBLE':
      return (text) => (FLOATING.test(text) ? Number(text) : undefined);
    case 'DECIMAL':
      return (text) => {
        const parsed = parseDecimal(text);
        if (parsed === null) return undefined;
        return fitDecimal(parsed.unscaled, parsed.scale, type) ?? undefined;
      };
    case 'BINARY':
    case 'VARBINARY':
      return (text) =>
        BASE64.test(text) ? new Uint8Array(Buffer.from(text, 'base64')) : undefined;
    case 'DATE':
      return (text) => parseDate(text) ?? undefined;
    case 'TIME':
      return (text) => {
        const value = parseTime(text);
        return value === null ? undefined : truncateMillis(value, type.precision);
      };
    case 'TIMESTAMP':
      return (text) => {
        const value = parseTimestamp(text);
        return value === null ? undefined : truncateNanos(value, type.precision);
      };
    case 'TIMESTAMP_LTZ':
      return instantParser(type.precision, style.timeZone);
    case 'VARIANT':
    case 'BITMAP': {
      const parse = textParser(storageTypeOf(type), style);
      const read = fromStored(type);
      return (text) => {
        const stored = parse(text);
        return stored === undefined ? undefined : read(stored);
      };
    }
    default:
      throw noText(type);
  }
}

function integerParser(bound: number): TextParser {
  return (text) => {
    const value = INTEGER.test(text) ? Number(text) : Number.NaN;
    // Adding zero turns -0 into 0.
    return value <= bound && value >= -bound - 1 ? value + 0 : undefined;
  };
}

const OFFSET = /(Z|[+-]\d{2}:?\d{2})\s*$/;

function instantParser(precision: number, zoneName: string): TextParser {
  const zone = timeZone(zoneName);
  return (text) => {
    const offset = OFFSET.exec(text);
    if (offset === null) {
      const local = parseTimestamp(text);
      return local === null ? undefined : truncateNanos(localToInstant(local, zone), precision);
    }
    const local = parseTimestamp(text.slice(0, offset.index));
    if (local === null) return undefined;
    const [, name = 'Z'] = offset;
    const minutes = name === 'Z' ? 0 : Number(name.slice(1, 3)) * 60 + Number(name.slice(-2));
    const shift = BigInt(name.startsWith('-') ? -minutes : minutes) * 60_000_000_000n;
    return truncateNanos(local - shift, precision);
  };
}

/** Writes an internal value that is not NULL. */
export type TextPrinter = (value: never) => string;

/**
 * How internal values of a type become text: what `textParser` reads back. Errors: ValidationError
 * NOT_SUPPORTED for types without a text form.
 */
export function textPrinter(type: DataType, style: TextStyle): (value: unknown) => string {
  // The column's type says what its internal values are.
  return printerOf(type, style) as (value: unknown) => string;
}

function printerOf(type: DataType, style: TextStyle): TextPrinter {
  const { separator } = style;
  switch (type.kind) {
    case 'CHAR':
    case 'VARCHAR':
      return (value: string) => value;
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
    case 'FLOAT':
    case 'DOUBLE':
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
      return (value: unknown) => (Object.is(value, -0) ? '-0' : String(value));
    case 'DECIMAL':
      return (value: bigint) => printDecimal(value, type.scale);
    case 'BINARY':
    case 'VARBINARY':
      return (value: Uint8Array) => Buffer.from(value).toString('base64');
    case 'DATE':
      return printDate;
    case 'TIME':
      return (value: number) => printTime(value, type.precision);
    case 'TIMESTAMP':
      return (value: bigint) => printTimestamp(value, type.precision).replace(' ', separator);
    case 'TIMESTAMP_LTZ':
      return (value: bigint) => {
        const utc = instantToLocal(value, timeZone('UTC'));
        return `${printTimestamp(utc, type.precision).replace(' ', separator)}Z`;
      };
    case 'VARIANT':
    case 'BITMAP': {
      const print = textPrinter(storageTypeOf(type), style);
      const write = toStored(type);
      return (value: unknown) => print(write(value));
    }
    default:
      throw noText(type);
  }
}

function noText(type: DataType): Error {
  return validationError('NOT_SUPPORTED', {
    feature: `The type ${printType(type)} in this format`,
    reason: 'it has no text form there',
  });
}
