import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Arena } from '../../src/columnar/arena/arena.ts';
import { Region } from '../../src/columnar/arena/region.ts';
import { type Batch, batchOf } from '../../src/columnar/batch.ts';
import { concatBatches, sliceBatch } from '../../src/columnar/batches.ts';
import { describeBatch, restoreColumn } from '../../src/columnar/descriptor.ts';
import { JoinTable } from '../../src/columnar/kernels/join-table.ts';
import { TaskMemory } from '../../src/exec/memory.ts';
import { buildUnit, fitsHeldTable, TableBuild } from '../../src/exec/operators/table-build.ts';
import { field, schemaOf } from '../../src/types/schema.ts';
import { columnOf, withRegion } from '../columnar/arbitrary.ts';
import {
  arbitraryKeys,
  arbitraryKeyTypes,
  type KeySample,
  keyColumnsOf,
} from '../columnar/keys.ts';

const arbitrarySides = arbitraryKeyTypes().chain((types) =>
  fc.tuple(arbitraryKeys(types), arbitraryKeys(types)),
);

function batchOfKeys(keys: KeySample, region: Region): Batch {
  const schema = schemaOf(keys.types.map((type, i) => field(`k${i}`, type)));
  return batchOf(schema, keyColumnsOf(keys, region), keys.rows);
}

/** The batch in pieces of `size` rows. */
function piecesOf(batch: Batch, size: number, region: Region): readonly Batch[] {
  return Array.from({ length: Math.ceil(batch.length / size) }, (_, i) =>
    sliceBatch(batch, i * size, Math.min(batch.length, (i + 1) * size), region),
  );
}

function pairsOf(table: JoinTable, probe: Batch): [number, number][] {
  const pairs: [number, number][] = [];
  for (const { probeRows, buildRows } of table.probe(probe.columns, probe.length, null)) {
    probeRows.forEach((row, i) => {
      pairs.push([row, buildRows[i]!]);
    });
  }
  return pairs;
}

test('a table that several tasks build is the table that one builds', () => {
  fc.assert(
    fc.property(
      arbitrarySides.filter(([build]) => build.rows > 0),
      fc.boolean(),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 7 }),
      ([buildKeys, probeKeys], nullsMatch, parts, size) =>
        withRegion((region) => {
          const whole = batchOfKeys(buildKeys, region);
          const keys = whole.columns.map((_, i) => i);
          // With marks the rows stay in their order.
          const spec = { schema: whole.schema, keys, nullsMatch, marks: true };
          const pieces = piecesOf(whole, size, region);
          const held = pieces.map(describeBatch);
          const build = new TableBuild(spec, held, parts, region);
          // Whoever comes first: the units do not depend on one another.
          const built = build.units.toReversed().map((unit) => buildUnit(unit, spec, held, region));
          const table =
            build.finish(built) ??
            build.finish([
              ...built,
              ...build.rest(built).map((unit) => buildUnit(unit, spec, held, region)),
            ]);
          expect(table?.index).not.toBeNull();
          if (!table?.index) return;
          const rows = table.rows.columns.map((column) => restoreColumn(region.arena, column));
          const expected = concatBatches(pieces, region).columns;
          expect(rows.map((c) => Array.from({ length: c.length }, (_, row) => c.get(row)))).toEqual(
            expected.map((c) => Array.from({ length: c.length }, (_, row) => c.get(row))),
          );
          const probe = batchOfKeys(probeKeys, region);
          const alone = JoinTable.build(
            buildKeys.types,
            whole.columns,
            whole.length,
            region,
            nullsMatch,
          );
          const together = JoinTable.attach(structuredClone(table.index), region);
          expect(pairsOf(together, probe)).toEqual(pairsOf(alone, probe));
        }),
    ),
    { numRuns: 300 },
  );
});

