/**
 * The part every type has: its root, by Flink's name, and whether NULL is allowed. Distributes over
 * `K`, so that a check of `kind` narrows a DataType to one root.
 */
export type TypeOf<K extends string> = K extends string
  ? { readonly kind: K; readonly nullable: boolean }
  : never;

/** One named field of a ROW or of a schema. */
export interface Field {
  readonly name: string;
  readonly type: DataType;
  /** The comment of the declaration; null when there is none. */
  readonly comment: string | null;
}

/** The units a year-month INTERVAL is declared with; how it prints, never how it is stored. */
export type YearMonthUnit = 'YEAR' | 'YEAR TO MONTH' | 'MONTH';
/** The units a day-time INTERVAL is declared with; how it prints, never how it is stored. */
export type DayTimeUnit =
  | 'DAY'
  | 'DAY TO HOUR'
  | 'DAY TO MINUTE'
  | 'DAY TO SECOND'
  | 'HOUR'
  | 'HOUR TO MINUTE'
  | 'HOUR TO SECOND'
  | 'MINUTE'
  | 'MINUTE TO SECOND'
  | 'SECOND';

/**
 * A SQL type: a plain object, so that it prints, compares and travels to a worker.
 *
 * Objects of equal types need not be identical: compare with `sameType`.
 */
export type DataType =
  | TypeOf<'NULL' | 'BOOLEAN' | 'TINYINT' | 'SMALLINT' | 'INT' | 'BIGINT' | 'FLOAT' | 'DOUBLE'>
  | TypeOf<'DATE' | 'VARIANT' | 'BITMAP'>
  | (TypeOf<'CHAR' | 'VARCHAR' | 'BINARY' | 'VARBINARY'> & { readonly length: number })
  | (TypeOf<'DECIMAL'> & { readonly precision: number; readonly scale: number })
  | (TypeOf<'TIME' | 'TIMESTAMP' | 'TIMESTAMP_LTZ'> & { readonly precision: number })
  | (TypeOf<'INTERVAL_YEAR_MONTH'> & {
      readonly unit: YearMonthUnit;
      readonly yearPrecision: number;
    })
  | (TypeOf<'INTERVAL_DAY_TIME'> & {
      readonly unit: DayTimeUnit;
      readonly dayPrecision: number;
      readonly fractionalPrecision: number;
    })
  | (TypeOf<'ARRAY' | 'MULTISET'> & { readonly element: DataType })
  | (TypeOf<'MAP'> & { readonly key: DataType; readonly value: DataType })
  | (TypeOf<'ROW'> & { readonly fields: readonly Field[] });

/** The root of a type. */
export type TypeKind = DataType['kind'];
/** The type object of one root. */
export type TypeOfKind<K extends TypeKind> = Extract<DataType, { readonly kind: K }>;

/** The length of STRING and BYTES: VARCHAR(2147483647) and VARBINARY(2147483647). */
export const LENGTH_MAX = 2147483647;
/** Decimal digits a DECIMAL holds at most. */
export const DECIMAL_PRECISION_MAX = 38;
/** Decimals up to this precision are stored in 64 bits, others in 128. */
export const DECIMAL_PRECISION_INT64 = 18;
/** Timestamps up to this precision are stored as int64 microseconds, others in 16 bytes. */
export const TIMESTAMP_PRECISION_INT64 = 6;

/** `type` with the given nullability; `type` itself when it has it already. */
export function withNullable<T extends DataType>(type: T, nullable: boolean): T {
  return type.nullable === nullable ? type : { ...type, nullable };
}

/** Whether two types are equal, by default with their nullability; comments do not count. */
export function sameType(a: DataType, b: DataType, compareNullable = true): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || (compareNullable && a.nullable !== b.nullable)) return false;
  if (a.kind === 'ROW' && b.kind === 'ROW') {
    return (
      a.fields.length === b.fields.length &&
      a.fields.every((f, i) => {
        const other = b.fields[i]!;
        return f.name === other.name && sameType(f.type, other.type, compareNullable);
      })
    );
  }
  if ((a.kind === 'ARRAY' || a.kind === 'MULTISET') && 'element' in b) {
    return sameType(a.element, b.element, compareNullable);
  }
  if (a.kind === 'MAP' && b.kind === 'MAP') {
    return sameType(a.key, b.key, compareNullable) && sameType(a.value, b.value, compareNullable);
  }
  const right = new Map<string, unknown>(Object.entries(b));
  return Object.entries(a).every(([key, value]) => key === 'nullable' || right.get(key) === value);
}
