import { validationError } from '../../common/errors.ts';
import type { AggregateCall, Expr, SortKey } from '../../expr/expr.ts';
import { equalExprs } from '../../expr/tree.ts';
import type { AggregateFunctionDefinition } from '../../functions/definition.ts';
import { directionsText, orderedAggregate } from '../../functions/ordered-aggregate.ts';
import { lookupBuiltin } from '../../functions/registry.ts';
import type { Call } from '../../parser/ast/expressions.ts';
import type { JsonArrayAgg } from '../../parser/ast/json.ts';
import type { Binder } from './binder.ts';
import { symbol } from './coerce.ts';
import { sortKey } from './order.ts';

/** The ordered forms of the user's functions: equal calls are calls of one definition. */
const ORDERED = new WeakMap<AggregateFunctionDefinition, AggregateFunctionDefinition>();

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
  const { name } = call.definition;
  const invalid = (reason: string) => {
    const details = { span: syntax.span };
    return validationError('INVALID_FUNCTION_ARGUMENT', { function: name, reason }, details);
  };
  const ordered = orderedBy(call, keys);
  if (ordered === null) {
    if (withinGroup.length > 0) throw invalid('it does not take its rows in an order');
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
  const definition = orderedForm(call.definition);
  if (definition === null) return null;
  const args = [symbol(directionsText(keys)), ...keys.map((key) => key.expr), ...call.args];
  return { ...call, definition, args };
}

function orderedForm(definition: AggregateFunctionDefinition): AggregateFunctionDefinition | null {
  const { name, body } = definition;
  if (body.kind === 'builtin') {
    const found = lookupBuiltin(`$${name} ORDER BY`);
    return found?.kind === 'aggregate' ? found : null;
  }
  const known = ORDERED.get(definition);
  if (known !== undefined) return known;
  // Rows are put in order where all rows of a group are: accumulators are not merged.
  const ordered = { ...body, accumulator: null, ordered: true };
  const { deterministic } = definition;
  const made = { ...orderedAggregate(definition), name, deterministic, body: ordered };
  ORDERED.set(definition, made);
  return made;
}
