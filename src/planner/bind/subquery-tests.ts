import type { Expr } from '../../expr/expr.ts';
import { joinConjunction, joinDisjunction } from '../../expr/simplify.ts';
import { FALSE, shiftInputs, TRUE } from '../../expr/tree.ts';
import type * as ast from '../../parser/ast/expressions.ts';
import { withNullable } from '../../types/data-type.ts';
import { BIGINT, BOOLEAN } from '../../types/types.ts';
import { aggregate, allColumns, filter, inputRef, limit, project } from '../logical/build.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import type { Binder } from './binder.ts';
import { callBuiltin, caseOf, condition, negate, nullOf } from './coerce.ts';
import { bindCollectionQuery } from './collection-queries.ts';
import { isCorrelated, raise } from './outer.ts';
import { compareRows } from './row-comparisons.ts';
import { settled } from './settled.ts';
import {
  bindInnerQuery,
  bindScalar,
  checkColumns,
  countOf,
  countRows,
  hasOneRow,
  joinSubquery,
  scalarValue,
} from './subqueries.ts';

/** Expressions that contain a query. */
export type SubqueryExpr =
  | ast.InQuery
  | ast.Exists
  | ast.QuantifiedQuery
  | ast.Subquery
  | ast.CollectionQuery;

/** A subquery as a value, wherever an expression may stand. */
export function bindSubquery(binder: Binder, expr: SubqueryExpr): Expr {
  switch (expr.kind) {
    case 'Subquery':
      return bindScalar(binder, expr.query, expr.span);
    case 'Exists':
      if (expr.form === 'EXISTS') return existsValue(binder, bindExists(binder, expr));
      return negate(existsValue(binder, bindRepeated(binder, expr)), expr.span);
    case 'InQuery': {
      const isIn = comparisonValue(binder, comparison(binder, expr, '='), 'ANY');
      return expr.negated ? negate(isIn, expr.span) : isIn;
    }
    case 'QuantifiedQuery':
      return comparisonValue(binder, comparison(binder, expr, expr.op), expr.quantifier);
    case 'CollectionQuery':
      return bindCollectionQuery(binder, expr);
  }
}

/** Filters the rows: subqueries among the conjuncts become joins. */
export function bindWhere(expr: ast.Expr, binder: Binder, clause = 'WHERE'): void {
  const { rows } = binder;
  const operands = expr.kind === 'Logical' && expr.op === 'AND' ? expr.operands : [expr];
  const plain: Expr[] = [];
  const subqueries: ast.Expr[] = [];
  for (const operand of operands) {
    if (isSubqueryTest(operand)) subqueries.push(operand);
    else plain.push(condition(binder.bind(operand), clause, operand.span));
  }
  if (plain.length > 0) rows.replace(filter(rows.plan, joinConjunction(plain)));
  for (const operand of subqueries) filterBySubquery(binder, operand);
}

/** A test of a subquery as a condition on the rows: a semi or anti join. */
function filterBySubquery(binder: Binder, expr: ast.Expr, negated = false): void {
  switch (expr.kind) {
    case 'Unary':
      filterBySubquery(binder, expr.operand, !negated);
      break;
    case 'Exists':
      if (expr.form === 'EXISTS') filterExists(binder, bindExists(binder, expr), negated);
      else filterExists(binder, bindRepeated(binder, expr), !negated);
      break;
    case 'InQuery': {
      const test = comparison(binder, expr, '=');
      if (negated !== expr.negated) filterNotIn(binder, test);
      else filterComparison(binder, test, 'ANY', false);
      break;
    }
    case 'QuantifiedQuery': {
      const test = comparison(binder, expr, expr.op);
      filterComparison(binder, test, expr.quantifier, negated);
      break;
    }
    default:
      keep(binder, binder.bind(expr), negated);
  }
}

