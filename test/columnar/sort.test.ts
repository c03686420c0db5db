import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocBitmap } from '../../src/columnar/allocate.ts';
import type { Region } from '../../src/columnar/arena/region.ts';
import { type Column, FixedColumn } from '../../src/columnar/column.ts';
import { type SortKey, sortRows, sortSegments } from '../../src/columnar/kernels/sort.ts';
import { take } from '../../src/columnar/take.ts';
import { NotImplementedError } from '../../src/common/errors.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { ARENA, columnOf, dictionaryOf, FLAT_TYPES, withRegion } from './arbitrary.ts';
import { arbitraryKeys, arbitraryKeyTypes, type KeySample, keyColumnsOf } from './keys.ts';

const INT: DataType = { kind: 'INT', nullable: true };
const STRING: DataType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };
const DOUBLE: DataType = { kind: 'DOUBLE', nullable: true };

/** Values by type, in no order. */
const SAMPLES: Readonly<Record<string, readonly unknown[]>> = {
  INT: [7, 1, 5, 9, 3],
  DOUBLE: [7, 1, 5, 9, 3],
  BIGINT: [7n, 1n, 5n, 9n, 3n],
  BOOLEAN: [true, false, true, true, false],
  VARCHAR: ['g', 'a', 'e', 'i', 'c'],
};

/** The order of two values that are not NULL. */
function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'string' || a instanceof Uint8Array) {
    return Buffer.compare(Buffer.from(a as string), Buffer.from(b as string));
  }
  if (typeof a === 'number') return compareNumbers(a, b as number);
  const [x, y] = [a as bigint, b as bigint];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** As Java's Double.compare. */
function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  if (a === 0 && b === 0) return Number(Object.is(b, -0)) - Number(Object.is(a, -0));
  return a - b;
}

function naiveOrder(sample: KeySample, keys: readonly SortKey[]): number[] {
  const rows = Array.from({ length: sample.rows }, (_, i) => i);
  return rows.sort((a, b) => {
    for (const { column, descending, nullsFirst } of keys) {
      const [x, y] = [sample.values[column]![a], sample.values[column]![b]];
      if (x === null || y === null) {
        if (x === y) continue;
        return (x === null) === nullsFirst ? -1 : 1;
      }
      const order = compareValues(x, y);
      if (order !== 0) return descending ? -order : order;
    }
    return a - b;
  });
}

function arbitrarySort(types: readonly DataType[]) {
  const key = fc.record({
    column: fc.nat(types.length - 1),
    descending: fc.boolean(),
    nullsFirst: fc.boolean(),
  });
  return fc.tuple(arbitraryKeys(types, 80), fc.array(key, { minLength: 1, maxLength: 3 }));
}

/** Segments of a sample in which the rows stand in turn, against each of them by itself. */
function checkSegments([sample, keys]: [KeySample, SortKey[]], cuts: readonly number[]): void {
  withRegion((region) => {
    const ends = [...new Set(cuts.map((cut) => cut % (sample.rows + 1)))].sort((a, b) => a - b);
    const starts = region.int32(region.alloc((ends.length + 2) * 4), ends.length + 2);
    starts.set([0, ...ends, sample.rows]);
    const order = region.int32(region.alloc(Math.max(1, sample.rows) * 4), sample.rows);
    order.set(Array.from({ length: sample.rows }, (_, i) => i));
    sortSegments(keyColumnsOf(sample, region), keys, order, starts, region);
    const all = naiveOrder(sample, keys);
    const expected = [...starts.subarray(1)].flatMap((end, i) =>
      all.filter((row) => row >= starts[i]! && row < end),
    );
    expect([...order]).toEqual(expected);
  });
}

function check([sample, keys]: [KeySample, SortKey[]]): void {
  withRegion((region) => {
    const order = sortRows(keyColumnsOf(sample, region), keys, sample.rows, region);
    expect([...order]).toEqual(naiveOrder(sample, keys));
  });
}

function ascending(values: readonly unknown[], type: DataType, region: Region): unknown[] {
  const key = { column: 0, descending: false, nullsFirst: false };
  const order = sortRows([columnOf(type, values, region)], [key], values.length, region);
  return [...order].map((row) => values[row]);
}

