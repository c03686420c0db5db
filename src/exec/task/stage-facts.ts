import type { FunctionDefinition } from '../../functions/definition.ts';
import type { PhysicalPlan } from '../../planner/physical/nodes.ts';
import { isLight } from '../../planner/physical/small-work.ts';
import type { ReadyBranch } from './splits.ts';
import type { Stage, StageBranch } from './stage.ts';
import { userFunctionsOf } from './udf-nodes.ts';

/** The names of the user's functions that a stage calls in workers, each once. */
export function udfNames(stage: Stage): readonly string[] {
  return [...new Set(functionsOf(stage).map(({ name }) => name))];
}

/** Whether all user functions of a stage may be called once more when it starts again. */
export function isRepeatable(stage: Stage): boolean {
  return functionsOf(stage).every(({ deterministic }) => deterministic);
}

/** Whether a stage calls a function that must run on the calling thread. */
export function callsInline(stage: Stage): boolean {
  return functionsOf(stage).some(({ body }) => body.kind === 'udf' && body.inline);
}

/** Whether a stage calls a function that has a process of its own. */
export function callsIsolated(stage: Stage): boolean {
  return functionsOf(stage).some(({ body }) => body.kind === 'udf' && body.isolation !== null);
}

function functionsOf(stage: Stage): readonly FunctionDefinition[] {
  return [...nodesOf(stage)].flatMap(userFunctionsOf);
}

/**
 * The largest number of rows anywhere in a stage: what is held is known, and only joins make more
 * of it; for the rest there are the planner's estimates.
 */
export function estimatedRows(stage: Stage, heldRows: (stage: number) => number): number {
  let rows = 0;
  for (const { source, chain } of branchesOf(stage)) {
    if (source.kind === 'held') rows = Math.max(rows, heldRows(source.stage));
    else if (source.kind === 'join') rows = Math.max(rows, heldRows(source.probe));
    else if (source.kind !== 'leftover') rows = Math.max(rows, source.node.rows);
    const joins = chain.some(({ table }) => table !== null);
    if (source.kind === 'held' && !joins) continue;
    for (const { node } of chain) rows = Math.max(rows, node.rows);
  }
  return rows;
}

/**
 * Whether a stage only keeps rows or makes the table of a join of them, and there is little to do
 * to get at a row.
 */
export function isLightBuild({ segments, tail, output }: Stage): boolean {
  const isKept = output.kind === 'table' || (output.kind === 'hold' && output.keys.length === 0);
  if (!isKept || tail.length > 0) return false;
  return segments.flat().every(({ source, chain }) => {
    const isNear = source.kind === 'held' || (source.kind === 'scan' && isLight(source.node));
    return isNear && chain.every(({ node }) => isLight(node));
  });
}

/** Whether workers can read all sources of a stage. */
export function readsInWorkers(stage: Stage): boolean {
  return branchesOf(stage).every(
    ({ source }) => source.kind !== 'scan' || source.node.source.spec !== null,
  );
}

/** Number of the node that is measured as reading the rows of a branch; null: none. */
export function readerOf({ source }: ReadyBranch): number | null {
  if (source.kind === 'held') return null;
  return source.kind === 'leftover' ? source.leftover.number : (source.node.number ?? null);
}

/** The earlier stages whose rows or tables a stage uses. */
export function stagesUsed(stage: Stage): ReadonlySet<number> {
  const used = new Set<number>();
  for (const { source, chain } of branchesOf(stage)) {
    if (source.kind === 'held' || source.kind === 'leftover') used.add(source.stage);
    if (source.kind === 'join') used.add(source.build).add(source.probe);
    for (const { table } of chain) if (table !== null) used.add(table);
  }
  return used;
}

function branchesOf(stage: Stage): readonly StageBranch[] {
  return stage.segments.flat();
}

function* nodesOf(stage: Stage): Iterable<PhysicalPlan> {
  for (const { source, chain } of branchesOf(stage)) {
    if ('node' in source) yield source.node;
    for (const { node } of chain) yield node;
  }
  yield* stage.tail;
}
