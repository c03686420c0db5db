import { attachSource, didYouMean, placedAt } from '../../common/diagnostics.ts';
import { type Span, TableError, validationError } from '../../common/errors.ts';
import { quoteIdentifier } from '../../common/identifiers.ts';
import type { Expr } from '../../expr/expr.ts';
import type { Identifier } from '../../parser/ast/node.ts';
import type {
  DerivedTable,
  FromItem,
  Hint,
  TableAlias,
  TableFunction,
  TableName,
} from '../../parser/ast/queries.ts';
import {
  allColumns,
  columnNames,
  inputRef,
  oneRow,
  project,
  rename,
  scan,
} from '../logical/build.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import { type QueryEnv, Rows } from './binder.ts';
import { bindChangelogTable, isChangelogTable } from './changelog-tables.ts';
import { coerce } from './coerce.ts';
import type { ResolvedCatalogTable, ResolvedView } from './context.ts';
import { ExpressionBinder } from './expressions.ts';
import { bindJoin } from './joins.ts';
import { bindMatch } from './match-recognize.ts';
import { bindProcessTable, processFunctionOf } from './process-tables.ts';
import { Scope, tableScope } from './scope.ts';
import { noVersions } from './temporal-joins.ts';
import { bindUnnest } from './unnest.ts';
import { bindWindowTable, isWindowTable } from './window-tables.ts';

/** The rows of a FROM item, and the names they go by. */
export interface Relation {
  readonly plan: LogicalPlan;
  readonly scope: Scope;
}

/** Binds what stands in FROM. Errors: TABLE_NOT_FOUND, those of queries and conditions. */
export function bindFrom(item: FromItem, env: QueryEnv): Relation {
  switch (item.kind) {
    case 'TableName':
      return bindTableName(item, env);
    case 'DerivedTable':
      return bindDerivedTable(item, env);
    case 'Join':
      return bindJoin(item, env, bindFrom);
    case 'TableFunction':
      return (
        bindTableValued(item, env) ??
        bindUnnest(item, { plan: oneRow(), scope: NO_TABLES }, env, false)
      );
    case 'Unnest':
      return bindUnnest(item, { plan: oneRow(), scope: NO_TABLES }, env, false);
    case 'MatchRecognize':
      return aliased(bindMatch(item, bindFrom(item.input, env).plan, env), [], item.alias);
  }
}

/** A function of tables; null if it is one of values, for the rows to its left. */
export function bindTableValued(item: TableFunction, env: QueryEnv): Relation | null {
  if (isWindowTable(item)) return aliased(bindWindowTable(item, env, bindFrom), [], item.alias);
  if (isChangelogTable(item)) {
    return aliased(bindChangelogTable(item, env, bindFrom), [], item.alias);
  }
  const definition = processFunctionOf(item, env);
  if (definition === null) return null;
  return aliased(bindProcessTable(definition, item, env, bindFrom), [], item.alias);
}

/** A subquery in FROM; `env.outer` is set for LATERAL ones alone. */
export function bindDerivedTable(item: DerivedTable, env: QueryEnv): Relation {
  return aliased(env.bindQuery(item.query, env), [], item.alias);
}

function bindTableName(item: TableName, env: QueryEnv): Relation {
  const { parts } = item.name;
  if (item.systemTime !== null) throw noVersions(item.systemTime.span);
  const common = parts.length === 1 ? env.commonTables.get(parts[0]!) : undefined;
  if (common !== undefined) {
    return aliased(rename(common.plan, common.columns), parts, item.alias);
  }
  const resolved = resolveTable(item.name, item.hints, env);
  const { identifier } = resolved;
  const path =
    identifier === null ? [] : [identifier.catalog, identifier.database, identifier.name];
  switch (resolved.kind) {
    case 'table':
      return aliased(bindTable(resolved, item.hints, env), path, item.alias);
    case 'view':
      return aliased(bindView(resolved, env, item.span), path, item.alias);
    case 'plan':
      return aliased(resolved.plan, path, item.alias);
  }
}

