import { assert } from '../../common/assert.ts';
import type { HashJoin } from '../../planner/physical/nodes.ts';
import type { Stage, StageBranch } from './stage.ts';

/** Stages that take the place of one that probes a table which memory did not hold. */
export interface SplitStage {
  /** Parts the rows that would probe the table as its own rows were parted. */
  readonly probe: Stage;
  /** Joins part by part, and does the rest. */
  readonly rest: Stage;
}

/**
 * Splits a stage at its first join of which the build side is in files: `builds` are the stages
 * that made those. Null when there is none. `probeNumber` will be the number of the new stage.
 */
export function splitAtJoin(
  stage: Stage,
  builds: ReadonlySet<number>,
  probeNumber: number,
): SplitStage | null {
  const build = firstSpilled(stage, builds);
  if (build === null) return null;
  const joins = (branch: StageBranch): boolean => positionOf(branch, build) >= 0;
  const probes = stage.segments.map((segment) => segment.filter(joins));
  const joined = probes.flat()[0];
  assert(joined !== undefined, 'a branch that joins');
  const at = positionOf(joined, build);
  const { node } = joined.chain[at]!;
  assert(node.kind === 'HashJoin', 'only tables with keys are parted');
  const join: StageBranch = {
    source: { kind: 'join', node, build, probe: probeNumber },
    // Operators behind a join are added to all branches alike.
    chain: joined.chain.slice(at + 1),
  };
  const others = stage.segments.map((segment) =>
    segment.filter((branch) => !joins(branch) && !isLeftoverOf(branch, build)),
  );
  const first = probes.findIndex((segment) => segment.length > 0);
  const rest = others.map((segment, i) => (i === first ? [join, ...segment] : segment));
  return {
    probe: {
      segments: probes.filter(isFilled).map((segment) =>
        segment.map((branch) => ({
          ...branch,
          chain: branch.chain.slice(0, positionOf(branch, build)),
        })),
      ),
      parallel: stage.parallel,
      tail: [],
      output: { kind: 'parts', keys: probeKeys(node) },
      outputBy: node.number ?? null,
    },
    rest: { ...stage, segments: rest.filter(isFilled) },
  };
}

/** The columns of the streaming side by which a join finds its partners. */
function probeKeys(node: HashJoin): readonly number[] {
  return node.build === 'left' ? node.rightKeys : node.leftKeys;
}

function firstSpilled({ segments }: Stage, builds: ReadonlySet<number>): number | null {
  for (const { chain } of segments.flat()) {
    for (const { table } of chain) if (table !== null && builds.has(table)) return table;
  }
  return null;
}

function positionOf({ chain }: StageBranch, build: number): number {
  return chain.findIndex(({ table }) => table === build);
}

/** The join of a part yields what is left over of it. */
function isLeftoverOf({ source }: StageBranch, build: number): boolean {
  return source.kind === 'leftover' && source.stage === build;
}

function isFilled(segment: readonly StageBranch[]): boolean {
  return segment.length > 0;
}
