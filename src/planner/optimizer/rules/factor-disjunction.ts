import type { Expr } from '../../../expr/expr.ts';
import {
  joinConjunction,
  joinDisjunction,
  splitConjunction,
  splitDisjunction,
} from '../../../expr/simplify.ts';
import { equalExprs, isCallOf, isDeterministic } from '../../../expr/tree.ts';
import { mapExprs } from '../../logical/tree.ts';
import type { Rule } from '../rule.ts';

/**
 * (a AND b) OR (a AND c)  =>  a AND (b OR c)
 *
 * In conditions: what all alternatives demand can then be pushed down, or become a join key.
 */
export const factorDisjunction: Rule = {
  name: 'factor-disjunction',
  rewrite(plan) {
    if (plan.kind !== 'Filter' && plan.kind !== 'Join') return plan;
    return mapExprs(plan, (condition) => {
      const parts = splitConjunction(condition);
      const factored = parts.flatMap(factor);
      const same = factored.length === parts.length && factored.every((p, i) => p === parts[i]);
      return same ? condition : joinConjunction(factored);
    });
  },
};

function factor(condition: Expr): readonly Expr[] {
  if (!isCallOf(condition, 'OR')) return [condition];
  const [first, ...others] = splitDisjunction(condition).map(splitConjunction);
  const common = first!.filter(
    (part) =>
      isDeterministic(part) &&
      others.every((alternative) => alternative.some((other) => equalExprs(other, part))),
  );
  if (common.length === 0) return [condition];
  const rests = [first!, ...others].map((alternative) =>
    alternative.filter((part) => !common.some((other) => equalExprs(other, part))),
  );
  // An alternative that demands nothing more makes the others superfluous.
  if (rests.some((rest) => rest.length === 0)) return common;
  return [...common, joinDisjunction(rests.map(joinConjunction))];
}
