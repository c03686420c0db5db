import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Arena } from '../../src/columnar/arena/arena.ts';
import { Region } from '../../src/columnar/arena/region.ts';
import { type Batch, batchOf } from '../../src/columnar/batch.ts';
import { TaskMemory } from '../../src/exec/memory.ts';
import { RankOperator } from '../../src/exec/operators/rank.ts';
import { field, schemaOf } from '../../src/types/schema.ts';
import { columnOf } from '../columnar/arbitrary.ts';
import { node, values } from '../exec/harness.ts';
import { contextOf } from '../exec/task-context.ts';

const TYPE = { kind: 'BIGINT', nullable: false } as const;
const SCHEMA = schemaOf([field('k', TYPE), field('v', TYPE)]);
const PARTITIONS = 500;
/** Held as they are: candidates are thinned out from 65,536 on. */
const HELD_ROWS = 60_000;
const ROWS = 70_000;
const LIMIT = 2;
/** Enough for a buffer of files, and too little to put the rows together and sort them. */
const LEFT_BYTES = 3 * 1024 ** 2;
const PIECE_BYTES = 60_000;

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-candidates-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Rows whose later ones come first in the order. */
function rowsBetween(from: number, to: number, region: Region): Batch {
  const at = Array.from({ length: to - from }, (_, i) => from + i);
  const columns = [at.map((i) => BigInt(i % PARTITIONS)), at.map((i) => BigInt(-i))];
  return batchOf(
    SCHEMA,
    columns.map((column) => columnOf(TYPE, column, region)),
    at.length,
  );
}

function rowsOf(batches: Iterable<Batch>): [number, number][] {
  const rows: [number, number][] = [];
  for (const { columns, length } of batches) {
    for (let row = 0; row < length; row++) {
      rows.push([Number(columns[0]!.get(row)), Number(columns[1]!.get(row))]);
    }
  }
  return rows;
}

/** A rank of which others take the memory just before it thins its candidates out. */
function crowdedRank(local: boolean, use: (rank: RankOperator, spilled: () => number) => void) {
  const arena = Arena.create(64 * 1024 ** 2);
  using region = new Region(arena);
  using others = new Region(arena);
  const rank = node('Rank', [values(SCHEMA, [])], {
    partition: [0],
    order: [{ column: 1, descending: false, nullsFirst: true }],
    function: 'ROW_NUMBER',
    limit: LIMIT,
    local,
  });
  const memory = new TaskMemory(arena, 1, () => path.join(folder, 'spill'));
  const ctx = contextOf(region, { memory, batchRows: 1000 });
  const operator = new RankOperator(rank, ctx);
  const late = rowsBetween(HELD_ROWS, ROWS, others);
  expect(rowsOf(operator.process(rowsBetween(0, HELD_ROWS, others)))).toEqual([]);
  while (arena.freeBytes > LEFT_BYTES) others.alloc(PIECE_BYTES);
  const passed = rowsOf(operator.process(late));
  expect(passed.length).toBe(local ? ROWS : 0);
  use(operator, () =>
    ctx.memory.snapshot().reduce((sum, { spilledBytes }) => sum + spilledBytes, 0),
  );
  operator.close();
}

test('the first rows of partitions are found in files when others take the memory', () => {
  crowdedRank(false, (rank, spilled) => {
    const found = rowsOf(rank.finish());
    const expected = Array.from({ length: PARTITIONS }, (_, k) => {
      const last = ROWS - PARTITIONS + k;
      return [
        [k, -last],
        [k, -(last - PARTITIONS)],
      ];
    }).flat();
    expect(found.toSorted(([a, b], [c, d]) => a - c || b - d)).toEqual(expected);
    expect(spilled()).toBeGreaterThan(0);
  });
});

test('a local rank lets rows pass when others take the memory', () => {
  crowdedRank(true, (rank, spilled) => {
    const more = rowsOf(rank.process(rowsBetween(0, 10, new Region(Arena.create(1 << 20)))));
    expect(more.length + rowsOf(rank.finish()).length).toBe(10);
    expect(spilled()).toBe(0);
  });
});
