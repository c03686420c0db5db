import type { SchemaElement } from 'hyparquet';
import { validationError } from '../../common/errors.ts';
import {
  type DataType,
  DECIMAL_PRECISION_INT64,
  type Field,
  TIMESTAMP_PRECISION_INT64,
} from '../../types/data-type.ts';
import { printType } from '../../types/print.ts';
import type { Schema } from '../../types/schema.ts';
import { BIGINT, INT } from '../../types/types.ts';
import { printVariant } from '../../types/variant-value.ts';

/** Units that timestamps are written in. */
export type TimestampUnit = 'micros' | 'millis' | 'nanos';

/** Bytes of a decimal above 18 digits. */
const DECIMAL_BYTES = 16;

/** The flat schema of a file with these columns. Errors: ValidationError NOT_SUPPORTED. */
export function schemaElements(schema: Schema, unit: TimestampUnit): SchemaElement[] {
  const root: SchemaElement = { name: 'schema', num_children: schema.fields.length };
  return [root, ...schema.fields.flatMap((field) => elementsOf(field, unit))];
}

function elementsOf(
  { name, type }: Pick<Field, 'name' | 'type'>,
  unit: TimestampUnit,
): SchemaElement[] {
  const repetition_type = type.nullable ? 'OPTIONAL' : 'REQUIRED';
  const group = (children: number, converted?: 'LIST' | 'MAP'): SchemaElement => ({
    name,
    repetition_type,
    num_children: children,
    ...(converted === undefined
      ? {}
      : { converted_type: converted, logical_type: { type: converted } }),
  });
  const repeated = (repeatedName: string, children: number): SchemaElement => ({
    name: repeatedName,
    repetition_type: 'REPEATED',
    num_children: children,
  });
  switch (type.kind) {
    case 'ARRAY':
      return [
        group(1, 'LIST'),
        repeated('list', 1),
        ...elementsOf({ name: 'element', type: type.element }, unit),
      ];
    case 'MAP':
      return [
        group(1, 'MAP'),
        repeated('key_value', 2),
        ...elementsOf({ name: 'key', type: { ...type.key, nullable: false } }, unit),
        ...elementsOf({ name: 'value', type: type.value }, unit),
      ];
    case 'MULTISET':
      return [
        group(1, 'MAP'),
        repeated('key_value', 2),
        ...elementsOf({ name: 'key', type: { ...type.element, nullable: false } }, unit),
        ...elementsOf({ name: 'value', type: { ...INT, nullable: false } }, unit),
      ];
    case 'ROW':
      return [
        group(type.fields.length),
        ...type.fields.flatMap((field) => elementsOf(field, unit)),
      ];
    default:
      return [{ name, repetition_type, ...leafOf(type, unit) }];
  }
}

function leafOf(type: DataType, unit: TimestampUnit): Omit<SchemaElement, 'name'> {
  switch (type.kind) {
    case 'BOOLEAN':
      return { type: 'BOOLEAN' };
    case 'TINYINT':
      return { type: 'INT32', converted_type: 'INT_8' };
    case 'SMALLINT':
      return { type: 'INT32', converted_type: 'INT_16' };
    case 'INT':
    case 'INTERVAL_YEAR_MONTH':
      return { type: 'INT32' };
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return { type: 'INT64' };
    case 'FLOAT':
    case 'DOUBLE':
      return { type: type.kind };
    case 'DECIMAL': {
      const { precision, scale } = type;
      const size = { converted_type: 'DECIMAL', precision, scale } as const;
      if (precision <= DECIMAL_PRECISION_INT64) return { type: 'INT64', ...size };
      return { type: 'FIXED_LEN_BYTE_ARRAY', type_length: DECIMAL_BYTES, ...size };
    }
    case 'CHAR':
    case 'VARCHAR':
      return { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };
    case 'BINARY':
    case 'VARBINARY':
    case 'BITMAP':
      return { type: 'BYTE_ARRAY' };
    case 'VARIANT':
      // Without the older annotation, for which the package would quote the text.
      return { type: 'BYTE_ARRAY', logical_type: { type: 'JSON' } };
    case 'DATE':
      return { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } };
    case 'TIME':
      return { type: 'INT32', converted_type: 'TIME_MILLIS' };
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      const isAdjustedToUTC = type.kind === 'TIMESTAMP_LTZ';
      const name = UNIT_NAMES[unitOf(type.precision, unit)];
      return { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC, unit: name } };
    }
    default:
      throw validationError('NOT_SUPPORTED', {
        feature: `The type ${printType(type)} in Parquet files`,
        reason: 'Parquet has no such type',
      });
  }
}

const UNIT_NAMES = { millis: 'MILLIS', micros: 'MICROS', nanos: 'NANOS' } as const;
const NANOS_PER_UNIT = { millis: 1_000_000n, micros: 1000n, nanos: 1n } as const;

function unitOf(precision: number, unit: TimestampUnit): TimestampUnit {
  return precision > TIMESTAMP_PRECISION_INT64 ? 'nanos' : unit;
}

/** The values that fit the elements: numbers of the unit, fields by name. Null: they are that already. */
export function encoderOf(
  type: DataType,
  unit: TimestampUnit,
): ((value: unknown) => unknown) | null {
  switch (type.kind) {
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      const nanos = NANOS_PER_UNIT[unitOf(type.precision, unit)];
      // The internal value of a timestamp is a bigint.
      return nanos === 1n ? null : (value) => floorDivide(value as bigint, nanos);
    }
    case 'ARRAY': {
      const element = encoderOf(type.element, unit);
      if (element === null) return null;
      return (value) => (value as readonly unknown[]).map((each) => encode(element, each));
    }
    case 'MAP':
    case 'MULTISET': {
      const key = encoderOf(type.kind === 'MAP' ? type.key : type.element, unit);
      const val = encoderOf(type.kind === 'MAP' ? type.value : BIGINT, unit);
      if (key === null && val === null) return null;
      return (value) =>
        new Map(
          [...(value as Map<unknown, unknown>)].map(([k, v]) => [encode(key, k), encode(val, v)]),
        );
    }
    case 'ROW': {
      const fields = type.fields.map((field) => ({
        name: field.name,
        encoder: encoderOf(field.type, unit),
      }));
      return (value) => {
        const object: Record<string, unknown> = Object.create(null);
        const row = value as readonly unknown[];
        for (const [i, { name, encoder }] of fields.entries())
          object[name] = encode(encoder, row[i]);
        return object;
      };
    }
    case 'VARIANT':
      return (value) => Buffer.from(printVariant(value));
    default:
      return null;
  }
}

function encode(encoder: ((value: unknown) => unknown) | null, value: unknown): unknown {
  return value === null || encoder === null ? value : encoder(value);
}

function floorDivide(value: bigint, unit: bigint): bigint {
  const quotient = value / unit;
  return quotient * unit > value ? quotient - 1n : quotient;
}
