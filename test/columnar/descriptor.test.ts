import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Arena } from '../../src/columnar/arena/arena.ts';
import { batchOf } from '../../src/columnar/batch.ts';
import {
  describeBatch,
  describeColumn,
  restoreBatch,
  restoreColumn,
} from '../../src/columnar/descriptor.ts';
import { sliceColumn } from '../../src/columnar/take.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { field, schemaOf } from '../../src/types/schema.ts';
import {
  ALL_TYPES,
  ARENA,
  arbitraryTyped,
  columnOf,
  dictionaryOf,
  valuesOf,
  withRegion,
} from './arbitrary.ts';

const STRING: DataType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };

describe('descriptors', () => {
  test('a batch is restored over the same memory, after a structured clone', () => {
    const attached = Arena.attach(ARENA.handle);
    fc.assert(
      fc.property(arbitraryTyped(ALL_TYPES), fc.nat(9), ({ type, rows }, cut) =>
        withRegion((region) => {
          const whole = columnOf(type, rows, region);
          const column = sliceColumn(whole, Math.min(cut, rows.length), rows.length, region);
          const batch = batchOf(schemaOf([field('v', type)]), [column]);
          const restored = restoreBatch(attached, structuredClone(describeBatch(batch)));
          expect(valuesOf(restored.columns[0]!)).toEqual(rows.slice(cut));
          expect(restored.columns[0]!.nullCount).toBe(column.nullCount);
          expect(restored).toMatchObject({ rowKinds: null, selection: null });
        }),
      ),
    );
  });

  test('row kinds, selection and dictionaries travel', () => {
    withRegion((region) => {
      const column = dictionaryOf(STRING, ['x', null, 'x'], region);
      const rowKinds = region.bytes(region.alloc(3), 3);
      rowKinds.set([0, 1, 2]);
      const selection = region.int32(region.alloc(8), 2);
      selection.set([0, 2]);
      const batch = { ...batchOf(schemaOf([field('s', STRING)]), [column]), rowKinds, selection };
      const restored = restoreBatch(ARENA, structuredClone(describeBatch(batch)));
      expect([...(restored.rowKinds ?? [])]).toEqual([0, 1, 2]);
      expect([...(restored.selection ?? [])]).toEqual([0, 2]);
      expect(restored.columns[0]!.layout).toBe('dictionary');
      expect(valuesOf(restored.columns[0]!)).toEqual(['x', null, 'x']);
    });
  });

  test('columns of one dictionary have one when they are restored', () => {
    withRegion((region) => {
      const first = dictionaryOf(STRING, ['x', 'y'], region);
      const second = sliceColumn(first, 1, 2, region);
      const descriptors = structuredClone([first, second].map(describeColumn));
      const columns = descriptors.map((descriptor) => restoreColumn(ARENA, descriptor));
      expect(columns.map(valuesOf)).toEqual([['x', 'y'], ['y']]);
      const [a, b] = columns.map((column) => column.layout === 'dictionary' && column.dictionary);
      expect(a).toBe(b);
      expect(a).not.toBe(first.layout === 'dictionary' && first.dictionary);
    });
  });
});
