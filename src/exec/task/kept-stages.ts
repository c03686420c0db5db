import type { CapturedSources } from '../../planner/physical/at-call.ts';
import type { PhysicalPlan } from '../../planner/physical/nodes.ts';
import { planJob } from './job.ts';
import type { Stage, StageBranch } from './stage.ts';

/** The stages of plans, of one task and of several: those of plans that run again are cut once. */
const kept = { oneTask: newStages(), shared: newStages() };

function newStages(): WeakMap<PhysicalPlan, readonly Stage[]> {
  return new WeakMap();
}

/**
 * The stages of a plan, as `planJob` cuts it; its scans read the sources of the call. `keeps`:
 * whether the plan may run again; what a WeakMap knows lives until the whole heap is collected.
 */
export function stagesOf(
  plan: PhysicalPlan,
  oneTask: boolean,
  sources: CapturedSources,
  keeps: boolean,
): readonly Stage[] {
  const known = kept[oneTask ? 'oneTask' : 'shared'];
  let stages = known.get(plan);
  if (stages === undefined) {
    stages = planJob(plan, oneTask);
    if (keeps) known.set(plan, stages);
  }
  return sources.size === 0 ? stages : stages.map((stage) => captured(stage, sources));
}

function captured(stage: Stage, sources: CapturedSources): Stage {
  const branchOf = (branch: StageBranch): StageBranch => {
    const { source } = branch;
    const read = source.kind === 'scan' ? sources.get(source.node) : undefined;
    if (source.kind !== 'scan' || read === undefined) return branch;
    return { ...branch, source: { ...source, node: { ...source.node, source: read } } };
  };
  return { ...stage, segments: stage.segments.map((segment) => segment.map(branchOf)) };
}
