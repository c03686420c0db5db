import { expect, test } from 'vitest';
import type { Split } from '../../src/exec/pool/protocol.ts';
import { readSplits, writeSplits } from '../../src/exec/pool/written-splits.ts';

function scans(splits: readonly Record<string, unknown>[], branch = 0): readonly Split[] {
  return splits.map((split) => ({ branch, rows: { kind: 'scan', split } }));
}

test('splits are read as they were written', () => {
  const splits = scans([
    { from: 0, to: 5 },
    { from: 5, to: 9n },
  ]);
  expect(readSplits(writeSplits(splits))).toEqual(splits);
  expect(readSplits(writeSplits([]))).toEqual([]);
});

test('splits that come again are written once and read once', () => {
  const kept = [{ from: 0 }, { from: 1 }];
  const first = writeSplits(scans(kept));
  const second = writeSplits(scans(kept));
  // That they would come again was known at the second time.
  expect(first.id).toBeNull();
  expect(second.id).not.toBeNull();
  expect(writeSplits(scans(kept))).toBe(second);
  expect(readSplits(second)).toBe(readSplits(second));
});

test('other splits after the same first one are other splits', () => {
  const [a, b, c] = [{ at: 'a' }, { at: 'b' }, { at: 'c' }];
  for (const splits of [scans([a, b]), scans([a, c]), scans([a]), scans([a], 1), scans([a, b])]) {
    for (let time = 0; time < 3; time++) {
      expect(readSplits(writeSplits(splits))).toEqual(splits);
    }
  }
});

test('a thread keeps the latest lists', () => {
  const lists = Array.from({ length: 100 }, (_, i) => scans([{ i }]));
  const written = lists.map((splits) => [writeSplits(splits), writeSplits(splits)][1]!);
  const read = written.map(readSplits);
  expect(readSplits(written[99]!)).toBe(read[99]);
  expect(readSplits(written[0]!)).not.toBe(read[0]);
  expect(readSplits(written[0]!)).toEqual(lists[0]);
});
