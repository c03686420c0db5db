import { validationError } from '../../common/errors.ts';
import type { AggregateCall, Expr } from '../../expr/expr.ts';
import { equalExprs, isDeterministic } from '../../expr/tree.ts';
import type * as ast from '../../parser/ast/expressions.ts';
import type { Identifier } from '../../parser/ast/node.ts';
import type { GroupBy } from '../../parser/ast/queries.ts';
import { withNullable } from '../../types/data-type.ts';
import { printType } from '../../types/print.ts';
import { BIGINT } from '../../types/types.ts';
import { aggregate, inputRef, project, union } from '../logical/build.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import {
  type AggregateSyntax,
  bindAggregate,
  equalAggregates,
  isGroupingFunction,
} from './aggregate-calls.ts';
import { type QueryEnv, Rows } from './binder.ts';
import { nullOf } from './coerce.ts';
import { ExpressionBinder, type Replacements } from './expressions.ts';
import { type Groups, groupsOf } from './grouping-sets.ts';
import { Scope } from './scope.ts';
import { settled } from './settled.ts';
import { fieldOf } from './special.ts';
import { sameSyntax } from './syntax.ts';

/** The rows after GROUP BY, and what the expressions of the later clauses mean over them. */
export interface Grouped {
  readonly rows: Rows;
  readonly replacements: Replacements;
}

/**
 * Groups rows: by the keys of GROUP BY, with the aggregates that the later clauses contain. `keyed`
 * is what some keys stand for.
 *
 * Errors: those of the keys and of the aggregates' arguments.
 */
export function bindGrouping(
  input: Rows,
  groupBy: GroupBy | null,
  found: readonly AggregateSyntax[],
  env: QueryEnv,
  keyed: Replacements | null = null,
): Grouped {
  const sameName = (a: Identifier, b: Identifier) => sameColumn(a, b, input.scope);
  const same = (a: ast.Expr, b: ast.Expr) => sameSyntax(a, b, sameName);
  const groups = groupsOf(groupBy, same);
  const binder = new ExpressionBinder(env, input, keyed);
  const keys = groups.keys.map((key) => groupKey(binder.bind(key), key));
  const calls: AggregateCall[] = [];
  const columnOf = new Map<AggregateSyntax, number>();
  for (const syntax of found) {
    if (isGroupingFunction(syntax)) continue;
    const call = bindAggregate(binder, syntax);
    const known = calls.findIndex((other) => equalAggregates(other, call));
    columnOf.set(syntax, keys.length + (known >= 0 ? known : calls.push(call) - 1));
  }
  const grouping = found.filter(isGroupingFunction);
  for (const [i, syntax] of grouping.entries())
    columnOf.set(syntax, keys.length + calls.length + i);
  const parts = { keys, groups, calls, grouping, same };
  const rows = new Rows(aggregatePlan(input.plan, parts), new Scope([]), 'a grouped query');
  return { rows, replacements: replacements(rows, input.scope, groups, columnOf, same) };
}

/** Errors: NOT_GROUPABLE for values that cannot be compared. */
function groupKey(expr: Expr, syntax: ast.Expr): Expr {
  const { kind } = expr.type;
  if (kind !== 'MAP' && kind !== 'MULTISET') return expr;
  const type = printType(withNullable(expr.type, true));
  throw validationError('NOT_GROUPABLE', { type }, { span: syntax.span });
}

interface Parts {
  readonly keys: readonly Expr[];
  readonly groups: Groups;
  readonly calls: readonly AggregateCall[];
  readonly grouping: readonly ast.Call[];
  readonly same: (a: ast.Expr, b: ast.Expr) => boolean;
}

/** Keys, then aggregates, then grouping functions. */
function aggregatePlan(input: LogicalPlan, parts: Parts): LogicalPlan {
  const { keys, groups, calls, grouping } = parts;
  const names = groups.keys.map((key, i) =>
    key.kind === 'Identifier' ? key.parts.at(-1)! : `$f${i}`,
  );
  const { plan: prepared, calls: prepareCalls } = prepare(input, keys, names, calls);
  const callNames = calls.map((_, i) => `$f${keys.length + i}`);
  const { sets } = groups;
  if (sets.length === 1 && grouping.length === 0) {
    return aggregate(prepared, sets[0]!, prepareCalls, callNames);
  }
  const allNames = [...names, ...callNames, ...grouping.map((call) => call.name.parts[0]!)];
  const rows = settled('grouping sets', prepared);
  const copies = sets.map((set, copy) => {
    const plan = aggregate(rows, set, prepareCalls, callNames);
    const columns = keys.map((key, i) => {
      const position = set.indexOf(i);
      return position < 0 ? nullOf(key.type) : inputRef(plan.schema, position);
    });
    const results = calls.map((_, i) => inputRef(plan.schema, set.length + i));
    const ids = grouping.map((call) => groupingValue(call, sets, copy, parts));
    return project(plan, [...columns, ...results, ...ids], allNames);
  });
  return copies.length === 1 ? copies[0]! : union(copies);
}

