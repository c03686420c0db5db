import type { Span } from '../../common/errors.ts';
import { validationError } from '../../common/errors.ts';
import type { Expr } from '../../expr/expr.ts';
import { withNullable } from '../../types/data-type.ts';
import { field, type Schema } from '../../types/schema.ts';
import { NULL } from '../../types/types.ts';
import { columnNames, oneRow, project, union, values } from '../logical/build.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import { type QueryEnv, Rows } from './binder.ts';
import { coerce, commonTypeOf } from './coerce.ts';
import { ExpressionBinder } from './expressions.ts';
import { NO_TABLES } from './from.ts';

/** One row of VALUES: expressions over the rows of its subqueries; null without any. */
interface BoundRow {
  readonly input: LogicalPlan | null;
  readonly exprs: readonly Expr[];
}

/**
 * Rows whose columns become their common types. `bindItem` makes the expression of an item and its
 * column.
 *
 * Errors: VALUES_COLUMNS, NO_COMMON_TYPE, those of expressions.
 */
export function bindRows<T>(
  rows: readonly (readonly T[])[],
  env: QueryEnv,
  span: Span | null,
  bindItem: (binder: ExpressionBinder, item: T, column: number) => Expr,
): LogicalPlan {
  const bound = rows.map((row): BoundRow => {
    const before = oneRow();
    const scope = new Rows(before, NO_TABLES, 'VALUES');
    const binder = new ExpressionBinder(env, scope);
    const exprs = row.map((item, column) => bindItem(binder, item, column));
    return { input: scope.plan === before ? null : scope.plan, exprs };
  });
  const schema = commonSchema(
    bound.map((row) => row.exprs),
    span,
  );
  const inputs: LogicalPlan[] = [];
  let plain: (readonly Expr[])[] = [];
  const flush = () => {
    if (plain.length > 0) inputs.push(values(schema, plain));
    plain = [];
  };
  for (const { input, exprs } of bound) {
    const coerced = exprs.map((expr, i) => coerce(expr, schema.fields[i]!.type));
    if (input === null) plain.push(coerced);
    else {
      flush();
      inputs.push(project(input, coerced, columnNames(schema)));
    }
  }
  flush();
  return inputs.length === 1 ? inputs[0]! : union(inputs);
}

function commonSchema(rows: readonly (readonly Expr[])[], span: Span | null): Schema {
  const count = rows[0]!.length;
  const other = rows.find((row) => row.length !== count);
  if (other !== undefined) {
    throw validationError('VALUES_COLUMNS', { columns: count, other: other.length }, { span });
  }
  const fields = Array.from({ length: count }, (_, i) => {
    const column = rows.map((row) => row[i]!);
    // A column of only NULL has no type yet: an INSERT gives it one.
    const isNull = column.every((expr) => expr.type.kind === 'NULL');
    const type = isNull ? NULL : commonTypeOf(column, `column ${i + 1} of VALUES`, span);
    return field(
      `EXPR$${i}`,
      withNullable(
        type,
        column.some((expr) => expr.type.nullable),
      ),
    );
  });
  return { fields };
}
