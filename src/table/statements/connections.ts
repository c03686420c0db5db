import type { CatalogConnection, ObjectIdentifier } from '../../catalog/catalog.ts';
import { systemIdentifier } from '../../catalog/object-catalog.ts';
import type { AlterConnection, CreateConnection } from '../../parser/ast/ddl.ts';
import type { TableResult } from '../result.ts';
import { changedOptions } from './alter-table.ts';
import { optionsOf } from './create.ts';
import type { StatementCall } from './handler.ts';

/** CREATE CONNECTION: options that tables take over. Errors: CONNECTION_EXISTS. */
export function createConnection(statement: CreateConnection, call: StatementCall): TableResult {
  const { session } = call;
  const { name, scope, ifNotExists, comment } = statement;
  const identifier: ObjectIdentifier =
    scope === 'TEMPORARY SYSTEM'
      ? systemIdentifier(name.parts.at(-1) ?? '')
      : session.catalogs.qualify(name.parts, name.span);
  const connection: CatalogConnection = { comment, options: optionsOf(statement.options) };
  const temporary = scope !== 'CATALOG';
  session.connections.create(identifier, connection, { temporary, ifNotExists });
  return session.ok();
}

/** ALTER CONNECTION: options, name. Errors: CONNECTION_NOT_FOUND, CONNECTION_EXISTS. */
export function alterConnection(statement: AlterConnection, call: StatementCall): TableResult {
  const { session } = call;
  const { connections } = session;
  const { name, change, ifExists } = statement;
  if (ifExists && connections.find(name.parts) === null) return session.ok();
  const found = connections.require(name.parts, name.span);
  if (change.action === 'RENAME') {
    connections.rename(found, change.to.parts, change.to.span);
    return session.ok();
  }
  const { identifier, object, temporary } = found;
  const options = changedOptions(object.options, change, statement);
  connections.put(identifier, { ...object, options }, temporary);
  return session.ok();
}
