import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Region } from '../../src/columnar/arena/region.ts';
import type { Batch } from '../../src/columnar/batch.ts';
import { concatBatches, takeBatch } from '../../src/columnar/batches.ts';
import { describeBatch } from '../../src/columnar/descriptor.ts';
import { type SortKey, sortRows } from '../../src/columnar/kernels/sort.ts';
import {
  partingUnits,
  partRows,
  planRangeSort,
  RangeReader,
} from '../../src/exec/operators/range-sort.ts';
import { field, schemaOf } from '../../src/types/schema.ts';
import * as types from '../../src/types/types.ts';
import { withRegion } from '../columnar/arbitrary.ts';
import { columnOf, type Encoding, someValue, TESTED_TYPES } from './random-columns.ts';

/** Strings that share what they begin with, end at different places, and have zeros inside. */
const strings = fc.oneof(
  someValue(types.STRING),
  fc
    .tuple(fc.constantFrom('', 'text ', 'text 1'), fc.string({ maxLength: 12 }))
    .map(([a, b]) => a + b),
  fc.constantFrom('text ', 'text \0', 'text \0\0', 'text \x7f', 'tex', 'zzz'),
);

/** A column of rows that draw on few values, so that many are the same. */
const column = fc
  .tuple(fc.constantFrom(...TESTED_TYPES), fc.constantFrom<Encoding>('plain', 'dictionary'))
  .chain(([type, encoding]) => {
    const value: fc.Arbitrary<unknown> = type.kind === 'VARCHAR' ? strings : someValue(type);
    const nulls = fc.constantFrom(1, 3, 40);
    return nulls.chain((freq) =>
      fc.record({
        type: fc.constant(type),
        encoding: fc.constant(encoding),
        pool: fc.array(fc.option(value, { nil: null, freq }), { minLength: 1, maxLength: 60 }),
      }),
    );
  });

const sortOf = fc.record({
  columns: fc.array(column, { minLength: 1, maxLength: 4 }),
  keys: fc.array(fc.record({ descending: fc.boolean(), nullsFirst: fc.boolean() }), {
    minLength: 1,
    maxLength: 4,
  }),
  /** Rows of the batches. */
  lengths: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 6 }),
  /** Which value a row has: most are among the first ones, some are rare. */
  seed: fc.integer({ min: 1, max: 2 ** 30 }),
  rare: fc.boolean(),
});

type Sample = typeof sortOf extends fc.Arbitrary<infer S> ? S : never;

function batchesOf({ columns, lengths, seed, rare }: Sample, region: Region): Batch[] {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
  const schema = schemaOf([
    ...columns.map(({ type }, i) => field(`c${i}`, type)),
    field('id', types.INT),
  ]);
  let id = 0;
  return lengths.map((length) => ({
    schema,
    length,
    columns: [
      ...columns.map(({ type, encoding, pool }) => {
        const few = rare ? Math.min(3, pool.length) : pool.length;
        const pick = () => pool[Math.floor(random() * (random() < 0.99 ? few : pool.length))];
        return columnOf(type, Array.from({ length }, pick), region, encoding);
      }),
      columnOf(
        types.INT,
        Array.from({ length }, () => id++),
        region,
      ),
    ],
    rowKinds: null,
    selection: null,
  }));
}

/** All rows by ranges: the row numbers and all values, as they come out. */
function sortedByRanges(batches: readonly Batch[], keys: readonly SortKey[], region: Region) {
  const held = batches.map(describeBatch);
  const sort = planRangeSort(keys, held, region)!;
  const parted = partingUnits(held, 200).map((unit) => partRows(sort, unit, held, region));
  const ctx = {
    region,
    batchRows: 7,
    checkCancelled: () => {},
    progress: { words: Int32Array.of(0, 0), index: 0, cancelled: 1 },
  };
  const reader = new RangeReader({ sort, parted: parted.toReversed() }, ctx);
  const rows: unknown[][] = [];
  for (let range = 0; range < sort.ranges; range++) {
    for (const batch of reader.read(range)) rows.push(...rowsOf(batch));
  }
  return rows;
}

function rowsOf({ columns, length }: Batch): unknown[][] {
  return Array.from({ length }, (_, row) => columns.map((column) => column.get(row)));
}

test('rows sorted by ranges are in the order of the stable sort', () => {
  fc.assert(
    fc.property(sortOf, (sample) => {
      withRegion((region) => {
        const batches = batchesOf(sample, region);
        const keys = sample.keys.map((key, i) => ({ ...key, column: i % sample.columns.length }));
        const all = concatBatches(batches, region);
        const order = sortRows(all.columns, keys, all.length, region);
        const expected = rowsOf(takeBatch(all, order, region));
        expect(sortedByRanges(batches, keys, region)).toEqual(expected);
      });
    }),
    { numRuns: 300 },
  );
});
