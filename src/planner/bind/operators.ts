import { assert } from '../../common/assert.ts';
import type { Span } from '../../common/errors.ts';
import type { Case, Expr } from '../../expr/expr.ts';
import { joinConjunction } from '../../expr/simplify.ts';
import type * as ast from '../../parser/ast/expressions.ts';
import type { DataType } from '../../types/data-type.ts';
import { isDatetime, isInterval } from '../../types/families.ts';
import { NULL } from '../../types/types.ts';
import type { Binder } from './binder.ts';
import { callBuiltin, caseOf, condition, negate, nullOf } from './coerce.ts';
import { bindNumber } from './literals.ts';
import { bindRowComparison, bindRowComparisons, isComparison } from './row-comparisons.ts';

/** A sign or NOT. A minus before a number is part of the number. */
export function bindUnary(binder: Binder, expr: ast.Unary): Expr {
  const { op, operand, span } = expr;
  if (op === 'NOT') return negate(condition(binder.bind(operand), 'NOT', operand.span), span);
  if (op === '-' && operand.kind === 'NumberLiteral') return bindNumber(operand, true);
  const value = binder.bind(operand);
  return op === '-' ? callBuiltin('NEGATE', [value], span) : value;
}

/** `left op right`; chains that lean to the left are walked with a loop. */
export function bindBinary(binder: Binder, expr: ast.Binary): Expr {
  const chain: ast.Binary[] = [expr];
  let first = expr.left;
  let left = binder.replacement(first);
  while (left === null && first.kind === 'Binary') {
    chain.push(first);
    first = first.left;
    left = binder.replacement(first);
  }
  // The operands of periods and row comparisons are not values of their own.
  if (left === null && first.kind !== 'RowConstructor') left = binder.bind(first);
  for (const node of chain.reverse()) {
    left =
      left === null && node.left.kind === 'RowConstructor'
        ? bindRowOperator(binder, node, node.left)
        : operator(node, left!, binder.bind(node.right));
  }
  assert(left !== null, 'an operator makes a value');
  return left;
}

function operator(node: ast.Binary, left: Expr, right: Expr): Expr {
  if (isUntypedTime(node.op, left.type, right.type)) return nullOf(NULL);
  return callBuiltin(node.op, [left, right], node.span);
}

/**
 * Whether a sum is NULL and may be a point in time as well as an interval: it takes the type of its
 * place. `ts > NULL - INTERVAL '1' DAY`
 */
function isUntypedTime(op: string, left: DataType, right: DataType): boolean {
  if (op !== '+' && op !== '-') return false;
  if (left.kind === 'NULL') return isInterval(right);
  return right.kind === 'NULL' && (isInterval(left) || (op === '-' && isDatetime(left)));
}

const PERIOD_OPS: ReadonlySet<string> = new Set([
  'OVERLAPS',
  'CONTAINS',
  'EQUALS',
  'PRECEDES',
  'SUCCEEDS',
  'IMMEDIATELY PRECEDES',
  'IMMEDIATELY SUCCEEDS',
] satisfies ast.PeriodOp[]);

function bindRowOperator(binder: Binder, node: ast.Binary, left: ast.RowConstructor): Expr {
  const { op, right, span } = node;
  if (isComparison(op)) return bindRowComparison(binder, op, left, right, span);
  if (!PERIOD_OPS.has(op)) return operator(node, binder.bind(left), binder.bind(right));
  // A point in time is a period, too.
  const end = right.kind === 'RowConstructor' ? right.items : [right, right];
  const args = [...left.items, ...end].map((item) => binder.bind(item));
  return callBuiltin(op, args, span);
}

/** `a AND b AND c`. */
export function bindLogical(binder: Binder, expr: ast.Logical): Expr {
  const operands = expr.operands.map((o) => condition(binder.bind(o), expr.op, o.span));
  return callBuiltin(expr.op, operands, expr.span);
}

