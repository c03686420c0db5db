import { validationError } from '../../common/errors.ts';
import { printPath } from '../../common/identifiers.ts';
import type { AlterCatalog, AlterDatabase, AlterView } from '../../parser/ast/ddl.ts';
import type { TableResult } from '../result.ts';
import { changedOptions, renameObject } from './alter-table.ts';
import { viewOf } from './create.ts';
import type { StatementCall } from './handler.ts';
import { databasePath } from './use.ts';

/** ALTER VIEW: RENAME TO, AS. */
export function alterView(statement: AlterView, call: StatementCall): TableResult {
  const { session } = call;
  const { name, change } = statement;
  if (session.catalogs.find(name.parts) === null && statement.ifExists) return session.ok();
  const found = session.catalogs.require(name.parts, name.span);
  if (found.table.kind !== 'view') {
    throw validationError('NOT_A_VIEW', { name: printPath(name.parts) }, { span: name.span });
  }
  if (change.action === 'RENAME') renameObject(found, change.to, call);
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
  const options = changedOptions(old?.options ?? new Map(), statement.change, statement);
  home.createDatabase(database, { comment: old?.comment ?? null, options });
  catalogs.touch();
  return session.ok();
}

/** ALTER CATALOG: SET, RESET, COMMENT; its type stays. Errors: CATALOG_NOT_FOUND, INVALID_ALTER. */
export function alterCatalog(statement: AlterCatalog, { session }: StatementCall): TableResult {
  const { change, span, name } = statement;
  const catalog = session.catalogs.catalog(name, span);
  const { info } = catalog;
  if (change.action === 'COMMENT') catalog.alter({ ...info, comment: change.comment });
  else {
    const keys = change.action === 'RESET' ? change.keys : change.options.map(({ key }) => key);
    if (keys.includes('type')) {
      throw validationError('INVALID_ALTER', { reason: "a catalog keeps its 'type'" }, { span });
    }
    catalog.alter({ ...info, options: changedOptions(info.options, change, statement) });
  }
  session.catalogs.touch();
  return session.ok();
}
