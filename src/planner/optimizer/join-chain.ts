import type { Expr } from '../../expr/expr.ts';
import { splitConjunction } from '../../expr/simplify.ts';
import { inputsUsed, isDeterministic, remapInputs } from '../../expr/tree.ts';
import { joinSchema } from '../logical/build.ts';
import { estimateRows } from '../logical/cardinality.ts';
import type { Join, LogicalPlan } from '../logical/nodes.ts';

/** Inner joins without their order: each that meets all conditions gives the same rows. */
export interface JoinChain {
  readonly inputs: readonly LogicalPlan[];
  /** Over the columns of all inputs, one input after the other. */
  readonly conditions: readonly Expr[];
  /** Which of those columns each column of the plan is. */
  readonly outputs: readonly number[];
  /** Whether semi joins were moved to inputs: the plan differs from the chain even in its order. */
  readonly isReduced: boolean;
}

/** The inner joins at the top of a plan; other plans are a chain of one input. */
export function joinChain(plan: LogicalPlan): JoinChain {
  switch (plan.kind) {
    case 'Join':
      if (plan.joinType === 'inner') return innerChain(plan);
      if (plan.joinType === 'semi') return semiChain(plan);
      break;
    case 'Project': {
      const columns = plan.exprs.map((expr) => (expr.kind === 'InputRef' ? expr.index : null));
      if (!columns.every((column) => column !== null)) break;
      const chain = joinChain(plan.input);
      if (chain.inputs.length === 1) break;
      return { ...chain, outputs: columns.map((column) => chain.outputs[column]!) };
    }
    default:
  }
  return single(plan);
}

function single(plan: LogicalPlan): JoinChain {
  const outputs = plan.schema.fields.map((_, i) => i);
  return { inputs: [plan], conditions: [], outputs, isReduced: false };
}

function innerChain(plan: Join): JoinChain {
  const left = joinChain(plan.left);
  const right = joinChain(plan.right);
  const width = widthOf(left.inputs);
  const outputs = [...left.outputs, ...right.outputs.map((column) => column + width)];
  const own = plan.condition === null ? [] : splitConjunction(plan.condition);
  return {
    inputs: [...left.inputs, ...right.inputs],
    conditions: [
      ...left.conditions,
      ...right.conditions.map((part) => remapInputs(part, (column) => column + width)),
      ...own.map((part) => remapInputs(part, (column) => outputs[column]!)),
    ],
    outputs,
    isReduced: left.isReduced || right.isReduced,
  };
}

/** A semi join is done before the others where it leaves at most this share of an input. */
const REDUCED_SHARE_MAX = 0.5;

/**
 * A semi join that reads one input of its chain leaves out rows of that input alone. It is moved
 * there if it leaves few of them and holds fewer rows than it asks: else the other joins are
 * cheaper before it.
 */
function semiChain(plan: Join): JoinChain {
  const chain = joinChain(plan.left);
  if (chain.inputs.length === 1) return single(plan);
  if (plan.condition === null || !isDeterministic(plan.condition)) return single(plan);
  const width = plan.left.schema.fields.length;
  const used = inputsUsed(plan.condition).filter((column) => column < width);
  const columns = used.map((column) => chain.outputs[column]!);
  let first = 0;
  for (const [i, input] of chain.inputs.entries()) {
    const end = first + input.schema.fields.length;
    if (columns.length > 0 && columns.every((column) => column >= first && column < end)) {
      const own = end - first;
      const condition = remapInputs(plan.condition, (column) =>
        column < width ? chain.outputs[column]! - first : column - width + own,
      );
      const schema = joinSchema(input.schema, plan.right.schema, 'semi');
      const reduced: Join = { ...plan, schema, left: input, condition };
      const rows = estimateRows(input);
      const pays =
        estimateRows(reduced) <= rows * REDUCED_SHARE_MAX && estimateRows(plan.right) <= rows;
      if (!pays) break;
      return { ...chain, inputs: chain.inputs.with(i, reduced), isReduced: true };
    }
    first = end;
  }
  return single(plan);
}

function widthOf(inputs: readonly LogicalPlan[]): number {
  return inputs.reduce((width, input) => width + input.schema.fields.length, 0);
}
