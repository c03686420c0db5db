import type { CatalogColumn, CatalogTable, CatalogView } from '../../catalog/catalog.ts';
import { validationError } from '../../common/errors.ts';
import { printPath, quoteIdentifier } from '../../common/identifiers.ts';
import type {
  ShowColumns,
  ShowCreate,
  ShowCurrent,
  ShowFilter,
  ShowObjects,
} from '../../parser/ast/statements.ts';
import { field, schemaOf } from '../../types/schema.ts';
import { STRING } from '../../types/types.ts';
import { shownTable } from '../path-table.ts';
import type { TableResult } from '../result.ts';
import {
  showCreateCatalog,
  showCreateConnection,
  showCreateModel,
  showCreateTable,
  showCreateView,
} from '../show-create.ts';
import { describeColumns } from './describe.ts';
import type { StatementCall } from './handler.ts';
import { databasePath } from './use.ts';

/** SHOW CATALOGS, DATABASES, TABLES, VIEWS, FUNCTIONS … */
export function showObjects(statement: ShowObjects, call: StatementCall): TableResult {
  const { header, names } = objects(statement, call);
  const schema = schemaOf([field(header, STRING)]);
  const matching = names.filter(nameFilter(statement.filter));
  return call.session.known(
    schema,
    matching.map((name) => [name]),
  );
}

function objects(
  statement: ShowObjects,
  call: StatementCall,
): { readonly header: string; readonly names: readonly string[] } {
  const { session } = call;
  const { catalogs, functions } = session;
  switch (statement.objects) {
    case 'CATALOGS':
      return { header: 'catalog name', names: catalogs.listCatalogs() };
    case 'DATABASES': {
      const { parts, span } = statement.from ?? { parts: [catalogs.currentCatalog], span: null };
      const names = catalogs.catalog(parts[0] ?? '', span).listDatabases();
      return { header: 'database name', names };
    }
    case 'TABLES': {
      const names = catalogs.listTables(...databaseOf(statement, call));
      return { header: 'table name', names };
    }
    case 'VIEWS': {
      const views = tables(statement, call).filter(([, table]) => table.kind === 'view');
      return { header: 'view name', names: views.map(([name]) => name) };
    }
    case 'FUNCTIONS': {
      const own = functions.userFunctions(...databaseOf(statement, call));
      const names = new Set([...session.modules.listFunctions().map(lower), ...own]);
      return { header: 'function name', names: [...names].sort() };
    }
    case 'USER FUNCTIONS': {
      const names = functions.userFunctions(...databaseOf(statement, call));
      return { header: 'function name', names };
    }
    case 'MODELS': {
      const names = session.models.list(...databaseOf(statement, call));
      return { header: 'model name', names };
    }
    case 'MATERIALIZED TABLES': {
      const found = tables(statement, call).filter(
        ([, table]) => table.kind === 'table' && table.materialization !== null,
      );
      return { header: 'materialized table name', names: found.map(([name]) => name) };
    }
    case 'CONNECTIONS': {
      const names = session.connections.list(...databaseOf(statement, call));
      return { header: 'connection name', names };
    }
    case 'PROCEDURES': {
      // Nothing here makes procedures: the list is empty, as in a catalog without them.
      databaseOf(statement, call);
      return { header: 'procedure name', names: [] };
    }
    case 'JARS':
    case 'JOBS':
      throw validationError(
        'NOT_SUPPORTED',
        { feature: `SHOW ${statement.objects}`, reason: 'there is no cluster' },
        { span: statement.span },
      );
  }
}

function lower(name: string): string {
  return name.toLowerCase();
}

function tables(
  statement: ShowObjects,
  call: StatementCall,
): readonly (readonly [name: string, table: CatalogTable | CatalogView])[] {
  const { catalogs } = call.session;
  const [catalog, database] = databaseOf(statement, call);
  return catalogs.listTables(catalog, database).map((name) => {
    const { table } = catalogs.require([catalog, database, name]);
    return [name, table] as const;
  });
}

