import { didYouMean } from '../../common/diagnostics.ts';
import { type Span, validationError } from '../../common/errors.ts';
import type { Expr, SortKey, WindowCall } from '../../expr/expr.ts';
import { equalExprs, isDeterministic } from '../../expr/tree.ts';
import type { WindowFunctionDefinition } from '../../functions/definition.ts';
import { lookupBuiltin } from '../../functions/registry.ts';
import { resolveCall } from '../../functions/resolve.ts';
import type * as ast from '../../parser/ast/expressions.ts';
import type { NamedWindow, WindowSpec } from '../../parser/ast/queries.ts';
import { allColumns, columnNames, inputRef, project, window } from '../logical/build.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import { type AggregateSyntax, bindAggregate } from './aggregate-calls.ts';
import type { QueryEnv, Rows } from './binder.ts';
import { functionOf, plainArgs } from './calls.ts';
import { coerce } from './coerce.ts';
import { ExpressionBinder, type Replacements } from './expressions.ts';
import { sortKey } from './order.ts';
import { visitSyntax } from './syntax.ts';
import { bindFrame, WHOLE_PARTITION } from './window-frames.ts';

/** The syntax of a call with OVER. */
export type WindowSyntax = AggregateSyntax & { readonly over: object };

function isWindow(expr: ast.Expr): expr is WindowSyntax {
  const { kind } = expr;
  return (
    (kind === 'Call' || kind === 'JsonObjectAgg' || kind === 'JsonArrayAgg') && expr.over !== null
  );
}

/**
 * The calls with OVER in some expressions, those in their subqueries aside.
 *
 * Errors: NESTED_WINDOW.
 */
export function findWindows(exprs: readonly (ast.Expr | null)[]): readonly WindowSyntax[] {
  const found: WindowSyntax[] = [];
  visitSyntax(exprs, (expr) => {
    if (!isWindow(expr)) return true;
    found.push(expr);
    visitSyntax(Object.values(expr), (inner) => {
      if (isWindow(inner)) throw validationError('NESTED_WINDOW', {}, { span: inner.span });
      return true;
    });
    return false;
  });
  return found;
}

/** The expressions by which named windows partition and order their rows. */
export function windowKeys(named: readonly NamedWindow[]): readonly ast.Expr[] {
  return named.flatMap(({ window }) => [
    ...window.partitionBy,
    ...window.orderBy.map((item) => item.expr),
  ]);
}

/** One window with all calls over it. */
interface BoundWindow {
  readonly partition: readonly Expr[];
  readonly order: readonly SortKey[];
  readonly calls: WindowCall[];
  /** The column of each call, when the plan is made. */
  readonly columns: number[];
}

/** Where the result of a call will be. */
interface Place {
  readonly window: BoundWindow;
  readonly call: number;
}

/**
 * Computes the calls with OVER: their results become columns of `rows` behind the others, which
 * the result of this function puts in the place of the calls.
 *
 * Errors: WINDOW_NOT_FOUND, WINDOW_OVERRIDE, WINDOW_FRAME, WINDOW_ORDER_REQUIRED, and those of the
 * expressions.
 */
export function bindWindows(
  rows: Rows,
  found: readonly WindowSyntax[],
  named: readonly NamedWindow[],
  env: QueryEnv,
  inner: Replacements | null,
): Replacements {
  const binder = new ExpressionBinder(env, rows, inner);
  const windows: BoundWindow[] = [];
  const places = new Map<ast.Expr, Place>();
  for (const syntax of found) {
    const spec = specOf(syntax, named);
    const partition = spec.partitionBy.map((expr) => binder.bind(expr));
    const order = spec.orderBy.map((item) => sortKey(item, binder.bind(item.expr)));
    const call = bindWindowCall(binder, syntax, spec, order);
    const known = windows.find((other) => isSameWindow(other, partition, order));
    const window = known ?? { partition, order, calls: [], columns: [] };
    if (known === undefined) windows.push(window);
    places.set(syntax, { window, call: window.calls.push(call) - 1 });
  }
  rows.replace(windowPlan(rows.plan, windows));
  return {
    replace(expr) {
      const place = places.get(expr);
      if (place === undefined) return inner?.replace(expr) ?? null;
      return inputRef(rows.plan.schema, place.window.columns[place.call]!);
    },
    explain: (name) => inner?.explain(name) ?? null,
  };
}

function isSameWindow(
  window: BoundWindow,
  partition: readonly Expr[],
  order: readonly SortKey[],
): boolean {
  const same = (a: Expr, b: Expr) => isDeterministic(a) && equalExprs(a, b);
  return (
    window.partition.length === partition.length &&
    window.order.length === order.length &&
    window.partition.every((expr, i) => same(expr, partition[i]!)) &&
    window.order.every((key, i) => {
      const other = order[i]!;
      return (
        key.descending === other.descending &&
        key.nullsFirst === other.nullsFirst &&
        same(key.expr, other.expr)
      );
    })
  );
}

