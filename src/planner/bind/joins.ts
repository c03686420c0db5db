import { validationError } from '../../common/errors.ts';
import type { Expr, InputRef } from '../../expr/expr.ts';
import type { JoinType } from '../../expr/join-type.ts';
import { joinConjunction } from '../../expr/simplify.ts';
import type { Expr as SyntaxExpr } from '../../parser/ast/expressions.ts';
import type { FromItem, Join, TableFunction, Unnest } from '../../parser/ast/queries.ts';
import { concatSchemas } from '../../types/schema.ts';
import {
  allColumns,
  columnNames,
  emptyValues,
  filter,
  inputRef,
  join,
  project,
} from '../logical/build.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import { type QueryEnv, Rows } from './binder.ts';
import { isChangelogTable } from './changelog-tables.ts';
import { callBuiltin, condition } from './coerce.ts';
import { ExpressionBinder } from './expressions.ts';
import type { Relation } from './from.ts';
import { joinMatching, matchingRows } from './matching-rows.ts';
import { isCorrelated, lowerPlanRefs, outerRef } from './outer.ts';
import { processFunctionOf } from './process-tables.ts';
import { Scope, type ScopeColumn } from './scope.ts';
import { joinLateral } from './subqueries.ts';
import { bindWhere } from './subquery-tests.ts';
import { containsQuery } from './syntax.ts';
import { bindLookup } from './temporal-joins.ts';
import { bindUnnest } from './unnest.ts';
import { isWindowTable } from './window-tables.ts';

const JOIN_TYPES = {
  INNER: 'inner',
  LEFT: 'left',
  RIGHT: 'right',
  FULL: 'full',
  CROSS: 'inner',
} as const satisfies Record<Join['type'], JoinType>;

/** Binds an item of FROM; a function here, so that joins need not import the items. */
type BindItem = (item: FromItem, env: QueryEnv) => Relation;

/**
 * A join of two FROM items.
 *
 * Errors: COLUMN_NOT_FOUND and COLUMN_AMBIGUOUS (USING), NOT_A_CONDITION, TEMPORAL_JOIN, those of
 * expressions.
 */
export function bindJoin(item: Join, env: QueryEnv, bindItem: BindItem): Relation {
  const left = bindItem(item.left, env);
  if (item.right.kind === 'DerivedTable' && item.right.lateral) {
    return bindLateral(item, left, env, bindItem);
  }
  const { right: other } = item;
  if (other.kind === 'Unnest' || (other.kind === 'TableFunction' && !isOfTables(other, env))) {
    return joinUnnest(item, other, left, env, bindItem);
  }
  const table = other.kind === 'TableName' ? bindLookup(item, other, left, env) : other;
  return joinRelations(item, left, bindItem(table, env), env);
}

/** Whether a function reads tables, not the rows to its left. */
function isOfTables(item: TableFunction, env: QueryEnv): boolean {
  return isWindowTable(item) || isChangelogTable(item) || processFunctionOf(item, env) !== null;
}

function joinRelations(item: Join, left: Relation, right: Relation, env: QueryEnv): Relation {
  const joinType = JOIN_TYPES[item.type];
  const columns = item.natural ? commonColumns(left.scope, right.scope) : item.using;
  if (columns !== null) return joinUsing(item, left, right, columns);
  const offset = left.plan.schema.fields.length;
  const scope = Scope.concat(left.scope, right.scope, offset);
  if (joinType === 'inner' && item.condition !== null) {
    return { plan: bindInnerJoin(left, right, item.condition, scope, env), scope };
  }
  if (joinType !== 'inner' && item.condition !== null && containsQuery(item.condition)) {
    return { plan: joinMatching(left, right, joinType, item.condition, env), scope };
  }
  const on = item.condition === null ? null : bindCondition(item, left, right, scope, env);
  return { plan: join(left.plan, right.plan, joinType, on), scope };
}

/** Subqueries in the condition are joined to the pairs, which it then filters. */
function bindInnerJoin(
  left: Relation,
  right: Relation,
  on: SyntaxExpr,
  scope: Scope,
  env: QueryEnv,
): LogicalPlan {
  const pairs = join(left.plan, right.plan, 'inner', null);
  const rows = new Rows(pairs, scope, 'ON');
  const bound = condition(new ExpressionBinder(env, rows).bind(on), 'ON', on.span);
  if (rows.plan === pairs) return join(left.plan, right.plan, 'inner', bound);
  return filter(rows.plan, bound);
}

function bindCondition(
  item: Join,
  left: Relation,
  right: Relation,
  scope: Scope,
  env: QueryEnv,
): Expr {
  const both = emptyValues(concatSchemas(left.plan.schema, right.plan.schema));
  const binder = new ExpressionBinder(env, new Rows(both, scope, 'ON', false));
  return condition(binder.bind(item.condition!), 'ON', item.condition!.span);
}

