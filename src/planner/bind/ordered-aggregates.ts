import { validationError } from '../../common/errors.ts';
import type { AggregateCall, Expr, SortKey } from '../../expr/expr.ts';
import { equalExprs } from '../../expr/tree.ts';
import { lookupBuiltin } from '../../functions/registry.ts';
import type { Call } from '../../parser/ast/expressions.ts';
import type { JsonArrayAgg } from '../../parser/ast/json.ts';
import type { Binder } from './binder.ts';
import { symbol } from './coerce.ts';
import { sortKey } from './order.ts';

const COLLECT =
  'Give a scalar function the rows in their order, f(ARRAY_AGG(x ORDER BY y)), or let getValue sort them.';

/**
 * A call with the ORDER BY inside of its parentheses or behind WITHIN GROUP: of the form of its
 * function that takes the rows in an order. Most built-in functions do not depend on one.
 *
 * Errors: INVALID_FUNCTION_ARGUMENT, NOT_ORDERED.
 */
export function inOrder(
  binder: Binder,
  call: AggregateCall,
  syntax: Call | JsonArrayAgg,
): AggregateCall {
  const withinGroup = syntax.kind === 'Call' ? syntax.withinGroup : [];
  const keys = [...withinGroup, ...syntax.orderBy].map((item) =>
    sortKey(item, binder.bind(item.expr)),
  );
  if (keys.length === 0) return call;
  const { name, body } = call.definition;
  const invalid = (reason: string, hint: string | null = null) => {
    const details = { span: syntax.span, hint };
    return validationError('INVALID_FUNCTION_ARGUMENT', { function: name, reason }, details);
  };
  const ordered = orderedBy(call, keys);
  if (ordered === null) {
    const isRefused = body.kind !== 'builtin' || withinGroup.length > 0;
    if (isRefused) {
      throw invalid(
        'it does not take its rows in an order',
        body.kind === 'builtin' ? null : COLLECT,
      );
    }
    return call;
  }
  const isArgument = (key: Expr) => call.args.some((arg) => equalExprs(arg, key));
  const isDistinct = syntax.kind === 'Call' && syntax.quantifier === 'DISTINCT';
  if (isDistinct && !keys.every((key) => isArgument(key.expr))) {
    throw invalid('with DISTINCT, only its arguments order its rows');
  }
  return ordered;
}

/** The form of a call that takes the rows in an order; null where its function has none. */
export function orderedBy(call: AggregateCall, keys: readonly SortKey[]): AggregateCall | null {
  const { name, body } = call.definition;
  const ordered = body.kind === 'builtin' ? lookupBuiltin(`$${name} ORDER BY`) : null;
  if (ordered?.kind !== 'aggregate') return null;
  const directions = symbol(keys.map(directionOf).join(', '));
  const args = [directions, ...keys.map((key) => key.expr), ...call.args];
  return { ...call, definition: ordered, args };
}

function directionOf({ descending, nullsFirst }: SortKey): string {
  return `${descending ? 'DESC' : 'ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`;
}
