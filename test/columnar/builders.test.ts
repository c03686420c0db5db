import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Arena } from '../../src/columnar/arena/arena.ts';
import { Region } from '../../src/columnar/arena/region.ts';
import { BinaryBuilder } from '../../src/columnar/builders/binary.ts';
import { builderFor } from '../../src/columnar/builders/builder-for.ts';
import { ResourceError } from '../../src/common/errors.ts';
import type { DataType } from '../../src/types/data-type.ts';
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

describe('builders', () => {
  test.for(ALL_TYPES.map((type) => [type.kind, type] as const))('%s comes back', ([, type]) => {
    fc.assert(
      fc.property(arbitraryRows(type), (rows) =>
        withRegion((region) => {
          const column = columnOf(type, rows, region);
          expect(valuesOf(column)).toEqual(rows);
          expect(column.nullCount).toBe(rows.filter((v) => v === null).length);
        }),
      ),
      { numRuns: 30 },
    );
  });

  test('a builder is used again after reset', () => {
    fc.assert(
      fc.property(
        arbitraryTyped().chain((first) =>
          arbitraryRows(first.type).map((second) => ({ ...first, second })),
        ),
        ({ type, rows, second }) =>
          withRegion((region) => {
            const builder = builderFor(type, region, 1);
            for (const value of rows) builder.append(value);
            builder.finish();
            builder.reset();
            for (const value of second) builder.append(value);
            expect(valuesOf(builder.finish())).toEqual(second);
          }),
      ),
    );
  });

  test('buffers grow past their first size, nulls included', () => {
    withRegion((region) => {
      const rows = Array.from({ length: 5000 }, (_, i) => (i % 7 === 3 ? null : i));
      expect(valuesOf(columnOf(INT, rows, region))).toEqual(rows);
      const texts = rows.map((v) => (v === null ? null : `row ${v} ä`));
      expect(valuesOf(columnOf(STRING, texts, region))).toEqual(texts);
      expect(valuesOf(dictionaryOf(STRING, texts, region))).toEqual(texts);
      const flags = rows.map((v) => (v === null ? null : v % 2 === 0));
      expect(valuesOf(columnOf({ kind: 'BOOLEAN', nullable: true }, flags, region))).toEqual(flags);
    });
  });

  test('columns without NULL have no bitmap', () => {
    withRegion((region) => {
      expect(columnOf(INT, [1, 2], region).validity).toBe(null);
    });
  });

  test('bytes are appended as they are', () => {
    withRegion((region) => {
      const builder = new BinaryBuilder(STRING, region, 1);
      const bytes = new TextEncoder().encode(`a, bc, ${'d'.repeat(100)}`);
      builder.appendBytes(bytes, 0, 1);
      builder.appendNull();
      builder.appendBytes(bytes, 7, bytes.length);
      expect(valuesOf(builder.finish())).toEqual(['a', null, 'd'.repeat(100)]);
    });
  });

  test('a lone surrogate becomes the replacement character', () => {
    withRegion((region) => {
      expect(valuesOf(columnOf(STRING, ['a\ud800'], region))).toEqual(['a\ufffd']);
    });
  });

  test('a full arena ends with MEMORY_LIMIT', () => {
    const region = new Region(Arena.create(0));
    const builder = builderFor({ kind: 'BIGINT', nullable: false }, region);
    const fill = () => {
      for (let i = 0; i < 10_000_000; i++) builder.append(1n);
    };
    expect(fill).toThrow(ResourceError);
    expect(fill).toThrow(expect.objectContaining({ code: 'MEMORY_LIMIT' }));
  });

  test('VARIANT columns give back what they were built from', () => {
    const values = [null, true, false, 0.1, -5n, 2n ** 70n, 'é', [1n, [null]], { b: {}, a: 'x' }];
    withRegion((region) => {
      const builder = builderFor({ kind: 'VARIANT', nullable: true }, region);
      for (const value of values) builder.append(value);
      const column = builder.finish();
      expect(values.map((_, i) => column.get(i))).toEqual(values);
    });
  });
});
