import type { CatalogColumn } from '../../catalog/catalog.ts';
import { didYouMean } from '../../common/diagnostics.ts';
import { notImplemented, validationError } from '../../common/errors.ts';
import type { Expr } from '../../expr/expr.ts';
import type { Identifier } from '../../parser/ast/node.ts';
import type { Query } from '../../parser/ast/queries.ts';
import type { Insert } from '../../parser/ast/statements.ts';
import { canCastImplicitly } from '../../types/casts.ts';
import { type DataType, sameType, withNullable } from '../../types/data-type.ts';
import { printType } from '../../types/print.ts';
import type { Schema } from '../../types/schema.ts';
import { inputRef, oneRow, project, sink } from '../logical/build.ts';
import type { LogicalPlan, Sink } from '../logical/nodes.ts';
import { type QueryEnv, Rows } from './binder.ts';
import { coerce, nullOf } from './coerce.ts';
import type { BindContext, ResolvedCatalogTable } from './context.ts';
import { ExpressionBinder } from './expressions.ts';
import { NO_TABLES, optionsOf, resolveTable } from './from.ts';
import { rootEnv, valuesOf } from './query.ts';

/**
 * The plan of INSERT: the query's columns as the table has them.
 *
 * Errors: TABLE_NOT_FOUND, NOT_WRITABLE, COLUMN_NOT_FOUND, INSERT_COLUMN_TWICE, INSERT_NOT_NULL,
 * INSERT_SCHEMA, and those of the query.
 */
export function bindInsert(insert: Insert, context: BindContext): Sink {
  if (insert.onConflict !== null) throw notImplemented('ON CONFLICT', { span: insert.span });
  const env = rootEnv(context);
  const target = targetOf(insert, env);
  const columns = writableColumns(target.table.columns);
  const constants = partitionValues(insert, columns, env);
  const named = insert.columns?.map((name) => columnNamed(name, columns, insert));
  const chosen = named ?? columns.filter((column) => !constants.has(column.name));
  checkOnce(insert, chosen, constants);
  const input = bindInput(insert.query, chosen, env);
  return intoTable(input, chosen, columns, constants, target, insert);
}

/**
 * The plan that writes a bound query into a table: the Table API's `insertInto`. The columns are
 * matched by position. Errors: INSERT_SCHEMA.
 */
export function insertPlan(
  input: LogicalPlan,
  target: ResolvedCatalogTable,
  overwrite: boolean,
): Sink {
  const columns = writableColumns(target.table.columns);
  const insert = { overwrite, hints: [], span: null };
  return intoTable(input, columns, columns, new Map(), target, insert);
}

function targetOf(insert: Insert, env: QueryEnv): ResolvedCatalogTable {
  const { parts } = insert.table;
  const resolved = resolveTable(parts, insert.table.span, env);
  if (resolved.kind === 'table') return resolved;
  throw validationError('NOT_WRITABLE', { table: parts.join('.') }, { span: insert.table.span });
}

/** Stored columns: computed and virtual ones cannot be written. */
function writableColumns(columns: readonly CatalogColumn[]): readonly CatalogColumn[] {
  return columns.filter((c) => c.kind === 'physical' || (c.kind === 'metadata' && !c.virtual));
}

/** The constants of PARTITION (column = value, …). */
function partitionValues(
  insert: Insert,
  columns: readonly CatalogColumn[],
  env: QueryEnv,
): ReadonlyMap<string, Expr> {
  const values = new Map<string, Expr>();
  const binder = new ExpressionBinder(env, new Rows(oneRow(), NO_TABLES, 'PARTITION', false));
  for (const { column, value } of insert.partition?.entries ?? []) {
    const name: Identifier = {
      kind: 'Identifier',
      parts: [column],
      span: insert.partition?.span ?? null,
    };
    columnNamed(name, columns, insert);
    if (value !== null) values.set(column, binder.bind(value));
  }
  return values;
}

