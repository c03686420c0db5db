import type { Region } from '../../columnar/arena/region.ts';
import { type Batch, rowCount } from '../../columnar/batch.ts';
import { assert } from '../../common/assert.ts';
import type { HashJoin } from '../../planner/physical/nodes.ts';
import { isMemoryLimit, type MemoryAccount } from '../memory.ts';
import type { TaskContext } from '../operator.ts';
import type { KeptBatch, SharedTable } from '../pool/protocol.ts';
import { readKept, readSpilled, type SpilledBatch } from '../spill/spill-file.ts';
import { LEVELS_MAX, SpillPartitions } from '../spill/spill-partitions.ts';
import type { TableSpec } from '../task/stage.ts';
import { JoinProbeOperator } from './join-probe.ts';
import { buildTable, fitsTable } from './join-table.ts';
import { leftoverOf, readLeftover } from './leftover.ts';
import { HashPairs } from './pairs.ts';

/** Rows of both sides of a join: no row outside has a key of theirs. */
export interface JoinPart {
  readonly build: readonly SpilledBatch[];
  readonly probe: readonly KeptBatch[];
}

/**
 * The rows that a join makes of parts of its two sides; borrowed. A build side that memory does not
 * hold is parted again, by other bits of the hash. Errors: ResourceError SPILL_FAILED, MEMORY_LIMIT.
 */
export function joinParts(node: HashJoin, part: JoinPart, ctx: TaskContext): Iterable<Batch> {
  return joinPart(node, part, ctx, ctx.memory.open('HashJoin', ctx.metrics), 1);
}

function* joinPart(
  node: HashJoin,
  part: JoinPart,
  ctx: TaskContext,
  memory: MemoryAccount,
  level: number,
): Generator<Batch> {
  const bytes = part.build.reduce((sum, batch) => sum + batch.bytes, 0);
  const rows = part.build.reduce((sum, batch) => sum + batch.length, 0);
  const spec = specOf(node);
  const isLast = level >= LEVELS_MAX;
  if (isLast || fitsTable(spec, { bytes, held: 0, rows }, memory)) {
    using space = ctx.region.child();
    const table = tableIn(space, spec, part.build, isLast);
    if (table !== null) {
      yield* probePart(node, table, part.probe, ctx);
      return;
    }
  }
  const buildLeft = node.build === 'left';
  const buildKeys = buildLeft ? node.leftKeys : node.rightKeys;
  const probeKeys = buildLeft ? node.rightKeys : node.leftKeys;
  const build = new SpillPartitions(buildKeys, level + 1, memory, ctx);
  const probe = new SpillPartitions(probeKeys, level + 1, memory, ctx);
  try {
    for (const batch of readKept(part.build, ctx.region)) build.add(batch);
    for (const batch of readKept(part.probe, ctx.region)) probe.add(batch);
    const probes = probe.finish();
    for (const [i, rowsOfPart] of build.finish().entries()) {
      yield* joinPart(node, { build: rowsOfPart, probe: probes[i]! }, ctx, memory, level + 1);
    }
  } finally {
    build.dispose();
    probe.dispose();
  }
}

/** The table of rows; null when it takes more memory than was thought, and they can be parted. */
function tableIn(
  space: Region,
  spec: TableSpec,
  build: readonly SpilledBatch[],
  isLast: boolean,
): SharedTable | null {
  try {
    return tableOf(spec, build, space);
  } catch (error) {
    if (isLast || !isMemoryLimit(error)) throw error;
    space.dispose();
    return null;
  }
}

function* probePart(
  node: HashJoin,
  table: SharedTable,
  probe: JoinPart['probe'],
  ctx: TaskContext,
): Generator<Batch> {
  const operator = new JoinProbeOperator(node, table, new HashPairs(node, table, ctx), ctx);
  try {
    for (const batch of readKept(probe, ctx.region)) {
      ctx.checkCancelled();
      if (rowCount(batch) > 0) yield* operator.process(batch);
    }
  } finally {
    operator.close();
  }
  const leftover = leftoverOf(node);
  if (leftover !== null) yield* readLeftover(table, leftover, ctx);
}

function specOf(node: HashJoin): TableSpec {
  const [left, right] = node.inputs;
  assert(left !== undefined && right !== undefined, 'a join has two inputs');
  const buildLeft = node.build === 'left';
  return {
    schema: buildLeft ? left.schema : right.schema,
    keys: buildLeft ? node.leftKeys : node.rightKeys,
    nullsMatch: node.nullSafe.some(Boolean),
    marks: leftoverOf(node) !== null,
  };
}

function tableOf(spec: TableSpec, build: readonly SpilledBatch[], memory: Region): SharedTable {
  using arrived = memory.child();
  const batches = build.map((batch) => readSpilled(batch, arrived));
  return buildTable(spec, batches, memory);
}
