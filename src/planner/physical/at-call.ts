import type { ScanTableSource } from '../../connectors/connector.ts';
import type { PhysicalPlan } from './nodes.ts';

/** A plan with the sources of one call, and those of them that must be released. */
export interface CapturedPlan {
  readonly plan: PhysicalPlan;
  readonly sources: readonly ScanTableSource[];
}

/** The plan that reads its tables as they are now, whenever it starts to run. */
export function atCall(plan: PhysicalPlan): CapturedPlan {
  const sources: ScanTableSource[] = [];
  return { plan: capture(plan, sources, new Map()), sources };
}

function capture(
  plan: PhysicalPlan,
  sources: ScanTableSource[],
  shared: Map<number, PhysicalPlan>,
): PhysicalPlan {
  const known = plan.kind === 'Shared' ? shared.get(plan.id) : undefined;
  if (known !== undefined) return known;
  const captured = captureNode(plan, sources, shared);
  if (plan.kind === 'Shared') shared.set(plan.id, captured);
  return captured;
}

function captureNode(
  plan: PhysicalPlan,
  sources: ScanTableSource[],
  shared: Map<number, PhysicalPlan>,
): PhysicalPlan {
  if (plan.kind === 'TableSourceScan') {
    const source = plan.source.atCall?.();
    if (source === undefined) return plan;
    sources.push(source);
    return { ...plan, source };
  }
  const inputs = plan.inputs.map((input) => capture(input, sources, shared));
  return inputs.every((input, i) => input === plan.inputs[i]) ? plan : { ...plan, inputs };
}
