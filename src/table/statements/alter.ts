import type { CatalogColumn, CatalogTable } from '../../catalog/catalog.ts';
import type { FoundTable } from '../../catalog/catalog-manager.ts';
import { notImplemented, validationError } from '../../common/errors.ts';
import { printPath } from '../../common/identifiers.ts';
import { checkTableOptions } from '../../connectors/index.ts';
import type {
  AlterCatalog,
  AlterDatabase,
  AlterFunction,
  AlterTable,
  AlterView,
  OptionAction,
} from '../../parser/ast/ddl.ts';
import type { Identifier } from '../../parser/ast/node.ts';
import { functionFromReference } from '../module-function.ts';
import type { TableResult } from '../result.ts';
import { optionsOf, viewOf } from './create.ts';
import type { StatementCall } from './handler.ts';
import { databasePath } from './use.ts';

/** ALTER TABLE: renames, options, dropped columns. */
export function alterTable(statement: AlterTable, call: StatementCall): TableResult {
  const { session } = call;
  const { change, name } = statement;
  const found = session.catalogs.find(name.parts);
  if (found === null && statement.ifExists) return session.ok();
  const { identifier, table, temporary } = session.catalogs.require(name.parts, name.span);
  if (table.kind === 'view') {
    throw validationError('NOT_A_TABLE', { name: printPath(name.parts) }, { span: name.span });
  }
  if (change.action === 'RENAME') {
    rename({ identifier, table, temporary }, change.to, call);
    return session.ok();
  }
  const altered = alteredTable(table, statement);
  if (altered.instance === null) checkTableOptions(altered);
  session.catalogs.putTable(identifier, altered, temporary);
  return session.ok();
}

function alteredTable(table: CatalogTable, { change, span }: AlterTable): CatalogTable {
  switch (change.action) {
    case 'SET':
    case 'RESET':
      return { ...table, options: changedOptions(table.options, change) };
    case 'DROP WATERMARK':
      return { ...table, watermark: null };
    case 'DROP PRIMARY KEY':
    case 'DROP CONSTRAINT':
      return { ...table, primaryKey: null };
    case 'RENAME COLUMN':
      return stored(table, span, () => renameColumn(table, change.column, change.to));
    case 'DROP COLUMNS':
      return stored(table, span, () => dropColumns(table, change.columns));
    default:
      throw notImplemented(`ALTER TABLE ${change.action}`, { span });
  }
}

/** Columns of tables in memory cannot change yet: their chunks have the old ones. */
function stored(
  table: CatalogTable,
  span: AlterTable['span'],
  f: () => CatalogTable,
): CatalogTable {
  if (table.instance === null) return f();
  throw notImplemented('ALTER TABLE for the columns of an in-memory table', { span });
}

function renameColumn(table: CatalogTable, column: Identifier, to: Identifier): CatalogTable {
  const from = printPath(column.parts);
  const name = printPath(to.parts);
  requireColumn(table, column);
  if (table.columns.some((c) => c.name === name)) {
    throw validationError('DUPLICATE_COLUMN', { column: name }, { span: to.span });
  }
  const renamed = (other: string): string => (other === from ? name : other);
  return {
    ...table,
    columns: table.columns.map((c): CatalogColumn => ({ ...c, name: renamed(c.name) })),
    primaryKey: table.primaryKey && {
      ...table.primaryKey,
      columns: table.primaryKey.columns.map(renamed),
    },
    partitionKeys: table.partitionKeys.map(renamed),
  };
}

function dropColumns(table: CatalogTable, columns: readonly Identifier[]): CatalogTable {
  for (const column of columns) requireColumn(table, column);
  const dropped = new Set(columns.map((column) => printPath(column.parts)));
  return { ...table, columns: table.columns.filter((column) => !dropped.has(column.name)) };
}

function requireColumn(table: CatalogTable, { parts, span }: Identifier): void {
  const column = printPath(parts);
  if (table.columns.some((c) => c.name === column)) return;
  throw validationError('COLUMN_NOT_FOUND', { column, scope: 'the table' }, { span });
}

function rename(found: FoundTable, to: Identifier, { session }: StatementCall): void {
  const { catalogs } = session;
  const target =
    to.parts.length === 1
      ? { ...found.identifier, name: to.parts[0] ?? '' }
      : catalogs.qualify(to.parts, to.span);
  const { temporary, table } = found;
  catalogs.createTable(target, table, { temporary, ifNotExists: false });
  catalogs.dropTable(found.identifier, { temporary, kind: table.kind });
}

/** ALTER VIEW: RENAME TO, AS. */
export function alterView(statement: AlterView, call: StatementCall): TableResult {
  const { session } = call;
  const { name, change } = statement;
  if (session.catalogs.find(name.parts) === null && statement.ifExists) return session.ok();
  const found = session.catalogs.require(name.parts, name.span);
  if (found.table.kind !== 'view') {
    throw validationError('NOT_A_VIEW', { name: printPath(name.parts) }, { span: name.span });
  }
  if (change.action === 'RENAME') rename(found, change.to, call);
  else {
    const view = viewOf(change.query, null, found.table.comment, call);
    session.catalogs.putTable(found.identifier, view, found.temporary);
  }
  return session.ok();
}

/** ALTER DATABASE … SET | RESET. */
export function alterDatabase(statement: AlterDatabase, { session }: StatementCall): TableResult {
  const { catalogs } = session;
  const { parts, span } = statement.name;
  const [catalog, database] = databasePath(parts, catalogs.currentCatalog, span);
  catalogs.requireDatabase(catalog, database, span);
  const home = catalogs.catalog(catalog, span);
  const old = home.getDatabase(database);
  const options = changedOptions(old?.options ?? new Map(), statement.change);
  home.createDatabase(database, { comment: old?.comment ?? null, options });
  return session.ok();
}

/** ALTER CATALOG: the catalog in memory has no options to change. */
export function alterCatalog(statement: AlterCatalog, { session }: StatementCall): TableResult {
  session.catalogs.catalog(statement.name, statement.span);
  throw notImplemented('ALTER CATALOG', { span: statement.span });
}

/** ALTER FUNCTION … AS. */
export async function alterFunction(
  statement: AlterFunction,
  { session }: StatementCall,
): Promise<TableResult> {
  const { catalogs, functions } = session;
  const { parts, span } = statement.name;
  const definition = functionFromReference(statement);
  const { catalog, database, name } = catalogs.qualify(parts, span);
  const exists =
    statement.scope === 'TEMPORARY SYSTEM'
      ? functions.hasSystem(name)
      : statement.scope === 'TEMPORARY'
        ? functions.getTemporary(parts) !== null
        : catalogs.getCatalog(catalog)?.getFunction(database, name) != null;
  if (!exists && statement.ifExists) return session.ok();
  if (!exists) throw validationError('FUNCTION_NOT_FOUND', { name: printPath(parts) }, { span });
  if (statement.scope === 'TEMPORARY SYSTEM') functions.putSystem(name, definition);
  else if (statement.scope === 'TEMPORARY') functions.putTemporary(parts, definition);
  else catalogs.catalog(catalog, span).putFunction(database, name, definition);
  catalogs.touch();
  // As in CREATE FUNCTION.
  await definition.load().catch(() => {});
  return session.ok();
}

function changedOptions(
  options: ReadonlyMap<string, string>,
  change: OptionAction,
): ReadonlyMap<string, string> {
  if (change.action === 'SET') return new Map([...options, ...optionsOf(change.options)]);
  return new Map([...options].filter(([key]) => !change.keys.includes(key)));
}