/** Whether an expression is a test that `filterBySubquery` makes a join. */
function isSubqueryTest(expr: ast.Expr): boolean {
  if (expr.kind === 'Unary' && expr.op === 'NOT') return isSubqueryTest(expr.operand);
  return expr.kind === 'InQuery' || expr.kind === 'Exists' || expr.kind === 'QuantifiedQuery';
}

function keep({ rows }: Binder, condition: Expr, negated = false): void {
  rows.replace(filter(rows.plan, negated ? negate(condition, null) : condition));
}

// ── EXISTS ───────────────────────────────────────────────────────────────────────────────────

/** The rows whose existence is asked for; what they contain and their order does not matter. */
function bindExists(binder: Binder, expr: ast.Exists): LogicalPlan {
  let plan = bindInnerQuery(binder, expr.query);
  for (;;) {
    if (
      plan.kind === 'Sort' ||
      plan.kind === 'Window' ||
      (plan.kind === 'Project' && !hasOneRow(plan))
    )
      plan = plan.input;
    else if (plan.kind === 'Limit' && plan.offset === 0 && plan.limit !== 0) plan = plan.input;
    else return plan;
  }
}

/** The rows that a query has more than once; one with a NULL is no other one's equal. */
function bindRepeated(binder: Binder, expr: ast.Exists): LogicalPlan {
  const rows = bindInnerQuery(binder, expr.query);
  const columns = allColumns(rows.schema);
  const isKnown = columns.map((column) => callBuiltin('IS NOT NULL', [column]));
  const keys = columns.map(({ index }) => index);
  const groups = aggregate(filter(rows, joinConjunction(isKnown)), keys, [countOf([])], ['$rows']);
  const times = inputRef(groups.schema, keys.length);
  return filter(groups, callBuiltin('>', [times, ONE]));
}

function filterExists(binder: Binder, plan: LogicalPlan, negated: boolean): void {
  if (hasOneRow(plan)) {
    if (negated) keep(binder, FALSE);
    return;
  }
  const one = isCorrelated(plan) ? plan : limit(plan, 0, 1);
  joinSubquery(binder, one, negated ? 'anti' : 'semi', []);
}

function existsValue(binder: Binder, plan: LogicalPlan): Expr {
  if (hasOneRow(plan)) return TRUE;
  const one = isCorrelated(plan) ? plan : limit(plan, 0, 1);
  const counted = countRows(one);
  const rows = project(counted, [inputRef(counted.schema, 0)], ['$rows']);
  return callBuiltin('>', [scalarValue(binder, rows), ZERO]);
}

const ZERO: Expr = { kind: 'Literal', type: withNullable(BIGINT, false), value: 0n };
const ONE: Expr = { kind: 'Literal', type: ZERO.type, value: 1n };

// ── IN, ANY, ALL ─────────────────────────────────────────────────────────────────────────────

/** Values of the rows compared with the columns of a query. */
interface Comparison {
  readonly op: ast.ComparisonOp;
  /** Over the rows. */
  readonly values: readonly Expr[];
  readonly plan: LogicalPlan;
  readonly span: ast.Expr['span'];
}

function comparison(
  binder: Binder,
  expr: ast.InQuery | ast.QuantifiedQuery,
  op: ast.ComparisonOp,
): Comparison {
  const { operand, span } = expr;
  const items = operand.kind === 'RowConstructor' ? operand.items : [operand];
  const values = items.map((item) => binder.bind(item));
  const plan = bindInnerQuery(binder, expr.query);
  checkColumns(plan, values.length, span);
  return { op, values, plan, span };
}

/** The comparison with columns that come `offset` columns behind. */
function compare(test: Comparison, values: readonly Expr[], offset: number): Expr {
  const { plan, op, span } = test;
  const columns = allColumns(plan.schema).map((column) => shiftInputs(column, offset));
  return compareRows(op, values, columns, span);
}

