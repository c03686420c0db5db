import { validationError } from '../../common/errors.ts';
import type { DataType, TypeOfKind } from '../../types/data-type.ts';
import { isCharacter } from '../../types/families.ts';
import { printType } from '../../types/print.ts';
import { parseVariant } from '../../types/variant-value.ts';
import { type TextStyle, textParser } from '../text-values.ts';
import { ExactNumber } from './exact.ts';

/** Why a value could not be read: where below the row, and what it is. */
export class JsonMismatch extends Error {
  readonly value: string;
  readonly type: DataType;
  /** The outermost field that it is in; null while that is not known. */
  column: string | null = null;

  constructor(value: unknown, type: DataType) {
    super('the value does not fit');
    this.value = preview(value);
    this.type = type;
  }
}

const PREVIEW_MAX = 100;

function preview(value: unknown): string {
  const text = value instanceof ExactNumber ? value.source : JSON.stringify(value);
  return text.length > PREVIEW_MAX ? `${text.slice(0, PREVIEW_MAX)}…` : text;
}

/** Turns a value of JSON that is not null into an internal value. Errors: JsonMismatch. */
export type JsonDecoder = (value: unknown) => unknown;

/** How JSON becomes values of a type. Errors: ValidationError NOT_SUPPORTED. */
export function jsonDecoder(type: DataType, style: TextStyle, failOnMissing: boolean): JsonDecoder {
  switch (type.kind) {
    case 'CHAR':
    case 'VARCHAR':
      return textOf;
    case 'ARRAY': {
      const element = nullable(jsonDecoder(type.element, style, failOnMissing));
      return (value) => {
        if (!Array.isArray(value)) throw new JsonMismatch(value, type);
        return value.map(element);
      };
    }
    case 'MAP':
    case 'MULTISET':
      return mapDecoder(type, style, failOnMissing);
    case 'ROW': {
      const decode = objectDecoder(type, style, failOnMissing);
      return (value) => decode(value).map((field) => field);
    }
    case 'VARIANT':
      return variantOf;
    default:
      return scalarDecoder(type, style);
  }
}

/** Turns an object into the values of fields. */
export function objectDecoder(
  type: TypeOfKind<'ROW'>,
  style: TextStyle,
  failOnMissing: boolean,
): (value: unknown) => readonly unknown[] {
  const names = type.fields.map((field) => field.name);
  const decoders = type.fields.map((field) => jsonDecoder(field.type, style, failOnMissing));
  return (value) => {
    if (!isObject(value)) throw new JsonMismatch(value, type);
    const row: unknown[] = [];
    for (let i = 0; i < names.length; i++) {
      const name = names[i] ?? '';
      // Inherited properties such as `constructor` are no fields.
      const field = Object.hasOwn(value, name) ? value[name] : undefined;
      if (field === undefined && failOnMissing) throw new JsonMismatch(value, type);
      try {
        row.push(field === undefined || field === null ? null : decoders[i]?.(field));
      } catch (error) {
        if (error instanceof JsonMismatch) error.column = name;
        throw error;
      }
    }
    return row;
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ExactNumber)
  );
}

function nullable(decode: JsonDecoder): JsonDecoder {
  return (value) => (value === null ? null : decode(value));
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value instanceof ExactNumber ? value.source : JSON.stringify(value);
}

/** A parsed value as a VARIANT: whole numbers are integers, `1.0` too. */
function variantOf(value: unknown): unknown {
  if (value instanceof ExactNumber) return parseVariant(value.source);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(variantOf);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, variantOf(item)]));
}

function mapDecoder(
  type: TypeOfKind<'MAP' | 'MULTISET'>,
  style: TextStyle,
  failOnMissing: boolean,
): JsonDecoder {
  const keyType = 'key' in type ? type.key : type.element;
  if (!isCharacter(keyType)) throw textKeys(type);
  const decode =
    'value' in type ? nullable(jsonDecoder(type.value, style, failOnMissing)) : countOf(type);
  return (value) => {
    if (!isObject(value)) throw new JsonMismatch(value, type);
    return new Map(Object.entries(value).map(([key, inner]) => [key, decode(inner)]));
  };
}

/** How often an element is in a multiset. */
function countOf(type: DataType): JsonDecoder {
  return (value) => {
    if (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= INTEGER_BOUNDS['INT']!)
      return value;
    throw new JsonMismatch(value, type);
  };
}

/** The error for maps whose keys are not texts, which objects cannot have. */
export function textKeys(type: DataType): Error {
  return validationError('NOT_SUPPORTED', {
    feature: `The type ${printType(type)} in JSON`,
    reason: 'keys of JSON objects are texts',
  });
}

/** Numbers, booleans, dates and times: as such or as texts. */
function scalarDecoder(type: DataType, style: TextStyle): JsonDecoder {
  const parse = textParser(type, style);
  const isFloat = type.kind === 'DOUBLE';
  const fast = fastNumber(type);
  return (value) => {
    if (typeof value === 'number') {
      if (isFloat) return value;
      const parsed = fast?.(value) ?? parse(String(value));
      if (parsed === undefined) throw new JsonMismatch(value, type);
      return parsed;
    }
    if (typeof value === 'boolean' && type.kind === 'BOOLEAN') return value;
    const text = value instanceof ExactNumber ? value.source : value;
    const parsed = typeof text === 'string' ? parse(text) : undefined;
    if (parsed === undefined) throw new JsonMismatch(value, type);
    return parsed;
  };
}

/** Decimals of up to so many digits are told apart by their doubles. */
const EXACT_DIGITS_MAX = 1e15;
const INTEGER_BOUNDS: Readonly<Record<string, number>> = {
  TINYINT: 0x7f,
  SMALLINT: 0x7fff,
  INT: 0x7fffffff,
};

/** The usual numbers without the way through a text; undefined for all others. */
function fastNumber(type: DataType): ((value: number) => unknown) | null {
  const bound = INTEGER_BOUNDS[type.kind];
  if (bound !== undefined) {
    return (value) =>
      Number.isInteger(value) && value <= bound && value >= -bound ? value + 0 : undefined;
  }
  if (type.kind === 'FLOAT') return Math.fround;
  if (type.kind === 'BIGINT') {
    return (value) => (Number.isSafeInteger(value) ? BigInt(value) : undefined);
  }
  if (type.kind !== 'DECIMAL') return null;
  const unit = 10 ** type.scale;
  const limit = Math.min(EXACT_DIGITS_MAX, 10 ** type.precision);
  return (value) => {
    const digits = Math.round(value * unit);
    const isExact = digits < limit && digits > -limit && digits / unit === value;
    return isExact ? BigInt(digits) : undefined;
  };
}
