import type { Expr } from '../../expr/expr.ts';
import { call, isCallOf, TRUE } from '../../expr/tree.ts';

/** The operands of AND, or a condition alone. */
export function conjuncts(condition: Expr): readonly Expr[] {
  return isCallOf(condition, 'AND') ? condition.args.flatMap(conjuncts) : [condition];
}

/** The conjunction of operands of `condition`. */
export function conjunction(condition: Expr, operands: readonly Expr[]): Expr {
  const [first = TRUE, second] = operands;
  if (second === undefined || !isCallOf(condition, 'AND')) return first;
  return call(condition.definition, condition.type, operands);
}
