import { validationError } from '../../common/errors.ts';
import type { Expr, SortKey } from '../../expr/expr.ts';
import type { Expr as SyntaxExpr } from '../../parser/ast/expressions.ts';
import type { OrderItem } from '../../parser/ast/queries.ts';
import { printType } from '../../types/print.ts';
import type { BindContext } from './context.ts';

/** The key of an ORDER BY item: NULLs come first ascending and last descending, unless said. */
export function sortKey(item: OrderItem, expr: Expr): SortKey {
  const { kind } = expr.type;
  if (kind === 'MAP' || kind === 'MULTISET' || kind === 'VARIANT' || kind === 'BITMAP') {
    throw validationError('NOT_ORDERED', { type: printType(expr.type) }, { span: item.span });
  }
  const nullsFirst = item.nulls === null ? !item.descending : item.nulls === 'FIRST';
  return { expr, descending: item.descending, nullsFirst };
}

/**
 * The column that a number in ORDER BY stands for, from 0; null when the item is no number.
 *
 * Errors: ORDER_BY_POSITION.
 */
export function ordinalOf(item: OrderItem, columns: number): number | null {
  const { expr } = item;
  if (expr.kind !== 'NumberLiteral' || expr.form !== 'integer') return null;
  const position = Number(expr.text);
  if (position >= 1 && position <= columns) return position - 1;
  throw validationError('ORDER_BY_POSITION', { position: expr.text, columns }, { span: expr.span });
}

/** The row count of LIMIT or OFFSET; null when there is none. Errors: LIMIT_NOT_CONSTANT. */
export function rowCount(
  expr: SyntaxExpr | null,
  clause: 'LIMIT' | 'OFFSET',
  context: BindContext,
): number | null {
  if (expr === null) return null;
  let value: unknown = null;
  if (expr.kind === 'NumberLiteral' && expr.form === 'integer') value = Number(expr.text);
  if (expr.kind === 'PositionalParameter') {
    value = context.parameters.positional[expr.index]?.value();
  }
  if (expr.kind === 'NamedParameter') value = context.parameters.named.get(expr.name)?.value();
  const rows = typeof value === 'bigint' ? Number(value) : value;
  if (typeof rows === 'number' && Number.isInteger(rows) && rows >= 0) return rows;
  throw validationError('LIMIT_NOT_CONSTANT', { clause }, { span: expr.span });
}
