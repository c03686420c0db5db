import type { CatalogTable, CatalogView } from '../catalog/catalog.ts';
import { MemoryTable } from '../connectors/memory/memory-table.ts';

/** Frees what a dropped table holds in this process, once nobody reads it. */
export function releaseTable(table: CatalogTable | CatalogView): void {
  if (table.kind === 'table' && table.instance instanceof MemoryTable) table.instance.drop();
}
