import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Batch, rowCount } from '../../src/columnar/batch.ts';
import { StagedFilter } from '../../src/exec/compile/staged-filter.ts';
import { schemaOf } from '../../src/types/schema.ts';

/** A filter of numbered rows that takes some time a row. */
interface Stage {
  readonly name: string;
  readonly holds: (row: number) => boolean;
  readonly ms: number;
  readonly movable: boolean;
}

const batchOfRows = (length: number, selection: Int32Array | null = null): Batch => ({
  schema: schemaOf([]),
  length,
  columns: [],
  rowKinds: null,
  selection,
});

/** A filter of such stages; `select` also tells their order in a batch of 100 rows. */
function filterOf(stages: readonly Stage[]) {
  let clock = 0;
  let order: string[] = [];
  const filter = new StagedFilter(
    stages.map(({ name, holds, ms, movable }) => ({
      movable,
      filter: {
        select(batch: Batch): Int32Array {
          order.push(name);
          clock += ms * rowCount(batch);
          const rows = batch.selection ?? Int32Array.from({ length: batch.length }, (_, i) => i);
          return rows.filter(holds);
        },
        close: () => {},
      },
    })),
    () => clock,
  );
  const select = (selection: Int32Array | null = null) => {
    order = [];
    const rows = [...filter.select(batchOfRows(100, selection))];
    return { rows, order: order.join('') };
  };
  return { select, clock: () => clock };
}

/** Runs batches through the stages: the rows left, and the order in the last batch. */
function run(stages: readonly Stage[], batches: number, selection: Int32Array | null = null) {
  const { select, clock } = filterOf(stages);
  const runs = Array.from({ length: batches }, () => select(selection));
  return { found: runs.map(({ rows }) => rows), order: runs.at(-1)?.order, clock: clock() };
}

const keeps = (share: number) => (row: number) => row % 100 < share;

describe('the operands of AND', () => {
  test('that leave out most rows in the least time come first', () => {
    const stages = [
      { name: 'a', holds: keeps(90), ms: 1, movable: true },
      { name: 'b', holds: keeps(50), ms: 10, movable: true },
      { name: 'c', holds: keeps(20), ms: 1, movable: true },
    ];
    expect(run(stages, 1).order).toBe('abc');
    expect(run(stages, 4).order).toBe('abc');
    expect(run(stages, 5).order).toBe('cab');
    expect(run(stages, 100).clock).toBeLessThan(100 * (100 + 20 + 200) * 1.3);
  });

  test('stay on their side of one that may fail', () => {
    const stages = [
      { name: 'a', holds: keeps(99), ms: 5, movable: true },
      { name: 'b', holds: keeps(90), ms: 1, movable: true },
      { name: '!', holds: keeps(80), ms: 9, movable: false },
      { name: 'c', holds: keeps(70), ms: 5, movable: true },
      { name: 'd', holds: keeps(10), ms: 1, movable: true },
    ];
    expect(run(stages, 5).order).toBe('ba!dc');
  });

  test('change places when the rows change', () => {
    let later = false;
    const stages = [
      { name: 'a', holds: (row: number) => later || row < 10, ms: 1, movable: true },
      { name: 'b', holds: (row: number) => !later || row < 10, ms: 1, movable: true },
    ];
    const { select } = filterOf(stages);
    for (let i = 0; i < 8; i++) select();
    later = true;
    for (let i = 0; i < 40; i++) select();
    expect(select().order).toBe('ba');
  });

  test('leave the same rows in any order', () => {
    const stage = fc.record({
      name: fc.constantFrom('a', 'b'),
      factor: fc.integer({ min: 1, max: 97 }),
      share: fc.integer({ min: 0, max: 100 }),
      ms: fc.integer({ min: 0, max: 20 }),
      movable: fc.boolean(),
    });
    const selection = fc.option(fc.uniqueArray(fc.integer({ min: 0, max: 99 })));
    fc.assert(
      fc.property(fc.array(stage, { minLength: 2, maxLength: 6 }), selection, (drawn, rows) => {
        const stages = drawn.map(({ factor, share, ...rest }) => ({
          ...rest,
          holds: (row: number) => (row * factor) % 100 < share,
        }));
        const input = rows?.toSorted((a, b) => a - b) ?? Array.from({ length: 100 }, (_, i) => i);
        const expected = input.filter((row) => stages.every(({ holds }) => holds(row)));
        const { found } = run(stages, 20, rows === null ? null : Int32Array.from(input));
        for (const batch of found) expect(batch).toEqual(expected);
      }),
    );
  });
});
