import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Region } from '../../src/columnar/arena/region.ts';
import type { DictionaryColumn } from '../../src/columnar/column.ts';
import { SharedDictionaries } from '../../src/connectors/memory/shared-dictionaries.ts';
import { STRING } from '../../src/types/types.ts';
import { columnOf, dictionaryOf, valuesOf, withRegion } from '../columnar/arbitrary.ts';

/** What the chunks of a column become that have these values. */
function copies(
  chunks: readonly (readonly (string | null)[])[],
  region: Region,
): readonly (DictionaryColumn | null)[] {
  const shared = new SharedDictionaries(region, region);
  const made = chunks.map((values) => {
    using scratch = region.child();
    return shared.copy(dictionaryOf(STRING, values, scratch), 0);
  });
  shared.dispose();
  return made;
}

const numbered = (count: number, first = 0): string[] =>
  Array.from({ length: count }, (_, i) => `value ${first + i}`);

describe('dictionaries of the chunks of a table', () => {
  test('hold what the chunks have', () => {
    const value = fc.option(fc.constantFrom('', 'a', 'b', 'a rather long value', 'ü'));
    // A dictionary needs a value.
    const chunk = fc.array(value).map((values) => ['a', ...values]);
    fc.assert(
      fc.property(fc.array(chunk, { minLength: 1 }), (chunks) =>
        withRegion((region) => {
          const made = copies(chunks, region);
          expect(made.map((column) => valuesOf(column!))).toEqual(chunks);
          const nulls = chunks.map((values) => values.filter((v) => v === null).length);
          expect(made.map((column) => column!.nullCount)).toEqual(nulls);
        }),
      ),
    );
  });

  test('are one as long as no value is new, in whatever order', () => {
    withRegion((region) => {
      const [ab, ba, b, abc, ca] = copies(
        [['a', 'b'], ['b', null, 'a'], ['b'], ['a', 'c', 'b'], ['c', 'a']],
        region,
      );
      expect(ba!.dictionary).toBe(ab!.dictionary);
      expect(b!.dictionary).toBe(ab!.dictionary);
      expect(abc!.dictionary).not.toBe(ab!.dictionary);
      expect(abc!.dictionary.length).toBe(3);
      expect(ca!.dictionary).toBe(abc!.dictionary);
    });
  });

  test('are their own ones where there are many values', () => {
    withRegion((region) => {
      const [first, more, less] = copies([numbered(200), numbered(100, 190), ['value 0']], region);
      expect(valuesOf(first!)).toEqual(numbered(200));
      expect(more).toBeNull();
      expect(less).toBeNull();
      expect(copies([numbered(257)], region)).toEqual([null]);
    });
  });

  test('are their own ones where the values are long', () => {
    withRegion((region) => {
      const chunks = Array.from({ length: 100 }, (_, i) => [`${i}`.padEnd(10_000)]);
      const before = region.pageBytes;
      const made = copies(chunks, region);
      expect(made.at(-1)).toBeNull();
      // All values so far in each dictionary would be fifty times what there is.
      expect(region.pageBytes - before).toBeLessThan(2 * 100 * 10_000);
      expect(copies([['a'.repeat(100_000)]], region)).toEqual([null]);
    });
  });

  test('columns of other layouts have none', () => {
    withRegion((region) => {
      const shared = new SharedDictionaries(region, region);
      expect(shared.copy(columnOf(STRING, ['a'], region), 0)).toBeNull();
      expect(shared.copy(dictionaryOf(STRING, [null], region), 0)).toBeNull();
      shared.dispose();
    });
  });
});
