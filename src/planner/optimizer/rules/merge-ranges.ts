import { type ConstantComparison, constantComparison } from '../../../expr/constant-comparison.ts';
import type { Expr } from '../../../expr/expr.ts';
import { joinConjunction, joinDisjunction, splitConjunction } from '../../../expr/simplify.ts';
import { equalExprs, FALSE, hashExpr, isCallOf, isDeterministic } from '../../../expr/tree.ts';
import { mapList } from '../../logical/tree.ts';
import { defineRule } from '../rule.ts';
import { isComparable, ValueSet } from '../value-set.ts';

/**
 * a > 3 AND a > 5                =>  a > 5
 * a > 5 AND a < 3                =>  FALSE
 * a IN (1, 4, 9) AND a < 5       =>  a IN (1, 4)
 * a > 3 AND a IS NOT NULL        =>  a > 3
 *
 * In a filter FALSE and NULL are the same, also below AND and OR.
 */
export const mergeRanges = defineRule({
  name: 'merge-ranges',
  on: 'Filter',
  rewrite(node) {
    const predicate = merge(node.predicate);
    return predicate === node.predicate ? node : { ...node, predicate };
  },
});

function merge(condition: Expr): Expr {
  if (isCallOf(condition, 'OR')) {
    const operands = mapList(condition.args, merge);
    return operands === condition.args ? condition : joinDisjunction(operands);
  }
  if (!isCallOf(condition, 'AND')) return condition;
  const parts = splitConjunction(condition);
  const merged = mergeConjuncts(mapList(parts, merge));
  const isSame = merged.length === parts.length && merged.every((part, i) => part === parts[i]);
  return isSame ? condition : joinConjunction(merged);
}

/** Conditions on one value. */
interface Group {
  readonly value: Expr;
  readonly members: Member[];
}

/** A condition: a comparison with constants, or a test for NULL. */
interface Member {
  readonly condition: Expr;
  readonly test: ConstantComparison | 'IS NULL' | 'IS NOT NULL';
}

function mergeConjuncts(parts: readonly Expr[]): readonly Expr[] {
  const groups = new Map<number, Group[]>();
  const groupOf = new Map<Expr, Group>();
  for (const condition of parts) {
    const found = testOf(condition);
    if (found === null || !isDeterministic(condition)) continue;
    const hash = hashExpr(found.value);
    const bucket = groups.get(hash) ?? [];
    groups.set(hash, bucket);
    const known = bucket.find((other) => equalExprs(other.value, found.value));
    const group = known ?? { value: found.value, members: [] };
    if (known === undefined) bucket.push(group);
    group.members.push({ condition, test: found.test });
    groupOf.set(condition, group);
  }
  return parts.flatMap((part) => {
    const group = groupOf.get(part);
    if (group === undefined || group.members.length === 1) return [part];
    return group.members[0]!.condition === part ? mergeGroup(group) : [];
  });
}

function testOf(condition: Expr): { readonly value: Expr; readonly test: Member['test'] } | null {
  for (const test of ['IS NULL', 'IS NOT NULL'] as const) {
    if (isCallOf(condition, test)) return { value: condition.args[0]!, test };
  }
  const test = constantComparison(condition);
  return test !== null && isComparable(test) ? { value: test.value, test } : null;
}

/** What the conditions of a group say together, in the order of what is left of them. */
function mergeGroup({ value, members }: Group): readonly Expr[] {
  const isNull = members.some(({ test }) => test === 'IS NULL');
  if (isNull && members.some(({ test }) => test !== 'IS NULL')) return [FALSE];
  const set = new ValueSet(value);
  let compared = false;
  for (const { condition, test } of members) {
    if (typeof test === 'string') continue;
    set.add(test, condition);
    compared = true;
  }
  // Tests for NULL alone are all the same.
  if (!compared) return [members[0]!.condition];
  const left = set.conditions();
  if (left === null) return [FALSE];
  const kept = members.map(({ condition }) => condition).filter((c) => left.includes(c));
  return kept.length === left.length ? kept : left;
}
