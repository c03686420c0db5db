import type { TableInstance } from '../catalog/catalog.ts';
import { type CatalogManager, pathText } from '../catalog/catalog-manager.ts';
import { MemoryCatalog } from '../catalog/memory-catalog.ts';
import type { EngineMemory } from '../exec/engine.ts';
import type { Session } from './session.ts';

/** The memory of a table in memory. */
export interface TableMemory {
  /** Its path; null for rows that were given to `fromValues` and the like, and for dropped tables. */
  readonly name: string | null;
  readonly rows: number;
  /** With older versions that are still read. */
  readonly bytes: number;
}

/** What an environment uses of memory, in bytes. */
export interface MemoryReport {
  /** The arena's limit: `table.exec.memory.limit`. 0 before the first statement that needs memory. */
  readonly limitBytes: number;
  /** What of the arena is in use: `tables`, `statements` and `otherBytes` together. */
  readonly usedBytes: number;
  /** Tables in memory that have rows, the largest first. */
  readonly tables: readonly TableMemory[];
  /** Statements that run, or whose rows are being read. */
  readonly statements: { readonly running: number; readonly bytes: number };
  /** Rows of results that were read ahead, the arena's own tables, what is being freed. */
  readonly otherBytes: number;
  /** What is kept for statements that come again, on the JavaScript heap. */
  readonly caches: {
    readonly plans: number;
    readonly syntaxTrees: number;
    /** Compiled expressions of this thread, which all environments share, and their code. */
    readonly modules: number;
    readonly moduleBytes: number;
  };
  /** The JavaScript heaps of the workers; null for one that was too busy to say. */
  readonly workers: readonly ({ readonly usedBytes: number; readonly limitBytes: number } | null)[];
}

/** The report of an environment; `memory` is null when its engine has not been needed. */
export function memoryReport(memory: EngineMemory | null, session: Session): MemoryReport {
  const bytes = memory?.bytesByOwner ?? new Map<number, number>();
  const bytesOf = (owners: Iterable<number>) =>
    [...new Set(owners)].reduce((sum, owner) => sum + (bytes.get(owner) ?? 0), 0);
  const names = tableNames(session.catalogs);
  const tables = session.memoryTables
    .live()
    .map((table): TableMemory => {
      const name = names.get(table) ?? null;
      return { name, rows: table.rowCount, bytes: bytesOf(table.owners) };
    })
    .filter((table) => table.bytes > 0)
    .sort((a, b) => b.bytes - a.bytes);
  const running = memory?.running ?? [];
  const statements = { running: running.length, bytes: bytesOf(running.flat()) };
  const usedBytes = memory?.usedBytes ?? 0;
  const ofTables = tables.reduce((sum, table) => sum + table.bytes, 0);
  return {
    limitBytes: memory?.limitBytes ?? 0,
    usedBytes,
    tables,
    statements,
    otherBytes: Math.max(0, usedBytes - ofTables - statements.bytes),
    caches: {
      plans: session.plans.size,
      syntaxTrees: session.statements.size,
      modules: memory?.modules.count ?? 0,
      moduleBytes: memory?.modules.bytes ?? 0,
    },
    workers: memory?.heaps ?? [],
  };
}

/** The paths of the tables that have contents in this process. */
function tableNames(catalogs: CatalogManager): ReadonlyMap<TableInstance, string> {
  const names = new Map<TableInstance, string>();
  for (const catalogName of catalogs.listCatalogs()) {
    const catalog = catalogs.getCatalog(catalogName);
    // The tables of other catalogs are elsewhere; to list them may take long.
    if (!(catalog instanceof MemoryCatalog)) continue;
    for (const database of catalog.listDatabases()) {
      for (const name of catalog.listTables(database) ?? []) {
        const instance = catalog.getTable(database, name)?.instance ?? null;
        if (instance !== null)
          names.set(instance, pathText({ catalog: catalogName, database, name }));
      }
    }
  }
  for (const { identifier, table } of catalogs.temporaryTables()) {
    if (table.instance !== null) names.set(table.instance, pathText(identifier));
  }
  return names;
}
