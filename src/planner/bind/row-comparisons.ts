import type { Span } from '../../common/errors.ts';
import type { Expr } from '../../expr/expr.ts';
import { joinConjunction, joinDisjunction } from '../../expr/simplify.ts';
import type * as ast from '../../parser/ast/expressions.ts';
import type { Binder } from './binder.ts';
import { callBuiltin, negate } from './coerce.ts';
import { fieldAt } from './special.ts';
import { bindRow } from './subqueries.ts';

const COMPARISONS: ReadonlySet<string> = new Set([
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
] satisfies ast.ComparisonOp[]);

/** Whether an operator compares two values. */
export function isComparison(op: ast.BinaryOp): op is ast.ComparisonOp {
  return COMPARISONS.has(op);
}

/**
 * `(a, b) op right`: a comparison of the items, in which one that is NULL may leave the result
 * unknown. `right` is a row too, a value of type ROW or a query of one row.
 *
 * Errors: INVALID_ARGUMENTS for anything else and for rows of another length, SUBQUERY_COLUMNS.
 */
export function bindRowComparison(
  binder: Binder,
  op: ast.ComparisonOp,
  left: ast.RowConstructor,
  right: ast.Expr,
  span: Span | null,
): Expr {
  return bindRowComparisons(binder, op, left, [right], span)[0]!;
}

/** The comparisons of one row with several ones. */
export function bindRowComparisons(
  binder: Binder,
  op: ast.ComparisonOp,
  left: ast.RowConstructor,
  rights: readonly ast.Expr[],
  span: Span | null = null,
): readonly Expr[] {
  const values = left.items.map((item) => binder.bind(item));
  return rights.map((right) => {
    const others = rowItems(binder, right, values.length);
    if (others.length === values.length) return compareRows(op, values, others, span ?? right.span);
    // Says what the two sides are.
    return callBuiltin(op, [binder.bind(left), binder.bind(right)], span ?? right.span);
  });
}

function rowItems(binder: Binder, expr: ast.Expr, length: number): readonly Expr[] {
  if (expr.kind === 'RowConstructor') return expr.items.map((item) => binder.bind(item));
  if (expr.kind === 'Subquery') return bindRow(binder, expr.query, length, expr.span);
  const row = binder.bind(expr);
  if (row.type.kind !== 'ROW') return [row];
  return row.type.fields.map((_, i) => fieldAt(row, i, expr.span));
}

/** Compares two rows item by item: the first items that differ decide the order. */
export function compareRows(
  op: ast.ComparisonOp,
  a: readonly Expr[],
  b: readonly Expr[],
  span: Span | null,
): Expr {
  switch (op) {
    case '=':
      return joinConjunction(a.map((item, i) => callBuiltin('=', [item, b[i]!], span)));
    case '<>':
      if (a.length === 1) return callBuiltin('<>', [a[0]!, b[0]!], span);
      return negate(compareRows('=', a, b, span), span);
    default: {
      // (a, b, c) <= (x, y, z)  =>  a < x OR a = x AND (b < y OR b = y AND c <= z)
      const strict = op === '<' || op === '<=' ? '<' : '>';
      const last = a.length - 1;
      let ordered: Expr = callBuiltin(op, [a[last]!, b[last]!], span);
      for (let i = last - 1; i >= 0; i--) {
        const pair = [a[i]!, b[i]!];
        const equal = callBuiltin('=', pair, span);
        ordered = joinDisjunction([
          callBuiltin(strict, pair, span),
          joinConjunction([equal, ordered]),
        ]);
      }
      return ordered;
    }
  }
}
