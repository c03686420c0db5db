import { describe, expect, test } from 'vitest';
import type { KeptBatch } from '../../src/exec/pool/protocol.ts';
import { partitionCount, readPartitions } from '../../src/exec/task/partition-count.ts';

const MiB = 1024 ** 2;

/** Partitions of so many rows each; a batch is known by its offset. */
function partitionsOf(rows: readonly number[]): readonly (readonly KeptBatch[])[] {
  const schema = { fields: [] };
  return rows.map((length, offset) => [
    { path: 'f', offset, fileBytes: 0, bytes: 0, schema, types: [], length },
  ]);
}

describe('partitions of rows that meet by their keys', () => {
  test('are one for each task, and more where memory does not hold the tables of all', () => {
    expect(partitionCount(0, 2, 1024 * MiB)).toBe(2);
    expect(partitionCount(30 * MiB, 2, 1024 * MiB)).toBe(2);
    expect(partitionCount(100 * MiB, 2, 1024 * MiB)).toBe(8);
    expect(partitionCount(100 * MiB, 2, 4096 * MiB)).toBe(2);
    expect(partitionCount(1e12, 2, 1024 * MiB)).toBe(32);
    expect(partitionCount(1e12, 48, 1024 * MiB)).toBe(48);
  });

  test('come together where they have few rows or must not be more than tasks, and none is lost', () => {
    for (let count = 1; count <= 33; count++) {
      for (const rows of [1, 5_000, 100_000]) {
        for (const isWhole of [false, true]) {
          const partitions = partitionsOf(Array.from({ length: count }, () => rows));
          const read = readPartitions(partitions, 3, isWhole);
          expect(read.flat()).toEqual(partitions.flat());
          expect(read.every((batches) => batches.length > 0)).toBe(true);
          const most = isWhole || rows === 1 ? 3 : count;
          expect(read.length).toBeLessThanOrEqual(Math.max(3, most));
          if (!isWhole && rows === 100_000) expect(read.length).toBe(count);
        }
      }
    }
  });
});
