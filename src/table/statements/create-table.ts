import {
  type CatalogTable,
  type ObjectIdentifier,
  PLAIN_TABLE,
  type TableDistribution,
} from '../../catalog/catalog.ts';
import { pathText } from '../../catalog/catalog-manager.ts';
import { assert } from '../../common/assert.ts';
import { validationError } from '../../common/errors.ts';
import { printPath } from '../../common/identifiers.ts';
import {
  checkTableOptions,
  connectorOf,
  createSink,
  isConnector,
  storedSchema,
  withColumns,
} from '../../connectors/index.ts';
import { MemoryTable } from '../../connectors/memory/memory-table.ts';
import type { CreateTable } from '../../parser/ast/ddl.ts';
import type { Query } from '../../parser/ast/queries.ts';
import type { Distribution } from '../../parser/ast/tables.ts';
import { bindInto } from '../../planner/bind/insert.ts';
import { bindQuery } from '../../planner/bind/query.ts';
import type { LogicalPlan } from '../../planner/logical/nodes.ts';
import type { Schema } from '../../types/schema.ts';
import { SessionBindContext } from '../bind-context.ts';
import { connected } from '../connected-table.ts';
import type { TableResult } from '../result.ts';
import { runWrite } from '../run.ts';
import type { Session } from '../session.ts';
import { optionsOf } from './create.ts';
import { likeTable } from './create-like.ts';
import type { StatementCall } from './handler.ts';
import { counts } from './insert.ts';
import { physicalPlan } from './query.ts';
import { withQueryColumns } from './query-columns.ts';
import { tableParts } from './table-elements.ts';

/** CREATE TABLE, also LIKE and AS; [CREATE OR] REPLACE TABLE AS. */
export function createTable(
  statement: CreateTable,
  call: StatementCall,
): TableResult | Promise<TableResult> {
  const { session } = call;
  const identifier = session.catalogs.qualify(statement.name.parts, statement.name.span);
  const querySchema = schemaOfQuery(statement, call);
  const declared = declaredTable(statement, querySchema, call);
  const table = prepareTable(declared, session);
  const replaced = replace(statement, identifier, session);
  const options = { temporary: statement.temporary, ifNotExists: statement.ifNotExists };
  const created = session.catalogs.createTable(identifier, table, options);
  if (statement.query === null || !created) return session.ok();
  return fill(statement.query, identifier, call).catch((error: unknown) => {
    session.catalogs.dropTable(identifier, { temporary: statement.temporary, kind: 'table' });
    if (replaced !== null) session.catalogs.putTable(identifier, replaced, statement.temporary);
    throw error;
  });
}

/**
 * What every new table goes through: its options are checked, columns that it leaves out are
 * inferred, and a table without a connector gets its memory.
 */
export function prepareTable(declared: CatalogTable, session: Session): CatalogTable {
  const given = connected(declared, session);
  const named = given.options.get('connector') === 'memory';
  if (given.options.size === (named ? 1 : 0)) {
    if (declared.columns.length === 0)
      throw validationError('COLUMNS_REQUIRED', { name: 'memory' });
    const schema = storedSchema(declared);
    return { ...declared, instance: new MemoryTable(schema, () => session.engine.arena) };
  }
  // As in Flink, a connector must be known when its table is used, not when it is declared.
  const connector = connectorOf(given);
  if (connector !== null && !isConnector(connector) && declared.columns.length > 0) return declared;
  const table = withColumns(given);
  checkTableOptions(table);
  return { ...declared, columns: table.columns };
}

/** The plan by which CREATE TABLE AS would fill its table, which is not created. */
export function createTablePlan(
  statement: CreateTable & { readonly query: Query },
  call: StatementCall,
): LogicalPlan {
  const { session } = call;
  const identifier = session.catalogs.qualify(statement.name.parts, statement.name.span);
  const context = new SessionBindContext(session, call.statement, call.parameters);
  const { schema } = bindQuery(statement.query, context);
  const table = prepareTable(declaredTable(statement, schema, call), session);
  const sink = createSink(table, identifier, call.statement, false);
  return bindInto(statement.query, storedSchema(table), pathText(identifier), sink, context);
}

/** The connection of USING CONNECTION. Errors: CONNECTION_NOT_FOUND. */
function connectionOf(
  { connection }: TableDeclaration,
  { session }: StatementCall,
): ObjectIdentifier | null {
  if (connection === null) return null;
  return session.connections.require(connection.parts, connection.span).identifier;
}

function distributionOf(written: Distribution | null): TableDistribution | null {
  if (written === null) return null;
  const { method, columns, buckets } = written;
  return { method, columns, buckets };
}

function schemaOfQuery(statement: CreateTable, call: StatementCall): Schema | null {
  if (statement.query === null) return null;
  const context = new SessionBindContext(call.session, call.statement, call.parameters);
  return bindQuery(statement.query, context).schema;
}

/** A CREATE statement of a table, of whichever kind. */
interface TableDeclaration
  extends Pick<
    CreateTable,
    | 'name'
    | 'connection'
    | 'elements'
    | 'comment'
    | 'distribution'
    | 'partitionedBy'
    | 'options'
    | 'like'
  > {
  readonly kind: 'CreateTable' | 'CreateMaterializedTable';
}

/** The table that a statement declares. `querySchema`: the columns of the query that fills it. */
export function declaredTable(
  statement: TableDeclaration,
  querySchema: Schema | null,
  call: StatementCall,
): CatalogTable {
  const written = statement.elements ?? [];
  const ordered = statement.kind === 'CreateMaterializedTable';
  const elements = querySchema === null ? written : withQueryColumns(written, querySchema, ordered);
  const own: CatalogTable = {
    ...PLAIN_TABLE,
    ...tableParts(elements, call, querySchema),
    distribution: distributionOf(statement.distribution),
    partitionKeys: statement.partitionedBy ?? [],
    connection: connectionOf(statement, call),
    options: optionsOf(statement.options),
    comment: statement.comment,
    instance: null,
  };
  const table = statement.like === null ? own : likeTable(own, statement.like, call.session);
  for (const key of table.partitionKeys) {
    if (table.columns.length > 0 && !table.columns.some((column) => column.name === key)) {
      throw validationError('COLUMN_NOT_FOUND', {
        column: key,
        scope: `table '${printPath(statement.name.parts)}'`,
      });
    }
  }
  return table;
}

function replace(
  statement: CreateTable,
  identifier: ObjectIdentifier,
  session: Session,
): CatalogTable | null {
  if (statement.mode === 'CREATE') return null;
  const { catalogs } = session;
  const options = { temporary: statement.temporary, kind: 'table' } as const;
  const old = catalogs.dropTable(identifier, options);
  if (old === null && statement.mode === 'REPLACE') {
    const { span } = statement.name;
    throw validationError('TABLE_NOT_FOUND', { table: printPath(statement.name.parts) }, { span });
  }
  return old?.kind === 'table' ? old : null;
}

/** Runs the query of CREATE TABLE AS into the new table. */
async function fill(
  query: Query,
  identifier: ObjectIdentifier,
  call: StatementCall,
): Promise<TableResult> {
  const context = new SessionBindContext(call.session, call.statement, call.parameters);
  const { catalog, database, name } = identifier;
  const created = context.resolveTable([catalog, database, name]);
  assert(created?.kind === 'table', 'the table that was created');
  const path = pathText(identifier);
  const sink = created.sink({ overwrite: false, options: null });
  const plan = bindInto(query, storedSchema(created.table), path, sink, context);
  return counts([[path, await runWrite(physicalPlan(plan, call), call)]], call);
}
