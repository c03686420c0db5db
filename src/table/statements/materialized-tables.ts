import type { CatalogTable, Materialization } from '../../catalog/catalog.ts';
import type { FoundTable } from '../../catalog/catalog-manager.ts';
import { notImplemented, type Span, validationError } from '../../common/errors.ts';
import { printPath } from '../../common/identifiers.ts';
import type { AlterMaterializedTable, CreateMaterializedTable } from '../../parser/ast/ddl.ts';
import type { Query } from '../../parser/ast/queries.ts';
import { printExpression } from '../../parser/print.ts';
import { sameType, withNullable } from '../../types/data-type.ts';
import { type Schema, sameColumns, schemaOf } from '../../types/schema.ts';
import type { TableResult } from '../result.ts';
import { alteredSchema } from './alter-schema.ts';
import { changeColumns, changedOptions } from './alter-table.ts';
import { viewOf } from './create.ts';
import { declaredTable, prepareTable } from './create-table.ts';
import type { StatementCall } from './handler.ts';
import { refresh } from './refresh.ts';

/** A materialized table with its full name. */
interface FoundMaterialized extends FoundTable {
  readonly table: CatalogTable & { readonly materialization: Materialization };
}

/**
 * CREATE [OR ALTER] MATERIALIZED TABLE: a table that holds the rows of its query as of the last
 * refresh. The first refresh is done when the promise resolves. Errors: TABLE_EXISTS, and what
 * CREATE TABLE AS gives.
 */
export function createMaterializedTable(
  statement: CreateMaterializedTable,
  call: StatementCall,
): TableResult | Promise<TableResult> {
  const { session } = call;
  const { name, query, ifNotExists, freshness, refreshMode } = statement;
  refuseContinuous(refreshMode, statement.span);
  if (statement.startMode !== null) {
    throw notImplemented('START_MODE', { span: statement.startMode.span });
  }
  const { catalogs } = session;
  if (statement.orAlter && catalogs.find(name.parts) !== null) {
    return changeQuery(materialized(statement, call), query, call);
  }
  const identifier = catalogs.qualify(name.parts, name.span);
  const { columns, originalQuery, expandedQuery } = viewOf(query, null, null, call);
  const declared = declaredTable(
    { ...statement, connection: null, like: null },
    schemaOf(columns),
    call,
  );
  const table: CatalogTable = {
    ...prepareTable(declared, session),
    materialization: {
      originalQuery,
      expandedQuery,
      freshness: freshness === null ? null : printExpression(freshness),
      refreshMode: refreshMode === null ? null : 'FULL',
    },
  };
  const created = catalogs.createTable(identifier, table, { temporary: false, ifNotExists });
  if (!created) return session.ok();
  return refresh(identifier, null, call).then(
    () => session.ok(),
    (error: unknown) => {
      catalogs.dropTable(identifier, { temporary: false, kind: 'table' });
      throw error;
    },
  );
}

/** ALTER MATERIALIZED TABLE. Errors: TABLE_NOT_FOUND, NOT_MATERIALIZED, INVALID_ALTER. */
export function alterMaterializedTable(
  statement: AlterMaterializedTable,
  call: StatementCall,
): TableResult | Promise<TableResult> {
  const { change, span } = statement;
  const found = materialized(statement, call);
  const { identifier, table } = found;
  const put = (altered: Partial<CatalogTable>): TableResult => {
    call.session.catalogs.putTable(identifier, { ...table, ...altered }, false);
    return call.session.ok();
  };
  const { materialization } = table;
  switch (change.action) {
    case 'SUSPEND':
    case 'RESUME': {
      const reason = 'no scheduler refreshes the table';
      const hint = 'ALTER MATERIALIZED TABLE … REFRESH runs its query.';
      const feature = `ALTER MATERIALIZED TABLE … ${change.action}`;
      throw validationError('NOT_SUPPORTED', { feature, reason }, { span, hint });
    }
    case 'REFRESH':
      return refresh(identifier, change.partition, call);
    case 'SET FRESHNESS':
      return put({
        materialization: { ...materialization, freshness: printExpression(change.freshness) },
      });
    case 'SET REFRESH_MODE':
      refuseContinuous(change.refreshMode, span);
      return put({ materialization: { ...materialization, refreshMode: 'FULL' } });
    case 'SET':
    case 'RESET':
      return put({ options: changedOptions(table.options, change, statement) });
    case 'AS':
      if (change.startMode !== null) {
        throw notImplemented('START_MODE', { span: change.startMode.span });
      }
      return changeQuery(found, change.query, call);
    default: {
      const altered = alteredSchema(table, change, span, call);
      if (!sameColumns(physicalSchema(table), physicalSchema(altered))) {
        const reason = 'its stored columns are those of its query (ALTER … AS changes it)';
        throw validationError('INVALID_ALTER', { reason }, { span });
      }
      return changeColumns(found, altered, call);
    }
  }
}

/**
 * Replaces the query; the rows are those of the old one until the next refresh. As in Flink the
 * new query may only add columns at the end, which are NULL until then.
 */
function changeQuery(
  found: FoundMaterialized,
  query: Query,
  call: StatementCall,
): TableResult | Promise<TableResult> {
  const { table } = found;
  const { columns, originalQuery, expandedQuery } = viewOf(query, null, null, call);
  const physical = physicalSchema(table).fields;
  const kept = columns.slice(0, physical.length);
  const fits = physical.every((f, i) => {
    const column = kept[i];
    return column?.name === f.name && sameType(withNullable(column.type, f.type.nullable), f.type);
  });
  if (!fits) {
    const reason = 'the columns of the query may only be followed by new ones';
    throw validationError('INVALID_ALTER', { reason }, { span: query.span });
  }
  const added = columns.slice(physical.length).map((column) => ({
    ...column,
    type: withNullable(column.type, true),
  }));
  const altered: CatalogTable = {
    ...table,
    columns: [...table.columns, ...added],
    materialization: { ...table.materialization, originalQuery, expandedQuery },
  };
  return changeColumns(found, altered, call);
}

function physicalSchema(table: CatalogTable): Schema {
  return schemaOf(table.columns.filter((column) => column.kind === 'physical'));
}

/** The materialized table of a name. Errors: TABLE_NOT_FOUND, NOT_MATERIALIZED. */
function materialized(
  { name }: Pick<AlterMaterializedTable, 'name'>,
  { session }: StatementCall,
): FoundMaterialized {
  const found = session.catalogs.require(name.parts, name.span);
  if (isMaterialized(found)) return found;
  throw validationError('NOT_MATERIALIZED', { name: printPath(name.parts) }, { span: name.span });
}

function isMaterialized(found: FoundTable): found is FoundMaterialized {
  return found.table.kind === 'table' && found.table.materialization !== null;
}

function refuseContinuous(mode: 'CONTINUOUS' | 'FULL' | null, span: Span | null): void {
  if (mode === 'CONTINUOUS') throw notImplemented('REFRESH_MODE = CONTINUOUS', { span });
}
