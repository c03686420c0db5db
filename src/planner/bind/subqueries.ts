import { assert } from '../../common/assert.ts';
import { notImplemented, type Span, validationError } from '../../common/errors.ts';
import type { AggregateCall, Expr } from '../../expr/expr.ts';
import type { JoinType } from '../../expr/join-type.ts';
import { joinConjunction, simplify } from '../../expr/simplify.ts';
import { substitute, TRUE } from '../../expr/tree.ts';
import { lookupBuiltin } from '../../functions/registry.ts';
import type { Query } from '../../parser/ast/queries.ts';
import {
  aggregate,
  allColumns,
  columnNames,
  distinct,
  inputRef,
  join,
  project,
  projectColumns,
} from '../logical/build.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import { makeAggregate } from './aggregate-calls.ts';
import type { Binder, Rows } from './binder.ts';
import { callBuiltin, caseOf } from './coerce.ts';
import { type PulledUp, pullUp } from './decorrelate.ts';
import { DependentJoin, emptyResult } from './dependent-join.ts';
import {
  isCorrelated,
  levelOf,
  lowerPlanRefs,
  lowerRef,
  outerColumns,
  outerIndex,
  outerRef,
  raisePlan,
} from './outer.ts';
import { settledOnce } from './settled.ts';
import { fieldAt } from './special.ts';

/** Binds a query that an expression contains. Errors: NotImplementedError where none may stand. */
export function bindInnerQuery(binder: Binder, query: Query): LogicalPlan {
  if (!binder.rows.extensible) {
    throw notImplemented(`A subquery in ${binder.rows.clause}`, { span: query.span });
  }
  return binder.env.bindQuery(query, { ...binder.env, outer: binder });
}

/**
 * Joins a subquery to the rows it stands over: its columns come behind theirs. `on` is a further
 * condition over both. With `scalar`, a correlated aggregate without keys may lose the row that it
 * has of no input.
 */
export function joinSubquery(
  binder: Binder,
  subquery: LogicalPlan,
  joinType: JoinType,
  on: readonly Expr[],
  scalar = false,
): void {
  const { rows } = binder;
  const { plan, conditions } = pullUp(subquery, scalar) ?? dependent(binder, subquery);
  attach(rows, { plan, conditions }, joinType, on);
}

function attach(rows: Rows, pulled: PulledUp, joinType: JoinType, on: readonly Expr[]): void {
  const width = rows.plan.schema.fields.length;
  const conditions = pulled.conditions.map((condition) =>
    substitute(condition, (ref) => {
      const level = levelOf(ref);
      if (level > 1) return lowerRef(ref);
      return { ...ref, index: level === 1 ? outerIndex(ref) : ref.index + width };
    }),
  );
  const all = [...conditions, ...on];
  const condition = all.length === 0 ? null : joinConjunction(all);
  rows.attach(join(rows.plan, lowerPlanRefs(pulled.plan), joinType, condition));
}

/** The subquery computed for all values of the outer columns it reads. */
function dependent(binder: Binder, subquery: LogicalPlan): PulledUp {
  const { rows } = binder;
  const columns = outerColumns(subquery);
  rows.rebase(settledOnce('outer rows', rows.base));
  const { plan } = rows;
  const width = rows.base.schema.fields.length;
  const base = columns.every((column) => column < width) ? rows.base : plan;
  const domain = raisePlan(distinct(projectColumns(base, columns)));
  const { statement } = binder.env.context;
  const all = new DependentJoin(domain, columns, statement).evaluate(subquery);
  const count = all.schema.fields.length;
  const own = Array.from({ length: count - columns.length }, (_, i) => columns.length + i);
  const ordered = projectColumns(all, [...own, ...columns.map((_, i) => i)]);
  const conditions = columns.map((column, i) =>
    callBuiltin('IS NOT DISTINCT FROM', [
      outerRef(inputRef(plan.schema, column), 1),
      inputRef(ordered.schema, own.length + i),
    ]),
  );
  return { plan: ordered, conditions };
}

/** LATERAL: the right side is computed for each row of the left one. */
export function joinLateral(binder: Binder, right: LogicalPlan, joinType: 'inner' | 'left'): void {
  joinSubquery(binder, right, joinType, []);
}

/** A subquery of one column and at most one row as a value; NULL of no row. */
export function bindScalar(binder: Binder, query: Query, span: Span | null): Expr {
  const plan = bindInnerQuery(binder, query);
  checkColumns(plan, 1, span);
  return scalarValue(binder, plan);
}

