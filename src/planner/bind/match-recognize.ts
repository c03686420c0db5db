import type { Expr } from '../../expr/expr.ts';
import type { MatchDefinition, MatchStep } from '../../expr/match.ts';
import { equalExprs, isDeterministic, shiftInputs } from '../../expr/tree.ts';
import type { MatchRecognize } from '../../parser/ast/queries.ts';
import { allColumns, columnNames, inputRef, match, project } from '../logical/build.ts';
import type { ColumnOrder, LogicalPlan } from '../logical/nodes.ts';
import { type QueryEnv, Rows } from './binder.ts';
import { condition } from './coerce.ts';
import { ExpressionBinder } from './expressions.ts';
import {
  bindPattern,
  bindSkip,
  checkRows,
  invalidMatch,
  unknownVariable,
  unsupportedMatch,
} from './match-pattern.ts';
import { checkCondition, isTime, MatchReferences, type MatchScope } from './match-references.ts';
import { sortKey } from './order.ts';
import { tableScope } from './scope.ts';

/**
 * Rows that match a pattern of rows: the columns of PARTITION BY, then the MEASURES. Expressions
 * over single rows are computed below the match, those over measures above.
 *
 * Errors: INVALID_MATCH, NOT_SUPPORTED, and those of expressions.
 */
export function bindMatch(item: MatchRecognize, input: LogicalPlan, env: QueryEnv): LogicalPlan {
  checkRows(item);
  const steps = bindPattern(item);
  const skip = bindSkip(item.afterMatch, steps);
  const scope = tableScope([], columnNames(input.schema));
  const rows = new Rows(input, scope, 'MATCH_RECOGNIZE', false);
  const inner: QueryEnv = { ...env, outer: null };
  const binder = new ExpressionBinder(inner, rows);
  const exprs: Expr[] = allColumns(input.schema);
  const names = columnNames(input.schema);
  const columnOf = (expr: Expr): number => {
    if (expr.kind === 'InputRef') return expr.index;
    const known = exprs.findIndex((other) => isDeterministic(other) && equalExprs(other, expr));
    if (known >= 0) return known;
    names.push(`$m${exprs.length}`);
    return exprs.push(expr) - 1;
  };
  const partition = item.partitionBy.map((expr) => {
    const bound = binder.bind(expr);
    if (bound.kind === 'InputRef') return bound.index;
    throw invalidMatch('PARTITION BY takes columns', expr.span);
  });
  const order = bindOrder(item, binder, columnOf);
  const matchScope: MatchScope = { env: inner, rows, steps, time: order[0]!.column, columnOf };
  const define = bindDefine(item, matchScope);
  const within = bindWithin(item, binder);
  const references = new MatchReferences(matchScope);
  const measures = item.measures.map((measure) => {
    const { expr, alias } = measure;
    return { expr: references.bind(expr), name: alias ?? '' };
  });
  const computed = exprs.length > input.schema.fields.length;
  const below = computed ? project(input, exprs, names) : input;
  const matched = match(below, {
    partition,
    order,
    steps,
    define,
    skip,
    within,
    measures: references.references,
  });
  const keys = partition.map((_, i): Expr => inputRef(matched.schema, i));
  return project(
    matched,
    [...keys, ...measures.map(({ expr }) => shiftInputs(expr, partition.length))],
    [...partition.map((column) => names[column]!), ...measures.map(({ name }) => name)],
  );
}

/** Errors: INVALID_MATCH unless the first key is a time, ascending. */
function bindOrder(
  { orderBy, span }: MatchRecognize,
  binder: ExpressionBinder,
  columnOf: (expr: Expr) => number,
): readonly ColumnOrder[] {
  const keys = orderBy.map((item) => sortKey(item, binder.bind(item.expr)));
  const [first] = keys;
  const at = orderBy[0]?.span ?? span;
  if (first === undefined || first.expr.kind !== 'InputRef' || !isTime(first.expr.type)) {
    throw invalidMatch('ORDER BY must begin with a TIMESTAMP or TIMESTAMP_LTZ column', at);
  }
  if (first.descending) {
    throw unsupportedMatch('A descending time', 'rows are matched as time goes on', at);
  }
  return keys.map(({ expr, descending, nullsFirst }) => ({
    column: columnOf(expr),
    descending,
    nullsFirst,
  }));
}

/** The condition of each variable; null: every row matches. Errors: INVALID_MATCH. */
function bindDefine(item: MatchRecognize, scope: MatchScope): readonly MatchDefinition[] {
  const conditions = scope.steps.map((): MatchDefinition => ({ condition: null, reads: [] }));
  for (const { variable, condition: syntax } of item.define) {
    const step = scope.steps.findIndex((s: MatchStep) => s.name === variable);
    if (step < 0) throw unknownVariable(variable, syntax.span);
    if (conditions[step]!.condition !== null) {
      throw invalidMatch(`'${variable}' is defined twice`, syntax.span);
    }
    const references = new MatchReferences(scope);
    const bound = condition(references.bind(syntax), 'DEFINE', syntax.span);
    conditions[step] = {
      condition: checkCondition(bound, syntax),
      reads: references.references,
    };
  }
  return conditions;
}

/** Milliseconds that a match must be shorter than. Errors: NOT_SUPPORTED. */
function bindWithin({ within }: MatchRecognize, binder: ExpressionBinder): bigint | null {
  if (within === null) return null;
  const bound = binder.bind(within);
  const { value } = bound.kind === 'Literal' ? bound : { value: null };
  if (bound.type.kind === 'INTERVAL_DAY_TIME' && typeof value === 'bigint') return value;
  const reason = 'it takes a constant interval of days, hours, minutes or seconds';
  throw unsupportedMatch('This WITHIN', reason, within.span);
}
