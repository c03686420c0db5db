import { validationError } from '../../common/errors.ts';
import type { OrderItem, Query, QueryBody, Values } from '../../parser/ast/queries.ts';
import { columnNames, inputRef, limit, projectColumns, rename, sort } from '../logical/build.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import { shared } from '../logical/shared.ts';
import { type CommonTablePlan, type QueryEnv, Rows } from './binder.ts';
import type { BindContext } from './context.ts';
import { ExpressionBinder } from './expressions.ts';
import { bindFrom } from './from.ts';
import { ordinalOf, rowCount, sortKey } from './order.ts';
import { tableScope } from './scope.ts';
import { bindSelect } from './select.ts';
import { bindSetOperation } from './set-operations.ts';
import { bindRows } from './values.ts';

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
  const rows = new Rows(plan, tableScope([], columnNames(plan.schema)), 'ORDER BY');
  const binder = new ExpressionBinder(env, rows);
  const keys = orderBy.map((item) => {
    const ordinal = ordinalOf(item, plan.schema.fields.length);
    const expr = ordinal === null ? binder.bind(item.expr) : inputRef(plan.schema, ordinal);
    return sortKey(item, expr);
  });
  const sorted = sort(rows.plan, keys);
  // Subqueries have made columns of their own.
  return rows.plan === plan
    ? sorted
    : projectColumns(
        sorted,
        plan.schema.fields.map((_, i) => i),
      );
}

function bindValues(body: Values, env: QueryEnv): LogicalPlan {
  return bindRows(body.rows, env, body.span, (binder, item) => {
    if (item.kind !== 'DefaultArg') return binder.bind(item);
    const parameters = { function: 'VALUES without INSERT', argument: 'DEFAULT' };
    throw validationError('WRONG_ARGUMENT', parameters, { span: item.span });
  });
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
