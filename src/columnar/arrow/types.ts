import type * as arrow from 'apache-arrow';
import { validationError } from '../../common/errors.ts';
import { loadPackage } from '../../common/packages.ts';
import { type DataType, type Field, LENGTH_MAX } from '../../types/data-type.ts';
import type { Schema } from '../../types/schema.ts';
import { BITMAP, VARIANT } from '../../types/types.ts';
import { isStoredIn, storageTypeOf } from '../stored-values.ts';

/** The apache-arrow package, loaded on first use: most queries never need it. */
export type ArrowModule = typeof arrow;

/** Loads apache-arrow at once: for readers and writers of files, which work synchronously. */
export function requireArrow(): ArrowModule {
  return loadPackage('apache-arrow');
}

/** Loads apache-arrow. */
export function loadArrow(): Promise<ArrowModule> {
  return import('apache-arrow');
}

/**
 * The ids of Arrow's types (`type.typeId`). Our own, so that reading a table that a user made
 * needs no apache-arrow, whichever copy of it made the table.
 */
export const TypeId = {
  Null: 1,
  Int: 2,
  Float: 3,
  Binary: 4,
  Utf8: 5,
  Bool: 6,
  Decimal: 7,
  Date: 8,
  Time: 9,
  Timestamp: 10,
  Interval: 11,
  List: 12,
  Struct: 13,
  FixedSizeBinary: 15,
  FixedSizeList: 16,
  Map: 17,
  Duration: 18,
  LargeBinary: 19,
  LargeUtf8: 20,
  LargeList: 21,
  BinaryView: 23,
  Utf8View: 24,
  Dictionary: -1,
} as const;

/** Decimal digits of a second that Arrow's time units stand for: s, ms, us, ns. */
const UNIT_PRECISIONS = [0, 3, 6, 9] as const;
/** Bits of the widest decimal that a DECIMAL holds. */
const DECIMAL_BITS_MAX = 128;
/** Arrow's interval units. */
const YEAR_MONTH = 0;
const DAY_TIME = 1;
/** Digits of the largest unsigned 64-bit number. */
const UINT64_DIGITS = 20;
/** The time zone that marks a TIMESTAMP_LTZ. */
const LTZ_ZONE = 'UTC';

/**
 * The Arrow type that a type is written as. A TIMESTAMP_LTZ is a timestamp of the zone UTC;
 * CHAR and VARCHAR are Utf8, whatever their length; a MULTISET is a map to counts; a VARIANT is
 * JSON text.
 */
export function toArrowType(module: ArrowModule, type: DataType): arrow.DataType {
  switch (type.kind) {
    case 'NULL':
      return new module.Null();
    case 'BOOLEAN':
      return new module.Bool();
    case 'TINYINT':
      return new module.Int8();
    case 'SMALLINT':
      return new module.Int16();
    case 'INT':
      return new module.Int32();
    case 'BIGINT':
      return new module.Int64();
    case 'FLOAT':
      return new module.Float32();
    case 'DOUBLE':
      return new module.Float64();
    case 'DECIMAL':
      return new module.Decimal(type.scale, type.precision, DECIMAL_BITS_MAX);
    case 'DATE':
      return new module.DateDay();
    case 'TIME':
      return new module.TimeMillisecond();
    case 'TIMESTAMP':
      return new module.Timestamp(unitOf(type.precision));
    case 'TIMESTAMP_LTZ':
      return new module.Timestamp(unitOf(type.precision), LTZ_ZONE);
    case 'CHAR':
    case 'VARCHAR':
      return new module.Utf8();
    case 'BINARY':
    case 'VARBINARY':
      return new module.Binary();
    case 'INTERVAL_YEAR_MONTH':
      return new module.IntervalYearMonth();
    case 'INTERVAL_DAY_TIME':
      return new module.DurationMillisecond();
    case 'ARRAY':
      return new module.List(toArrowField(module, 'item', type.element));
    case 'MAP':
      return mapType(module, { ...type.key, nullable: false }, type.value);
    case 'MULTISET':
      return mapType(module, type.element, { kind: 'INT', nullable: false });
    case 'ROW':
      return new module.Struct(type.fields.map((f) => toArrowField(module, f.name, f.type)));
    case 'VARIANT':
    case 'BITMAP':
      return toArrowType(module, storageTypeOf(type));
  }
}

/**
 * The extension types that say more of a field than its storage does: JSON texts are Arrow's
 * canonical `arrow.json`, bitmaps are bytes in the portable format of Roaring bitmaps.
 */
const EXTENSIONS = { VARIANT: 'arrow.json', BITMAP: 'millrace.bitmap' } as const;
const EXTENSION_NAME = 'ARROW:extension:name';
const EXTENSION_METADATA = 'ARROW:extension:metadata';

function extensionOf(type: DataType): Map<string, string> | null {
  if (type.kind !== 'VARIANT' && type.kind !== 'BITMAP') return null;
  return new Map([
    [EXTENSION_NAME, EXTENSIONS[type.kind]],
    [EXTENSION_METADATA, ''],
  ]);
}

/** The Arrow schema of a schema. */
export function toArrowSchema(module: ArrowModule, schema: Schema): arrow.Schema {
  return new module.Schema(schema.fields.map((f) => toArrowField(module, f.name, f.type)));
}

function toArrowField(module: ArrowModule, name: string, type: DataType): arrow.Field {
  return new module.Field(name, toArrowType(module, type), type.nullable, extensionOf(type));
}

function mapType(module: ArrowModule, key: DataType, value: DataType): arrow.DataType {
  const entries = new module.Struct([
    toArrowField(module, 'key', key),
    toArrowField(module, 'value', value),
  ]);
  return new module.Map_(new module.Field('entries', entries, false), false);
}