/** The table of a name. Errors: TABLE_NOT_FOUND; those of the file that a path names. */
export function resolveTable(
  { parts, span }: Identifier,
  hints: readonly Hint[],
  { context, commonTables }: QueryEnv,
) {
  const resolved = placedAt(span, () => context.resolveTable(parts, optionsOf(hints)));
  if (resolved !== null) return resolved;
  const table = parts.join('.');
  const hint = context.namesFile(table)
    ? `The path of a file is one name in backticks: ${quoteIdentifier(table)}.`
    : didYouMean(parts.at(-1)!, [...commonTables.keys(), ...context.tableNames()]);
  throw validationError('TABLE_NOT_FOUND', { table }, { span, hint });
}

/** The scan of a table, and its computed columns on top. */
function bindTable(
  resolved: ResolvedCatalogTable,
  hints: readonly Hint[],
  env: QueryEnv,
): LogicalPlan {
  const { identifier, table } = resolved;
  const name = `${identifier.catalog}.${identifier.database}.${identifier.name}`;
  const options = optionsOf(hints);
  const { statistics } = table;
  // A path that stands for a file has no catalog.
  const opened = resolved.source(options);
  const { schema } = opened;
  const origin = identifier.catalog === '' ? null : { identifier, options, schema, pushed: [] };
  const source = scan(name, opened, { statistics, origin });
  if (table.columns.every((column) => column.kind !== 'computed')) return source;
  const scope = tableScope([identifier.name], columnNames(source.schema));
  const binder = new ExpressionBinder(
    { ...env, outer: null, commonTables: new Map() },
    new Rows(source, scope, 'a computed column', false),
  );
  let stored = 0;
  const exprs = table.columns.map((column): Expr => {
    if (column.kind !== 'computed') return inputRef(source.schema, stored++);
    return inText(column.expression, () => {
      const expr = binder.bind(env.context.parseExpression(column.expression));
      return coerce(expr, column.type);
    });
  });
  return project(
    source,
    exprs,
    table.columns.map((column) => column.name),
  );
}

/** The options of the OPTIONS hint; null when there is none. */
export function optionsOf(hints: readonly Hint[]): ReadonlyMap<string, string> | null {
  const entries = hints
    .filter((hint) => hint.name === 'OPTIONS')
    .flatMap((hint) => hint.args.map(({ key, value }) => [key ?? '', value] as const));
  return entries.length === 0 ? null : new Map(entries);
}

function bindView(view: ResolvedView, env: QueryEnv, span: Span | null): LogicalPlan {
  const { catalog, database, name } = view.identifier;
  const path = `${catalog}.${database}.${name}`;
  if (env.views.includes(path)) throw validationError('VIEW_RECURSIVE', { view: path }, { span });
  const inner: QueryEnv = {
    ...env,
    outer: null,
    commonTables: new Map(),
    views: [...env.views, path],
  };
  const { text, columns } = view;
  const plan = inText(text, () => env.bindQuery(env.context.parseQuery(text), inner));
  const got = plan.schema.fields.length;
  if (got !== columns.length) {
    const hint = `A table that '${path}' reads has other columns now: create the view again.`;
    throw validationError('VIEW_COLUMNS', { expected: columns.length, got }, { span, hint });
  }
  return rename(plan, columns);
}

/** Errors inside a stored text show that text. */
function inText<T>(text: string, bind: () => T): T {
  try {
    return bind();
  } catch (error) {
    throw error instanceof TableError ? attachSource(error, text) : error;
  }
}

/** Gives the rows their alias. Errors: ALIAS_COLUMNS. */
export function aliased(
  plan: LogicalPlan,
  path: readonly string[],
  alias: TableAlias | null,
): Relation {
  if (alias === null) return { plan, scope: tableScope(path, columnNames(plan.schema)) };
  const { name, columns } = alias;
  if (columns === null) return { plan, scope: tableScope([name], columnNames(plan.schema)) };
  const count = plan.schema.fields.length;
  if (columns.length !== count) {
    throw validationError(
      'ALIAS_COLUMNS',
      { alias: name, given: columns.length, columns: count },
      { span: alias.span },
    );
  }
  const renamed = project(plan, allColumns(plan.schema), columns);
  return { plan: renamed, scope: tableScope([name], columns) };
}

/** The scope of a query without FROM. */
export const NO_TABLES: Scope = new Scope([]);
