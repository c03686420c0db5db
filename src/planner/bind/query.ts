import { notImplemented, type Span, validationError } from '../../common/errors.ts';
import type { Expr } from '../../expr/expr.ts';
import type { OrderItem, Query, QueryBody, Values } from '../../parser/ast/queries.ts';
import { withNullable } from '../../types/data-type.ts';
import { field } from '../../types/schema.ts';
import { NULL } from '../../types/types.ts';
import { columnNames, inputRef, limit, oneRow, rename, sort, values } from '../logical/build.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import { shared } from '../logical/shared.ts';
import { type CommonTablePlan, type QueryEnv, Rows } from './binder.ts';
import { coerce, commonTypeOf } from './coerce.ts';
import type { BindContext } from './context.ts';
import { ExpressionBinder } from './expressions.ts';
import { bindFrom, NO_TABLES } from './from.ts';
import { ordinalOf, rowCount, sortKey } from './order.ts';
import { tableScope } from './scope.ts';
import { bindSelect } from './select.ts';
import { bindSetOperation } from './set-operations.ts';

/**
 * The plan of a query. Columns without a name are EXPR$0, EXPR$1, … by position; the second
 * column of a name gets a number behind it.
 *
 * Errors: ValidationError with a span into the text of the query.
 */
export function bindQuery(query: Query, context: BindContext): LogicalPlan {
  const plan = bindInner(query, rootEnv(context));
  return rename(plan, uniqueNames(columnNames(plan.schema)));
}

/** The surroundings of a query that is not inside another one. */
export function rootEnv(context: BindContext): QueryEnv {
  return { context, commonTables: new Map(), outer: null, views: [], bindQuery: bindInner };
}

function bindInner(query: Query, env: QueryEnv): LogicalPlan {
  const inner = query.with.length === 0 ? env : withCommonTables(query, env);
  const ordered = bindBody(query.body, query.orderBy, inner);
  const offset = rowCount(query.offset, 'OFFSET', env.context) ?? 0;
  const rows = rowCount(query.limit, 'LIMIT', env.context);
  return offset === 0 && rows === null ? ordered : limit(ordered, offset, rows);
}

function withCommonTables(query: Query, env: QueryEnv): QueryEnv {
  const commonTables = new Map<string, CommonTablePlan>(env.commonTables);
  for (const table of query.with) {
    const plan = env.bindQuery(table.query, { ...env, commonTables, outer: null });
    const names = columnNames(plan.schema);
    if (table.columns !== null && table.columns.length !== names.length) {
      throw validationError(
        'ALIAS_COLUMNS',
        { alias: table.name, given: table.columns.length, columns: names.length },
        { span: table.span },
      );
    }
    commonTables.set(table.name, {
      plan: shared(table.name, plan),
      columns: table.columns ?? names,
    });
  }
  return { ...env, commonTables };
}

function bindBody(body: QueryBody, orderBy: readonly OrderItem[], env: QueryEnv): LogicalPlan {
  switch (body.kind) {
    case 'Select':
      return bindSelect(body, orderBy, env);
    case 'Values':
      return sortOutput(bindValues(body, env), orderBy, env);
    case 'SetOperation': {
      const inputs = body.inputs.map((input) => bindBody(input, [], env));
      return sortOutput(bindSetOperation(body, inputs), orderBy, env);
    }
    case 'ExplicitTable': {
      const table = { kind: 'TableName', name: body.name, hints: [], systemTime: null } as const;
      const { plan } = bindFrom({ ...table, alias: null, span: body.span }, env);
      return sortOutput(plan, orderBy, env);
    }
    case 'Query':
      return sortOutput(bindInner(body, env), orderBy, env);
  }
}

/** ORDER BY over the columns of a result: the only ones it may use. */
function sortOutput(plan: LogicalPlan, orderBy: readonly OrderItem[], env: QueryEnv): LogicalPlan {
  const rows = new Rows(plan, tableScope([], columnNames(plan.schema)), 'ORDER BY', false);
  const binder = new ExpressionBinder(env, rows);
  const keys = orderBy.map((item) => {
    const ordinal = ordinalOf(item, plan.schema.fields.length);
    const expr = ordinal === null ? binder.bind(item.expr) : inputRef(plan.schema, ordinal);
    return sortKey(item, expr);
  });
  return sort(plan, keys);
}

function bindValues(body: Values, env: QueryEnv): LogicalPlan {
  const binder = new ExpressionBinder(env, new Rows(oneRow(), NO_TABLES, 'VALUES', false));
  const rows = body.rows.map((row) =>
    row.map((item) => {
      if (item.kind !== 'DefaultArg') return binder.bind(item);
      throw notImplemented('DEFAULT in VALUES', { span: item.span });
    }),
  );
  return valuesOf(rows, body.span);
}

/** Rows whose columns become their common types. Errors: VALUES_COLUMNS, NO_COMMON_TYPE. */
export function valuesOf(rows: readonly (readonly Expr[])[], span: Span | null): LogicalPlan {
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
  const coerced = rows.map((row) => row.map((expr, i) => coerce(expr, fields[i]!.type)));
  return values({ fields }, coerced);
}

/** Names made unique as Flink does: `a`, `a` becomes `a`, `a0`. */
export function uniqueNames(names: readonly string[]): readonly string[] {
  const used = new Set(names);
  const seen = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let n = 0; seen.has(unique) || (unique !== name && used.has(unique)); n++) {
      unique = `${name}${n}`;
    }
    seen.add(unique);
    return unique;
  });
}
