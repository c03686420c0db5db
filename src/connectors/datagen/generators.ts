import { validationError } from '../../common/errors.ts';
import { type DataType, LENGTH_MAX } from '../../types/data-type.ts';
import { printType } from '../../types/print.ts';

/** The internal value of a row, by the row's number from 0. */
export type Generator = (row: number) => unknown;

/** The options of one field, as texts. */
export type FieldOptions = ReadonlyMap<string, string>;

const DIGITS = '0123456789abcdef';
const LENGTH_DEFAULT = 100;
const COLLECTION_LENGTH_DEFAULT = 3;
const NANOS_PER_MS = 1_000_000n;

/** Rows that a `sequence` field makes; null for other kinds. Errors: INVALID_OPTION. */
export function sequenceLength(name: string, options: FieldOptions): number | null {
  if (options.get('kind') !== 'sequence') return null;
  const { start, end } = bounds(name, options);
  return end - start + 1;
}

function bounds(name: string, options: FieldOptions): { start: number; end: number } {
  const read = (key: string): number => {
    const text = options.get(key);
    const value = Number(text);
    if (text !== undefined && Number.isSafeInteger(value)) return value;
    throw invalid(name, key, text ?? 'nothing', 'an integer, because the kind is sequence');
  };
  const [start, end] = [read('start'), read('end')];
  if (end >= start) return { start, end };
  throw invalid(name, 'end', String(end), `a number from ${start}`);
}

function invalid(name: string, key: string, value: string, expected: string): Error {
  return validationError('INVALID_OPTION', { key: `fields.${name}.${key}`, value, expected });
}

/** The generator of a field. Errors: ValidationError INVALID_OPTION, NOT_SUPPORTED. */
export function generatorOf(name: string, type: DataType, options: FieldOptions): Generator {
  const kind = options.get('kind') ?? 'random';
  if (kind === 'sequence') return sequence(type, bounds(name, options).start);
  if (kind !== 'random') throw invalid(name, 'kind', kind, "'random' or 'sequence'");
  const generate = random(name, type, options);
  const nullRate = number(name, 'null-rate', options, 0);
  return nullRate === 0 ? generate : (row) => (Math.random() < nullRate ? null : generate(row));
}

function sequence(type: DataType, start: number): Generator {
  switch (type.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'FLOAT':
    case 'DOUBLE':
      return (row) => start + row;
    case 'BIGINT':
      return (row) => BigInt(start + row);
    case 'DECIMAL': {
      const factor = 10n ** BigInt(type.scale);
      return (row) => BigInt(start + row) * factor;
    }
    case 'CHAR':
    case 'VARCHAR':
      return (row) => String(start + row);
    default:
      throw unsupported(type, 'sequence');
  }
}

const INTEGER_RANGES: Readonly<Record<string, readonly [min: number, max: number]>> = {
  TINYINT: [-128, 127],
  SMALLINT: [-32768, 32767],
  INT: [-2147483648, 2147483647],
};

function random(name: string, type: DataType, options: FieldOptions): Generator {
  switch (type.kind) {
    case 'BOOLEAN':
      return () => Math.random() < 0.5;
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT': {
      const [low, high] = INTEGER_RANGES[type.kind]!;
      const [min, max] = range(name, options, low, high);
      return () => Math.floor(min + Math.random() * (max - min + 1));
    }
    case 'BIGINT': {
      const [min, max] = range(name, options, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
      return () => BigInt(Math.floor(min + Math.random() * (max - min)));
    }
    case 'FLOAT':
    case 'DOUBLE': {
      const limit = type.kind === 'FLOAT' ? 3.4e38 : 1e308;
      const [min, max] = range(name, options, -limit, limit);
      const value = (): number => min * (1 - Math.random()) + max * Math.random();
      return type.kind === 'FLOAT' ? () => Math.fround(value()) : value;
    }
    case 'DECIMAL': {
      const limit = 10 ** Math.min(type.precision - type.scale, 15) - 1;
      const [min, max] = range(name, options, -limit, limit);
      const factor = 10 ** Math.min(type.scale, 6);
      const rest = 10n ** BigInt(type.scale - Math.min(type.scale, 6));
      return () => BigInt(Math.floor((min + Math.random() * (max - min)) * factor)) * rest;
    }
    case 'CHAR':
    case 'VARCHAR':
      return strings(name, type.length, options);
    case 'BINARY':
    case 'VARBINARY': {
      const length = lengthOf(name, type.length, options);
      return () => Uint8Array.from({ length }, () => Math.floor(Math.random() * 256));
    }
    case 'DATE':
      return () => Math.floor(Date.now() / 86_400_000);
    case 'TIME':
      return () => Math.floor(Math.random() * 86_400_000);
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      const past = number(name, 'max-past', options, 0);
      return () => BigInt(Date.now() - Math.floor(Math.random() * past)) * NANOS_PER_MS;
    }
    case 'ARRAY': {
      const element = random(name, type.element, options);
      const length = number(name, 'length', options, COLLECTION_LENGTH_DEFAULT);
      return (row) => Array.from({ length }, () => element(row));
    }
    case 'MAP': {
      const [key, value] = [random(name, type.key, options), random(name, type.value, options)];
      const length = number(name, 'length', options, COLLECTION_LENGTH_DEFAULT);
      return (row) => new Map(Array.from({ length }, () => [key(row), value(row)]));
    }
    case 'ROW': {
      const fields = type.fields.map((f) => random(`${name}.${f.name}`, f.type, options));
      return (row) => fields.map((generate) => generate(row));
    }
    default:
      throw unsupported(type, 'random');
  }
}

function strings(name: string, length: number, options: FieldOptions): Generator {
  const size = lengthOf(name, length, options);
  const varying = options.get('var-len') === 'true';
  return () => {
    const own = varying ? Math.floor(Math.random() * (size + 1)) : size;
    let text = '';
    for (let i = 0; i < own; i++) text += DIGITS[Math.floor(Math.random() * 16)];
    return text;
  };
}

function lengthOf(name: string, declared: number, options: FieldOptions): number {
  return number(name, 'length', options, declared === LENGTH_MAX ? LENGTH_DEFAULT : declared);
}

function range(
  name: string,
  options: FieldOptions,
  low: number,
  high: number,
): readonly [min: number, max: number] {
  const min = number(name, 'min', options, low);
  const max = number(name, 'max', options, high);
  if (min > max) throw invalid(name, 'max', String(max), `a number from ${min}`);
  return [min, max];
}

function number(name: string, key: string, options: FieldOptions, fallback: number): number {
  const text = options.get(key);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw invalid(name, key, text, 'a number');
}

function unsupported(type: DataType, kind: string): Error {
  return validationError('NOT_SUPPORTED', {
    feature: `A ${kind} field of type ${printType(type)}`,
    reason: 'datagen makes no such values',
  });
}
