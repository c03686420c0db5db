import { assert } from '../../common/assert.ts';
import { notImplemented, type Span } from '../../common/errors.ts';
import type { Case, Expr } from '../../expr/expr.ts';
import { joinConjunction } from '../../expr/simplify.ts';
import type * as ast from '../../parser/ast/expressions.ts';
import { withNullable } from '../../types/data-type.ts';
import { NULL } from '../../types/types.ts';
import type { Binder } from './binder.ts';
import { callBuiltin, coerce, commonTypeOf, condition, nullOf } from './coerce.ts';
import { bindNumber } from './literals.ts';

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
  if (node.op.includes('SET') || node.op === 'MEMBER OF' || PERIOD_OPS.has(node.op)) {
    throw notImplemented(node.op, { span: node.span });
  }
  return callBuiltin(node.op, [left, right], node.span);
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
  const sameLength = right.kind === 'RowConstructor' && right.items.length === left.items.length;
  if (!sameLength) return operator(node, binder.bind(left), binder.bind(right));
  const a = left.items.map((item) => binder.bind(item));
  const b = right.items.map((item) => binder.bind(item));
  switch (op) {
    case '=':
      return rowEquals(a, b, span);
    case '<>':
      return negate(rowEquals(a, b, span), span);
    case 'OVERLAPS':
      return callBuiltin('OVERLAPS', [...a, ...b], span);
    default:
      throw notImplemented(`${op} of rows`, { span });
  }
}

function rowEquals(a: readonly Expr[], b: readonly Expr[], span: Span | null): Expr {
  return joinConjunction(a.map((item, i) => callBuiltin('=', [item, b[i]!], span)));
}

/** `a AND b AND c`. */
export function bindLogical(binder: Binder, expr: ast.Logical): Expr {
  const operands = expr.operands.map((o) => condition(binder.bind(o), expr.op, o.span));
  return callBuiltin(expr.op, operands, expr.span);
}

/** `x IS [NOT] NULL` and the like. */
export function bindIsTest(binder: Binder, expr: ast.IsTest): Expr {
  const { test, negated, operand, span } = expr;
  if (test === 'A SET' || test === 'EMPTY') throw notImplemented(`IS ${test}`, { span });
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
      ? rowIn(binder, operand, items, span)
      : callBuiltin(
          'IN',
          [operand, ...items].map((item) => binder.bind(item)),
          span,
        );
  return expr.negated ? negate(isIn, span) : isIn;
}

function rowIn(
  binder: Binder,
  operand: ast.RowConstructor,
  items: readonly ast.Expr[],
  span: Span | null,
): Expr {
  const value = operand.items.map((item) => binder.bind(item));
  const tests = items.map((item) => {
    if (item.kind !== 'RowConstructor' || item.items.length !== value.length) {
      throw notImplemented('IN of rows with anything but rows of the same length', { span });
    }
    return rowEquals(
      value,
      item.items.map((part) => binder.bind(part)),
      item.span,
    );
  });
  return tests.length === 1 ? tests[0]! : callBuiltin('OR', tests, span);
}

/** `x op ANY | ALL (a, b, …)`. */
export function bindQuantifiedList(binder: Binder, expr: ast.QuantifiedList): Expr {
  const value = binder.bind(expr.operand);
  const tests = expr.items.map((item) =>
    callBuiltin(expr.op, [value, binder.bind(item)], expr.span),
  );
  if (tests.length === 1) return tests[0]!;
  return callBuiltin(expr.quantifier === 'ANY' ? 'OR' : 'AND', tests, expr.span);
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

/** CASE WHEN over bound parts, whose results become their common type. Errors: NO_COMMON_TYPE. */
export function caseOf(
  whens: readonly Expr[],
  thens: readonly Expr[],
  otherwise: Expr,
  span: Span | null,
): Case {
  const results = [...thens, otherwise];
  const common = commonTypeOf(results, 'the results of CASE', span);
  const type = withNullable(
    common,
    results.some((result) => result.type.nullable),
  );
  return {
    kind: 'Case',
    type,
    branches: whens.map((when, i) => {
      const then = coerce(thens[i]!, type);
      return { when, then };
    }),
    otherwise: coerce(otherwise, type),
  };
}

/** NOT of a condition. */
export function negate(expr: Expr, span: Span | null): Expr {
  return callBuiltin('NOT', [expr], span);
}
