import { notImplemented } from '../../common/errors.ts';
import {
  type DataType,
  DECIMAL_PRECISION_INT64,
  DECIMAL_PRECISION_MAX,
} from '../../types/data-type.ts';
import {
  BIGINT,
  BOOLEAN,
  BYTES,
  binary,
  DATE,
  DOUBLE,
  decimal,
  FLOAT,
  INT,
  SMALLINT,
  STRING,
  TINYINT,
  time,
  timestamp,
  timestampLtz,
} from '../../types/types.ts';
import { Physical, type SchemaElement } from './metadata.ts';
import { structField } from './thrift.ts';

/** How plain values become column values: numbers of `parquet-values.as.ts`. */
export const Conversion = {
  COPY4: 0,
  COPY8: 1,
  I32_TO_I8: 2,
  I32_TO_I16: 3,
  I32_TO_I64: 4,
  U32_TO_I64: 5,
  I32_TO_I128: 6,
  I64_TO_I128: 7,
  U64_TO_I128: 8,
  MILLIS_TO_MICROS: 9,
  NANOS_TO_MICROS: 10,
  NANOS_TO_TIMESTAMP128: 11,
  INT96_TO_MICROS: 12,
  INT96_TO_TIMESTAMP128: 13,
  MICROS_TO_MILLIS: 14,
  NANOS_TO_MILLIS: 15,
  BIG_ENDIAN_TO_I64: 16,
  BIG_ENDIAN_TO_I128: 17,
  HALF_TO_F32: 18,
} as const;

/** What a column of a file holds, and how it is read. */
export interface LeafType {
  readonly type: DataType;
  readonly physical: number;
  /** Bytes of a plain value; 0 for strings of any length and for booleans. */
  readonly size: number;
  readonly reads:
    | { readonly as: 'fixed'; readonly conversion: number }
    | { readonly as: 'bool' }
    | { readonly as: 'strings' }
    /** Big-endian digits of any length. */
    | { readonly as: 'decimals' };
}

const LOGICAL = {
  STRING: 1,
  ENUM: 4,
  DECIMAL: 5,
  DATE: 6,
  TIME: 7,
  TIMESTAMP: 8,
  INTEGER: 10,
  JSON: 12,
  FLOAT16: 15,
};

/** The types that older files are annotated with, as the newer annotations. */
type Annotation =
  | { readonly is: 'none' | 'string' | 'date' | 'float16' }
  | { readonly is: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly is: 'integer'; readonly bits: number; readonly signed: boolean }
  | { readonly is: 'time' | 'timestamp'; readonly digits: 3 | 6 | 9; readonly utc: boolean };

function annotationOf(element: SchemaElement): Annotation {
  const { logical, precision, scale } = element;
  switch (logical?.id) {
    case LOGICAL.STRING:
    case LOGICAL.ENUM:
    case LOGICAL.JSON:
      return { is: 'string' };
    case LOGICAL.DECIMAL: {
      const digits = logical.fields.get(2);
      const point = logical.fields.get(1);
      return {
        is: 'decimal',
        precision: typeof digits === 'number' ? digits : precision,
        scale: typeof point === 'number' ? point : scale,
      };
    }
    case LOGICAL.DATE:
      return { is: 'date' };
    case LOGICAL.TIME:
    case LOGICAL.TIMESTAMP: {
      const unit = structField(logical.fields, 2)?.keys().next().value;
      return {
        is: logical.id === LOGICAL.TIME ? 'time' : 'timestamp',
        digits: unit === 1 ? 3 : unit === 2 ? 6 : 9,
        utc: logical.fields.get(1) === true,
      };
    }
    case LOGICAL.INTEGER: {
      const bits = logical.fields.get(1);
      return {
        is: 'integer',
        bits: typeof bits === 'number' ? bits : 0,
        signed: logical.fields.get(2) === true,
      };
    }
    case LOGICAL.FLOAT16:
      return { is: 'float16' };
    default:
      return olderAnnotation(element);
  }
}

function olderAnnotation({ converted, precision, scale }: SchemaElement): Annotation {
  switch (converted) {
    case 0:
    case 4:
    case 19:
      return { is: 'string' };
    case 5:
      return { is: 'decimal', precision, scale };
    case 6:
      return { is: 'date' };
    case 7:
      return { is: 'time', digits: 3, utc: false };
    case 8:
      return { is: 'time', digits: 6, utc: false };
    case 9:
      return { is: 'timestamp', digits: 3, utc: false };
    case 10:
      return { is: 'timestamp', digits: 6, utc: false };
    case 11:
    case 12:
    case 13:
    case 14:
      return { is: 'integer', bits: 8 << (converted - 11), signed: false };
    case 15:
    case 16:
    case 17:
    case 18:
      return { is: 'integer', bits: 8 << (converted - 15), signed: true };
    default:
      return { is: 'none' };
  }
}

