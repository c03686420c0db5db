import type { ScanTableSource } from '../../connectors/connector.ts';
import type { PhysicalPlan, TableSourceScan } from './nodes.ts';

/** What scans read in place of their own sources. */
export type CapturedSources = ReadonlyMap<TableSourceScan, ScanTableSource>;

/** A plan, and the sources of one call of it: they must be released. */
export interface CapturedPlan {
  readonly plan: PhysicalPlan;
  readonly sources: CapturedSources;
}

/**
 * Captures the tables that a plan reads as they are now, whenever it starts to run. The plan itself
 * stays the same object: what is made of one that is kept is kept with it.
 */
export function atCall(plan: PhysicalPlan): CapturedPlan {
  const sources = new Map<TableSourceScan, ScanTableSource>();
  capture(plan, sources, new Set());
  return { plan, sources };
}

function capture(
  plan: PhysicalPlan,
  sources: Map<TableSourceScan, ScanTableSource>,
  shared: Set<number>,
): void {
  if (plan.kind === 'TableSourceScan') {
    const source = sources.has(plan) ? undefined : plan.source.atCall?.();
    if (source !== undefined) sources.set(plan, source);
    return;
  }
  if (plan.kind === 'Shared') {
    if (shared.has(plan.id)) return;
    shared.add(plan.id);
  }
  for (const input of plan.inputs) capture(input, sources, shared);
}

/** The plan whose scans have the sources of the call. */
export function withSources({ plan, sources }: CapturedPlan): PhysicalPlan {
  return sources.size === 0 ? plan : replaced(plan, sources, new Map());
}

function replaced(
  plan: PhysicalPlan,
  sources: CapturedSources,
  shared: Map<number, PhysicalPlan>,
): PhysicalPlan {
  const known = plan.kind === 'Shared' ? shared.get(plan.id) : undefined;
  if (known !== undefined) return known;
  const made = replacedNode(plan, sources, shared);
  if (plan.kind === 'Shared') shared.set(plan.id, made);
  return made;
}

function replacedNode(
  plan: PhysicalPlan,
  sources: CapturedSources,
  shared: Map<number, PhysicalPlan>,
): PhysicalPlan {
  if (plan.kind === 'TableSourceScan') {
    const source = sources.get(plan);
    return source === undefined ? plan : { ...plan, source };
  }
  const inputs = plan.inputs.map((input) => replaced(input, sources, shared));
  return inputs.every((input, i) => input === plan.inputs[i]) ? plan : { ...plan, inputs };
}
