import type { CatalogTable } from '../../catalog/catalog.ts';
import { didYouMean } from '../../common/diagnostics.ts';
import { notImplemented, type Span, validationError } from '../../common/errors.ts';
import type { DynamicTableSink } from '../../connectors/connector.ts';
import type { Expr } from '../../expr/expr.ts';
import type { Query } from '../../parser/ast/queries.ts';
import type { Insert } from '../../parser/ast/statements.ts';
import { canCastImplicitly } from '../../types/casts.ts';
import { isCharacter } from '../../types/families.ts';
import { printType } from '../../types/print.ts';
import { field, type Schema, schemaOf } from '../../types/schema.ts';
import { NULL } from '../../types/types.ts';
import { columnNames, inputRef, oneRow, sink } from '../logical/build.ts';
import type { LogicalPlan, Sink } from '../logical/nodes.ts';
import { Rows } from './binder.ts';
import { coerce, nullOf } from './coerce.ts';
import type { BindContext, ResolvedCatalogTable } from './context.ts';
import { ExpressionBinder } from './expressions.ts';
import { NO_TABLES, optionsOf, resolveTable } from './from.ts';
import { bindQuery, rootEnv } from './query.ts';
import { enforceLength, enforceNotNull } from './sink-constraints.ts';
import { bindRows } from './values.ts';

/**
 * INSERT INTO and INSERT OVERWRITE: the query's columns in the order of the table's, cast to its
 * types, into its sink.
 *
 * Errors: TABLE_NOT_FOUND, NOT_WRITABLE, COLUMN_NOT_FOUND, DUPLICATE_COLUMN, INSERT_COLUMNS,
 * INSERT_TYPES.
 */
export function bindInsert(insert: Insert, context: BindContext): Sink {
  if (insert.onConflict !== null) throw notImplemented('ON CONFLICT', { span: insert.span });
  const resolved = resolveTable(insert.table, insert.hints, rootEnv(context));
  const name = insert.table.parts.join('.');
  if (resolved.kind !== 'table') {
    throw validationError('NOT_WRITABLE', { name }, { span: insert.table.span });
  }
  const target = writtenSchema(resolved);
  refuseMaterialized(resolved.table, name, insert.table.span);
  const constants = partitionValues(insert, target, context);
  const given = insert.columns?.map((column) => column.parts.join('.')) ?? null;
  checkNames(given, target, insert);
  const free = target.fields.filter((f) => !constants.has(f.name)).map((f) => f.name);
  const names = given ?? free;
  const input = bindInput(insert.query, names, target, context);
  const place = { name, span: insert.query.span };
  const rows = arrange(input, names, target, constants, place, context);
  const { overwrite, hints } = insert;
  const { identifier } = resolved;
  const options = optionsOf(hints);
  const write = resolved.sink({ overwrite, options });
  const origin =
    identifier.catalog === '' ? null : { identifier, options, overwrite, schema: target };
  const path = `${identifier.catalog}.${identifier.database}.${identifier.name}`;
  return sink(rows, path, write, origin);
}

/** The query; in VALUES, DEFAULT is the NULL of its column. */
function bindInput(
  query: Query,
  names: readonly string[],
  target: Schema,
  context: BindContext,
): LogicalPlan {
  const { body } = query;
  const hasDefault =
    body.kind === 'Values' && body.rows.some((row) => row.some((i) => i.kind === 'DefaultArg'));
  if (!hasDefault) return bindQuery(query, context);
  return bindRows(body.rows, rootEnv(context), body.span, (binder, item, i) => {
    if (item.kind !== 'DefaultArg') return binder.bind(item);
    const column = target.fields.find((f) => f.name === names[i]);
    return nullOf(column?.type ?? NULL);
  });
}

/** A query whose rows replace or extend a table: its columns are the table's, by name. */
export function bindInto(
  query: Query,
  target: Schema,
  table: string,
  write: DynamicTableSink,
  context: BindContext,
): Sink {
  const input = bindQuery(query, context);
  const place = { name: table, span: query.span };
  const names = columnNames(input.schema);
  return sink(arrange(input, names, target, new Map(), place, context), table, write);
}

