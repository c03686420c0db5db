import { describeValue } from '../common/arguments.ts';
import { validationError } from '../common/errors.ts';
import type { DataType, DayTimeUnit, Field, TypeOfKind, YearMonthUnit } from './data-type.ts';
import { DECIMAL_PRECISION_MAX, LENGTH_MAX, withNullable } from './data-type.ts';
import { printType } from './print.ts';
import { field } from './schema.ts';
import * as types from './types.ts';

/**
 * What a type that a user holds can do. The methods are in the prototype: a structured clone
 * keeps only the plain data, and the engine reads only the plain data.
 */
export interface DataTypeMethods<T extends DataType = DataType> {
  /** The type without NULL. */
  notNull(): PublicDataType<WithNullable<T, false>>;
  /** The type with NULL. Deviation: `nullable` is the flag itself, so that types stay plain data. */
  asNullable(): PublicDataType<WithNullable<T, true>>;
  /** Flink's text of the type, e.g. `DECIMAL(15, 2) NOT NULL`. */
  toString(): string;
}

/** A type with its methods: what `DataTypes` makes and what results show. */
export type PublicDataType<T extends DataType = DataType> = T & DataTypeMethods<T>;

/** The type with its flag known to the compiler. */
type WithNullable<T extends DataType, N extends boolean> = T extends DataType
  ? Omit<T, 'nullable' | keyof DataTypeMethods> & { readonly nullable: N }
  : never;

const METHODS: Record<keyof DataTypeMethods, () => unknown> & ThisType<DataType> = {
  notNull() {
    return attachMethods(withNullable(this, false));
  },
  asNullable() {
    return attachMethods(withNullable(this, true));
  },
  toString() {
    return printType(this);
  },
};

/** Gives a plain type, and the types in it, the methods that users see; the data stays the same. */
export function attachMethods<T extends DataType>(type: T): PublicDataType<T> {
  if (Object.getPrototypeOf(type) === METHODS) return type as PublicDataType<T>;
  const copy: object = Object.create(METHODS);
  return Object.assign(copy, withMethodsInside(type)) as PublicDataType<T>;
}

function withMethodsInside(type: DataType): DataType {
  switch (type.kind) {
    case 'ARRAY':
    case 'MULTISET':
      return { ...type, element: attachMethods(type.element) };
    case 'MAP':
      return { ...type, key: attachMethods(type.key), value: attachMethods(type.value) };
    case 'ROW':
      return {
        ...type,
        fields: type.fields.map((f) => field(f.name, attachMethods(f.type), f.comment)),
      };
    default:
      return type;
  }
}

/** An ARRAY whose elements the compiler knows. */
type ArrayOf<E extends DataType> = TypeOfKind<'ARRAY'> & { readonly element: E };
/** A MAP whose keys and values the compiler knows. */
type MapOf<K extends DataType, V extends DataType> = TypeOfKind<'MAP'> & {
  readonly key: K;
  readonly value: V;
};

type IntervalUnit = 'YEAR' | 'MONTH' | 'DAY' | 'HOUR' | 'MINUTE' | 'SECOND';

/** One end of an INTERVAL: `DataTypes.DAY(3)`, `DataTypes.SECOND()`. */
export interface IntervalResolution {
  readonly unit: IntervalUnit;
  /** Digits of the unit (YEAR, DAY) or of its fraction (SECOND); null for units without. */
  readonly precision: number | null;
}

function bounded(text: string, name: string, value: unknown, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) {
    return value;
  }
  throw validationError('INVALID_TYPE', {
    text: `${text}(${describeValue(value)})`,
    reason: `the ${name} must be an integer from ${min} to ${max}`,
  });
}

function typeArgument(text: string, type: unknown): DataType {
  // Only the tag is checked: whoever makes a type by hand instead of with this factory is careful.
  if (typeof type === 'object' && type !== null && 'kind' in type) return type as DataType;
  throw validationError('INVALID_TYPE', {
    text: `${text}<${describeValue(type)}>`,
    reason: 'a type made by DataTypes is expected inside it',
  });
}

function length(text: string, value: number): number {
  return bounded(text, 'length', value, 1, LENGTH_MAX);
}

