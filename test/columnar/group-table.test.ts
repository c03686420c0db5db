import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Region } from '../../src/columnar/arena/region.ts';
import type { Column } from '../../src/columnar/column.ts';
import { GroupTable } from '../../src/columnar/kernels/group-table.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { ALL_TYPES, columnOf, dictionaryOf, valuesOf, withRegion } from './arbitrary.ts';
import {
  arbitraryKeys,
  arbitraryKeyTypes,
  type KeySample,
  keyColumnsOf,
  keyOf,
  keyText,
  selectionOf,
} from './keys.ts';

const INT: DataType = { kind: 'INT', nullable: true };
const STRING: DataType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };
const DOUBLE: DataType = { kind: 'DOUBLE', nullable: true };

function assignedBy(
  table: GroupTable,
  columns: readonly Column[],
  rows: number,
  selection: Int32Array | null,
  region: Region,
): number[] {
  const count = selection?.length ?? rows;
  const out = region.int32(region.alloc(count * 4), count);
  table.assign(columns, rows, selection, out);
  return [...out];
}

/** Groups of the same rows by a Map of texts. */
class NaiveGroups {
  readonly ids = new Map<string, number>();
  readonly keys: unknown[][] = [];

  assign(sample: KeySample, selection: Int32Array | null): number[] {
    const rows = selection ?? Array.from({ length: sample.rows }, (_, i) => i);
    return Array.from(rows, (row) => {
      const key = keyOf(sample, row);
      const text = keyText(key);
      const known = this.ids.get(text);
      if (known !== undefined) return known;
      this.ids.set(text, this.keys.length);
      this.keys.push(key.map((v) => (Object.is(v, -0) ? 0 : v)));
      return this.keys.length - 1;
    });
  }
}

function checkBatches(batches: readonly KeySample[], step: number): void {
  withRegion((region) => {
    const naive = new NaiveGroups();
    const types = batches[0]!.types;
    const table = GroupTable.create(types, region);
    for (const batch of batches) {
      const selection = selectionOf(batch.rows, step, region);
      const columns = keyColumnsOf(batch, region);
      const ids = assignedBy(table, columns, batch.rows, selection, region);
      expect(ids).toEqual(naive.assign(batch, selection));
    }
    expect(table.groups).toBe(naive.keys.length);
    const keys = table.keyColumns(region);
    expect(keys.map((column) => column.type)).toEqual(types);
    for (const [i, column] of keys.entries()) {
      expect(valuesOf(column)).toEqual(naive.keys.map((key) => key[i]));
      expect(column.nullCount).toBe(naive.keys.filter((key) => key[i] === null).length);
    }
    table.dispose();
  });
}

