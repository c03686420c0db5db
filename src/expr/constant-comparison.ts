import type { Expr, Literal } from './expr.ts';
import { isCallOf } from './tree.ts';

/** A comparison of a value with constants, the value on the left. */
export interface ConstantComparison {
  readonly operator: '=' | '<>' | '<' | '<=' | '>' | '>=' | 'IN' | 'NOT IN';
  readonly value: Expr;
  /** One, except for IN and NOT IN. */
  readonly constants: readonly Literal[];
}

type ComparisonOperator = Exclude<ConstantComparison['operator'], 'IN' | 'NOT IN'>;

/** The operator that compares the same operands in the other order. */
const MIRRORED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** The condition as a comparison of a value with constants; null for others. */
export function constantComparison(condition: Expr): ConstantComparison | null {
  if (isCallOf(condition, 'NOT')) {
    const negated = condition.args[0]!;
    const list = isCallOf(negated, 'IN') ? constantComparison(negated) : null;
    return list === null ? null : { ...list, operator: 'NOT IN' };
  }
  if (condition.kind !== 'Call') return null;
  const [value, ...others] = condition.args;
  const { name } = condition.definition;
  if (value === undefined) return null;
  if (name === 'IN') {
    const constants = others.filter((item) => item.kind === 'Literal');
    if (constants.length < others.length || value.kind === 'Literal') return null;
    return { operator: 'IN', value, constants };
  }
  const [other] = others;
  if (!isComparison(name) || other === undefined) return null;
  if (other.kind === 'Literal') {
    return value.kind === 'Literal' ? null : { operator: name, value, constants: [other] };
  }
  if (value.kind !== 'Literal') return null;
  return { operator: MIRRORED[name], value: other, constants: [value] };
}

function isComparison(name: string): name is ComparisonOperator {
  return Object.hasOwn(MIRRORED, name);
}
