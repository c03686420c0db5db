import type { Schema } from '../types/schema.ts';
import type { Region } from './arena/region.ts';
import { type Batch, batchOf } from './batch.ts';
import { builderFor } from './builders/builder-for.ts';

/** Lays rows of internal values out as a batch in `region`. */
export function batchOfRows(
  schema: Schema,
  rows: readonly (readonly unknown[])[],
  region: Region,
): Batch {
  const columns = schema.fields.map((field, i) => {
    const builder = builderFor(field.type, region, rows.length);
    for (const row of rows) builder.append(row[i] ?? null);
    return builder.finish();
  });
  return batchOf(schema, columns, rows.length);
}