describe('GroupTable', () => {
  test.for(ALL_TYPES.map((type) => [type.kind, type] as const))('groups by one %s', ([, type]) => {
    fc.assert(
      fc.property(
        fc.array(arbitraryKeys([type]), { minLength: 1, maxLength: 3 }),
        fc.constantFrom(0, 2),
        checkBatches,
      ),
      { numRuns: 40 },
    );
  });

  test('groups by several keys', () => {
    const arbitrary = arbitraryKeyTypes().chain((types) =>
      fc.array(arbitraryKeys(types), { minLength: 1, maxLength: 3 }),
    );
    fc.assert(fc.property(arbitrary, fc.constantFrom(0, 3), checkBatches), { numRuns: 200 });
  });

  test('grows over many groups', () => {
    withRegion((region) => {
      const rows = 20_000;
      const numbers = Array.from({ length: rows }, (_, i) => (i * 7919) % 15_013);
      const texts = numbers.map((n) => (n === 5 ? null : `key number ${n}`));
      const naive = new Map<number, number>();
      const expected = numbers.map((n) => {
        if (!naive.has(n)) naive.set(n, naive.size);
        return naive.get(n);
      });
      const columns = [columnOf(INT, numbers, region), columnOf(STRING, texts, region)];
      for (const used of [[0], [1], [0, 1], [1, 0, 0]]) {
        const keys = used.map((i) => columns[i]!);
        const table = GroupTable.create(
          keys.map((c) => c.type),
          region,
        );
        expect(assignedBy(table, keys, rows, null, region)).toEqual(expected);
        expect(table.groups).toBe(naive.size);
        const sum = table
          .keyColumns(region)
          .map((column) => valuesOf(column).filter((v) => v === 5 || v === null).length);
        expect(sum).toEqual(used.map(() => 1));
        table.dispose();
      }
    });
  });

  test('integers near one another, far apart, and at the ends of their range', () => {
    const bigint: DataType = { kind: 'BIGINT', nullable: true };
    const near = fc.tuple(fc.bigInt(-(2n ** 40n), 2n ** 40n), fc.integer({ min: 500, max: 3000 }));
    const piece = fc.oneof(
      // Runs of neighbours with gaps, in either direction, and NULLs between them.
      fc
        .tuple(near, fc.integer({ min: -5, max: 5 }))
        .map(([[base, length], step]) =>
          Array.from({ length }, (_, i) => (i % 701 === 7 ? null : base + BigInt(i * step))),
        ),
      fc.array(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), { maxLength: 40 }),
      fc.constant([2n ** 63n - 1n, null, -(2n ** 63n)]),
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 5 }), (pieces) => {
        withRegion((region) => {
          const table = GroupTable.create([bigint], region);
          const naive = new Map<bigint | null, number>();
          for (const values of pieces) {
            const expected = values.map((value) => {
              if (!naive.has(value)) naive.set(value, naive.size);
              return naive.get(value);
            });
            const column = columnOf(bigint, values, region);
            expect(assignedBy(table, [column], values.length, null, region)).toEqual(expected);
          }
          expect(valuesOf(table.keyColumns(region)[0]!)).toEqual([...naive.keys()]);
          const asked = [...naive.keys(), 12_345_678_901_234n];
          const out = region.int32(region.alloc(asked.length * 4), asked.length);
          table.find([columnOf(bigint, asked, region)], asked.length, null, out);
          expect([...out]).toEqual(asked.map((value) => naive.get(value) ?? -1));
        });
      }),
      { numRuns: 60 },
    );
  });

  test('zeros are one group, NaNs too, NULL is another', () => {
    withRegion((region) => {
      const table = GroupTable.create([DOUBLE], region);
      const column = columnOf(DOUBLE, [0, -0, Number.NaN, null, -Number.NaN, null, 1], region);
      expect(assignedBy(table, [column], 7, null, region)).toEqual([0, 0, 1, 2, 1, 2, 3]);
    });
  });

  test('only values of rows that count become groups of a dictionary', () => {
    withRegion((region) => {
      const table = GroupTable.create([STRING], region);
      const column = dictionaryOf(STRING, ['a', null, 'b', 'c', 'b'], region);
      const selection = region.int32(region.alloc(8), 2);
      selection.set([2, 4]);
      expect(assignedBy(table, [column], 5, selection, region)).toEqual([0, 0]);
      expect(table.groups).toBe(1);
      expect(assignedBy(table, [column], 5, null, region)).toEqual([1, 2, 0, 3, 0]);
      expect(valuesOf(table.keyColumns(region)[0]!)).toEqual(['b', 'a', null, 'c']);
    });
  });

  test('find adds no groups', () => {
    withRegion((region) => {
      const table = GroupTable.create([STRING], region);
      const column = dictionaryOf(STRING, ['a', null, 'b'], region);
      const out = region.int32(region.alloc(12), 3);
      table.find([column], 3, null, out);
      expect([...out]).toEqual([-1, -1, -1]);
      expect(assignedBy(table, [columnOf(STRING, ['b', null], region)], 2, null, region)).toEqual([
        0, 1,
      ]);
      table.find([column], 3, null, out);
      expect([...out]).toEqual([-1, 1, 0]);
      expect(assignedBy(table, [column], 3, null, region)).toEqual([2, 1, 0]);
    });
  });

  test('without keys there is one group once there is a row', () => {
    withRegion((region) => {
      const table = GroupTable.create([], region);
      expect(assignedBy(table, [], 0, null, region)).toEqual([]);
      expect(table.groups).toBe(0);
      expect(assignedBy(table, [], 3, null, region)).toEqual([0, 0, 0]);
      expect(table.groups).toBe(1);
      expect(table.keyColumns(region)).toEqual([]);
    });
  });

  test('gives its memory back', () => {
    withRegion((region) => {
      const columns = [columnOf(INT, [1, 2], region), columnOf(STRING, ['a', 'b'], region)];
      const run = () => {
        const table = GroupTable.create([INT, STRING], region);
        assignedBy(table, columns, 2, null, region);
        table.dispose();
      };
      run();
      const before = region.arena.usedBytes;
      for (let i = 0; i < 100; i++) run();
      expect(region.arena.usedBytes).toBe(before);
    });
  });
});
