import { validationError } from '../../common/errors.ts';
import { printPath } from '../../common/identifiers.ts';
import type { Use } from '../../parser/ast/statements.ts';
import type { TableResult } from '../result.ts';
import type { StatementCall } from './handler.ts';

/** USE CATALOG c, USE [c.]db. */
export function use(statement: Use, { session }: StatementCall): TableResult {
  const { catalogs } = session;
  const { parts, span } = statement.name;
  if (statement.object === 'CATALOG') catalogs.useCatalog(parts[0] ?? '', span);
  else {
    const [catalog, database] = databasePath(parts, catalogs.currentCatalog, span);
    catalogs.useDatabase(catalog, database, span);
  }
  return session.ok();
}

/** `[catalog.]database`, completed. Errors: INVALID_PATH. */
export function databasePath(
  parts: readonly string[],
  currentCatalog: string,
  span: Use['span'],
): readonly [catalog: string, database: string] {
  const [a = '', b = ''] = parts;
  if (parts.length === 1) return [currentCatalog, a];
  if (parts.length === 2) return [a, b];
  throw validationError('INVALID_PATH', { path: printPath(parts) }, { span });
}