/** `x IS [NOT] NULL` and the like. */
export function bindIsTest(binder: Binder, expr: ast.IsTest): Expr {
  const { test, negated, operand, span } = expr;
  if (test === 'A SET' || test === 'EMPTY') {
    const holds = callBuiltin(`IS ${test}`, [binder.bind(operand)], span);
    return negated ? negate(holds, span) : holds;
  }
  return callBuiltin(`IS ${negated ? 'NOT ' : ''}${test}`, [binder.bind(operand)], span);
}

/** `x IS [NOT] JSON …`. */
export function bindIsJson(binder: Binder, expr: ast.IsJson, type: Expr): Expr {
  const test = callBuiltin('IS JSON', [binder.bind(expr.operand), type], expr.span);
  return expr.negated ? negate(test, expr.span) : test;
}

/** `x [NOT] BETWEEN [SYMMETRIC] low AND high`. */
export function bindBetween(binder: Binder, expr: ast.Between): Expr {
  const { span } = expr;
  const value = binder.bind(expr.operand);
  const low = binder.bind(expr.low);
  const high = binder.bind(expr.high);
  const within = (from: Expr, to: Expr) =>
    joinConjunction([callBuiltin('>=', [value, from], span), callBuiltin('<=', [value, to], span)]);
  const test = expr.symmetric
    ? callBuiltin('OR', [within(low, high), within(high, low)], span)
    : within(low, high);
  return expr.negated ? negate(test, span) : test;
}

/** `x [NOT] IN (a, b, …)`. */
export function bindInList(binder: Binder, expr: ast.InList): Expr {
  const { operand, items, span } = expr;
  const isIn =
    operand.kind === 'RowConstructor'
      ? anyOrAll('ANY', bindRowComparisons(binder, '=', operand, items), span)
      : callBuiltin(
          'IN',
          [operand, ...items].map((item) => binder.bind(item)),
          span,
        );
  return expr.negated ? negate(isIn, span) : isIn;
}

/** `x op ANY | ALL (a, b, …)`. */
export function bindQuantifiedList(binder: Binder, expr: ast.QuantifiedList): Expr {
  const { op, operand, items, quantifier, span } = expr;
  if (operand.kind === 'RowConstructor') {
    return anyOrAll(quantifier, bindRowComparisons(binder, op, operand, items), span);
  }
  const value = binder.bind(operand);
  const tests = items.map((item) => callBuiltin(op, [value, binder.bind(item)], span));
  return anyOrAll(quantifier, tests, span);
}

function anyOrAll(quantifier: 'ANY' | 'ALL', tests: readonly Expr[], span: Span | null): Expr {
  if (tests.length === 1) return tests[0]!;
  return callBuiltin(quantifier === 'ANY' ? 'OR' : 'AND', tests, span);
}

/** LIKE, ILIKE, RLIKE and SIMILAR TO. */
export function bindLike(binder: Binder, expr: ast.Like): Expr {
  const args = [expr.operand, expr.pattern];
  if (expr.escape !== null) args.push(expr.escape);
  const test = callBuiltin(
    expr.form,
    args.map((arg) => binder.bind(arg)),
    expr.span,
  );
  return expr.negated ? negate(test, expr.span) : test;
}

/** CASE. With an operand, each branch compares it. */
export function bindCase(binder: Binder, expr: ast.Case): Case {
  const { span } = expr;
  const operand = expr.operand === null ? null : binder.bind(expr.operand);
  const whens = expr.branches.map(({ when }) =>
    operand === null
      ? condition(binder.bind(when), 'WHEN', when.span)
      : callBuiltin('=', [operand, binder.bind(when)], when.span),
  );
  const thens = expr.branches.map(({ then }) => binder.bind(then));
  const otherwise = expr.otherwise === null ? nullOf(NULL) : binder.bind(expr.otherwise);
  return caseOf(whens, thens, otherwise, span);
}