/** The database of FROM, else the current one. Errors: CATALOG_NOT_FOUND, DATABASE_NOT_FOUND. */
function databaseOf(
  statement: ShowObjects,
  { session: { catalogs } }: StatementCall,
): readonly [catalog: string, database: string] {
  const { parts, span } = statement.from ?? {
    parts: [catalogs.currentCatalog, catalogs.currentDatabase],
    span: null,
  };
  const [catalog, database] = databasePath(parts, catalogs.currentCatalog, span);
  catalogs.requireDatabase(catalog, database, span);
  return [catalog, database];
}

/** Whether a name passes `[NOT] LIKE | ILIKE 'pattern'`. */
export function nameFilter(filter: ShowFilter | null): (name: string) => boolean {
  if (filter === null) return () => true;
  const source = filter.pattern.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const pattern = source.replaceAll('%', '.*').replaceAll('_', '.');
  const regexp = new RegExp(`^${pattern}$`, filter.form === 'ILIKE' ? 'is' : 's');
  return (name) => regexp.test(name) !== filter.negated;
}

/** SHOW CURRENT CATALOG | DATABASE. */
export function showCurrent(statement: ShowCurrent, { session }: StatementCall): TableResult {
  const { currentCatalog, currentDatabase } = session.catalogs;
  const isCatalog = statement.object === 'CATALOG';
  const header = isCatalog ? 'current catalog name' : 'current database name';
  const name = isCatalog ? currentCatalog : currentDatabase;
  return session.known(schemaOf([field(header, STRING)]), [[name]]);
}

/** SHOW CREATE TABLE | VIEW | CATALOG. */
export function showCreate(statement: ShowCreate, { session }: StatementCall): TableResult {
  const { catalogs } = session;
  const { parts, span } = statement.name;
  const answer = (text: string): TableResult =>
    session.known(schemaOf([field('result', STRING)]), [[text]]);
  if (statement.object === 'CATALOG') {
    return answer(showCreateCatalog(catalogs.catalog(parts[0] ?? '', span)));
  }
  if (statement.object === 'MODEL') {
    const { identifier, object: model, temporary } = session.models.require(parts, span);
    const path = [identifier.catalog, identifier.database, identifier.name];
    return answer(showCreateModel(path.map(quoteIdentifier).join('.'), model, temporary));
  }
  if (statement.object === 'CONNECTION') {
    return answer(showCreateConnection(session.connections.require(parts, span)));
  }
  const { identifier, table, temporary } = catalogs.require(parts, span);
  checkKind(statement, table);
  const path = [identifier.catalog, identifier.database, identifier.name];
  const name = path.map(quoteIdentifier).join('.');
  return answer(
    table.kind === 'view'
      ? showCreateView(name, table, temporary)
      : showCreateTable(name, table, { temporary, orAlter: statement.orAlter }),
  );
}

/** Errors: NOT_A_TABLE, NOT_A_VIEW, NOT_MATERIALIZED, MATERIALIZED_TABLE. */
function checkKind(
  { object, name: { parts, span } }: ShowCreate,
  table: CatalogTable | CatalogView,
): void {
  const name = printPath(parts);
  if ((table.kind === 'view') !== (object === 'VIEW')) {
    const code = table.kind === 'view' ? 'NOT_A_TABLE' : 'NOT_A_VIEW';
    throw validationError(code, { name }, { span });
  }
  const materialized = table.kind === 'table' && table.materialization !== null;
  if (materialized === (object === 'MATERIALIZED TABLE')) return;
  const statement = 'SHOW CREATE MATERIALIZED TABLE';
  throw materialized
    ? validationError('MATERIALIZED_TABLE', { name, statement }, { span })
    : validationError('NOT_MATERIALIZED', { name }, { span });
}

/** SHOW COLUMNS FROM t. */
export function showColumns(statement: ShowColumns, { session }: StatementCall): TableResult {
  const table = shownTable(statement.table, session);
  const passes = nameFilter(statement.filter);
  return describeColumns(session, table, (column: CatalogColumn) => passes(column.name));
}
