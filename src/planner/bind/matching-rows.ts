import type { Expr as SyntaxExpr } from '../../parser/ast/expressions.ts';
import { columnNames, inputRef, join, project, projectColumns, union } from '../logical/build.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import { type Binder, type QueryEnv, Rows } from './binder.ts';
import { nullOf } from './coerce.ts';
import { ExpressionBinder, type Replacements } from './expressions.ts';
import type { Relation } from './from.ts';
import { raisePlan } from './outer.ts';
import { Scope } from './scope.ts';
import { settledOnce } from './settled.ts';
import { joinLateral, joinSubquery } from './subqueries.ts';
import { bindWhere } from './subquery-tests.ts';

/**
 * Outer joins whose condition has subqueries: the rows of one side that match are computed for
 * each row of the other one, as LATERAL does, and the condition filters them.
 */
export function joinMatching(
  left: Relation,
  right: Relation,
  joinType: 'left' | 'right' | 'full',
  on: SyntaxExpr,
  env: QueryEnv,
): LogicalPlan {
  switch (joinType) {
    case 'left':
      return keepLeft(left, right, on, env);
    case 'right': {
      const swapped = keepLeft(right, left, on, env);
      const width = right.plan.schema.fields.length;
      const columns = swapped.schema.fields.map((_, i) => i);
      return projectColumns(swapped, [...columns.slice(width), ...columns.slice(0, width)]);
    }
    case 'full':
      return keepBoth(once(left), once(right), on, env);
  }
}

/** The rows of the right side of a LATERAL join for which the condition is TRUE. */
export function matchingRows(
  right: Relation,
  left: Binder,
  on: SyntaxExpr,
  env: QueryEnv,
): LogicalPlan {
  const rows = new Rows(right.plan, right.scope, 'ON');
  const both = Scope.concat(left.rows.scope, right.scope, left.rows.plan.schema.fields.length);
  bindWhere(on, new ExpressionBinder({ ...env, outer: left }, rows, unambiguous(both)), 'ON');
  return firstColumns(rows.plan, right.plan.schema.fields.length);
}

/** A plan without the columns that subqueries have made behind its own. */
function firstColumns(plan: LogicalPlan, count: number): LogicalPlan {
  const columns = plan.schema.fields.map((_, i) => i);
  return columns.length === count ? plan : projectColumns(plan, columns.slice(0, count));
}

function keepLeft(left: Relation, right: Relation, on: SyntaxExpr, env: QueryEnv): LogicalPlan {
  const rows = new Rows(left.plan, left.scope, 'ON');
  const binder = new ExpressionBinder(env, rows);
  joinLateral(binder, matchingRows(inside(right), binder, on, env), 'left');
  return firstColumns(rows.plan, left.plan.schema.fields.length + right.plan.schema.fields.length);
}

/** The left rows with their matches, then the right rows without any. */
function keepBoth(left: Relation, right: Relation, on: SyntaxExpr, env: QueryEnv): LogicalPlan {
  const rows = new Rows(right.plan, right.scope, 'ON');
  const binder = new ExpressionBinder(env, rows);
  joinSubquery(binder, matchingRows(inside(left), binder, on, env), 'anti', []);
  const { fields } = left.plan.schema;
  const unmatched = project(
    rows.plan,
    [
      ...fields.map((f) => nullOf(f.type)),
      ...right.plan.schema.fields.map((_, i) => inputRef(rows.plan.schema, i)),
    ],
    [...columnNames(left.plan.schema), ...columnNames(right.plan.schema)],
  );
  const all = union([keepLeft(left, right, on, env), unmatched]);
  return { ...all, schema: join(left.plan, right.plan, 'full', null).schema };
}

/** A side that is read twice. */
function once({ plan, scope }: Relation): Relation {
  return { plan: settledOnce('join side', plan), scope };
}

/** A side as a subquery of the other one. */
function inside({ plan, scope }: Relation): Relation {
  return { plan: raisePlan(plan), scope };
}

/** Refuses names that both sides have, though one of them is nearer. */
function unambiguous(both: Scope): Replacements {
  return {
    replace(expr) {
      if (expr.kind === 'Identifier') both.find(expr);
      return null;
    },
    explain: () => null,
  };
}
