import type { CatalogColumn, CatalogTable, CatalogView } from '../../catalog/catalog.ts';
import { notImplemented, validationError } from '../../common/errors.ts';
import { printPath } from '../../common/identifiers.ts';
import type { Describe } from '../../parser/ast/statements.ts';
import { withNullable } from '../../types/data-type.ts';
import { printType } from '../../types/print.ts';
import { field, schemaOf } from '../../types/schema.ts';
import { BOOLEAN, STRING } from '../../types/types.ts';
import type { TableResult } from '../result.ts';
import type { Session } from '../session.ts';
import type { StatementCall } from './handler.ts';
import { databasePath } from './use.ts';

/** DESCRIBE of a table, view, database, catalog or function. */
export function describe(statement: Describe, call: StatementCall): TableResult {
  const { session } = call;
  const { parts, span } = statement.name;
  switch (statement.object) {
    case 'TABLE':
      return describeColumns(session, session.catalogs.require(parts, span).table, () => true);
    case 'DATABASE':
      return describeDatabase(statement, session);
    case 'CATALOG':
      return describeCatalog(statement, session);
    case 'FUNCTION': {
      const definition = session.functions.resolve(parts);
      if (definition === null) {
        throw validationError('FUNCTION_NOT_FOUND', { name: printPath(parts) }, { span });
      }
      return info(session, [
        ['is system function', String(definition.body.kind === 'builtin')],
        ['kind', definition.kind],
        ['is deterministic', String(definition.deterministic)],
        ['description', definition.doc],
      ]);
    }
    default:
      throw notImplemented(`DESCRIBE ${statement.object}`, { span: statement.span });
  }
}

/** The columns of a table as DESCRIBE shows them. */
export function describeColumns(
  session: Session,
  table: CatalogTable | CatalogView,
  passes: (column: CatalogColumn) => boolean,
): TableResult {
  const withComment = table.columns.some((column) => column.comment !== null);
  const schema = schemaOf([
    field('name', STRING),
    field('type', STRING),
    field('null', BOOLEAN),
    field('key', STRING),
    field('extras', STRING),
    field('watermark', STRING),
    ...(withComment ? [field('comment', STRING)] : []),
  ]);
  const key = table.kind === 'table' ? table.primaryKey : null;
  const watermark = table.kind === 'table' ? table.watermark : null;
  const rows = table.columns.filter(passes).map((column) => {
    const rowtime = watermark?.column === column.name ? ' *ROWTIME*' : '';
    const row = [
      column.name,
      printType(withNullable(column.type, true)) + rowtime,
      column.type.nullable,
      key?.columns.includes(column.name) === true ? `PRI(${key.columns.join(', ')})` : null,
      extras(column),
      watermark?.column === column.name ? watermark.expression : null,
    ];
    return withComment ? [...row, column.comment] : row;
  });
  return session.known(schema, rows);
}

function extras(column: CatalogColumn): string | null {
  if (column.kind === 'computed') return `AS ${column.expression}`;
  if (column.kind === 'physical') return null;
  const from = column.key === null ? '' : ` FROM '${column.key}'`;
  return `METADATA${from}${column.virtual ? ' VIRTUAL' : ''}`;
}

function describeDatabase(statement: Describe, session: Session): TableResult {
  const { parts, span } = statement.name;
  const [catalog, database] = databasePath(parts, session.catalogs.currentCatalog, span);
  session.catalogs.requireDatabase(catalog, database, span);
  const found = session.catalogs.catalog(catalog, span).getDatabase(database);
  const rows: (readonly [string, string])[] = [
    ['catalog name', catalog],
    ['database name', database],
    ['comment', found?.comment ?? ''],
  ];
  if (statement.extended) {
    const options = [...(found?.options ?? [])].map(([key, value]) => `(${key},${value})`);
    rows.push(['properties', `(${options.join(', ')})`]);
  }
  return info(session, rows);
}

function describeCatalog(statement: Describe, session: Session): TableResult {
  const { parts, span } = statement.name;
  const catalog = session.catalogs.catalog(parts[0] ?? '', span);
  return info(session, [
    ['name', catalog.name],
    ['type', 'generic_in_memory'],
    ['comment', ''],
  ]);
}

function info(session: Session, rows: readonly (readonly [string, string])[]): TableResult {
  return session.known(schemaOf([field('info name', STRING), field('info value', STRING)]), rows);
}
