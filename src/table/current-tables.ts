import type { ObjectIdentifier } from '../catalog/catalog.ts';
import { validationError } from '../common/errors.ts';
import type { ResolvedCatalogTable } from '../planner/bind/context.ts';
import type { LogicalPlan, Scan } from '../planner/logical/nodes.ts';
import { transformShared } from '../planner/logical/shared.ts';
import { sameColumns } from '../types/schema.ts';

/** Looks a table up by its name; null when there is none. */
export type TableLookup = (identifier: ObjectIdentifier) => ResolvedCatalogTable | null;

/**
 * A plan that was bound earlier, over the tables that its names stand for now. Errors:
 * ValidationError TABLE_NOT_FOUND; TABLE_CHANGED when a table has other columns than then.
 */
export function overCurrentTables(plan: LogicalPlan, lookup: TableLookup): LogicalPlan {
  return transformShared(plan, (node) => (node.kind === 'Scan' ? currentScan(node, lookup) : node));
}

function currentScan(scan: Scan, lookup: TableLookup): Scan {
  const { origin, table, schema } = scan;
  if (origin === null) return scan;
  const resolved = lookup(origin.identifier);
  if (resolved === null) throw validationError('TABLE_NOT_FOUND', { table });
  const source = resolved.source(origin.options);
  if (!sameColumns(source.schema, schema)) throw validationError('TABLE_CHANGED', { table });
  return { ...scan, source, statistics: resolved.table.statistics };
}
