import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Arena } from '../../src/columnar/arena/arena.ts';
import { Region } from '../../src/columnar/arena/region.ts';
import { JoinTable } from '../../src/columnar/kernels/join-table.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { ARENA, columnOf, dictionaryOf, withRegion } from './arbitrary.ts';
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
const BIGINT: DataType = { kind: 'BIGINT', nullable: false };

function naivePairs(
  build: KeySample,
  probe: KeySample,
  selection: Int32Array | null,
  nullsMatch: boolean,
): [number, number][] {
  const rows = selection ?? Array.from({ length: probe.rows }, (_, i) => i);
  const pairs: [number, number][] = [];
  for (const row of rows) {
    const key = keyOf(probe, row);
    for (let other = 0; other < build.rows; other++) {
      const buildKey = keyOf(build, other);
      if (keyText(key) !== keyText(buildKey)) continue;
      if (nullsMatch || !key.includes(null)) pairs.push([row, other]);
    }
  }
  return pairs;
}

const arbitrarySides = arbitraryKeyTypes().chain((types) =>
  fc.tuple(arbitraryKeys(types), arbitraryKeys(types)),
);

describe('JoinTable', () => {
  test('finds the pairs of a nested loop, here and on other threads', () => {
    fc.assert(
      fc.property(
        arbitrarySides,
        fc.constantFrom(0, 2),
        fc.boolean(),
        fc.constantFrom(1, 3, 1000),
        ([build, probe], step, nullsMatch, most) =>
          withRegion((region) => {
            const built = JoinTable.build(
              build.types,
              keyColumnsOf(build, region),
              build.rows,
              region,
              nullsMatch,
            );
            const elsewhere = new Region(Arena.attach(ARENA.handle));
            const attached = JoinTable.attach(structuredClone(built.describe()), elsewhere);
            const columns = keyColumnsOf(probe, region);
            const selection = selectionOf(probe.rows, step, region);
            const expected = naivePairs(build, probe, selection, nullsMatch);
            for (const table of [built, attached]) {
              const pairs: [number, number][] = [];
              for (const m of table.probe(columns, probe.rows, selection, most)) {
                expect(m.probeRows.length).toBeLessThanOrEqual(most);
                m.probeRows.forEach((row, i) => {
                  pairs.push([row, m.buildRows[i]!]);
                });
              }
              expect(pairs).toEqual(expected);
              const matched = new Set(expected.map(([row]) => row));
              const all = selection ?? Int32Array.from({ length: probe.rows }, (_, i) => i);
              for (const wanted of table.compares ? [] : [true, false]) {
                expect([...table.probeExists(columns, probe.rows, selection, wanted)]).toEqual(
                  [...all].filter((row) => matched.has(row) === wanted),
                );
              }
            }
            attached.dispose();
            elsewhere.dispose();
          }),
      ),
      { numRuns: 200 },
    );
  });

  test('finds integers far apart, whether few or most of those before were there', () => {
    const STEP = 1_000_003n << 20n;
    const keys = fc.array(fc.option(fc.integer({ min: -40, max: 40 }), { freq: 9 }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(
        fc.constantFrom<DataType>(BIGINT, { ...BIGINT, nullable: true }),
        fc.boolean(),
        keys,
        fc.array(fc.tuple(keys, fc.constantFrom(0, 2, 3), fc.boolean()), { maxLength: 5 }),
        (type, isUnique, build, probes) =>
          withRegion((region) => {
            const column = (numbers: readonly (number | null)[], encoded = false) => {
              const values = valuesOf(numbers);
              return encoded ? dictionaryOf(type, values, region) : columnOf(type, values, region);
            };
            const valuesOf = (numbers: readonly (number | null)[]) =>
              (type.nullable ? numbers : numbers.filter((n) => n !== null)).map((n) =>
                n === null ? null : BigInt(n) * STEP,
              );
            const known = valuesOf(isUnique ? [...new Set(build)] : build);
            const table = JoinTable.build(
              [type],
              [columnOf(type, known, region)],
              known.length,
              region,
            );
            for (const [numbers, step, encoded] of probes) {
              const values = valuesOf(numbers);
              const rows = values.length;
              const selection = selectionOf(rows, step, region);
              const counted = [...(selection ?? values.keys())];
              const partners = (row: number) =>
                [...known.keys()].filter((i) => values[row] !== null && known[i] === values[row]);
              const probe = [column(numbers, encoded)];
              const pairs = [...table.probe(probe, rows, selection, 7)].flatMap((m) =>
                [...m.probeRows].map((row, i) => [row, m.buildRows[i]!]),
              );
              expect(pairs).toEqual(counted.flatMap((row) => partners(row).map((i) => [row, i])));
              const outer = table.probeOuter(probe, rows, selection);
              if (outer !== null) {
                expect([...outer.probeRows]).toEqual(counted);
                expect([...outer.buildRows]).toEqual(counted.map((row) => partners(row)[0] ?? -1));
              }
              for (const wanted of [true, false]) {
                expect([...table.probeExists(probe, rows, selection, wanted)]).toEqual(
                  counted.filter((row) => partners(row).length > 0 === wanted),
                );
              }
            }
          }),
      ),
      { numRuns: 300 },
    );
  });

  test('marks the matched build rows', () => {
    withRegion((region) => {
      const table = JoinTable.build([INT], [columnOf(INT, [1, 2, 2, null], region)], 4, region);
      expect(table.unique).toBe(false);
      for (const { buildRows } of table.probe([columnOf(INT, [2, 5], region)], 2, null)) {
        table.mark(buildRows);
      }
      expect([...table.markedRows(0, 4, true)]).toEqual([1, 2]);
      expect([...table.markedRows(0, 4, false)]).toEqual([0, 3]);
      expect([...table.markedRows(2, 3, true)]).toEqual([2]);
    });
  });

  test('an empty build side matches nothing', () => {
    withRegion((region) => {
      const table = JoinTable.build([INT], [columnOf(INT, [], region)], 0, region);
      expect([...table.probe([columnOf(INT, [1], region)], 1, null)]).toEqual([]);
    });
  });

  test('joins many rows and gives the memory back', () => {
    withRegion((region) => {
      const rows = 30_000;
      const build = columnOf(
        INT,
        Array.from({ length: rows }, (_, i) => i >> 1),
        region,
      );
      const probe = columnOf(
        INT,
        Array.from({ length: rows }, (_, i) => i * 2),
        region,
      );
      const run = () => {
        const table = JoinTable.build([INT], [build], rows, region);
        let pairs = 0;
        for (const m of table.probe([probe], rows, null)) pairs += m.probeRows.length;
        expect(pairs).toBe(rows / 2);
        table.dispose();
      };
      run();
      const before = ARENA.usedBytes;
      run();
      run();
      expect(ARENA.usedBytes).toBe(before);
    });
  });
});