/** The columns of a subquery of at most one row; NULLs of no row. */
export function bindRow(
  binder: Binder,
  query: Query,
  columns: number,
  span: Span | null,
): readonly Expr[] {
  const plan = bindInnerQuery(binder, query);
  checkColumns(plan, columns, span);
  const packed = callBuiltin('ROW', allColumns(plan.schema), span);
  const row = scalarValue(binder, project(plan, [packed], ['$row']));
  return plan.schema.fields.map((_, i) => fieldAt(row, i, span));
}

/** The value of a plan of one column. A second row is an error at run time. */
export function scalarValue(binder: Binder, plan: LogicalPlan): Expr {
  const { rows } = binder;
  const single = hasAtMostOneRow(plan) ? plan : singleValue(plan);
  const at = rows.plan.schema.fields.length;
  const value = () => inputRef(rows.plan.schema, at);
  if (!isCorrelated(single)) {
    joinSubquery(binder, single, hasOneRow(single) ? 'inner' : 'left', []);
    return value();
  }
  const { statement } = binder.env.context;
  const empty = emptyColumns(single, binder);
  const pulled = empty === null ? null : pullUp(single, true);
  if (empty === null || pulled === null) {
    joinSubquery(binder, single, 'left', []);
    return value();
  }
  const missing = simplify(empty[0]!, statement);
  if (missing.kind === 'Literal' && missing.value === null) {
    attach(rows, pulled, 'left', []);
    return value();
  }
  // Where no row matches, the value is that of no input; a mark tells.
  const { schema } = pulled.plan;
  const mark = schema.fields.length;
  const marked = project(
    pulled.plan,
    [...allColumns(schema), TRUE],
    [...columnNames(schema), '$mark'],
  );
  attach(rows, { plan: marked, conditions: pulled.conditions }, 'left', []);
  const isMatched = callBuiltin('IS NOT NULL', [inputRef(rows.plan.schema, at + mark)]);
  return caseOf([isMatched], [value()], missing, null);
}

/** What the columns of a plan are where its aggregate has no input; null if there is none. */
function emptyColumns(plan: LogicalPlan, binder: Binder): readonly Expr[] | null {
  const { statement } = binder.env.context;
  switch (plan.kind) {
    case 'Aggregate':
      return plan.keys.length > 0 ? null : plan.calls.map((call) => emptyResult(call, statement));
    case 'Sort':
      return emptyColumns(plan.input, binder);
    case 'Project': {
      const input = emptyColumns(plan.input, binder);
      if (input === null) return null;
      return plan.exprs.map((expr) =>
        substitute(expr, (ref) => (ref.index < 0 ? ref : input[ref.index]!)),
      );
    }
    default:
      return null;
  }
}

function singleValue(plan: LogicalPlan): LogicalPlan {
  const definition = lookupBuiltin('SINGLE_VALUE');
  assert(definition?.kind === 'aggregate', 'the built-in function SINGLE_VALUE');
  const call = makeAggregate(definition, [inputRef(plan.schema, 0)], false, null, null);
  return aggregate(plan, [], [call], [plan.schema.fields[0]!.name]);
}

/** The number of rows of a plan, and of those in which its first column is not NULL. */
export function countRows(plan: LogicalPlan): LogicalPlan {
  const first = plan.schema.fields.length === 0 ? [] : [inputRef(plan.schema, 0)];
  const calls = [[], first].map(countOf);
  return aggregate(plan, [], calls, ['$rows', '$values']);
}

/** COUNT of a value, or of rows without arguments. */
export function countOf(args: readonly Expr[]): AggregateCall {
  const definition = lookupBuiltin('COUNT');
  assert(definition?.kind === 'aggregate', 'the built-in function COUNT');
  return makeAggregate(definition, args, false, null, null);
}

/** Whether a plan has exactly one row, whatever its input. */
export function hasOneRow(plan: LogicalPlan): boolean {
  switch (plan.kind) {
    case 'Aggregate':
      return plan.keys.length === 0;
    case 'Values':
      return plan.rows.length === 1;
    case 'Project':
    case 'Sort':
      return hasOneRow(plan.input);
    default:
      return false;
  }
}

function hasAtMostOneRow(plan: LogicalPlan): boolean {
  switch (plan.kind) {
    case 'Limit':
      return (plan.limit !== null && plan.limit <= 1) || hasAtMostOneRow(plan.input);
    case 'Values':
      return plan.rows.length <= 1;
    case 'Filter':
    case 'Project':
    case 'Sort':
      return hasAtMostOneRow(plan.input);
    default:
      return hasOneRow(plan);
  }
}

/** Errors: SUBQUERY_COLUMNS. */
export function checkColumns(plan: LogicalPlan, expected: number, span: Span | null): void {
  const columns = plan.schema.fields.length;
  if (columns === expected) return;
  throw validationError('SUBQUERY_COLUMNS', { columns, expected }, { span });
}