describe('sortSegments', () => {
  test('sorts each segment as if it were all', () => {
    const arbitrary = arbitraryKeyTypes(FLAT_TYPES).chain(arbitrarySort);
    const cuts = fc.array(fc.nat(80), { maxLength: 20 });
    fc.assert(fc.property(arbitrary, cuts, checkSegments), { numRuns: 300 });
  });

  test('segments of one row, some tens and many thousands', () => {
    const random = fc.sample(fc.integer({ min: 0, max: 999 }), { numRuns: 12_000, seed: 2 });
    const values = random.map((n) => (n % 50 === 0 ? null : n / 7));
    const sample = { types: [DOUBLE], values: [values], dictionary: [false], rows: 12_000 };
    const cuts = [1, 14, 27, 39, 100, 4196, 4197, 8294];
    for (const descending of [false, true]) {
      checkSegments([sample, [{ column: 0, descending, nullsFirst: descending }]], cuts);
    }
  });

  test('strings of a dictionary that has more values than there are rows', () => {
    withRegion((region) => {
      const words = ['f', 'e', null, 'd', 'c', 'b', 'a'];
      const indices = region.int32(region.alloc(16), 4);
      indices.set([0, 6, 2, 5]);
      const rows = take(dictionaryOf(STRING, words, region), indices, region);
      expect(rows.layout).toBe('dictionary');
      for (const [descending, expected] of [
        [false, [1, 0, 3, 2]],
        [true, [0, 1, 3, 2]],
      ] as const) {
        const order = region.int32(region.alloc(16), 4);
        order.set([0, 1, 2, 3]);
        const starts = region.int32(region.alloc(12), 3);
        starts.set([0, 2, 4]);
        sortSegments([rows], [{ column: 0, descending, nullsFirst: false }], order, starts, region);
        expect([...order]).toEqual(expected);
      }
    });
  });
});

describe('sorts that are cancelled', () => {
  const values = Array.from({ length: 5000 }, (_, i) => (i * 7919) % 5000);

  /** A cancellation that does not throw: what the kernels have done can be seen. */
  const silent = (word: number, region: Region) => {
    const words = region.int32(region.alloc(4), 1);
    words[0] = word;
    let looks = 0;
    const check = () => void looks++;
    return { address: words.byteOffset, check, looks: () => looks };
  };

  test.each<[DataType, (n: number) => unknown]>([
    [DOUBLE, (n) => n],
    [STRING, (n) => `row ${n}`],
    [STRING, (n) => String(n)],
  ])('kernels of %o end before they sort', (type, make) => {
    withRegion((region) => {
      const columns = [columnOf(type, values.map(make), region)];
      const key = { column: 0, descending: true, nullsFirst: false };
      const going = silent(0, region);
      const sorted = [...sortRows(columns, [key], values.length, region, going)];
      const stopped = silent(1, region);
      const order = [...sortRows(columns, [key], values.length, region, stopped)];
      const rows = values.map((_, row) => row);
      expect(order).toEqual(rows);
      expect(stopped.looks()).toBeGreaterThan(0);
      expect(sorted).not.toEqual(rows);
      expect(sorted).toEqual([...sortRows(columns, [key], values.length, region)]);
    });
  });

  test('so do those of segments, and the error comes through', () => {
    withRegion((region) => {
      const columns = [columnOf(DOUBLE, values, region)];
      const key = { column: 0, descending: true, nullsFirst: false };
      const order = region.int32(region.alloc(4 * values.length), values.length);
      order.set([...values.keys()]);
      const starts = region.int32(region.alloc(12), 3);
      starts.set([0, 4500, 5000]);
      const { address } = silent(1, region);
      const check = () => {
        throw new Error('cancelled');
      };
      const sort = () => sortSegments(columns, [key], order, starts, region, { address, check });
      expect(sort).toThrow('cancelled');
      expect([...order]).toEqual([...values.keys()]);
    });
  });
});