function precision(text: string, value: number): number {
  return bounded(text, 'precision', value, 0, 9);
}

function decimal(p: number, s: number): PublicDataType<TypeOfKind<'DECIMAL'>> {
  const digits = bounded('DECIMAL', 'precision', p, 1, DECIMAL_PRECISION_MAX);
  return attachMethods(types.decimal(digits, bounded(`DECIMAL(${p})`, 'scale', s, 0, digits)));
}

function fieldsOf(fields: readonly Field[] | Readonly<Record<string, DataType>>): readonly Field[] {
  const list = isFieldList(fields)
    ? fields
    : Object.entries(fields ?? { '': undefined }).map(([name, type]) => field(name, type));
  const names = new Set<string>();
  for (const f of list) {
    const name: unknown = f?.name;
    if (typeof name !== 'string' || name.trim() === '') {
      throw validationError('INVALID_TYPE', {
        text: 'ROW',
        reason: 'every field must be made by DataTypes.FIELD and have a name',
      });
    }
    typeArgument(`ROW<${name}>`, f.type);
    if (names.has(name)) {
      throw validationError('INVALID_TYPE', {
        text: 'ROW',
        reason: `the field '${name}' occurs twice`,
      });
    }
    names.add(name);
  }
  return list;
}

function isFieldList(fields: unknown): fields is readonly Field[] {
  return Array.isArray(fields);
}

const UNITS: readonly IntervalUnit[] = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'];

function interval(from: IntervalResolution, to: IntervalResolution | null): DataType {
  const first = UNITS.indexOf(from?.unit);
  const last = to === null ? first : UNITS.indexOf(to.unit);
  const mixed = first < 2 !== last < 2;
  if (first < 0 || last < first || mixed || (to !== null && last === first)) {
    throw validationError('INVALID_TYPE', {
      text: `INTERVAL ${String(from?.unit)}${to === null ? '' : ` TO ${String(to.unit)}`}`,
      reason: 'an interval goes from YEAR to MONTH, or from DAY, HOUR or MINUTE to a smaller unit',
    });
  }
  // The checks above leave exactly the names of the two unit types.
  const unit = to === null ? from.unit : `${from.unit} TO ${to.unit}`;
  if (first < 2) return types.intervalYearMonth(unit as YearMonthUnit, from.precision ?? 2);
  const day = from.unit === 'DAY' ? (from.precision ?? 2) : 2;
  const end = to ?? from;
  const fraction = end.unit === 'SECOND' ? (end.precision ?? 6) : 6;
  return types.intervalDayTime(unit as DayTimeUnit, day, fraction);
}

/**
 * Makes types: `DataTypes.INT()`, `DataTypes.DECIMAL(10, 2).notNull()`. Every type allows NULL
 * until `notNull()` is called.
 *
 * Errors: ValidationError INVALID_TYPE for lengths, precisions and fields out of range.
 *
 * @example
 * ```ts
 * import { DataTypes } from 'millrace';
 *
 * const item = DataTypes.ROW({ name: DataTypes.STRING().notNull(), price: DataTypes.DECIMAL(10, 2) });
 * console.log(String(DataTypes.ARRAY(item))); // ARRAY<ROW<`name` STRING NOT NULL, `price` DECIMAL(10, 2)>>
 * ```
 */
