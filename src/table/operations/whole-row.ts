import type { Expr } from '../../parser/ast/expressions.ts';
import { row } from '../../types/types.ts';
import { isUserFunction } from '../../udf/user-function.ts';
import { attachFunction } from '../expressions/attachments.ts';
import { BuiltExpression } from '../expressions/built-expression.ts';
import { callOf, castOf, identifier } from '../expressions/syntax.ts';
import type { Source } from './items.ts';
import { HIDDEN } from './query-syntax.ts';

/** What operations on rows call: a function itself is called with the row as one argument. */
export function ofWholeRow({ plan }: Source, fn: unknown): unknown {
  if (!isUserFunction(fn)) return fn;
  const fields = plan.schema.fields.filter((field) => !field.name.startsWith(HIDDEN));
  const items = fields.map(({ name }) => identifier(name));
  const built: Expr = { kind: 'RowConstructor', items, span: null };
  const { name, held } = attachFunction(fn);
  return new BuiltExpression(callOf([name], [castOf(built, row(fields), false)]), held);
}
