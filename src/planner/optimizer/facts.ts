import type { Expr } from '../../expr/expr.ts';
import { PRESENT_SIDES } from '../../expr/join-type.ts';
import { splitConjunction } from '../../expr/simplify.ts';
import { equalExprs, inputRef, inputsUsed, mapChildren, shiftInputs } from '../../expr/tree.ts';
import { callBuiltin } from '../bind/coerce.ts';
import type { Join, LogicalPlan, Project } from '../logical/nodes.ts';

/** Decides which conditions are worth remembering. */
export type FactTest = (condition: Expr) => boolean;

/** The conditions of a kind that are TRUE for all rows of a plan, over its columns. */
export function factsOf(plan: LogicalPlan, isFact: FactTest): readonly Expr[] {
  switch (plan.kind) {
    case 'Filter':
      return [
        ...factsOf(plan.input, isFact),
        ...splitConjunction(plan.predicate).filter((condition) => isFact(condition)),
      ];
    case 'Sort':
    case 'Limit':
    case 'Window':
    case 'Rank':
    case 'Unnest':
      return factsOf(plan.input, isFact);
    case 'Project':
      return projectedFacts(plan, factsOf(plan.input, isFact));
    case 'Aggregate': {
      const { keys } = plan;
      return factsOf(plan.input, isFact).flatMap((fact) => {
        const isOfKeys = inputsUsed(fact).every((column) => keys.includes(column));
        return isOfKeys ? [lifted(fact, (ref) => keys.indexOf(ref), plan)] : [];
      });
    }
    case 'Join':
      return joinedFacts(plan, isFact);
    default:
      return [];
  }
}

function joinedFacts(join: Join, isFact: FactTest): readonly Expr[] {
  const { left, right, joinType, condition } = join;
  const width = left.schema.fields.length;
  const present = PRESENT_SIDES[joinType];
  const ofLeft = present.left ? factsOf(left, isFact) : [];
  const ofRight = present.right ? factsOf(right, isFact) : [];
  const on =
    joinType === 'inner' && condition !== null ? splitConjunction(condition).filter(isFact) : [];
  return [...ofLeft, ...ofRight.map((fact) => shiftInputs(fact, width)), ...on];
}

/** Facts over columns that a projection shows, and the constants that it makes. */
function projectedFacts(project: Project, facts: readonly Expr[]): readonly Expr[] {
  const { exprs } = project;
  const shown = facts.flatMap((fact) => {
    const above = shownAs(fact, project);
    return above === null ? [] : [above];
  });
  const constants = exprs.flatMap((expr, i) =>
    expr.kind === 'Literal' && expr.value !== null && !Number.isNaN(expr.value)
      ? [callBuiltin('=', [inputRef(i, expr.type), expr])]
      : [],
  );
  return [...shown, ...constants];
}

/** An expression over the input of a projection, over its columns; null where it hides some. */
function shownAs(expr: Expr, { exprs, schema }: Project): Expr | null {
  let hidden = false;
  const show = (node: Expr): Expr => {
    if (node.kind === 'Literal') return node;
    const column = exprs.findIndex((other) => equalExprs(other, node));
    if (column >= 0) return inputRef(column, schema.fields[column]!.type);
    if (node.kind === 'InputRef') hidden = true;
    return mapChildren(node, show);
  };
  const shown = show(expr);
  return hidden ? null : shown;
}

function lifted(fact: Expr, columnOf: (index: number) => number, plan: LogicalPlan): Expr {
  const lift = (node: Expr): Expr => {
    if (node.kind !== 'InputRef') return mapChildren(node, lift);
    const column = columnOf(node.index);
    return inputRef(column, plan.schema.fields[column]!.type);
  };
  return lift(fact);
}
