import {
  type CatalogColumn,
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
import { MemoryTable } from '../../connectors/memory/memory-table.ts';
import type { CreateTable } from '../../parser/ast/ddl.ts';
import type { Query } from '../../parser/ast/queries.ts';
import type { Insert } from '../../parser/ast/statements.ts';
import type { Distribution } from '../../parser/ast/tables.ts';
import { bindInto } from '../../planner/bind/insert.ts';
import { bindQuery } from '../../planner/bind/query.ts';
import type { LogicalPlan } from '../../planner/logical/nodes.ts';
import type { Schema } from '../../types/schema.ts';
import { SessionBindContext } from '../bind-context.ts';
import type { TableResult } from '../result.ts';
import type { Session } from '../session.ts';
import { likeTable } from './create-like.ts';
import type { StatementCall } from './handler.ts';
import { insert } from './insert.ts';
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
  return fill(statement, identifier, call).catch((error: unknown) => {
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
  const named = declared.options.get('connector') === 'memory';
  if (declared.options.size === (named ? 1 : 0)) {
    if (declared.columns.length === 0)
      throw validationError('COLUMNS_REQUIRED', { name: 'memory' });
    const schema = storedSchema(declared);
    return { ...declared, instance: new MemoryTable(schema, () => session.engine.arena) };
  }
  // As in Flink, a connector must be known when its table is used, not when it is declared.
  const connector = connectorOf(declared);
  if (connector !== null && !isConnector(connector) && declared.columns.length > 0) return declared;
  const table = withColumns(declared);
  checkTableOptions(table);
  return table;
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

function declaredTable(
  statement: CreateTable,
  querySchema: Schema | null,
  call: StatementCall,
): CatalogTable {
  const parts = tableParts(statement.elements ?? [], call, querySchema);
  const own: CatalogTable = {
    ...PLAIN_TABLE,
    ...parts,
    distribution: distributionOf(statement.distribution),
    columns: querySchema === null ? parts.columns : mergeColumns(parts.columns, querySchema),
    partitionKeys: statement.partitionedBy ?? [],
    options: new Map(statement.options?.map(({ key, value }) => [key, value])),
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

/** CREATE TABLE AS: the declared columns that the query lacks come first, then the query's. */
function mergeColumns(declared: readonly CatalogColumn[], query: Schema): readonly CatalogColumn[] {
  const names = new Set(query.fields.map((f) => f.name));
  const extra = declared.filter((column) => !names.has(column.name));
  const fromQuery = query.fields.map((f): CatalogColumn => {
    const own = declared.find((column) => column.name === f.name);
    return own ?? { kind: 'physical', ...f };
  });
  return [...extra, ...fromQuery];
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
function fill(
  statement: CreateTable,
  identifier: ObjectIdentifier,
  call: StatementCall,
): Promise<TableResult> {
  const { query, name, span } = statement;
  if (query === null) return Promise.resolve(call.session.ok());
  const { catalog, database, name: table } = identifier;
  const into: Insert = {
    kind: 'Insert',
    span,
    overwrite: false,
    table: { kind: 'Identifier', span: name.span, parts: [catalog, database, table] },
    hints: [],
    partition: null,
    columns: null,
    query,
    onConflict: null,
  };
  return insert(into, call);
}
