import type { Call, Expr } from '../../expr/expr.ts';
import { joinConjunction, splitConjunction } from '../../expr/simplify.ts';
import { inputsUsed, isDeterministic, shiftInputs } from '../../expr/tree.ts';
import { filter } from '../logical/build.ts';
import type { LogicalPlan } from '../logical/nodes.ts';

/** Conditions over both sides of a join, by the columns they read. */
export interface JoinParts {
  readonly left: readonly Expr[];
  /** Over the columns of the right side alone. */
  readonly right: readonly Expr[];
  readonly both: readonly Expr[];
}

/**
 * Sorts conditions by the side they can be decided on. Those without columns and those that are
 * not the same each time stay with the pairs.
 */
export function splitSides(condition: Expr | null, leftWidth: number): JoinParts {
  const left: Expr[] = [];
  const right: Expr[] = [];
  const both: Expr[] = [];
  for (const part of condition === null ? [] : splitConjunction(condition)) {
    const used = inputsUsed(part);
    if (used.length === 0 || !isDeterministic(part)) both.push(part);
    else if (used.every((index) => index < leftWidth)) left.push(part);
    else if (used.every((index) => index >= leftWidth)) right.push(shiftInputs(part, -leftWidth));
    else both.push(part);
  }
  return { left, right, both };
}

/** The plan with conditions on its rows; the plan itself without any. */
export function filtered(plan: LogicalPlan, conditions: readonly Expr[]): LogicalPlan {
  return conditions.length === 0 ? plan : filter(plan, joinConjunction(conditions));
}

/** Whether a condition is never TRUE for a row in which a range of columns is NULL. */
export function rejectsNulls(condition: Expr, from: number, to: number): boolean {
  return outcome(condition, from, to) !== 'any';
}

/** What an expression certainly is where the columns of a range are NULL; `reject`: NULL or FALSE. */
type Outcome = 'null' | 'false' | 'reject' | 'any';

function outcome(expr: Expr, from: number, to: number): Outcome {
  switch (expr.kind) {
    case 'InputRef':
      return expr.index >= from && expr.index < to ? 'null' : 'any';
    case 'Literal':
      if (expr.value === null) return 'null';
      return expr.value === false ? 'false' : 'any';
    case 'Cast':
      return outcome(expr.input, from, to) === 'null' ? 'null' : 'any';
    case 'Call':
      return outcomeOfCall(expr, from, to);
    default:
      return 'any';
  }
}

function outcomeOfCall({ definition, args }: Call, from: number, to: number): Outcome {
  const outcomes = args.map((arg) => outcome(arg, from, to));
  switch (definition.name) {
    case 'AND':
      if (outcomes.includes('false')) return 'false';
      if (outcomes.every((o) => o === 'null')) return 'null';
      return outcomes.every((o) => o === 'any') ? 'any' : 'reject';
    case 'OR':
      if (outcomes.includes('any')) return 'any';
      if (outcomes.every((o) => o === 'false')) return 'false';
      return outcomes.includes('null') ? 'null' : 'reject';
    case 'IS NOT NULL':
      return outcomes[0] === 'null' ? 'false' : 'any';
    case 'IS TRUE':
      return outcomes[0] === 'any' ? 'any' : 'false';
    case 'IS FALSE':
      return outcomes[0] === 'null' ? 'false' : 'any';
    case 'IN':
      return outcomes[0] === 'null' ? 'null' : 'any';
    default:
      return definition.strict && outcomes.includes('null') ? 'null' : 'any';
  }
}
