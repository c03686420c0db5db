import fc from 'fast-check';
import { Arena } from '../../src/columnar/arena/arena.ts';
import { Region } from '../../src/columnar/arena/region.ts';
import { builderFor, dictionaryBuilderFor } from '../../src/columnar/builders/builder-for.ts';
import { type Column, FixedColumn } from '../../src/columnar/column.ts';
import { rangeOf } from '../../src/columnar/kernels/dense-keys.ts';
import { narrowCopy } from '../../src/columnar/narrow-copy.ts';
import type { DataType } from '../../src/types/data-type.ts';

/** An arena for the tests of one file. */
export const ARENA: Arena = Arena.create(256 * 1024 ** 2);

/** Runs `body` with a region that is freed afterwards. */
export function withRegion<T>(body: (region: Region) => T): T {
  const region = new Region(ARENA);
  try {
    return body(region);
  } finally {
    region.dispose();
  }
}

/** A column of the given internal values. */
export function columnOf(type: DataType, values: readonly unknown[], region: Region): Column {
  const builder = builderFor(type, region);
  for (const value of values) builder.append(value);
  return builder.finish();
}

/** A dictionary-encoded column of the given internal values. */
export function dictionaryOf(type: DataType, values: readonly unknown[], region: Region): Column {
  const builder = dictionaryBuilderFor(type, region);
  for (const value of values) builder.append(value);
  return builder.finish();
}

/** The column as tables keep it: with its range, and narrow where that is so. */
export function storedColumn(column: Column, region: Region): Column {
  if (column.layout !== 'fixed') return column;
  const { type, length, values, width, validity, nullCount } = column;
  const range = rangeOf(column, region);
  return narrowCopy(
    new FixedColumn(type, length, values, width, validity, nullCount, range),
    region,
  );
}

/** All values of a column. */
export function valuesOf(column: Column): unknown[] {
  return Array.from({ length: column.length }, (_, row) => column.get(row));
}

const nullable = true;

/** One type of each root and storage. */
export const FLAT_TYPES: readonly DataType[] = [
  { kind: 'NULL', nullable },
  { kind: 'BOOLEAN', nullable },
  { kind: 'TINYINT', nullable },
  { kind: 'SMALLINT', nullable },
  { kind: 'INT', nullable },
  { kind: 'BIGINT', nullable },
  { kind: 'FLOAT', nullable },
  { kind: 'DOUBLE', nullable },
  { kind: 'DATE', nullable },
  { kind: 'TIME', nullable, precision: 3 },
  { kind: 'DECIMAL', nullable, precision: 10, scale: 2 },
  { kind: 'DECIMAL', nullable, precision: 38, scale: 10 },
  { kind: 'TIMESTAMP', nullable, precision: 3 },
  { kind: 'TIMESTAMP', nullable, precision: 6 },
  { kind: 'TIMESTAMP', nullable, precision: 9 },
  { kind: 'TIMESTAMP_LTZ', nullable, precision: 3 },
  { kind: 'CHAR', nullable, length: 10 },
  { kind: 'VARCHAR', nullable, length: 2147483647 },
  { kind: 'VARBINARY', nullable, length: 2147483647 },
  { kind: 'INTERVAL_YEAR_MONTH', nullable, unit: 'YEAR TO MONTH', yearPrecision: 2 },
  {
    kind: 'INTERVAL_DAY_TIME',
    nullable,
    unit: 'DAY TO SECOND',
    dayPrecision: 2,
    fractionalPrecision: 3,
  },
];

/** Nested types over `FLAT_TYPES`. */
export const NESTED_TYPES: readonly DataType[] = [
  { kind: 'ARRAY', nullable, element: { kind: 'VARCHAR', nullable, length: 20 } },
  { kind: 'MULTISET', nullable, element: { kind: 'INT', nullable: false } },
  {
    kind: 'MAP',
    nullable,
    key: { kind: 'VARCHAR', nullable: false, length: 20 },
    value: { kind: 'DECIMAL', nullable, precision: 38, scale: 0 },
  },
  {
    kind: 'ROW',
    nullable,
    fields: [
      { name: 'a', type: { kind: 'BOOLEAN', nullable }, comment: null },
      {
        name: 'b',
        type: { kind: 'ARRAY', nullable, element: { kind: 'BIGINT', nullable } },
        comment: null,
      },
    ],
  },
];

