import { notImplemented, validationError } from '../../common/errors.ts';
import type { AggregateCall, Expr } from '../../expr/expr.ts';
import { simplify } from '../../expr/simplify.ts';
import { equalExprs, isConstant } from '../../expr/tree.ts';
import type { AggregateFunctionDefinition } from '../../functions/definition.ts';
import { lookupBuiltin } from '../../functions/registry.ts';
import { resolveCall } from '../../functions/resolve.ts';
import type * as ast from '../../parser/ast/expressions.ts';
import type { JsonArrayAgg, JsonObjectAgg } from '../../parser/ast/json.ts';
import type { Binder } from './binder.ts';
import { functionOf, plainArgs } from './calls.ts';
import { coerce, condition, symbol, truth } from './coerce.ts';
import type { BindContext } from './context.ts';
import { inOrder } from './ordered-aggregates.ts';
import { bindJsonPart, isRawJson } from './special.ts';
import { visitSyntax } from './syntax.ts';

/** The syntax of a call of an aggregate function, or of GROUPING and the like. */
export type AggregateSyntax = ast.Call | JsonObjectAgg | JsonArrayAgg;

/** Functions of the grouping set, not of rows. */
const GROUPING_FUNCTIONS: ReadonlySet<string> = new Set(['GROUPING', 'GROUPING_ID', 'GROUP_ID']);

/** Whether a call is GROUPING, GROUPING_ID or GROUP_ID. */
export function isGroupingFunction(expr: ast.Expr): expr is ast.Call {
  return (
    expr.kind === 'Call' &&
    expr.name.parts.length === 1 &&
    GROUPING_FUNCTIONS.has(expr.name.parts[0]!.toUpperCase())
  );
}

function isAggregate(expr: ast.Expr, context: BindContext): expr is AggregateSyntax {
  if (expr.kind === 'JsonObjectAgg' || expr.kind === 'JsonArrayAgg') return expr.over === null;
  if (expr.kind !== 'Call' || expr.over !== null) return false;
  const name = expr.name.parts;
  return isGroupingFunction(expr) || context.resolveFunction(name)?.kind === 'aggregate';
}

/**
 * The aggregates in some expressions, those in their subqueries aside.
 *
 * Errors: NESTED_AGGREGATE.
 */
export function findAggregates(
  exprs: readonly (ast.Expr | null)[],
  context: BindContext,
): readonly AggregateSyntax[] {
  const found: AggregateSyntax[] = [];
  visitSyntax(exprs, (expr) => {
    if (!isAggregate(expr, context)) return true;
    found.push(expr);
    checkNotNested(expr, context);
    return false;
  });
  return found;
}

function checkNotNested(aggregate: AggregateSyntax, context: BindContext): void {
  visitSyntax(Object.values(aggregate), (expr) => {
    if (!isAggregate(expr, context)) return true;
    throw validationError('NESTED_AGGREGATE', {}, { span: expr.span });
  });
}

/** Binds an aggregate over the rows before grouping. Errors: INVALID_ARGUMENTS and others. */
export function bindAggregate(binder: Binder, expr: AggregateSyntax): AggregateCall {
  if (expr.kind !== 'Call') return bindJsonAggregate(binder, expr);
  const { span } = expr;
  const definition = functionOf(expr, binder.env.context);
  if (definition.kind !== 'aggregate') throw notImplemented(definition.name, { span });
  const isCountAll = definition.name === 'COUNT' && expr.args[0]?.kind === 'Star';
  const args = isCountAll ? [] : plainArgs(expr, definition.input).map((arg) => binder.bind(arg));
  if (expr.nulls !== null) args.push(symbol(expr.nulls));
  const filter = bindFilter(binder, expr.filter);
  const isDistinct = expr.quantifier === 'DISTINCT';
  const call = makeAggregate(definition, args, isDistinct, filter, span);
  return inOrder(binder, definition.body.kind === 'udf' ? withConstants(binder, call) : call, expr);
}

/** A call of a user's function, whose `open` is told the arguments that are literals: also `-1`. */
function withConstants(binder: Binder, call: AggregateCall): AggregateCall {
  const { statement } = binder.env.context;
  const args = call.args.map((arg) => (isConstant(arg) ? simplify(arg, statement) : arg));
  return { ...call, args };
}

function bindJsonAggregate(binder: Binder, expr: JsonObjectAgg | JsonArrayAgg): AggregateCall {
  const raw = truth(isRawJson(expr.value, expr.formatJson));
  const value = bindJsonPart(binder, expr.value);
  const isObject = expr.kind === 'JsonObjectAgg';
  const nulls = expr.nullHandling ?? (isObject ? 'NULL ON NULL' : 'ABSENT ON NULL');
  const args = [value, symbol(nulls === 'NULL ON NULL' ? 'NULL' : 'ABSENT'), raw];
  if (isObject) args.unshift(binder.bind(expr.key));
  const definition = lookupBuiltin(isObject ? 'JSON_OBJECTAGG' : 'JSON_ARRAYAGG');
  if (definition?.kind !== 'aggregate') throw notImplemented(expr.kind, { span: expr.span });
  const filter = bindFilter(binder, expr.filter);
  const call = makeAggregate(definition, args, false, filter, expr.span);
  return expr.kind === 'JsonArrayAgg' ? inOrder(binder, call, expr) : call;
}

function bindFilter(binder: Binder, filter: ast.Expr | null): Expr | null {
  return filter === null ? null : condition(binder.bind(filter), 'FILTER', filter.span);
}

/** A call with its implicit casts. Errors: INVALID_ARGUMENTS at `span`. */
export function makeAggregate(
  definition: AggregateFunctionDefinition,
  args: readonly Expr[],
  distinct: boolean,
  filter: Expr | null,
  span: ast.Call['span'],
): AggregateCall {
  const shape = {
    types: args.map((arg) => arg.type),
    literals: args.map((arg) => (arg.kind === 'Literal' ? arg.value : undefined)),
  };
  const { casts, result } = resolveCall(definition, shape, { span });
  return {
    definition,
    type: result,
    args: args.map((arg, i) => coerce(arg, casts[i]!)),
    // The least and the greatest of several values are those of the distinct ones.
    distinct: distinct && definition.compiled !== 'min' && definition.compiled !== 'max',
    filter,
  };
}

/** Whether two aggregate calls always have the same result. */
export function equalAggregates(a: AggregateCall, b: AggregateCall): boolean {
  if (a.definition !== b.definition || a.distinct !== b.distinct) return false;
  if (!a.definition.deterministic || a.args.length !== b.args.length) return false;
  if (a.filter === null || b.filter === null) {
    if (a.filter !== b.filter) return false;
  } else if (!equalExprs(a.filter, b.filter)) return false;
  return a.args.every((arg, i) => equalExprs(arg, b.args[i]!));
}
