import type { Expr } from '../../../expr/expr.ts';
import { joinDisjunction, splitDisjunction } from '../../../expr/simplify.ts';
import { equalExprs, isCallOf, isDeterministic, rewriteUp } from '../../../expr/tree.ts';
import { callBuiltin } from '../../bind/coerce.ts';
import { mapExprs } from '../../logical/tree.ts';
import type { Rule } from '../rule.ts';

/** Equalities with one value that are worth a set. */
const EQUALITIES_MIN = 3;

/** a = 1 OR a = 2 OR a = 3  =>  a IN (1, 2, 3): a value is looked up once. */
export const mergeEqualities: Rule = {
  name: 'merge-equalities',
  rewrite: (plan) =>
    mapExprs(plan, (expr) =>
      rewriteUp(expr, (node) => (isCallOf(node, 'OR') ? merge(node) : node)),
    ),
};

function merge(condition: Expr): Expr {
  const alternatives = splitDisjunction(condition);
  const value = alternatives.map(comparedValue).find((found) => found !== null);
  if (value === undefined || value === null) return condition;
  const isMember = (part: Expr) => {
    const compared = comparedValue(part);
    return compared !== null && equalExprs(compared, value);
  };
  const members = alternatives.filter(isMember);
  if (members.length < EQUALITIES_MIN) return condition;
  const constants = members.map((part) => (part.kind === 'Call' ? part.args[1]! : part));
  const list = callBuiltin('IN', [value, ...constants]);
  // A cast of the value would cost more than the set saves.
  if (list.args[0] !== value) return condition;
  return joinDisjunction([list, ...alternatives.filter((part) => !isMember(part))]);
}

/** The value that is compared with a constant. */
function comparedValue(expr: Expr): Expr | null {
  if (!isCallOf(expr, '=') || expr.args[1]!.kind !== 'Literal') return null;
  const value = expr.args[0]!;
  return value.kind !== 'Literal' && isDeterministic(value) ? value : null;
}