export const DataTypes = {
  /** The type of NULL alone. */
  NULL: () => attachMethods(types.NULL),
  /** `true` and `false`. */
  BOOLEAN: () => attachMethods(types.BOOLEAN),
  /** Integers of 8 bits. */
  TINYINT: () => attachMethods(types.TINYINT),
  /** Integers of 16 bits. */
  SMALLINT: () => attachMethods(types.SMALLINT),
  /** Integers of 32 bits. */
  INT: () => attachMethods(types.INT),
  /** Integers of 64 bits. */
  BIGINT: () => attachMethods(types.BIGINT),
  /** Floating-point numbers of 32 bits. */
  FLOAT: () => attachMethods(types.FLOAT),
  /** Floating-point numbers of 64 bits. */
  DOUBLE: () => attachMethods(types.DOUBLE),
  /** Days. */
  DATE: () => attachMethods(types.DATE),
  /** Texts of any length. */
  STRING: () => attachMethods(types.STRING),
  /** Bytes of any length. */
  BYTES: () => attachMethods(types.BYTES),
  /** Values like JSON, each with its own type. */
  VARIANT: () => attachMethods(types.VARIANT),
  /** Exact numbers of `precision` digits, `scale` of them after the point. */
  DECIMAL: (p = 10, s = 0) => decimal(p, s),
  /** Texts of exactly `n` characters. */
  CHAR: (n = 1) => attachMethods(types.char(length('CHAR', n))),
  /** Texts of at most `n` characters. */
  VARCHAR: (n = 1) => attachMethods(types.varchar(length('VARCHAR', n))),
  /** Exactly `n` bytes. */
  BINARY: (n = 1) => attachMethods(types.binary(length('BINARY', n))),
  /** At most `n` bytes. */
  VARBINARY: (n = 1) => attachMethods(types.varbinary(length('VARBINARY', n))),
  /** Times of day, with `p` digits of a second. */
  TIME: (p = 0) => attachMethods(types.time(precision('TIME', p))),
  /** Dates with times, with `p` digits of a second, in no time zone. */
  TIMESTAMP: (p = 6) => attachMethods(types.timestamp(precision('TIMESTAMP', p))),
  /** Instants, with `p` digits of a second, shown in the time zone of the session. */
  TIMESTAMP_LTZ: (p = 6) => attachMethods(types.timestampLtz(precision('TIMESTAMP_LTZ', p))),
  /** The same as `TIMESTAMP_LTZ`. */
  TIMESTAMP_WITH_LOCAL_TIME_ZONE: (p = 6) =>
    attachMethods(types.timestampLtz(precision('TIMESTAMP_LTZ', p))),
  /** `INTERVAL(DataTypes.DAY(), DataTypes.SECOND(3))`; one unit alone is allowed. */
  INTERVAL: (from: IntervalResolution, to: IntervalResolution | null = null) =>
    attachMethods(interval(from, to)),
  /** The unit of an INTERVAL: years, of `p` digits. */
  YEAR: (p = 2): IntervalResolution => ({
    unit: 'YEAR',
    precision: bounded('YEAR', 'precision', p, 1, 4),
  }),
  /** The unit of an INTERVAL: months. */
  MONTH: (): IntervalResolution => ({ unit: 'MONTH', precision: null }),
  /** The unit of an INTERVAL: days, of `p` digits. */
  DAY: (p = 2): IntervalResolution => ({
    unit: 'DAY',
    precision: bounded('DAY', 'precision', p, 1, 6),
  }),
  /** The unit of an INTERVAL: hours. */
  HOUR: (): IntervalResolution => ({ unit: 'HOUR', precision: null }),
  /** The unit of an INTERVAL: minutes. */
  MINUTE: (): IntervalResolution => ({ unit: 'MINUTE', precision: null }),
  /** The unit of an INTERVAL: seconds, with `p` digits of a fraction. */
  SECOND: (p = 6): IntervalResolution => ({ unit: 'SECOND', precision: precision('SECOND', p) }),
  /** Lists of elements of one type. */
  ARRAY: <E extends DataType>(element: E) =>
    attachMethods(types.array(typeArgument('ARRAY', element)) as ArrayOf<E>),
  /** Elements of one type, each with how often it occurs. */
  MULTISET: (element: DataType) => attachMethods(types.multiset(typeArgument('MULTISET', element))),
  /** Keys of one type, each with a value of another. */
  MAP: <K extends DataType, V extends DataType>(key: K, value: V) =>
    attachMethods(types.map(typeArgument('MAP', key), typeArgument('MAP', value)) as MapOf<K, V>),
  /** A ROW of fields made by `FIELD`, or of an object from field name to type. */
  ROW: (fields: readonly Field[] | Readonly<Record<string, DataType>> = []) =>
    attachMethods(types.row(fieldsOf(fields))),
  /** One field of a ROW. */
  FIELD: (name: string, type: DataType, comment: string | null = null): Field =>
    field(name, attachMethods(typeArgument(`ROW<${describeValue(name)}>`, type)), comment),
} as const;
