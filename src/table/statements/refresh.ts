import type { CatalogTable, ObjectIdentifier } from '../../catalog/catalog.ts';
import { pathText } from '../../catalog/catalog-manager.ts';
import { assert } from '../../common/assert.ts';
import { quoteIdentifier, quotePath } from '../../common/identifiers.ts';
import { createSink, storedSchema } from '../../connectors/index.ts';
import { MemoryTable } from '../../connectors/memory/memory-table.ts';
import type { PartitionSpec } from '../../parser/ast/tables.ts';
import { parseQuery } from '../../parser/parser.ts';
import { bindInto } from '../../planner/bind/insert.ts';
import type { LogicalPlan } from '../../planner/logical/nodes.ts';
import { SessionBindContext } from '../bind-context.ts';
import type { TableResult } from '../result.ts';
import { runWrite } from '../run.ts';
import { withSource } from '../session.ts';
import type { StatementCall } from './handler.ts';
import { partitionOf, partitionText } from './partitions.ts';
import { physicalPlan } from './query.ts';
import { replacingSink } from './rewrite.ts';

/**
 * Replaces the rows of a materialized table, or those of a partition, by what its query gives now.
 * Readers see the old rows until the new ones are all there.
 */
export async function refresh(
  identifier: ObjectIdentifier,
  partition: PartitionSpec | null,
  call: StatementCall,
): Promise<TableResult> {
  const { session, statement, parameters } = call;
  const { table } = session.catalogs.require([
    identifier.catalog,
    identifier.database,
    identifier.name,
  ]);
  assert(table.kind === 'table', 'a materialized table is a table');
  const { instance } = table;
  const text = refreshQuery(table, identifier, partition);
  const sink =
    instance instanceof MemoryTable
      ? replacingSink(table, instance, true)
      : createSink(table, identifier, statement, true);
  const context = new SessionBindContext(session, statement, parameters);
  const plan: LogicalPlan = withSource(text, () =>
    bindInto(parseQuery(text), storedSchema(table), pathText(identifier), sink, context),
  );
  const unlock = instance instanceof MemoryTable ? await instance.lock() : null;
  try {
    await runWrite(physicalPlan(plan, call), call);
  } finally {
    unlock?.();
  }
  return session.ok();
}

/** What the table holds after a refresh, in SQL. */
function refreshQuery(
  table: CatalogTable,
  identifier: ObjectIdentifier,
  partition: PartitionSpec | null,
): string {
  const query = table.materialization?.expandedQuery ?? '';
  if (partition === null) return query;
  const values = partitionOf(table, identifier, partition, partition.span);
  const condition = partitionText(values);
  const fresh = `SELECT * FROM (${query}) WHERE ${condition}`;
  // Files of other partitions stay where they are; a table in memory is replaced as a whole.
  if (!(table.instance instanceof MemoryTable)) return fresh;
  const { catalog, database, name } = identifier;
  const columns = storedSchema(table)
    .fields.map((f) => quoteIdentifier(f.name))
    .join(', ');
  const kept = `SELECT ${columns} FROM ${quotePath([catalog, database, name])}`;
  return `${kept} WHERE (${condition}) IS NOT TRUE UNION ALL SELECT ${columns} FROM (${fresh})`;
}