function filterComparison(
  binder: Binder,
  test: Comparison,
  quantifier: 'ANY' | 'ALL',
  negated: boolean,
): void {
  if (hasOneRow(test.plan) && test.values.length === 1) {
    const value = scalarValue(binder, test.plan);
    keep(binder, callBuiltin(test.op, [test.values[0]!, value], test.span), negated);
    return;
  }
  const holds = compare(test, test.values, binder.rows.plan.schema.fields.length);
  if (quantifier === 'ANY') {
    const on = negated ? callBuiltin('IS NOT FALSE', [holds]) : holds;
    joinSubquery(binder, test.plan, negated ? 'anti' : 'semi', [on]);
    return;
  }
  const on = callBuiltin(negated ? 'IS FALSE' : 'IS NOT TRUE', [holds]);
  joinSubquery(binder, test.plan, negated ? 'semi' : 'anti', [on]);
}

/**
 * NOT IN. Where NULLs may occur, an anti join on equality finds the rows without a match; NULLs
 * are then counted: with one in the list, or a value that is NULL, NOT IN is not TRUE unless the
 * list is empty.
 */
function filterNotIn(binder: Binder, test: Comparison): void {
  const { values, plan } = test;
  const nullable =
    values.some((value) => value.type.nullable) || plan.schema.fields.some((f) => f.type.nullable);
  if (hasOneRow(plan) || (nullable && (values.length > 1 || isCorrelated(plan)))) {
    filterComparison(binder, test, 'ANY', true);
    return;
  }
  const { rows } = binder;
  const width = rows.plan.schema.fields.length;
  const list = settled('list', plan);
  joinSubquery(binder, list, 'anti', [compare(test, values, width)]);
  if (!nullable) return;
  const { hasRows, allValues } = listCounts(binder, list);
  const known = joinConjunction([callBuiltin('IS NOT NULL', [values[0]!]), allValues]);
  keep(binder, joinDisjunction([negate(hasRows, null), known]));
}

/** Whether an uncorrelated list has rows, and whether none of them is NULL. */
function listCounts(binder: Binder, plan: LogicalPlan) {
  const { rows } = binder;
  const width = rows.plan.schema.fields.length;
  joinSubquery(binder, countRows(plan), 'inner', []);
  const all = inputRef(rows.plan.schema, width);
  const values = inputRef(rows.plan.schema, width + 1);
  return {
    hasRows: callBuiltin('>', [all, ZERO]),
    allValues: callBuiltin('=', [all, values]),
  };
}

/** TRUE, FALSE or NULL: whether a comparison holds for any, or all, rows of the query. */
function comparisonValue(binder: Binder, given: Comparison, quantifier: 'ANY' | 'ALL'): Expr {
  const { values } = given;
  if (hasOneRow(given.plan) && values.length === 1) {
    return callBuiltin(given.op, [values[0]!, scalarValue(binder, given.plan)], given.span);
  }
  const plan = settled('list', given.plan);
  const test = { ...given, plan };
  const holds = compare(test, values.map(raise), 0);
  const decides = quantifier === 'ANY' ? holds : callBuiltin('IS FALSE', [holds]);
  const decided = existsValue(binder, filter(plan, decides));
  const whens = [decided];
  const thens: Expr[] = [quantifier === 'ANY' ? TRUE : FALSE];
  if (holds.type.nullable) {
    whens.push(unknown(binder, test, holds));
    thens.push(nullOf(BOOLEAN));
  }
  return caseOf(whens, thens, quantifier === 'ANY' ? FALSE : TRUE, test.span);
}

/** Whether some comparison with a row of the query is neither TRUE nor FALSE. */
function unknown(binder: Binder, { plan, values }: Comparison, holds: Expr): Expr {
  if (values.length > 1 || isCorrelated(plan)) {
    return existsValue(binder, filter(plan, callBuiltin('IS UNKNOWN', [holds])));
  }
  const { hasRows, allValues } = listCounts(binder, plan);
  const isNull = callBuiltin('IS NULL', [values[0]!]);
  return joinConjunction([hasRows, joinDisjunction([isNull, negate(allValues, null)])]);
}
