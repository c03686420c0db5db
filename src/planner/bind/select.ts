import { validationError } from '../../common/errors.ts';
import type { Expr } from '../../expr/expr.ts';
import { equalExprs } from '../../expr/tree.ts';
import type * as ast from '../../parser/ast/expressions.ts';
import type { OrderItem, Select } from '../../parser/ast/queries.ts';
import { distinct, inputRef, oneRow, project, projectColumns, sort } from '../logical/build.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import { findAggregates } from './aggregate-calls.ts';
import { bindGrouping } from './aggregates.ts';
import { type QueryEnv, Rows } from './binder.ts';
import { ExpressionBinder, type Replacements } from './expressions.ts';
import { bindFrom, NO_TABLES } from './from.ts';
import { bindGroupWindow } from './group-windows.ts';
import { ordinalOf, sortKey } from './order.ts';
import type { Scope, ScopeColumn } from './scope.ts';
import { fieldOf } from './special.ts';
import { bindWhere } from './subquery-tests.ts';
import { bindWindows, findWindows, windowKeys } from './windows.ts';

/** A SELECT with the ORDER BY of its query, which may use what SELECT leaves out. */
export function bindSelect(
  select: Select,
  orderBy: readonly OrderItem[],
  env: QueryEnv,
): LogicalPlan {
  const from =
    select.from === null ? { plan: oneRow(), scope: NO_TABLES } : bindFrom(select.from, env);
  let rows = new Rows(from.plan, from.scope, 'WHERE');
  if (select.where !== null) bindWhere(select.where, new ExpressionBinder(env, rows));

  const items = select.items.filter((item) => item.kind === 'SelectItem');
  const outputs = [...items.map((item) => item.expr), select.having];
  const later = [...orderBy.map((item) => item.expr), select.qualify];
  const windows = findWindows([...items.map((item) => item.expr), ...later]);
  const aggregates = findAggregates(
    [...outputs, ...later, ...windowKeys(select.windows)],
    env.context,
  );
  let replacements: Replacements | null = null;
  if (select.groupBy !== null || select.having !== null || aggregates.length > 0) {
    const input = new Rows(rows.plan, rows.scope, 'GROUP BY or an aggregate');
    const window = bindGroupWindow(select.groupBy, input, env);
    const grouped = bindGrouping(input, select.groupBy, aggregates, env, window?.key);
    rows = grouped.rows;
    replacements = window?.overGroups(grouped.replacements) ?? grouped.replacements;
    const star = select.items.find((item) => item.kind === 'Star');
    if (star !== undefined) throw validationError('STAR_IN_GROUPED_QUERY', {}, { span: star.span });
  } else {
    rows = new Rows(rows.plan, rows.scope, 'SELECT');
  }
  if (select.having !== null) {
    bindWhere(select.having, new ExpressionBinder(env, rows, replacements), 'HAVING');
  }
  if (windows.length > 0) {
    replacements = bindWindows(rows, windows, select.windows, env, replacements);
  }
  return bindOutput(select, orderBy, rows, replacements, env);
}

interface OutputColumn {
  readonly expr: Expr;
  readonly name: string;
  /** Whether the query names it with AS. */
  readonly aliased: boolean;
}

function bindOutput(
  select: Select,
  orderBy: readonly OrderItem[],
  rows: Rows,
  replacements: Replacements | null,
  env: QueryEnv,
): LogicalPlan {
  const columns = bindItems(select, new ExpressionBinder(env, rows, replacements));
  const exprs = columns.map((column) => column.expr);
  const names = columns.map((column) => column.name);
  if (select.qualify !== null) {
    const names = withAliases(columns, replacements, rows.scope);
    bindWhere(select.qualify, new ExpressionBinder(env, rows, names), 'QUALIFY');
  }
  const sorting = new ExpressionBinder(env, rows, withAliases(columns, replacements));
  const hidden: Expr[] = [];
  const order = orderBy.map((item) => {
    const ordinal = ordinalOf(item, columns.length);
    if (ordinal !== null) return { item, column: ordinal };
    const expr = sorting.bind(item.expr);
    const column = exprs.findIndex((other) => equalExprs(other, expr));
    if (column >= 0) return { item, column };
    if (select.distinct) throw validationError('ORDER_BY_NOT_SELECTED', {}, { span: item.span });
    return { item, column: exprs.length + hidden.push(expr) - 1 };
  });
  let plan: LogicalPlan = project(
    rows.plan,
    [...exprs, ...hidden],
    [...names, ...hidden.map((_, i) => `$sort${i}`)],
  );
  if (select.distinct) plan = distinct(plan);
  const sorted = sort(
    plan,
    order.map(({ item, column }) => sortKey(item, inputRef(plan.schema, column))),
  );
  if (hidden.length === 0) return sorted;
  return projectColumns(
    sorted,
    exprs.map((_, i) => i),
  );
}

function bindItems(select: Select, binder: ExpressionBinder): readonly OutputColumn[] {
  const columns: OutputColumn[] = [];
  for (const item of select.items) {
    if (item.kind === 'Star') {
      columns.push(...starColumns(item, binder));
    } else {
      const name = item.alias ?? nameOf(item.expr) ?? `EXPR$${columns.length}`;
      columns.push({ expr: binder.bind(item.expr), name, aliased: item.alias !== null });
    }
  }
  return columns;
}

function nameOf(expr: ast.Expr): string | null {
  if (expr.kind === 'Identifier') return expr.parts.at(-1)!;
  return expr.kind === 'FieldAccess' ? expr.field : null;
}

function starColumns(star: ast.Star, binder: ExpressionBinder): readonly OutputColumn[] {
  const { scope, plan } = binder.rows;
  const { qualifier } = star;
  const all = (columns: readonly ScopeColumn[]) =>
    columns.map(({ name, index }) => ({
      expr: inputRef(plan.schema, index),
      name,
      aliased: false,
    }));
  if (qualifier === null) {
    if (scope.visible.length > 0) return all(scope.visible);
    throw validationError('STAR_WITHOUT_COLUMNS', {}, { span: star.span });
  }
  const tables = scope.tablesOf(qualifier.parts);
  if (tables.length === 1) return all(tables[0]!.columns);
  if (tables.length > 1 || scope.find(qualifier) === null) {
    const name = qualifier.parts.join('.');
    throw validationError('UNKNOWN_QUALIFIER', { name }, { span: star.span });
  }
  const row = binder.bind(qualifier);
  const fields = row.type.kind === 'ROW' ? row.type.fields.map((f) => f.name) : ['*'];
  return fields.map((name) => ({ expr: fieldOf(row, name, star.span), name, aliased: false }));
}

/**
 * In ORDER BY names of SELECT come before columns: aliases, then the names of selected columns.
 * Names that `columnsFirst` knows are left to it.
 */
function withAliases(
  columns: readonly OutputColumn[],
  inner: Replacements | null,
  columnsFirst: Scope | null = null,
): Replacements {
  return {
    replace(expr) {
      const isName = expr.kind === 'Identifier' && expr.parts.length === 1;
      if (isName && (columnsFirst === null || columnsFirst.find(expr) === null)) {
        const named = columns.filter((c) => c.name === expr.parts[0]);
        const aliased = named.filter((c) => c.aliased);
        const found = aliased.length > 0 ? aliased : named;
        if (found.length === 1) return found[0]!.expr;
      }
      return inner?.replace(expr) ?? null;
    },
    explain: (name) => inner?.explain(name) ?? null,
  };
}
