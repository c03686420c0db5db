import type { CatalogColumn, CatalogTable } from '../../catalog/catalog.ts';
import { didYouMean } from '../../common/diagnostics.ts';
import { validationError } from '../../common/errors.ts';
import type { Identifier } from '../../parser/ast/node.ts';
import type { TableConstraint, TableElement, Watermark } from '../../parser/ast/tables.ts';
import { bindTableExpression } from '../../planner/bind/computed.ts';
import { bindType } from '../../planner/bind/types.ts';
import { withNullable } from '../../types/data-type.ts';
import { field, type Schema, schemaOf } from '../../types/schema.ts';
import { SessionBindContext } from '../bind-context.ts';
import { expressionText } from '../expression-text.ts';
import type { StatementCall } from './handler.ts';

/** What the parentheses of CREATE TABLE declare. */
export type TableParts = Pick<CatalogTable, 'columns' | 'primaryKey' | 'watermark'>;

/**
 * Reads the elements of a table. `query` gives the types of columns that are only named (CREATE
 * TABLE AS). Errors: DUPLICATE_COLUMN, COLUMN_NOT_FOUND, INVALID_CONSTRAINT and what types and
 * expressions give.
 */
export function tableParts(
  elements: readonly TableElement[],
  call: StatementCall,
  query: Schema | null = null,
): TableParts {
  const constraints = elements.flatMap((e) =>
    e.kind === 'TableConstraint'
      ? [e]
      : e.kind === 'PhysicalColumn' && e.constraint !== null
        ? [e.constraint]
        : [],
  );
  const stored = storedColumns(elements, query);
  const columns = withComputed(elements, stored, call);
  checkNames(columns, elements);
  const primaryKey = keyOf(constraints, columns);
  const watermarks = elements.filter((e): e is Watermark => e.kind === 'Watermark');
  if (watermarks.length > 1) {
    throw validationError(
      'INVALID_CONSTRAINT',
      { reason: 'a table has one WATERMARK' },
      { span: watermarks[1]?.span ?? null },
    );
  }
  const watermark = watermarks.map((w) => watermarkOf(w, columns, call))[0] ?? null;
  const keyColumns = new Set(primaryKey?.columns);
  return {
    columns: columns.map((column) =>
      keyColumns.has(column.name) ? { ...column, type: withNullable(column.type, false) } : column,
    ),
    primaryKey,
    watermark,
  };
}

function storedColumns(
  elements: readonly TableElement[],
  query: Schema | null,
): ReadonlyMap<TableElement, CatalogColumn> {
  const stored = new Map<TableElement, CatalogColumn>();
  for (const element of elements) {
    if (element.kind === 'PhysicalColumn') {
      const { comment } = element;
      stored.set(element, {
        kind: 'physical',
        name: nameOf(element.name),
        type: bindType(element.type),
        comment,
      });
    } else if (element.kind === 'MetadataColumn') {
      const { comment, from: key, virtual } = element;
      const type = bindType(element.type);
      stored.set(element, {
        kind: 'metadata',
        name: nameOf(element.name),
        type,
        comment,
        key,
        virtual,
      });
    } else if (element.kind === 'ColumnReference') {
      const name = nameOf(element.name);
      const found = query?.fields.find((f) => f.name === name);
      if (found === undefined)
        throw columnNotFound(
          element.name,
          query?.fields.map((f) => f.name),
        );
      stored.set(element, { kind: 'physical', ...found });
    }
  }
  return stored;
}

/** Computed columns may read every stored column, wherever it stands. */
function withComputed(
  elements: readonly TableElement[],
  stored: ReadonlyMap<TableElement, CatalogColumn>,
  call: StatementCall,
): readonly CatalogColumn[] {
  const schema = schemaOf([...stored.values()].map((c) => field(c.name, c.type)));
  const context = new SessionBindContext(call.session, call.statement, call.parameters);
  return elements.flatMap((element): CatalogColumn[] => {
    const column = stored.get(element);
    if (column !== undefined) return [column];
    if (element.kind !== 'ComputedColumn') return [];
    const { type } = bindTableExpression(element.expr, schema, context);
    const expression = expressionText(element.expr);
    return [
      { kind: 'computed', name: nameOf(element.name), type, comment: element.comment, expression },
    ];
  });
}

function checkNames(columns: readonly CatalogColumn[], elements: readonly TableElement[]): void {
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (seen.has(name)) {
      const again = elements.findLast(
        (e) => 'name' in e && e.name !== null && printName(e.name) === name,
      );
      throw validationError('DUPLICATE_COLUMN', { column: name }, { span: again?.span ?? null });
    }
    seen.add(name);
  }
}

function keyOf(
  constraints: readonly TableConstraint[],
  columns: readonly CatalogColumn[],
): CatalogTable['primaryKey'] {
  const [key, second] = constraints.filter((c) => c.type === 'PRIMARY KEY');
  const unique = constraints.find((c) => c.type === 'UNIQUE');
  if (unique !== undefined) {
    const reason = 'only a PRIMARY KEY can say that values come once';
    throw validationError('NOT_SUPPORTED', { feature: 'UNIQUE', reason }, { span: unique.span });
  }
  if (second !== undefined) {
    throw validationError(
      'INVALID_CONSTRAINT',
      { reason: 'a table has one PRIMARY KEY' },
      { span: second.span },
    );
  }
  if (key === undefined) return null;
  const names = columns.filter((c) => c.kind === 'physical').map((c) => c.name);
  for (const name of key.columns) {
    if (!names.includes(name)) {
      throw columnNotFound({ kind: 'Identifier', parts: [name], span: key.span }, names);
    }
  }
  const name = key.name ?? `PK_${key.columns.join('_')}`;
  return { name, columns: key.columns, enforced: key.enforced ?? false };
}

function watermarkOf(
  watermark: Watermark,
  columns: readonly CatalogColumn[],
  call: StatementCall,
): CatalogTable['watermark'] {
  const name = nameOf(watermark.column);
  const column = columns.find((c) => c.name === name);
  if (column === undefined)
    throw columnNotFound(
      watermark.column,
      columns.map((c) => c.name),
    );
  if (column.type.kind !== 'TIMESTAMP' && column.type.kind !== 'TIMESTAMP_LTZ') {
    throw validationError(
      'INVALID_CONSTRAINT',
      { reason: `the WATERMARK column '${name}' must be a TIMESTAMP or TIMESTAMP_LTZ` },
      { span: watermark.span },
    );
  }
  const schema = schemaOf(columns.map((c) => field(c.name, c.type)));
  const context = new SessionBindContext(call.session, call.statement, call.parameters);
  bindTableExpression(watermark.expr, schema, context);
  return { column: name, expression: expressionText(watermark.expr) };
}

function printName(name: Identifier | string): string {
  return typeof name === 'string' ? name : name.parts.join('.');
}

function nameOf(name: Identifier): string {
  if (name.parts.length === 1) return name.parts[0] ?? '';
  throw validationError(
    'NOT_SUPPORTED',
    { feature: `The nested column '${name.parts.join('.')}'`, reason: 'columns are top-level' },
    { span: name.span },
  );
}

function columnNotFound(name: Identifier, columns: readonly string[] = []): Error {
  const column = name.parts.join('.');
  return validationError(
    'COLUMN_NOT_FOUND',
    { column, scope: 'the columns of the table' },
    { span: name.span, hint: didYouMean(column, columns) },
  );
}