describe('sortRows', () => {
  test.for(FLAT_TYPES.map((type) => [type.kind, type] as const))('sorts by one %s', ([, type]) => {
    fc.assert(fc.property(arbitrarySort([type]), check), { numRuns: 40 });
  });

  test('sorts by several keys', () => {
    fc.assert(fc.property(arbitraryKeyTypes(FLAT_TYPES).chain(arbitrarySort), check), {
      numRuns: 300,
    });
  });

  test('numbers have the order of Java', () => {
    withRegion((region) => {
      const values = [Number.NaN, 1, 0, -0, -1, Infinity, null, -Infinity];
      expect(ascending(values, DOUBLE, region)).toEqual([
        -Infinity,
        -1,
        -0,
        0,
        1,
        Infinity,
        Number.NaN,
        null,
      ]);
    });
  });

  test('many long strings with a common start, and zero bytes', () => {
    withRegion((region) => {
      const random = fc.sample(fc.integer({ min: 0, max: 999 }), { numRuns: 3000, seed: 1 });
      const values = random.map((n) => `a common start ${n % 2 === 0 ? 'x'.repeat(n) : n}`);
      for (let i = 0; i < 300; i++) values.push('same', 'a\0'.repeat(i % 3), '\0'.repeat(i % 20));
      const sample = { types: [STRING], values: [values], dictionary: [false], rows: 3900 };
      for (const descending of [false, true]) {
        const keys = [{ column: 0, descending, nullsFirst: true }];
        const order = sortRows(keyColumnsOf(sample, region), keys, sample.rows, region);
        expect([...order]).toEqual(naiveOrder(sample, keys));
      }
    });
  });

  test('a large dictionary with few rows', () => {
    withRegion((region) => {
      const values = Array.from({ length: 1000 }, (_, i) => `value ${(i * 7) % 1000}`);
      const column = dictionaryOf(STRING, values, region);
      const key = { column: 0, descending: true, nullsFirst: true };
      const order = sortRows([column], [key], values.length, region);
      expect([...order].map((row) => values[row])).toEqual(values.toSorted().reverse());
    });
  });

  test('many rows, and memory goes back', () => {
    withRegion((region) => {
      const values = Array.from({ length: 50_000 }, (_, i) => (i * 7919) % 50_021);
      expect(ascending(values, INT, region)).toEqual(values.toSorted((a, b) => a - b));
      const before = ARENA.usedBytes;
      withRegion((other) => ascending(values.slice(0, 100), INT, other));
      expect(ARENA.usedBytes).toBe(before);
    });
  });

  test('what lies under a NULL does not order the rows', () => {
    withRegion((region) => {
      const types = [INT, DOUBLE, { ...INT, kind: 'BIGINT' }, { ...INT, kind: 'BOOLEAN' }, STRING];
      for (const type of types as DataType[]) {
        const full = columnOf(type, SAMPLES[type.kind]!, region);
        const validity = allocBitmap(region, full.length, 0);
        validity[0] = 0b100;
        const key = withValidity(full, validity, 4);
        const second = columnOf(INT, [4, 3, 9, 1, 2], region);
        for (const nullsFirst of [true, false]) {
          const keys = [
            { column: 0, descending: false, nullsFirst },
            { column: 1, descending: false, nullsFirst },
          ];
          const order = [...sortRows([key, second], keys, 5, region)];
          expect(order).toEqual(nullsFirst ? [3, 4, 1, 0, 2] : [2, 3, 4, 1, 0]);
        }
      }
    });
  });

  test('nested types have no order yet', () => {
    withRegion((region) => {
      const type: DataType = { kind: 'ARRAY', nullable: true, element: INT };
      expect(() => ascending([[1], [2]], type, region)).toThrow(NotImplementedError);
    });
  });
});

/** A column over the same memory with other NULLs. */
function withValidity(column: Column, validity: Uint8Array, nullCount: number): Column {
  if (column.layout !== 'fixed') {
    return { ...column, get: column.get, validity, nullCount } as Column;
  }
  const { type, length, values, width } = column;
  return new FixedColumn(type, length, values, width, validity, nullCount);
}
