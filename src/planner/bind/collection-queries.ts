import { assert } from '../../common/assert.ts';
import type { Span } from '../../common/errors.ts';
import type { AggregateCall, Expr, SortKey } from '../../expr/expr.ts';
import { lookupBuiltin } from '../../functions/registry.ts';
import type { CollectionQuery } from '../../parser/ast/expressions.ts';
import { withNullable } from '../../types/data-type.ts';
import type { Schema } from '../../types/schema.ts';
import { row } from '../../types/types.ts';
import {
  aggregate,
  allColumns,
  columnNames,
  inputRef,
  limit,
  project,
  sort,
} from '../logical/build.ts';
import type { LogicalPlan } from '../logical/nodes.ts';
import { makeAggregate } from './aggregate-calls.ts';
import type { Binder } from './binder.ts';
import { callBuiltin, coerce, symbol } from './coerce.ts';
import { orderedBy } from './ordered-aggregates.ts';
import { bindInnerQuery, checkColumns, scalarValue } from './subqueries.ts';

/**
 * `ARRAY(query)`, `MULTISET(query)`, `MAP(query)`: the rows of a query as one value, which is empty
 * for no rows. Rows of several columns become values of type ROW; those of a MAP are key and value.
 *
 * Errors: SUBQUERY_COLUMNS, those of the query.
 */
export function bindCollectionQuery(binder: Binder, expr: CollectionQuery): Expr {
  const { collection, span } = expr;
  const query = bindInnerQuery(binder, expr.query);
  const { fields } = query.schema;
  if (collection === 'MAP') checkColumns(query, 2, span);
  const { plan, keys } = withKeys(query);
  const columns = fields.map((_, i) => inputRef(plan.schema, i));
  const elements = collection === 'MAP' ? columns : [elementOf(columns, fields, span)];
  const isMultiset = collection === 'MULTISET';
  const calls = elements.map((element) =>
    isMultiset ? collect('COLLECT', element, []) : collect('ARRAY_AGG', element, keys),
  );
  const all = aggregate(
    plan,
    [],
    calls,
    calls.map((_, i) => `$values${i}`),
  );
  const values = allColumns(all.schema).map((value) => (isMultiset ? value : emptyIfNull(value)));
  const value = collection === 'MAP' ? callBuiltin('MAP_FROM_ARRAYS', values, span) : values[0]!;
  return scalarValue(binder, project(all, [value], ['$value']));
}

function elementOf(columns: readonly Expr[], fields: Schema['fields'], span: Span | null): Expr {
  if (columns.length === 1) return columns[0]!;
  return coerce(callBuiltin('ROW', columns, span), withNullable(row(fields), false));
}

/** The values of all rows, NULLs included, in the order of some keys. */
function collect(
  name: 'COLLECT' | 'ARRAY_AGG',
  element: Expr,
  keys: readonly SortKey[],
): AggregateCall {
  const definition = lookupBuiltin(name);
  assert(definition?.kind === 'aggregate', `the built-in function ${name}`);
  const call = makeAggregate(definition, [element, symbol('RESPECT')], false, null, null);
  return (keys.length === 0 ? null : orderedBy(call, keys)) ?? call;
}

/** ARRAY_AGG of no rows is NULL. */
function emptyIfNull(value: Expr): Expr {
  const type = withNullable(value.type, false);
  return callBuiltin('COALESCE', [value, { kind: 'Literal', type, value: [] }]);
}

/** The rows of a plan with the keys of their order, over more columns behind its own. */
function withKeys(plan: LogicalPlan): { plan: LogicalPlan; keys: readonly SortKey[] } {
  switch (plan.kind) {
    case 'Sort':
      return { plan: plan.input, keys: plan.keys };
    case 'Limit': {
      const input = withKeys(plan.input);
      return { ...input, plan: limit(sort(input.plan, input.keys), plan.offset, plan.limit) };
    }
    case 'Project': {
      const input = withKeys(plan.input);
      const width = plan.exprs.length;
      const exprs = [...plan.exprs, ...input.keys.map((key) => key.expr)];
      const names = [...columnNames(plan.schema), ...input.keys.map((_, i) => `$key${i}`)];
      const projected = project(input.plan, exprs, names);
      const keys = input.keys.map((key, i) => ({
        ...key,
        expr: inputRef(projected.schema, width + i),
      }));
      return { plan: projected, keys };
    }
    default:
      return { plan, keys: [] };
  }
}
