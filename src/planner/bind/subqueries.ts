import { notImplemented, type Span } from '../../common/errors.ts';
import type { Expr } from '../../expr/expr.ts';
import type * as ast from '../../parser/ast/expressions.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import type { Binder, Rows } from './binder.ts';

/** A subquery as a value. */
export function bindSubquery(_binder: Binder, expr: ast.Expr): Expr {
  throw notImplemented('A subquery in an expression', { span: expr.span });
}

/** A test of a subquery as a conjunct of WHERE. */
export function joinCondition(_binder: Binder, expr: ast.Expr): void {
  throw notImplemented('A subquery in a condition', { span: expr.span });
}

/** LATERAL. */
export function joinLateral(
  _rows: Rows,
  _right: LogicalPlan,
  _joinType: 'inner' | 'left',
  _on: Expr | null,
  span: Span | null,
): void {
  throw notImplemented('LATERAL', { span });
}
