import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Region } from '../../src/columnar/arena/region.ts';
import { type Batch, batchOf } from '../../src/columnar/batch.ts';
import {
  compact,
  concatBatches,
  copyBatch,
  sliceBatch,
  takeBatch,
} from '../../src/columnar/batches.ts';
import { concatColumns, decodeDictionary } from '../../src/columnar/concat.ts';
import { sliceColumn, take } from '../../src/columnar/take.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { field, schemaOf } from '../../src/types/schema.ts';
import {
  ALL_TYPES,
  arbitraryRows,
  arbitraryTyped,
  columnOf,
  dictionaryOf,
  valuesOf,
  withRegion,
} from './arbitrary.ts';

const INT: DataType = { kind: 'INT', nullable: true };
const STRING: DataType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };

/** Rows and indices into them, -1 among them. */
const arbitraryTake = arbitraryTyped().chain(({ type, rows }) =>
  fc
    .array(fc.integer({ min: -1, max: rows.length - 1 }), { maxLength: 30 })
    .map((indices) => ({ type, rows, indices: Int32Array.from(indices) })),
);

function sampleBatch(region: Region, rows: readonly (readonly [unknown, unknown])[]): Batch {
  const schema = schemaOf([field('n', INT), field('s', STRING)]);
  const numbers = columnOf(
    INT,
    rows.map(([n]) => n),
    region,
  );
  const texts = dictionaryOf(
    STRING,
    rows.map(([, s]) => s),
    region,
  );
  return batchOf(schema, [numbers, texts]);
}

function rowsOf(batch: Batch): unknown[] {
  return Array.from({ length: batch.length }, (_, row) => batch.columns.map((c) => c.get(row)));
}

const arbitraryPairs = fc.tuple(arbitraryRows(INT), arbitraryRows(STRING)).map(([a, b]) => {
  const rows: [unknown, unknown][] = [];
  for (let i = 0; i < Math.min(a.length, b.length); i++) rows.push([a[i], b[i]]);
  return rows;
});

describe('take', () => {
  test('takes rows of every type, -1 makes NULL', () => {
    fc.assert(
      fc.property(arbitraryTake, ({ type, rows, indices }) =>
        withRegion((region) => {
          const taken = take(columnOf(type, rows, region), indices, region);
          const expected = Array.from(indices, (i) => (i < 0 ? null : rows[i]));
          expect(valuesOf(taken)).toEqual(expected);
          expect(taken.nullCount).toBe(expected.filter((v) => v === null).length);
        }),
      ),
      { numRuns: 400 },
    );
  });

  test('takes rows of a slice', () => {
    withRegion((region) => {
      const rows = Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? null : `s${i}`));
      const slice = sliceColumn(columnOf(STRING, rows, region), 5, 30, region);
      expect(valuesOf(take(slice, Int32Array.of(24, 0, -1), region))).toEqual(['s29', 's5', null]);
    });
  });

  test('slices every type', () => {
    const arbitrary = arbitraryTyped().chain(({ type, rows }) =>
      fc
        .tuple(fc.nat(rows.length), fc.nat(rows.length))
        .map(([a, b]) => ({ type, rows, from: Math.min(a, b), to: Math.max(a, b) })),
    );
    fc.assert(
      fc.property(arbitrary, ({ type, rows, from, to }) =>
        withRegion((region) => {
          const slice = sliceColumn(columnOf(type, rows, region), from, to, region);
          expect(valuesOf(slice)).toEqual(rows.slice(from, to));
          expect(slice.nullCount).toBe(rows.slice(from, to).filter((v) => v === null).length);
        }),
      ),
      { numRuns: 300 },
    );
  });
});

describe('concat', () => {
  test.for(ALL_TYPES.map((type) => [type.kind, type] as const))('joins parts of %s', ([, type]) => {
    fc.assert(
      fc.property(fc.array(arbitraryRows(type, 20), { minLength: 1, maxLength: 4 }), (parts) =>
        withRegion((region) => {
          const columns = parts.map((rows) => columnOf(type, rows, region));
          const cut = columns.map((c) => sliceColumn(c, Math.min(1, c.length), c.length, region));
          expect(valuesOf(concatColumns(columns, region))).toEqual(parts.flat());
          expect(valuesOf(concatColumns(cut, region))).toEqual(parts.flatMap((p) => p.slice(1)));
        }),
      ),
      { numRuns: 30 },
    );
  });

  test('joins dictionaries with each other and with plain strings', () => {
    withRegion((region) => {
      const a = dictionaryOf(STRING, ['x', null, 'y', 'x'], region);
      const b = dictionaryOf(STRING, ['z', 'x', null], region);
      const c = columnOf(STRING, ['plain', null], region);
      const all = ['x', null, 'y', 'x', 'z', 'x', null];
      expect(valuesOf(concatColumns([a, b], region))).toEqual(all);
      expect(valuesOf(concatColumns([a, b, c], region))).toEqual([...all, 'plain', null]);
      const same = concatColumns([a, take(a, Int32Array.of(2, 1), region)], region);
      expect(same.layout).toBe('dictionary');
      expect(valuesOf(same)).toEqual(['x', null, 'y', 'x', 'y', null]);
      expect(valuesOf(decodeDictionary(a, region))).toEqual(['x', null, 'y', 'x']);
    });
  });
});

