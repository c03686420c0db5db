import type { Region } from '../../columnar/arena/region.ts';
import { MORSEL_ROWS } from '../../columnar/batch.ts';
import { describeBatch } from '../../columnar/descriptor.ts';
import { assert } from '../../common/assert.ts';
import type { SourceSplit } from '../../connectors/connector.ts';
import type { SharedTable, Split } from '../pool/protocol.ts';
import type { TaskProfile } from '../profile/task-profile.ts';
import { isSpilled } from '../spill/spill-file.ts';
import { PARTITIONS } from '../spill/spill-partitions.ts';
import type { JobSite } from './job-site.ts';
import { neededValues } from './needed-values.ts';
import { readPartitions } from './partition-count.ts';
import type { SortedSource, StageBranch, StageSource } from './stage.ts';
import { userFunctionsOf } from './udf-nodes.ts';
import { valuesBatches } from './values.ts';

/** A source that has its splits, and the chain its rows go through. */
export type ReadyBranch = StageBranch<StageSource | SortedSource>;

/** A segment with its splits: what is ready to run, here or on the pool. */
export interface ReadySegment {
  readonly branches: readonly ReadyBranch[];
  readonly splits: readonly Split[];
}

/**
 * Asks the sources of a segment for their splits; constant rows are made in `region`. A promise
 * only where a source needs one.
 */
export function readySegment(
  branches: readonly StageBranch[],
  site: JobSite,
  region: Region,
  profile?: TaskProfile,
): ReadySegment | Promise<ReadySegment> {
  const rows: (readonly Split['rows'][])[] = [];
  for (const branch of branches) {
    const splits = splitsOf(branch, site, region, profile);
    if (splits instanceof Promise) return awaited(branches, rows, splits, site, region, profile);
    rows.push(splits);
  }
  return { branches, splits: numbered(rows) };
}

/** Goes on behind the first source whose splits must be awaited: one after the other. */
async function awaited(
  branches: readonly StageBranch[],
  known: readonly (readonly Split['rows'][])[],
  next: Promise<readonly Split['rows'][]>,
  site: JobSite,
  region: Region,
  profile: TaskProfile | undefined,
): Promise<ReadySegment> {
  const rows = [...known, await next];
  for (const branch of branches.slice(rows.length)) {
    rows.push(await splitsOf(branch, site, region, profile));
  }
  return { branches, splits: numbered(rows) };
}

/**
 * What was made of lists of splits. A table in memory hands out the same list to every statement
 * until somebody writes to it: a hundred million rows have fifteen hundred splits.
 */
const scannedOf = new WeakMap<readonly SourceSplit[], readonly Split['rows'][]>();
const numberedOf = new WeakMap<readonly Split['rows'][], readonly Split[]>();

/** The splits of all branches with the numbers of those. */
function numbered(rows: readonly (readonly Split['rows'][])[]): readonly Split[] {
  const [first, ...others] = rows;
  const ofBranch = (splits: readonly Split['rows'][], branch: number): readonly Split[] =>
    splits.map((split) => ({ branch, rows: split }));
  if (first === undefined || others.length > 0) return rows.flatMap(ofBranch);
  const splits = numberedOf.get(first) ?? ofBranch(first, 0);
  numberedOf.set(first, splits);
  return splits;
}

function scanned(splits: readonly SourceSplit[]): readonly Split['rows'][] {
  const rows = scannedOf.get(splits) ?? splits.map((split) => ({ kind: 'scan', split }));
  scannedOf.set(splits, rows);
  return rows;
}

/** The table that a stage has made; null: none, or the stage is null. */
export function tableOf(stage: number | null, { tables }: JobSite): SharedTable | null {
  return stage === null ? null : (tables.get(stage) ?? null);
}

function scanSplits(
  { node, needed }: Extract<StageSource, { readonly kind: 'scan' }>,
  { options, pool, tables }: JobSite,
  profile: TaskProfile | undefined,
): readonly Split['rows'][] | Promise<readonly Split['rows'][]> {
  const { source, number } = node;
  const isOnePart = source.decodes !== true && node.rows <= MORSEL_ROWS;
  const conditions = isOnePart ? [] : neededValues(needed, node.schema, tables, pool.arena);
  const splits = source.splits(options.parallelism, conditions);
  if (splits instanceof Promise) return splits.then(scanned);
  if (profile !== undefined && number !== undefined && conditions.length > 0) {
    const all = source.splits(options.parallelism);
    if (!(all instanceof Promise)) profile.leavesOut(number, all.length - splits.length);
  }
  return scanned(splits);
}

function splitsOf(
  { source, chain }: StageBranch,
  site: JobSite,
  region: Region,
  profile?: TaskProfile,
): readonly Split['rows'][] | Promise<readonly Split['rows'][]> {
  const { options, held } = site;
  switch (source.kind) {
    case 'scan':
      return scanSplits(source, site, profile);
    case 'values': {
      const { batchRows, statement } = options;
      const batches = valuesBatches(source.node, region, batchRows, statement);
      return [{ kind: 'held', batches: batches.map(describeBatch) }];
    }
    case 'held': {
      const rows = held.get(source.stage);
      assert(rows !== undefined, 'stages run in order');
      const isWhole = chain.some(({ node }) => userFunctionsOf(node).length > 0);
      const partitions = readPartitions(rows.partitions, options.parallelism, isWhole);
      return partitions.map((batches) => ({ kind: 'held', batches }));
    }
    case 'join': {
      const [build, probe] = [source.build, source.probe].map((stage) => held.get(stage));
      assert(build !== undefined && probe !== undefined, 'stages run in order');
      return Array.from({ length: PARTITIONS }, (_, i) => ({
        kind: 'join',
        build: (build.partitions[i] ?? []).filter(isSpilled),
        probe: probe.partitions[i] ?? [],
      }));
    }
    case 'leftover': {
      const table = tableOf(source.stage, site);
      assert(table !== null, 'stages run in order');
      return [{ kind: 'leftover', table, leftover: source.leftover }];
    }
  }
}