function columnNamed(
  name: Identifier,
  columns: readonly CatalogColumn[],
  insert: Insert,
): CatalogColumn {
  const column = columns.find((c) => c.name === name.parts.join('.'));
  if (column !== undefined) return column;
  const hint = didYouMean(
    name.parts.at(-1)!,
    columns.map((c) => c.name),
  );
  throw validationError(
    'COLUMN_NOT_FOUND',
    { column: name.parts.join('.'), scope: `table '${insert.table.parts.join('.')}'` },
    { span: name.span, hint },
  );
}

function checkOnce(
  insert: Insert,
  chosen: readonly CatalogColumn[],
  constants: ReadonlyMap<string, Expr>,
): void {
  const seen = new Set(constants.keys());
  for (const [i, { name }] of chosen.entries()) {
    if (seen.has(name)) {
      const span = insert.columns?.[i]?.span ?? insert.span;
      throw validationError('INSERT_COLUMN_TWICE', { column: name }, { span });
    }
    seen.add(name);
  }
}

/** The query; in VALUES, DEFAULT is the NULL of its column. */
function bindInput(query: Query, columns: readonly CatalogColumn[], env: QueryEnv): LogicalPlan {
  const { body } = query;
  const hasDefault =
    body.kind === 'Values' && body.rows.some((row) => row.some((i) => i.kind === 'DefaultArg'));
  if (!hasDefault) return env.bindQuery(query, env);
  const binder = new ExpressionBinder(env, new Rows(oneRow(), NO_TABLES, 'VALUES', false));
  const rows = body.rows.map((row) =>
    row.map((item, i) => {
      if (item.kind !== 'DefaultArg') return binder.bind(item);
      return nullOf(columns[i]?.type ?? { kind: 'NULL', nullable: true });
    }),
  );
  return valuesOf(rows, body.span);
}

function intoTable(
  input: LogicalPlan,
  chosen: readonly CatalogColumn[],
  columns: readonly CatalogColumn[],
  constants: ReadonlyMap<string, Expr>,
  target: ResolvedCatalogTable,
  insert: Pick<Insert, 'overwrite' | 'hints' | 'span'>,
): Sink {
  const { catalog, database, name } = target.identifier;
  const path = `${catalog}.${database}.${name}`;
  const mismatch = () => {
    const query = describe(input.schema.fields);
    return validationError(
      'INSERT_SCHEMA',
      { table: path, query, sink: describe(chosen) },
      { span: insert.span },
    );
  };
  if (input.schema.fields.length !== chosen.length) throw mismatch();
  const exprs = columns.map((column) => {
    const index = chosen.indexOf(column);
    const value = index < 0 ? constants.get(column.name) : inputRef(input.schema, index);
    if (value === undefined) {
      if (column.type.nullable) return nullOf(column.type);
      throw validationError(
        'INSERT_NOT_NULL',
        { column: column.name, table: path },
        { span: insert.span },
      );
    }
    if (!isAssignable(value.type, column.type)) throw mismatch();
    return stored(value, column.type);
  });
  const names = columns.map((column) => column.name);
  const { overwrite, hints } = insert;
  return sink(
    project(input, exprs, names),
    path,
    target.sink({ overwrite, options: optionsOf(hints) }),
  );
}

function isAssignable(from: DataType, to: DataType): boolean {
  return sameType(from, to, false) || isText(from, to) || canCastImplicitly(from, to);
}

/** Lengths of texts are not checked when they are stored, as in Flink. */
function stored(value: Expr, type: DataType): Expr {
  return isText(value.type, type) ? value : coerce(value, type);
}

function isText(from: DataType, to: DataType): boolean {
  const text = (type: DataType) => type.kind === 'CHAR' || type.kind === 'VARCHAR';
  return text(from) && text(to);
}

function describe(columns: Schema['fields'] | readonly CatalogColumn[]): string {
  const list = columns.map(({ name, type }) => `${name}: ${printType(withNullable(type, true))}`);
  return `[${list.join(', ')}]`;
}
