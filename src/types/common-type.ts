import type {
  DataType,
  DayTimeUnit,
  Field,
  TypeKind,
  TypeOfKind,
  YearMonthUnit,
} from './data-type.ts';
import { DECIMAL_PRECISION_MAX, sameType, withNullable } from './data-type.ts';
import { exactSize } from './decimal-types.ts';
import {
  childTypes,
  isApproximate,
  isBinary,
  isCharacter,
  isConstructed,
  isDatetime,
  isInteger,
  isNumeric,
  isTimestamp,
} from './families.ts';
import * as types from './types.ts';

/**
 * The least type that values of all given types become in CASE, COALESCE, UNION, IN or ARRAY;
 * null when there is none. NULL literals take part with their nullability alone; of only NULL
 * literals there is no common type.
 */
export function commonType(all: readonly DataType[]): DataType | null {
  const known = all.filter((type) => type.kind !== 'NULL');
  const first = known[0];
  if (first === undefined) return null;
  const merged = isConstructed(first)
    ? commonConstructed(first, known)
    : known.reduce<DataType | null>((a, b) => (a === null ? null : commonPair(a, b)), first);
  if (merged === null) return null;
  return withNullable(
    merged,
    all.some((type) => type.nullable),
  );
}

function commonPair(a: DataType, b: DataType): DataType | null {
  if (isCharacter(a) && isCharacter(b)) return commonLength(a, b, 'CHAR', types.varchar);
  if (isBinary(a) && isBinary(b)) return commonLength(a, b, 'BINARY', types.varbinary);
  if (isNumeric(a) && isNumeric(b)) return commonNumeric(a, b);
  if (a.kind === 'TIME' && b.kind === 'TIME') {
    return types.time(Math.max(a.precision, b.precision));
  }
  // Deviation: Flink takes the DATE of a DATE and a TIMESTAMP, and so loses the time of day.
  if (a.kind === 'DATE' && isTimestamp(b)) return b;
  if (b.kind === 'DATE' && isTimestamp(a)) return a;
  if (isTimestamp(a) && isTimestamp(b)) {
    const precision = Math.max(a.precision, b.precision);
    return a.kind === 'TIMESTAMP' && b.kind === 'TIMESTAMP'
      ? types.timestamp(precision)
      : types.timestampLtz(precision);
  }
  if (a.kind === 'INTERVAL_YEAR_MONTH' && b.kind === 'INTERVAL_YEAR_MONTH') {
    return commonYearMonth(a, b);
  }
  if (a.kind === 'INTERVAL_DAY_TIME' && b.kind === 'INTERVAL_DAY_TIME') return commonDayTime(a, b);
  return sameType(a, b, false) ? a : null;
}

/** Fixed lengths that differ give a variable length: nothing is padded on the way. */
function commonLength(
  a: DataType & { readonly length: number },
  b: DataType & { readonly length: number },
  fixed: TypeKind,
  variable: (length: number) => DataType,
): DataType {
  if (a.kind === fixed && b.kind === fixed && a.length === b.length) return a;
  return variable(Math.max(a.length, b.length));
}

function commonNumeric(a: DataType, b: DataType): DataType {
  if (isApproximate(a) || isApproximate(b)) {
    const float = [a, b].every((type) => type.kind === 'FLOAT' || isInteger(type));
    return float ? types.FLOAT : types.DOUBLE;
  }
  const left = exactSize(a);
  const right = exactSize(b);
  if (left === null || right === null) return types.DOUBLE;
  if (isInteger(a) && isInteger(b)) return left.precision >= right.precision ? a : b;
  const whole = Math.min(
    Math.max(left.precision - left.scale, right.precision - right.scale),
    DECIMAL_PRECISION_MAX,
  );
  const scale = Math.min(Math.max(left.scale, right.scale), DECIMAL_PRECISION_MAX - whole);
  return types.decimal(whole + scale, scale);
}

const UNITS = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'];

/** The unit that reaches from the greater start to the smaller end of two units. */
function spanningUnit(a: string, b: string): string {
  const ends = [...a.split(' TO '), ...b.split(' TO ')].map((unit) => UNITS.indexOf(unit));
  const from = UNITS[Math.min(...ends)];
  const to = UNITS[Math.max(...ends)];
  return from === to ? `${from}` : `${from} TO ${to}`;
}

function commonYearMonth(
  a: TypeOfKind<'INTERVAL_YEAR_MONTH'>,
  b: TypeOfKind<'INTERVAL_YEAR_MONTH'>,
): DataType {
  // Two units of the family span a unit of the family.
  const unit = spanningUnit(a.unit, b.unit) as YearMonthUnit;
  return types.intervalYearMonth(unit, Math.max(a.yearPrecision, b.yearPrecision));
}

function commonDayTime(
  a: TypeOfKind<'INTERVAL_DAY_TIME'>,
  b: TypeOfKind<'INTERVAL_DAY_TIME'>,
): DataType {
  // Two units of the family span a unit of the family.
  const unit = spanningUnit(a.unit, b.unit) as DayTimeUnit;
  return types.intervalDayTime(
    unit,
    Math.max(a.dayPrecision, b.dayPrecision),
    Math.max(a.fractionalPrecision, b.fractionalPrecision),
  );
}

function commonConstructed(first: DataType, all: readonly DataType[]): DataType | null {
  const size = childTypes(first).length;
  if (all.some((type) => type.kind !== first.kind || childTypes(type).length !== size)) return null;
  const children: DataType[] = [];
  for (let i = 0; i < size; i++) {
    const sources = all.map((type) => childTypes(type)[i]!);
    const child = sources.every((type) => type.kind === 'NULL') ? types.NULL : commonType(sources);
    if (child === null) return null;
    children.push(child);
  }
  return withChildren(first, children);
}

function withChildren(type: DataType, children: readonly DataType[]): DataType {
  switch (type.kind) {
    case 'ARRAY':
    case 'MULTISET':
      return { ...type, element: children[0]! };
    case 'MAP':
      return { ...type, key: children[0]!, value: children[1]! };
    case 'ROW':
      return {
        ...type,
        fields: type.fields.map((f, i): Field => ({ ...f, type: children[i]! })),
      };
    default:
      return type;
  }
}

/**
 * The type to which both sides of a comparison (`=`, `<`, BETWEEN, IN) are cast; null when they
 * cannot be compared. A string is read as the date or time it is compared with; strings and
 * numbers are not compared.
 */
export function comparisonType(a: DataType, b: DataType): DataType | null {
  if (a.kind === 'NULL') return b.kind === 'NULL' ? null : b;
  if (b.kind === 'NULL') return a;
  const nullable = a.nullable || b.nullable;
  if (isCharacter(a) && isCharacter(b)) return withNullable(types.STRING, nullable);
  if (isBinary(a) && isBinary(b)) return withNullable(types.BYTES, nullable);
  if (isCharacter(a) && isDatetime(b)) return withNullable(b, nullable);
  if (isCharacter(b) && isDatetime(a)) return withNullable(a, nullable);
  return commonType([a, b]);
}
