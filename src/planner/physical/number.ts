import type { PhysicalPlan } from './nodes.ts';

/** A plan with numbers, and the first number that it has not. */
export interface NumberedPlan {
  readonly plan: PhysicalPlan;
  readonly next: number;
}

/**
 * The plan with its nodes numbered, each before its inputs, so that what a run measures finds its
 * node again. Rows that are kept for several nodes have one number.
 */
export function numberNodes(plan: PhysicalPlan, first: number): NumberedPlan {
  let next = first;
  const shared = new Map<number, PhysicalPlan>();
  const number = (node: PhysicalPlan): PhysicalPlan => {
    const known = node.kind === 'Shared' ? shared.get(node.id) : undefined;
    if (known !== undefined) return known;
    const own = next++;
    const numbered = { ...node, number: own, inputs: node.inputs.map(number) };
    if (node.kind === 'Shared') shared.set(node.id, numbered);
    return numbered;
  };
  return { plan: number(plan), next };
}
