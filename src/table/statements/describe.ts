import type { CatalogColumn, CatalogTable, CatalogView } from '../../catalog/catalog.ts';
import { didYouMean } from '../../common/diagnostics.ts';
import { validationError } from '../../common/errors.ts';
import { printPath } from '../../common/identifiers.ts';
import type { Describe } from '../../parser/ast/statements.ts';
import { withNullable } from '../../types/data-type.ts';
import { printType } from '../../types/print.ts';
import { field, schemaOf } from '../../types/schema.ts';
import { BOOLEAN, STRING } from '../../types/types.ts';
import { shownTable } from '../path-table.ts';
import type { TableResult } from '../result.ts';
import type { Session } from '../session.ts';
import { shownOptions } from '../show-create.ts';
import type { StatementCall } from './handler.ts';
import { databasePath } from './use.ts';

/** DESCRIBE of a table, view, file, database, catalog or function. */
export function describe(statement: Describe, call: StatementCall): TableResult {
  const { session } = call;
  switch (statement.object) {
    case 'TABLE':
      return describeColumns(session, shownTable(statement.name, session), () => true);
    case 'DATABASE':
      return describeDatabase(statement, session);
    case 'CATALOG':
      return describeCatalog(statement, session);
    case 'FUNCTION':
      return describeFunction(statement, session);
    case 'MODEL':
      return describeModel(statement, session);
    case 'CONNECTION':
      return describeConnection(statement, session);
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
    const proctime = isProctime(column) ? ' *PROCTIME*' : '';
    const row = [
      column.name,
      printType(withNullable(column.type, true)) + rowtime + proctime,
      column.type.nullable,
      key?.columns.includes(column.name) === true ? `PRI(${key.columns.join(', ')})` : null,
      extras(column),
      watermark?.column === column.name ? watermark.expression : null,
    ];
    return withComment ? [...row, column.comment] : row;
  });
  return session.known(schema, rows);
}

/** A processing-time attribute: a computed column that is PROCTIME() and nothing else. */
function isProctime(column: CatalogColumn): boolean {
  return column.kind === 'computed' && column.expression.toUpperCase() === 'PROCTIME()';
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
  const { name, info: about } = session.catalogs.catalog(parts[0] ?? '', span);
  const rows: (readonly [string, string])[] = [
    ['name', name],
    ['type', about.options.get('type') ?? ''],
    ['comment', about.comment ?? ''],
  ];
  if (statement.extended) {
    const options = [...about.options].filter(([key]) => key !== 'type').sort();
    for (const [key, value] of options) rows.push([`option:${key}`, value]);
  }
  return info(session, rows);
}

function describeFunction(statement: Describe, session: Session): TableResult {
  const { parts, span } = statement.name;
  const found = session.functions.find(parts);
  if (found === null) {
    const { functions, modules } = session;
    const names = [...functions.userFunctions(), ...modules.listFunctions()];
    const hint = didYouMean(parts.at(-1) ?? '', names);
    throw validationError('FUNCTION_NOT_FOUND', { name: printPath(parts) }, { span, hint });
  }
  const { definition, entry, system, temporary } = found;
  const rows: (readonly [string, string])[] = [
    ['is system function', String(system)],
    ['is temporary', String(temporary)],
  ];
  if (entry !== null && !system) {
    rows.push(
      ['class name', entry.identifier],
      ['function language', entry.language],
      ['resource uris', '[]'],
    );
  }
  if (statement.extended) {
    const path = found.path.length > 1 ? printPath(found.path) : definition.name;
    rows.push(
      ['kind', definition.kind.toUpperCase()],
      ['requirements', '[]'],
      ['is deterministic', String(definition.deterministic)],
      ['supports constant folding', String(definition.deterministic)],
      ['signature', definition.input.describe(path).join('\n')],
    );
  }
  return info(session, rows);
}

function describeModel(statement: Describe, session: Session): TableResult {
  const { parts, span } = statement.name;
  const { object: model } = session.models.require(parts, span);
  const schema = schemaOf([
    field('name', STRING),
    field('type', STRING),
    field('null', BOOLEAN),
    field('is input', BOOLEAN),
    field('comment', STRING),
  ]);
  const row = (column: CatalogColumn, isInput: boolean): readonly unknown[] => [
    column.name,
    printType(withNullable(column.type, true)),
    column.type.nullable,
    isInput,
    column.comment,
  ];
  return session.known(schema, [
    ...model.input.map((column) => row(column, true)),
    ...model.output.map((column) => row(column, false)),
  ]);
}

function describeConnection(statement: Describe, session: Session): TableResult {
  const { parts, span } = statement.name;
  const { identifier, object, temporary } = session.connections.require(parts, span);
  const rows: (readonly [string, string])[] = [
    ['connection name', identifier.name],
    ['comment', object.comment ?? ''],
    ['is temporary', String(temporary)],
  ];
  for (const [key, value] of [...shownOptions(object.options)].sort()) {
    rows.push([`option:${key}`, value]);
  }
  return info(session, rows);
}

function info(session: Session, rows: readonly (readonly [string, string])[]): TableResult {
  return session.known(schemaOf([field('info name', STRING), field('info value', STRING)]), rows);
}
