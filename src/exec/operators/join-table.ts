import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, batchOf } from '../../columnar/batch.ts';
import { concatBatches } from '../../columnar/batches.ts';
import { builderFor } from '../../columnar/builders/builder-for.ts';
import { describeBatch } from '../../columnar/descriptor.ts';
import { allocMarks, JoinTable } from '../../columnar/kernels/join-table.ts';
import { type DataType, withNullable } from '../../types/data-type.ts';
import type { Schema } from '../../types/schema.ts';
import type { TaskContext } from '../operator.ts';
import type { SharedTable } from '../pool/protocol.ts';
import type { TableSpec } from '../task/stage.ts';

/**
 * Makes the table that probing tasks attach to, from all rows of the build side. It lies in memory
 * of the task's owner. Errors: ResourceError MEMORY_LIMIT.
 */
export function buildTable(
  spec: TableSpec,
  batches: readonly Batch[],
  ctx: TaskContext,
): SharedTable {
  const region = ctx.region.child();
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
