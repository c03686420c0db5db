import { type CatalogColumn, type CatalogTable, PLAIN_TABLE } from '../../src/catalog/catalog.ts';
import type { Batch } from '../../src/columnar/batch.ts';
import type { ScanTableSource } from '../../src/connectors/connector.ts';
import {
  createScanSource,
  createSink,
  restoreSink,
  restoreSource,
  storedSchema,
  withColumns,
} from '../../src/connectors/index.ts';
import type { StatementContext } from '../../src/functions/definition.ts';
import type { DataType } from '../../src/types/data-type.ts';
import { batchFrom, newRegion, readContext, rowsOf } from '../formats/support.ts';

export const CONTEXT: StatementContext = { timeZone: 'UTC', now: 0n, config: new Map() };

/** A table of options and physical columns; without columns they are inferred. */
export function tableOf(
  options: Record<string, string>,
  columns: Record<string, DataType> = {},
  more: Partial<CatalogTable> = {},
): CatalogTable {
  const declared: readonly CatalogColumn[] = Object.entries(columns).map(([name, type]) => ({
    kind: 'physical',
    name,
    type,
    comment: null,
  }));
  return withColumns({
    ...PLAIN_TABLE,
    columns: declared,
    options: new Map(Object.entries(options)),
    instance: null,
    ...more,
  });
}

export function sourceOf(table: CatalogTable): ScanTableSource {
  return createScanSource(table, null, CONTEXT);
}

/** Reads all rows as a worker does: through a copy of the spec and of the splits. */
export async function scan(source: ScanTableSource, parallelism = 2): Promise<unknown[][]> {
  using region = newRegion();
  const reader = source.spec === null ? source : restoreSource(structuredClone(source.spec));
  const rows: unknown[][] = [];
  for (const split of structuredClone(await source.splits(parallelism))) {
    // Sources with a spec read synchronously.
    rows.push(...rowsOf(reader.read(split, readContext(region)) as Iterable<Batch>));
  }
  return rows;
}

/** Writes rows in parts, as workers do, and commits. */
export async function insert(
  table: CatalogTable,
  parts: readonly (readonly (readonly unknown[])[])[],
  overwrite = false,
): Promise<void> {
  using region = newRegion();
  const sink = createSink(table, null, CONTEXT, overwrite);
  const writers = sink.spec === null ? sink : restoreSink(structuredClone(sink.spec));
  const finished: unknown[] = [];
  for (const [part, rows] of parts.entries()) {
    const writer = writers.writer(part, region);
    if (rows.length > 0) await writer.write(batchFrom(storedSchema(table), rows, region));
    finished.push(structuredClone(writer.finish()));
  }
  await sink.commit(finished);
}