/** Every type that columns have. */
export const ALL_TYPES: readonly DataType[] = [...FLAT_TYPES, ...NESTED_TYPES];

/** Strings with ASCII, two, three and four byte characters, and few enough that they repeat. */
export const arbitraryString: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'ab', 'abc', 'ABC', 'special', 'ä', '€uro', '😀', 'x'.repeat(40)),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ maxLength: 50 }),
);

/** Internal values of a type, also its extremes; NULL when the type allows it. */
export function arbitraryValue(type: DataType): fc.Arbitrary<unknown> {
  const value = arbitraryNonNull(type);
  return type.nullable ? fc.option(value, { nil: null, freq: 4 }) : value;
}

function arbitraryNonNull(type: DataType): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'NULL':
      return fc.constant(null);
    case 'BOOLEAN':
      return fc.boolean();
    case 'TINYINT':
      return fc.integer({ min: -128, max: 127 });
    case 'SMALLINT':
      return fc.integer({ min: -32768, max: 32767 });
    case 'INT':
    case 'INTERVAL_YEAR_MONTH':
      return fc.oneof(fc.integer(), fc.integer({ min: -3, max: 3 }));
    case 'DATE':
      return fc.integer({ min: -719162, max: 2932896 });
    case 'TIME':
      return fc.integer({ min: 0, max: 86399999 });
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return fc.oneof(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.bigInt({ min: -3n, max: 3n }),
      );
    case 'FLOAT':
      return fc.oneof(fc.float(), fc.constantFrom(0, -0, 1, Number.NaN));
    case 'DOUBLE':
      return fc.oneof(fc.double(), fc.constantFrom(0, -0, 1, Number.NaN));
    case 'DECIMAL': {
      const max = 10n ** BigInt(type.precision) - 1n;
      return fc.oneof(fc.bigInt({ min: -max, max }), fc.bigInt({ min: -3n, max: 3n }));
    }
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      const unit = 10n ** BigInt(9 - type.precision);
      const seconds = 60n * 60n * 24n * 365n * 200n;
      const max = (seconds * 1_000_000_000n) / unit;
      return fc
        .oneof(fc.bigInt({ min: -max, max }), fc.bigInt({ min: -3n, max: 3n }))
        .map((v) => v * unit);
    }
    case 'CHAR':
    case 'VARCHAR':
      return arbitraryString;
    case 'BINARY':
    case 'VARBINARY':
      return fc.uint8Array({ maxLength: 10 });
    case 'ARRAY':
      return fc.array(arbitraryValue(type.element), { maxLength: 4 });
    case 'MAP':
      return fc
        .array(fc.tuple(arbitraryValue(type.key), arbitraryValue(type.value)), { maxLength: 4 })
        .map((entries) => new Map(entries));
    case 'MULTISET':
      return fc
        .array(fc.tuple(arbitraryValue(type.element), fc.integer({ min: 1, max: 3 })), {
          maxLength: 4,
        })
        .map((entries) => new Map(entries));
    case 'ROW':
      return fc.tuple(...type.fields.map((f) => arbitraryValue(f.type)));
    default:
      throw new Error(`no values of ${type.kind}`);
  }
}

/** Rows of a type. */
export function arbitraryRows(type: DataType, maxLength = 40): fc.Arbitrary<unknown[]> {
  return fc.array(arbitraryValue(type), { maxLength });
}

/** A type with rows of it. */
export function arbitraryTyped(
  types: readonly DataType[] = ALL_TYPES,
): fc.Arbitrary<{ type: DataType; rows: unknown[] }> {
  return fc
    .constantFrom(...types)
    .chain((type) => arbitraryRows(type).map((rows) => ({ type, rows })));
}
