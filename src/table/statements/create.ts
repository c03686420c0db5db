import type { CatalogView } from '../../catalog/catalog.ts';
import { validationError } from '../../common/errors.ts';
import type { CreateCatalog, CreateDatabase, CreateView } from '../../parser/ast/ddl.ts';
import type { Query } from '../../parser/ast/queries.ts';
import type { Property } from '../../parser/ast/tables.ts';
import { bindQuery } from '../../planner/bind/query.ts';
import { SessionBindContext } from '../bind-context.ts';
import { catalogOf } from '../create-catalog.ts';
import { qualifiedText } from '../qualify-query.ts';
import type { TableResult } from '../result.ts';
import type { StatementCall } from './handler.ts';
import { databasePath } from './use.ts';

/** CREATE [TEMPORARY] VIEW. */
export function createView(statement: CreateView, call: StatementCall): TableResult {
  const { session } = call;
  const identifier = session.catalogs.qualify(statement.name.parts, statement.name.span);
  if (statement.orReplace) {
    const reason = 'as in Flink; DROP VIEW IF EXISTS first, or ALTER VIEW … AS';
    throw validationError(
      'NOT_SUPPORTED',
      { feature: 'CREATE OR REPLACE VIEW', reason },
      { span: statement.span },
    );
  }
  const view = viewOf(statement.query, statement.columns, statement.comment, call);
  const { temporary, ifNotExists } = statement;
  session.catalogs.createTable(identifier, view, { temporary, ifNotExists });
  return session.ok();
}

/** A view over a query: bound once, so that its errors show now and its columns are known. */
export function viewOf(
  query: Query,
  columns: CreateView['columns'],
  comment: string | null,
  call: StatementCall,
): CatalogView {
  const context = new SessionBindContext(call.session, call.statement, call.parameters);
  const { fields } = bindQuery(query, context).schema;
  if (columns !== null && columns.length !== fields.length) {
    throw validationError(
      'VIEW_COLUMNS',
      { expected: columns.length, got: fields.length },
      { span: query.span },
    );
  }
  const span = query.span;
  return {
    kind: 'view',
    columns: fields.map((f, i) => ({
      kind: 'physical',
      ...f,
      name: columns?.[i]?.name ?? f.name,
      comment: columns?.[i]?.comment ?? null,
    })),
    originalQuery: span === null ? call.sql : call.sql.slice(span.start, span.end),
    expandedQuery: qualifiedText(query, call.sql, call.session.catalogs),
    comment,
    instance: null,
  };
}

/** CREATE CATALOG … WITH ('type' = …). */
export function createCatalog(statement: CreateCatalog, { session }: StatementCall): TableResult {
  const { catalogs } = session;
  if (statement.ifNotExists && catalogs.getCatalog(statement.name) !== null) return session.ok();
  const options = optionsOf(statement.options);
  const { comment, span } = statement;
  catalogs.registerCatalog(catalogOf(statement.name, { comment, options }, span));
  return session.ok();
}

/** CREATE DATABASE. */
export function createDatabase(statement: CreateDatabase, { session }: StatementCall): TableResult {
  const { catalogs } = session;
  const { parts, span } = statement.name;
  const [catalog, database] = databasePath(parts, catalogs.currentCatalog, span);
  const home = catalogs.catalog(catalog, span);
  if (home.getDatabase(database) === null) {
    home.createDatabase(database, {
      comment: statement.comment,
      options: optionsOf(statement.options),
    });
    catalogs.touch();
  } else if (!statement.ifNotExists) {
    throw validationError('DATABASE_EXISTS', { database }, { span });
  }
  return session.ok();
}

/** WITH options by key. */
export function optionsOf(options: readonly Property[] | null): ReadonlyMap<string, string> {
  return new Map(options?.map(({ key, value }) => [key, value]));
}