const SIZES: Readonly<Record<number, number>> = {
  [Physical.INT32]: 4,
  [Physical.INT64]: 8,
  [Physical.INT96]: 12,
  [Physical.FLOAT]: 4,
  [Physical.DOUBLE]: 8,
};

/** What a leaf of the schema is read as. Errors: NotImplementedError for what SQL cannot hold. */
export function leafType(element: SchemaElement): LeafType {
  const physical = element.physical ?? -1;
  const annotation = annotationOf(element);
  const size = physical === Physical.FIXED ? element.typeLength : (SIZES[physical] ?? 0);
  const fixed = (type: DataType, conversion: number): LeafType => ({
    type,
    physical,
    size,
    reads: { as: 'fixed', conversion },
  });
  switch (physical) {
    case Physical.BOOLEAN:
      return { type: BOOLEAN, physical, size, reads: { as: 'bool' } };
    case Physical.INT32:
      return fixed(...int32Type(annotation));
    case Physical.INT64:
      return fixed(...int64Type(annotation));
    case Physical.INT96:
      return fixed(timestamp(9), Conversion.INT96_TO_TIMESTAMP128);
    case Physical.FLOAT:
      return fixed(FLOAT, Conversion.COPY4);
    case Physical.DOUBLE:
      return fixed(DOUBLE, Conversion.COPY8);
    case Physical.FIXED:
      if (annotation.is === 'decimal' && size > 0 && size <= 16) {
        const type = decimalType(annotation);
        const narrow = type.precision <= DECIMAL_PRECISION_INT64;
        return fixed(type, narrow ? Conversion.BIG_ENDIAN_TO_I64 : Conversion.BIG_ENDIAN_TO_I128);
      }
      if (annotation.is === 'float16' && size === 2) return fixed(FLOAT, Conversion.HALF_TO_F32);
      if (size <= 0) break;
      return { type: binary(size), physical, size, reads: { as: 'strings' } };
    case Physical.BYTE_ARRAY:
      if (annotation.is === 'decimal') {
        return { type: decimalType(annotation), physical, size, reads: { as: 'decimals' } };
      }
      return {
        type: annotation.is === 'string' ? STRING : BYTES,
        physical,
        size,
        reads: { as: 'strings' },
      };
    default:
      break;
  }
  throw notImplemented(`The Parquet type of column '${element.name}'`);
}

function int32Type(annotation: Annotation): [DataType, number] {
  switch (annotation.is) {
    case 'date':
      return [DATE, Conversion.COPY4];
    case 'time':
      return [time(3), Conversion.COPY4];
    case 'decimal': {
      const type = decimalType(annotation);
      const narrow = type.precision <= DECIMAL_PRECISION_INT64;
      return [type, narrow ? Conversion.I32_TO_I64 : Conversion.I32_TO_I128];
    }
    case 'integer':
      if (annotation.signed) {
        if (annotation.bits === 8) return [TINYINT, Conversion.I32_TO_I8];
        if (annotation.bits === 16) return [SMALLINT, Conversion.I32_TO_I16];
        return [INT, Conversion.COPY4];
      }
      if (annotation.bits === 8) return [SMALLINT, Conversion.I32_TO_I16];
      if (annotation.bits === 16) return [INT, Conversion.COPY4];
      return [BIGINT, Conversion.U32_TO_I64];
    default:
      return [INT, Conversion.COPY4];
  }
}

function int64Type(annotation: Annotation): [DataType, number] {
  switch (annotation.is) {
    case 'timestamp': {
      const type = annotation.utc ? timestampLtz(annotation.digits) : timestamp(annotation.digits);
      if (annotation.digits === 3) return [type, Conversion.MILLIS_TO_MICROS];
      return [type, annotation.digits === 6 ? Conversion.COPY8 : Conversion.NANOS_TO_TIMESTAMP128];
    }
    case 'time':
      // Times are kept in milliseconds.
      return [
        time(3),
        annotation.digits === 9 ? Conversion.NANOS_TO_MILLIS : Conversion.MICROS_TO_MILLIS,
      ];
    case 'decimal': {
      const type = decimalType(annotation);
      const narrow = type.precision <= DECIMAL_PRECISION_INT64;
      return [type, narrow ? Conversion.COPY8 : Conversion.I64_TO_I128];
    }
    case 'integer':
      if (annotation.signed) return [BIGINT, Conversion.COPY8];
      return [decimal(20, 0), Conversion.U64_TO_I128];
    default:
      return [BIGINT, Conversion.COPY8];
  }
}

function decimalType(annotation: { readonly precision: number; readonly scale: number }) {
  const { precision, scale } = annotation;
  if (precision < 1 || precision > DECIMAL_PRECISION_MAX || scale < 0 || scale > precision) {
    throw notImplemented(`DECIMAL(${precision}, ${scale})`);
  }
  return decimal(precision, scale);
}
