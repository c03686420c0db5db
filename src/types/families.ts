import type { DataType, TypeKind, TypeOfKind } from './data-type.ts';

const INTEGERS: ReadonlySet<TypeKind> = new Set<TypeKind>(['TINYINT', 'SMALLINT', 'INT', 'BIGINT']);
const EXACT: ReadonlySet<TypeKind> = new Set<TypeKind>([...INTEGERS, 'DECIMAL']);
const NUMERIC: ReadonlySet<TypeKind> = new Set<TypeKind>([...EXACT, 'FLOAT', 'DOUBLE']);
const CONSTRUCTED: ReadonlySet<TypeKind> = new Set<TypeKind>(['ARRAY', 'MULTISET', 'MAP', 'ROW']);

/** Whether a type is TINYINT, SMALLINT, INT or BIGINT. */
export function isInteger(type: DataType): boolean {
  return INTEGERS.has(type.kind);
}

/** Whether a type is an integer or DECIMAL. */
export function isExactNumeric(type: DataType): boolean {
  return EXACT.has(type.kind);
}

/** Whether a type is FLOAT or DOUBLE. */
export function isApproximate(type: DataType): boolean {
  return type.kind === 'FLOAT' || type.kind === 'DOUBLE';
}

/** Whether a type is an integer, DECIMAL, FLOAT or DOUBLE. */
export function isNumeric(type: DataType): boolean {
  return NUMERIC.has(type.kind);
}

/** Whether a type is CHAR or VARCHAR (STRING). */
export function isCharacter(type: DataType): type is TypeOfKind<'CHAR' | 'VARCHAR'> {
  return type.kind === 'CHAR' || type.kind === 'VARCHAR';
}

/** Whether a type is BINARY or VARBINARY (BYTES). */
export function isBinary(type: DataType): type is TypeOfKind<'BINARY' | 'VARBINARY'> {
  return type.kind === 'BINARY' || type.kind === 'VARBINARY';
}

/** Whether a type is TIMESTAMP or TIMESTAMP_LTZ. */
export function isTimestamp(type: DataType): type is TypeOfKind<'TIMESTAMP' | 'TIMESTAMP_LTZ'> {
  return type.kind === 'TIMESTAMP' || type.kind === 'TIMESTAMP_LTZ';
}

/** Whether a type is DATE, TIME, TIMESTAMP or TIMESTAMP_LTZ. */
export function isDatetime(type: DataType): boolean {
  return type.kind === 'DATE' || type.kind === 'TIME' || isTimestamp(type);
}

/** Whether a type is an INTERVAL. */
export function isInterval(
  type: DataType,
): type is TypeOfKind<'INTERVAL_YEAR_MONTH' | 'INTERVAL_DAY_TIME'> {
  return type.kind === 'INTERVAL_YEAR_MONTH' || type.kind === 'INTERVAL_DAY_TIME';
}

/** Whether a type is ARRAY, MULTISET, MAP or ROW. */
export function isConstructed(type: DataType): boolean {
  return CONSTRUCTED.has(type.kind);
}

/** The types inside a constructed type, in order; none for other types. */
export function childTypes(type: DataType): readonly DataType[] {
  switch (type.kind) {
    case 'ARRAY':
    case 'MULTISET':
      return [type.element];
    case 'MAP':
      return [type.key, type.value];
    case 'ROW':
      return type.fields.map((f) => f.type);
    default:
      return [];
  }
}
