import { splitConjunction } from '../../../expr/simplify.ts';
import {
  callsUdf,
  inputsUsed,
  isCallOf,
  isDeterministic,
  remapInputs,
  shiftInputs,
} from '../../../expr/tree.ts';
import { MAX, MIN } from '../../../functions/builtin/aggregate/min-max.ts';
import { join } from '../../logical/build.ts';
import type { Aggregate, Join, LogicalPlan, Project } from '../../logical/nodes.ts';
import { mapCall } from '../../logical/tree.ts';
import type { Rule } from '../rule.ts';

/**
 * Project(a.x, InnerJoin(a, b on a.k = b.k))  =>  Project(a.x, SemiJoin(a, b))
 *
 * Where the columns of one side are not read, and a row finds at most one row there because the side
 * is grouped by what it is compared with. Below an aggregate that duplicates do not change
 * (DISTINCT, MIN) a row may find several: without the semi join they would all be made first.
 */
export const narrowInnerJoin: Rule = {
  name: 'narrow-inner-join',
  rewrite(plan) {
    if (plan.kind === 'Project') return narrowBelow(plan, false) ?? plan;
    if (plan.kind !== 'Aggregate' || !plan.calls.every(ignoresDuplicates)) return plan;
    const { input } = plan;
    if (input.kind !== 'Project') return narrowAggregate(plan) ?? plan;
    if (!input.exprs.every(isDeterministic)) return plan;
    const narrowed = narrowBelow(input, true);
    return narrowed === null ? plan : { ...plan, input: narrowed };
  },
};

function ignoresDuplicates({ definition, distinct }: Aggregate['calls'][number]): boolean {
  return distinct || definition === MIN || definition === MAX;
}

function narrowBelow(plan: Project, mayRepeat: boolean): Project | null {
  const narrowed = narrow(plan.input, inputsUsed(...plan.exprs), mayRepeat);
  if (narrowed === null) return null;
  const { input, offset } = narrowed;
  return { ...plan, input, exprs: plan.exprs.map((expr) => shiftInputs(expr, -offset)) };
}

function narrowAggregate(plan: Aggregate): Aggregate | null {
  const args = plan.calls.flatMap(({ args, filter }) =>
    filter === null ? args : [...args, filter],
  );
  const narrowed = narrow(plan.input, [...plan.keys, ...inputsUsed(...args)], true);
  if (narrowed === null) return null;
  const { input, offset } = narrowed;
  return {
    ...plan,
    input,
    keys: plan.keys.map((key) => key - offset),
    calls: plan.calls.map((call) => mapCall(call, (expr) => shiftInputs(expr, -offset))),
  };
}

/** A semi join, and the index that its first column had in the inner one. */
interface Narrowed {
  readonly input: Join;
  readonly offset: number;
}

function narrow(plan: LogicalPlan, used: readonly number[], mayRepeat: boolean): Narrowed | null {
  if (plan.kind !== 'Join' || plan.joinType !== 'inner' || plan.condition === null) return null;
  const { left, right, condition } = plan;
  if (used.length === 0 || !isDeterministic(condition) || callsUdf(condition)) return null;
  const width = left.schema.fields.length;
  const other = right.schema.fields.length;
  if (used.every((column) => column < width)) {
    if (!mayRepeat && !isUnique(right, comparedColumns(plan, 'right'))) return null;
    return { input: join(left, right, 'semi', condition), offset: 0 };
  }
  if (used.every((column) => column >= width)) {
    if (!mayRepeat && !isUnique(left, comparedColumns(plan, 'left'))) return null;
    const swapped = remapInputs(condition, (column) =>
      column < width ? column + other : column - width,
    );
    return { input: join(right, left, 'semi', swapped), offset: width };
  }
  return null;
}

/** The columns of a side that equal something of the other side. */
function comparedColumns({ left, condition }: Join, side: 'left' | 'right'): ReadonlySet<number> {
  const width = left.schema.fields.length;
  const isOwn = (column: number) => column < width === (side === 'left');
  const columns = new Set<number>();
  for (const part of condition === null ? [] : splitConjunction(condition)) {
    if (!isCallOf(part, '=') && !isCallOf(part, 'IS NOT DISTINCT FROM')) continue;
    for (const [i, expr] of part.args.entries()) {
      const compared = inputsUsed(part.args[1 - i]!);
      if (expr.kind !== 'InputRef' || !isOwn(expr.index) || compared.some(isOwn)) continue;
      columns.add(side === 'left' ? expr.index : expr.index - width);
    }
  }
  return columns;
}

/** Whether two rows of a plan differ in some of the columns. */
function isUnique(plan: LogicalPlan, columns: ReadonlySet<number>): boolean {
  switch (plan.kind) {
    case 'Aggregate':
      return plan.keys.every((_, i) => columns.has(i));
    case 'Filter':
    case 'Sort':
    case 'Limit':
      return isUnique(plan.input, columns);
    case 'Project': {
      const below = new Set<number>();
      for (const column of columns) {
        const expr = plan.exprs[column]!;
        if (expr.kind === 'InputRef') below.add(expr.index);
      }
      return isUnique(plan.input, below);
    }
    case 'Join':
      return (plan.joinType === 'semi' || plan.joinType === 'anti') && isUnique(plan.left, columns);
    default:
      return false;
  }
}
