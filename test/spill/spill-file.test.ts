import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Arena } from '../../src/columnar/arena/arena.ts';
import { Region } from '../../src/columnar/arena/region.ts';
import { type Batch, batchOf } from '../../src/columnar/batch.ts';
import { bytesOfBatch } from '../../src/columnar/batches.ts';
import { builderFor } from '../../src/columnar/builders/builder-for.ts';
import { type Column, NullColumn } from '../../src/columnar/column.ts';
import { take } from '../../src/columnar/take.ts';
import { ResourceError } from '../../src/common/errors.ts';
import { readSpilled, SpillFile } from '../../src/exec/spill/spill-file.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { field, schemaOf } from '../../src/types/schema.ts';
import * as types from '../../src/types/types.ts';
import { columnOf, someValue, TESTED_TYPES } from '../property/random-columns.ts';

const arena = Arena.create(64 * 1024 * 1024);
let folder = '';
let region = new Region(arena);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-test-'));
  region = new Region(arena);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  region.dispose();
});

function written(columns: readonly Column[], length: number): { before: Batch; after: Batch } {
  const schema = schemaOf(columns.map(({ type }, i) => field(`c${i}`, type)));
  const before = batchOf(schema, columns, length);
  const file = new SpillFile(folder, 'test');
  const pieces = file.write(before, region);
  file.close();
  expect(pieces.length).toBe(length === 0 ? 0 : 1);
  const [piece] = pieces;
  return { before, after: piece === undefined ? before : readSpilled(piece, region) };
}

function valuesOf(column: Column): unknown[] {
  return Array.from({ length: column.length }, (_, row) => column.get(row));
}

test('columns of every type and encoding come back bit by bit', () => {
  const columns = fc
    .array(
      fc.record({
        type: fc.constantFrom(...TESTED_TYPES),
        encoding: fc.constantFrom('plain' as const, 'dictionary' as const),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .chain((specs) =>
      fc
        .integer({ min: 0, max: 60 })
        .chain((rows) =>
          fc.tuple(
            ...specs.map(({ type, encoding }) =>
              fc
                .array(fc.option(someValue(type)), { minLength: rows, maxLength: rows })
                .map((values) => ({ type, encoding, values })),
            ),
          ),
        ),
    );
  fc.assert(
    fc.property(columns, (specs) => {
      const length = specs[0]!.values.length;
      const { before, after } = written(
        specs.map(({ type, encoding, values }) => columnOf(type, values, region, encoding)),
        length,
      );
      for (const [i, column] of after.columns.entries()) {
        expect(column.type).toEqual(before.columns[i]!.type);
        expect(valuesOf(column)).toEqual(valuesOf(before.columns[i]!));
      }
    }),
    { numRuns: 100 },
  );
});

const NESTED: readonly (readonly [DataType, readonly unknown[]])[] = [
  [types.array(types.STRING), [['a', null, 'ä'], [], null, ['x']]],
  [types.array(types.array(types.INT)), [[[1], null, [2, 3]], null, [], [[]]]],
  [
    types.row([field('a', types.INT), field('b', types.STRING)]),
    [[1, 'x'], null, [null, 'y'], [2, null]],
  ],
];

test.each(NESTED)('nested columns come back, slices of them too (%#)', (type, rows) => {
  const builder = builderFor(type, region);
  for (const value of rows) builder.append(value);
  const column = builder.finish();
  const { after } = written([column, new NullColumn(types.INT, column.length)], column.length);
  expect(valuesOf(after.columns[0]!)).toEqual(valuesOf(column));
  expect(after.columns[1]!.nullCount).toBe(column.length);
  const reversed = take(column, Int32Array.from([3, 2, 1, 0]), region);
  const again = written([reversed], reversed.length).after;
  expect(valuesOf(again.columns[0]!)).toEqual(valuesOf(reversed));
});

test('rows are compressed, and larger batches are cut', () => {
  const rows = 40_000;
  const builder = builderFor(types.BIGINT, region, rows);
  for (let i = 0; i < rows; i++) builder.append(BigInt(i % 7));
  const column = builder.finish();
  const file = new SpillFile(folder, 'test');
  const batch = batchOf(schemaOf([field('a', types.BIGINT)]), [column]);
  const pieces = file.write(batch, region);
  file.close();
  expect(pieces.map(({ length }) => length)).toEqual([16_384, 16_384, 7_232]);
  const size = statSync(pieces[0]!.path).size;
  expect(size).toBe(file.bytes);
  expect(size).toBeLessThan(bytesOfBatch(batch) / 4);
  expect(valuesOf(readSpilled(pieces[2]!, region).columns[0]!).slice(0, 3)).toEqual([1n, 2n, 3n]);
  file.remove();
  expect(existsSync(pieces[0]!.path)).toBe(false);
});

test('a folder that cannot be written to is an error that names it and the option', () => {
  const file = path.join(folder, 'file');
  writeFileSync(file, '');
  const spill = new SpillFile(path.join(file, 'below'), 'test');
  const batch = batchOf(schemaOf([]), [], 1);
  let error: unknown = null;
  try {
    spill.write(batch, region);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(ResourceError);
  expect(error).toMatchObject({ code: 'SPILL_FAILED' });
  expect(String(error)).toContain(file);
  expect((error as ResourceError).hint).toContain('table.exec.spill.directory');
});

test('a file that has become shorter is an error', () => {
  const file = new SpillFile(folder, 'test');
  const builder = builderFor(types.INT, region);
  builder.append(1);
  const batch = batchOf(schemaOf([field('a', types.INT)]), [builder.finish()]);
  const [piece] = file.write(batch, region);
  file.close();
  writeFileSync(piece!.path, 'short');
  expect(() => readSpilled(piece!, region)).toThrow(
    expect.objectContaining({ code: 'SPILL_FAILED' }),
  );
});
