import { constantComparison } from '../../expr/constant-comparison.ts';
import type { Expr } from '../../expr/expr.ts';
import { callsUdf, equalExprs, isCallOf, isDeterministic } from '../../expr/tree.ts';
import { sameType } from '../../types/data-type.ts';
import { callBuiltin } from '../bind/coerce.ts';

/** Whether a condition is one from which others can be derived: an equality or a range. */
export function isFact(condition: Expr): boolean {
  if (!isDeterministic(condition) || callsUdf(condition)) return false;
  return equalValues(condition) !== null || isRange(condition);
}

/**
 * What follows from conditions that are all TRUE: a = b AND a > 5 says that b > 5. The conditions
 * themselves are not among the result.
 */
export function impliedRanges(facts: readonly Expr[]): readonly Expr[] {
  const classes = equalityClasses(facts);
  if (classes.length === 0) return [];
  const ranges = facts.filter(isRange);
  const implied: Expr[] = [];
  for (const range of ranges) {
    const comparison = constantComparison(range)!;
    const equals = classes.find((values) => includes(values, comparison.value)) ?? [];
    for (const value of equals) {
      if (equalExprs(value, comparison.value)) continue;
      const derived = callBuiltin(comparison.operator, [value, ...comparison.constants]);
      if (!includes(facts, derived) && !includes(implied, derived)) implied.push(derived);
    }
  }
  return implied;
}

/** Whether a condition says that two values are equal of which facts give the same constant. */
export function isDecidedBy(facts: readonly Expr[], condition: Expr): boolean {
  const pair = equalValues(condition);
  if (pair === null) return false;
  const [a, b] = pair.map((value) => constantOf(value, facts));
  return a != null && b != null && equalExprs(a, b);
}

function constantOf(value: Expr, facts: readonly Expr[]): Expr | null {
  for (const fact of facts) {
    const comparison = constantComparison(fact);
    if (comparison?.operator !== '=' || !equalExprs(comparison.value, value)) continue;
    return comparison.constants[0]!;
  }
  return null;
}

/** Whether a list has an expression that is written the same. */
export function includes(list: readonly Expr[], expr: Expr): boolean {
  return list.some((other) => equalExprs(other, expr));
}

/** A comparison that leaves out most values. */
function isRange(condition: Expr): boolean {
  const operator = constantComparison(condition)?.operator;
  return operator !== undefined && operator !== '<>' && operator !== 'NOT IN';
}

/** The two values of one type that a condition says to be equal; null for other conditions. */
function equalValues(condition: Expr): readonly [Expr, Expr] | null {
  if (!isCallOf(condition, '=')) return null;
  const [a, b] = condition.args as [Expr, Expr];
  const isBetween = a.kind !== 'Literal' && b.kind !== 'Literal';
  return isBetween && sameType(a.type, b.type, false) ? [a, b] : null;
}

/** The values that conditions say to be equal, class by class. */
function equalityClasses(facts: readonly Expr[]): readonly (readonly Expr[])[] {
  let classes: (readonly Expr[])[] = [];
  for (const fact of facts) {
    const pair = equalValues(fact);
    if (pair === null) continue;
    const met = classes.filter((values) => pair.some((value) => includes(values, value)));
    const added = pair.filter((value) => !met.some((values) => includes(values, value)));
    classes = [...classes.filter((values) => !met.includes(values)), [...met.flat(), ...added]];
  }
  return classes;
}
