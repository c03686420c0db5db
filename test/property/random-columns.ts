import fc from 'fast-check';
import type { Region } from '../../src/columnar/arena/region.ts';
import { builderFor, dictionaryBuilderFor } from '../../src/columnar/builders/builder-for.ts';
import type { Column } from '../../src/columnar/column.ts';
import type { DataType } from '../../src/types/data-type.ts';
import * as types from '../../src/types/types.ts';

/** The types that expressions are tested with. */
export const TESTED_TYPES: readonly DataType[] = [
  types.BOOLEAN,
  types.TINYINT,
  types.SMALLINT,
  types.INT,
  types.BIGINT,
  types.FLOAT,
  types.DOUBLE,
  types.decimal(4, 1),
  types.decimal(9, 2),
  types.decimal(18, 4),
  types.decimal(38, 10),
  types.DATE,
  types.time(3),
  types.timestamp(3),
  types.timestamp(9),
  types.timestampLtz(6),
  types.intervalYearMonth('MONTH'),
  types.intervalDayTime('SECOND'),
  types.STRING,
];

/** Internal values of a type, extremes among them; never null. */
export function someValue(type: DataType): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'BOOLEAN':
      return fc.boolean();
    case 'TINYINT':
      return integers(-128, 127);
    case 'SMALLINT':
      return integers(-32768, 32767);
    case 'INT':
      return integers(-(2 ** 31), 2 ** 31 - 1);
    case 'BIGINT':
      return bigints(-(2n ** 63n), 2n ** 63n - 1n);
    case 'FLOAT':
      return doubles().map(Math.fround);
    case 'DOUBLE':
      return doubles();
    case 'DECIMAL': {
      const limit = 10n ** BigInt(type.precision) - 1n;
      return bigints(-limit, limit);
    }
    case 'DATE':
      return fc.oneof(fc.integer({ min: -719528, max: 2932896 }), fc.integer({ min: -3, max: 3 }));
    case 'TIME':
      return fc.integer({ min: 0, max: 86_399_999 });
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      const unit = type.precision > 6 ? 1n : 10n ** BigInt(9 - type.precision);
      const limit = (253_402_300_799n * 1_000_000_000n) / unit;
      return bigints(-limit, limit).map((value) => value * unit);
    }
    case 'INTERVAL_YEAR_MONTH':
      return fc.integer({ min: -1200, max: 1200 });
    case 'INTERVAL_DAY_TIME':
      return bigints(-(10n ** 11n), 10n ** 11n);
    default:
      return fc.constantFrom(
        '',
        'a',
        'b',
        'ab',
        'Zürich',
        '12',
        'x%y',
        ' a ',
        '%b%',
        'a_',
        'ÄÖü',
        '🦆b',
      );
  }
}

function integers(min: number, max: number): fc.Arbitrary<number> {
  return fc.oneof(fc.constantFrom(min, max, 0, -1, 1, 2, 7), fc.integer({ min, max }));
}

function bigints(min: bigint, max: bigint): fc.Arbitrary<bigint> {
  const small = { min: min > -100n ? min : -100n, max: max < 100n ? max : 100n };
  return fc.oneof(
    fc.constantFrom(min, max, 0n, -1n, 1n),
    fc.bigInt(small),
    fc.bigInt({ min, max }),
  );
}

function doubles(): fc.Arbitrary<number> {
  const special = [Number.NaN, -0, 0, 1, -1, 0.5, Infinity, -Infinity, 2 ** 31, -1e300, 5e-324];
  return fc.oneof(fc.constantFrom(...special), fc.double(), fc.integer({ min: -9, max: 9 }));
}

/** How a column is stored. */
export type Encoding = 'plain' | 'dictionary';

/** Makes a column of internal values in a region. */
export function columnOf(
  type: DataType,
  values: readonly unknown[],
  region: Region,
  encoding: Encoding = 'plain',
): Column {
  const canEncode = type.kind !== 'BOOLEAN' && type.kind !== 'NULL';
  const builder =
    encoding === 'dictionary' && canEncode
      ? dictionaryBuilderFor(type, region)
      : builderFor(type, region);
  for (const value of values) builder.append(value);
  return builder.finish();
}
