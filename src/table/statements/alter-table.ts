import type { CatalogColumn, CatalogTable, ObjectIdentifier } from '../../catalog/catalog.ts';
import { type FoundTable, pathText } from '../../catalog/catalog-manager.ts';
import { validationError } from '../../common/errors.ts';
import { printPath } from '../../common/identifiers.ts';
import { storedSchema } from '../../connectors/index.ts';
import { MemoryTable } from '../../connectors/memory/memory-table.ts';
import type { AlterTable, OptionAction } from '../../parser/ast/ddl.ts';
import type { Expr } from '../../parser/ast/expressions.ts';
import type { Identifier } from '../../parser/ast/node.ts';
import type { Select } from '../../parser/ast/queries.ts';
import { parseExpression } from '../../parser/parser.ts';
import { bindInto } from '../../planner/bind/insert.ts';
import { printType } from '../../types/print.ts';
import { SessionBindContext } from '../bind-context.ts';
import { releaseTable } from '../live-tables.ts';
import type { TableResult } from '../result.ts';
import { runWrite } from '../run.ts';
import { alteredSchema, checkUnused, requireColumn } from './alter-schema.ts';
import { optionsOf } from './create.ts';
import type { StatementCall } from './handler.ts';
import { addPartitions, dropPartitions } from './partitions.ts';
import { physicalPlan } from './query.ts';
import { replacingSink, selectFrom } from './rewrite.ts';

/**
 * ALTER TABLE in all its forms. The rows of a table in memory follow its columns. Errors:
 * TABLE_NOT_FOUND, NOT_A_TABLE, INVALID_ALTER and what CREATE TABLE gives.
 */
export function alterTable(
  statement: AlterTable,
  call: StatementCall,
): TableResult | Promise<TableResult> {
  const { session } = call;
  const { change, name } = statement;
  const { catalogs } = session;
  if (statement.ifExists && catalogs.find(name.parts) === null) return session.ok();
  const found = catalogs.require(name.parts, name.span);
  const { identifier, table, temporary } = found;
  if (table.kind === 'view') {
    throw validationError('NOT_A_TABLE', { name: printPath(name.parts) }, { span: name.span });
  }
  if (table.materialization !== null) {
    const params = { name: printPath(name.parts), statement: 'ALTER MATERIALIZED TABLE' };
    throw validationError('MATERIALIZED_TABLE', params, { span: name.span });
  }
  const put = (altered: CatalogTable): TableResult => {
    catalogs.putTable(identifier, altered, temporary);
    return session.ok();
  };
  switch (change.action) {
    case 'RENAME':
      renameObject(found, change.to, call);
      return session.ok();
    case 'SET':
    case 'RESET':
      return put({ ...table, options: changedOptions(table.options, change, statement) });
    case 'ADD PARTITIONS':
      return put(addPartitions(table, change, identifier, call));
    case 'DROP PARTITIONS':
      return dropPartitions(table, change, identifier, call).then(put);
    case 'RENAME COLUMN':
      return changeColumns(found, renameColumn(table, change.column, change.to), call, {
        [printPath(change.to.parts)]: printPath(change.column.parts),
      });
    default:
      return changeColumns(found, alteredSchema(table, change, statement.span, call), call);
  }
}

function renameColumn(table: CatalogTable, column: Identifier, to: Identifier): CatalogTable {
  const from = requireColumn(table, column);
  const name = printPath(to.parts);
  if (table.columns.some((c) => c.name === name)) {
    throw validationError('DUPLICATE_COLUMN', { column: name }, { span: to.span });
  }
  checkUnused(table, from, column.span);
  const renamed = (other: string): string => (other === from ? name : other);
  return {
    ...table,
    columns: table.columns.map((c): CatalogColumn => ({ ...c, name: renamed(c.name) })),
    primaryKey: table.primaryKey && {
      ...table.primaryKey,
      columns: table.primaryKey.columns.map(renamed),
    },
  };
}

/** Replaces the declaration; a table in memory gets new memory, filled from the old. */
export function changeColumns(
  { identifier, table, temporary }: FoundTable,
  altered: CatalogTable,
  call: StatementCall,
  renamed: Readonly<Record<string, string>> = {},
): TableResult | Promise<TableResult> {
  const { session } = call;
  const checked: CatalogTable = { ...altered, statistics: null };
  if (table.kind === 'view' || !(table.instance instanceof MemoryTable)) {
    session.catalogs.putTable(identifier, checked, temporary);
    return session.ok();
  }
  return refill(identifier, { table, instance: table.instance }, checked, call, renamed).then(
    (refilled) => {
      session.catalogs.putTable(identifier, refilled, temporary);
      releaseTable(table);
      return session.ok();
    },
  );
}

/** The new table in memory, with the old rows in the new columns: casts, NULL where they are new. */
async function refill(
  identifier: ObjectIdentifier,
  old: { readonly table: CatalogTable; readonly instance: MemoryTable },
  altered: CatalogTable,
  call: StatementCall,
  renamed: Readonly<Record<string, string>>,
): Promise<CatalogTable> {
  const { session } = call;
  const schema = storedSchema(altered);
  const instance = session.memoryTables.create(schema);
  const table = { ...altered, instance };
  const unlock = await old.instance.lock();
  try {
    if (old.instance.rowCount === 0) return table;
    const before = storedSchema(old.table).fields;
    const items = schema.fields.map(({ name, type }): Select['items'][number] => {
      const from = before.find((f) => f.name === (renamed[name] ?? name));
      const column: Expr =
        from === undefined
          ? { kind: 'NullLiteral', span: null }
          : { kind: 'Identifier', span: null, parts: [from.name] };
      const typed = parseExpression(`CAST(NULL AS ${printType({ ...type, nullable: true })})`);
      const expr = typed.kind === 'Cast' ? { ...typed, operand: column } : column;
      return { kind: 'SelectItem', span: null, expr, alias: name };
    });
    const { catalog, database, name } = identifier;
    const from: Identifier = { kind: 'Identifier', span: null, parts: [catalog, database, name] };
    const sink = replacingSink(altered, instance, false);
    const context = new SessionBindContext(session, call.statement, call.parameters);
    const query = selectFrom(from, items, null, null);
    const logical = bindInto(query, schema, pathText(identifier), sink, context);
    await runWrite(physicalPlan(logical, call), call);
    return table;
  } finally {
    unlock();
  }
}

/** Gives a table or view another name in its database. Errors: TABLE_EXISTS. */
export function renameObject(found: FoundTable, to: Identifier, { session }: StatementCall): void {
  const { catalogs } = session;
  const target =
    to.parts.length === 1
      ? { ...found.identifier, name: to.parts[0] ?? '' }
      : catalogs.qualify(to.parts, to.span);
  const { temporary, table } = found;
  catalogs.createTable(target, table, { temporary, ifNotExists: false });
  catalogs.dropTable(found.identifier, { temporary, kind: table.kind });
}

/** Options after SET or RESET. Errors: INVALID_ALTER for a RESET of nothing. */
export function changedOptions(
  options: ReadonlyMap<string, string>,
  change: OptionAction,
  { span }: { readonly span: AlterTable['span'] },
): ReadonlyMap<string, string> {
  if (change.action === 'SET') return new Map([...options, ...optionsOf(change.options)]);
  if (change.keys.length === 0) {
    throw validationError('INVALID_ALTER', { reason: 'RESET names no option' }, { span });
  }
  return new Map([...options].filter(([key]) => !change.keys.includes(key)));
}