/** A projection that computes keys and arguments, and the calls over its columns. */
function prepare(
  input: LogicalPlan,
  keys: readonly Expr[],
  names: readonly string[],
  calls: readonly AggregateCall[],
): { readonly plan: LogicalPlan; readonly calls: readonly AggregateCall[] } {
  const exprs = [...keys];
  const columnNamesOut = [...names];
  const columnOf = (expr: Expr): Expr => {
    // Literals stay in the call: separators and the like are read once, not for each row.
    if (expr.kind === 'Literal') return expr;
    const known = exprs.findIndex((other) => isDeterministic(other) && equalExprs(other, expr));
    if (known >= 0) return { kind: 'InputRef', type: expr.type, index: known };
    columnNamesOut.push(
      expr.kind === 'InputRef' ? input.schema.fields[expr.index]!.name : `$f${exprs.length}`,
    );
    return { kind: 'InputRef', type: expr.type, index: exprs.push(expr) - 1 };
  };
  const mapped = calls.map((call) => ({
    ...call,
    args: call.args.map(columnOf),
    filter: call.filter === null ? null : columnOf(call.filter),
  }));
  return { plan: project(input, exprs, columnNamesOut), calls: mapped };
}

/** GROUPING(a, b): a bit for each argument, 1 if the set does not have it. */
function groupingValue(
  call: ast.Call,
  sets: readonly (readonly number[])[],
  copy: number,
  { groups, same }: Parts,
): Expr {
  const type = withNullable(BIGINT, false);
  const set = sets[copy]!;
  if (call.name.parts[0]!.toUpperCase() === 'GROUP_ID') {
    const before = sets.slice(0, copy).filter((other) => other.join() === set.join()).length;
    return { kind: 'Literal', type, value: BigInt(before) };
  }
  let bits = 0n;
  for (const arg of call.args) {
    const key = groups.keys.findIndex((k) => same(k, arg as ast.Expr));
    if (key < 0) throw validationError('NOT_A_GROUP_KEY', {}, { span: arg.span });
    bits = bits * 2n + (set.includes(key) ? 0n : 1n);
  }
  return { kind: 'Literal', type, value: bits };
}

function replacements(
  rows: Rows,
  scope: Scope,
  groups: Groups,
  columnOf: ReadonlyMap<AggregateSyntax, number>,
  same: Parts['same'],
): Replacements {
  const at = (column: number) => inputRef(rows.plan.schema, column);
  return {
    replace(expr) {
      const column = columnOf.get(expr as AggregateSyntax);
      if (column !== undefined) return at(column);
      const key = groups.keys.findIndex((k) => same(k, expr));
      if (key >= 0) return at(key);
      return expr.kind === 'Identifier' ? fieldOfKey(expr, groups, same, at) : null;
    },
    explain(name) {
      if (scope.find(name) === null) return null;
      return validationError('NOT_GROUPED', { column: name.parts.join('.') }, { span: name.span });
    },
  };
}

/** `r.f` where rows are grouped by `r`. */
function fieldOfKey(
  name: Identifier,
  groups: Groups,
  same: Parts['same'],
  at: (column: number) => Expr,
): Expr | null {
  for (let length = name.parts.length - 1; length > 0; length--) {
    const row: Identifier = { ...name, parts: name.parts.slice(0, length) };
    const key = groups.keys.findIndex((k) => same(k, row));
    if (key < 0) continue;
    const fields = name.parts.slice(length);
    return fields.reduce((value, field) => fieldOf(value, field, name.span), at(key));
  }
  return null;
}

/** Whether two names mean the same column, or the same field of it. */
export function sameColumn(a: Identifier, b: Identifier, scope: Scope): boolean {
  const left = scope.find(a);
  const right = scope.find(b);
  if (left === null || right === null) return left === right && a.parts.join() === b.parts.join();
  return left.column.index === right.column.index && left.fields.join() === right.fields.join();
}
