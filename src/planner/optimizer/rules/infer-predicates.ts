import type { Expr } from '../../../expr/expr.ts';
import { DROPPED_SIDES, PRESENT_SIDES } from '../../../expr/join-type.ts';
import { joinConjunction, splitConjunction } from '../../../expr/simplify.ts';
import { inputsUsed, remapInputs, shiftInputs, substitute } from '../../../expr/tree.ts';
import type { Filter, Join, LogicalPlan } from '../../logical/nodes.ts';
import { mapInputs } from '../../logical/tree.ts';
import { impliedRanges, includes, isDecidedBy, isFact } from '../equal-values.ts';
import { factsOf } from '../facts.ts';
import { filtered } from '../join-sides.ts';
import type { Rule } from '../rule.ts';

/**
 * Join(Filter(x > 5, a), b, on a.x = b.y)  =>  Join(Filter(x > 5, a), Filter(y > 5, b), on …)
 *
 * Filter(x = 5 AND x = y)                  =>  Filter(x = 5 AND y = 5)
 *
 * What a condition demands of a value it demands of all values that are equal to it.
 *
 * Walks down by itself: a join knows what is demanded of its rows above it.
 */
export const inferPredicates: Rule = {
  name: 'infer-predicates',
  rewrite: (plan) => infer(plan, []),
};

/** The plan where it is known that `above` is demanded of its rows. */
function infer(plan: LogicalPlan, above: readonly Expr[]): LogicalPlan {
  if (plan.kind === 'Filter') return inferFilter(plan, above);
  if (plan.kind === 'Join') return inferJoin(plan, above);
  const below = passedDown(plan, above);
  return mapInputs(plan, (input) => infer(input, below));
}

/** Facts over the rows of a node, over those of its inputs, where they are demanded of them, too. */
function passedDown(plan: LogicalPlan, above: readonly Expr[]): readonly Expr[] {
  const over = (isBelow: (column: number) => boolean) =>
    above.filter((fact) => inputsUsed(fact).every(isBelow));
  switch (plan.kind) {
    case 'Sort':
    case 'Union':
      return above;
    case 'Project':
      return above.map((fact) => substitute(fact, (ref) => plan.exprs[ref.index]!)).filter(isFact);
    case 'Aggregate':
      return over((column) => column < plan.keys.length).map((fact) =>
        remapInputs(fact, (column) => plan.keys[column]!),
      );
    case 'Window':
      return over((column) => plan.partition.includes(column));
    case 'Unnest':
      return over((column) => column < plan.input.schema.fields.length);
    default:
      return [];
  }
}

function inferFilter(node: Filter, above: readonly Expr[]): LogicalPlan {
  const own = splitConjunction(node.predicate);
  const known = [...above, ...own.filter(isFact)];
  const input = infer(node.input, known);
  // A join derives conditions for its sides, where they are needed.
  const implied =
    node.input.kind === 'Join' ? [] : impliedRanges([...known, ...factsOf(node.input, isFact)]);
  if (implied.length > 0) {
    const kept = own.filter((part) => !isDecidedBy([...known, ...implied], part));
    return { ...node, input, predicate: joinConjunction([...kept, ...implied]) };
  }
  return input === node.input ? node : { ...node, input };
}

function inferJoin(node: Join, above: readonly Expr[]): LogicalPlan {
  const { joinType } = node;
  const width = node.left.schema.fields.length;
  const narrowed = DROPPED_SIDES[joinType];
  const isLeft = (fact: Expr) => inputsUsed(fact).every((column) => column < width);
  const isRight = (fact: Expr) => inputsUsed(fact).every((column) => column >= width);
  const on = node.condition === null ? [] : splitConjunction(node.condition).filter(isFact);
  // Where a side keeps its rows without a match, nothing is known of the other one's columns.
  const present = PRESENT_SIDES[joinType];
  const aboveLeft = present.left ? above.filter(isLeft) : [];
  const aboveRight = present.right ? above.filter(isRight) : [];
  const aboveBoth = joinType === 'inner' ? above : [...aboveLeft, ...aboveRight];
  const ofLeft = factsOf(node.left, isFact);
  const ofRight = factsOf(node.right, isFact).map((fact) => shiftInputs(fact, width));
  const known = [...aboveBoth, ...on, ...ofLeft, ...ofRight];
  const implied = impliedRanges(known);
  const forLeft = narrowed.left
    ? implied.filter((fact) => isLeft(fact) && !includes(ofLeft, fact))
    : [];
  const forRight = narrowed.right
    ? implied.filter((fact) => isRight(fact) && !includes(ofRight, fact))
    : [];
  const toRight = (facts: readonly Expr[]) => facts.map((fact) => shiftInputs(fact, -width));
  const left = infer(node.left, [...aboveLeft, ...forLeft]);
  const right = infer(node.right, toRight([...aboveRight, ...forRight]));
  if (left === node.left && right === node.right && forLeft.length + forRight.length === 0)
    return node;
  return { ...node, left: filtered(left, forLeft), right: filtered(right, toRight(forRight)) };
}