/** The time unit in which a timestamp of this precision is written. */
function unitOf(precision: number): number {
  return UNIT_PRECISIONS.findIndex((digits) => precision <= digits);
}

/**
 * The type that values of an Arrow type are read as. Unsigned integers get the next wider type.
 * Errors: ValidationError NOT_SUPPORTED for unions, 256-bit decimals and month-day-nano intervals.
 */
export function fromArrowType(type: arrow.DataType, nullable: boolean): DataType {
  switch (type.typeId as number) {
    case TypeId.Null:
      return { kind: 'NULL', nullable: true };
    case TypeId.Bool:
      return { kind: 'BOOLEAN', nullable };
    case TypeId.Int:
      return fromInt(type as arrow.Int, nullable);
    case TypeId.Float:
      return { kind: (type as arrow.Float).precision === 2 ? 'DOUBLE' : 'FLOAT', nullable };
    case TypeId.Decimal: {
      const { precision, scale, bitWidth } = type as arrow.Decimal;
      if (bitWidth > DECIMAL_BITS_MAX) throw unsupported(`Decimal${bitWidth}`);
      return { kind: 'DECIMAL', nullable, precision, scale };
    }
    case TypeId.Date:
      return { kind: 'DATE', nullable };
    case TypeId.Time:
      return { kind: 'TIME', nullable, precision: Math.min(3, precisionOf(type as arrow.Time)) };
    case TypeId.Timestamp: {
      const { timezone } = type as arrow.Timestamp;
      const local = timezone === undefined || timezone === null || timezone === '';
      const precision = precisionOf(type as arrow.Timestamp);
      return { kind: local ? 'TIMESTAMP' : 'TIMESTAMP_LTZ', nullable, precision };
    }
    case TypeId.Duration:
      return dayTime(nullable);
    case TypeId.Interval: {
      const unit = (type as arrow.Interval).unit as number;
      if (unit === DAY_TIME) return dayTime(nullable);
      if (unit !== YEAR_MONTH) throw unsupported('an interval of months, days and nanoseconds');
      return { kind: 'INTERVAL_YEAR_MONTH', nullable, unit: 'YEAR TO MONTH', yearPrecision: 4 };
    }
    case TypeId.Utf8:
    case TypeId.LargeUtf8:
    case TypeId.Utf8View:
      return { kind: 'VARCHAR', nullable, length: LENGTH_MAX };
    case TypeId.Binary:
    case TypeId.LargeBinary:
    case TypeId.BinaryView:
      return { kind: 'VARBINARY', nullable, length: LENGTH_MAX };
    case TypeId.FixedSizeBinary: {
      const length = (type as arrow.FixedSizeBinary).byteWidth;
      return { kind: 'BINARY', nullable, length };
    }
    case TypeId.Dictionary:
      return fromArrowType((type as arrow.Dictionary).dictionary, nullable);
    default:
      return fromNested(type, nullable);
  }
}

/** The schema of an Arrow schema. Errors: as of `fromArrowType`. */
export function fromArrowSchema(schema: arrow.Schema): Schema {
  return { fields: schema.fields.map(fromArrowField) };
}

function fromArrowField(f: arrow.Field): Field {
  const stored = fromArrowType(f.type, f.nullable);
  const extension = f.metadata.get(EXTENSION_NAME);
  const type = TYPES_WITH_EXTENSION.find(
    (one) => EXTENSIONS[one.kind] === extension && isStoredIn(one, stored),
  );
  return { name: f.name, type: type ? { ...type, nullable: f.nullable } : stored, comment: null };
}

const TYPES_WITH_EXTENSION = [VARIANT, BITMAP] as const;

function fromNested(type: arrow.DataType, nullable: boolean): DataType {
  const children: readonly arrow.Field[] = type.children ?? [];
  switch (type.typeId as number) {
    case TypeId.List:
    case TypeId.LargeList:
    case TypeId.FixedSizeList:
      return { kind: 'ARRAY', nullable, element: fromArrowField(children[0]!).type };
    case TypeId.Struct:
      return { kind: 'ROW', nullable, fields: children.map(fromArrowField) };
    case TypeId.Map: {
      const [key, value] = (children[0]!.type.children as readonly arrow.Field[]).map(
        fromArrowField,
      );
      return { kind: 'MAP', nullable, key: key!.type, value: value!.type };
    }
    default:
      throw unsupported(String(type));
  }
}

function fromInt({ isSigned, bitWidth }: arrow.Int, nullable: boolean): DataType {
  if (bitWidth === 64 && !isSigned) {
    return { kind: 'DECIMAL', nullable, precision: UINT64_DIGITS, scale: 0 };
  }
  const bits = isSigned ? bitWidth : bitWidth * 2;
  const kind = bits === 8 ? 'TINYINT' : bits === 16 ? 'SMALLINT' : bits === 32 ? 'INT' : 'BIGINT';
  return { kind, nullable };
}

function dayTime(nullable: boolean): DataType {
  return {
    kind: 'INTERVAL_DAY_TIME',
    nullable,
    unit: 'DAY TO SECOND',
    dayPrecision: 6,
    fractionalPrecision: 3,
  };
}

function precisionOf({ unit }: { readonly unit: number }): 0 | 3 | 6 | 9 {
  return UNIT_PRECISIONS[unit] ?? 9;
}

function unsupported(feature: string): Error {
  return validationError('NOT_SUPPORTED', {
    feature: `The Arrow type ${feature}`,
    reason: 'no SQL type holds its values',
  });
}
