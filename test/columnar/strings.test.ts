import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Region } from '../../src/columnar/arena/region.ts';
import type { BinaryColumn, BoolColumn } from '../../src/columnar/column.ts';
import {
  DictionaryEncoder,
  encodeDictionary,
} from '../../src/columnar/kernels/dictionary-encoder.ts';
import { readLikePattern } from '../../src/columnar/kernels/like-pattern.ts';
import {
  changeAsciiCase,
  charLength,
  compareStrings,
  compareWithConstant,
  extremeRow,
  isStringColumn,
  matchLike,
  type StringColumn,
  substring,
} from '../../src/columnar/kernels/strings.ts';
import { sliceColumn } from '../../src/columnar/take.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { arbitraryString, columnOf, dictionaryOf, valuesOf, withRegion } from './arbitrary.ts';

const INT: DataType = { kind: 'INT', nullable: true };
const BOOLEAN: DataType = { kind: 'BOOLEAN', nullable: true };
const STRING: DataType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };

const arbitraryRows = fc.array(fc.option(arbitraryString, { nil: null, freq: 5 }), {
  maxLength: 60,
});
const COMPARISONS = ['=', '<>', '<', '<=', '>', '>='] as const;

/** Runs a test on plain strings, on a slice of them, and on a dictionary. */
function onEach(
  rows: readonly (string | null)[],
  region: Region,
  body: (column: StringColumn) => void,
): void {
  const padded = ['first', ...rows, 'last'];
  const columns = [
    columnOf(STRING, rows, region),
    sliceColumn(columnOf(STRING, padded, region), 1, rows.length + 1, region),
    dictionaryOf(STRING, rows, region),
  ];
  for (const column of columns) {
    if (!isStringColumn(column)) throw new Error('not a column of strings');
    body(column);
  }
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function holds(order: number, comparison: (typeof COMPARISONS)[number]): boolean {
  switch (comparison) {
    case '=':
      return order === 0;
    case '<>':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

/** LIKE by a regular expression. */
function likeExpression(pattern: string): RegExp {
  const source = [...pattern]
    .map((c) => (c === '%' ? '.*' : c === '_' ? '.' : c.replace(/[.*+?^${}()|[\]\\/]/u, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`, 'su');
}

/** Well-formed strings, whose lone surrogates were replaced as UTF-8 does. */
const wellFormed = (rows: readonly (string | null)[]) => rows.map((v) => v?.toWellFormed() ?? null);

describe('string kernels', () => {
  test('compare with a constant', () => {
    fc.assert(
      fc.property(
        arbitraryRows,
        arbitraryString,
        fc.constantFrom(...COMPARISONS),
        (rows, text, comparison) =>
          withRegion((region) => {
            const constant = new TextEncoder().encode(text);
            onEach(rows, region, (column) => {
              const result = compareWithConstant(column, comparison, constant, BOOLEAN, region);
              expect(valuesOf(result)).toEqual(
                rows.map((v) => (v === null ? null : holds(compareBytes(v, text), comparison))),
              );
            });
          }),
      ),
    );
  });

  test('the least and the greatest string', () => {
    fc.assert(
      fc.property(fc.array(arbitraryString, { minLength: 1 }), fc.boolean(), (rows, greatest) =>
        withRegion((region) => {
          const padded = columnOf(STRING, ['first', ...rows, 'last'], region);
          const column = sliceColumn(padded, 1, rows.length + 1, region) as BinaryColumn;
          const found = rows[extremeRow(column, greatest, region.arena)]!;
          const sorted = [...rows].sort(compareBytes);
          expect(found).toBe(greatest ? sorted.at(-1) : sorted[0]);
        }),
      ),
    );
  });

  test('compare two columns', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.option(arbitraryString), fc.option(arbitraryString))),
        fc.constantFrom(...COMPARISONS),
        (rows, comparison) =>
          withRegion((region) => {
            const [a, b] = [0, 1].map((side) =>
              columnOf(
                STRING,
                rows.map((row) => row[side]),
                region,
              ),
            ) as [BinaryColumn, BinaryColumn];
            expect(valuesOf(compareStrings(a, comparison, b, BOOLEAN, region))).toEqual(
              rows.map(([x, y]) =>
                x === null || y === null ? null : holds(compareBytes(x, y), comparison),
              ),
            );
          }),
      ),
    );
  });

  test('LIKE in all its forms', () => {
    const piece = fc.oneof(
      fc.constantFrom('%', '_', '%', 'a', 'b', 'ab', 'special', 'ä', '😀', 'x'),
      arbitraryString.map((s) => s.toWellFormed()),
    );
    const arbitraryPattern = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(arbitraryRows.map(wellFormed), arbitraryPattern, (rows, text) =>
        withRegion((region) => {
          const pattern = readLikePattern(text, null);
          expect(pattern).not.toBe(null);
          if (pattern === null) return;
          const expression = likeExpression(text);
          onEach(rows, region, (column) => {
            expect(valuesOf(matchLike(column, pattern, BOOLEAN, region))).toEqual(
              rows.map((v) => (v === null ? null : expression.test(v))),
            );
          });
        }),
      ),
      { numRuns: 500 },
    );
  });

  test('LIKE patterns are sorted by form', () => {
    const kinds = (patterns: readonly string[]) =>
      patterns.map((p) => readLikePattern(p, '\\')?.kind ?? null);
    expect(kinds(['%', '%%', 'a', '', 'a%', '%a', '%a%', 'a%b', '_', '%a_%'])).toEqual([
      'any',
      'any',
      'equals',
      'equals',
      'prefix',
      'suffix',
      'contains',
      'general',
      'general',
      'general',
    ]);
    expect(kinds(['10\\%', '\\_%', '\\\\', 'a\\b', 'a\\'])).toEqual([
      'equals',
      'prefix',
      'equals',
      null,
      null,
    ]);
  });

  test('LIKE finds places at the seams of sixteen bytes', () => {
    withRegion((region) => {
      const rows = Array.from({ length: 200 }, (_, i) => `${'-'.repeat(i % 37)}needle${i}`);
      rows.push('need', 'le', 'needl', 'e', '', 'needle');
      const column = columnOf(STRING, rows, region) as BinaryColumn;
      const pattern = readLikePattern('%needle%', null);
      if (pattern === null) throw new Error('a pattern');
      const found = matchLike(column, pattern, BOOLEAN, region) as BoolColumn;
      expect(valuesOf(found)).toEqual(rows.map((v) => v.includes('needle')));
    });
  });

  test('change the case of ASCII and decline other text', () => {
    fc.assert(
      fc.property(arbitraryRows, (rows) =>
        withRegion((region) => {
          const isAscii = (v: string | null) => !/[^\0-\x7f]/.test(v ?? '');
          onEach(rows, region, (column) => {
            const upper = changeAsciiCase(column, 'upper', STRING, region);
            const lower = changeAsciiCase(column, 'lower', STRING, region);
            if (!rows.every(isAscii)) {
              expect([upper, lower]).toEqual([null, null]);
            } else if (upper !== null && lower !== null) {
              expect(valuesOf(upper)).toEqual(rows.map((v) => v?.toUpperCase() ?? null));
              expect(valuesOf(lower)).toEqual(rows.map((v) => v?.toLowerCase() ?? null));
            } else expect(rows).toBe('changed');
          });
        }),
      ),
    );
    withRegion((region) => {
      const column = columnOf(STRING, ['@AZ[`az{'], region) as BinaryColumn;
      const upper = changeAsciiCase(column, 'upper', STRING, region);
      expect(upper === null ? null : valuesOf(upper)).toEqual(['@AZ[`AZ{']);
    });
  });

  test('count characters and cut parts', () => {
    const arbitraryNumber = fc.integer({ min: -8, max: 8 });
    fc.assert(
      fc.property(
        arbitraryRows.map(wellFormed),
        arbitraryNumber,
        fc.nat(6),
        (rows, start, length) =>
          withRegion((region) => {
            onEach(rows, region, (column) => {
              expect(valuesOf(charLength(column, INT, region))).toEqual(
                rows.map((v) => (v === null ? null : [...v].length)),
              );
              expect(valuesOf(substring(column, start, length, STRING, region))).toEqual(
                rows.map((v) => (v === null ? null : part([...v], start, length))),
              );
            });
          }),
      ),
      { numRuns: 300 },
    );
  });
});

function part(characters: readonly string[], start: number, length: number): string {
  const from = start > 0 ? start - 1 : start < 0 ? characters.length + start : 0;
  if (from < 0) return '';
  return characters.slice(from, from + length).join('');
}

describe('dictionary encoding', () => {
  test('encodes repeated strings and declines others', () => {
    withRegion((region) => {
      const rows = Array.from({ length: 10_000 }, (_, i) => (i % 11 === 0 ? null : `v${i % 7}`));
      const column = columnOf(STRING, rows, region) as BinaryColumn;
      const encoded = encodeDictionary(column, region, 100);
      expect(encoded === null ? null : valuesOf(encoded)).toEqual(rows);
      expect(encoded?.dictionary.length).toBe(7);
      expect(encodeDictionary(column, region, 6)).toBe(null);
      const unique = columnOf(
        STRING,
        rows.map((_, i) => `${i}`),
        region,
      ) as BinaryColumn;
      expect(encodeDictionary(unique, region, 100_000)).toBe(null);
    });
  });

  test('gives several parts one dictionary', () => {
    withRegion((region) => {
      const parts = [
        ['a', null, 'b', 'a'],
        [null, null],
        ['c', 'a'],
      ];
      const encoder = new DictionaryEncoder(STRING, region, 10);
      for (const part of parts) {
        expect(encoder.add(columnOf(STRING, part, region) as BinaryColumn)).toBe(true);
      }
      const columns = encoder.finish();
      expect(columns.map((column) => valuesOf(column))).toEqual(parts);
      expect(new Set(columns.map((column) => column.dictionary)).size).toBe(1);
    });
  });
});