test('rows whose keys leave no number out come in the order of the keys', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'DATE'),
      fc.integer({ min: 1, max: 60 }).chain((rows) =>
        fc.record({
          keys: fc.shuffledSubarray(
            Array.from({ length: rows }, (_, i) => i),
            { minLength: rows },
          ),
          // Another key twice: there are as many numbers as rows all the same.
          twice: fc.option(fc.tuple(fc.nat(rows - 1), fc.nat(rows - 1))),
        }),
      ),
      fc.integer({ min: -60, max: 20 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 20 }),
      (kind, { keys, twice }, least, parts, size) =>
        withRegion((region) => {
          const type = { kind, nullable: false } as const;
          const all = keys.map((key) => key + least);
          if (twice !== null) all[twice[0]] = all[twice[1]]!;
          const keyValue = (n: number) => (kind === 'BIGINT' ? BigInt(n) : n);
          const payload = all.map((_, row) => row);
          const INT = { kind: 'INT', nullable: false } as const;
          const schema = schemaOf([field('k', type), field('v', INT), field('w', INT)]);
          const columns = [
            columnOf(type, all.map(keyValue), region),
            columnOf(INT, payload, region),
            columnOf(INT, payload, region),
          ];
          const whole = batchOf(schema, columns, all.length);
          const spec = { schema, keys: [0], nullsMatch: false, marks: false };
          const held = piecesOf(whole, size, region).map(describeBatch);
          const build = new TableBuild(spec, held, parts, region);
          const built = build.units.map((unit) => buildUnit(unit, spec, held, region));
          const table =
            build.finish(built) ??
            build.finish([
              ...built,
              ...build.rest(built).map((unit) => buildUnit(unit, spec, held, region)),
            ]);
          expect(table?.index?.lists === 0).toBe(
            new Set(all).size === all.length || all.every((key, i) => i === 0 || key > all[i - 1]!),
          );
          if (!table?.index) return;
          const [, v, w] = table.rows.columns.map((column) => restoreColumn(region.arena, column));
          const probes = Array.from({ length: all.length + 4 }, (_, i) => i + least - 2);
          const probe = batchOf(
            schemaOf([field('k', type)]),
            [columnOf(type, probes.map(keyValue), region)],
            probes.length,
          );
          const found = pairsOf(JoinTable.attach(table.index, region), probe).map(
            ([row, other]) => [probes[row], v?.get(other), w?.get(other)],
          );
          const expected = probes.flatMap((key) =>
            payload.filter((row) => all[row] === key).map((row) => [key, row, row]),
          );
          expect(found).toEqual(expected);
        }),
    ),
    { numRuns: 300 },
  );
});

test('rows with few values of the widest key are found by all keys', () => {
  withRegion((region) => {
    const type = { kind: 'INT', nullable: false } as const;
    const rows = 100;
    const values = Array.from({ length: rows }, (_, i) => [(i & 1) * 1000, i] as const);
    const columns = [0, 1].map((key) =>
      columnOf(
        type,
        values.map((row) => row[key]),
        region,
      ),
    );
    const schema = schemaOf([field('a', type), field('b', type)]);
    const batch = batchOf(schema, columns, rows);
    const spec = { schema, keys: [0, 1], nullsMatch: false, marks: false };
    const held = [describeBatch(batch)];
    const build = new TableBuild(spec, held, 2, region);
    const built = build.units.map((unit) => buildUnit(unit, spec, held, region));
    expect(build.finish(built)).toBeNull();
    const rest = build.rest(built).map((unit) => buildUnit(unit, spec, held, region));
    const table = build.finish([...built, ...rest]);
    expect(table?.index?.index.kind).toBe('hash');
    const look = () => {
      throw new Error('cancelled');
    };
    using unwanted = new Region(region.arena, region.arena.newOwner(), { look });
    expect(() => buildUnit({ kind: 'hash' }, spec, held, unwanted)).toThrow('cancelled');
    if (!table?.index) return;
    const alone = JoinTable.build([type, type], columns, rows, region);
    expect(alone.compares).toBe(false);
    const itself = Array.from({ length: rows }, (_, i) => [i, i]);
    expect(pairsOf(JoinTable.attach(table.index, region), batch)).toEqual(itself);
    expect(pairsOf(alone, batch)).toEqual(itself);
  });
});

test('a table is not built beside its rows when memory would not hold it', () => {
  using region = new Region(Arena.create(32 * 1024 * 1024));
  const type = { kind: 'BIGINT', nullable: false } as const;
  const values = Array.from({ length: 100_000 }, (_, i) => BigInt(i));
  const schema = schemaOf([field('a', type)]);
  const batch = batchOf(schema, [columnOf(type, values, region)], values.length);
  const held = [describeBatch(batch)];
  const spec = { schema, keys: [0], nullsMatch: false, marks: false };
  const memory = new TaskMemory(region.arena, 1, () => '');
  const fits = (keys: readonly number[] | null) =>
    fitsHeldTable({ ...spec, keys }, held, { region, memory });
  expect(fits([0])).toBe(true);
  using others = region.child();
  // The rows of the table are 800 kB, and its index may be ten times as much.
  others.alloc(Math.floor(memory.freeBytes) - 4_000_000);
  expect(fits([0])).toBe(false);
  expect(fits(null)).toBe(true);
});