/** Keys, arguments and filters become columns; then a Window node for each window. */
function windowPlan(input: LogicalPlan, windows: readonly BoundWindow[]): LogicalPlan {
  const exprs: Expr[] = allColumns(input.schema);
  const names = columnNames(input.schema);
  const columnOf = (expr: Expr): number => {
    const known = exprs.findIndex((other) => isDeterministic(other) && equalExprs(other, expr));
    if (known >= 0) return known;
    names.push(`$o${exprs.length}`);
    return exprs.push(expr) - 1;
  };
  const argument = (expr: Expr): Expr =>
    expr.kind === 'Literal' ? expr : { kind: 'InputRef', type: expr.type, index: columnOf(expr) };
  const bound = windows.map(({ partition, order, calls }) => ({
    partition: partition.map(columnOf),
    order: order.map(({ expr, descending, nullsFirst }) => ({
      column: columnOf(expr),
      descending,
      nullsFirst,
    })),
    calls: calls.map((call) => ({
      ...call,
      args: call.args.map(argument),
      filter: call.filter === null ? null : argument(call.filter),
    })),
  }));
  const computed = exprs.length > input.schema.fields.length;
  let plan: LogicalPlan = computed ? project(input, exprs, names) : input;
  for (const [i, { partition, order, calls }] of bound.entries()) {
    const first = plan.schema.fields.length;
    windows[i]!.columns.push(...calls.map((_, c) => first + c));
    const callNames = calls.map((_, c) => `$w${i}_${c}`);
    plan = window(plan, partition, order, calls, callNames);
  }
  return plan;
}

function bindWindowCall(
  binder: ExpressionBinder,
  syntax: WindowSyntax,
  spec: WindowSpec,
  order: readonly SortKey[],
): WindowCall {
  if (syntax.kind === 'Call') {
    const definition = functionOf(syntax, binder.env.context);
    if (definition.kind === 'window') {
      return bindWindowFunction(binder, syntax, definition, spec);
    }
    if (definition.kind !== 'aggregate') {
      const parameters = { function: definition.name, what: 'OVER' };
      throw validationError('NOT_AN_AGGREGATE', parameters, { span: syntax.span });
    }
  }
  const frame = bindFrame(binder, spec, order);
  return { ...bindAggregate(binder, syntax), frame };
}

/** The form of a function that IGNORE NULLS asks for. Errors: NOT_AN_AGGREGATE if it has none. */
function nullsForm(definition: WindowFunctionDefinition, call: ast.Call) {
  if (call.nulls === null) return definition;
  const { name } = definition;
  const known = lookupBuiltin(`$${name} IGNORE NULLS`);
  if (known?.kind === 'window') return call.nulls === 'IGNORE' ? known : definition;
  const what = `${call.nulls} NULLS`;
  throw validationError('NOT_AN_AGGREGATE', { function: name, what }, { span: call.span });
}

/** Errors: WINDOW_ORDER_REQUIRED, WINDOW_FRAME, NOT_AN_AGGREGATE, INVALID_ARGUMENTS. */
function bindWindowFunction(
  binder: ExpressionBinder,
  call: ast.Call,
  definition: WindowFunctionDefinition,
  spec: WindowSpec,
): WindowCall {
  const { name } = definition;
  const { span } = call;
  for (const [given, what] of [
    [call.quantifier !== null, call.quantifier ?? ''],
    [call.filter !== null, 'FILTER'],
  ] as const) {
    if (given) throw validationError('NOT_AN_AGGREGATE', { function: name, what }, { span });
  }
  if (definition.needsOrder && spec.orderBy.length === 0) {
    throw validationError('WINDOW_ORDER_REQUIRED', { function: name }, { span });
  }
  if (spec.frame !== null) {
    const reason = `${name} sees the whole partition`;
    const hint = 'Leave the frame out: ROWS or RANGE, in the Table API preceding and following.';
    throw validationError('WINDOW_FRAME', { reason }, { span: spec.frame.span, hint });
  }
  const args = plainArgs(call, definition.input).map((arg) => binder.bind(arg));
  const shape = {
    types: args.map((arg) => arg.type),
    literals: args.map((arg) => (arg.kind === 'Literal' ? arg.value : undefined)),
  };
  const { casts, result } = resolveCall(definition, shape, { span });
  return {
    definition: nullsForm(definition, call),
    type: result,
    args: args.map((arg, i) => coerce(arg, casts[i]!)),
    distinct: false,
    filter: null,
    frame: WHOLE_PARTITION,
  };
}

/** What OVER means, with the named windows that it refers to put in. */
function specOf({ over, span }: WindowSyntax, named: readonly NamedWindow[]): WindowSpec {
  const window = over as NonNullable<ast.Call['over']>;
  if (window.kind === 'WindowName') {
    const { index, spec } = namedWindow(window.name, named, window.span ?? span);
    return extended(spec, named.slice(0, index));
  }
  return extended(window, named);
}

/** A window together with the one it extends, which must have been named before. */
function extended(spec: WindowSpec, named: readonly NamedWindow[]): WindowSpec {
  if (spec.base === null) return spec;
  const found = namedWindow(spec.base, named, spec.span);
  const base = extended(found.spec, named.slice(0, found.index));
  const override = (what: string) =>
    validationError('WINDOW_OVERRIDE', { window: found.name, what }, { span: spec.span });
  if (spec.partitionBy.length > 0) throw override('PARTITION BY');
  if (spec.orderBy.length > 0 && base.orderBy.length > 0) throw override('ORDER BY');
  if (base.frame !== null) throw override('a frame');
  return {
    ...spec,
    base: null,
    partitionBy: base.partitionBy,
    orderBy: spec.orderBy.length > 0 ? spec.orderBy : base.orderBy,
  };
}

function namedWindow(name: string, named: readonly NamedWindow[], span: Span | null) {
  const index = named.findIndex((window) => window.name === name);
  const found = named[index];
  if (found !== undefined) return { index, name, spec: found.window };
  const hint = didYouMean(
    name,
    named.map((window) => window.name),
  );
  throw validationError('WINDOW_NOT_FOUND', { name }, { span, hint });
}
