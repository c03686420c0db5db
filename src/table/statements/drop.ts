import type { CatalogTable, CatalogView } from '../../catalog/catalog.ts';
import type { FoundFunction } from '../../catalog/function-catalog.ts';
import { type ObjectCatalog, systemIdentifier } from '../../catalog/object-catalog.ts';
import { didYouMean } from '../../common/diagnostics.ts';
import { validationError } from '../../common/errors.ts';
import { printPath, quotePath } from '../../common/identifiers.ts';
import type { Drop } from '../../parser/ast/ddl.ts';
import { releaseTable } from '../live-tables.ts';
import type { TableResult } from '../result.ts';
import type { StatementCall } from './handler.ts';
import { databasePath } from './use.ts';

/** DROP of a table, view, function, catalog or database. */
export function drop(statement: Drop, call: StatementCall): TableResult {
  switch (statement.object) {
    case 'TABLE':
    case 'VIEW':
    case 'MATERIALIZED TABLE':
      dropTable(statement, call);
      break;
    case 'FUNCTION':
      dropFunction(statement, call);
      break;
    case 'DATABASE':
      dropDatabase(statement, call);
      break;
    case 'CATALOG':
      dropCatalog(statement, call);
      break;
    case 'MODEL':
      dropObject(statement, call.session.models, call);
      break;
    case 'CONNECTION':
      dropObject(statement, call.session.connections, call);
      break;
  }
  return call.session.ok();
}

function dropTable(statement: Drop, { session }: StatementCall): void {
  const { catalogs } = session;
  const { parts, span } = statement.name;
  const identifier = catalogs.qualify(parts, span);
  if (!statement.temporary && catalogs.isTemporary(identifier)) {
    throw validationError('TEMPORARY_OBJECT', { object: printPath(parts) }, { span });
  }
  const kind = statement.object === 'VIEW' ? 'view' : 'table';
  checkMaterialized(statement, catalogs.find(parts)?.table ?? null);
  const dropped = catalogs.dropTable(identifier, { temporary: statement.temporary, kind });
  if (dropped !== null) releaseTable(dropped);
  else if (!statement.ifExists) {
    const hint = didYouMean(identifier.name, catalogs.listTables());
    throw validationError('TABLE_NOT_FOUND', { table: printPath(parts) }, { span, hint });
  }
}

/** Errors: MATERIALIZED_TABLE for DROP TABLE of one, NOT_MATERIALIZED the other way round. */
function checkMaterialized({ object, name }: Drop, table: CatalogTable | CatalogView | null): void {
  if (object === 'VIEW' || table?.kind !== 'table') return;
  const materialized = table.materialization !== null;
  if (materialized === (object === 'MATERIALIZED TABLE')) return;
  const params = { name: printPath(name.parts), statement: 'DROP MATERIALIZED TABLE' };
  throw materialized
    ? validationError('MATERIALIZED_TABLE', params, { span: name.span })
    : validationError('NOT_MATERIALIZED', params, { span: name.span });
}

function dropFunction(statement: Drop, { session }: StatementCall): void {
  const { functions, catalogs } = session;
  const { parts, span } = statement.name;
  const dropped = statement.system
    ? functions.dropSystem(parts.at(-1) ?? '')
    : statement.temporary
      ? functions.dropTemporary(parts)
      : dropPermanent();
  if (!dropped && !statement.ifExists) {
    const found = functions.find(parts);
    const hint = found
      ? dropHint(found, parts)
      : didYouMean(parts.at(-1) ?? '', functions.userFunctions());
    throw validationError('FUNCTION_NOT_FOUND', { name: printPath(parts) }, { span, hint });
  }

  function dropPermanent(): boolean {
    const { catalog, database, name } = catalogs.qualify(parts, span);
    const home = catalogs.home({ catalog, database, name });
    if (home?.getFunction(database, name) == null) return false;
    home.dropFunction(database, name);
    catalogs.touch();
    return true;
  }
}

/** Which statement drops a function that another one was asked for. */
function dropHint(found: FoundFunction, parts: readonly string[]): string {
  const name = quotePath(parts);
  if (found.entry === null) return `${name} is built in: it cannot be dropped.`;
  const kind = `${found.temporary ? 'TEMPORARY ' : ''}${found.system ? 'SYSTEM ' : ''}FUNCTION`;
  return `It is dropped by DROP ${kind} ${name}.`;
}

function dropDatabase(statement: Drop, { session }: StatementCall): void {
  const { catalogs } = session;
  const { span } = statement.name;
  const [catalog, database] = databasePath(statement.name.parts, catalogs.currentCatalog, span);
  const home = catalogs.catalog(catalog, span);
  if (home.getDatabase(database) === null && statement.ifExists) return;
  catalogs.requireDatabase(catalog, database, span);
  if (catalog === catalogs.currentCatalog && database === catalogs.currentDatabase) {
    throw validationError('DATABASE_IN_USE', { database }, { span });
  }
  const tables = home.listTables(database) ?? [];
  if (tables.length > 0 && !statement.cascade) {
    throw validationError('DATABASE_NOT_EMPTY', { database }, { span });
  }
  for (const name of tables) {
    const table = home.getTable(database, name);
    home.dropTable(database, name);
    if (table !== null) releaseTable(table);
  }
  home.dropDatabase(database);
  catalogs.touch();
}

function dropObject<T>(
  { name: { parts, span }, temporary, system, ifExists }: Drop,
  objects: ObjectCatalog<T>,
  { session }: StatementCall,
): void {
  const identifier = system
    ? systemIdentifier(parts.at(-1) ?? '')
    : session.catalogs.qualify(parts, span);
  if (!temporary && objects.isTemporary(identifier)) {
    throw validationError('TEMPORARY_OBJECT', { object: printPath(parts) }, { span });
  }
  if (!objects.drop(identifier, temporary) && !ifExists) throw objects.notFound(parts, span);
}

function dropCatalog(statement: Drop, { session }: StatementCall): void {
  const name = statement.name.parts.at(-1) ?? '';
  if (session.catalogs.getCatalog(name) === null && statement.ifExists) return;
  session.catalogs.unregisterCatalog(name);
}
