import type { Expr } from '../../expr/expr.ts';
import type { Expr as SyntaxExpr } from '../../parser/ast/expressions.ts';
import type { Schema } from '../../types/schema.ts';
import { columnNames, values } from '../logical/build.ts';
import { Rows } from './binder.ts';
import type { BindContext } from './context.ts';
import { ExpressionBinder } from './expressions.ts';
import { rootEnv } from './query.ts';
import { tableScope } from './scope.ts';

/** An expression of a table's declaration (computed column, watermark) over its stored columns. */
export function bindTableExpression(expr: SyntaxExpr, schema: Schema, context: BindContext): Expr {
  const rows = new Rows(
    values(schema, []),
    tableScope([], columnNames(schema)),
    'a computed column',
    false,
  );
  return new ExpressionBinder(rootEnv(context), rows).bind(expr);
}
