import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeyPartitioner } from '../../src/columnar/kernels/partition.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { columnOf, withRegion } from './arbitrary.ts';
import {
  arbitraryKeys,
  arbitraryKeyTypes,
  keyColumnsOf,
  keyOf,
  keyText,
  selectionOf,
} from './keys.ts';

const INT: DataType = { kind: 'INT', nullable: true };

describe('KeyPartitioner', () => {
  test('equal keys come to one part, in every batch, however they are encoded', () => {
    const arbitrary = arbitraryKeyTypes().chain((types) =>
      fc.array(arbitraryKeys(types), { minLength: 2, maxLength: 3 }),
    );
    fc.assert(
      fc.property(
        arbitrary,
        fc.constantFrom(0, 2),
        fc.integer({ min: 1, max: 9 }),
        (batches, step, parts) =>
          withRegion((region) => {
            const partOf = new Map<string, number>();
            for (const batch of batches) {
              // A partitioner each, as on threads of their own.
              const partitioner = new KeyPartitioner(parts, region);
              const selection = selectionOf(batch.rows, step, region);
              const columns = keyColumnsOf(batch, region);
              const { starts, rows } = partitioner.partition(columns, batch.rows, selection);
              const all = selection ?? Int32Array.from({ length: batch.rows }, (_, i) => i);
              expect([...rows].sort((a, b) => a - b)).toEqual([...all]);
              expect([starts[0], starts[parts]]).toEqual([0, all.length]);
              for (let part = 0; part < parts; part++) {
                const inPart = [...rows.subarray(starts[part], starts[part + 1])];
                expect(inPart).toEqual(inPart.toSorted((a, b) => a - b));
                for (const row of inPart) {
                  const key = keyText(keyOf(batch, row));
                  expect(partOf.get(key) ?? part).toBe(part);
                  partOf.set(key, part);
                }
              }
              partitioner.free();
            }
          }),
      ),
      { numRuns: 200 },
    );
  });

  test('many keys are spread evenly', () => {
    withRegion((region) => {
      const rows = 8000;
      const column = columnOf(
        INT,
        Array.from({ length: rows }, (_, i) => i * 64),
        region,
      );
      const { starts } = new KeyPartitioner(8, region).partition([column], rows, null);
      for (let part = 0; part < 8; part++) {
        const size = starts[part + 1]! - starts[part]!;
        expect(size).toBeGreaterThan(800);
        expect(size).toBeLessThan(1200);
      }
    });
  });
});
