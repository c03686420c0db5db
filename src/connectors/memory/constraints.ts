import { allocInt32 } from '../../columnar/allocate.ts';
import type { Arena } from '../../columnar/arena/arena.ts';
import { Region } from '../../columnar/arena/region.ts';
import { GroupTable } from '../../columnar/kernels/group-table.ts';
import { readableIn } from '../../columnar/narrow-copy.ts';
import { runtimeError } from '../../common/errors.ts';
import { projectSchema, type Schema } from '../../types/schema.ts';
import type { Chunk, Version } from './memory-table.ts';

/**
 * Checks what a write would leave behind: NOT NULL columns of the written rows, and the enforced
 * primary key over the whole table. Errors: TableRuntimeError NOT_NULL_VIOLATION,
 * PRIMARY_KEY_VIOLATION.
 */
export function checkConstraints(
  version: Version,
  written: readonly Chunk[],
  schema: Schema,
  primaryKey: readonly number[] | null,
  arena: Arena,
): void {
  for (const [i, { name, type }] of schema.fields.entries()) {
    const missing = written.some(({ batch }) => batch.columns[i]!.nullCount > 0);
    if (!type.nullable && missing) throw runtimeError('NOT_NULL_VIOLATION', { column: name });
  }
  if (primaryKey !== null && version.rows > 0) checkUnique(version, schema, primaryKey, arena);
}

function checkUnique(
  version: Version,
  schema: Schema,
  primaryKey: readonly number[],
  arena: Arena,
): void {
  using region = new Region(arena);
  const key = projectSchema(schema, primaryKey);
  const groups = GroupTable.create(
    key.fields.map((field) => field.type),
    region,
  );
  let rows = 0;
  for (const { batch } of version.chunks) {
    using scratch = region.child();
    const columns = primaryKey.map((column) => readableIn(batch.columns[column]!, scratch));
    const ids = allocInt32(scratch, batch.length);
    groups.assign(columns, batch.length, null, ids);
    for (const [row, id] of ids.entries()) {
      if (id >= rows + row) continue;
      const values = columns.map((column) => String(column.get(row))).join(', ');
      const names = key.fields.map((field) => field.name).join(', ');
      throw runtimeError('PRIMARY_KEY_VIOLATION', { key: names, values });
    }
    rows += batch.length;
  }
}
