import type { Expr } from '../../../expr/expr.ts';
import {
  joinConjunction,
  joinDisjunction,
  negate,
  splitConjunction,
  splitDisjunction,
} from '../../../expr/simplify.ts';
import { equalExprs, isCallOf, isDeterministic, rewriteUp } from '../../../expr/tree.ts';
import { callBuiltin } from '../../bind/coerce.ts';
import { mapExprs } from '../../logical/tree.ts';
import type { Rule } from '../rule.ts';

/** Equalities with one value that are worth a set. */
const EQUALITIES_MIN = 3;

/**
 * a = 1 OR a = 2 OR a = 3        =>  a IN (1, 2, 3)
 * a <> 1 AND a <> 2 AND a <> 3   =>  NOT a IN (1, 2, 3)
 *
 * A value is looked up once.
 */
export const mergeEqualities: Rule = {
  name: 'merge-equalities',
  rewrite: (plan) => mapExprs(plan, (expr) => rewriteUp(expr, mergeJunction)),
};

function mergeJunction(expr: Expr): Expr {
  if (isCallOf(expr, 'OR')) {
    return merge(expr, splitDisjunction(expr), '=', joinDisjunction, (list) => list);
  }
  if (isCallOf(expr, 'AND')) {
    return merge(expr, splitConjunction(expr), '<>', joinConjunction, negate);
  }
  return expr;
}

function merge(
  condition: Expr,
  operands: readonly Expr[],
  comparison: '=' | '<>',
  join: (operands: readonly Expr[]) => Expr,
  test: (list: Expr) => Expr,
): Expr {
  if (operands.length < EQUALITIES_MIN) return condition;
  const value = operands.map((part) => comparedValue(part, comparison)).find((v) => v !== null);
  if (value === undefined || value === null) return condition;
  const members = new Set(
    operands.filter((part) => {
      const compared = comparedValue(part, comparison);
      return compared !== null && equalExprs(compared, value);
    }),
  );
  if (members.size < EQUALITIES_MIN) return condition;
  const constants = [...members].map((part) => (part.kind === 'Call' ? part.args[1]! : part));
  const list = callBuiltin('IN', [value, ...constants]);
  // A cast of the value would cost more than the set saves.
  if (list.args[0] !== value) return condition;
  return join([test(list), ...operands.filter((part) => !members.has(part))]);
}

/** The value that is compared with a constant. */
function comparedValue(expr: Expr, comparison: '=' | '<>'): Expr | null {
  if (!isCallOf(expr, comparison) || expr.args[1]!.kind !== 'Literal') return null;
  const value = expr.args[0]!;
  return value.kind !== 'Literal' && isDeterministic(value) ? value : null;
}