describe('batches', () => {
  test('compact applies the selection', () => {
    withRegion((region) => {
      const batch = sampleBatch(region, [
        [1, 'a'],
        [null, 'b'],
        [3, null],
      ]);
      const kinds = Uint8Array.of(0, 1, 2);
      const selected = { ...batch, rowKinds: kinds, selection: Int32Array.of(0, 2) };
      const compacted = compact(selected, region);
      expect(rowsOf(compacted)).toEqual([
        [1, 'a'],
        [3, null],
      ]);
      expect([...(compacted.rowKinds ?? [])]).toEqual([0, 2]);
      expect(compact(batch, region)).toBe(batch);
    });
  });

  test('copies lie in the region alone', () => {
    fc.assert(
      fc.property(arbitraryPairs, fc.boolean(), (rows, selected) =>
        withRegion((kept) => {
          const every = rows.map((_, i) => i).filter((i) => i % 2 === 0);
          const copy = withRegion((region) => {
            const batch = sampleBatch(region, rows);
            const selection = selected ? Int32Array.from(every) : null;
            const made = copyBatch({ ...batch, selection }, kept);
            region.bytes(region.alloc(8), 8).fill(1);
            for (const column of batch.columns) scribble(column);
            return made;
          });
          expect(rowsOf(copy)).toEqual(selected ? every.map((i) => rows[i]) : rows);
        }),
      ),
    );
  });

  test('slices and joins come back', () => {
    fc.assert(
      fc.property(arbitraryPairs, fc.nat(40), (rows, at) =>
        withRegion((region) => {
          const batch = sampleBatch(region, rows);
          const cut = Math.min(at, rows.length);
          const parts = [
            sliceBatch(batch, 0, cut, region),
            {
              ...sliceBatch(batch, cut, rows.length, region),
              rowKinds: new Uint8Array(40).fill(3),
            },
          ];
          const joined = concatBatches(parts, region);
          expect(rowsOf(joined)).toEqual(rows);
          expect([...(joined.rowKinds ?? [])]).toEqual(rows.map((_, i) => (i < cut ? 0 : 3)));
          expect(concatBatches([batch], region).rowKinds).toBe(null);
        }),
      ),
    );
  });

  test('taking rows keeps their kinds', () => {
    withRegion((region) => {
      const batch = { ...sampleBatch(region, [[1, 'a']]), rowKinds: Uint8Array.of(3) };
      const taken = takeBatch(batch, Int32Array.of(0, -1), region);
      expect(rowsOf(taken)).toEqual([
        [1, 'a'],
        [null, null],
      ]);
      expect([...(taken.rowKinds ?? [])]).toEqual([3, 0]);
    });
  });
});

/** Overwrites what a column holds, as its owner may. */
function scribble(column: Batch['columns'][number]): void {
  if (column.layout === 'fixed') column.values.fill(0 as never);
  if (column.layout === 'dictionary') {
    column.codes.fill(0);
    if (column.dictionary.layout === 'binary') column.dictionary.bytes.fill(0);
  }
}

describe('dictionaries of kept rows', () => {
  const words = Array.from({ length: 40 }, (_, i) => (i % 7 === 3 ? null : `word ${i % 20}`));

  test('are left behind where they have more values than there are rows', () => {
    withRegion((region) => {
      const batch = batchOf(schemaOf([field('s', STRING)]), [dictionaryOf(STRING, words, region)]);
      for (const rows of [[], [3], [5, 3, 5], [...words.keys()]]) {
        const copy = copyBatch({ ...batch, selection: Int32Array.from(rows) }, region);
        expect(copy.columns[0]!.layout).toBe(rows.length < 20 ? 'binary' : 'dictionary');
        expect(valuesOf(copy.columns[0]!)).toEqual(rows.map((row) => words[row]));
      }
      const slices = [2, 9].map((from) => sliceBatch(batch, from, from + 7, region));
      const few = concatBatches(slices, region).columns[0]!;
      expect(few.layout).toBe('binary');
      expect(valuesOf(few)).toEqual(words.slice(2, 16));
      expect(concatBatches([batch, batch], region).columns[0]!.layout).toBe('dictionary');
    });
  });
});
