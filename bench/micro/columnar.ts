import { Arena } from '../../src/columnar/arena/arena.ts';
import { Region } from '../../src/columnar/arena/region.ts';
import { builderFor } from '../../src/columnar/builders/builder-for.ts';
import type { Column } from '../../src/columnar/column.ts';
import { GroupTable } from '../../src/columnar/kernels/group-table.ts';
import { sortRows } from '../../src/columnar/kernels/sort.ts';
import { take } from '../../src/columnar/take.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { BIGINT, DOUBLE, INT, STRING } from '../../src/types/types.ts';
import type { MicroCase } from '../run.ts';

const ROWS = 1_000_000;
const arena = Arena.create(2 * 1024 ** 3);
const region = new Region(arena);

function column(type: DataType, value: (row: number) => unknown): Column {
  const builder = builderFor(type, region, ROWS);
  for (let row = 0; row < ROWS; row++) builder.append(value(row));
  return builder.finish();
}

const ints = column(INT, (row) => (row * 7919) % 1000);
const longs = column(BIGINT, (row) => BigInt((row * 2654435761) % ROWS));
const doubles = column(DOUBLE, (row) => Math.sin(row) * 1e6);
const texts = column(STRING, (row) => `name ${(row * 7919) % 1000}`);
const ids = new Int32Array(arena.buffer, region.alloc(ROWS * 4), ROWS);
const plainInts = Array.from({ length: ROWS }, (_, row) => (row * 7919) % 1000);
const plainLongs = Array.from({ length: ROWS }, (_, row) => BigInt((row * 2654435761) % ROWS));
const plainTexts = plainInts.map((n) => `name ${n}`);

function groups(keys: Column): MicroCase['run'] {
  return () => {
    using memory = new Region(arena);
    GroupTable.create([keys.type], memory).assign([keys], ROWS, null, ids);
  };
}

/** A number for each distinct value. */
function mapOf(values: readonly unknown[]): Map<unknown, number> {
  const map = new Map<unknown, number>();
  for (const value of values) if (!map.has(value)) map.set(value, map.size);
  return map;
}

/** Kernels over a million rows, each beside a plain loop or collection of JavaScript. */
export const columnarCases: readonly MicroCase[] = [
  { name: 'group 1 M rows by 1,000 ints', rows: ROWS, run: groups(ints) },
  { name: '  baseline: Map of numbers', rows: ROWS, run: () => mapOf(plainInts) },
  { name: 'group 1 M rows by 1 M longs', rows: ROWS, run: groups(longs) },
  { name: '  baseline: Map of bigints', rows: ROWS, run: () => mapOf(plainLongs) },
  { name: 'group 1 M rows by 1,000 strings', rows: ROWS, run: groups(texts) },
  { name: '  baseline: Map of strings', rows: ROWS, run: () => mapOf(plainTexts) },
  {
    name: 'sort 1 M doubles',
    rows: ROWS,
    run: () => {
      using memory = new Region(arena);
      return sortRows(
        [doubles],
        [{ column: 0, descending: false, nullsFirst: true }],
        ROWS,
        memory,
      );
    },
  },
  {
    name: '  baseline: Float64Array.sort (values only)',
    rows: ROWS,
    run: () => Float64Array.from({ length: ROWS }, (_, row) => Math.sin(row) * 1e6).sort(),
  },
  {
    name: 'take 1 M strings',
    rows: ROWS,
    run: () => {
      using memory = new Region(arena);
      return take(texts, ids, memory);
    },
  },
  {
    name: '  baseline: strings of an array',
    rows: ROWS,
    run: () => Array.from(ids, (row) => plainTexts[row]),
  },
];
