import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, batchOf } from '../../columnar/batch.ts';
import { concatBatches } from '../../columnar/batches.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import { describeBatch } from '../../columnar/descriptor.ts';
import { allocMarks, JoinTable } from '../../columnar/kernels/join-table.ts';
import { storageOf } from '../../columnar/values.ts';
import { type DataType, withNullable } from '../../types/data-type.ts';
import type { Schema } from '../../types/schema.ts';
import type { MemoryAccount } from '../memory.ts';
import type { SharedTable } from '../pool/protocol.ts';
import type { TableSpec } from '../task/stage.ts';

/** Bytes of the hash table and the lists of a row, beside the row itself; small tables are looser. */
const ROW_BYTES = 48;
const SMALL_ROW_BYTES = 112;
const SMALL_ROWS = 2 ** 17;

/** Keys that are strings are kept by the hash table once more, and copied when it grows. */
const STRINGS_SHARE = 2;

/**
 * Whether memory holds the table of rows, which are copied to it: `bytes` of them, of which `held`
 * are in memory already.
 */
export function fitsTable(
  { schema, keys }: TableSpec,
  { bytes, held, rows }: { readonly bytes: number; readonly held: number; readonly rows: number },
  memory: MemoryAccount,
): boolean {
  const strings = keys?.some((key) => storageOf(schema.fields[key]!.type) === null) ?? false;
  const perRow = rows < SMALL_ROWS ? SMALL_ROW_BYTES : ROW_BYTES;
  const copies = strings ? 1 + STRINGS_SHARE : 1;
  return memory.fits(bytes, copies * bytes + (bytes - held) + rows * perRow);
}

/**
 * Makes the table that probing tasks attach to, from all rows of the build side, in `region`. Errors: ResourceError MEMORY_LIMIT.
 */
export function buildTable(
  spec: TableSpec,
  batches: readonly Batch[],
  region: Region,
): SharedTable {
  const rows =
    batches.length === 0 ? emptyBatch(spec.schema, region) : concatBatches(batches, region);
  const described = describeBatch(rows);
  if (spec.keys === null) {
    if (!spec.marks) return { rows: described, index: null, marks: 0 };
    return { rows: described, index: null, marks: allocMarks(rows.length, region) };
  }
  const columns = spec.keys.map((key) => rows.columns[key]!);
  const table = JoinTable.build(keyTypesOf(spec), columns, rows.length, region, spec.nullsMatch);
  return { rows: described, index: table.describe(), marks: 0 };
}

/** The types of the keys of a table. */
export function keyTypesOf({ schema, keys, nullsMatch }: TableSpec): readonly DataType[] {
  return (keys ?? []).map((key) => {
    const { type } = schema.fields[key]!;
    // Where NULLs match, rows with NULL are looked up even if no row of the table has one.
    return nullsMatch ? withNullable(type, true) : type;
  });
}

/** A batch without rows, in memory of `region`. */
export function emptyBatch(schema: Schema, region: Region): Batch {
  const columns = schema.fields.map(({ type }) => builderFor(type, region, 1).finish());
  return batchOf(schema, columns, 0);
}
