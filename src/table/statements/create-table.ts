import {
  type CatalogTable,
  type ObjectIdentifier,
  PLAIN_TABLE,
  type TableDistribution,
} from '../../catalog/catalog.ts';
import { pathText } from '../../catalog/catalog-manager.ts';
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
import type { CreateTable } from '../../parser/ast/ddl.ts';
import type { Query } from '../../parser/ast/queries.ts';
import type { Distribution } from '../../parser/ast/tables.ts';
import { bindInto } from '../../planner/bind/insert.ts';
import { bindQuery } from '../../planner/bind/query.ts';
import type { LogicalPlan } from '../../planner/logical/nodes.ts';
import type { Schema } from '../../types/schema.ts';
import { SessionBindContext } from '../bind-context.ts';
import { connected } from '../connected-table.ts';
import { releaseTable } from '../live-tables.ts';
import type { TableResult } from '../result.ts';
import { prepareWrite } from '../run.ts';
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
  const { query } = statement;
  if (query !== null) return createTableAs({ ...statement, query }, call);
  const { session } = call;
  const identifier = session.catalogs.qualify(statement.name.parts, statement.name.span);
  const table = prepareTable(declaredTable(statement, null, call), session);
  session.catalogs.createTable(identifier, table, statement);
  return session.ok();
}

type CreateTableAs = CreateTable & { readonly query: Query };

/**
 * The query is bound to the tables of before: one that is replaced may be read. It is there again
 * when the query fails.
 */
function createTableAs(
  statement: CreateTableAs,
  call: StatementCall,
): TableResult | Promise<TableResult> {
  const { catalogs } = call.session;
  const { temporary } = statement;
  const { identifier, table, plan } = filledTable(statement, call);
  const path = pathText(identifier);
  const replaced = replacedTable(statement, identifier, call.session);
  const write = prepareWrite(physicalPlan(plan, call), call);
  try {
    if (replaced !== null) catalogs.putTable(identifier, table, temporary);
    else if (!catalogs.createTable(identifier, table, statement)) {
      write.release();
      return call.session.ok();
    }
  } catch (error) {
    write.release();
    throw error;
  }
  return write.run().then(
    (rows) => {
      if (replaced !== null) releaseTable(replaced);
      return counts([[path, rows]], call);
    },
    (error: unknown) => {
      catalogs.dropTable(identifier, { temporary, kind: 'table' });
      releaseTable(table);
      if (replaced !== null) catalogs.putTable(identifier, replaced, temporary);
      throw error;
    },
  );
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
    return { ...declared, instance: session.memoryTables.create(schema) };
  }
  // As in Flink, a connector must be known when its table is used, not when it is declared.
  const connector = connectorOf(given);
  if (connector !== null && !isConnector(connector) && declared.columns.length > 0) return declared;
  const table = withColumns(given);
  checkTableOptions(table);
  return { ...declared, columns: table.columns };
}

/** The plan by which CREATE TABLE AS would fill its table, which is not created. */
export function createTablePlan(statement: CreateTableAs, call: StatementCall): LogicalPlan {
  return filledTable(statement, call).plan;
}

/** The table that CREATE TABLE AS declares, and the plan that fills it. */
function filledTable(
  statement: CreateTableAs,
  call: StatementCall,
): {
  readonly identifier: ObjectIdentifier;
  readonly table: CatalogTable;
  readonly plan: LogicalPlan;
} {
  const { session } = call;
  const identifier = session.catalogs.qualify(statement.name.parts, statement.name.span);
  const context = new SessionBindContext(session, call.statement, call.parameters);
  const { schema } = bindQuery(statement.query, context);
  const table = prepareTable(declaredTable(statement, schema, call), session);
  const sink = createSink(table, identifier, call.statement, false);
  const path = pathText(identifier);
  return {
    identifier,
    table,
    plan: bindInto(statement.query, storedSchema(table), path, sink, context),
  };
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

/**
 * The table that [CREATE OR] REPLACE TABLE replaces; null when there is none, or none may be.
 * Errors: TABLE_NOT_FOUND, NOT_A_TABLE, MATERIALIZED_TABLE.
 */
function replacedTable(
  { mode, temporary, name }: CreateTable,
  identifier: ObjectIdentifier,
  { catalogs }: Session,
): CatalogTable | null {
  if (mode === 'CREATE') return null;
  const { database, name: table } = identifier;
  const shown = catalogs.isTemporary(identifier) ? catalogs.find(name.parts) : null;
  const old = temporary
    ? (shown?.table ?? null)
    : (catalogs.home(identifier)?.getTable(database, table) ?? null);
  const { span } = name;
  const named = { name: printPath(name.parts), statement: 'CREATE OR ALTER MATERIALIZED TABLE' };
  if (old?.kind === 'view') throw validationError('NOT_A_TABLE', named, { span });
  if (old !== null && old.materialization !== null) {
    throw validationError('MATERIALIZED_TABLE', named, { span });
  }
  if (old === null && mode === 'REPLACE') {
    throw validationError('TABLE_NOT_FOUND', { table: named.name }, { span });
  }
  return old;
}
