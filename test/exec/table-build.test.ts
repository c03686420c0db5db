import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Region } from '../../src/columnar/arena/region.ts';
import { type Batch, batchOf } from '../../src/columnar/batch.ts';
import { concatBatches, sliceBatch } from '../../src/columnar/batches.ts';
import { describeBatch, restoreColumn } from '../../src/columnar/descriptor.ts';
import { JoinTable } from '../../src/columnar/kernels/join-table.ts';
import { buildUnit, HASH_UNIT, TableBuild } from '../../src/exec/operators/table-build.ts';
import { field, schemaOf } from '../../src/types/schema.ts';
import { withRegion } from '../columnar/arbitrary.ts';
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
          const spec = { schema: whole.schema, keys, nullsMatch, marks: false };
          const pieces = piecesOf(whole, size, region);
          const held = pieces.map(describeBatch);
          const build = new TableBuild(spec, held, parts, region);
          // Whoever comes first: the units do not depend on one another.
          const built = build.units.toReversed().map((unit) => buildUnit(unit, spec, held, region));
          const table =
            build.finish(built) ??
            build.finish([...built, buildUnit(HASH_UNIT, spec, held, region)]);
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
