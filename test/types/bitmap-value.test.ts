import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  Bitmap,
  type BitmapOperation,
  bitmapCardinality,
  bitmapOf,
  bitmapValues,
  combineBitmaps,
  printBitmap,
  readBitmap,
} from '../../src/types/bitmap-value.ts';

/** Sets with few and with many values in a container. */
const integer = fc.oneof(fc.integer({ min: -70_000, max: 70_000 }), fc.integer());
const range = fc
  .record({ from: fc.integer({ min: 0, max: 200_000 }), length: fc.integer({ min: 0, max: 9000 }) })
  .map(({ from, length }) => Array.from({ length }, (_, i) => from + i));
const values = fc.oneof(fc.array(integer), range);

function sorted(items: Iterable<number>): number[] {
  return [...new Set([...items].map((item) => item >>> 0))].sort((a, b) => a - b);
}

describe('bitmaps', () => {
  test('contain what they were made of', () => {
    fc.assert(
      fc.property(values, (items) => {
        const bytes = bitmapOf(items);
        expect([...bitmapValues(bytes)]).toEqual(sorted(items));
        expect(bitmapCardinality(bytes)).toBe(sorted(items).length);
        expect(readBitmap(bytes)).toEqual(bytes);
        const grown = new Bitmap();
        for (const item of items) grown.add(item);
        expect(grown.toBytes()).toEqual(bytes);
        expect(grown.cardinality()).toBe(sorted(items).length);
      }),
      { numRuns: 60 },
    );
  });

  const operations = {
    and: (a, b) => a && b,
    or: (a, b) => a || b,
    xor: (a, b) => a !== b,
    andnot: (a, b) => a && !b,
  } satisfies Record<BitmapOperation, (a: boolean, b: boolean) => boolean>;

  test.each(Object.entries(operations))('%s is that of sets', (name, keeps) => {
    const operation = name as BitmapOperation;
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [left, right] = [new Set(sorted(a)), new Set(sorted(b))];
        const expected = sorted(
          [...left, ...right].filter((v) => keeps(left.has(v), right.has(v))),
        );
        const [x, y] = [bitmapOf(a), bitmapOf(b)];
        expect([...bitmapValues(combineBitmaps(operation, x, y))]).toEqual(expected);
        const changed = new Bitmap();
        changed.combine('or', x);
        changed.combine(operation, y);
        expect(changed.toBytes()).toEqual(bitmapOf(expected));
      }),
      { numRuns: 40 },
    );
  });

  test('containers of runs are read', () => {
    // One container with the key 1 and the run 5, 6, 7.
    const bytes = [0x3b, 0x30, 0, 0, 1, 1, 0, 2, 0, 1, 0, 5, 0, 2, 0];
    const read = readBitmap(Uint8Array.from(bytes));
    expect(read).toEqual(bitmapOf([65541, 65542, 65543]));
  });

  test('malformed bytes are none', () => {
    const bytes = bitmapOf([1, 70_000]);
    for (let length = 0; length < bytes.length; length++) {
      expect(readBitmap(bytes.subarray(0, length))).toBeNull();
    }
    expect(readBitmap(new TextEncoder().encode('invalid'))).toBeNull();
  });

  test('print as unsigned integers', () => {
    expect(printBitmap(bitmapOf([]))).toBe('{}');
    expect(printBitmap(bitmapOf([3, -1, 1]))).toBe('{1,3,4294967295}');
    expect(printBitmap(bitmapOf(Array.from({ length: 200_000 }, (_, i) => i)))).toMatch(
      /,\.\.\.\}$/,
    );
  });
});