/** Errors: NOT_SUPPORTED for a table whose rows are those of its query. */
export function refuseMaterialized(
  { materialization }: CatalogTable,
  name: string,
  span: Span | null,
): void {
  if (materialization === null) return;
  const reason = 'its rows are those of its query';
  const hint = 'ALTER MATERIALIZED TABLE … REFRESH runs the query again.';
  const feature = `Writing the materialized table '${name}'`;
  throw validationError('NOT_SUPPORTED', { feature, reason }, { span, hint });
}

/** The columns that a sink takes: physical ones and metadata that can be written. */
export function writtenSchema({ table }: ResolvedCatalogTable): Schema {
  const written = table.columns.filter(
    (column) => column.kind === 'physical' || (column.kind === 'metadata' && !column.virtual),
  );
  return schemaOf(written.map((column) => field(column.name, column.type, column.comment)));
}

/** The values of `PARTITION (column = value)`, cast to the columns' types. */
function partitionValues(
  insert: Insert,
  target: Schema,
  context: BindContext,
): ReadonlyMap<string, Expr> {
  const values = new Map<string, Expr>();
  const rows = new Rows(oneRow(), NO_TABLES, 'PARTITION', false);
  const binder = new ExpressionBinder(rootEnv(context), rows);
  for (const { column, value } of insert.partition?.entries ?? []) {
    const found = target.fields.find((f) => f.name === column);
    if (found === undefined) throw columnNotFound(column, target, insert.partition?.span ?? null);
    if (value !== null) values.set(column, coerce(binder.bind(value), found.type));
  }
  return values;
}

function checkNames(names: readonly string[] | null, target: Schema, insert: Insert): void {
  for (const [i, name] of (names ?? []).entries()) {
    const span = insert.columns?.[i]?.span ?? null;
    if (!target.fields.some((f) => f.name === name)) throw columnNotFound(name, target, span);
    if (names?.indexOf(name) !== i) {
      throw validationError('DUPLICATE_COLUMN', { column: name }, { span });
    }
  }
}

function columnNotFound(column: string, target: Schema, span: Span | null): Error {
  const hint = didYouMean(column, columnNames(target));
  return validationError('COLUMN_NOT_FOUND', { column, scope: 'the table' }, { span, hint });
}

/** The input's columns, which are meant for `names`, as rows of the target. */
function arrange(
  input: LogicalPlan,
  names: readonly string[],
  target: Schema,
  constants: ReadonlyMap<string, Expr>,
  place: { readonly name: string; readonly span: Span | null },
  context: BindContext,
): LogicalPlan {
  const { config } = context.statement;
  const given = input.schema.fields;
  const wanted = schemaOf(
    names.map((name) => {
      const found = target.fields.find((f) => f.name === name);
      // The query of a materialized table may have other columns than when the table was made.
      if (found === undefined) throw columnNotFound(name, target, place.span);
      return found;
    }),
  );
  const schemas = { table: place.name, query: describe(input.schema), sink: describe(wanted) };
  if (given.length !== names.length) {
    throw validationError('INSERT_COLUMNS', schemas, { span: place.span });
  }
  const exprs = target.fields.map((f): Expr => {
    const index = names.indexOf(f.name);
    if (index < 0) {
      const constant = constants.get(f.name);
      if (constant !== undefined) return constant;
      if (f.type.nullable) return nullOf(f.type);
      throw validationError(
        'INSERT_NOT_NULL',
        { table: place.name, column: f.name },
        { span: place.span },
      );
    }
    const value = inputRef(input.schema, index);
    const isText = isCharacter(value.type) && isCharacter(f.type);
    if (!isText && !canCastImplicitly(value.type, f.type)) {
      throw validationError('INSERT_TYPES', { ...schemas, column: f.name }, { span: place.span });
    }
    return enforceLength(value, f, config);
  });
  return enforceNotNull(input, exprs, target, config);
}

function describe(schema: Schema): string {
  return `[${schema.fields.map((f) => `${f.name}: ${printType(f.type)}`).join(', ')}]`;
}