/** `t CROSS JOIN UNNEST(...)`, `t LEFT JOIN LATERAL TABLE(f(...)) ON TRUE` and the like. */
function joinUnnest(
  item: Join,
  right: Unnest | TableFunction,
  left: Relation,
  env: QueryEnv,
  bindItem: BindItem,
): Relation {
  const joinType = JOIN_TYPES[item.type];
  const isFiltered = item.condition !== null && !isTrueLiteral(item.condition);
  const isPlain = joinType === 'inner' || (joinType === 'left' && !isFiltered);
  if (!isPlain || item.natural || item.using !== null) {
    return bindLateral(item, left, env, bindItem);
  }
  const { plan, scope } = bindUnnest(right, left, env, joinType === 'left');
  if (joinType === 'left' || item.condition === null) return { plan, scope };
  const rows = new Rows(plan, scope, 'ON');
  bindWhere(item.condition, new ExpressionBinder(env, rows), 'ON');
  return { plan: rows.plan, scope };
}

function isTrueLiteral(expr: SyntaxExpr): boolean {
  return expr.kind === 'BooleanLiteral' && expr.value === true;
}

/** Errors: LATERAL_SIDE for a RIGHT or FULL join whose right side reads the left one. */
function bindLateral(item: Join, left: Relation, env: QueryEnv, bindItem: BindItem): Relation {
  const joinType = JOIN_TYPES[item.type];
  const rows = new Rows(left.plan, left.scope, 'LATERAL');
  const binder = new ExpressionBinder(env, rows);
  const right = bindItem(item.right, { ...env, outer: binder });
  if (joinType === 'right' || joinType === 'full') {
    if (isCorrelated(right.plan)) {
      throw validationError('LATERAL_SIDE', { join: item.type }, { span: item.span });
    }
    return joinRelations(item, left, { ...right, plan: lowerPlanRefs(right.plan) }, env);
  }
  const columns = item.natural ? commonColumns(left.scope, right.scope) : item.using;
  if (columns !== null) return lateralUsing(item, left, right, columns, binder);
  const matching =
    item.condition === null ? right.plan : matchingRows(right, binder, item.condition, env);
  joinLateral(binder, matching, joinType);
  const offset = left.plan.schema.fields.length;
  return { plan: rows.plan, scope: Scope.concat(left.scope, right.scope, offset) };
}

/** The rows of the right side that are equal in some columns to the left row it is computed for. */
function lateralUsing(
  item: Join,
  left: Relation,
  right: Relation,
  names: readonly string[],
  binder: ExpressionBinder,
): Relation {
  const pairs = columnPairs(item, left, right, names);
  const on = pairs.map(([a, b]) => callBuiltin('=', [outerRef(a, 1), b], item.span));
  const matching = on.length === 0 ? right.plan : filter(right.plan, joinConjunction(on));
  joinLateral(binder, matching, item.type === 'LEFT' ? 'left' : 'inner');
  const merged = pairs.map(([a], i) => ({ name: names[i]!, index: a.index }));
  return { plan: binder.rows.plan, scope: mergedScope(left, right, merged) };
}

/** The names that both sides have, in the order of the left one. */
function commonColumns(left: Scope, right: Scope): readonly string[] {
  const names = new Set(right.visible.map((c) => c.name));
  return [...new Set(left.visible.map((c) => c.name))].filter((name) => names.has(name));
}

/** A join on equal columns, each of which is then visible once, in front of all others. */
function joinUsing(
  item: Join,
  left: Relation,
  right: Relation,
  names: readonly string[],
): Relation {
  const offset = left.plan.schema.fields.length;
  const joinType = JOIN_TYPES[item.type];
  const pairs = columnPairs(item, left, right, names).map(
    ([a, b]) => [a, { ...b, index: b.index + offset }] as const,
  );
  const on = pairs.map(([a, b]) => callBuiltin('=', [a, b], item.span));
  let plan = join(
    left.plan,
    right.plan,
    joinType,
    on.length === 0 ? null : joinConjunction(on),
  ) as Relation['plan'];
  let merged: ScopeColumn[] = pairs.map(([a, b], i) => ({
    name: names[i]!,
    index: joinType === 'right' ? b.index : a.index,
  }));
  if (joinType === 'full' && pairs.length > 0) {
    const { schema } = plan;
    const values = pairs.map(([a, b]) =>
      callBuiltin('COALESCE', [inputRef(schema, a.index), inputRef(schema, b.index)], item.span),
    );
    merged = merged.map(({ name }, i) => ({ name, index: schema.fields.length + i }));
    plan = project(plan, [...allColumns(schema), ...values], [...columnNames(schema), ...names]);
  }
  return { plan, scope: mergedScope(left, right, merged) };
}

/** The columns of both sides, of which those that were joined come first and once. */
function mergedScope(left: Relation, right: Relation, merged: readonly ScopeColumn[]): Scope {
  const scope = Scope.concat(left.scope, right.scope, left.plan.schema.fields.length);
  const names = new Set(merged.map((column) => column.name));
  const rest = scope.visible.filter((column) => !names.has(column.name));
  return new Scope(scope.tables, [...merged, ...rest]);
}

/** The column of each side that each name means. */
function columnPairs(
  item: Join,
  left: Relation,
  right: Relation,
  names: readonly string[],
): readonly (readonly [InputRef, InputRef])[] {
  return names.map((name) => [columnOf(left, name, item), columnOf(right, name, item)]);
}

function columnOf(side: Relation, name: string, item: Join): InputRef {
  const identifier = { kind: 'Identifier', parts: [name], span: item.span } as const;
  const found = side.scope.find(identifier);
  if (found === null) throw side.scope.notFound(identifier);
  return inputRef(side.plan.schema, found.column.index);
}
