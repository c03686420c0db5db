import type { CatalogTable } from '../../catalog/catalog.ts';
import { didYouMean } from '../../common/diagnostics.ts';
import { type Span, validationError } from '../../common/errors.ts';
import { printPath } from '../../common/identifiers.ts';
import type { SchemaAction, SchemaChange } from '../../parser/ast/ddl.ts';
import type { Identifier } from '../../parser/ast/node.ts';
import type { TableConstraint, TableElement, Watermark } from '../../parser/ast/tables.ts';
import { parseTableElements } from '../../parser/parser.ts';
import { columnsOf } from '../expression-text.ts';
import { elementTexts } from '../show-create.ts';
import type { StatementCall } from './handler.ts';
import { tableParts } from './table-elements.ts';

type Column = Exclude<TableElement, Watermark | TableConstraint>;

/** What the parentheses of CREATE TABLE would hold, taken apart. */
interface Elements {
  readonly columns: readonly Column[];
  readonly watermark: Watermark | null;
  readonly key: TableConstraint | null;
}

/**
 * The declaration of a table after ALTER TABLE ADD, MODIFY or DROP. Errors: INVALID_ALTER,
 * COLUMN_NOT_FOUND, DUPLICATE_COLUMN and what CREATE TABLE gives.
 */
export function alteredSchema(
  table: CatalogTable,
  change: SchemaAction,
  span: Span | null,
  call: StatementCall,
): CatalogTable {
  switch (change.action) {
    case 'DROP DISTRIBUTION':
      if (table.distribution === null) throw impossible('the table has no distribution', span);
      return { ...table, distribution: null };
    case 'DROP WATERMARK':
      if (table.watermark === null) throw impossible('the table has no watermark', span);
      return { ...table, watermark: null };
    case 'DROP PRIMARY KEY':
      if (table.primaryKey === null) throw impossible('the table has no primary key', span);
      return { ...table, primaryKey: null };
    case 'DROP CONSTRAINT':
      if (table.primaryKey?.name !== change.name) {
        throw impossible(`the table has no constraint '${change.name}'`, span);
      }
      return { ...table, primaryKey: null };
    case 'DROP COLUMNS':
      return dropColumns(table, change.columns, span);
    default:
      return change.changes.reduce(
        (altered, one) => addOrModify(altered, change.action === 'ADD', one, call),
        table,
      );
  }
}

/** Refuses to change a column that others depend on. Errors: INVALID_ALTER. */
export function checkUnused(table: CatalogTable, name: string, span: Span | null): void {
  const readers = table.columns.filter(
    (c) => c.kind === 'computed' && c.name !== name && columnsOf(c.expression).has(name),
  );
  const [reader] = readers;
  const because = (what: string): Error =>
    impossible(`the column '${name}' is used by ${what}`, span);
  if (reader !== undefined) throw because(`the computed column '${reader.name}'`);
  const { watermark, partitionKeys } = table;
  if (watermark !== null) {
    const used = watermark.column === name || columnsOf(watermark.expression).has(name);
    if (used) throw because('the watermark');
  }
  if (partitionKeys.includes(name)) throw because('the partition keys');
  if (table.distribution?.columns.includes(name)) throw because('the distribution');
}

/** The column that must exist. Errors: COLUMN_NOT_FOUND. */
export function requireColumn(table: CatalogTable, { parts, span }: Identifier): string {
  const column = printPath(parts);
  const names = table.columns.map((c) => c.name);
  if (names.includes(column)) return column;
  const hint = didYouMean(column, names);
  throw validationError('COLUMN_NOT_FOUND', { column, scope: 'the table' }, { span, hint });
}

function dropColumns(
  table: CatalogTable,
  columns: readonly Identifier[],
  span: Span | null,
): CatalogTable {
  const dropped = new Set(columns.map((column) => requireColumn(table, column)));
  const rest = {
    ...table,
    columns: table.columns.filter((column) => !dropped.has(column.name)),
  };
  for (const column of columns) {
    const name = printPath(column.parts);
    checkUnused(rest, name, column.span);
    if (table.primaryKey?.columns.includes(name)) {
      throw impossible(`the column '${name}' is used by the primary key`, column.span);
    }
  }
  if (rest.columns.length === 0) throw impossible('a table keeps at least one column', span);
  return rest;
}

function addOrModify(
  table: CatalogTable,
  add: boolean,
  { element, position }: SchemaChange,
  call: StatementCall,
): CatalogTable {
  const { span } = element;
  const refuse = (has: boolean, what: string): void => {
    if (add && has) throw impossible(`the table has a ${what} already; use MODIFY`, span);
    if (!add && !has) throw impossible(`the table has no ${what}; use ADD`, span);
  };
  if (element.kind === 'Distribution') {
    refuse(table.distribution !== null, 'distribution');
    const { method, columns, buckets } = element;
    return { ...table, distribution: { method, columns, buckets } };
  }
  const old = elementsOf(table);
  if (element.kind === 'Watermark') {
    refuse(table.watermark !== null, 'watermark');
    return { ...table, ...parts({ ...old, watermark: element }, call) };
  }
  if (element.kind === 'TableConstraint') {
    refuse(table.primaryKey !== null, 'primary key');
    return { ...table, ...parts({ ...old, key: element }, call) };
  }
  const name = printPath(element.name.parts);
  const index = old.columns.findIndex((c) => printPath(c.name.parts) === name);
  if (add && index >= 0) {
    throw validationError('DUPLICATE_COLUMN', { column: name }, { span: element.name.span });
  }
  if (!add) requireColumn(table, element.name);
  const others = old.columns.filter((_, i) => i !== index);
  const at = placeOf(position, others, table, add ? others.length : index);
  const constraint = element.kind === 'PhysicalColumn' ? element.constraint : null;
  if (constraint !== null) refuse(table.primaryKey !== null, 'primary key');
  const key = constraint === null ? old.key : null;
  const columns = [...others.slice(0, at), element, ...others.slice(at)];
  return { ...table, ...parts({ ...old, columns, key }, call) };
}

function placeOf(
  position: SchemaChange['position'],
  columns: readonly Column[],
  table: CatalogTable,
  otherwise: number,
): number {
  if (position === null) return otherwise;
  if (position.place === 'FIRST') return 0;
  const after = requireColumn(table, position.column);
  return columns.findIndex((c) => printPath(c.name.parts) === after) + 1;
}

function parts(elements: Elements, call: StatementCall): ReturnType<typeof tableParts> {
  const { columns, watermark, key } = elements;
  return tableParts(
    [...columns, ...(watermark === null ? [] : [watermark]), ...(key === null ? [] : [key])],
    call,
  );
}

/** The declaration of a table as syntax, so that changes are read as CREATE TABLE reads them. */
function elementsOf(table: CatalogTable): Elements {
  const all = withoutSpans(parseTableElements(elementTexts(table).join(', ')));
  const isWatermark = (e: TableElement): e is Watermark => e.kind === 'Watermark';
  const isKey = (e: TableElement): e is TableConstraint => e.kind === 'TableConstraint';
  return {
    columns: all.filter((e): e is Column => !isWatermark(e) && !isKey(e)),
    watermark: all.find(isWatermark) ?? null,
    key: all.find(isKey) ?? null,
  };
}

/** The tree without places: they would point into another text than the statement's. */
function withoutSpans<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutSpans) as T;
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    key === 'span' ? null : withoutSpans(item),
  ]);
  return Object.fromEntries(entries) as T;
}

function impossible(reason: string, span: Span | null): Error {
  return validationError('INVALID_ALTER', { reason }, { span });
}
